/* SPDX-License-Identifier: MIT */
/*
 * Strings with known buffers. Cch: sizes in units; Cb: in bytes; both of the whole buffer, with its
 * terminating zero. What does not fit is cut, terminated, and told by
 * STRSAFE_E_INSUFFICIENT_BUFFER; the Printf functions follow print.h.
 * Source: Microsoft's strsafe.h reference. The Ex and Gets functions are not here.
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_STRSAFE_H
#define OPENLOGON_WIN32_STRSAFE_H

#include <stdarg.h>
#include <stddef.h>

#include <winerror.h>
#include <winnt.h>

#include "types.h"

#define STRSAFE_MAX_CCH               2147483647
#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007AL)
#define STRSAFE_E_INVALID_PARAMETER   ((HRESULT)0x80070057L)
#define STRSAFE_E_END_OF_FILE         ((HRESULT)0x80070026L)

OPENLOGON_W32_BEGIN

HRESULT StringCchCopyA(char *to, size_t size, const char *from);
HRESULT StringCchCopyNA(char *to, size_t size, const char *from, size_t n);
HRESULT StringCchCatA(char *to, size_t size, const char *from);
HRESULT StringCchCatNA(char *to, size_t size, const char *from, size_t n);
HRESULT StringCchPrintfA(char *to, size_t size, const char *format, ...);
HRESULT StringCchVPrintfA(char *to, size_t size, const char *format, va_list args);
HRESULT StringCchLengthA(const char *text, size_t most, size_t *ret);

HRESULT StringCchCopyW(openlogon_wchar *to, size_t size, const openlogon_wchar *from);
HRESULT StringCchCopyNW(openlogon_wchar *to, size_t size, const openlogon_wchar *from, size_t n);
HRESULT StringCchCatW(openlogon_wchar *to, size_t size, const openlogon_wchar *from);
HRESULT StringCchCatNW(openlogon_wchar *to, size_t size, const openlogon_wchar *from, size_t n);
HRESULT StringCchPrintfW(openlogon_wchar *to, size_t size, const openlogon_wchar *format, ...);
HRESULT StringCchVPrintfW(openlogon_wchar *to, size_t size, const openlogon_wchar *format,
                          va_list args);
HRESULT StringCchLengthW(const openlogon_wchar *text, size_t most, size_t *ret);

HRESULT StringCbCopyA(char *to, size_t bytes, const char *from);
HRESULT StringCbCopyNA(char *to, size_t bytes, const char *from, size_t n_bytes);
HRESULT StringCbCatA(char *to, size_t bytes, const char *from);
HRESULT StringCbCatNA(char *to, size_t bytes, const char *from, size_t n_bytes);
HRESULT StringCbPrintfA(char *to, size_t bytes, const char *format, ...);
HRESULT StringCbVPrintfA(char *to, size_t bytes, const char *format, va_list args);
HRESULT StringCbLengthA(const char *text, size_t most_bytes, size_t *ret_bytes);

HRESULT StringCbCopyW(openlogon_wchar *to, size_t bytes, const openlogon_wchar *from);
HRESULT StringCbCopyNW(openlogon_wchar *to, size_t bytes, const openlogon_wchar *from,
                       size_t n_bytes);
HRESULT StringCbCatW(openlogon_wchar *to, size_t bytes, const openlogon_wchar *from);
HRESULT StringCbCatNW(openlogon_wchar *to, size_t bytes, const openlogon_wchar *from,
                      size_t n_bytes);
HRESULT StringCbPrintfW(openlogon_wchar *to, size_t bytes, const openlogon_wchar *format, ...);
HRESULT StringCbVPrintfW(openlogon_wchar *to, size_t bytes, const openlogon_wchar *format,
                         va_list args);
HRESULT StringCbLengthW(const openlogon_wchar *text, size_t most_bytes, size_t *ret_bytes);

OPENLOGON_W32_END

#ifdef UNICODE
#define StringCchCopy    StringCchCopyW
#define StringCchCopyN   StringCchCopyNW
#define StringCchCat     StringCchCatW
#define StringCchCatN    StringCchCatNW
#define StringCchPrintf  StringCchPrintfW
#define StringCchVPrintf StringCchVPrintfW
#define StringCchLength  StringCchLengthW
#define StringCbCopy     StringCbCopyW
#define StringCbCopyN    StringCbCopyNW
#define StringCbCat      StringCbCatW
#define StringCbCatN     StringCbCatNW
#define StringCbPrintf   StringCbPrintfW
#define StringCbVPrintf  StringCbVPrintfW
#define StringCbLength   StringCbLengthW
#else
#define StringCchCopy    StringCchCopyA
#define StringCchCopyN   StringCchCopyNA
#define StringCchCat     StringCchCatA
#define StringCchCatN    StringCchCatNA
#define StringCchPrintf  StringCchPrintfA
#define StringCchVPrintf StringCchVPrintfA
#define StringCchLength  StringCchLengthA
#define StringCbCopy     StringCbCopyA
#define StringCbCopyN    StringCbCopyNA
#define StringCbCat      StringCbCatA
#define StringCbCatN     StringCbCatNA
#define StringCbPrintf   StringCbPrintfA
#define StringCbVPrintf  StringCbVPrintfA
#define StringCbLength   StringCbLengthA
#endif

#endif
