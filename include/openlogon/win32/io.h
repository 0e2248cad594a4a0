/* SPDX-License-Identifier: MIT */
/* <io.h>: descriptors by Microsoft's names. */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_IO_H
#define OPENLOGON_WIN32_IO_H

#include <stdio.h>
#include <unistd.h>

#include "crt/console.h"
#include "fcntl.h"

#define _access access
#define _close  close
#define _dup    dup
#define _dup2   dup2
#define _isatty isatty
#define _read   read
#define _write  write

#endif
