/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_SIZE = 1024 };

static _Atomic(int) highest_level = LOG_LEVEL_INFO;
static _Atomic(const char *) program_name;

void log_set_level(enum log_level level)
{
    atomic_store(&highest_level, (int)level);
}

enum log_level log_get_level(void)
{
    return (enum log_level)atomic_load(&highest_level);
}

void log_set_name(const char *name)
{
    atomic_store(&program_name, name);
}

/* snprintf() tells what it would have written; what is there is at most the space less its zero. */
static size_t printed(int result, size_t space)
{
    if (result < 0)
        return 0;
    return (size_t)result < space ? (size_t)result : space - 1;
}

static size_t print_prefix(char *line, size_t space, enum log_level level)
{
    const char *name = atomic_load(&program_name);
    size_t used = 0;

    if (secure_getenv("JOURNAL_STREAM"))
        used += printed(snprintf(line, space, "<%d>", (int)level), space);
    if (name)
        used += printed(snprintf(line + used, space - used, "%s: ", name), space - used);
    return used;
}

/* A line is one line: what a message quotes from outside must not start another. */
static void replace_control_characters(char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            text[i] = '?';
    }
}

void log_line(enum log_level level, const char *format, ...)
{
    int saved_errno = errno;
    char line[LINE_SIZE];
    va_list arguments;

    if ((int)level > atomic_load(&highest_level))
        return;
    size_t used = print_prefix(line, sizeof(line) - 1, level);
    va_start(arguments, format);
    used += printed(vsnprintf(line + used, sizeof(line) - 1 - used, format, arguments),
                    sizeof(line) - 1 - used);
    va_end(arguments);
    replace_control_characters(line, used);
    line[used++] = '\n';
    /* One write, so that lines of several threads do not mix. Nobody to tell when it fails. */
    ssize_t written = write(STDERR_FILENO, line, used);
    (void)written;
    errno = saved_errno;
}
