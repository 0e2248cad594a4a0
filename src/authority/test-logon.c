/* SPDX-License-Identifier: MIT */
#include "authority/logon.h"

#include "authority/test-support.h"
#include "security/idmap.h"
#include "security/privilege.h"

#include <windows.h>
#include <ntsecapi.h>

enum { ENABLED = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED };

static struct logon_context context_of(uint32_t type)
{
    return (struct logon_context){ .machine = test_machine(),
                                   .policy = test_policy(),
                                   .flags = type == Service ? LOGON_RUNS_ALREADY : 0,
                                   .logon_type = type,
                                   .logon_sid_luid = UINT64_C(0x100002345),
                                   .origin = 0x3e7,
                                   .source.name = "Advapi  " };
}

static bool has(const struct logon_mint *mint, const char *text, uint32_t attributes)
{
    sid_buffer sid;

    (void)test_sid(&sid, text);
    for (size_t i = 0; i < mint->spec.n_groups; i++) {
        if (sid_equal(mint->groups[i].Sid, &sid.sid))
            return mint->groups[i].Attributes == attributes;
    }
    return false;
}

/* The whole has to be what an image can be built of. */
static void assert_builds(const struct logon_mint *mint)
{
    token_image *image = NULL;

    assert_ok(token_image_build(&image, &mint->spec));
    token_image_free(image);
}

static void an_ordinary_user_has_what_windows_gives(void **state)
{
    SID_AND_ATTRIBUTES groups[] = {
        { .Sid = (PSID)(uintptr_t)test_group(1000), .Attributes = ENABLED },
        { .Sid = (PSID)(uintptr_t)test_group(2000), .Attributes = ENABLED },
    };
    const struct logon_identity identity = { .user = test_user(1000),
                                             .groups = groups,
                                             .n_groups = ARRAY_SIZE(groups),
                                             .primary_group = groups[0].Sid };
    const struct logon_context context = context_of(Interactive);
    struct logon_mint mint;

    assert_ok(logon_mint(&mint, &identity, &context));
    assert_true(has(&mint, "S-1-1-0", ENABLED));
    assert_true(has(&mint, "S-1-5-11", ENABLED));
    assert_true(has(&mint, "S-1-5-4", ENABLED));
    assert_true(has(&mint, "S-1-2-0", ENABLED));
    assert_true(has(&mint, "S-1-5-113", ENABLED));
    assert_false(has(&mint, "S-1-5-114", ENABLED));
    assert_true(has(&mint, "S-1-5-32-545", ENABLED));
    assert_true(has(&mint, "S-1-5-5-1-9029", ENABLED | SE_GROUP_LOGON_ID));
    assert_true(has(&mint, "S-1-16-8192", SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED));
    assert_int_equal(mint.spec.privileges_present, PRIVILEGE_MASK_FILTERED);
    assert_int_equal(mint.spec.privileges_enabled, PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY));
    assert_int_equal(mint.spec.elevated, 0);
    assert_int_equal(mint.spec.origin_id, 0x3e7);
    assert_int_equal(mint.spec.uid, 1000);
    assert_int_equal(mint.spec.gid, 1000);
    assert_int_equal(mint.spec.n_gids, 2);
    assert_int_equal(mint.spec.gids[1], 2000);
    assert_builds(&mint);
    logon_mint_done(&mint);
}

static void local_groups_come_by_membership(void **state)
{
    _cleanup_(membership_freep) Membership *membership = NULL;
    const struct logon_identity identity = { .user = test_user(1000),
                                             .primary_group = test_group(1000) };
    struct logon_context context = context_of(Network);
    struct logon_mint mint;
    sid_buffer administrators, network, group = { 0 };

    assert_ok(membership_new(&membership));
    memcpy(&group, test_group(3000), sid_length(test_group(3000)));
    assert_ok(membership_add(membership, &group.sid, test_sid(&network, "S-1-5-2")));
    assert_ok(membership_add(membership, test_sid(&administrators, "S-1-5-32-544"), &group.sid));
    membership_seal(membership);
    context.membership = membership;
    assert_ok(logon_mint(&mint, &identity, &context));
    assert_true(has(&mint, "S-1-5-32-544", ENABLED | SE_GROUP_OWNER));
    assert_true(has(&mint, "S-1-5-114", ENABLED));
    assert_true(has(&mint, "S-1-16-12288", SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED));
    assert_int_equal(mint.spec.elevated, 1);
    assert_int_equal(mint.spec.n_gids, 2);
    assert_int_equal(mint.spec.gids[1], 3000);
    assert_builds(&mint);
    logon_mint_done(&mint);

    context.logon_type = Batch;
    assert_ok(logon_mint(&mint, &identity, &context));
    assert_int_equal(mint.spec.elevated, 0);
    assert_int_equal(mint.spec.n_gids, 1);
    logon_mint_done(&mint);
}

static void an_administrator_is_elevated(void **state)
{
    sid_buffer administrators;
    SID_AND_ATTRIBUTES group = { .Sid = (PSID)(uintptr_t)test_sid(&administrators, "S-1-5-32-544"),
                                 .Attributes = ENABLED };
    const struct logon_identity identity = {
        .user = test_user(1000), .groups = &group, .n_groups = 1, .primary_group = test_group(1000)
    };
    const struct logon_context context = context_of(Batch);
    struct logon_mint mint;

    assert_ok(logon_mint(&mint, &identity, &context));
    assert_true(has(&mint, "S-1-5-32-544", ENABLED | SE_GROUP_OWNER));
    assert_true(has(&mint, "S-1-5-114", ENABLED));
    assert_true(has(&mint, "S-1-16-12288", SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED));
    assert_int_equal(mint.spec.elevated, 1);
    assert_true(mint.spec.privileges_present & PRIVILEGE_BIT(PRIVILEGE_DEBUG));
    assert_false(mint.spec.privileges_present & PRIVILEGE_BIT(PRIVILEGE_TCB));
    assert_int_equal(mint.spec.privileges_enabled, PRIVILEGE_MASK_DEFAULT);
    assert_builds(&mint);
    logon_mint_done(&mint);
}

static void a_deny_only_administrator_is_none(void **state)
{
    sid_buffer administrators;
    SID_AND_ATTRIBUTES group = { .Sid = (PSID)(uintptr_t)test_sid(&administrators, "S-1-5-32-544"),
                                 .Attributes = SE_GROUP_USE_FOR_DENY_ONLY };
    const struct logon_identity identity = {
        .user = test_user(1000), .groups = &group, .n_groups = 1, .primary_group = test_group(1000)
    };
    const struct logon_context context = context_of(Interactive);
    struct logon_mint mint;

    assert_ok(logon_mint(&mint, &identity, &context));
    assert_int_equal(mint.spec.elevated, 0);
    assert_false(mint.spec.privileges_present & PRIVILEGE_BIT(PRIVILEGE_DEBUG));
    assert_true(has(&mint, "S-1-16-8192", SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED));
    logon_mint_done(&mint);
}

static void uid_0_is_an_administrator(void **state)
{
    const struct logon_identity identity = { .user = test_user(0), .primary_group = test_group(0) };
    const struct logon_context context = context_of(Service);
    struct logon_mint mint;

    assert_ok(logon_mint(&mint, &identity, &context));
    assert_int_equal(mint.spec.elevated, 1);
    assert_int_equal(mint.spec.uid, 0);
    assert_true(has(&mint, "S-1-5-6", ENABLED));
    assert_builds(&mint);
    logon_mint_done(&mint);
}

static void the_type_decides_token_and_group(void **state)
{
    static const struct {
        uint32_t type;
        const char *group;
        const char *another; /* NULL: none */
        TOKEN_TYPE token_type;
        bool is_split;
    } types[] = {
        { Interactive, "S-1-5-4", "S-1-2-1", TokenPrimary, true },
        { Network, "S-1-5-2", NULL, TokenImpersonation, false },
        { Batch, "S-1-5-3", NULL, TokenPrimary, false },
        { Service, "S-1-5-6", NULL, TokenPrimary, false },
        { Unlock, "S-1-5-4", "S-1-2-1", TokenPrimary, true },
        { NetworkCleartext, "S-1-5-2", NULL, TokenPrimary, false },
        { RemoteInteractive, "S-1-5-4", "S-1-5-14", TokenPrimary, true },
    };
    const struct logon_identity identity = { .user = test_user(1000) };

    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        struct logon_context context = context_of(types[i].type);
        struct logon_mint mint;

        context.flags = LOGON_RUNS_ALREADY; /* the rights are another matter */
        assert_ok(logon_type_check(types[i].type));
        assert_ok(logon_mint(&mint, &identity, &context));
        assert_true(has(&mint, types[i].group, ENABLED));
        assert_true(has(&mint, "S-1-5-15", ENABLED));
        if (types[i].another)
            assert_true(has(&mint, types[i].another, ENABLED));
        else
            assert_false(has(&mint, "S-1-2-1", ENABLED));
        assert_int_equal(logon_type_is_split(types[i].type), types[i].is_split);
        assert_int_equal(mint.spec.type, types[i].token_type);
        if (types[i].token_type == TokenImpersonation)
            assert_int_equal(mint.spec.level, SecurityImpersonation);
        assert_builds(&mint);
        logon_mint_done(&mint);
    }
}

static void other_types_are_refused(void **state)
{
    static const uint32_t types[] = { UndefinedLogonType,
                                      1,
                                      Proxy,
                                      NewCredentials,
                                      CachedInteractive,
                                      CachedRemoteInteractive,
                                      CachedUnlock,
                                      14,
                                      UINT32_MAX };
    const struct logon_identity identity = { .user = test_user(1000) };

    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        const struct logon_context context = context_of(types[i]);
        struct logon_mint mint;

        assert_status(logon_type_check(types[i]), STATUS_INVALID_LOGON_TYPE);
        assert_false(logon_type_is_split(types[i]));
        assert_status(logon_mint(&mint, &identity, &context), STATUS_INVALID_LOGON_TYPE);
    }
}

static void a_logon_sid_that_is_given_is_the_only_one(void **state)
{
    sid_buffer sid;
    SID_AND_ATTRIBUTES group = { .Sid = (PSID)(uintptr_t)test_sid(&sid, "S-1-5-5-7-8"),
                                 .Attributes = ENABLED | SE_GROUP_LOGON_ID };
    const struct logon_identity identity = {
        .user = test_user(1000), .groups = &group, .n_groups = 1, .primary_group = test_group(1000)
    };
    const struct logon_context context = context_of(Interactive);
    struct logon_mint mint;
    size_t n_logon_sids = 0;

    assert_ok(logon_mint(&mint, &identity, &context));
    for (size_t i = 0; i < mint.spec.n_groups; i++)
        n_logon_sids += (mint.groups[i].Attributes & SE_GROUP_LOGON_ID) == SE_GROUP_LOGON_ID;
    assert_int_equal(n_logon_sids, 1);
    assert_true(has(&mint, "S-1-5-5-7-8", ENABLED | SE_GROUP_LOGON_ID));
    assert_builds(&mint);
    logon_mint_done(&mint);
}

static void without_a_unix_group_there_is_no_unix_identity(void **state)
{
    sid_buffer foreign;
    const struct logon_identity no_group = { .user = test_user(1000) };
    const struct logon_identity foreign_user = { .user = test_sid(&foreign, "S-1-5-21-9-9-9-1000"),
                                                 .primary_group = test_group(1000) };
    const struct logon_context context = context_of(Network);
    struct logon_mint mint;

    assert_ok(logon_mint(&mint, &no_group, &context));
    assert_int_equal(mint.spec.uid, IDMAP_NO_ID);
    assert_int_equal(mint.spec.gid, IDMAP_NO_ID);
    assert_builds(&mint);
    logon_mint_done(&mint);
    assert_ok(logon_mint(&mint, &foreign_user, &context));
    assert_int_equal(mint.spec.uid, IDMAP_NO_ID);
    assert_int_equal(mint.spec.n_gids, 0);
    assert_false(has(&mint, "S-1-5-113", ENABLED));
    logon_mint_done(&mint);
}

static void packages_cannot_make_up_privileges(void **state)
{
    const struct logon_identity identity = { .user = test_user(1000),
                                             .privileges_present = UINT64_MAX,
                                             .privileges_enabled = 0 };
    const struct logon_context context = context_of(Network);
    struct logon_mint mint;

    assert_ok(logon_mint(&mint, &identity, &context));
    assert_int_equal(mint.spec.privileges_present, PRIVILEGE_MASK_ALL);
    assert_builds(&mint);
    logon_mint_done(&mint);
}

static void system_has_all_privileges(void **state)
{
    const struct logon_kernel_ids ids = { .uid = 1500, .gid = 1500 };
    struct logon_mint mint;

    assert_ok(logon_mint_system(&mint, &ids));
    assert_int_equal(mint.spec.privileges_present, PRIVILEGE_MASK_ALL);
    assert_true(mint.spec.privileges_enabled & PRIVILEGE_BIT(PRIVILEGE_TCB));
    assert_false(mint.spec.privileges_enabled & PRIVILEGE_BIT(PRIVILEGE_INCREASE_QUOTA));
    assert_true(has(&mint, "S-1-16-16384", SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED));
    assert_int_equal(mint.spec.uid, 1500);
    assert_builds(&mint);
    logon_mint_done(&mint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_user_has_what_windows_gives),
        cmocka_unit_test(local_groups_come_by_membership),
        cmocka_unit_test(an_administrator_is_elevated),
        cmocka_unit_test(a_deny_only_administrator_is_none),
        cmocka_unit_test(uid_0_is_an_administrator),
        cmocka_unit_test(the_type_decides_token_and_group),
        cmocka_unit_test(other_types_are_refused),
        cmocka_unit_test(a_logon_sid_that_is_given_is_the_only_one),
        cmocka_unit_test(without_a_unix_group_there_is_no_unix_identity),
        cmocka_unit_test(packages_cannot_make_up_privileges),
        cmocka_unit_test(system_has_all_privileges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
