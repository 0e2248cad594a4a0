/* SPDX-License-Identifier: MIT */
/* <stdlib.h> with what Microsoft adds. */
#pragma GCC system_header

#include_next <stdlib.h>

#ifndef OPENLOGON_W32_READING_LIBC
#include "crt/convert.h"
#include "crt/unsupported.h"

#ifndef OPENLOGON_WIN32_STDLIB_H
#define OPENLOGON_WIN32_STDLIB_H

/* The sizes that programs make their buffers of, not limits of this system. */
#define _MAX_PATH  260
#define _MAX_DRIVE 3
#define _MAX_DIR   256
#define _MAX_FNAME 256
#define _MAX_EXT   256

#ifndef __max
#define __max(a, b) (((a) > (b)) ? (a) : (b))
#define __min(a, b) (((a) < (b)) ? (a) : (b))
#endif

#define _byteswap_ushort(value) __builtin_bswap16(value)
#define _byteswap_ulong(value)  __builtin_bswap32(value)
#define _byteswap_uint64(value) __builtin_bswap64(value)

#define _alloca(size)           __builtin_alloca(size)

#endif
#endif
