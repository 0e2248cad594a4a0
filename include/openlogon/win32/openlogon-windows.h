/* SPDX-License-Identifier: MIT */
/*
 * What <windows.h> means to a program in source-compatibility mode: OpenLogon's own, and before it
 * the headers that Microsoft's brings with it or that programs have come to rely upon.
 *
 * A file of its own because <windows.h> and <Windows.h> are one file where case does not matter.
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_WINDOWS_H
#define OPENLOGON_WIN32_WINDOWS_H

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "crt/sal.h"

#include_next <windows.h>

/* <winuser.h>, the little that console programs use of it. */
#ifdef UNICODE
#define wsprintf  wsprintfW
#define wvsprintf wvsprintfW
#else
#define wsprintf  wsprintfA
#define wvsprintf wvsprintfA
#endif

#endif
