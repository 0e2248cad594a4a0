/* SPDX-License-Identifier: MIT */
/*
 * The calling thread's last error, and how an API function ends. Inside the library everything
 * returns an nt_status; only here does it become a Win32 code. Success leaves the last error alone.
 */
#ifndef OPENLOGON_CLIENT_LAST_ERROR_H
#define OPENLOGON_CLIENT_LAST_ERROR_H

#include <windows.h>

#include "base/status.h"

/* No openlogond answers. */
#define NT_NO_AUTHORITY nt_make((int32_t)RPC_NT_SERVER_UNAVAILABLE)

/* Sets the last error; returns FALSE, so that `return fail(code)` ends a function. */
BOOL fail(DWORD code);

/* TRUE for a success or an informational status, else fail() with its Win32 code. */
BOOL finish(nt_status st);

#endif
