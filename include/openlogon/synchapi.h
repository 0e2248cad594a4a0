/* SPDX-License-Identifier: MIT */
/* Waiting for processes. */
#ifndef OPENLOGON_SYNCHAPI_H
#define OPENLOGON_SYNCHAPI_H

#include <minwinbase.h>
#include <winerror.h>

#ifdef __cplusplus
extern "C" {
#endif

#define INFINITE           0xffffffff
#define WAIT_OBJECT_0      ((STATUS_WAIT_0) + 0)
#define WAIT_ABANDONED     ((STATUS_ABANDONED_WAIT_0) + 0)
#define WAIT_ABANDONED_0   ((STATUS_ABANDONED_WAIT_0) + 0)
#define WAIT_IO_COMPLETION STATUS_USER_APC
#define WAIT_FAILED        ((DWORD)0xFFFFFFFF)

/**
 * Waits until the process has ended.
 * Returns WAIT_OBJECT_0, WAIT_TIMEOUT, or WAIT_FAILED with an error.
 * Needs:  SYNCHRONIZE
 * Errors: ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED, ERROR_NOT_SUPPORTED (no process handle)
 * Source: Learn, WaitForSingleObject
 */
OPENLOGON_API DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds);

/**
 * Waits for one (WAIT_OBJECT_0 + its index) or all of up to MAXIMUM_WAIT_OBJECTS handles.
 * Needs:  SYNCHRONIZE on each
 * Errors: ERROR_INVALID_PARAMETER (none, too many, or one twice), ERROR_INVALID_HANDLE,
 *         ERROR_ACCESS_DENIED, ERROR_NOT_SUPPORTED (no process handle)
 * Source: Learn, WaitForMultipleObjects
 */
OPENLOGON_API DWORD WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
                                           DWORD dwMilliseconds);

/** Lets the calling thread rest; INFINITE: for ever. Source: Learn, Sleep */
OPENLOGON_API void Sleep(DWORD dwMilliseconds);

#ifdef __cplusplus
}
#endif

#endif
