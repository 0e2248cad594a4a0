/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "hours_text.h"

/* @back  as it is written again */
static const struct {
    const char *text;
    const char *back;
} good[] = {
    { "all", "all" },
    { "None", "none" },
    { "mon-fri 8-18", "mon-fri 8-18" },
    { "Mon-Fri 8-18,SAT 9-12", "mon-fri 8-18, sat 9-12" },
    { " mon 0-1 , mon 23-24 ", "mon 0-1, mon 23-24" },
    { "sat-mon 08-09", "mon 8-9, sat-sun 8-9" },
    { "mon 8-12, tue 8-12, wed 8-12", "mon-wed 8-12" },
    { "sun-sat 0-24", "all" },
    { "mon 8-12, mon 12-18", "mon 8-18" },
};

static const char *const bad[] = {
    "",           "monday 8-18", "mon",         "mon 8",      "mon 18-8", "mon 8-8",
    "mon 8-25",   "mon 8-18,",   ",mon 8-18",   "mon- 8-18",  "8-18",     "mon 8 - 18",
    "mon 8-18 x", "all,mon 8-9", "mon 008-018", "mon 8-18\n",
};

static void hours_are_read_and_written(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        uint8_t hours[HOURS_SIZE], again[HOURS_SIZE];
        char text[HOURS_TEXT_SIZE];

        assert_true(hours_parse(hours, good[i].text));
        hours_format(text, sizeof(text), hours);
        assert_string_equal(text, good[i].back);
        assert_true(hours_parse(again, text));
        assert_memory_equal(hours, again, sizeof(hours));
    }
}

static void bits_begin_with_sunday(void **state)
{
    uint8_t hours[HOURS_SIZE];

    assert_true(hours_parse(hours, "sun 0-1, mon 9-10"));
    assert_int_equal(hours[0], 1);
    assert_int_equal(hours[4], 2); /* hour 33 */
}

static void other_texts_are_refused(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        uint8_t hours[HOURS_SIZE];

        if (hours_parse(hours, bad[i]))
            fail_msg("\"%s\" is taken", bad[i]);
    }
}

static void the_longest_text_fits(void **state)
{
    uint8_t hours[HOURS_SIZE];
    char text[HOURS_TEXT_SIZE];

    memset(hours, 0x55, sizeof(hours));
    hours[3] = 0x15; /* so that no two days are the same for long */
    hours[9] = 0x51;
    hours[15] = 0x45;
    hours_format(text, sizeof(text), hours);
    assert_true(strlen(text) < sizeof(text) - 1);
    assert_true(hours_parse(hours, text));
    hours_format(text, 8, hours);
    assert_int_equal(strlen(text), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_are_read_and_written),
        cmocka_unit_test(bits_begin_with_sunday),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(the_longest_text_fits),
    };

    return cmocka_run_group_tests_name("hours-text", tests, NULL, NULL);
}
