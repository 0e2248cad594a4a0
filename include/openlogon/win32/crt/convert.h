/* SPDX-License-Identifier: MIT */
/*
 * Numbers out of wide text and into text, and text from UTF-8 to UTF-16 and back. `long` is this
 * system's, of 64 bits.
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRT_CONVERT_H
#define OPENLOGON_WIN32_CRT_CONVERT_H

#include "types.h"

OPENLOGON_W32_BEGIN

/* As their narrow namesakes, to which they hand the ASCII characters that can be of a number. */
long openlogon_w32_wcstol(const openlogon_wchar *text, openlogon_wchar **end, int radix);
unsigned long openlogon_w32_wcstoul(const openlogon_wchar *text, openlogon_wchar **end, int radix);
long long openlogon_w32_wcstoll(const openlogon_wchar *text, openlogon_wchar **end, int radix);
unsigned long long openlogon_w32_wcstoull(const openlogon_wchar *text, openlogon_wchar **end,
                                          int radix);
double openlogon_w32_wcstod(const openlogon_wchar *text, openlogon_wchar **end);
float openlogon_w32_wcstof(const openlogon_wchar *text, openlogon_wchar **end);
long double openlogon_w32_wcstold(const openlogon_wchar *text, openlogon_wchar **end);
int openlogon_w32__wtoi(const openlogon_wchar *text);
long openlogon_w32__wtol(const openlogon_wchar *text);
long long openlogon_w32__wtoi64(const openlogon_wchar *text);
double openlogon_w32__wtof(const openlogon_wchar *text);

/* Radix 2 to 36; a minus sign only in radix 10. Without a size they need 66 units. */
char *openlogon_w32__itoa(int value, char *buffer, int radix);
errno_t openlogon_w32__itoa_s(int value, char *buffer, size_t size, int radix);
openlogon_wchar *openlogon_w32__itow(int value, openlogon_wchar *buffer, int radix);
errno_t openlogon_w32__itow_s(int value, openlogon_wchar *buffer, size_t size, int radix);
char *openlogon_w32__ltoa(long value, char *buffer, int radix);
errno_t openlogon_w32__ltoa_s(long value, char *buffer, size_t size, int radix);
openlogon_wchar *openlogon_w32__ltow(long value, openlogon_wchar *buffer, int radix);
errno_t openlogon_w32__ltow_s(long value, openlogon_wchar *buffer, size_t size, int radix);
char *openlogon_w32__ultoa(unsigned long value, char *buffer, int radix);
errno_t openlogon_w32__ultoa_s(unsigned long value, char *buffer, size_t size, int radix);
openlogon_wchar *openlogon_w32__ultow(unsigned long value, openlogon_wchar *buffer, int radix);
errno_t openlogon_w32__ultow_s(unsigned long value, openlogon_wchar *buffer, size_t size,
                               int radix);
char *openlogon_w32__i64toa(long long value, char *buffer, int radix);
errno_t openlogon_w32__i64toa_s(long long value, char *buffer, size_t size, int radix);
openlogon_wchar *openlogon_w32__i64tow(long long value, openlogon_wchar *buffer, int radix);
errno_t openlogon_w32__i64tow_s(long long value, openlogon_wchar *buffer, size_t size, int radix);
char *openlogon_w32__ui64toa(unsigned long long value, char *buffer, int radix);
errno_t openlogon_w32__ui64toa_s(unsigned long long value, char *buffer, size_t size, int radix);
openlogon_wchar *openlogon_w32__ui64tow(unsigned long long value, openlogon_wchar *buffer,
                                        int radix);
errno_t openlogon_w32__ui64tow_s(unsigned long long value, openlogon_wchar *buffer, size_t size,
                                 int radix);

/* UTF-8 and UTF-16, strictly: (size_t)-1 and errno EILSEQ for what is malformed. */
size_t openlogon_w32_mbstowcs(openlogon_wchar *to, const char *from, size_t n);
size_t openlogon_w32_wcstombs(char *to, const openlogon_wchar *from, size_t n);
/* *ret counts the terminating zero. `n` may be _TRUNCATE. */
errno_t openlogon_w32_mbstowcs_s(size_t *ret, openlogon_wchar *to, size_t size, const char *from,
                                 size_t n);
errno_t openlogon_w32_wcstombs_s(size_t *ret, char *to, size_t size, const openlogon_wchar *from,
                                 size_t n);

size_t openlogon_w32_wcsftime(openlogon_wchar *to, size_t size, const openlogon_wchar *format,
                              const struct tm *time);

/* Valid until the thread's next _wgetenv. NULL: not set, not UTF-8, or beyond 32767 units. */
openlogon_wchar *openlogon_w32__wgetenv(const openlogon_wchar *name);
/* *ret is the caller's to free(), NULL when not set; *ret_size counts the terminating zero. */
errno_t openlogon_w32__dupenv_s(char **ret, size_t *ret_size, const char *name);
errno_t openlogon_w32__wdupenv_s(openlogon_wchar **ret, size_t *ret_size,
                                 const openlogon_wchar *name);

OPENLOGON_W32_END

#ifdef __cplusplus
namespace std
{
using ::openlogon_w32_mbstowcs;
using ::openlogon_w32_wcsftime;
using ::openlogon_w32_wcstod;
using ::openlogon_w32_wcstof;
using ::openlogon_w32_wcstol;
using ::openlogon_w32_wcstold;
using ::openlogon_w32_wcstoll;
using ::openlogon_w32_wcstombs;
using ::openlogon_w32_wcstoul;
using ::openlogon_w32_wcstoull;
} // namespace std
#endif

#endif /* OPENLOGON_WIN32_CRT_CONVERT_H */

/* In C++ <cwchar> and its kind undo these, and their wrappers ask for them again. */
#if !defined OPENLOGON_W32_LIBRARY &&                                                              \
    (defined __cplusplus || !defined OPENLOGON_WIN32_CRT_CONVERT_H_NAMES)
#define OPENLOGON_WIN32_CRT_CONVERT_H_NAMES
#undef wcstol
#undef wcstoul
#undef wcstoll
#undef wcstoull
#undef wcstod
#undef wcstof
#undef wcstold
#undef _wtoi
#undef _wtol
#undef _wtoi64
#undef _wtof
#undef _itoa
#undef _itoa_s
#undef _itow
#undef _itow_s
#undef _ltoa
#undef _ltoa_s
#undef _ltow
#undef _ltow_s
#undef _ultoa
#undef _ultoa_s
#undef _ultow
#undef _ultow_s
#undef _i64toa
#undef _i64toa_s
#undef _i64tow
#undef _i64tow_s
#undef _ui64toa
#undef _ui64toa_s
#undef _ui64tow
#undef _ui64tow_s
#undef mbstowcs
#undef wcstombs
#undef mbstowcs_s
#undef wcstombs_s
#undef wcsftime
#undef _wgetenv
#undef _dupenv_s
#undef _wdupenv_s
#undef _wcstoi64
#undef _wcstoui64
#undef _wtoll
#undef _atoi64
#undef _strtoi64
#undef _strtoui64
#undef itoa
#undef ltoa
#undef ultoa
#define wcstol     openlogon_w32_wcstol
#define wcstoul    openlogon_w32_wcstoul
#define wcstoll    openlogon_w32_wcstoll
#define wcstoull   openlogon_w32_wcstoull
#define wcstod     openlogon_w32_wcstod
#define wcstof     openlogon_w32_wcstof
#define wcstold    openlogon_w32_wcstold
#define _wtoi      openlogon_w32__wtoi
#define _wtol      openlogon_w32__wtol
#define _wtoi64    openlogon_w32__wtoi64
#define _wtof      openlogon_w32__wtof
#define _itoa      openlogon_w32__itoa
#define _itoa_s    openlogon_w32__itoa_s
#define _itow      openlogon_w32__itow
#define _itow_s    openlogon_w32__itow_s
#define _ltoa      openlogon_w32__ltoa
#define _ltoa_s    openlogon_w32__ltoa_s
#define _ltow      openlogon_w32__ltow
#define _ltow_s    openlogon_w32__ltow_s
#define _ultoa     openlogon_w32__ultoa
#define _ultoa_s   openlogon_w32__ultoa_s
#define _ultow     openlogon_w32__ultow
#define _ultow_s   openlogon_w32__ultow_s
#define _i64toa    openlogon_w32__i64toa
#define _i64toa_s  openlogon_w32__i64toa_s
#define _i64tow    openlogon_w32__i64tow
#define _i64tow_s  openlogon_w32__i64tow_s
#define _ui64toa   openlogon_w32__ui64toa
#define _ui64toa_s openlogon_w32__ui64toa_s
#define _ui64tow   openlogon_w32__ui64tow
#define _ui64tow_s openlogon_w32__ui64tow_s
#define mbstowcs   openlogon_w32_mbstowcs
#define wcstombs   openlogon_w32_wcstombs
#define mbstowcs_s openlogon_w32_mbstowcs_s
#define wcstombs_s openlogon_w32_wcstombs_s
#define wcsftime   openlogon_w32_wcsftime
#define _wgetenv   openlogon_w32__wgetenv
#define _dupenv_s  openlogon_w32__dupenv_s
#define _wdupenv_s openlogon_w32__wdupenv_s
#define _wcstoi64  openlogon_w32_wcstoll
#define _wcstoui64 openlogon_w32_wcstoull
#define _wtoll     openlogon_w32__wtoi64
#define _atoi64    atoll
#define _strtoi64  strtoll
#define _strtoui64 strtoull
#define itoa       openlogon_w32__itoa
#define ltoa       openlogon_w32__ltoa
#define ultoa      openlogon_w32__ultoa
#endif
