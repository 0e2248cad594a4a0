/* SPDX-License-Identifier: MIT */
/* Messages on stderr: the thing, the cause, the way out. */
#ifndef OPENLOGON_TOOLS_COMPLAINT_H
#define OPENLOGON_TOOLS_COMPLAINT_H

#include <stdint.h>

#include "base/macros.h"

/* "logon: " and the message. Returns EXIT_FAILURE. */
int complain(const char *format, ...) _printf_(1, 2);

/**
 * "logon: ", the message, ": " and what a Win32 code means. When no authority answers, that alone
 * is said, with what to do about it. Returns EXIT_FAILURE.
 */
int complain_of(uint32_t error, const char *format, ...) _printf_(2, 3);

/* The same with the cause of an errno, taken positive or negative. */
int complain_of_errno(int error, const char *format, ...) _printf_(2, 3);

/* Of GetLastError(), for reading a value from a BOOL function; never 0. */
uint32_t last_error(void);

#endif
