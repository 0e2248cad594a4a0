/* SPDX-License-Identifier: MIT */
#include "authority/id_map.h"

#include <stdlib.h>

#include "base/test.h"

enum { MANY = 5000 };

struct thing {
    int value;
    struct id_node node;
};

/* Spreads numbers without repeating one: the multiplier is odd. */
static uint64_t scattered(uint64_t i)
{
    return i * UINT64_C(0x9e3779b97f4a7c15);
}

static void nodes_are_found_and_walked_in_order(void **state)
{
    struct thing *things = calloc(MANY, sizeof(*things));
    struct id_map map = { 0 };
    uint64_t last = 0;
    size_t n = 0;

    assert_non_null(things);
    for (uint64_t i = 0; i < MANY; i++) {
        things[i].node.id = scattered(i + 1);
        assert_true(id_map_insert(&map, &things[i].node));
    }
    for (struct id_node *node = map.first; node; node = id_map_next(&map, node), n++) {
        assert_true(node->id > last);
        last = node->id;
    }
    assert_int_equal(n, MANY);
    assert_int_equal(map.size, MANY);
    for (uint64_t i = 0; i < MANY; i++)
        assert_ptr_equal(ID_ENTRY(id_map_find(&map, scattered(i + 1)), struct thing, node),
                         &things[i]);
    assert_null(id_map_find(&map, 1));
    free(things);
}

static void removed_nodes_are_gone_and_the_others_stay(void **state)
{
    struct thing *things = calloc(MANY, sizeof(*things));
    struct id_map map = { 0 };

    assert_non_null(things);
    for (uint64_t i = 0; i < MANY; i++) {
        things[i].node.id = scattered(i + 1);
        assert_true(id_map_insert(&map, &things[i].node));
    }
    for (size_t i = 0; i < MANY; i += 2)
        id_map_remove(&map, &things[i].node);
    assert_int_equal(map.size, MANY / 2);
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(id_map_find(&map, scattered(i + 1)) != NULL, i % 2);
    for (size_t i = 1; i < MANY; i += 2)
        id_map_remove(&map, &things[i].node);
    assert_null(map.root);
    assert_null(map.first);
    assert_null(map.last);
    free(things);
}

static void an_id_is_taken_once(void **state)
{
    struct id_map map = { 0 };
    struct id_node a = { .id = 7 };
    struct id_node b = { .id = 7 };

    assert_true(id_map_insert(&map, &a));
    assert_false(id_map_insert(&map, &b));
    assert_ptr_equal(id_map_find(&map, 7), &a);
    assert_int_equal(map.size, 1);
}

static void the_next_above_any_id_is_found(void **state)
{
    struct id_map map = { 0 };
    struct id_node nodes[] = { { .id = 10 }, { .id = 20 }, { .id = UINT64_MAX } };

    assert_null(id_map_after(&map, 0));
    for (size_t i = 0; i < ARRAY_SIZE(nodes); i++)
        assert_true(id_map_insert(&map, &nodes[i]));
    assert_ptr_equal(id_map_after(&map, 0), &nodes[0]);
    assert_ptr_equal(id_map_after(&map, 10), &nodes[1]);
    assert_ptr_equal(id_map_after(&map, 15), &nodes[1]);
    assert_ptr_equal(id_map_after(&map, 20), &nodes[2]);
    assert_null(id_map_after(&map, UINT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_are_found_and_walked_in_order),
        cmocka_unit_test(removed_nodes_are_gone_and_the_others_stay),
        cmocka_unit_test(an_id_is_taken_once),
        cmocka_unit_test(the_next_above_any_id_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
