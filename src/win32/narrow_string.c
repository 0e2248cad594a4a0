/* SPDX-License-Identifier: MIT */
#include "win32/crt/narrow_string.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

errno_t openlogon_w32_strerror_s(char *buffer, size_t size, int error)
{
    char text[256];

    if (!buffer || size == 0)
        return errno = EINVAL;
    (void)openlogon_w32_strncpy_s(buffer, size, strerror_r(error, text, sizeof(text)), _TRUNCATE);
    return 0;
}

static char *map_case(char *text, int (*map)(int))
{
    for (char *c = text; *c; c++)
        *c = (char)map((unsigned char)*c);
    return text;
}

static errno_t map_case_checked(char *text, size_t size, int (*map)(int))
{
    if (!text || strnlen(text, size) == size) {
        if (text && size > 0)
            text[0] = 0;
        return errno = EINVAL;
    }
    map_case(text, map);
    return 0;
}

char *openlogon_w32__strlwr(char *text)
{
    return map_case(text, tolower);
}

char *openlogon_w32__strupr(char *text)
{
    return map_case(text, toupper);
}

errno_t openlogon_w32__strlwr_s(char *text, size_t size)
{
    return map_case_checked(text, size, tolower);
}

errno_t openlogon_w32__strupr_s(char *text, size_t size)
{
    return map_case_checked(text, size, toupper);
}

char *openlogon_w32__strrev(char *text)
{
    size_t n = strlen(text);

    for (size_t i = 0; i < n / 2; i++) {
        char c = text[i];
        text[i] = text[n - 1 - i];
        text[n - 1 - i] = c;
    }
    return text;
}

int openlogon_w32__memicmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;

    for (size_t i = 0; i < n; i++) {
        int difference = tolower(x[i]) - tolower(y[i]);
        if (difference)
            return difference;
    }
    return 0;
}
