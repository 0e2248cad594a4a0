/* SPDX-License-Identifier: MIT */
#include "win32/encoding.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "win32/crt/convert.h"
#include "win32/crt/wide_string.h"
#include "win32/unicode.h"

/* A replacement that does not stand in the text stands for something malformed. */
static bool utf8_is_malformed(uint32_t value, const char *text, size_t used)
{
    return value == UNICODE_REPLACEMENT && (used != 3 || memcmp(text, "\xef\xbf\xbd", 3) != 0);
}

static size_t malformed(void)
{
    errno = EILSEQ;
    return (size_t)-1;
}

/* Whole characters only; without a target it only measures. */
size_t openlogon_w32_mbstowcs(char16_t *to, const char *from, size_t n)
{
    size_t size = strlen(from), length = 0;

    for (size_t i = 0; i < size;) {
        uint32_t value;
        char16_t units[UTF16_MAX];
        size_t used = utf8_take(from + i, size - i, &value);

        if (utf8_is_malformed(value, from + i, used))
            return malformed();
        size_t n_units = utf16_put(units, value);
        if (to && n_units > n - length)
            return length;
        if (to)
            openlogon_w32_wmemcpy(to + length, units, n_units);
        length += n_units;
        i += used;
    }
    if (to && length < n)
        to[length] = 0;
    return length;
}

size_t openlogon_w32_wcstombs(char *to, const char16_t *from, size_t n)
{
    size_t size = openlogon_w32_wcslen(from), length = 0;

    for (size_t i = 0; i < size;) {
        uint32_t value;
        char bytes[UTF8_MAX];
        size_t used = utf16_take(from + i, size - i, &value);

        if (value == UNICODE_REPLACEMENT && from[i] != UNICODE_REPLACEMENT)
            return malformed();
        size_t n_bytes = utf8_put(bytes, value);
        if (to && n_bytes > n - length)
            return length;
        if (to)
            memcpy(to + length, bytes, n_bytes);
        length += n_bytes;
        i += used;
    }
    if (to && length < n)
        to[length] = 0;
    return length;
}

/* Whether the whole, or the `n` units asked for, have room. */
static errno_t check_room(size_t whole, size_t room, size_t n)
{
    if (whole <= room || n <= room)
        return 0;
    return n == _TRUNCATE ? STRUNCATE : ERANGE;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A length of (size_t)-1 counts as none: with the terminating zero it is 0. */
static errno_t finish_conversion(size_t *ret, size_t length, errno_t result)
{
    if (ret)
        *ret = length + 1;
    if (result && result != STRUNCATE)
        errno = result;
    return result;
}

errno_t openlogon_w32_mbstowcs_s(size_t *ret, char16_t *to, size_t size, const char *from, size_t n)
{
    if (!from || !to != (size == 0))
        return finish_conversion(ret, (size_t)-1, EINVAL);
    if (to)
        to[0] = 0;
    size_t whole = openlogon_w32_mbstowcs(NULL, from, 0);
    if (whole == (size_t)-1)
        return finish_conversion(ret, whole, EILSEQ);
    if (!to)
        return finish_conversion(ret, whole, 0);
    errno_t result = check_room(whole, size - 1, n);
    if (result == ERANGE)
        return finish_conversion(ret, (size_t)-1, result);
    size_t length = openlogon_w32_mbstowcs(to, from, least(n, size - 1));
    to[length] = 0;
    return finish_conversion(ret, length, result);
}

errno_t openlogon_w32_wcstombs_s(size_t *ret, char *to, size_t size, const char16_t *from, size_t n)
{
    if (!from || !to != (size == 0))
        return finish_conversion(ret, (size_t)-1, EINVAL);
    if (to)
        to[0] = 0;
    size_t whole = openlogon_w32_wcstombs(NULL, from, 0);
    if (whole == (size_t)-1)
        return finish_conversion(ret, whole, EILSEQ);
    if (!to)
        return finish_conversion(ret, whole, 0);
    errno_t result = check_room(whole, size - 1, n);
    if (result == ERANGE)
        return finish_conversion(ret, (size_t)-1, result);
    size_t length = openlogon_w32_wcstombs(to, from, least(n, size - 1));
    to[length] = 0;
    return finish_conversion(ret, length, result);
}

char *openlogon_w32_narrow_copy(const char16_t *text)
{
    size_t size = openlogon_w32_wcstombs(NULL, text, 0);
    char *narrow = size == (size_t)-1 ? NULL : malloc(size + 1);

    if (narrow)
        (void)openlogon_w32_wcstombs(narrow, text, size + 1);
    return narrow;
}
