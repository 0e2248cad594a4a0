/* SPDX-License-Identifier: MIT */
/* The console: single keys, and the modes of descriptors. */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRT_CONSOLE_H
#define OPENLOGON_WIN32_CRT_CONSOLE_H

#include "types.h"

OPENLOGON_W32_BEGIN

/*
 * The next key (a byte of UTF-8) from standard input, at once and without echo when that is a
 * terminal. Enter is '\r'. EOF at the end of the input.
 */
int openlogon_w32__getch(void);

/* Whether _getch() would not wait. */
int openlogon_w32__kbhit(void);

/*
 * Returns the descriptor's mode before this call (_O_TEXT at first) and remembers `mode`, but
 * changes nothing: streams carry UTF-8 and line ends are '\n' in every mode.
 * Errors: -1 with errno EBADF (no open descriptor below 256) or EINVAL (no mode of <fcntl.h>)
 */
int openlogon_w32__setmode(int fd, int mode);

OPENLOGON_W32_END

#endif

#ifndef OPENLOGON_W32_LIBRARY
#undef _getch
#undef _kbhit
#undef _setmode
#define _getch   openlogon_w32__getch
#define _kbhit   openlogon_w32__kbhit
#define _setmode openlogon_w32__setmode
#endif
