/* SPDX-License-Identifier: MIT */
/* The functions that know their buffer's size, in both widths. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <uchar.h>

#include "win32/crt/narrow_string.h"
#include "win32/crt/print.h"
#include "win32/crt/wide_string.h"
#include "win32/crt/strsafe.h"

#define TEMPLATE(name) narrow_##name
#define SECURE(name)   openlogon_w32_str##name
#define SAFE(name)     String##name##A
#define UNIT           char
#define PRINT_CUT      openlogon_w32_vsnprintf
#include "win32/bounded-template.h"
#undef TEMPLATE
#undef SECURE
#undef SAFE
#undef UNIT
#undef PRINT_CUT

#define TEMPLATE(name) wide_##name
#define SECURE(name)   openlogon_w32_wcs##name
#define SAFE(name)     String##name##W
#define UNIT           char16_t
#define PRINT_CUT      openlogon_w32_vswprintf
#include "win32/bounded-template.h"

/* --- memory -------------------------------------------------------------------------------------
 */

static errno_t wipe(void *to, size_t size, errno_t error)
{
    if (to && size > 0)
        memset(to, 0, size);
    errno = error;
    return error;
}

static errno_t move_bytes(void *to, size_t size, const void *from, size_t n)
{
    if (n == 0)
        return 0;
    if (!to || !from)
        return wipe(to, size, EINVAL);
    if (n > size)
        return wipe(to, size, ERANGE);
    memmove(to, from, n);
    return 0;
}

/* In bytes; what cannot be expressed cannot fit either. */
static errno_t move_units(char16_t *to, size_t size, const char16_t *from, size_t n)
{
    size_t size_bytes, n_bytes;

    if (__builtin_mul_overflow(size, sizeof(*to), &size_bytes))
        return wipe(to, 0, ERANGE);
    if (__builtin_mul_overflow(n, sizeof(*to), &n_bytes))
        return wipe(to, size_bytes, ERANGE);
    return move_bytes(to, size_bytes, from, n_bytes);
}

errno_t openlogon_w32_memcpy_s(void *to, rsize_t size, const void *from, rsize_t n)
{
    return move_bytes(to, size, from, n);
}

errno_t openlogon_w32_memmove_s(void *to, rsize_t size, const void *from, rsize_t n)
{
    return move_bytes(to, size, from, n);
}

errno_t openlogon_w32_wmemcpy_s(char16_t *to, rsize_t size, const char16_t *from, rsize_t n)
{
    return move_units(to, size, from, n);
}

errno_t openlogon_w32_wmemmove_s(char16_t *to, rsize_t size, const char16_t *from, rsize_t n)
{
    return move_units(to, size, from, n);
}
