/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "base/slab.h"

struct thing {
    uint64_t numbers[9];
};

enum { MANY = 100000 }; /* some segments */

static void objects_are_apart_aligned_and_zero(void **state)
{
    struct slab slab = SLAB(struct thing);
    struct thing **things = calloc(MANY, sizeof(*things));
    static const struct thing zero;

    assert_non_null(things);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < MANY; i++) {
            things[i] = slab_take(&slab);
            assert_non_null(things[i]);
            assert_int_equal((uintptr_t)things[i] % sizeof(void *), 0);
            assert_memory_equal(things[i], &zero, sizeof(zero));
            for (size_t n = 0; n < ARRAY_SIZE(zero.numbers); n++)
                things[i]->numbers[n] = i + 1;
        }
        for (size_t i = 0; i < MANY; i++) {
            assert_int_equal(things[i]->numbers[0], i + 1);
            assert_int_equal(things[i]->numbers[8], i + 1);
        }
        for (size_t i = 0; i < MANY; i++)
            slab_give_back(&slab, things[i]);
        assert_int_equal(slab.n_used, 0);
        assert_null(slab.segments);
    }
    free(things);
}

static void what_was_given_back_serves_the_next(void **state)
{
    struct slab slab = SLAB(char);
    void *first = slab_take(&slab), *second = slab_take(&slab);

    assert_ptr_not_equal(first, second);
    slab_give_back(&slab, first);
    assert_ptr_equal(slab_take(&slab), first);
    slab_give_back(&slab, NULL);
    slab_give_back(&slab, first);
    slab_give_back(&slab, second);
    assert_non_null(slab.segments);
    slab_done(&slab);
    assert_null(slab.segments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_apart_aligned_and_zero),
        cmocka_unit_test(what_was_given_back_serves_the_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
