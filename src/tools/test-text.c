/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/filetime.h"
#include "base/macros.h"
#include "text.h"

/* 2015-07-02 16:05:31.25 UTC */
#define EXAMPLE_TIME (filetime_from_unix(1435853131) + 2500000)

static int in_berlin(void **state)
{
    /* The rule is written out, so that no time zone database is needed. */
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    return 0;
}

static void luids_are_halves_or_short(void **state)
{
    char buffer[TEXT_LUID_SIZE];

    assert_string_equal(text_luid_halves(buffer, 0x3e7), "00000000:000003e7");
    assert_string_equal(text_luid_halves(buffer, 0x0123456789abcdef), "01234567:89abcdef");
    assert_string_equal(text_luid(buffer, 0x3e7), "0x3e7");
    assert_string_equal(text_luid(buffer, UINT64_MAX), "0xffffffffffffffff");
}

static void times_are_local(void **state)
{
    char buffer[TEXT_TIME_SIZE];

    assert_string_equal(text_time(buffer, EXAMPLE_TIME), "2015-07-02 18:05:31");
    assert_string_equal(text_time_iso(buffer, EXAMPLE_TIME), "2015-07-02T18:05:31.250000+02:00");
}

static void no_time_has_no_text(void **state)
{
    static const int64_t none[] = { 0, -1, FILETIME_NEVER };
    char buffer[TEXT_TIME_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
        assert_null(text_time(buffer, none[i]));
        assert_null(text_time_iso(buffer, none[i]));
    }
}

static void a_luid_is_read_as_it_is_written(void **state)
{
    static const struct {
        const char *text;
        uint64_t luid;
    } cases[] = {
        { "0x3e7", 0x3e7 }, { "00000000:000003e7", 0x3e7 },       { "1:0", UINT64_C(1) << 32 },
        { "999", 999 },     { "0xFFFFFFFFFFFFFFFF", UINT64_MAX },
    };
    static const char *const wrong[] = { "",
                                         "x",
                                         "0x",
                                         "0x0x1",
                                         "-1",
                                         "1 ",
                                         " 1",
                                         "3e7",
                                         "1:2:3",
                                         "1:",
                                         ":1",
                                         "100000000:0",
                                         "0x10000000000000000" };
    uint64_t luid;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_true(text_to_luid(cases[i].text, &luid));
        assert_true(luid == cases[i].luid);
    }
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_false(text_to_luid(wrong[i], &luid));
}

static void every_time_fits_its_buffer(void **state)
{
    char buffer[TEXT_TIME_SIZE];

    for (unsigned bit = 0; bit < 63; bit++) {
        char *text = text_time_iso(buffer, INT64_C(1) << bit);

        assert_true(!text || strlen(text) < TEXT_TIME_SIZE);
    }
}

static void logon_types_have_names(void **state)
{
    assert_null(text_logon_type(0));
    assert_string_equal(text_logon_type(2), "Interactive");
    assert_string_equal(text_logon_type(8), "NetworkCleartext");
    assert_string_equal(text_logon_type(13), "CachedUnlock");
    assert_string_equal(text_logon_type(1), "Unknown");
    assert_string_equal(text_logon_type(14), "Unknown");
    assert_string_equal(text_logon_type(UINT32_MAX), "Unknown");
}

static void attributes_read_as_whoami_has_them(void **state)
{
    static const struct {
        uint32_t attributes;
        const char *text;
    } cases[] = {
        { 0, "" },
        { SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED, "" },
        { SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED,
          "Mandatory group, Enabled by default, Enabled group" },
        { SE_GROUP_USE_FOR_DENY_ONLY, "Group used for deny only" },
        { UINT32_MAX, "Mandatory group, Enabled by default, Enabled group, Group owner, "
                      "Group used for deny only, Local Group" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(freep) char *text = text_group_attributes(cases[i].attributes);

        assert_string_equal(text, cases[i].text);
    }
}

static void what_misleads_is_not_printed(void **state)
{
    static const struct {
        const char *from;
        const char *to;
    } cases[] = {
        { "", "" },
        { "plain", "plain" },
        { "J\xc3\xbcrgen", "J\xc3\xbcrgen" },
        { "\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91" },
        { "a\x1b[2Jb\n\t\x7f", "a?[2Jb???" },
        { "\xc2\x9b"
          "2J",
          "??2J" }, /* a C1 control */
        { "a\xe2\x80\xae"
          "b",
          "a???b" },               /* right-to-left override */
        { "\xff\xfe", "??" },      /* no UTF-8 */
        { "\xc3", "?" },           /* cut */
        { "\xe2\x82", "??" },      /* cut */
        { "\xed\xa0\x80", "???" }, /* a surrogate */
        { "\xc0\xaf", "??" },      /* overlong */
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(freep) char *text = text_printable(cases[i].from);

        assert_string_equal(text, cases[i].to);
    }
}

static void fields_are_quoted_where_needed(void **state)
{
    static const struct {
        char separator;
        const char *from;
        const char *to;
    } cases[] = {
        { ',', "", "" },           { ',', "plain words", "plain words" },
        { ',', "a,b", "\"a,b\"" }, { ',', "say \"hi\"", "\"say \"\"hi\"\"\"" },
        { ',', "\"", "\"\"\"\"" }, { ',', "a\nb", "a?b" },
        { '\t', "a,b", "a,b" },    { '\t', "a\tb", "a?b" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(freep) char *text = NULL;
        size_t size;
        FILE *to = open_memstream(&text, &size);

        text_print_field(to, cases[i].separator, cases[i].from);
        fclose(to);
        assert_string_equal(text, cases[i].to);
    }
}

static void counted_strings_become_utf8(void **state)
{
    static WCHAR name[] = u"J\u00fcrgen and more";
    static WCHAR lone[] = { 'a', 0xd800 };
    const LSA_UNICODE_STRING counted = { 12, 12, name };
    const LSA_UNICODE_STRING malformed = { 4, 4, lone };
    const LSA_UNICODE_STRING none = { 0, 0, NULL };
    _cleanup_(freep) char *text = text_of_lsa(&counted);
    _cleanup_(freep) char *question = text_of_lsa(&malformed);
    _cleanup_(freep) char *empty = text_of_lsa(&none);

    assert_string_equal(text, "J\xc3\xbcrgen");
    assert_string_equal(question, "?");
    assert_string_equal(empty, "");
}

static void accounts_have_a_domain_where_there_is_one(void **state)
{
    _cleanup_(freep) char *both = text_account("HOST", "alice");
    _cleanup_(freep) char *name = text_account("", "alice");
    _cleanup_(freep) char *none = text_account(NULL, NULL);

    assert_string_equal(both, "HOST\\alice");
    assert_string_equal(name, "alice");
    assert_string_equal(none, "");
}

static void numbers_are_whole_and_in_range(void **state)
{
    static const char *const wrong[] = { "",    "-1", "+1",
                                         " 1",  "1 ", "1x",
                                         "0x1", "11", "99999999999999999999999" };
    uint32_t number = 7;

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_false(text_to_number(wrong[i], 1, 10, &number));
    assert_false(text_to_number("0", 1, 10, &number));
    assert_int_equal(number, 7);
    assert_true(text_to_number("10", 1, 10, &number));
    assert_int_equal(number, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(luids_are_halves_or_short),
        cmocka_unit_test(times_are_local),
        cmocka_unit_test(no_time_has_no_text),
        cmocka_unit_test(a_luid_is_read_as_it_is_written),
        cmocka_unit_test(every_time_fits_its_buffer),
        cmocka_unit_test(logon_types_have_names),
        cmocka_unit_test(attributes_read_as_whoami_has_them),
        cmocka_unit_test(what_misleads_is_not_printed),
        cmocka_unit_test(fields_are_quoted_where_needed),
        cmocka_unit_test(counted_strings_become_utf8),
        cmocka_unit_test(accounts_have_a_domain_where_there_is_one),
        cmocka_unit_test(numbers_are_whole_and_in_range),
    };

    return cmocka_run_group_tests(tests, in_berlin, NULL);
}
