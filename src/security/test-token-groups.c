/* SPDX-License-Identifier: MIT */
#include "security/token_groups.h"

#include <stdlib.h>

#include "security/test-token.h"

/* A token whose Users and Administrators can be disabled; gid 27's group is disabled. */
static token_image *make(void)
{
    token_image *image = test_image();

    token_image_set_sid_attributes(image, 3,
                                   SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED | SE_GROUP_OWNER);
    token_image_set_sid_attributes(image, 4, SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED);
    return image;
}

static void what_cannot_be_is_told(void **state)
{
    static const struct {
        const char *sid;
        uint32_t attributes;
        int32_t expected;
        size_t n;
        bool all_assigned;
    } cases[] = {
        { "S-1-5-32-544", 0, STATUS_SUCCESS, 1, true },
        { "S-1-5-32-544", SE_GROUP_ENABLED, STATUS_SUCCESS, 0, true },
        { "S-1-5-21-1-2-3-1055", SE_GROUP_ENABLED, STATUS_SUCCESS, 1, true },
        { "S-1-5-21-1-2-3-1055", SE_GROUP_MANDATORY, STATUS_SUCCESS, 0, true },
        { "S-1-1-0", 0, STATUS_CANT_DISABLE_MANDATORY, 0, true },
        { "S-1-1-0", SE_GROUP_ENABLED, STATUS_SUCCESS, 0, true },
        { "S-1-5-5-0-99", 0, STATUS_CANT_DISABLE_MANDATORY, 0, true },
        { "S-1-16-12288", 0, STATUS_CANT_DISABLE_MANDATORY, 0, true },
        { "S-1-16-12288", SE_GROUP_ENABLED, STATUS_SUCCESS, 0, true },
        { "S-1-5-21-1-2-3-3000", 0, STATUS_CANT_DISABLE_MANDATORY, 0, true },
        { "S-1-5-21-1-2-3-3000", SE_GROUP_ENABLED, STATUS_SUCCESS, 0, true },
        { "S-1-5-32-546", SE_GROUP_ENABLED, STATUS_CANT_ENABLE_DENY_ONLY, 0, true },
        { "S-1-5-32-546", 0, STATUS_SUCCESS, 0, true },
        { "S-1-5-32-547", SE_GROUP_ENABLED, STATUS_SUCCESS, 0, false },
    };
    _cleanup_(token_image_freep) token_image *image = make();

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        sid_buffer sid = sid_of(cases[i].sid);
        const SID_AND_ATTRIBUTES wanted = { &sid, cases[i].attributes };
        struct token_groups_change change = { .all_assigned = true };

        nt_status st = token_groups_plan(&change, image, &wanted, 1);
        if (st.code != cases[i].expected || change.n != cases[i].n ||
            change.all_assigned != cases[i].all_assigned)
            fail_msg("%s, %x: %s, %zu", cases[i].sid, cases[i].attributes, nt_status_name(st),
                     change.n);
    }
}

static void the_last_entry_counts(void **state)
{
    _cleanup_(token_image_freep) token_image *image = make();
    sid_buffer users = sid_of("S-1-5-32-545");
    const SID_AND_ATTRIBUTES wanted[] = { { &users, 0 }, { &users, SE_GROUP_ENABLED } };
    struct token_groups_change change;

    assert_ok(token_groups_plan(&change, image, wanted, 2));
    assert_int_equal(change.n, 0);
    assert_ok(token_groups_plan(&change, image, wanted, 1));
    assert_int_equal(change.n, 1);
    assert_true(token_groups_flips(&change, 4));
}

static void a_sid_that_is_none_is_refused(void **state)
{
    _cleanup_(token_image_freep) token_image *image = make();
    sid_buffer bad = { .bytes = { 9 } };
    const SID_AND_ATTRIBUTES wanted = { &bad, 0 };
    struct token_groups_change change;

    assert_status(token_groups_plan(&change, image, &wanted, 1), STATUS_INVALID_SID);
}

static void a_reset_brings_back_what_it_was(void **state)
{
    _cleanup_(token_image_freep) token_image *image = make(), *before = make();
    sid_buffer users = sid_of("S-1-5-32-545"), other = sid_of("S-1-5-21-1-2-3-1055");
    const SID_AND_ATTRIBUTES wanted[] = { { &users, 0 }, { &other, SE_GROUP_ENABLED } };
    struct token_groups_change change;

    assert_ok(token_groups_plan(&change, image, wanted, 2));
    token_image_flip_groups(image, &change);
    assert_false(token_image_has_sid(image, &users.sid, TOKEN_SID_ALLOW));
    assert_false(token_image_has_sid(image, &users.sid, TOKEN_SID_DENY));
    assert_true(token_image_has_sid(image, &other.sid, TOKEN_SID_ALLOW));
    assert_true(token_image_is_narrowing(image, before));
    token_groups_plan_reset(&change, image);
    assert_int_equal(change.n, 2);
    token_image_flip_groups(image, &change);
    assert_memory_equal(token_image_bytes(image), token_image_bytes(before),
                        token_image_size(image));
}

static void the_kernel_is_told_of_enabled_groups_only(void **state)
{
    _cleanup_(token_image_freep) token_image *image = make(), *worn = NULL, *same = NULL;
    sid_buffer other = sid_of("S-1-5-21-1-2-3-1055");
    const SID_AND_ATTRIBUTES wanted = { &other, SE_GROUP_ENABLED };
    struct token_groups_change change;
    const uint32_t *gids;
    size_t n;

    assert_ok(token_image_for_kernel(&worn, image));
    assert_non_null(worn);
    gids = token_image_gids(worn, &n);
    assert_int_equal(n, 2); /* without 27 */
    assert_int_equal(gids[0], 1000);
    assert_int_equal(gids[1], 100);
    assert_ok(token_groups_plan(&change, image, &wanted, 1));
    assert_false(token_groups_take_gid(&change, image)); /* it gives one */
    token_image_flip_groups(image, &change);
    assert_true(token_groups_take_gid(&change, image));
    assert_ok(token_image_for_kernel(&same, image));
    assert_null(same);
    (void)token_image_gids(image, &n);
    assert_int_equal(n, 3);
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    _cleanup_(token_image_freep) token_image *image = make(), *worn = NULL;

    FOR_EACH_FAILING_ALLOCATION(st, token_image_for_kernel(&worn, image))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(worn);
    }
    assert_non_null(worn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_is_told),
        cmocka_unit_test(the_last_entry_counts),
        cmocka_unit_test(a_sid_that_is_none_is_refused),
        cmocka_unit_test(a_reset_brings_back_what_it_was),
        cmocka_unit_test(the_kernel_is_told_of_enabled_groups_only),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
