/* SPDX-License-Identifier: MIT */
/*
 * Printing by Microsoft's format rules, in 16-bit wide and in narrow characters.
 *
 * Wide text leaves for its stream as UTF-8. What is not well-formed UTF-16 is printed as U+FFFD.
 * The result is the number of units (bytes, or 16-bit units in the wide functions), or negative; %n
 * and other misuse give -1 with errno EINVAL. What happens when the buffer is too small:
 *
 *   snprintf, vsnprintf      cut, terminated; returns the whole length
 *   swprintf, vswprintf      cut, terminated; returns -1
 *   _snprintf, _snwprintf    cut, not terminated; returns -1 (a text of exactly the buffer's size
 *                            fits, without a terminating zero)
 *   sprintf_s, swprintf_s    empty; returns -1, errno ERANGE
 *   _snprintf_s, _snwprintf_s with _TRUNCATE or a count below the size: cut, terminated; returns -1
 *   sprintf, _swprintf       know no size: avoid them
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRT_PRINT_H
#define OPENLOGON_WIN32_CRT_PRINT_H

#include <stdarg.h>
#include "types.h"

OPENLOGON_W32_BEGIN

/* To a stream. */
int openlogon_w32_printf(const char *format, ...);
int openlogon_w32_vprintf(const char *format, va_list args);
int openlogon_w32_fprintf(FILE *stream, const char *format, ...);
int openlogon_w32_vfprintf(FILE *stream, const char *format, va_list args);
int openlogon_w32_wprintf(const openlogon_wchar *format, ...);
int openlogon_w32_vwprintf(const openlogon_wchar *format, va_list args);
int openlogon_w32_fwprintf(FILE *stream, const openlogon_wchar *format, ...);
int openlogon_w32_vfwprintf(FILE *stream, const openlogon_wchar *format, va_list args);

/* To memory, narrow. */
int openlogon_w32_sprintf(char *buffer, const char *format, ...);
int openlogon_w32_vsprintf(char *buffer, const char *format, va_list args);
int openlogon_w32_snprintf(char *buffer, size_t size, const char *format, ...);
int openlogon_w32_vsnprintf(char *buffer, size_t size, const char *format, va_list args);
int openlogon_w32__snprintf(char *buffer, size_t size, const char *format, ...);
int openlogon_w32__vsnprintf(char *buffer, size_t size, const char *format, va_list args);
int openlogon_w32_sprintf_s(char *buffer, size_t size, const char *format, ...);
int openlogon_w32_vsprintf_s(char *buffer, size_t size, const char *format, va_list args);
int openlogon_w32__snprintf_s(char *buffer, size_t size, size_t count, const char *format, ...);
int openlogon_w32__vsnprintf_s(char *buffer, size_t size, size_t count, const char *format,
                               va_list args);
int openlogon_w32__scprintf(const char *format, ...);
int openlogon_w32__vscprintf(const char *format, va_list args);

/* To memory, wide; sizes in units. */
int openlogon_w32_swprintf(openlogon_wchar *buffer, size_t size, const openlogon_wchar *format,
                           ...);
int openlogon_w32_vswprintf(openlogon_wchar *buffer, size_t size, const openlogon_wchar *format,
                            va_list args);
int openlogon_w32__swprintf(openlogon_wchar *buffer, const openlogon_wchar *format, ...);
int openlogon_w32__vswprintf(openlogon_wchar *buffer, const openlogon_wchar *format, va_list args);
int openlogon_w32__snwprintf(openlogon_wchar *buffer, size_t size, const openlogon_wchar *format,
                             ...);
int openlogon_w32__vsnwprintf(openlogon_wchar *buffer, size_t size, const openlogon_wchar *format,
                              va_list args);
int openlogon_w32_swprintf_s(openlogon_wchar *buffer, size_t size, const openlogon_wchar *format,
                             ...);
int openlogon_w32_vswprintf_s(openlogon_wchar *buffer, size_t size, const openlogon_wchar *format,
                              va_list args);
int openlogon_w32__snwprintf_s(openlogon_wchar *buffer, size_t size, size_t count,
                               const openlogon_wchar *format, ...);
int openlogon_w32__vsnwprintf_s(openlogon_wchar *buffer, size_t size, size_t count,
                                const openlogon_wchar *format, va_list args);
int openlogon_w32__scwprintf(const openlogon_wchar *format, ...);
int openlogon_w32__vscwprintf(const openlogon_wchar *format, va_list args);

/* <winuser.h>: at most 1024 units with the end, cut; returns what was kept. */
int openlogon_w32_wsprintfA(char *buffer, const char *format, ...);
int openlogon_w32_wvsprintfA(char *buffer, const char *format, va_list args);
int openlogon_w32_wsprintfW(openlogon_wchar *buffer, const openlogon_wchar *format, ...);
int openlogon_w32_wvsprintfW(openlogon_wchar *buffer, const openlogon_wchar *format, va_list args);

OPENLOGON_W32_END

#ifdef __cplusplus
/* The forms that learn the buffer's size from its type. */
template <size_t N, class... Arguments>
inline int openlogon_w32_sprintf_s(char (&buffer)[N], const char *format, Arguments... arguments)
{
    return openlogon_w32_sprintf_s(&buffer[0], N, format, arguments...);
}
template <size_t N, class... Arguments>
inline int openlogon_w32_swprintf_s(wchar_t (&buffer)[N], const wchar_t *format,
                                    Arguments... arguments)
{
    return openlogon_w32_swprintf_s(&buffer[0], N, format, arguments...);
}
namespace std
{
using ::openlogon_w32_fprintf;
using ::openlogon_w32_fwprintf;
using ::openlogon_w32_printf;
using ::openlogon_w32_snprintf;
using ::openlogon_w32_sprintf;
using ::openlogon_w32_swprintf;
using ::openlogon_w32_vfprintf;
using ::openlogon_w32_vfwprintf;
using ::openlogon_w32_vprintf;
using ::openlogon_w32_vsnprintf;
using ::openlogon_w32_vsprintf;
using ::openlogon_w32_vswprintf;
using ::openlogon_w32_vwprintf;
using ::openlogon_w32_wprintf;
} // namespace std
#endif

#endif /* OPENLOGON_WIN32_CRT_PRINT_H */

/* In C++ <cwchar> and its kind undo these, and their wrappers ask for them again. */
#if !defined OPENLOGON_W32_LIBRARY &&                                                              \
    (defined __cplusplus || !defined OPENLOGON_WIN32_CRT_PRINT_H_NAMES)
#define OPENLOGON_WIN32_CRT_PRINT_H_NAMES
#undef printf
#undef vprintf
#undef fprintf
#undef vfprintf
#undef wprintf
#undef vwprintf
#undef fwprintf
#undef vfwprintf
#undef sprintf
#undef vsprintf
#undef snprintf
#undef vsnprintf
#undef _snprintf
#undef _vsnprintf
#undef sprintf_s
#undef vsprintf_s
#undef _snprintf_s
#undef _vsnprintf_s
#undef _scprintf
#undef _vscprintf
#undef swprintf
#undef vswprintf
#undef _swprintf
#undef _vswprintf
#undef _snwprintf
#undef _vsnwprintf
#undef swprintf_s
#undef vswprintf_s
#undef _snwprintf_s
#undef _vsnwprintf_s
#undef _scwprintf
#undef _vscwprintf
#undef wsprintfA
#undef wvsprintfA
#undef wsprintfW
#undef wvsprintfW
#undef printf_s
#undef vprintf_s
#undef fprintf_s
#undef vfprintf_s
#undef wprintf_s
#undef vwprintf_s
#undef fwprintf_s
#undef vfwprintf_s
#define printf        openlogon_w32_printf
#define vprintf       openlogon_w32_vprintf
#define fprintf       openlogon_w32_fprintf
#define vfprintf      openlogon_w32_vfprintf
#define wprintf       openlogon_w32_wprintf
#define vwprintf      openlogon_w32_vwprintf
#define fwprintf      openlogon_w32_fwprintf
#define vfwprintf     openlogon_w32_vfwprintf
#define sprintf       openlogon_w32_sprintf
#define vsprintf      openlogon_w32_vsprintf
#define snprintf      openlogon_w32_snprintf
#define vsnprintf     openlogon_w32_vsnprintf
#define _snprintf     openlogon_w32__snprintf
#define _vsnprintf    openlogon_w32__vsnprintf
#define sprintf_s     openlogon_w32_sprintf_s
#define vsprintf_s    openlogon_w32_vsprintf_s
#define _snprintf_s   openlogon_w32__snprintf_s
#define _vsnprintf_s  openlogon_w32__vsnprintf_s
#define _scprintf     openlogon_w32__scprintf
#define _vscprintf    openlogon_w32__vscprintf
#define swprintf      openlogon_w32_swprintf
#define vswprintf     openlogon_w32_vswprintf
#define _swprintf     openlogon_w32__swprintf
#define _vswprintf    openlogon_w32__vswprintf
#define _snwprintf    openlogon_w32__snwprintf
#define _vsnwprintf   openlogon_w32__vsnwprintf
#define swprintf_s    openlogon_w32_swprintf_s
#define vswprintf_s   openlogon_w32_vswprintf_s
#define _snwprintf_s  openlogon_w32__snwprintf_s
#define _vsnwprintf_s openlogon_w32__vsnwprintf_s
#define _scwprintf    openlogon_w32__scwprintf
#define _vscwprintf   openlogon_w32__vscwprintf
#define wsprintfA     openlogon_w32_wsprintfA
#define wvsprintfA    openlogon_w32_wvsprintfA
#define wsprintfW     openlogon_w32_wsprintfW
#define wvsprintfW    openlogon_w32_wvsprintfW
#define printf_s      openlogon_w32_printf
#define vprintf_s     openlogon_w32_vprintf
#define fprintf_s     openlogon_w32_fprintf
#define vfprintf_s    openlogon_w32_vfprintf
#define wprintf_s     openlogon_w32_wprintf
#define vwprintf_s    openlogon_w32_vwprintf
#define fwprintf_s    openlogon_w32_fwprintf
#define vfwprintf_s   openlogon_w32_vfwprintf
#endif
