/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "base/writer.h"

static void what_was_written_is_taken(void **state)
{
    static const uint8_t expected[] = { 1, 3, 2, 7, 6, 5, 4,   8,   0,   0,   0,
                                        0, 0, 0, 0, 0, 0, 'a', 'b', '-', '4', '2' };
    _cleanup_(writer_done) struct writer w;
    _cleanup_(freep) uint8_t *bytes = NULL;
    size_t size;

    writer_init(&w, 100);
    writer_u8(&w, 1);
    writer_u16(&w, 0x0203);
    writer_u32(&w, 0x04050607);
    writer_u64(&w, 8);
    writer_zeros(&w, 2);
    writer_text(&w, "ab");
    writer_format(&w, "%d", -42);
    assert_ok(writer_take(&w, &bytes, &size));
    assert_int_equal(size, sizeof(expected));
    assert_memory_equal(bytes, expected, size);
    assert_int_equal(bytes[size], 0);
}

static void numbers_are_set_inside_only(void **state)
{
    _cleanup_(writer_done) struct writer w;
    void *bytes = NULL;

    writer_init(&w, 100);
    writer_zeros(&w, 6);
    writer_set_u16(&w, 0, 0x0102);
    writer_set_u32(&w, 2, 0x03040506);
    assert_false(nt_failed(w.status));
    assert_int_equal(w.bytes[0], 2);
    assert_int_equal(w.bytes[5], 3);
    writer_set_u32(&w, 3, 0);
    assert_status(writer_take(&w, &bytes, NULL), STATUS_INVALID_PARAMETER);
    assert_null(bytes);
}

static void above_the_limit_nothing_is_written_any_more(void **state)
{
    _cleanup_(writer_done) struct writer w;
    void *bytes = NULL;

    writer_init(&w, 3);
    writer_text(&w, "abc");
    assert_false(nt_failed(w.status));
    writer_text(&w, "d");
    writer_text(&w, "");
    assert_int_equal(w.size, 3);
    assert_status(writer_take(&w, &bytes, NULL), STATUS_BUFFER_TOO_SMALL);
    assert_null(bytes);
}

static void an_empty_writer_gives_an_empty_string(void **state)
{
    _cleanup_(writer_done) struct writer w;
    _cleanup_(freep) char *text = NULL;
    size_t size = 1;

    writer_init(&w, 10);
    assert_ok(writer_take(&w, &text, &size));
    assert_int_equal(size, 0);
    assert_string_equal(text, "");
}

static void the_first_failure_stays(void **state)
{
    _cleanup_(writer_done) struct writer w;
    void *bytes = NULL;

    writer_init(&w, 10);
    writer_fail(&w, NT(INVALID_SID));
    writer_fail(&w, NT(INVALID_ACL));
    assert_status(writer_take(&w, &bytes, NULL), STATUS_INVALID_SID);
}

static nt_status write_much(char **ret)
{
    _cleanup_(writer_done) struct writer w;

    writer_init(&w, 10000);
    for (int i = 0; i < 200; i++)
        writer_format(&w, "%d,", i);
    return writer_take(&w, ret, NULL);
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    char *text = NULL;

    FOR_EACH_FAILING_ALLOCATION(st, write_much(&text))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(text);
    }
    assert_int_equal(strncmp(text, "0,1,2,", 6), 0);
    assert_int_equal(strlen(text), 10 * 2 + 90 * 3 + 100 * 4);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_taken),
        cmocka_unit_test(numbers_are_set_inside_only),
        cmocka_unit_test(above_the_limit_nothing_is_written_any_more),
        cmocka_unit_test(an_empty_writer_gives_an_empty_string),
        cmocka_unit_test(the_first_failure_stays),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
