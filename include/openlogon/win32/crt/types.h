/* SPDX-License-Identifier: MIT */
/*
 * What all headers of the compatible C library share. Their functions are called
 * openlogon_w32_NAME; the headers that a program includes make NAME mean them, in that program's
 * own code only. The C library is not touched, nor what other libraries call.
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRT_TYPES_H
#define OPENLOGON_WIN32_CRT_TYPES_H

#include <stddef.h>

#ifdef OPENLOGON_W32_LIBRARY
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#else
#include <crt/libc.h>
#endif

#if !defined OPENLOGON_W32_LIBRARY && __SIZEOF_WCHAR_T__ != 2
#error                                                                                             \
    "openlogon-win32 needs 16-bit wide characters: compile with -fshort-wchar (pkg-config --cflags)"
#endif

#ifdef __cplusplus
#define OPENLOGON_W32_BEGIN extern "C" {
#define OPENLOGON_W32_END   }
/* A type of its own in C++, and that of L"". */
typedef wchar_t openlogon_wchar;
#else
#define OPENLOGON_W32_BEGIN
#define OPENLOGON_W32_END
/* The same type as the program's wchar_t and as the library's char16_t. */
typedef __CHAR16_TYPE__ openlogon_wchar;
#endif

typedef int errno_t;
typedef size_t rsize_t;

#ifndef _TRUNCATE
#define _TRUNCATE ((size_t)-1)
#endif
#ifndef STRUNCATE
#define STRUNCATE 80
#endif

#ifndef _CRT_WIDE
#define OPENLOGON_W32_WIDE(text) L##text
#define _CRT_WIDE(text)          OPENLOGON_W32_WIDE(text)
#endif
#ifndef __FILEW__
#define __FILEW__ _CRT_WIDE(__FILE__)
#define __DATEW__ _CRT_WIDE(__DATE__)
#define __TIMEW__ _CRT_WIDE(__TIME__)
#endif

#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif

#endif
