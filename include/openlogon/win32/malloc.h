/* SPDX-License-Identifier: MIT */
/* <malloc.h> with what Microsoft adds. */
#pragma GCC system_header

#include_next <malloc.h>

#ifndef _alloca
#define _alloca(size) __builtin_alloca(size)
#endif
#ifndef _msize
#define _msize(memory) malloc_usable_size(memory)
#endif
