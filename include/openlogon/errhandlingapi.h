/* SPDX-License-Identifier: MIT */
/*
 * The error of the calling thread. A function that fails sets it; one that succeeds may leave it.
 *
 * Source: Microsoft Learn, Win32 API reference: GetLastError, SetLastError
 */
#ifndef OPENLOGON_ERRHANDLINGAPI_H
#define OPENLOGON_ERRHANDLINGAPI_H

#include <minwindef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The code of the calling thread's last failure: winerror.h. */
OPENLOGON_API DWORD GetLastError(void);

/** Sets that code. */
OPENLOGON_API void SetLastError(DWORD dwErrCode);

#ifdef __cplusplus
}
#endif

#endif
