/* SPDX-License-Identifier: MIT */
/* Loads own_program.bpf.o with OpenLogon's pinned map of labels and prints what it lists. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

static void must(int is_fine, const char *what)
{
    if (is_fine)
        return;
    perror(what);
    exit(1);
}

int main(int argc, char **argv)
{
    struct bpf_object *object;
    struct bpf_program *program;
    struct bpf_link *link;
    char bytes[4096];
    ssize_t n;
    int labels, list;

    if (argc != 3) {
        fprintf(stderr, "usage: own_program OBJECT PINNED-MAP\n");
        return 2;
    }
    labels = bpf_obj_get(argv[2]);
    must(labels >= 0, argv[2]);
    object = bpf_object__open_file(argv[1], NULL);
    must(object != NULL, argv[1]);
    /* The one line that matters: its "tasks" is OpenLogon's. */
    must(bpf_map__reuse_fd(bpf_object__find_map_by_name(object, "tasks"), labels) == 0, "tasks");
    must(bpf_object__load(object) == 0, "loading");

    program = bpf_object__find_program_by_name(object, "list");
    link = bpf_program__attach_iter(program, NULL);
    must(link != NULL, "attaching");
    list = bpf_iter_create(bpf_link__fd(link));
    must(list >= 0, "listing");
    while ((n = read(list, bytes, sizeof(bytes))) > 0)
        must(write(STDOUT_FILENO, bytes, (size_t)n) == n, "writing");
    return n < 0;
}
