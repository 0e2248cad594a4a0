/* SPDX-License-Identifier: MIT */
#include "linux/random.h"

#include <stdlib.h>

#include "linux/test-linux.h"

static void all_bytes_are_filled_and_none_beyond(void **state)
{
    enum {
        SIZE = 1000, /* more than getrandom(2) promises to give without interruption */
    };
    unsigned char one[SIZE + 1] = { 0 }, two[SIZE + 1] = { 0 };
    size_t n_zero = 0;

    (void)state;
    assert_int_equal(random_fill(one, SIZE), 0);
    assert_int_equal(random_fill(two, SIZE), 0);
    assert_memory_not_equal(one, two, SIZE);
    for (size_t i = 0; i < SIZE; i++)
        n_zero += one[i] == 0;
    assert_true(n_zero < 50); /* about 4 are expected */
    assert_int_equal(one[SIZE], 0);
    assert_int_equal(random_fill(NULL, 0), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_bytes_are_filled_and_none_beyond),
    };

    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
