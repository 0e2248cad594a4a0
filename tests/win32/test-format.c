/* SPDX-License-Identifier: MIT */
/* Microsoft's format language: each line is a format, its arguments and the text they make. */
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <math.h>

#include "win32/crt/print.h"

#define NARROW(expected, ...)                                                                      \
    do {                                                                                           \
        char text_[512];                                                                           \
        int n_ = openlogon_w32_snprintf(text_, sizeof(text_), __VA_ARGS__);                        \
        assert_string_equal(text_, expected);                                                      \
        assert_int_equal(n_, sizeof(expected) - 1);                                                \
    } while (0)

#define WIDE(expected, ...)                                                                        \
    do {                                                                                           \
        char16_t text_[512];                                                                       \
        int n_ = openlogon_w32_swprintf(text_, ARRAY_SIZE(text_), __VA_ARGS__);                    \
        assert_wide(text_, expected);                                                              \
        assert_int_equal(n_, ARRAY_SIZE(expected) - 1);                                            \
    } while (0)

/* The same in both widths. */
#define BOTH(expected, format, ...)                                                                \
    do {                                                                                           \
        NARROW(expected, format __VA_OPT__(, ) __VA_ARGS__);                                       \
        WIDE(u##expected, u##format __VA_OPT__(, ) __VA_ARGS__);                                   \
    } while (0)

static void plain_text_and_percent_signs_are_copied(void **state)
{
    BOTH("", "");
    BOTH("abc", "abc");
    BOTH("100%", "100%%");
    BOTH("a%b", "a%%b");
    NARROW("\xc3\xa4", "\xc3\xa4");
    WIDE(u"\x00e4\xd83d\xde00", u"\x00e4\xd83d\xde00");
}

static void integers_have_the_sizes_of_windows(void **state)
{
    BOTH("-1 4294967295", "%d %u", -1, -1);
    BOTH("-1 4294967295", "%ld %lu", 0xffffffffffffffffl, 0xffffffffffffffffl);
    BOTH("1 2", "%lu %lu", 0x700000001l, 2u);
    BOTH("-1 18446744073709551615", "%lld %llu", -1ll, -1ll);
    BOTH("-9223372036854775808", "%I64d", LLONG_MIN);
    BOTH("ffffffffffffffff", "%I64x", -1ll);
    BOTH("-2147483648", "%I32d", INT_MIN);
    BOTH("1099511627776", "%Id", (intptr_t)1 << 40);
    BOTH("1099511627776", "%Iu", (uintptr_t)1 << 40);
    BOTH("1099511627776 -5 7", "%zu %td %jd", (size_t)1 << 40, (ptrdiff_t)-5, (intmax_t)7);
    BOTH("-1 255", "%hhd %hhu", 0xff, 0xff);
    BOTH("-1 65535", "%hd %hu", 0xffff, 0xffff);
    BOTH("-128 -32768", "%hhd %hd", 0x80, 0x8000);
    BOTH("7", "%wd", 7);
}

static void flags_width_and_precision_shape_integers(void **state)
{
    BOTH("   42|42   |00042|+42| 42", "%5d|%-5d|%05d|%+d|% d", 42, 42, 42, 42, 42);
    BOTH("-0042|  -042|-042  ", "%05d|%6.3d|%-6.3d", -42, -42, -42);
    BOTH("  042", "%05.3d", 42);
    BOTH("|  ", "%.0d|%2.0d", 0, 0);
    BOTH("0 0", "%d %.1d", 0, 0);
    BOTH("0x2a 0X2A 052 0 0", "%#x %#X %#o %#x %#o", 42, 42, 42, 0, 0);
    BOTH("0x002a|  0x2a", "%#06x|%#6x", 42, 42);
    BOTH("0052 052", "%#.4o %#.3o", 42, 42);
    BOTH("1777777777777777777777", "%llo", -1ll);
    BOTH("0000001A-0000BEEF", "%08X-%08X", 26, 0xbeef);
    BOTH("   42|42   |", "%*d|%*d|", 5, 42, -5, 42);
    BOTH("00042|42", "%.*d|%.*d", 5, 42, -5, 42);
    BOTH("+42", "%+ +d", 42);
    BOTH("42   ", "%-05d", 42);
}

static void pointers_have_sixteen_digits(void **state)
{
    BOTH("000000000000BEEF", "%p", (void *)0xbeef);
    BOTH("0000000000000000", "%p", NULL);
    BOTH("  000000000000BEEF", "%18p", (void *)0xbeef);
}

static void floating_point_is_as_in_c(void **state)
{
    BOTH("1.500000 1.5 2", "%f %.1f %.0f", 1.5, 1.5, 2.0);
    BOTH("1.500000e+00 1.5E+300", "%e %.1E", 1.5, 1.5e300);
    BOTH("1.5 1e-10 100000 1E+06", "%g %g %g %G", 1.5, 1e-10, 1e5, 1e6);
    BOTH("    1.50|1.50    |-0001.50|+1.50", "%8.2f|%-8.2f|%08.2f|%+.2f", 1.5, 1.5, -1.5, 1.5);
    BOTH("2. 2.00000", "%#.0f %#g", 2.0, 2.0);
    BOTH("  inf|-inf|nan", "%05f|%f|%f", (double)INFINITY, -(double)INFINITY, (double)NAN);
    BOTH("0x1.8000000000000p+0 0x1.8p+0", "%a %.1a", 1.5, 1.5);
    BOTH("0x001.8p+0", "%010.1a", 1.5);
    BOTH("1.25", "%.2Lf", 1.25L);
    BOTH("3 1.5 4", "%d %.1lf %d", 3, 1.5, 4);
}

static void a_long_fraction_is_printed_in_full(void **state)
{
    char text[2000];

    assert_int_equal(openlogon_w32_snprintf(text, sizeof(text), "%.1500f", 0.5), 1502);
    assert_memory_equal(text, "0.5000", 6);
    assert_int_equal(strlen(text), 1502);
    errno = 0;
    assert_int_equal(openlogon_w32_snprintf(text, sizeof(text), "%.2000000000f", 0.5), -1);
    assert_int_equal(errno, EOVERFLOW);
}

static void letters_choose_the_width_of_text(void **state)
{
    NARROW("n w n w", "%s %S %hs %ls", "n", u"w", "n", u"w");
    WIDE(u"w n n w", u"%s %S %hs %ls", u"w", "n", "n", u"w");
    NARROW("w n", "%ws %hS", u"w", "n");
    WIDE(u"w w", u"%ws %lS", u"w", u"w");
    NARROW("n w n w w", "%c %C %hc %lc %wc", 'n', u'w', 'n', u'w', u'w');
    WIDE(u"w n n w w", u"%c %C %hc %lc %wc", u'w', 'n', 'n', u'w', u'w');
}

static void text_of_the_other_width_is_converted(void **state)
{
    NARROW("\xc3\xa4\xf0\x9f\x98\x80", "%ls", u"\x00e4\xd83d\xde00");
    WIDE(u"\x00e4\xd83d\xde00", u"%hs", "\xc3\xa4\xf0\x9f\x98\x80");
    NARROW("\xe2\x82\xac", "%lc", 0x20ac);
    WIDE(u"\xd83d\xde00", u"%c%c", 0xd83d, 0xde00);
}

static void malformed_text_becomes_replacement_characters(void **state)
{
    NARROW("\xef\xbf\xbd"
           "a",
           "%ls",
           u"\xd83d"
           u"a");
    NARROW("\xef\xbf\xbd", "%ls", u"\xde00");
    NARROW("\xef\xbf\xbd", "%.1ls", u"\xd83d\xde00");
    WIDE(u"\xfffd"
         u"a\xfffd",
         u"%hs",
         "\x80"
         "a\xc3");
    WIDE(u"\xfffd\xfffd", u"%hs", "\xc0\x80");
    WIDE(u"\xfffd"
         u"a",
         u"%hs",
         "\xe2\x82"
         "a");
    WIDE(u"\xfffd\xfffd\xfffd", u"%hs", "\xed\xa0\x80");
    WIDE(u"\xfffd\xfffd\xfffd\xfffd", u"%hs", "\xf4\x90\x80\x80");
}

static void width_and_precision_shape_text(void **state)
{
    NARROW("   ab|ab   |ab|000ab", "%5s|%-5s|%1s|%05s", "ab", "ab", "ab", "ab");
    WIDE(u"   ab|ab   |ab|000ab", u"%5s|%-5s|%1s|%05s", u"ab", u"ab", u"ab", u"ab");
    NARROW("ab||abc", "%.2s|%.0s|%.9s", "abc", "abc", "abc");
    WIDE(u"ab||  a", u"%.2s|%.0s|%3.1s", u"abc", u"abc", u"abc");
    NARROW("  x|x  ", "%3c|%-3c", 'x', 'x');
    NARROW("  \xc3\xa4", "%3ls", u"\x00e4");
}

/* AddressSanitizer sees a step beyond the block. */
static void precision_bounds_what_is_read(void **state)
{
    char *narrow = malloc(3);
    char16_t *wide = malloc(3 * sizeof(*wide));

    memcpy(narrow, "abc", 3);
    memcpy(wide, u"abc", 3 * sizeof(*wide));
    NARROW("abc abc", "%.3s %.3ls", narrow, wide);
    WIDE(u"abc abc", u"%.3hs %.*s", narrow, 3, wide);
    NARROW("|", "%.0s|", narrow + 3);
    free(narrow);
    free(wide);
}

struct counted {
    uint16_t length_bytes, capacity_bytes;
    const void *units;
};

static void counted_strings_are_read_by_their_length(void **state)
{
    char *narrow = malloc(2);
    char16_t *wide = malloc(2 * sizeof(*wide));
    struct counted ansi = { 2, 2, narrow }, unicode = { 4, 4, wide }, none = { 0, 0, NULL };

    memcpy(narrow, "ab", 2);
    memcpy(wide, u"cd", 2 * sizeof(*wide));
    BOTH("ab cd ab cd", "%Z %wZ %hZ %lZ", &ansi, &unicode, &ansi, &unicode);
    BOTH("  cd|cd  |c", "%4wZ|%-4wZ|%.1wZ", &unicode, &unicode, &unicode);
    BOTH("(null) (null) (null)", "%wZ %Z %wZ", NULL, NULL, &none);
    unicode.length_bytes = 3;
    BOTH("c", "%wZ", &unicode);
    free(narrow);
    free(wide);
}

static void null_is_named(void **state)
{
    BOTH("(null) (null) (null)", "%s %S %ls", NULL, NULL, NULL);
    BOTH("  (null)|(nu", "%8s|%.3s", NULL, NULL);
}

static void a_zero_character_is_text(void **state)
{
    char text[8] = "zzzzzzz";

    assert_int_equal(openlogon_w32_snprintf(text, sizeof(text), "a%cb", 0), 3);
    assert_memory_equal(text, "a\0b", 4);
}

static void writing_through_the_format_is_refused(void **state)
{
    char narrow[8] = "z";
    char16_t wide[8] = u"z";
    int victim = 1;

    errno = 0;
    assert_int_equal(openlogon_w32_snprintf(narrow, 8, "ab%n", &victim), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(openlogon_w32_swprintf(wide, 8, u"ab%hhn", &victim), -1);
    assert_int_equal(victim, 1);
    assert_string_equal(narrow, "");
    assert_wide(wide, u"");
}

static void letters_without_meaning_are_text(void **state)
{
    BOTH("y 1", "%y %d", 1);
    BOTH("", "%");
    BOTH("a", "a%5.3ll");
    BOTH("k1", "%-08k%d", 1);
}

static void widths_beyond_any_text_fail(void **state)
{
    errno = 0;
    assert_int_equal(openlogon_w32__scprintf("%99999999999d%d", 1, 2), -1);
    assert_int_equal(errno, EOVERFLOW);
    assert_int_equal(openlogon_w32__scprintf("%2147483647d", 1), INT_MAX);
    assert_int_equal(openlogon_w32__scwprintf(u"%*d!", INT_MIN, 1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_and_percent_signs_are_copied),
        cmocka_unit_test(integers_have_the_sizes_of_windows),
        cmocka_unit_test(flags_width_and_precision_shape_integers),
        cmocka_unit_test(pointers_have_sixteen_digits),
        cmocka_unit_test(floating_point_is_as_in_c),
        cmocka_unit_test(a_long_fraction_is_printed_in_full),
        cmocka_unit_test(letters_choose_the_width_of_text),
        cmocka_unit_test(text_of_the_other_width_is_converted),
        cmocka_unit_test(malformed_text_becomes_replacement_characters),
        cmocka_unit_test(width_and_precision_shape_text),
        cmocka_unit_test(precision_bounds_what_is_read),
        cmocka_unit_test(counted_strings_are_read_by_their_length),
        cmocka_unit_test(null_is_named),
        cmocka_unit_test(a_zero_character_is_text),
        cmocka_unit_test(writing_through_the_format_is_refused),
        cmocka_unit_test(letters_without_meaning_are_text),
        cmocka_unit_test(widths_beyond_any_text_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
