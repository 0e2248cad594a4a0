/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"

static void a_secret_holds_what_it_was_made_from(void **state)
{
    _cleanup_(secret_freep) secret *s = NULL;

    assert_ok(secret_new_from(&s, "hunter2", 7));
    assert_int_equal(secret_size(s), 7);
    assert_memory_equal(secret_bytes(s), "hunter2", 7);
}

static void a_new_secret_is_zero(void **state)
{
    _cleanup_(secret_freep) secret *s = NULL;

    assert_ok(secret_new(&s, 5000));
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(secret_bytes(s)[i], 0);
}

/* One that was given back serves again, and tells nothing. */
static void what_was_used_before_is_zero_again(void **state)
{
    enum { MANY = 100 };
    secret *secrets[MANY];

    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < MANY; i++) {
            assert_ok(secret_new(&secrets[i], 40));
            for (size_t byte = 0; byte < 40; byte++)
                assert_int_equal(secret_bytes(secrets[i])[byte], 0);
            memset(secret_bytes(secrets[i]), 'x', 40);
        }
        for (size_t i = 0; i < MANY; i++)
            secret_free(secrets[i]);
    }
}

static void a_size_out_of_range_is_refused(void **state)
{
    secret *s = NULL;

    assert_status(secret_new(&s, 0), STATUS_INVALID_PARAMETER);
    assert_status(secret_new(&s, SECRET_SIZE_MAX + 1), STATUS_INVALID_PARAMETER);
    assert_null(s);
    assert_null(secret_free(NULL));
}

static void a_forked_child_does_not_get_it(void **state)
{
    _cleanup_(secret_freep) secret *s = NULL;
    int result;

    assert_ok(secret_new_from(&s, "hunter2", 7));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(secret_bytes(s)[0]);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    assert_int_equal(WEXITSTATUS(result), 0);
}

static void comparing_sees_every_byte(void **state)
{
    assert_true(secret_equal("abc", "abc", 3));
    assert_false(secret_equal("abc", "abd", 3));
    assert_false(secret_equal("abc", "bbc", 3));
    assert_true(secret_equal("abc", "xyz", 0));
}

static void wiping_leaves_zeros(void **state)
{
    char text[] = "hunter2";

    secret_wipe(text, 7);
    assert_memory_equal(text, "\0\0\0\0\0\0\0", 7);
    secret_wipe(NULL, 0);
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    secret *s = NULL;

    FOR_EACH_FAILING_ALLOCATION(st, secret_new(&s, 10))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(s);
    }
    assert_null(secret_free(s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_holds_what_it_was_made_from),
        cmocka_unit_test(a_new_secret_is_zero),
        cmocka_unit_test(what_was_used_before_is_zero_again),
        cmocka_unit_test(a_size_out_of_range_is_refused),
        cmocka_unit_test(a_forked_child_does_not_get_it),
        cmocka_unit_test(comparing_sees_every_byte),
        cmocka_unit_test(wiping_leaves_zeros),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
