/* SPDX-License-Identifier: MIT */
/* <process.h>: the process itself. Starting others and threads is <windows.h>'s. */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_PROCESS_H
#define OPENLOGON_WIN32_PROCESS_H

#include <stdlib.h>
#include <unistd.h>

#define _getpid getpid

#endif
