/* SPDX-License-Identifier: MIT */
/* <string.h> with what Microsoft adds, also for wide characters. */
#pragma GCC system_header

#include_next <string.h>

#ifndef OPENLOGON_W32_READING_LIBC
#include "crt/narrow_string.h"
#include "crt/wide_string.h"
#endif
