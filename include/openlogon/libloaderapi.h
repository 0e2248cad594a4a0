/* SPDX-License-Identifier: MIT */
/* The program that runs. */
#ifndef OPENLOGON_LIBLOADERAPI_H
#define OPENLOGON_LIBLOADERAPI_H

#include <windef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The path of the program, in UTF-8 (A) or UTF-16 (W). Returns its length without the terminating
 * zero; nSize when the path was cut to fit.
 * @hModule  NULL: only the program's own path is known
 * Errors: ERROR_INSUFFICIENT_BUFFER (cut), ERROR_MOD_NOT_FOUND (hModule is not NULL)
 * Source: Learn, GetModuleFileNameW
 */
OPENLOGON_API DWORD GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize);
OPENLOGON_API DWORD GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize);
#ifdef UNICODE
#define GetModuleFileName GetModuleFileNameW
#else
#define GetModuleFileName GetModuleFileNameA
#endif

#ifdef __cplusplus
}
#endif

#endif
