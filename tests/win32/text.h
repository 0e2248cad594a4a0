/* SPDX-License-Identifier: MIT */
/* What the tests of the compatible C library share: cmocka, and comparing 16-bit text. */
#ifndef OPENLOGON_TESTS_WIN32_TEXT_H
#define OPENLOGON_TESTS_WIN32_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>

#include <cmocka.h>

#include "base/macros.h"

/* For messages: as UTF-8 where it is ASCII, else escaped. */
static inline void text_show(char *ret, size_t size, const char16_t *text)
{
    size_t at = 0;

    for (; *text && at + 8 < size; text++) {
        if (*text < 0x7f)
            ret[at++] = (char)*text;
        else
            at += (size_t)snprintf(ret + at, size - at, "\\u%04x", *text);
    }
    ret[at] = '\0';
}

static inline void check_wide(const char16_t *actual, const char16_t *expected, int line)
{
    size_t n = 0;
    char a[1024], e[1024];

    while (actual[n] == expected[n]) {
        if (!actual[n])
            return;
        n++;
    }
    text_show(a, sizeof(a), actual);
    text_show(e, sizeof(e), expected);
    fail_msg("line %d: \"%s\", not \"%s\"", line, a, e);
}

#define assert_wide(actual, expected) check_wide(actual, expected, __LINE__)

#endif
