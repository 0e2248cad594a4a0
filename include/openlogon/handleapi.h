/* SPDX-License-Identifier: MIT */
/*
 * Handles: numbers of a table of the process, not file descriptors. A handle holds the access
 * rights that were granted when it was opened. After fork() both processes have their own.
 */
#ifndef OPENLOGON_HANDLEAPI_H
#define OPENLOGON_HANDLEAPI_H

#include <minwinbase.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HANDLE_FLAG_INHERIT            0x00000001
#define HANDLE_FLAG_PROTECT_FROM_CLOSE 0x00000002

/**
 * Closes a handle. A token that has no other handle and no thread or process that uses it is gone,
 * and with its last token the logon session.
 * Errors: ERROR_INVALID_HANDLE
 * Source: Learn, CloseHandle; LSA Logon Sessions
 */
OPENLOGON_API BOOL CloseHandle(HANDLE hObject);

/**
 * Makes another handle for the same object, in this process.
 * @lpTargetHandle  the caller's: CloseHandle
 * @dwOptions       DUPLICATE_SAME_ACCESS (dwDesiredAccess is ignored), DUPLICATE_CLOSE_SOURCE
 * Errors: ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED (more access than the handle has),
 *         ERROR_NOT_SUPPORTED (a handle of another process)
 * Source: Learn, DuplicateHandle
 */
OPENLOGON_API BOOL DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle,
                                   HANDLE hTargetProcessHandle, LPHANDLE lpTargetHandle,
                                   DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwOptions);

/**
 * Gets and sets HANDLE_FLAG_INHERIT and HANDLE_FLAG_PROTECT_FROM_CLOSE.
 * Errors: ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER (other flags)
 * Source: Learn, GetHandleInformation; SetHandleInformation
 */
OPENLOGON_API BOOL GetHandleInformation(HANDLE hObject, LPDWORD lpdwFlags);
OPENLOGON_API BOOL SetHandleInformation(HANDLE hObject, DWORD dwMask, DWORD dwFlags);

#ifdef __cplusplus
}
#endif

#endif
