/* SPDX-License-Identifier: MIT */
/* Cuts a command line, writes its arguments as a line again, and cuts that: the same must come. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/command_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* Backslashes before a quote, or before the closing one, count double. */
static char *write_argument(char *out, const char *argument)
{
    *out++ = '"';
    for (;;) {
        size_t n = strspn(argument, "\\");
        bool doubled = argument[n] == '"' || argument[n] == '\0';

        memset(out, '\\', doubled ? 2 * n : n);
        out += doubled ? 2 * n : n;
        argument += n;
        if (*argument == '\0')
            break;
        if (*argument == '"')
            *out++ = '\\';
        *out++ = *argument++;
    }
    *out++ = '"';
    *out++ = ' ';
    return out;
}

/* The program is left out: a quote cannot be written in it. */
static char *write_line(char *const *argv, size_t argc)
{
    size_t size = sizeof("p ");
    char *line, *out;

    for (size_t i = 1; i < argc; i++)
        size += 2 * strlen(argv[i]) + sizeof("\"\" ");
    line = malloc(size);
    check(line != NULL);
    out = line + strlen(strcpy(line, "p "));
    for (size_t i = 1; i < argc; i++)
        out = write_argument(out, argv[i]);
    *out = '\0';
    return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = malloc(size + 1), *again;
    char **argv, **same;
    size_t argc, n_same, length = 0;

    check(line != NULL);
    if (size > 0)
        memcpy(line, data, size);
    line[size] = '\0';
    check(!nt_failed(command_line_parse(&argv, &argc, line)));
    check(argc >= 1 && argv[argc] == NULL);
    for (size_t i = 0; i < argc; i++)
        length += strlen(argv[i]);
    check(length <= strlen(line));
    again = write_line(argv, argc);
    check(!nt_failed(command_line_parse(&same, &n_same, again)));
    check(n_same == argc);
    for (size_t i = 1; i < argc; i++)
        check(strcmp(argv[i], same[i]) == 0);
    free(same);
    free(again);
    free(argv);
    free(line);
    return 0;
}
