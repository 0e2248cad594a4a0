/* SPDX-License-Identifier: MIT */
/* Reading and writing of what a handle names: pipes and standard handles. */
#ifndef OPENLOGON_FILEAPI_H
#define OPENLOGON_FILEAPI_H

#include <minwinbase.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Reads up to nNumberOfBytesToRead bytes, as soon as there are some. TRUE with 0 bytes is the end
 * of a file; the end of a pipe is an error.
 * Needs:  FILE_READ_DATA
 * Errors: ERROR_BROKEN_PIPE (the other end is closed), ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED,
 *         ERROR_NOT_SUPPORTED (lpOverlapped given)
 * Source: Learn, ReadFile
 */
OPENLOGON_API BOOL ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
                            LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped);

/**
 * Writes all the bytes, or fails. Raises no SIGPIPE.
 * Needs:  FILE_WRITE_DATA
 * Errors: ERROR_NO_DATA (nobody reads the pipe), ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED,
 *         ERROR_NOT_SUPPORTED (lpOverlapped given)
 * Source: Learn, WriteFile
 */
OPENLOGON_API BOOL WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
                             LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped);

#ifdef __cplusplus
}
#endif

#endif
