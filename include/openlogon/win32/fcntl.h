/* SPDX-License-Identifier: MIT */
/* <fcntl.h> with Microsoft's modes; what _setmode() makes of them is told in crt/console.h. */
#pragma GCC system_header

#include_next <fcntl.h>

#ifndef OPENLOGON_WIN32_FCNTL_H
#define OPENLOGON_WIN32_FCNTL_H

#define _O_RDONLY  O_RDONLY
#define _O_WRONLY  O_WRONLY
#define _O_RDWR    O_RDWR
#define _O_APPEND  O_APPEND
#define _O_CREAT   O_CREAT
#define _O_TRUNC   O_TRUNC
#define _O_EXCL    O_EXCL

#define _O_TEXT    0x4000
#define _O_BINARY  0x8000
#define _O_WTEXT   0x10000
#define _O_U16TEXT 0x20000
#define _O_U8TEXT  0x40000

#endif
