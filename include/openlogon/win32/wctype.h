/* SPDX-License-Identifier: MIT */
/* <wctype.h> for 16-bit wide characters. */
#pragma GCC system_header

#include_next <wctype.h>

#ifndef OPENLOGON_W32_READING_LIBC
#include "crt/wide_type.h"
#endif
