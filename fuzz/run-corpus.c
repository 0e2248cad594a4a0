/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over the files of folders: its corpus as an ordinary test. */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { INPUT_MAX = 1 << 20 };

/* A copy of exactly the size, so that a checker sees each byte that is read beyond it. */
static void run_copy(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    MUST(copy);
    memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static int run_file(const char *path)
{
    static uint8_t data[INPUT_MAX];
    FILE *file = fopen(path, "re");

    if (!file) {
        perror(path);
        return -1;
    }
    size_t size = fread(data, 1, sizeof(data), file);
    int failed = ferror(file);
    (void)fclose(file);
    if (failed)
        return -1;
    run_copy(data, size);
    return 0;
}

/* Returns how many files there were; -1 on failure. */
static int run_folder(const char *folder)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, NULL, alphasort);
    int n_run = 0;

    if (n < 0) {
        perror(folder);
        return -1;
    }
    for (int i = 0; i < n; i++) {
        char path[4096];

        int length = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        int hidden = entries[i]->d_name[0] == '.';
        free(entries[i]);
        if (hidden || n_run < 0)
            continue;
        n_run = length < (int)sizeof(path) && run_file(path) == 0 ? n_run + 1 : -1;
    }
    free(entries);
    return n_run;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int n = run_folder(argv[i]);

        if (n <= 0) {
            (void)fprintf(stderr, "%s: no corpus could be read\n", argv[i]);
            return EXIT_FAILURE;
        }
        (void)printf("%s: %d inputs\n", argv[i], n);
    }
    return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
