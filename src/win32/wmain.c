/* SPDX-License-Identifier: MIT */
/*
 * The main() of a program that has a wmain() instead. The linker takes this from the archive only
 * when nothing else defines main.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>
#include <unistd.h>

#include "win32/unicode.h"

/* A wmain() of two parameters does not look at the third. */
int wmain(int argc, char16_t **argv, char16_t **envp);
int main(int argc, char **argv);

/* Malformed UTF-8 becomes U+FFFD: a program must start with any argument. */
static char16_t *wide_copy(const char *text)
{
    size_t size = strlen(text), n = 0;
    char16_t *copy = calloc(size + 1, sizeof(*copy)); /* a byte never becomes more than a unit */

    for (size_t i = 0; copy && i < size;) {
        uint32_t value;

        i += utf8_take(text + i, size - i, &value);
        n += utf16_put(copy + n, value);
    }
    return copy;
}

static char16_t **wide_list(char **list)
{
    size_t n = 0;

    while (list[n])
        n++;
    char16_t **copies = calloc(n + 1, sizeof(*copies));
    for (size_t i = 0; copies && i < n; i++) {
        copies[i] = wide_copy(list[i]);
        if (!copies[i])
            return NULL;
    }
    return copies;
}

/* Not static, so that the compiler keeps them and a search for leaks finds their owner. */
extern char16_t **openlogon_w32_arguments, **openlogon_w32_environment;
char16_t **openlogon_w32_arguments, **openlogon_w32_environment;

int main(int argc, char **argv)
{
    openlogon_w32_arguments = wide_list(argv);
    openlogon_w32_environment = wide_list(environ);
    if (!openlogon_w32_arguments || !openlogon_w32_environment) {
        fprintf(stderr, "%s: %s\n", argc > 0 ? argv[0] : "wmain", strerror(ENOMEM));
        return EXIT_FAILURE;
    }
    return wmain(argc, openlogon_w32_arguments, openlogon_w32_environment);
}
