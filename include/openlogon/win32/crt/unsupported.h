/* SPDX-License-Identifier: MIT */
/*
 * The C library's functions for wide characters that have no 16-bit form here. Called with 16-bit
 * characters they would read and write beyond the caller's memory, so a call does not compile.
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRT_UNSUPPORTED_H
#define OPENLOGON_WIN32_CRT_UNSUPPORTED_H

#include "types.h"

OPENLOGON_W32_BEGIN

/* Without a prototype of arguments: whatever is passed, this is the message. */
#if defined __has_attribute && __has_attribute(__error__)
__attribute__((__error__("openlogon-win32 has no 16-bit form of this function")))
#endif
int openlogon_w32_unsupported_wide_function(int first, ...);

OPENLOGON_W32_END

#endif

#if !defined OPENLOGON_W32_LIBRARY && !defined __cplusplus &&                                      \
    !defined OPENLOGON_WIN32_CRT_UNSUPPORTED_H_NAMES
#define OPENLOGON_WIN32_CRT_UNSUPPORTED_H_NAMES
#undef swscanf
#undef wscanf
#undef fwscanf
#undef vswscanf
#undef vwscanf
#undef vfwscanf
#undef swscanf_s
#undef wscanf_s
#undef fwscanf_s
#undef wcsxfrm
#undef wcpcpy
#undef wcpncpy
#undef wcswidth
#undef mbrtowc
#undef wcrtomb
#undef mbsrtowcs
#undef wcsrtombs
#undef mbsnrtowcs
#undef wcsnrtombs
#undef mbtowc
#undef wctomb
#undef open_wmemstream
#undef wcschrnul
#undef wmempcpy
#define swscanf(...)         openlogon_w32_unsupported_wide_function(0)
#define wscanf(...)          openlogon_w32_unsupported_wide_function(0)
#define fwscanf(...)         openlogon_w32_unsupported_wide_function(0)
#define vswscanf(...)        openlogon_w32_unsupported_wide_function(0)
#define vwscanf(...)         openlogon_w32_unsupported_wide_function(0)
#define vfwscanf(...)        openlogon_w32_unsupported_wide_function(0)
#define swscanf_s(...)       openlogon_w32_unsupported_wide_function(0)
#define wscanf_s(...)        openlogon_w32_unsupported_wide_function(0)
#define fwscanf_s(...)       openlogon_w32_unsupported_wide_function(0)
#define wcsxfrm(...)         openlogon_w32_unsupported_wide_function(0)
#define wcpcpy(...)          openlogon_w32_unsupported_wide_function(0)
#define wcpncpy(...)         openlogon_w32_unsupported_wide_function(0)
#define wcswidth(...)        openlogon_w32_unsupported_wide_function(0)
#define mbrtowc(...)         openlogon_w32_unsupported_wide_function(0)
#define wcrtomb(...)         openlogon_w32_unsupported_wide_function(0)
#define mbsrtowcs(...)       openlogon_w32_unsupported_wide_function(0)
#define wcsrtombs(...)       openlogon_w32_unsupported_wide_function(0)
#define mbsnrtowcs(...)      openlogon_w32_unsupported_wide_function(0)
#define wcsnrtombs(...)      openlogon_w32_unsupported_wide_function(0)
#define mbtowc(...)          openlogon_w32_unsupported_wide_function(0)
#define wctomb(...)          openlogon_w32_unsupported_wide_function(0)
#define open_wmemstream(...) openlogon_w32_unsupported_wide_function(0)
#define wcschrnul(...)       openlogon_w32_unsupported_wide_function(0)
#define wmempcpy(...)        openlogon_w32_unsupported_wide_function(0)
#endif
