/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "base/utf16.h"

static const struct {
    const char *utf8;
    WCHAR utf16[8];
} pairs[] = {
    { "", { 0 } },
    { "a", { 'a', 0 } },
    { "\x7f\xc2\x80", { 0x7f, 0x80, 0 } },
    { "\xdf\xbf\xe0\xa0\x80", { 0x7ff, 0x800, 0 } },
    { "\xed\x9f\xbf\xee\x80\x80", { 0xd7ff, 0xe000, 0 } },
    { "\xef\xbf\xbf\xf0\x90\x80\x80", { 0xffff, 0xd800, 0xdc00, 0 } },
    { "\xf4\x8f\xbf\xbf", { 0xdbff, 0xdfff, 0 } },
    { "Z\xc3\xbcrich", { 'Z', 0xfc, 'r', 'i', 'c', 'h', 0 } },
};

static void a_text_goes_both_ways(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
        _cleanup_(freep) WCHAR *wide = NULL;
        _cleanup_(freep) char *narrow = NULL;
        size_t units, size;

        assert_ok(utf8_to_utf16(&wide, &units, pairs[i].utf8, strlen(pairs[i].utf8)));
        assert_int_equal(units, utf16_length(pairs[i].utf16));
        assert_memory_equal(wide, pairs[i].utf16, (units + 1) * sizeof(WCHAR));
        assert_ok(utf16_to_utf8(&narrow, &size, wide, units));
        assert_int_equal(size, strlen(pairs[i].utf8));
        assert_string_equal(narrow, pairs[i].utf8);
    }
}

static void a_zero_inside_is_a_character(void **state)
{
    _cleanup_(freep) WCHAR *wide = NULL;
    size_t units;

    assert_ok(utf8_to_utf16(&wide, &units, "a\0b", 3));
    assert_int_equal(units, 3);
    assert_int_equal(wide[2], 'b');
    assert_int_equal(wide[3], 0);
}

static void malformed_utf8_is_refused(void **state)
{
    static const char *const texts[] = {
        "\x80", /* a following byte alone */
        "\xbf",
        "\xc0\x80", /* zero in two bytes */
        "\xc1\xbf", /* overlong */
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80", /* surrogates */
        "\xed\xbf\xbf",
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80\x80", /* five bytes */
        "\xfe",
        "\xff",
        "\xc3", /* cut */
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xc3(", /* a lead byte without its followers */
        "\xe2\x82(",
        "ok\xf0\x9f\x98(",
    };
    WCHAR *const untouched = (WCHAR *)(uintptr_t)8;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        WCHAR *wide = untouched;
        WCHAR buffer[8];
        size_t size = strlen(texts[i]);

        assert_status(utf8_to_utf16(&wide, NULL, texts[i], size), STATUS_INVALID_PARAMETER);
        assert_ptr_equal(wide, untouched);
        assert_status(utf8_to_utf16_buffer(buffer, 8, NULL, texts[i], size),
                      STATUS_INVALID_PARAMETER);
    }
}

static void lone_surrogates_are_refused(void **state)
{
    static const WCHAR texts[][3] = {
        { 0xd800, 'a' }, { 0xdc00, 'a' },    { 'a', 0xdbff },
        { 'a', 0xdfff }, { 0xd800, 0xd800 }, { 0xdc00, 0xd800 },
    };
    char *narrow = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        assert_status(utf16_to_utf8(&narrow, NULL, texts[i], 2), STATUS_INVALID_PARAMETER);
}

static void every_code_point_survives(void **state)
{
    for (uint32_t value = 1; value < 0x110000; value += value < 0x900 ? 1 : 61) {
        WCHAR wide[3] = { 0 }, back[3];
        char narrow[5];
        size_t units, size;

        if (value >= 0xd800 && value < 0xe000)
            continue;
        if (value < 0x10000) {
            wide[0] = (WCHAR)value;
        } else {
            wide[0] = (WCHAR)(0xd800 + ((value - 0x10000) >> 10));
            wide[1] = (WCHAR)(0xdc00 + (value & 0x3ff));
        }
        assert_ok(utf16_to_utf8_buffer(narrow, sizeof(narrow), &size, wide, utf16_length(wide)));
        assert_ok(utf8_to_utf16_buffer(back, 3, &units, narrow, size));
        assert_int_equal(units, utf16_length(wide));
        assert_memory_equal(back, wide, units * sizeof(WCHAR));
    }
}

static void a_buffer_that_is_too_small_stays_as_it_is(void **state)
{
    WCHAR wide[4] = { 7, 7, 7, 7 };
    char narrow[4] = "777";
    size_t needed = 0;

    assert_status(utf8_to_utf16_buffer(wide, 3, &needed, "abc", 3), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(needed, 3);
    assert_int_equal(wide[0], 7);
    assert_ok(utf8_to_utf16_buffer(wide, 4, &needed, "abc", 3));
    needed = 0;
    assert_status(utf16_to_utf8_buffer(narrow, 3, &needed, wide, 3), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(needed, 3);
    assert_int_equal(narrow[0], '7');
    assert_ok(utf16_to_utf8_buffer(narrow, 4, NULL, wide, 3));
    assert_string_equal(narrow, "abc");
    assert_status(utf8_to_utf16_buffer(NULL, 0, &needed, "", 0), STATUS_BUFFER_TOO_SMALL);
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    WCHAR *wide = NULL;
    char *narrow = NULL;

    FOR_EACH_FAILING_ALLOCATION(st, utf8_to_utf16(&wide, NULL, "abc", 3))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(wide);
    }
    FOR_EACH_FAILING_ALLOCATION(st, utf16_to_utf8(&narrow, NULL, wide, 3))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(narrow);
    }
    assert_string_equal(narrow, "abc");
    free(narrow);
    free(wide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_goes_both_ways),
        cmocka_unit_test(a_zero_inside_is_a_character),
        cmocka_unit_test(malformed_utf8_is_refused),
        cmocka_unit_test(lone_surrogates_are_refused),
        cmocka_unit_test(every_code_point_survives),
        cmocka_unit_test(a_buffer_that_is_too_small_stays_as_it_is),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
