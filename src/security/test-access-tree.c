/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "security/access_tree.h"

enum { NODES_MAX = 12 };

static GUID types[NODES_MAX];

static int set_up(void **state)
{
    for (size_t i = 0; i < NODES_MAX; i++)
        types[i].Data1 = (uint32_t)i + 1;
    return 0;
}

/* Levels as digits. */
static size_t make_list(OBJECT_TYPE_LIST *ret, const char *levels)
{
    size_t n = strlen(levels);

    for (size_t i = 0; i < n; i++)
        ret[i] =
            (OBJECT_TYPE_LIST){ .Level = (uint16_t)(levels[i] - '0'), .ObjectType = &types[i] };
    return n;
}

static void only_trees_are_read(void **state)
{
    static const struct {
        const char *levels;
        bool good;
    } cases[] = {
        { "0", true },       { "01", true },       { "0122123", true }, { "01234", true },
        { "012341", true },  { "01234444", true }, { "", false },       { "1", false },
        { "00", false },     { "010", false },     { "02", false },     { "0113", false },
        { "012345", false }, { "0124", false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct access_node nodes[NODES_MAX];
        OBJECT_TYPE_LIST list[NODES_MAX];
        struct access_tree tree = { NULL, 77 };
        size_t n = make_list(list, cases[i].levels);
        nt_status st = access_tree_read(&tree, nodes, list, n);

        if (nt_failed(st) == cases[i].good)
            fail_msg("\"%s\": %s", cases[i].levels, nt_status_name(st));
        assert_int_equal(tree.n, cases[i].good ? n : 77);
    }
}

static void a_type_has_to_be_there_and_reserved_bits_are_zero(void **state)
{
    struct access_node nodes[NODES_MAX];
    OBJECT_TYPE_LIST list[NODES_MAX];
    struct access_tree tree;
    size_t n = make_list(list, "011");

    list[1].ObjectType = NULL;
    assert_status(access_tree_read(&tree, nodes, list, n), STATUS_INVALID_PARAMETER);
    list[1].ObjectType = &types[1];
    list[2].Sbz = 1;
    assert_status(access_tree_read(&tree, nodes, list, n), STATUS_INVALID_PARAMETER);
}

static void the_first_of_equal_types_is_found(void **state)
{
    struct access_node nodes[NODES_MAX];
    OBJECT_TYPE_LIST list[NODES_MAX];
    struct access_tree tree;
    size_t n = make_list(list, "0112");
    GUID same = types[1], other = { .Data1 = 99 };

    list[3].ObjectType = &same;
    assert_ok(access_tree_read(&tree, nodes, list, n));
    assert_int_equal(access_tree_find(&tree, &same), 1);
    assert_int_equal(access_tree_find(&tree, &types[2]), 2);
    assert_int_equal(access_tree_find(&tree, &other), SIZE_MAX);
}

/*
 * One right. Each step is "+" or "-" and the digit of a node; the outcome has for each node "+"
 * granted, "-" denied, "." undecided.
 */
static const struct {
    const char *what;
    const char *levels;
    const char *steps;
    const char *outcome;
} cases[] = {
    { "a grant goes down", "01221", "+1", ".+++." },
    { "not to the neighbours", "01221", "+4", "....+" },
    { "a grant for the object is for all", "01221", "+0", "+++++" },
    { "all children together are the parent", "01221", "+2+3", ".+++." },
    { "one child is not", "01221", "+2", "..+.." },
    { "and so up to the object", "01221", "+2+3+4", "+++++" },
    { "an only child is its parent", "0123", "+3", "++++" },
    { "a denial goes down", "01221", "-1", "----." },
    { "and up", "01221", "-2", "---.." },
    { "not to the neighbours' children", "012212", "-5", "-...--" },
    { "a denial for the object is for all", "01221", "-0", "-----" },
    { "what is granted is not denied", "01221", "+1-1", ".+++." },
    { "nor what is below it", "01221", "+1-2", ".+++." },
    { "nor above it because of that", "01221", "+2-2", "..+.." },
    { "the rest is", "01221", "+2-1", "--+-." },
    { "and all of it, when all is denied", "01221", "+2-0", "--+--" },
    { "what is denied is not granted", "01221", "-1+1", "----." },
    { "a neighbour of it is", "01221", "-2+3", "---+." },
    { "also by a grant for both", "01221", "-2+1", "---+." },
    { "also by a grant for all", "01221", "-2+0", "---++" },
    { "the parent of a denied child never is", "01221", "-2+3+4", "---++" },
    { "a denial after the object was granted", "01221", "+2+3+4-0", "+++++" },
    { "children of children count by their own parents", "0122122", "+2+3+5", ".+++.+." },
    { "and complete the object", "0122122", "+2+3+5+6", "+++++++" },
};

static void each_right_goes_where_its_name_says(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct access_node nodes[NODES_MAX];
        OBJECT_TYPE_LIST list[NODES_MAX];
        char outcome[NODES_MAX + 1] = "";
        struct access_tree tree;

        assert_ok(access_tree_read(&tree, nodes, list, make_list(list, cases[i].levels)));
        for (const char *step = cases[i].steps; *step; step += 2) {
            size_t node = (size_t)(step[1] - '0');

            if (step[0] == '+')
                access_tree_grant(&tree, node, ACCESS_VIEW_TOKEN, 1);
            else
                access_tree_deny(&tree, node, ACCESS_VIEW_TOKEN, 1);
        }
        for (size_t k = 0; k < tree.n; k++) {
            const struct access_state *s = &nodes[k].states[ACCESS_VIEW_TOKEN];

            outcome[k] = s->granted ? '+' : s->denied ? '-' : '.';
            assert_false(s->granted & s->denied);
            assert_int_equal(nodes[k].states[ACCESS_VIEW_RESTRICTED].granted, 0);
        }
        if (strcmp(outcome, cases[i].outcome) != 0)
            fail_msg("%s: %s instead of %s", cases[i].what, outcome, cases[i].outcome);
    }
}

static void rights_do_not_mind_each_other(void **state)
{
    struct access_node nodes[NODES_MAX];
    OBJECT_TYPE_LIST list[NODES_MAX];
    struct access_tree tree;

    assert_ok(access_tree_read(&tree, nodes, list, make_list(list, "011")));
    access_tree_grant(&tree, 1, ACCESS_VIEW_TOKEN, 3);
    access_tree_deny(&tree, 2, ACCESS_VIEW_TOKEN, 6);
    access_tree_grant(&tree, 2, ACCESS_VIEW_TOKEN, 7);
    assert_int_equal(nodes[0].states[ACCESS_VIEW_TOKEN].granted, 1);
    assert_int_equal(nodes[0].states[ACCESS_VIEW_TOKEN].denied, 6);
    assert_int_equal(nodes[1].states[ACCESS_VIEW_TOKEN].granted, 3);
    assert_int_equal(nodes[2].states[ACCESS_VIEW_TOKEN].granted, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_trees_are_read),
        cmocka_unit_test(a_type_has_to_be_there_and_reserved_bits_are_zero),
        cmocka_unit_test(the_first_of_equal_types_is_found),
        cmocka_unit_test(each_right_goes_where_its_name_says),
        cmocka_unit_test(rights_do_not_mind_each_other),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
