/* SPDX-License-Identifier: MIT */
/* What is counted, and the numbers that stand for objects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/metrics.h"
#include "daemon/object_number.h"

static int set_up(void **state)
{
    SessionStore *store;

    assert_false(nt_failed(session_store_new(&store)));
    *state = store;
    return 0;
}

static int tear_down(void **state)
{
    session_store_free(*state);
    return 0;
}

static void start(SessionStore *store, Session **ret, uint64_t luid, uint32_t type)
{
    const SID sid = { .Revision = SID_REVISION };
    const struct session_facts facts = {
        .user = "u", .domain = "d", .package = "p", .sid = &sid, .logon_type = type
    };

    assert_false(nt_failed(session_new(ret, store, luid, 0)));
    if (type != LOGON_TYPES_END)
        assert_false(nt_failed(session_activate(*ret, &facts)));
}

static void sessions_are_counted_from_the_ones_that_are_there_on(void **state)
{
    _cleanup_(metrics_freep) Metrics *metrics = NULL;
    Session *early, *late, *never;

    start(*state, &early, 0x10000, 3);
    assert_false(nt_failed(metrics_new(&metrics, *state)));
    start(*state, &late, 0x10001, 3);
    assert_int_equal(metrics_counts(metrics)->sessions[3], 2);
    session_unref(early);
    start(*state, &never, 0x10002, LOGON_TYPES_END); /* one that never is active */
    session_unref(never);
    assert_int_equal(metrics_counts(metrics)->sessions[3], 1);
    assert_int_equal(metrics_counts(metrics)->sessions_ended, 1);
    session_unref(late);
    assert_int_equal(metrics_counts(metrics)->sessions[3], 0);
}

static void a_type_that_there_is_not_is_counted_nowhere(void **state)
{
    _cleanup_(metrics_freep) Metrics *metrics = NULL;

    assert_false(nt_failed(metrics_new(&metrics, *state)));
    metrics_logged_on(metrics, LOGON_TYPES_END, 1);
    metrics_logged_on(metrics, UINT32_MAX, 1);
    for (size_t i = 0; i < LOGON_TYPES_END; i++)
        assert_int_equal(metrics_counts(metrics)->logons[i], 0);
    assert_int_equal(metrics_counts(metrics)->latency_sum_usec, 2);
}

static void a_time_is_in_the_first_bucket_that_holds_it(void **state)
{
    static const struct {
        uint64_t usec;
        size_t bucket;
    } rows[] = {
        { 0, 0 },         { 1000, 0 },      { 1001, 1 },        { 2500, 1 },
        { 10000000, 11 }, { 10000001, 12 }, { UINT64_MAX, 12 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(metrics_freep) Metrics *metrics = NULL;

        assert_false(nt_failed(metrics_new(&metrics, *state)));
        metrics_failed(metrics, NT(LOGON_FAILURE), rows[i].usec);
        assert_int_equal(metrics_counts(metrics)->latency[rows[i].bucket], 1);
    }
}

static void an_unknown_user_and_a_wrong_password_are_one_class(void **state)
{
    assert_int_equal(metrics_failure_class(NT(NO_SUCH_USER)), FAILURE_CREDENTIALS);
    assert_int_equal(metrics_failure_class(NT(WRONG_PASSWORD)), FAILURE_CREDENTIALS);
    assert_int_equal(metrics_failure_class(NT(ACCOUNT_LOCKED_OUT)), FAILURE_LOCKED_OUT);
    assert_int_equal(metrics_failure_class(NT(PASSWORD_EXPIRED)), FAILURE_RESTRICTION);
    assert_int_equal(metrics_failure_class(NT(LOGON_TYPE_NOT_GRANTED)), FAILURE_NOT_GRANTED);
    assert_int_equal(metrics_failure_class(NT(INVALID_PARAMETER)), FAILURE_OTHER);
}

static void objects_are_told_apart_by_numbers_that_are_no_addresses(void **state)
{
    static char objects[1000];
    uint64_t numbers[ARRAY_SIZE(objects)];
    struct object_key key, other;

    assert_int_equal(object_key_make(&key), 0);
    assert_int_equal(object_key_make(&other), 0);
    assert_int_equal(object_number(&key, NULL), 0);
    for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
        numbers[i] = object_number(&key, &objects[i]);
        assert_int_equal(numbers[i], object_number(&key, &objects[i]));
        assert_int_not_equal(numbers[i], object_number(&other, &objects[i]));
        assert_int_not_equal(numbers[i], 0);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(numbers[i], numbers[j]);
    }
    /* Neighbours share neither half: the odds against it are one in four thousand million each. */
    assert_int_not_equal(numbers[0] >> 32, numbers[1] >> 32);
    assert_int_not_equal(numbers[0] & UINT32_MAX, numbers[1] & UINT32_MAX);
}

int main(void)
{
#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_STORE(sessions_are_counted_from_the_ones_that_are_there_on),
        WITH_STORE(a_type_that_there_is_not_is_counted_nowhere),
        WITH_STORE(a_time_is_in_the_first_bucket_that_holds_it),
        cmocka_unit_test(an_unknown_user_and_a_wrong_password_are_one_class),
        cmocka_unit_test(objects_are_told_apart_by_numbers_that_are_no_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
