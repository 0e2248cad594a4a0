/* SPDX-License-Identifier: MIT */
#include "authority/facts_table.h"
#include "authority/test-support.h"

#include <stdio.h>

enum { MANY = 3000 };

static void the_same_facts_are_kept_once(void **state)
{
    FactsTable *table = NULL;
    const struct session_facts *a, *b;
    struct session_facts facts = test_facts;
    char user[] = "alice";

    assert_ok(facts_table_new(&table));
    a = facts_table_add(table, &facts);
    facts.user = user; /* the same text elsewhere */
    b = facts_table_add(table, &facts);
    assert_ptr_equal(a, b);
    assert_int_equal(facts_table_size(table), 1);
    user[0] = 'b';
    assert_string_equal(a->user, "alice");
    facts_table_drop(table, a);
    assert_string_equal(b->user, "alice");
    facts_table_drop(table, b);
    facts_table_drop(table, NULL);
    assert_int_equal(facts_table_size(table), 0);
    facts_table_free(table);
}

static void whatever_differs_makes_them_others(void **state)
{
    struct session_facts others[] = { test_facts, test_facts, test_facts, test_facts, test_facts };
    const struct session_facts *kept[ARRAY_SIZE(others)], *first;
    FactsTable *table = NULL;

    assert_ok(facts_table_new(&table));
    first = facts_table_add(table, &test_facts);
    others[0].logon_type++;
    others[1].password_must_change = 1;
    others[2].upn = ""; /* empty is not absent */
    others[3].domain = "MACHINE2";
    others[4].sid = NULL;
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        kept[i] = facts_table_add(table, &others[i]);
        assert_ptr_not_equal(kept[i], first);
    }
    assert_int_equal(facts_table_size(table), 1 + ARRAY_SIZE(others));
    assert_string_equal(kept[2]->upn, "");
    assert_null(first->upn);
    assert_null(kept[4]->sid);
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        facts_table_drop(table, kept[i]);
    facts_table_drop(table, first);
    facts_table_free(table);
}

static void many_are_told_apart(void **state)
{
    static const struct session_facts *kept[MANY];
    struct session_facts facts = test_facts;
    FactsTable *table = NULL;
    char user[16];

    facts.user = user;
    assert_ok(facts_table_new(&table));
    for (size_t i = 0; i < MANY; i++) {
        (void)snprintf(user, sizeof(user), "user-%zu", i);
        kept[i] = facts_table_add(table, &facts);
    }
    assert_int_equal(facts_table_size(table), MANY);
    for (size_t i = 0; i < MANY; i++) {
        (void)snprintf(user, sizeof(user), "user-%zu", i);
        assert_string_equal(kept[i]->user, user);
        assert_ptr_equal(facts_table_add(table, &facts), kept[i]);
        facts_table_drop(table, kept[i]);
        facts_table_drop(table, kept[i]);
    }
    assert_int_equal(facts_table_size(table), 0);
    facts_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_facts_are_kept_once),
        cmocka_unit_test(whatever_differs_makes_them_others),
        cmocka_unit_test(many_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
