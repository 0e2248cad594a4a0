/* SPDX-License-Identifier: MIT */
#include "authority/quota.h"

#include "base/test.h"

enum { TRUSTED = 1500, ORDINARY = 1501 };

static void charges_end_at_the_limit_and_come_back(void **state)
{
    QuotaTable *table = NULL;
    struct quota_charge all = { 0 };
    struct quota_charge one = { 0 };
    uint32_t limit;

    assert_ok(quota_table_new(&table, TRUSTED));
    limit = quota_limit(table, ORDINARY, QUOTA_TOKENS);
    assert_ok(quota_charge(&all, table, ORDINARY, QUOTA_TOKENS, limit));
    assert_status(quota_charge(&one, table, ORDINARY, QUOTA_TOKENS, 1), STATUS_QUOTA_EXCEEDED);
    assert_null(one.quota);
    assert_ok(quota_charge(&one, table, ORDINARY, QUOTA_CONNECTIONS, 1));
    quota_return(&one);
    quota_return(&all);
    assert_ok(quota_charge(&one, table, ORDINARY, QUOTA_TOKENS, limit));
    quota_return(&one);
    quota_return(&one); /* a charge that was given back is none */
    quota_table_free(table);
}

static void uids_do_not_share(void **state)
{
    QuotaTable *table = NULL;
    struct quota_charge all = { 0 };
    struct quota_charge other = { 0 };
    uint32_t limit;

    assert_ok(quota_table_new(&table, TRUSTED));
    limit = quota_limit(table, ORDINARY, QUOTA_JOBS);
    assert_ok(quota_charge(&all, table, ORDINARY, QUOTA_JOBS, limit));
    assert_ok(quota_charge(&other, table, ORDINARY + 1, QUOTA_JOBS, limit));
    quota_return(&all);
    quota_return(&other);
    quota_table_free(table);
}

static void root_and_the_authority_have_more(void **state)
{
    QuotaTable *table = NULL;

    assert_ok(quota_table_new(&table, TRUSTED));
    for (int kind = 0; kind < QUOTA_KINDS; kind++) {
        uint32_t ordinary = quota_limit(table, ORDINARY, (enum quota_kind)kind);

        assert_true(quota_limit(table, 0, (enum quota_kind)kind) > ordinary);
        assert_true(quota_limit(table, TRUSTED, (enum quota_kind)kind) > ordinary);
    }
    quota_table_free(table);
}

static void an_amount_beyond_all_limits_does_not_wrap(void **state)
{
    QuotaTable *table = NULL;
    struct quota_charge one = { 0 };
    struct quota_charge huge = { 0 };

    assert_ok(quota_table_new(&table, TRUSTED));
    assert_ok(quota_charge(&one, table, ORDINARY, QUOTA_TOKENS, 1));
    assert_status(quota_charge(&huge, table, ORDINARY, QUOTA_TOKENS, UINT32_MAX),
                  STATUS_QUOTA_EXCEEDED);
    quota_return(&one);
    quota_table_free(table);
}

static void a_charge_grows_up_to_the_limit_and_shrinks(void **state)
{
    QuotaTable *table = NULL;
    struct quota_charge one = { 0 };
    struct quota_charge rest = { 0 };
    uint32_t limit;

    assert_ok(quota_table_new(&table, TRUSTED));
    limit = quota_limit(table, ORDINARY, QUOTA_TOKENS);
    assert_ok(quota_resize(&one, UINT32_MAX)); /* nothing is charged to anyone */
    assert_ok(quota_charge(&one, table, ORDINARY, QUOTA_TOKENS, 0));
    assert_ok(quota_resize(&one, limit));
    assert_status(quota_resize(&one, limit + 1), STATUS_QUOTA_EXCEEDED);
    assert_status(quota_resize(&one, UINT32_MAX), STATUS_QUOTA_EXCEEDED);
    assert_status(quota_charge(&rest, table, ORDINARY, QUOTA_TOKENS, 1), STATUS_QUOTA_EXCEEDED);
    assert_ok(quota_resize(&one, 1));
    assert_ok(quota_charge(&rest, table, ORDINARY, QUOTA_TOKENS, limit - 1));
    assert_status(quota_resize(&one, 2), STATUS_QUOTA_EXCEEDED);
    quota_return(&rest);
    quota_return(&one);
    quota_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charges_end_at_the_limit_and_come_back),
        cmocka_unit_test(uids_do_not_share),
        cmocka_unit_test(root_and_the_authority_have_more),
        cmocka_unit_test(a_charge_grows_up_to_the_limit_and_shrinks),
        cmocka_unit_test(an_amount_beyond_all_limits_does_not_wrap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
