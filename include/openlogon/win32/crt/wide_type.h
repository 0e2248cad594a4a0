/* SPDX-License-Identifier: MIT */
/*
 * Classes and case of one 16-bit unit, by Unicode whatever the locale. A surrogate is in no class.
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRT_WIDE_TYPE_H
#define OPENLOGON_WIN32_CRT_WIDE_TYPE_H

#include "types.h"

OPENLOGON_W32_BEGIN

int openlogon_w32_iswalnum(wint_t c);
int openlogon_w32_iswalpha(wint_t c);
int openlogon_w32_iswblank(wint_t c);
int openlogon_w32_iswcntrl(wint_t c);
int openlogon_w32_iswdigit(wint_t c);
int openlogon_w32_iswgraph(wint_t c);
int openlogon_w32_iswlower(wint_t c);
int openlogon_w32_iswprint(wint_t c);
int openlogon_w32_iswpunct(wint_t c);
int openlogon_w32_iswspace(wint_t c);
int openlogon_w32_iswupper(wint_t c);
int openlogon_w32_iswxdigit(wint_t c);
wint_t openlogon_w32_towlower(wint_t c);
wint_t openlogon_w32_towupper(wint_t c);

OPENLOGON_W32_END

#ifdef __cplusplus
namespace std
{
using ::openlogon_w32_iswalnum;
using ::openlogon_w32_iswalpha;
using ::openlogon_w32_iswblank;
using ::openlogon_w32_iswcntrl;
using ::openlogon_w32_iswdigit;
using ::openlogon_w32_iswgraph;
using ::openlogon_w32_iswlower;
using ::openlogon_w32_iswprint;
using ::openlogon_w32_iswpunct;
using ::openlogon_w32_iswspace;
using ::openlogon_w32_iswupper;
using ::openlogon_w32_iswxdigit;
using ::openlogon_w32_towlower;
using ::openlogon_w32_towupper;
} // namespace std
#endif

#endif /* OPENLOGON_WIN32_CRT_WIDE_TYPE_H */

/* In C++ <cwchar> and its kind undo these, and their wrappers ask for them again. */
#if !defined OPENLOGON_W32_LIBRARY &&                                                              \
    (defined __cplusplus || !defined OPENLOGON_WIN32_CRT_WIDE_TYPE_H_NAMES)
#define OPENLOGON_WIN32_CRT_WIDE_TYPE_H_NAMES
#undef iswalnum
#undef iswalpha
#undef iswblank
#undef iswcntrl
#undef iswdigit
#undef iswgraph
#undef iswlower
#undef iswprint
#undef iswpunct
#undef iswspace
#undef iswupper
#undef iswxdigit
#undef towlower
#undef towupper
#undef iswascii
#undef _towlower
#undef _towupper
#define iswalnum    openlogon_w32_iswalnum
#define iswalpha    openlogon_w32_iswalpha
#define iswblank    openlogon_w32_iswblank
#define iswcntrl    openlogon_w32_iswcntrl
#define iswdigit    openlogon_w32_iswdigit
#define iswgraph    openlogon_w32_iswgraph
#define iswlower    openlogon_w32_iswlower
#define iswprint    openlogon_w32_iswprint
#define iswpunct    openlogon_w32_iswpunct
#define iswspace    openlogon_w32_iswspace
#define iswupper    openlogon_w32_iswupper
#define iswxdigit   openlogon_w32_iswxdigit
#define towlower    openlogon_w32_towlower
#define towupper    openlogon_w32_towupper
#define iswascii(c) ((unsigned)(c) < 0x80)
#define _towlower   openlogon_w32_towlower
#define _towupper   openlogon_w32_towupper
#endif
