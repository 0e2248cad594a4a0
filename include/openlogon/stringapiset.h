/* SPDX-License-Identifier: MIT */
/*
 * Conversion between UTF-16 and bytes. Bytes are UTF-8 here: CP_ACP, CP_OEMCP and CP_THREAD_ACP
 * mean CP_UTF8.
 */
#ifndef OPENLOGON_STRINGAPISET_H
#define OPENLOGON_STRINGAPISET_H

#include <windef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CP_ACP               0
#define CP_OEMCP             1
#define CP_MACCP             2
#define CP_THREAD_ACP        3
#define CP_SYMBOL            42
#define CP_UTF7              65000
#define CP_UTF8              65001
#define MB_PRECOMPOSED       0x00000001
#define MB_COMPOSITE         0x00000002
#define MB_USEGLYPHCHARS     0x00000004
#define MB_ERR_INVALID_CHARS 0x00000008
#define WC_COMPOSITECHECK    0x00000200
#define WC_DISCARDNS         0x00000010
#define WC_SEPCHARS          0x00000020
#define WC_DEFAULTCHAR       0x00000040
#define WC_ERR_INVALID_CHARS 0x00000080
#define WC_NO_BEST_FIT_CHARS 0x00000400

/**
 * Bytes to UTF-16. A length of -1 takes the terminating zero along. Returns the units written; with
 * a room of 0 the units needed. What is malformed becomes U+FFFD, or with MB_ERR_INVALID_CHARS
 * fails.
 * Errors: 0, and ERROR_INSUFFICIENT_BUFFER, ERROR_NO_UNICODE_TRANSLATION,
 *         ERROR_INVALID_PARAMETER (another code page, no length), ERROR_INVALID_FLAGS
 * Source: Learn, MultiByteToWideChar
 */
OPENLOGON_API int MultiByteToWideChar(UINT CodePage, DWORD dwFlags, LPCCH lpMultiByteStr,
                                      int cbMultiByte, LPWSTR lpWideCharStr, int cchWideChar);

/**
 * UTF-16 to bytes, by the same rules; WC_ERR_INVALID_CHARS makes malformed input fail.
 * lpDefaultChar and lpUsedDefaultChar must be NULL, as with CP_UTF8 on Windows.
 * Errors: as MultiByteToWideChar
 * Source: Learn, WideCharToMultiByte
 */
OPENLOGON_API int WideCharToMultiByte(UINT CodePage, DWORD dwFlags, LPCWCH lpWideCharStr,
                                      int cchWideChar, LPSTR lpMultiByteStr, int cbMultiByte,
                                      LPCCH lpDefaultChar, LPBOOL lpUsedDefaultChar);

#ifdef __cplusplus
}
#endif

#endif
