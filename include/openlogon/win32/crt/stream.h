/* SPDX-License-Identifier: MIT */
/*
 * Characters, lines and files in 16-bit wide characters. Streams carry UTF-8 and keep their byte
 * orientation, so wide and narrow calls mix freely.
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRT_STREAM_H
#define OPENLOGON_WIN32_CRT_STREAM_H

#include "types.h"

OPENLOGON_W32_BEGIN

/* Units that are no whole character wait in the stream, as the three bytes of a lone surrogate. */
wint_t openlogon_w32_fgetwc(FILE *stream);
wint_t openlogon_w32_getwchar(void);
wint_t openlogon_w32_ungetwc(wint_t c, FILE *stream);
openlogon_wchar *openlogon_w32_fgetws(openlogon_wchar *buffer, int size, FILE *stream);

/* A surrogate written alone becomes U+FFFD: write the two in one string. */
wint_t openlogon_w32_fputwc(openlogon_wchar c, FILE *stream);
wint_t openlogon_w32_putwchar(openlogon_wchar c);
int openlogon_w32_fputws(const openlogon_wchar *text, FILE *stream);
/* With a line end behind. */
int openlogon_w32__putws(const openlogon_wchar *text);

/* The mode may hold t (text, which is all there is) and ", ccs=ENCODING", which is ignored. */
FILE *openlogon_w32__wfopen(const openlogon_wchar *path, const openlogon_wchar *mode);
errno_t openlogon_w32__wfopen_s(FILE **ret, const openlogon_wchar *path,
                                const openlogon_wchar *mode);
errno_t openlogon_w32_fopen_s(FILE **ret, const char *path, const char *mode);

/* Does nothing and returns `mode`, as on Windows. */
int openlogon_w32_fwide(FILE *stream, int mode);

OPENLOGON_W32_END

#ifdef __cplusplus
namespace std
{
using ::openlogon_w32_fgetwc;
using ::openlogon_w32_fgetws;
using ::openlogon_w32_fputwc;
using ::openlogon_w32_fputws;
using ::openlogon_w32_fwide;
using ::openlogon_w32_getwchar;
using ::openlogon_w32_putwchar;
using ::openlogon_w32_ungetwc;
} // namespace std
#endif

#endif /* OPENLOGON_WIN32_CRT_STREAM_H */

/* In C++ <cwchar> and its kind undo these, and their wrappers ask for them again. */
#if !defined OPENLOGON_W32_LIBRARY &&                                                              \
    (defined __cplusplus || !defined OPENLOGON_WIN32_CRT_STREAM_H_NAMES)
#define OPENLOGON_WIN32_CRT_STREAM_H_NAMES
#undef fgetwc
#undef getwchar
#undef ungetwc
#undef fgetws
#undef fputwc
#undef putwchar
#undef fputws
#undef _putws
#undef _wfopen
#undef _wfopen_s
#undef fopen_s
#undef fwide
#undef putwc
#undef getwc
#undef _fileno
#undef _flushall
#undef _popen
#undef _pclose
#undef _unlink
#define fgetwc      openlogon_w32_fgetwc
#define getwchar    openlogon_w32_getwchar
#define ungetwc     openlogon_w32_ungetwc
#define fgetws      openlogon_w32_fgetws
#define fputwc      openlogon_w32_fputwc
#define putwchar    openlogon_w32_putwchar
#define fputws      openlogon_w32_fputws
#define _putws      openlogon_w32__putws
#define _wfopen     openlogon_w32__wfopen
#define _wfopen_s   openlogon_w32__wfopen_s
#define fopen_s     openlogon_w32_fopen_s
#define fwide       openlogon_w32_fwide
#define putwc       openlogon_w32_fputwc
#define getwc       openlogon_w32_fgetwc
#define _fileno     fileno
#define _flushall() fflush(NULL)
#define _popen      popen
#define _pclose     pclose
#define _unlink     remove
#endif
