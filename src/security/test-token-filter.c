/* SPDX-License-Identifier: MIT */
#include "security/test-token.h"

#include <stdlib.h>

static SID_AND_ATTRIBUTES entry(sid_buffer *sid)
{
    return (SID_AND_ATTRIBUTES){ .Sid = sid };
}

static token_image *filtered(const token_image *image, const struct token_filter *filter)
{
    token_image *result = NULL;

    assert_ok(token_image_filter(&result, image, filter));
    assert_true(token_image_is_narrowing(result, image));
    return result;
}

static void disabled_sids_only_deny(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *child = NULL;
    sid_buffer administrators = sid_of("S-1-5-32-544"), unknown = sid_of("S-1-5-99");
    sid_buffer label = sid_of("S-1-16-12288"), logon = sid_of("S-1-5-5-0-99");
    SID_AND_ATTRIBUTES disable[] = { entry(&administrators), entry(&unknown), entry(&label),
                                     entry(&logon) };

    assert_ok(token_image_set_owner(image, &administrators.sid));
    child = filtered(image, &(struct token_filter){ .disable = disable, .n_disable = 4 });
    assert_int_equal(token_image_sid_attributes(child, 3), SE_GROUP_USE_FOR_DENY_ONLY);
    assert_int_equal(token_image_sid_attributes(child, 7),
                     SE_GROUP_USE_FOR_DENY_ONLY | (uint32_t)SE_GROUP_LOGON_ID);
    assert_int_equal(token_image_integrity(child), SECURITY_MANDATORY_HIGH_RID);
    assert_int_equal(token_image_sid_attributes(child, 8),
                     SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED);
    assert_int_equal(token_image_owner_index(child), 0);
    assert_true(token_image_flags(child) & TOKEN_IMAGE_FILTERED);
    assert_false(token_image_is_narrowing(image, child));
}

static void the_user_can_be_for_denying_only(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *child = NULL;
    sid_buffer user = sid_of("S-1-5-21-1-2-3-3000");
    SID_AND_ATTRIBUTES disable = entry(&user);

    child = filtered(image, &(struct token_filter){ .disable = &disable, .n_disable = 1 });
    assert_false(token_image_has_sid(child, &user.sid, TOKEN_SID_ALLOW));
    assert_true(token_image_has_sid(child, &user.sid, TOKEN_SID_DENY));
}

static void the_gid_of_a_disabled_group_goes(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *child = NULL;
    sid_buffer group = sid_of("S-1-5-21-1-2-3-1055"); /* gid 27 */
    SID_AND_ATTRIBUTES disable = entry(&group);
    size_t n;

    child = filtered(image, &(struct token_filter){ .disable = &disable, .n_disable = 1 });
    const uint32_t *gids = token_image_gids(child, &n);
    assert_int_equal(n, 2);
    assert_int_equal(gids[0], 1000);
    assert_int_equal(gids[1], 100);
}

static void privileges_go_as_the_flags_say(void **state)
{
    static const struct {
        uint32_t flags;
        uint64_t deleted;
        uint64_t left;
    } cases[] = {
        { 0, 0,
          PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) | PRIVILEGE_BIT(PRIVILEGE_SECURITY) |
              PRIVILEGE_BIT(PRIVILEGE_DEBUG) | PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN) },
        { 0, PRIVILEGE_BIT(PRIVILEGE_DEBUG) | PRIVILEGE_BIT(PRIVILEGE_TCB),
          PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) | PRIVILEGE_BIT(PRIVILEGE_SECURITY) |
              PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN) },
        { DISABLE_MAX_PRIVILEGE, 0, PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) },
        { DISABLE_MAX_PRIVILEGE, PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY), 0 },
        { LUA_TOKEN, 0,
          PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) | PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN) },
    };
    _cleanup_(token_image_freep) token_image *image = test_image();

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(token_image_freep) token_image *child =
            filtered(image, &(struct token_filter){ .flags = cases[i].flags,
                                                    .delete_privileges = cases[i].deleted });

        assert_int_equal(token_image_privileges_present(child), cases[i].left);
        assert_int_equal(token_image_privileges_enabled(child) & ~cases[i].left, 0);
    }
}

static void a_lua_token_is_that_of_a_standard_user(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *child = NULL;
    sid_buffer administrators = sid_of("S-1-5-32-544"), users = sid_of("S-1-5-32-545");

    child = filtered(image, &(struct token_filter){ .flags = LUA_TOKEN });
    assert_false(token_image_has_sid(child, &administrators.sid, TOKEN_SID_ALLOW));
    assert_true(token_image_has_sid(child, &administrators.sid, TOKEN_SID_DENY));
    assert_true(token_image_has_sid(child, &users.sid, TOKEN_SID_ALLOW));
    assert_int_equal(token_image_integrity(child), SECURITY_MANDATORY_MEDIUM_RID);
    assert_int_equal(token_image_elevated(child), 0);
}

static void restricting_twice_intersects_and_never_frees(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *one = NULL, *two = NULL,
                                             *none = NULL;
    sid_buffer a = sid_of("S-1-5-12"), b = sid_of("S-1-1-0"), c = sid_of("S-1-5-32-545");
    SID_AND_ATTRIBUTES ab[] = { entry(&a), entry(&b) }, bc[] = { entry(&b), entry(&c) };
    SID_AND_ATTRIBUTES only_c[] = { entry(&c) };

    one = filtered(image, &(struct token_filter){ .restrict_to = ab, .n_restrict_to = 2 });
    assert_int_equal(token_image_n_restricted(one), 2);
    two = filtered(one, &(struct token_filter){ .restrict_to = bc, .n_restrict_to = 2 });
    assert_int_equal(token_image_n_restricted(two), 1);
    assert_true(token_image_has_sid(two, &b.sid, TOKEN_SID_RESTRICTED));
    none = filtered(two, &(struct token_filter){ .restrict_to = only_c, .n_restrict_to = 1 });
    assert_int_equal(token_image_n_restricted(none), 1);
    assert_false(token_image_has_sid(none, &b.sid, TOKEN_SID_RESTRICTED));
    assert_false(token_image_has_sid(none, &c.sid, TOKEN_SID_RESTRICTED));
    assert_false(token_image_is_narrowing(image, one));
    assert_false(token_image_is_narrowing(one, two));
    assert_true(token_image_is_narrowing(none, image));
}

static void write_restriction_never_replaces_full_restriction(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *write = NULL, *full = NULL,
                                             *both = NULL, *from_write = NULL;
    sid_buffer a = sid_of("S-1-5-12");
    SID_AND_ATTRIBUTES list = entry(&a);
    struct token_filter for_writing = { .flags = WRITE_RESTRICTED,
                                        .restrict_to = &list,
                                        .n_restrict_to = 1 };
    struct token_filter for_all = { .restrict_to = &list, .n_restrict_to = 1 };

    write = filtered(image, &for_writing);
    assert_true(token_image_flags(write) & TOKEN_IMAGE_WRITE_RESTRICTED);
    full = filtered(image, &for_all);
    both = filtered(full, &for_writing);
    assert_false(token_image_flags(both) & TOKEN_IMAGE_WRITE_RESTRICTED);
    from_write = filtered(write, &for_all);
    assert_false(token_image_flags(from_write) & TOKEN_IMAGE_WRITE_RESTRICTED);
    assert_false(token_image_is_narrowing(write, full));
}

static void a_wrong_filter_is_refused(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *none = NULL;
    sid_buffer bad = { .bytes = { 9 } };
    SID_AND_ATTRIBUTES list = entry(&bad);

    assert_status(token_image_filter(&none, image, &(struct token_filter){ .flags = 0x10 }),
                  STATUS_INVALID_PARAMETER);
    assert_status(token_image_filter(&none, image,
                                     &(struct token_filter){ .disable = &list, .n_disable = 1 }),
                  STATUS_INVALID_SID);
    assert_status(
        token_image_filter(&none, image,
                           &(struct token_filter){ .restrict_to = &list, .n_restrict_to = 1 }),
        STATUS_INVALID_SID);
    assert_status(
        token_image_filter(&none, image,
                           &(struct token_filter){ .n_disable = TOKEN_IMAGE_SIDS_MAX + 1 }),
        STATUS_INVALID_PARAMETER);
    assert_null(none);
}

/* --- What is no narrowing: one change each --- */

static void change_session(struct test_spec *t)
{
    t->spec.authentication_id++;
}

static void change_origin(struct test_spec *t)
{
    t->spec.origin_id++;
}

static void change_expiration(struct test_spec *t)
{
    t->spec.expiration--;
}

static void change_wts_session(struct test_spec *t)
{
    t->spec.wts_session++;
}

static void change_elevation(struct test_spec *t)
{
    t->spec.elevation_type = TokenElevationTypeDefault;
}

static void change_user(struct test_spec *t)
{
    t->sids[0] = sid_of("S-1-5-21-1-2-3-3002");
}

static void add_group(struct test_spec *t)
{
    t->sids[9] = sid_of("S-1-5-32-547");
    t->entries[9] = (SID_AND_ATTRIBUTES){ .Sid = &t->sids[9], .Attributes = ENABLED_GROUP };
    t->spec.n_groups++;
}

static void replace_group(struct test_spec *t)
{
    t->sids[4] = sid_of("S-1-5-32-547");
}

static void drop_group(struct test_spec *t)
{
    t->entries[5] = t->entries[8];
    t->spec.n_groups--;
}

static void enable_deny_only_group(struct test_spec *t)
{
    t->entries[5].Attributes = SE_GROUP_ENABLED;
}

static void disable_mandatory_group(struct test_spec *t)
{
    t->entries[2].Attributes &= ~(uint32_t)SE_GROUP_ENABLED;
}

static void make_group_owner(struct test_spec *t)
{
    t->entries[4].Attributes |= SE_GROUP_OWNER;
}

static void make_group_logon_sid(struct test_spec *t)
{
    t->entries[6].Attributes |= (uint32_t)SE_GROUP_LOGON_ID;
}

static void raise_integrity(struct test_spec *t)
{
    t->sids[8] = sid_of("S-1-16-16384");
}

static void drop_label(struct test_spec *t)
{
    t->spec.n_groups--;
}

static void label_as_group(struct test_spec *t)
{
    t->sids[5] = sid_of("S-1-16-12288"); /* in place of Guests, for denying only */
    t->sids[8] = sid_of("S-1-16-4096");
}

static void enable_label(struct test_spec *t)
{
    t->entries[8].Attributes |= SE_GROUP_ENABLED | SE_GROUP_OWNER;
}

static void drop_policy(struct test_spec *t)
{
    t->spec.mandatory_policy = 0;
}

static void add_privilege(struct test_spec *t)
{
    t->spec.privileges_present |= PRIVILEGE_BIT(PRIVILEGE_TCB);
}

static void change_uid(struct test_spec *t)
{
    t->spec.uid = 0;
}

static void change_gid(struct test_spec *t)
{
    t->spec.gid = 0;
}

static void add_gid(struct test_spec *t)
{
    t->gids[2] = 0;
}

static void add_ui_access(struct test_spec *t)
{
    t->spec.flags |= TOKEN_IMAGE_UI_ACCESS;
}

static void add_device_group(struct test_spec *t)
{
    t->spec.device_groups = &t->entries[2];
    t->spec.n_device_groups = 1;
}

static void add_restricted_device_group(struct test_spec *t)
{
    t->spec.restricted_device_groups = &t->entries[2];
    t->spec.n_restricted_device_groups = 1;
}

static void add_user_claim(struct test_spec *t)
{
    t->spec.claims[TOKEN_CLAIMS_USER] = test_claims();
}

static void add_local_claim(struct test_spec *t)
{
    t->spec.claims[TOKEN_CLAIMS_LOCAL] = test_claims();
}

static void change_source(struct test_spec *t)
{
    t->spec.source_name[0] = 'X';
}

static void change_source_id(struct test_spec *t)
{
    t->spec.source_id++;
}

static void change_audit_policy(struct test_spec *t)
{
    t->spec.audit_policy[3] = 1;
}

static const struct {
    const char *what;
    void (*change)(struct test_spec *t);
} widenings[] = {
    { "session", change_session },
    { "origin", change_origin },
    { "expiration", change_expiration },
    { "WTS session", change_wts_session },
    { "elevation", change_elevation },
    { "user", change_user },
    { "one more group", add_group },
    { "another group", replace_group },
    { "one group less", drop_group },
    { "deny-only group enabled", enable_deny_only_group },
    { "mandatory group disabled", disable_mandatory_group },
    { "group that may own", make_group_owner },
    { "another logon SID", make_group_logon_sid },
    { "higher integrity", raise_integrity },
    { "no label", drop_label },
    { "label as a group", label_as_group },
    { "label that is enabled and may own", enable_label },
    { "no mandatory policy", drop_policy },
    { "one more privilege", add_privilege },
    { "uid", change_uid },
    { "gid", change_gid },
    { "one more gid", add_gid },
    { "UI access", add_ui_access },
    { "group of a device", add_device_group },
    { "restricted group of a device", add_restricted_device_group },
    { "claim of the user", add_user_claim },
    { "claim of the token", add_local_claim },
    { "source", change_source },
    { "id of the source", change_source_id },
    { "audit policy", change_audit_policy },
};

/* Parent and child alike have all there is. */
static void what_is_the_same_narrows(void **state)
{
    _cleanup_(test_spec_done) struct test_spec t;
    _cleanup_(token_image_freep) token_image *parent = NULL, *bare = test_image(), *child = NULL;

    test_spec_init(&t);
    test_spec_add_device(&t);
    assert_ok(token_image_build(&parent, &t.spec));
    assert_ok(token_image_filter(&child, parent, &(struct token_filter){ .flags = LUA_TOKEN }));
    assert_true(token_image_is_narrowing(parent, parent));
    assert_true(token_image_is_narrowing(child, parent));
    assert_int_equal(token_image_n_device_groups(child), 2);
    assert_false(token_image_is_narrowing(bare, parent)); /* one less is another, too */
    t.entries[2].Attributes = 0;
    (void)token_image_free(child);
    assert_ok(token_image_build(&child, &t.spec));
    assert_false(token_image_is_narrowing(child, parent));
}

static void whatever_has_more_is_no_narrowing(void **state)
{
    _cleanup_(token_image_freep) token_image *parent = test_image();

    for (size_t i = 0; i < ARRAY_SIZE(widenings); i++) {
        _cleanup_(test_spec_done) struct test_spec t;
        _cleanup_(token_image_freep) token_image *child = NULL;

        test_spec_init(&t);
        widenings[i].change(&t);
        assert_ok(token_image_build(&child, &t.spec));
        if (token_image_is_narrowing(child, parent))
            fail_msg("%s", widenings[i].what);
    }
}

static void what_can_be_enabled_again_may_be_enabled(void **state)
{
    _cleanup_(token_image_freep) token_image *parent = test_image(), *child = test_image();

    token_image_set_privileges(child, token_image_privileges_present(parent),
                               token_image_privileges_present(parent));
    token_image_set_sid_attributes(child, 6, SE_GROUP_ENABLED); /* it is not mandatory */
    token_image_set_ids(child, 1, 2);
    token_image_set_slot(child, 0);
    assert_true(token_image_is_narrowing(child, parent));
    assert_true(token_image_is_narrowing(parent, parent));
}

static void levels_only_go_down(void **state)
{
    static const struct {
        TOKEN_TYPE parent_type;
        SECURITY_IMPERSONATION_LEVEL parent_level;
        TOKEN_TYPE child_type;
        SECURITY_IMPERSONATION_LEVEL child_level;
        bool narrowing;
    } cases[] = {
        { TokenPrimary, SecurityImpersonation, TokenImpersonation, SecurityDelegation, true },
        { TokenImpersonation, SecurityImpersonation, TokenImpersonation, SecurityIdentification,
          true },
        { TokenImpersonation, SecurityIdentification, TokenImpersonation, SecurityImpersonation,
          false },
        { TokenImpersonation, SecurityImpersonation, TokenPrimary, SecurityImpersonation, true },
        { TokenImpersonation, SecurityIdentification, TokenPrimary, SecurityImpersonation, false },
        { TokenImpersonation, SecurityIdentification, TokenPrimary, SecurityAnonymous, false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        _cleanup_(token_image_freep) token_image *parent = test_image(), *child = test_image();

        assert_ok(token_image_set_type_level(parent, cases[i].parent_type, cases[i].parent_level));
        assert_ok(token_image_set_type_level(child, cases[i].child_type, cases[i].child_level));
        assert_int_equal(token_image_is_narrowing(child, parent), cases[i].narrowing);
    }
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    sid_buffer a = sid_of("S-1-5-12");
    SID_AND_ATTRIBUTES list = entry(&a);
    struct token_filter filter = { .restrict_to = &list, .n_restrict_to = 1 };
    token_image *child = NULL;

    FOR_EACH_FAILING_ALLOCATION(st, token_image_filter(&child, image, &filter))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(child);
    }
    (void)token_image_free(child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disabled_sids_only_deny),
        cmocka_unit_test(the_user_can_be_for_denying_only),
        cmocka_unit_test(the_gid_of_a_disabled_group_goes),
        cmocka_unit_test(privileges_go_as_the_flags_say),
        cmocka_unit_test(a_lua_token_is_that_of_a_standard_user),
        cmocka_unit_test(restricting_twice_intersects_and_never_frees),
        cmocka_unit_test(write_restriction_never_replaces_full_restriction),
        cmocka_unit_test(a_wrong_filter_is_refused),
        cmocka_unit_test(whatever_has_more_is_no_narrowing),
        cmocka_unit_test(what_is_the_same_narrows),
        cmocka_unit_test(what_can_be_enabled_again_may_be_enabled),
        cmocka_unit_test(levels_only_go_down),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
