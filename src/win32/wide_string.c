/* SPDX-License-Identifier: MIT */
#include "win32/crt/wide_string.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>

#include "win32/crt/wide_type.h"

/* --- length and comparison ---------------------------------------------------------------------
 */

size_t openlogon_w32_wcsnlen(const char16_t *text, size_t most)
{
    size_t n = 0;

    while (n < most && text[n])
        n++;
    return n;
}

size_t openlogon_w32_wcslen(const char16_t *text)
{
    return openlogon_w32_wcsnlen(text, SIZE_MAX);
}

int openlogon_w32_wcsncmp(const char16_t *a, const char16_t *b, size_t n)
{
    for (; n > 0; n--, a++, b++) {
        if (*a != *b)
            return *a < *b ? -1 : 1;
        if (!*a)
            break;
    }
    return 0;
}

int openlogon_w32_wcscmp(const char16_t *a, const char16_t *b)
{
    return openlogon_w32_wcsncmp(a, b, SIZE_MAX);
}

int openlogon_w32__wcsnicmp(const char16_t *a, const char16_t *b, size_t n)
{
    for (; n > 0; n--, a++, b++) {
        wint_t x = openlogon_w32_towlower(*a), y = openlogon_w32_towlower(*b);

        if (x != y)
            return x < y ? -1 : 1;
        if (!*a)
            break;
    }
    return 0;
}

int openlogon_w32__wcsicmp(const char16_t *a, const char16_t *b)
{
    return openlogon_w32__wcsnicmp(a, b, SIZE_MAX);
}

/* --- searching ---------------------------------------------------------------------------------
 */

char16_t *openlogon_w32_wmemchr(const char16_t *units, char16_t c, size_t n)
{
    for (; n > 0; n--, units++) {
        if (*units == c)
            return (char16_t *)units;
    }
    return NULL;
}

char16_t *openlogon_w32_wcschr(const char16_t *text, char16_t c)
{
    return openlogon_w32_wmemchr(text, c, openlogon_w32_wcslen(text) + 1);
}

char16_t *openlogon_w32_wcsrchr(const char16_t *text, char16_t c)
{
    for (size_t n = openlogon_w32_wcslen(text) + 1; n > 0; n--) {
        if (text[n - 1] == c)
            return (char16_t *)text + n - 1;
    }
    return NULL;
}

char16_t *openlogon_w32_wcsstr(const char16_t *text, const char16_t *part)
{
    size_t n = openlogon_w32_wcslen(part);

    for (;; text++) {
        if (openlogon_w32_wcsncmp(text, part, n) == 0)
            return (char16_t *)text;
        if (!*text)
            return NULL;
    }
}

enum span { SPAN_OF_MEMBERS, SPAN_OF_OTHERS };

static size_t span(const char16_t *text, const char16_t *set, enum span kind)
{
    size_t n_set = openlogon_w32_wcslen(set), n = 0;

    while (text[n] && !openlogon_w32_wmemchr(set, text[n], n_set) == (kind == SPAN_OF_OTHERS))
        n++;
    return n;
}

size_t openlogon_w32_wcsspn(const char16_t *text, const char16_t *set)
{
    return span(text, set, SPAN_OF_MEMBERS);
}

size_t openlogon_w32_wcscspn(const char16_t *text, const char16_t *set)
{
    return span(text, set, SPAN_OF_OTHERS);
}

char16_t *openlogon_w32_wcspbrk(const char16_t *text, const char16_t *set)
{
    const char16_t *found = text + openlogon_w32_wcscspn(text, set);

    return *found ? (char16_t *)found : NULL;
}

char16_t *openlogon_w32_wcstok(char16_t *text, const char16_t *set, char16_t **state)
{
    char16_t *start = text ? text : *state;

    if (!start)
        return NULL;
    start += openlogon_w32_wcsspn(start, set);
    char16_t *end = start + openlogon_w32_wcscspn(start, set);
    *state = *end ? end + 1 : end;
    *end = 0;
    return end > start ? start : NULL;
}

/* --- copying: all sizes are the caller's word ---------------------------------------------------
 */

char16_t *openlogon_w32_wmemcpy(char16_t *to, const char16_t *from, size_t n)
{
    return memcpy(to, from, n * sizeof(*to));
}

char16_t *openlogon_w32_wmemmove(char16_t *to, const char16_t *from, size_t n)
{
    return memmove(to, from, n * sizeof(*to));
}

char16_t *openlogon_w32_wmemset(char16_t *to, char16_t c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = c;
    return to;
}

int openlogon_w32_wmemcmp(const char16_t *a, const char16_t *b, size_t n)
{
    for (; n > 0; n--, a++, b++) {
        if (*a != *b)
            return *a < *b ? -1 : 1;
    }
    return 0;
}

char16_t *openlogon_w32_wcscpy(char16_t *to, const char16_t *from)
{
    return openlogon_w32_wmemcpy(to, from, openlogon_w32_wcslen(from) + 1);
}

char16_t *openlogon_w32_wcsncpy(char16_t *to, const char16_t *from, size_t n)
{
    size_t length = openlogon_w32_wcsnlen(from, n);

    openlogon_w32_wmemcpy(to, from, length);
    openlogon_w32_wmemset(to + length, 0, n - length);
    return to;
}

char16_t *openlogon_w32_wcscat(char16_t *to, const char16_t *from)
{
    openlogon_w32_wcscpy(to + openlogon_w32_wcslen(to), from);
    return to;
}

char16_t *openlogon_w32_wcsncat(char16_t *to, const char16_t *from, size_t n)
{
    char16_t *end = to + openlogon_w32_wcslen(to);
    size_t length = openlogon_w32_wcsnlen(from, n);

    openlogon_w32_wmemcpy(end, from, length);
    end[length] = 0;
    return to;
}

char16_t *openlogon_w32__wcsdup(const char16_t *text)
{
    size_t size = (openlogon_w32_wcslen(text) + 1) * sizeof(*text);
    char16_t *copy = malloc(size);

    return copy ? memcpy(copy, text, size) : NULL;
}

/* --- case and order ----------------------------------------------------------------------------
 */

static char16_t *map_case(char16_t *text, wint_t (*map)(wint_t))
{
    for (char16_t *c = text; *c; c++)
        *c = (char16_t)map(*c);
    return text;
}

static errno_t map_case_checked(char16_t *text, size_t size, wint_t (*map)(wint_t))
{
    if (!text || openlogon_w32_wcsnlen(text, size) == size) {
        if (text && size > 0)
            text[0] = 0;
        return errno = EINVAL;
    }
    map_case(text, map);
    return 0;
}

char16_t *openlogon_w32__wcslwr(char16_t *text)
{
    return map_case(text, openlogon_w32_towlower);
}

char16_t *openlogon_w32__wcsupr(char16_t *text)
{
    return map_case(text, openlogon_w32_towupper);
}

errno_t openlogon_w32__wcslwr_s(char16_t *text, size_t size)
{
    return map_case_checked(text, size, openlogon_w32_towlower);
}

errno_t openlogon_w32__wcsupr_s(char16_t *text, size_t size)
{
    return map_case_checked(text, size, openlogon_w32_towupper);
}

char16_t *openlogon_w32__wcsrev(char16_t *text)
{
    size_t n = openlogon_w32_wcslen(text);

    for (size_t i = 0; i < n / 2; i++) {
        char16_t c = text[i];
        text[i] = text[n - 1 - i];
        text[n - 1 - i] = c;
    }
    return text;
}
