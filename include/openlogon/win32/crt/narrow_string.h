/* SPDX-License-Identifier: MIT */
/*
 * What Microsoft's <string.h> adds for narrow strings. Those ending in _s return 0 or an errno
 * value, and leave an empty string when the text does not fit (ERANGE) or an argument is NULL or of
 * no size (EINVAL).
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRT_NARROW_STRING_H
#define OPENLOGON_WIN32_CRT_NARROW_STRING_H

#include "types.h"

OPENLOGON_W32_BEGIN

errno_t openlogon_w32_strcpy_s(char *to, rsize_t size, const char *from);
errno_t openlogon_w32_strcat_s(char *to, rsize_t size, const char *from);
/* `n` may be _TRUNCATE: what fits is kept, and STRUNCATE returned if that is not all. */
errno_t openlogon_w32_strncpy_s(char *to, rsize_t size, const char *from, rsize_t n);
errno_t openlogon_w32_strncat_s(char *to, rsize_t size, const char *from, rsize_t n);
size_t openlogon_w32_strnlen_s(const char *text, size_t most);
/* On failure the target is wiped. */
errno_t openlogon_w32_memcpy_s(void *to, rsize_t size, const void *from, rsize_t n);
errno_t openlogon_w32_memmove_s(void *to, rsize_t size, const void *from, rsize_t n);
errno_t openlogon_w32_strerror_s(char *buffer, size_t size, int error);
char *openlogon_w32__strlwr(char *text);
char *openlogon_w32__strupr(char *text);
char *openlogon_w32__strrev(char *text);
errno_t openlogon_w32__strlwr_s(char *text, size_t size);
errno_t openlogon_w32__strupr_s(char *text, size_t size);
int openlogon_w32__memicmp(const void *a, const void *b, size_t n);

OPENLOGON_W32_END

#ifdef __cplusplus
template <size_t N> inline errno_t openlogon_w32_strcpy_s(char (&to)[N], const char *from)
{
    return openlogon_w32_strcpy_s(&to[0], N, from);
}
template <size_t N> inline errno_t openlogon_w32_strcat_s(char (&to)[N], const char *from)
{
    return openlogon_w32_strcat_s(&to[0], N, from);
}
#endif

#endif /* OPENLOGON_WIN32_CRT_NARROW_STRING_H */

/* In C++ <cwchar> and its kind undo these, and their wrappers ask for them again. */
#if !defined OPENLOGON_W32_LIBRARY &&                                                              \
    (defined __cplusplus || !defined OPENLOGON_WIN32_CRT_NARROW_STRING_H_NAMES)
#define OPENLOGON_WIN32_CRT_NARROW_STRING_H_NAMES
#undef strcpy_s
#undef strcat_s
#undef strncpy_s
#undef strncat_s
#undef strnlen_s
#undef memcpy_s
#undef memmove_s
#undef strerror_s
#undef _strlwr
#undef _strupr
#undef _strrev
#undef _strlwr_s
#undef _strupr_s
#undef _memicmp
#undef strtok_s
#undef _strdup
#undef _stricmp
#undef stricmp
#undef _strcmpi
#undef strcmpi
#undef _strnicmp
#undef strnicmp
#undef strlwr
#undef strupr
#define strcpy_s   openlogon_w32_strcpy_s
#define strcat_s   openlogon_w32_strcat_s
#define strncpy_s  openlogon_w32_strncpy_s
#define strncat_s  openlogon_w32_strncat_s
#define strnlen_s  openlogon_w32_strnlen_s
#define memcpy_s   openlogon_w32_memcpy_s
#define memmove_s  openlogon_w32_memmove_s
#define strerror_s openlogon_w32_strerror_s
#define _strlwr    openlogon_w32__strlwr
#define _strupr    openlogon_w32__strupr
#define _strrev    openlogon_w32__strrev
#define _strlwr_s  openlogon_w32__strlwr_s
#define _strupr_s  openlogon_w32__strupr_s
#define _memicmp   openlogon_w32__memicmp
#define strtok_s   strtok_r
#define _strdup    strdup
#define _stricmp   strcasecmp
#define stricmp    strcasecmp
#define _strcmpi   strcasecmp
#define strcmpi    strcasecmp
#define _strnicmp  strncasecmp
#define strnicmp   strncasecmp
#define strlwr     openlogon_w32__strlwr
#define strupr     openlogon_w32__strupr
#endif
