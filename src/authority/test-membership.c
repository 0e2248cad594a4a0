/* SPDX-License-Identifier: MIT */
#include "authority/membership.h"

#include "authority/test-support.h"

static void link_them(Membership *m, const char *alias, const char *member)
{
    sid_buffer a, b;

    assert_ok(membership_add(m, test_sid(&a, alias), test_sid(&b, member)));
}

static Membership *make(void)
{
    static const char *const links[][2] = {
        { "S-1-5-32-545", "S-1-5-11" },
        { "S-1-5-21-1-2-3-5001", "S-1-5-21-1-2-3-1000" },
        { "S-1-5-21-1-2-3-5003", "S-1-5-21-1-2-3-5001" },
        { "S-1-5-32-544", "S-1-5-21-1-2-3-5003" },
        { "S-1-5-32-551", "S-1-5-21-1-2-3-1000" },
        { "S-1-5-32-551", "S-1-5-21-1-2-3-5003" },
    };
    Membership *m = NULL;

    assert_ok(membership_new(&m));
    for (size_t i = 0; i < ARRAY_SIZE(links); i++)
        link_them(m, links[i][0], links[i][1]);
    membership_seal(m);
    return m;
}

static bool has(const struct membership_groups *groups, const char *text)
{
    sid_buffer sid;

    (void)test_sid(&sid, text);
    for (size_t i = 0; i < groups->n; i++) {
        if (sid_equal(groups->sids[i], &sid.sid))
            return true;
    }
    return false;
}

static void groups_of_groups_are_found_once(void **state)
{
    _cleanup_(membership_freep) Membership *m = make();
    struct membership_groups groups = { 0 };
    sid_buffer user, everyone;
    const SID *const sids[] = { test_sid(&everyone, "S-1-1-0"),
                                test_sid(&user, "S-1-5-21-1-2-3-1000") };

    assert_ok(membership_expand(m, &groups, sids, ARRAY_SIZE(sids), 100));
    assert_int_equal(groups.n, 4);
    assert_true(has(&groups, "S-1-5-21-1-2-3-5001"));
    assert_true(has(&groups, "S-1-5-21-1-2-3-5003"));
    assert_true(has(&groups, "S-1-5-32-544"));
    assert_true(has(&groups, "S-1-5-32-551"));
    free((void *)groups.sids);
}

static void a_circle_has_an_end(void **state)
{
    _cleanup_(membership_freep) Membership *m = NULL;
    struct membership_groups groups = { 0 };
    sid_buffer user;
    const SID *const sids[] = { test_sid(&user, "S-1-5-21-1-2-3-1000") };

    assert_ok(membership_new(&m));
    link_them(m, "S-1-5-32-544", "S-1-5-21-1-2-3-1000");
    link_them(m, "S-1-5-32-545", "S-1-5-32-544");
    link_them(m, "S-1-5-32-544", "S-1-5-32-545");
    membership_seal(m);
    assert_ok(membership_expand(m, &groups, sids, 1, 100));
    assert_int_equal(groups.n, 2);
    free((void *)groups.sids);
}

static void there_is_a_limit(void **state)
{
    _cleanup_(membership_freep) Membership *m = make();
    struct membership_groups groups = { 0 };
    sid_buffer user;
    const SID *const sids[] = { test_sid(&user, "S-1-5-21-1-2-3-1000") };

    assert_status(membership_expand(m, &groups, sids, 1, 3), STATUS_TOO_MANY_CONTEXT_IDS);
    assert_null(groups.sids);
}

static void nobody_is_in_a_group_that_is_not_known(void **state)
{
    _cleanup_(membership_freep) Membership *m = make();
    struct membership_groups groups = { 0 };
    sid_buffer user;
    const SID *const sids[] = { test_sid(&user, "S-1-5-21-1-2-3-1001") };

    assert_ok(membership_expand(m, &groups, sids, 1, 3));
    assert_int_equal(groups.n, 0);
    assert_ok(membership_expand(NULL, &groups, sids, 1, 3));
    assert_int_equal(groups.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_of_groups_are_found_once),
        cmocka_unit_test(a_circle_has_an_end),
        cmocka_unit_test(there_is_a_limit),
        cmocka_unit_test(nobody_is_in_a_group_that_is_not_known),
    };

    return cmocka_run_group_tests_name("membership", tests, NULL, NULL);
}
