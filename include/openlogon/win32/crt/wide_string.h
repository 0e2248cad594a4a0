/* SPDX-License-Identifier: MIT */
/*
 * Strings of 16-bit wide characters. Lengths are in units. Functions without regard to case fold by
 * Unicode's simple mapping, unit by unit, whatever the locale.
 *
 * Those ending in _s return 0 or an errno value, and leave an empty string when the text does not
 * fit (ERANGE) or an argument is NULL or of no size (EINVAL).
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRT_WIDE_STRING_H
#define OPENLOGON_WIN32_CRT_WIDE_STRING_H

#include "types.h"

OPENLOGON_W32_BEGIN

size_t openlogon_w32_wcslen(const openlogon_wchar *text);
size_t openlogon_w32_wcsnlen(const openlogon_wchar *text, size_t most);
openlogon_wchar *openlogon_w32_wcscpy(openlogon_wchar *to, const openlogon_wchar *from);
openlogon_wchar *openlogon_w32_wcsncpy(openlogon_wchar *to, const openlogon_wchar *from, size_t n);
openlogon_wchar *openlogon_w32_wcscat(openlogon_wchar *to, const openlogon_wchar *from);
openlogon_wchar *openlogon_w32_wcsncat(openlogon_wchar *to, const openlogon_wchar *from, size_t n);
int openlogon_w32_wcscmp(const openlogon_wchar *a, const openlogon_wchar *b);
int openlogon_w32_wcsncmp(const openlogon_wchar *a, const openlogon_wchar *b, size_t n);
int openlogon_w32__wcsicmp(const openlogon_wchar *a, const openlogon_wchar *b);
int openlogon_w32__wcsnicmp(const openlogon_wchar *a, const openlogon_wchar *b, size_t n);
openlogon_wchar *openlogon_w32_wcschr(const openlogon_wchar *text, openlogon_wchar c);
openlogon_wchar *openlogon_w32_wcsrchr(const openlogon_wchar *text, openlogon_wchar c);
openlogon_wchar *openlogon_w32_wcsstr(const openlogon_wchar *text, const openlogon_wchar *part);
openlogon_wchar *openlogon_w32_wcspbrk(const openlogon_wchar *text, const openlogon_wchar *set);
size_t openlogon_w32_wcsspn(const openlogon_wchar *text, const openlogon_wchar *set);
size_t openlogon_w32_wcscspn(const openlogon_wchar *text, const openlogon_wchar *set);
openlogon_wchar *openlogon_w32_wcstok(openlogon_wchar *text, const openlogon_wchar *set,
                                      openlogon_wchar **state);
/* The caller's: free() it. */
openlogon_wchar *openlogon_w32__wcsdup(const openlogon_wchar *text);
openlogon_wchar *openlogon_w32__wcslwr(openlogon_wchar *text);
openlogon_wchar *openlogon_w32__wcsupr(openlogon_wchar *text);
openlogon_wchar *openlogon_w32__wcsrev(openlogon_wchar *text);
openlogon_wchar *openlogon_w32_wmemcpy(openlogon_wchar *to, const openlogon_wchar *from, size_t n);
openlogon_wchar *openlogon_w32_wmemmove(openlogon_wchar *to, const openlogon_wchar *from, size_t n);
openlogon_wchar *openlogon_w32_wmemset(openlogon_wchar *to, openlogon_wchar c, size_t n);
int openlogon_w32_wmemcmp(const openlogon_wchar *a, const openlogon_wchar *b, size_t n);
openlogon_wchar *openlogon_w32_wmemchr(const openlogon_wchar *units, openlogon_wchar c, size_t n);

errno_t openlogon_w32_wcscpy_s(openlogon_wchar *to, rsize_t size, const openlogon_wchar *from);
errno_t openlogon_w32_wcscat_s(openlogon_wchar *to, rsize_t size, const openlogon_wchar *from);
/* `n` may be _TRUNCATE: what fits is kept, and STRUNCATE returned if that is not all. */
errno_t openlogon_w32_wcsncpy_s(openlogon_wchar *to, rsize_t size, const openlogon_wchar *from,
                                rsize_t n);
errno_t openlogon_w32_wcsncat_s(openlogon_wchar *to, rsize_t size, const openlogon_wchar *from,
                                rsize_t n);
size_t openlogon_w32_wcsnlen_s(const openlogon_wchar *text, size_t most);
errno_t openlogon_w32__wcslwr_s(openlogon_wchar *text, size_t size);
errno_t openlogon_w32__wcsupr_s(openlogon_wchar *text, size_t size);
errno_t openlogon_w32_wmemcpy_s(openlogon_wchar *to, rsize_t size, const openlogon_wchar *from,
                                rsize_t n);
errno_t openlogon_w32_wmemmove_s(openlogon_wchar *to, rsize_t size, const openlogon_wchar *from,
                                 rsize_t n);

OPENLOGON_W32_END

#ifdef __cplusplus
template <size_t N> inline errno_t openlogon_w32_wcscpy_s(wchar_t (&to)[N], const wchar_t *from)
{
    return openlogon_w32_wcscpy_s(&to[0], N, from);
}
template <size_t N> inline errno_t openlogon_w32_wcscat_s(wchar_t (&to)[N], const wchar_t *from)
{
    return openlogon_w32_wcscat_s(&to[0], N, from);
}
namespace std
{
using ::openlogon_w32_wcscat;
using ::openlogon_w32_wcschr;
using ::openlogon_w32_wcscmp;
using ::openlogon_w32_wcscpy;
using ::openlogon_w32_wcscspn;
using ::openlogon_w32_wcslen;
using ::openlogon_w32_wcsncat;
using ::openlogon_w32_wcsncmp;
using ::openlogon_w32_wcsncpy;
using ::openlogon_w32_wcspbrk;
using ::openlogon_w32_wcsrchr;
using ::openlogon_w32_wcsspn;
using ::openlogon_w32_wcsstr;
using ::openlogon_w32_wcstok;
using ::openlogon_w32_wmemchr;
using ::openlogon_w32_wmemcmp;
using ::openlogon_w32_wmemcpy;
using ::openlogon_w32_wmemmove;
using ::openlogon_w32_wmemset;
} // namespace std
#endif

#endif /* OPENLOGON_WIN32_CRT_WIDE_STRING_H */

/* In C++ <cwchar> and its kind undo these, and their wrappers ask for them again. */
#if !defined OPENLOGON_W32_LIBRARY &&                                                              \
    (defined __cplusplus || !defined OPENLOGON_WIN32_CRT_WIDE_STRING_H_NAMES)
#define OPENLOGON_WIN32_CRT_WIDE_STRING_H_NAMES
#undef wcslen
#undef wcsnlen
#undef wcscpy
#undef wcsncpy
#undef wcscat
#undef wcsncat
#undef wcscmp
#undef wcsncmp
#undef _wcsicmp
#undef _wcsnicmp
#undef wcschr
#undef wcsrchr
#undef wcsstr
#undef wcspbrk
#undef wcsspn
#undef wcscspn
#undef wcstok
#undef _wcsdup
#undef _wcslwr
#undef _wcsupr
#undef _wcsrev
#undef wmemcpy
#undef wmemmove
#undef wmemset
#undef wmemcmp
#undef wmemchr
#undef wcscpy_s
#undef wcscat_s
#undef wcsncpy_s
#undef wcsncat_s
#undef wcsnlen_s
#undef _wcslwr_s
#undef _wcsupr_s
#undef wmemcpy_s
#undef wmemmove_s
#undef wcsicmp
#undef wcscasecmp
#undef _wcscmpi
#undef wcsnicmp
#undef wcsncasecmp
#undef wcscoll
#undef _wcsicoll
#undef wcsdup
#undef wcslwr
#undef wcsupr
#undef wcstok_s
#define wcslen      openlogon_w32_wcslen
#define wcsnlen     openlogon_w32_wcsnlen
#define wcscpy      openlogon_w32_wcscpy
#define wcsncpy     openlogon_w32_wcsncpy
#define wcscat      openlogon_w32_wcscat
#define wcsncat     openlogon_w32_wcsncat
#define wcscmp      openlogon_w32_wcscmp
#define wcsncmp     openlogon_w32_wcsncmp
#define _wcsicmp    openlogon_w32__wcsicmp
#define _wcsnicmp   openlogon_w32__wcsnicmp
#define wcschr      openlogon_w32_wcschr
#define wcsrchr     openlogon_w32_wcsrchr
#define wcsstr      openlogon_w32_wcsstr
#define wcspbrk     openlogon_w32_wcspbrk
#define wcsspn      openlogon_w32_wcsspn
#define wcscspn     openlogon_w32_wcscspn
#define wcstok      openlogon_w32_wcstok
#define _wcsdup     openlogon_w32__wcsdup
#define _wcslwr     openlogon_w32__wcslwr
#define _wcsupr     openlogon_w32__wcsupr
#define _wcsrev     openlogon_w32__wcsrev
#define wmemcpy     openlogon_w32_wmemcpy
#define wmemmove    openlogon_w32_wmemmove
#define wmemset     openlogon_w32_wmemset
#define wmemcmp     openlogon_w32_wmemcmp
#define wmemchr     openlogon_w32_wmemchr
#define wcscpy_s    openlogon_w32_wcscpy_s
#define wcscat_s    openlogon_w32_wcscat_s
#define wcsncpy_s   openlogon_w32_wcsncpy_s
#define wcsncat_s   openlogon_w32_wcsncat_s
#define wcsnlen_s   openlogon_w32_wcsnlen_s
#define _wcslwr_s   openlogon_w32__wcslwr_s
#define _wcsupr_s   openlogon_w32__wcsupr_s
#define wmemcpy_s   openlogon_w32_wmemcpy_s
#define wmemmove_s  openlogon_w32_wmemmove_s
#define wcsicmp     openlogon_w32__wcsicmp
#define wcscasecmp  openlogon_w32__wcsicmp
#define _wcscmpi    openlogon_w32__wcsicmp
#define wcsnicmp    openlogon_w32__wcsnicmp
#define wcsncasecmp openlogon_w32__wcsnicmp
#define wcscoll     openlogon_w32_wcscmp
#define _wcsicoll   openlogon_w32__wcsicmp
#define wcsdup      openlogon_w32__wcsdup
#define wcslwr      openlogon_w32__wcslwr
#define wcsupr      openlogon_w32__wcsupr
#define wcstok_s    openlogon_w32_wcstok
#endif
