/* SPDX-License-Identifier: MIT */
#include "win32/crt/wide_type.h"

#include <locale.h>
#include <pthread.h>
#include <wctype.h>

/*
 * Windows classifies UTF-16 by Unicode in every locale, and most programs never call setlocale(),
 * so the C library is asked with a Unicode locale of our own. C.UTF-8 is built into glibc
 * since 2.35; without it the program's locale must do.
 */
static locale_t unicode;
static pthread_once_t unicode_once = PTHREAD_ONCE_INIT;

static void unicode_open(void)
{
    unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
}

static locale_t unicode_locale(void)
{
    (void)pthread_once(&unicode_once, unicode_open);
    return unicode;
}

static int is_surrogate(wint_t c)
{
    return c >= 0xd800 && c < 0xe000;
}

/* openlogon_w32_isNAME, by the C library's isNAME. */
#define CLASS(name)                                                                                \
    int openlogon_w32_##name(wint_t c)                                                             \
    {                                                                                              \
        locale_t locale = unicode_locale();                                                        \
                                                                                                   \
        if (c > 0xffff || is_surrogate(c))                                                         \
            return 0;                                                                              \
        return locale ? name##_l(c, locale) : name(c);                                             \
    }

CLASS(iswalnum)
CLASS(iswalpha)
CLASS(iswblank)
CLASS(iswcntrl)
CLASS(iswdigit)
CLASS(iswgraph)
CLASS(iswlower)
CLASS(iswprint)
CLASS(iswpunct)
CLASS(iswspace)
CLASS(iswupper)
CLASS(iswxdigit)

/* A mapping that would leave the 16 bits leaves the character. */
static wint_t keep_unit(wint_t mapped, wint_t c)
{
    return mapped > 0xffff ? c : mapped;
}

wint_t openlogon_w32_towlower(wint_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    locale_t locale = unicode_locale();
    return keep_unit(locale ? towlower_l(c, locale) : towlower(c), c);
}

wint_t openlogon_w32_towupper(wint_t c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
    locale_t locale = unicode_locale();
    return keep_unit(locale ? towupper_l(c, locale) : towupper(c), c);
}
