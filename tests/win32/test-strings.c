/* SPDX-License-Identifier: MIT */
/* Strings of both widths: plain, checked and strsafe. */
#include "text.h"

#include <errno.h>

#include "win32/crt/narrow_string.h"
#include "win32/crt/strsafe.h"
#include "win32/crt/wide_string.h"
#include "win32/crt/wide_type.h"

static void wide_strings_are_measured_and_compared(void **state)
{
    assert_int_equal(openlogon_w32_wcslen(u""), 0);
    assert_int_equal(openlogon_w32_wcslen(u"abc"), 3);
    assert_int_equal(openlogon_w32_wcsnlen(u"abc", 2), 2);
    assert_int_equal(openlogon_w32_wcsnlen(u"abc", 9), 3);
    assert_int_equal(openlogon_w32_wcscmp(u"abc", u"abc"), 0);
    assert_true(openlogon_w32_wcscmp(u"abc", u"abd") < 0);
    assert_true(openlogon_w32_wcscmp(u"abc", u"ab") > 0);
    assert_true(openlogon_w32_wcscmp(u"\xffff", u"a") > 0);
    assert_int_equal(openlogon_w32_wcsncmp(u"abc", u"abd", 2), 0);
    assert_int_equal(openlogon_w32_wmemcmp(u"a\0b", u"a\0b", 3), 0);
    assert_true(openlogon_w32_wmemcmp(u"a\0b", u"a\0c", 3) < 0);
}

static void case_is_folded_by_unicode(void **state)
{
    char16_t text[] = u"A\x00c4\x0416\xd83dz";

    assert_int_equal(openlogon_w32__wcsicmp(u"ADMIN\x00c4", u"admin\x00e4"), 0);
    assert_true(openlogon_w32__wcsicmp(u"a", u"B") < 0);
    assert_int_equal(openlogon_w32__wcsnicmp(u"ABx", u"aby", 2), 0);
    assert_wide(openlogon_w32__wcslwr(text), u"a\x00e4\x0436\xd83dz");
    assert_wide(openlogon_w32__wcsupr(text), u"A\x00c4\x0416\xd83dZ");
    assert_int_equal(openlogon_w32__wcslwr_s(text, 3), EINVAL);
    assert_wide(text, u"");
    assert_true(openlogon_w32_iswalpha(0x00c4));
    assert_true(openlogon_w32_iswspace(0x2003));
    assert_false(openlogon_w32_iswalpha(0xd83d));
    assert_false(openlogon_w32_iswprint(WEOF));
    assert_true(openlogon_w32_iswdigit('7'));
    assert_int_equal(openlogon_w32_towupper(WEOF), WEOF);
}

static void wide_strings_are_searched(void **state)
{
    const char16_t *text = u"one,two,,three";

    assert_ptr_equal(openlogon_w32_wcschr(text, u','), text + 3);
    assert_ptr_equal(openlogon_w32_wcschr(text, 0), text + 14);
    assert_null(openlogon_w32_wcschr(text, u'x'));
    assert_ptr_equal(openlogon_w32_wcsrchr(text, u','), text + 8);
    assert_null(openlogon_w32_wcsrchr(text, u'x'));
    assert_ptr_equal(openlogon_w32_wcsstr(text, u"two"), text + 4);
    assert_ptr_equal(openlogon_w32_wcsstr(text, u""), text);
    assert_null(openlogon_w32_wcsstr(text, u"threes"));
    assert_ptr_equal(openlogon_w32_wcspbrk(text, u"wt"), text + 4);
    assert_null(openlogon_w32_wcspbrk(text, u"xyz"));
    assert_int_equal(openlogon_w32_wcsspn(text, u"eno"), 3);
    assert_int_equal(openlogon_w32_wcscspn(text, u"xyz"), 14);
    assert_ptr_equal(openlogon_w32_wmemchr(text, u't', 5), text + 4);
    assert_null(openlogon_w32_wmemchr(text, u't', 4));
}

static void wide_strings_are_split(void **state)
{
    char16_t text[] = u",one,,two,", *rest;

    assert_wide(openlogon_w32_wcstok(text, u",", &rest), u"one");
    assert_wide(openlogon_w32_wcstok(NULL, u",", &rest), u"two");
    assert_null(openlogon_w32_wcstok(NULL, u",", &rest));
    assert_null(openlogon_w32_wcstok(NULL, u",", &rest));
}

static void wide_strings_are_copied(void **state)
{
    char16_t text[8];

    assert_wide(openlogon_w32_wcscpy(text, u"ab"), u"ab");
    assert_wide(openlogon_w32_wcscat(text, u"cd"), u"abcd");
    assert_wide(openlogon_w32_wcsncat(text, u"efgh", 2), u"abcdef");
    openlogon_w32_wmemset(text, u'z', 8);
    openlogon_w32_wcsncpy(text, u"xy", 4);
    assert_memory_equal(text, u"xy\0\0zzzz", sizeof(text));
    assert_wide(openlogon_w32__wcsrev(openlogon_w32_wcscpy(text, u"abc")), u"cba");
    openlogon_w32_wmemmove(text + 1, text, 3);
    assert_memory_equal(text, u"ccba", 4 * sizeof(*text));
    char16_t *copy = openlogon_w32__wcsdup(u"abc");
    assert_wide(copy, u"abc");
    free(copy);
}

/* The same of the two widths; `to` is 4 units. */
#define CHECKED(to, U, copy, ncopy, cat, ncat, check)                                              \
    do {                                                                                           \
        assert_int_equal(copy(to, 4, U##"abc"), 0);                                                \
        check(to, U##"abc");                                                                       \
        assert_int_equal(copy(to, 4, U##"abcd"), ERANGE);                                          \
        check(to, U##"");                                                                          \
        assert_int_equal(copy(to, 4, NULL), EINVAL);                                               \
        assert_int_equal(copy(NULL, 4, U##"a"), EINVAL);                                           \
        assert_int_equal(copy(to, 0, U##"a"), EINVAL);                                             \
        assert_int_equal(ncopy(to, 4, U##"abcdef", 3), 0);                                         \
        check(to, U##"abc");                                                                       \
        assert_int_equal(ncopy(to, 4, U##"abcdef", 4), ERANGE);                                    \
        check(to, U##"");                                                                          \
        assert_int_equal(ncopy(to, 4, U##"abcdef", _TRUNCATE), STRUNCATE);                         \
        check(to, U##"abc");                                                                       \
        assert_int_equal(ncopy(to, 4, U##"ab", _TRUNCATE), 0);                                     \
        assert_int_equal(cat(to, 4, U##"c"), 0);                                                   \
        check(to, U##"abc");                                                                       \
        assert_int_equal(cat(to, 4, U##"d"), ERANGE);                                              \
        check(to, U##"");                                                                          \
        assert_int_equal(ncat(to, 4, U##"xyz", 2), 0);                                             \
        assert_int_equal(ncat(to, 4, U##"uvw", _TRUNCATE), STRUNCATE);                             \
        check(to, U##"xyu");                                                                       \
        to[3] = '!';                                                                               \
        assert_int_equal(cat(to, 4, U##"d"), EINVAL);                                              \
        check(to, U##"");                                                                          \
    } while (0)

static void checked_strings_fit_or_are_empty(void **state)
{
    char narrow[4];
    char16_t wide[4];

    CHECKED(narrow, , openlogon_w32_strcpy_s, openlogon_w32_strncpy_s, openlogon_w32_strcat_s,
            openlogon_w32_strncat_s, assert_string_equal);
    CHECKED(wide, u, openlogon_w32_wcscpy_s, openlogon_w32_wcsncpy_s, openlogon_w32_wcscat_s,
            openlogon_w32_wcsncat_s, assert_wide);
    assert_int_equal(openlogon_w32_strnlen_s(NULL, 4), 0);
    assert_int_equal(openlogon_w32_wcsnlen_s(u"abc", 2), 2);
}

static void checked_memory_fits_or_is_wiped(void **state)
{
    char to[4] = "zzz";
    char16_t wide[4] = u"zzz";

    assert_int_equal(openlogon_w32_memcpy_s(to, 4, "abc", 4), 0);
    assert_string_equal(to, "abc");
    assert_int_equal(openlogon_w32_memcpy_s(to, 4, "abcde", 5), ERANGE);
    assert_memory_equal(to, "\0\0\0\0", 4);
    assert_int_equal(openlogon_w32_memmove_s(to, 4, NULL, 1), EINVAL);
    assert_int_equal(openlogon_w32_wmemcpy_s(wide, 4, u"abc", 4), 0);
    assert_wide(wide, u"abc");
    assert_int_equal(openlogon_w32_wmemmove_s(wide, 4, u"abc", SIZE_MAX / 2 + 3), ERANGE);
    assert_wide(wide, u"");
}

#define SAFE_STRINGS(to, U, W, check)                                                              \
    do {                                                                                           \
        size_t n_;                                                                                 \
        assert_int_equal(StringCchCopy##W(to, 4, U##"abc"), S_OK);                                 \
        check(to, U##"abc");                                                                       \
        assert_int_equal(StringCchCopy##W(to, 4, U##"wxyz"), STRSAFE_E_INSUFFICIENT_BUFFER);       \
        check(to, U##"wxy");                                                                       \
        assert_int_equal(StringCchCopy##W(to, 0, U##"w"), STRSAFE_E_INVALID_PARAMETER);            \
        assert_int_equal(StringCchCopy##W(to, (size_t)STRSAFE_MAX_CCH + 1, U##"w"),                \
                         STRSAFE_E_INVALID_PARAMETER);                                             \
        assert_int_equal(StringCchCopyN##W(to, 4, U##"wxyz", 2), S_OK);                            \
        check(to, U##"wx");                                                                        \
        assert_int_equal(StringCchCat##W(to, 4, U##"12"), STRSAFE_E_INSUFFICIENT_BUFFER);          \
        check(to, U##"wx1");                                                                       \
        assert_int_equal(StringCchCopy##W(to, 4, U##""), S_OK);                                    \
        assert_int_equal(StringCchCatN##W(to, 4, U##"1234", 3), S_OK);                             \
        check(to, U##"123");                                                                       \
        assert_int_equal(StringCchPrintf##W(to, 4, U##"%d", 12), S_OK);                            \
        check(to, U##"12");                                                                        \
        assert_int_equal(StringCchPrintf##W(to, 4, U##"%d", 12345),                                \
                         STRSAFE_E_INSUFFICIENT_BUFFER);                                           \
        check(to, U##"123");                                                                       \
        assert_int_equal(StringCchPrintf##W(to, 4, U##"%n", (int *)NULL),                          \
                         STRSAFE_E_INVALID_PARAMETER);                                             \
        assert_int_equal(StringCbCopy##W(to, sizeof(to), U##"wxyz"),                               \
                         STRSAFE_E_INSUFFICIENT_BUFFER);                                           \
        check(to, U##"wxy");                                                                       \
        assert_int_equal(StringCbPrintf##W(to, sizeof(to), U##"%d", 7), S_OK);                     \
        check(to, U##"7");                                                                         \
        assert_int_equal(StringCbLength##W(to, sizeof(to), &n_), S_OK);                            \
        assert_int_equal(n_, sizeof(to[0]));                                                       \
        assert_int_equal(StringCchLength##W(U##"abcd", 4, &n_), STRSAFE_E_INVALID_PARAMETER);      \
        assert_int_equal(n_, 0);                                                                   \
        assert_int_equal(StringCchLength##W(U##"abcd", 5, &n_), S_OK);                             \
        assert_int_equal(n_, 4);                                                                   \
        assert_int_equal(StringCchLength##W(NULL, 5, &n_), STRSAFE_E_INVALID_PARAMETER);           \
    } while (0)

static void safe_strings_are_cut(void **state)
{
    char narrow[4];
    char16_t wide[4];

    SAFE_STRINGS(narrow, , A, assert_string_equal);
    SAFE_STRINGS(wide, u, W, assert_wide);
}

static void narrow_strings_have_microsofts_additions(void **state)
{
    char text[16] = "aBc";

    assert_string_equal(openlogon_w32__strupr(text), "ABC");
    assert_string_equal(openlogon_w32__strlwr(text), "abc");
    assert_string_equal(openlogon_w32__strrev(text), "cba");
    assert_int_equal(openlogon_w32__strupr_s(text, 3), EINVAL);
    assert_string_equal(text, "");
    assert_int_equal(openlogon_w32__memicmp("ABC", "abd", 2), 0);
    assert_true(openlogon_w32__memicmp("ABC", "abd", 3) < 0);
    assert_int_equal(openlogon_w32_strerror_s(text, sizeof(text), ENOENT), 0);
    assert_string_equal(text, "No such file or");
    assert_int_equal(openlogon_w32_strerror_s(NULL, 4, ENOENT), EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_strings_are_measured_and_compared),
        cmocka_unit_test(case_is_folded_by_unicode),
        cmocka_unit_test(wide_strings_are_searched),
        cmocka_unit_test(wide_strings_are_split),
        cmocka_unit_test(wide_strings_are_copied),
        cmocka_unit_test(checked_strings_fit_or_are_empty),
        cmocka_unit_test(checked_memory_fits_or_is_wiped),
        cmocka_unit_test(safe_strings_are_cut),
        cmocka_unit_test(narrow_strings_have_microsofts_additions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
