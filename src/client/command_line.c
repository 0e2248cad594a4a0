/* SPDX-License-Identifier: MIT */
#include "client/command_line.h"

#include <stdlib.h>
#include <string.h>

/* Where the text is read and where the arguments, which are never longer, are written. */
struct cutter {
    const char *in;
    char *out;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(struct cutter *c)
{
    while (is_blank(*c->in))
        c->in++;
}

static void cut_program(struct cutter *c)
{
    bool quoted = *c->in == '"';

    if (quoted)
        c->in++;
    while (*c->in && (quoted ? *c->in != '"' : !is_blank(*c->in)))
        *c->out++ = *c->in++;
    if (*c->in)
        c->in++; /* the quote, or one blank */
    *c->out++ = '\0';
}

/* A run of backslashes, and the quote behind an odd one. */
static void cut_backslashes(struct cutter *c)
{
    size_t n = strspn(c->in, "\\");
    bool before_quote = c->in[n] == '"';
    size_t written = before_quote ? n / 2 : n;

    memset(c->out, '\\', written);
    c->out += written;
    c->in += n;
    if (before_quote && n % 2 == 1)
        *c->out++ = *c->in++;
}

/* A quote that no backslash made ordinary. Returns whether what follows is quoted. */
static bool cut_quote(struct cutter *c, bool quoted)
{
    c->in++;
    if (!quoted)
        return true;
    if (*c->in == '"')
        *c->out++ = *c->in++;
    return false;
}

static void cut_argument(struct cutter *c)
{
    bool quoted = false;

    while (*c->in && (quoted || !is_blank(*c->in))) {
        if (*c->in == '\\')
            cut_backslashes(c);
        else if (*c->in == '"')
            quoted = cut_quote(c, quoted);
        else
            *c->out++ = *c->in++;
    }
    *c->out++ = '\0';
}

nt_status command_line_parse(char ***ret, size_t *ret_argc, const char *line)
{
    size_t size = strlen(line);
    size_t n_max = size / 2 + 2; /* a program, and arguments of one letter with a blank between */
    char **argv;
    size_t argc = 0;
    struct cutter c;

    /* Each argument's zero takes the place of a blank, a quote or the line's own zero. */
    argv = malloc((n_max + 1) * sizeof(*argv) + size + 2);
    if (!argv)
        return NT(NO_MEMORY);
    c = (struct cutter){ line, (char *)(argv + n_max + 1) };
    argv[argc++] = c.out;
    cut_program(&c);
    for (skip_blanks(&c); *c.in; skip_blanks(&c)) {
        argv[argc++] = c.out;
        cut_argument(&c);
    }
    argv[argc] = NULL;
    *ret = argv;
    if (ret_argc)
        *ret_argc = argc;
    return NT_OK;
}
