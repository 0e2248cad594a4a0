/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <time.h>

#include "query/table.h"

/* A table that never ends. */
static query_status filter(query_cursor *c, const struct query_match *matches, size_t n)
{
    return QUERY_OK;
}

static query_status next(query_cursor *c, bool *ret_found)
{
    *ret_found = true;
    return QUERY_OK;
}

static query_status value(query_cursor *c, size_t column, struct query_value *ret)
{
    return QUERY_OK;
}

static void done(query_cursor *c)
{
}

static const struct query_table endless = {
    .name = "endless",
    .cursor_size = sizeof(query_cursor),
    .filter = filter,
    .next = next,
    .value = value,
    .done = done,
};

static void rows_end_when_the_time_is_up(void **state)
{
    _cleanup_(query_cursor_freep) query_cursor *c = NULL;
    query_status status;
    bool found;

    assert_false(query_failed(query_cursor_new(&c, &endless)));
    assert_false(query_failed(query_cursor_filter(c, NULL, 0)));
    query_time_limit(1);
    assert_false(query_time_is_up());
    do {
        status = query_cursor_next(c, &found);
    } while (!query_failed(status));
    assert_int_equal(status.code, ERROR_TIMEOUT);
    assert_true(query_time_is_up());
    assert_true(c->n_rows > 0);
}

static void without_a_limit_they_go_on(void **state)
{
    _cleanup_(query_cursor_freep) query_cursor *c = NULL;
    bool found;

    query_time_limit(0);
    assert_false(query_time_is_up());
    assert_false(query_failed(query_cursor_new(&c, &endless)));
    assert_false(query_failed(query_cursor_next(c, &found)));
    assert_true(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_end_when_the_time_is_up),
        cmocka_unit_test(without_a_limit_they_go_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
