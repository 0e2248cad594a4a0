/* SPDX-License-Identifier: MIT */
/* What a program asks of its surroundings: variables, and the time in words. */
#include "win32/crt/convert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uchar.h>

#include "base/macros.h"
#include "win32/encoding.h"

size_t openlogon_w32_wcsftime(char16_t *to, size_t size, const char16_t *format,
                              const struct tm *time)
{
    _cleanup_(freep) char *narrow_format = openlogon_w32_narrow_copy(format);
    char text[1024];

    if (!narrow_format || size == 0)
        return 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    size_t narrow_size = strftime(text, sizeof(text), narrow_format, time);
#pragma GCC diagnostic pop
    size_t length = 0;
    if (narrow_size == 0 || openlogon_w32_mbstowcs_s(&length, to, size, text, size) != 0) {
        to[0] = 0;
        return 0;
    }
    return length - 1;
}

/* As long as a variable of Windows can be, with its end. */
enum { ENVIRONMENT_MAX = 32768 };

char16_t *openlogon_w32__wgetenv(const char16_t *name)
{
    static _Thread_local char16_t result[ENVIRONMENT_MAX];
    _cleanup_(freep) char *narrow_name = openlogon_w32_narrow_copy(name);
    const char *value = narrow_name ? getenv(narrow_name) : NULL;

    if (!value || openlogon_w32_mbstowcs_s(NULL, result, ENVIRONMENT_MAX, value, WHOLE) != 0)
        return NULL;
    return result;
}

errno_t openlogon_w32__dupenv_s(char **ret, size_t *ret_size, const char *name)
{
    if (!ret || !name)
        return errno = EINVAL;
    const char *value = getenv(name);
    *ret = value ? strdup(value) : NULL;
    if (ret_size)
        *ret_size = *ret ? strlen(*ret) + 1 : 0;
    return value && !*ret ? ENOMEM : 0;
}

errno_t openlogon_w32__wdupenv_s(char16_t **ret, size_t *ret_size, const char16_t *name)
{
    if (!ret || !name)
        return errno = EINVAL;
    *ret = NULL;
    if (ret_size)
        *ret_size = 0;
    _cleanup_(freep) char *narrow_name = openlogon_w32_narrow_copy(name);
    if (!narrow_name)
        return errno;
    const char *value = getenv(narrow_name);
    if (!value)
        return 0;
    size_t length = openlogon_w32_mbstowcs(NULL, value, 0);
    if (length == (size_t)-1)
        return EILSEQ;
    *ret = calloc(length + 1, sizeof(**ret));
    if (!*ret)
        return ENOMEM;
    (void)openlogon_w32_mbstowcs(*ret, value, length);
    if (ret_size)
        *ret_size = length + 1;
    return 0;
}
