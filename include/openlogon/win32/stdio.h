/* SPDX-License-Identifier: MIT */
/* <stdio.h> with the functions of Microsoft's, see crt/print.h and crt/stream.h. */
#pragma GCC system_header

#include_next <stdio.h>

#ifndef OPENLOGON_W32_READING_LIBC
#include "crt/print.h"
#include "crt/stream.h"
#include "crt/unsupported.h"
#endif
