/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over the files of folders, as an ordinary test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *folder, const char *name)
{
    static uint8_t data[65536];
    char path[4096];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    size_t size = fread(data, 1, sizeof(data), file);
    fclose(file);
    (void)LLVMFuzzerTestOneInput(data, size);
    return 1;
}

int main(int argc, char **argv)
{
    int n = 0;

    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (!folder) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
        for (struct dirent *entry; (entry = readdir(folder));) {
            if (entry->d_name[0] != '.')
                n += run_file(argv[i], entry->d_name);
        }
        closedir(folder);
    }
    printf("%d files\n", n);
    return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
