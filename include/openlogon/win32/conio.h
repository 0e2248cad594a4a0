/* SPDX-License-Identifier: MIT */
/* <conio.h>: single keys, without echo. */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CONIO_H
#define OPENLOGON_WIN32_CONIO_H

#include <stdio.h>

#include "crt/console.h"

#define _putch putchar

#endif
