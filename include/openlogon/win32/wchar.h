/* SPDX-License-Identifier: MIT */
/* <wchar.h> for 16-bit wide characters. As on Windows it also prints and converts numbers. */
#pragma GCC system_header

#include_next <wchar.h>

#ifndef OPENLOGON_W32_READING_LIBC
#include "crt/convert.h"
#include "crt/print.h"
#include "crt/stream.h"
#include "crt/unsupported.h"
#include "crt/wide_string.h"
#include "crt/wide_type.h"
#endif
