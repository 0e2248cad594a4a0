/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "base/reader.h"

static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static void numbers_are_little_endian(void **state)
{
    struct reader r;

    reader_init(&r, bytes, sizeof(bytes));
    assert_int_equal(reader_u8(&r), 0x01);
    assert_int_equal(reader_u16(&r), 0x0302);
    assert_int_equal(reader_u32(&r), 0x07060504);
    assert_int_equal(reader_u64(&r), 0x0f0e0d0c0b0a0908);
    assert_true(reader_finished(&r));
}

static void a_read_beyond_the_end_fails_for_good(void **state)
{
    struct reader r;
    uint8_t copy[4] = { 9, 9, 9, 9 };

    reader_init(&r, bytes, 3);
    assert_int_equal(reader_u32(&r), 0);
    assert_false(reader_ok(&r));
    assert_int_equal(reader_u8(&r), 0);
    assert_null(reader_bytes(&r, 0));
    assert_int_equal(reader_left(&r), 0);
    reader_copy(&r, copy, sizeof(copy));
    assert_int_equal(copy[0], 0);
    reader_seek(&r, 0);
    assert_false(reader_ok(&r));
    assert_false(reader_finished(&r));
}

static void what_is_left_over_is_told(void **state)
{
    struct reader r;
    uint8_t copy[2];

    reader_init(&r, bytes, 8);
    reader_skip(&r, 2);
    reader_copy(&r, copy, 2);
    assert_int_equal(copy[1], 4);
    assert_int_equal(reader_left(&r), 4);
    assert_true(reader_ok(&r));
    assert_false(reader_finished(&r));
    reader_seek(&r, 8);
    assert_true(reader_finished(&r));
    reader_seek(&r, 9);
    assert_false(reader_ok(&r));
}

static void a_huge_size_does_not_wrap(void **state)
{
    struct reader r;

    reader_init(&r, bytes, 8);
    reader_skip(&r, 4);
    assert_null(reader_bytes(&r, SIZE_MAX));
    assert_false(reader_ok(&r));
}

static void an_empty_buffer_has_nothing(void **state)
{
    struct reader r;

    reader_init(&r, NULL, 0);
    assert_true(reader_finished(&r));
    assert_int_equal(reader_u8(&r), 0);
    assert_false(reader_finished(&r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_little_endian),
        cmocka_unit_test(a_read_beyond_the_end_fails_for_good),
        cmocka_unit_test(what_is_left_over_is_told),
        cmocka_unit_test(a_huge_size_does_not_wrap),
        cmocka_unit_test(an_empty_buffer_has_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
