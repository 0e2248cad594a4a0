/* SPDX-License-Identifier: MIT */
/* Pipes. */
#ifndef OPENLOGON_NAMEDPIPEAPI_H
#define OPENLOGON_NAMEDPIPEAPI_H

#include <minwinbase.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Makes a pipe. Both handles are the caller's: CloseHandle.
 * @lpPipeAttributes  bInheritHandle makes both inheritable; NULL: neither is
 * @nSize             a hint
 * Errors: ERROR_TOO_MANY_OPEN_FILES, ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, CreatePipe
 */
OPENLOGON_API BOOL CreatePipe(PHANDLE hReadPipe, PHANDLE hWritePipe,
                              LPSECURITY_ATTRIBUTES lpPipeAttributes, DWORD nSize);

#ifdef __cplusplus
}
#endif

#endif
