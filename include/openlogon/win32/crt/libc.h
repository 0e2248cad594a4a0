/* SPDX-License-Identifier: MIT */
/*
 * The C library's own headers, all that declare something which these headers give a new meaning:
 * read before the first of those names is taken, and never again. Included as <crt/libc.h>, since
 * what comes "next" is looked for behind the folder in which this is found.
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRT_LIBC_H
#define OPENLOGON_WIN32_CRT_LIBC_H

/* C++'s own <stdlib.h> comes by our <cstdlib>, which must wait. */
#define OPENLOGON_W32_READING_LIBC

#include_next <stdio.h>
#include_next <stdlib.h>
#include_next <string.h>
#include_next <strings.h>
#include_next <time.h>
#include_next <wchar.h>
#include_next <wctype.h>

#undef OPENLOGON_W32_READING_LIBC

#endif
