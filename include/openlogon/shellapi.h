/* SPDX-License-Identifier: MIT */
/* The command line as arguments. */
#ifndef OPENLOGON_SHELLAPI_H
#define OPENLOGON_SHELLAPI_H

#include <windef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Splits a command line by Windows' rules of quotes and backslashes; an empty one gives the path of
 * the program. The array is the caller's: LocalFree, which frees the arguments, too.
 * Errors: NULL, and ERROR_NOT_ENOUGH_MEMORY, ERROR_INVALID_PARAMETER
 * Source: Learn, CommandLineToArgvW
 */
OPENLOGON_API LPWSTR *CommandLineToArgvW(LPCWSTR lpCmdLine, int *pNumArgs);

#ifdef __cplusplus
}
#endif

#endif
