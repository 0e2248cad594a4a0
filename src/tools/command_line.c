/* SPDX-License-Identifier: MIT */
#include "command_line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the first word a backslash is a character like any other and a quote cannot be escaped. */
static void put_program(FILE *to, const char *word)
{
    if (*word && !strpbrk(word, " \t"))
        fputs(word, to);
    else
        fprintf(to, "\"%s\"", word);
}

static void put_backslashes(FILE *to, size_t n)
{
    while (n-- > 0)
        fputc('\\', to);
}

/* Backslashes are doubled, and only then, where a quotation mark follows, ours or the word's. */
static void put_argument(FILE *to, const char *word)
{
    size_t backslashes = 0;

    if (*word && !strpbrk(word, " \t\n\v\"")) {
        fputs(word, to);
        return;
    }
    fputc('"', to);
    for (; *word; word++) {
        if (*word == '\\') {
            backslashes++;
            continue;
        }
        put_backslashes(to, *word == '"' ? 2 * backslashes + 1 : backslashes);
        backslashes = 0;
        fputc(*word, to);
    }
    put_backslashes(to, 2 * backslashes);
    fputc('"', to);
}

char *command_line_build(char *const *argv)
{
    char *line = NULL;
    size_t size;
    FILE *to;

    if (strchr(argv[0], '"')) {
        errno = EINVAL;
        return NULL;
    }
    to = open_memstream(&line, &size);
    if (!to)
        return NULL;
    put_program(to, argv[0]);
    for (char *const *word = argv + 1; *word; word++) {
        fputc(' ', to);
        put_argument(to, *word);
    }
    if (fclose(to) == 0)
        return line;
    free(line);
    errno = ENOMEM;
    return NULL;
}
