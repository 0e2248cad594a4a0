/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "base/filetime.h"
#include "base/luid.h"

static void times_count_from_1601(void **state)
{
    assert_int_equal(filetime_from_unix(0), INT64_C(116444736000000000));
    assert_int_equal(filetime_from_unix(-INT64_C(11644473600)), 0);
    assert_int_equal(filetime_to_unix(INT64_C(116444736000000000)), 0);
    assert_int_equal(filetime_to_unix(INT64_C(116444735999999999)), -1);
    assert_int_equal(
        filetime_from_timespec(&(struct timespec){ .tv_sec = 1, .tv_nsec = 999999999 }),
        INT64_C(116444736019999999));
}

static void times_that_do_not_fit_are_first_or_never(void **state)
{
    assert_int_equal(filetime_from_unix(-INT64_C(11644473601)), 0);
    assert_int_equal(filetime_from_unix(INT64_MIN), 0);
    assert_int_equal(filetime_from_unix(INT64_MAX), FILETIME_NEVER);
    assert_int_equal(filetime_from_unix(INT64_C(1000000000000)), FILETIME_NEVER);
}

static void a_time_comes_back(void **state)
{
    struct timespec t = filetime_to_timespec(
        filetime_from_timespec(&(struct timespec){ .tv_sec = 1700000000, .tv_nsec = 123456700 }));

    assert_int_equal(t.tv_sec, 1700000000);
    assert_int_equal(t.tv_nsec, 123456700);
    assert_true(filetime_now() > filetime_from_unix(1500000000));
}

static void a_luid_is_a_number(void **state)
{
    static const uint64_t values[] = { 0, 0x3e7, 0xffffffff, 0x100000000, UINT64_MAX };

    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        assert_int_equal(luid_to_u64(luid_from_u64(values[i])), values[i]);
    assert_int_equal(luid_from_u64(0x1234500000001).HighPart, 0x12345);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_count_from_1601),
        cmocka_unit_test(times_that_do_not_fit_are_first_or_never),
        cmocka_unit_test(a_time_comes_back),
        cmocka_unit_test(a_luid_is_a_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
