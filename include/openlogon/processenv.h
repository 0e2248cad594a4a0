/* SPDX-License-Identifier: MIT */
/* Environment and standard handles of the process. */
#ifndef OPENLOGON_PROCESSENV_H
#define OPENLOGON_PROCESSENV_H

#include <windef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STD_INPUT_HANDLE  ((DWORD)-10)
#define STD_OUTPUT_HANDLE ((DWORD)-11)
#define STD_ERROR_HANDLE  ((DWORD)-12)

/**
 * A handle for descriptor 0, 1 or 2; NULL when that is closed. The same one each time.
 * Errors: INVALID_HANDLE_VALUE, and ERROR_INVALID_HANDLE (another number)
 * Source: Learn, GetStdHandle
 */
OPENLOGON_API HANDLE GetStdHandle(DWORD nStdHandle);

/**
 * Copies the value of a variable. Returns its length without the terminating zero, or the room
 * that is needed, with it, when nSize is too small. Names differ by case, as on Linux.
 * Errors: 0, and ERROR_ENVVAR_NOT_FOUND
 * Source: Learn, GetEnvironmentVariableW
 */
OPENLOGON_API DWORD GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize);
OPENLOGON_API DWORD GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize);
#ifdef UNICODE
#define GetEnvironmentVariable GetEnvironmentVariableW
#else
#define GetEnvironmentVariable GetEnvironmentVariableA
#endif

/**
 * Sets a variable of this process; lpValue NULL removes it. As with setenv() no other thread may
 * use the environment meanwhile.
 * Errors: ERROR_INVALID_PARAMETER (an empty name or one with '='), ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, SetEnvironmentVariableW
 */
OPENLOGON_API BOOL SetEnvironmentVariableA(LPCSTR lpName, LPCSTR lpValue);
OPENLOGON_API BOOL SetEnvironmentVariableW(LPCWSTR lpName, LPCWSTR lpValue);
#ifdef UNICODE
#define SetEnvironmentVariable SetEnvironmentVariableW
#else
#define SetEnvironmentVariable SetEnvironmentVariableA
#endif

#ifdef __cplusplus
}
#endif

#endif
