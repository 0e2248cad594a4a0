/* SPDX-License-Identifier: MIT */
#include "authority/policy.h"

#include <stdlib.h>

#include "authority/test-support.h"
#include "security/sddl.h"

#include <windows.h>
#include <ntsecapi.h>

enum { ENABLED = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED };

static const SID everyone = { SID_REVISION, 1, { SECURITY_WORLD_SID_AUTHORITY }, { 0 } };
static const SID batch = { SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { SECURITY_BATCH_RID } };

static struct policy_value number(const uint8_t bytes[4])
{
    return (struct policy_value){ bytes, 4 };
}

static struct policy_value text(const char *value)
{
    return (struct policy_value){ value, strlen(value) };
}

/* --- loading ------------------------------------------------------------------------------ */

static void before_it_is_loaded_nobody_has_a_right(void **state)
{
    _cleanup_(policy_freep) Policy *policy = NULL;

    assert_ok(policy_new(&policy));
    assert_true(account_rights_empty(policy_rights_of_sid(policy, &everyone)));
    assert_null(policy_account_at(policy, 0));
    assert_status(policy_status(policy), STATUS_POLICY_OBJECT_NOT_FOUND);
    assert_true(policy_elevation(policy).split_administrators);
    assert_false(policy_elevation(policy).filter_built_in_administrator);
    assert_int_equal(policy_elevation(policy).consent, ELEVATION_BY_PASSWORD);
    assert_int_equal(policy_get(policy, POLICY_DOMAIN_NAME).size, strlen("WORKGROUP"));
}

static void a_load_replaces_all(void **state)
{
    _cleanup_(policy_freep) Policy *policy = NULL;
    const struct policy_account one = { &batch, { LOGON_RIGHT_BATCH, 0 } };
    const struct policy_named_value off = { "elevation.split", number((uint8_t[]){ 0, 0, 0, 0 }) };

    assert_ok(policy_new(&policy));
    test_policy_load(policy);
    assert_ok(policy_status(policy));
    policy_fail(policy, NT(DISK_FULL));
    assert_status(policy_status(policy), STATUS_DISK_FULL);
    assert_int_equal(policy_rights_of_sid(policy, &everyone).logon, LOGON_RIGHT_NETWORK);
    assert_ok(policy_load(
        policy,
        &(struct policy_content){
            .generation = 2, .accounts = &one, .n_accounts = 1, .values = &off, .n_values = 1 }));
    assert_true(account_rights_empty(policy_rights_of_sid(policy, &everyone)));
    assert_int_equal(policy_rights_of_sid(policy, &batch).logon, LOGON_RIGHT_BATCH);
    assert_ok(policy_status(policy));
    assert_true(sid_equal(policy_account_at(policy, 0)->sid, &batch));
    assert_null(policy_account_at(policy, 1));
    assert_false(policy_elevation(policy).split_administrators);
    assert_ok(policy_load(policy, &(struct policy_content){ .generation = 2 }));
    assert_true(policy_elevation(policy).split_administrators);
}

static void what_was_overtaken_changes_nothing(void **state)
{
    _cleanup_(policy_freep) Policy *policy = NULL;
    const struct policy_account one = { &batch, { LOGON_RIGHT_BATCH, 0 } };

    assert_ok(policy_new(&policy));
    assert_ok(policy_load(
        policy, &(struct policy_content){ .generation = 7, .accounts = &one, .n_accounts = 1 }));
    assert_ok(policy_load(policy, &(struct policy_content){ .generation = 6 }));
    assert_int_equal(policy_rights_of_sid(policy, &batch).logon, LOGON_RIGHT_BATCH);
}

static void many_accounts_are_found(void **state)
{
    enum { MANY = 1024 };
    _cleanup_(policy_freep) Policy *policy = NULL;
    static sid_buffer sids[MANY];
    static struct policy_account accounts[MANY];

    for (uint32_t i = 0; i < MANY; i++) {
        assert_ok(sid_append_rid(&sids[i], test_machine(), 1000 + i));
        accounts[i] = (struct policy_account){ &sids[i].sid, { 0, PRIVILEGE_BIT(2 + i % 35) } };
    }
    assert_ok(policy_new(&policy));
    assert_ok(policy_load(policy, &(struct policy_content){
                                      .generation = 1, .accounts = accounts, .n_accounts = MANY }));
    for (uint32_t i = 0; i < MANY; i++)
        assert_int_equal(policy_rights_of_sid(policy, &sids[i].sid).privileges,
                         PRIVILEGE_BIT(2 + i % 35));
    assert_true(account_rights_empty(policy_rights_of_sid(policy, &everyone)));
}

static void what_is_malformed_leaves_the_policy_as_it_was(void **state)
{
    _cleanup_(policy_freep) Policy *policy = NULL;
    const struct policy_account twice[] = { { &batch, { LOGON_RIGHT_BATCH, 0 } },
                                            { &batch, { LOGON_RIGHT_SERVICE, 0 } } };
    const struct policy_account none = { &batch, { 0, 0 } };
    const struct policy_account odd = { &batch, { 0x8, 0 } };
    const struct policy_named_value values[] = {
        { "elevation.split", number((uint8_t[]){ 2, 0, 0, 0 }) },
        { "elevation.split", { "\1", 1 } },
        { "elevation.consent", number((uint8_t[]){ ELEVATION_CONSENT_MAX_, 0, 0, 0 }) },
        { "domain.name", { "\xff", 1 } },
        { "domain.name", { "a\0b", 3 } },
        { "domain.sid", { "\1\1\0\0\0\0\0\5", 8 } },
        { "domain.guid", { "0123456789", 10 } },
    };
    const struct policy_content contents[] = {
        { .generation = 2, .accounts = twice, .n_accounts = 2 },
        { .generation = 2, .accounts = &none, .n_accounts = 1 },
        { .generation = 2, .accounts = &odd, .n_accounts = 1 },
        { .generation = 2, .descriptor = text("no descriptor") },
    };

    assert_ok(policy_new(&policy));
    test_policy_load(policy);
    for (size_t i = 0; i < ARRAY_SIZE(contents); i++)
        assert_status(policy_load(policy, &contents[i]), STATUS_INTERNAL_DB_CORRUPTION);
    for (size_t i = 0; i < ARRAY_SIZE(values); i++)
        assert_status(policy_load(policy, &(struct policy_content){ .generation = 2,
                                                                    .values = &values[i],
                                                                    .n_values = 1 }),
                      STATUS_INTERNAL_DB_CORRUPTION);
    assert_int_equal(policy_rights_of_sid(policy, &everyone).logon, LOGON_RIGHT_NETWORK);
}

static void settings_of_a_newer_version_are_left_out(void **state)
{
    _cleanup_(policy_freep) Policy *policy = NULL;
    const struct policy_named_value unknown = { "of.tomorrow", text("?") };

    assert_ok(policy_new(&policy));
    assert_ok(policy_load(
        policy, &(struct policy_content){ .generation = 1, .values = &unknown, .n_values = 1 }));
}

/* --- rights of a token ------------------------------------------------------------------------ */

static struct account_rights rights_of(const Policy *policy, const SID *user,
                                       const SID_AND_ATTRIBUTES *groups, size_t n)
{
    const SID_AND_ATTRIBUTES holder = { .Sid = (PSID)(uintptr_t)user };
    const struct token_spec spec = { .user = &holder, .groups = groups, .n_groups = n };

    return policy_rights_of_token(policy, &spec);
}

static void rights_are_the_union_over_user_and_enabled_groups(void **state)
{
    _cleanup_(policy_freep) Policy *policy = NULL;
    const struct policy_account accounts[] = {
        { test_user(1000), { LOGON_RIGHT_SERVICE, PRIVILEGE_BIT(PRIVILEGE_TCB) } },
        { &everyone, { LOGON_RIGHT_NETWORK, PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) } },
        { &batch,
          { LOGON_RIGHT_BATCH | LOGON_RIGHT_DENY_NETWORK, PRIVILEGE_BIT(PRIVILEGE_DEBUG) } },
    };
    SID_AND_ATTRIBUTES groups[] = {
        { .Sid = (PSID)(uintptr_t)&everyone, .Attributes = ENABLED },
        { .Sid = (PSID)(uintptr_t)&batch, .Attributes = SE_GROUP_USE_FOR_DENY_ONLY },
    };
    struct account_rights rights;

    assert_ok(policy_new(&policy));
    assert_ok(policy_load(policy, &(struct policy_content){
                                      .generation = 1, .accounts = accounts, .n_accounts = 3 }));
    rights = rights_of(policy, test_user(1000), groups, 1);
    assert_int_equal(rights.logon, LOGON_RIGHT_SERVICE | LOGON_RIGHT_NETWORK);
    assert_int_equal(rights.privileges,
                     PRIVILEGE_BIT(PRIVILEGE_TCB) | PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY));
    rights = rights_of(policy, test_user(1001), groups, 2);
    assert_int_equal(rights.logon, LOGON_RIGHT_NETWORK | LOGON_RIGHT_DENY_NETWORK);
    assert_int_equal(rights.privileges, PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY));
    groups[1].Attributes = ENABLED;
    rights = rights_of(policy, test_user(1001), groups, 2);
    assert_true(rights.logon & LOGON_RIGHT_BATCH);
    assert_true(rights.privileges & PRIVILEGE_BIT(PRIVILEGE_DEBUG));
}

/* --- who may open it -------------------------------------------------------------------------- */

static token_image *token_of(const char *user, const char *group)
{
    sid_buffer sids[2];
    SID_AND_ATTRIBUTES holder = { .Sid = (PSID)(uintptr_t)test_sid(&sids[0], user) };
    SID_AND_ATTRIBUTES groups = { .Sid = (PSID)(uintptr_t)test_sid(&sids[1], group),
                                  .Attributes = ENABLED };
    const struct token_spec spec = { .type = TokenPrimary,
                                     .user = &holder,
                                     .groups = &groups,
                                     .n_groups = 1,
                                     .elevation_type = TokenElevationTypeDefault,
                                     .primary_group = groups.Sid };
    token_image *image = NULL;

    assert_ok(token_image_build(&image, &spec));
    return image;
}

#define USER   "S-1-5-21-1-2-3-3000", "S-1-1-0"
#define ADMIN  "S-1-5-21-1-2-3-3000", "S-1-5-32-544"
#define SYSTEM "S-1-5-18", "S-1-1-0"
#define NOBODY "S-1-5-7", "S-1-1-0"

static const struct {
    const char *user, *group;
    uint32_t desired;
    int32_t status;
    uint32_t granted;
} openings[] = {
    { ADMIN, POLICY_ALL_ACCESS, STATUS_SUCCESS, POLICY_ALL_ACCESS },
    { ADMIN, GENERIC_ALL, STATUS_SUCCESS, POLICY_ALL_ACCESS },
    { ADMIN, MAXIMUM_ALLOWED, STATUS_SUCCESS, POLICY_ALL_ACCESS | POLICY_NOTIFICATION },
    { SYSTEM, POLICY_ALL_ACCESS | POLICY_NOTIFICATION, STATUS_SUCCESS,
      POLICY_ALL_ACCESS | POLICY_NOTIFICATION },
    { USER, POLICY_LOOKUP_NAMES, STATUS_SUCCESS, POLICY_LOOKUP_NAMES },
    { USER, GENERIC_EXECUTE, STATUS_SUCCESS, POLICY_EXECUTE },
    { USER, MAXIMUM_ALLOWED, STATUS_SUCCESS, POLICY_EXECUTE },
    { USER, POLICY_CREATE_ACCOUNT, STATUS_ACCESS_DENIED, 0 },
    { USER, POLICY_GET_PRIVATE_INFORMATION, STATUS_ACCESS_DENIED, 0 },
    { USER, POLICY_VIEW_AUDIT_INFORMATION, STATUS_ACCESS_DENIED, 0 },
    { USER, POLICY_LOOKUP_NAMES | POLICY_CREATE_SECRET, STATUS_ACCESS_DENIED, 0 },
    { USER, WRITE_DAC, STATUS_ACCESS_DENIED, 0 },
    { NOBODY, POLICY_LOOKUP_NAMES, STATUS_ACCESS_DENIED, 0 },
    { NOBODY, MAXIMUM_ALLOWED, STATUS_ACCESS_DENIED, 0 },
    { ADMIN, 0x2000, STATUS_ACCESS_DENIED, 0 },
};

static void who_may_open_it_is_what_its_descriptor_says(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(openings); i++) {
        _cleanup_(token_image_freep) token_image *caller =
            token_of(openings[i].user, openings[i].group);
        uint32_t granted = 0;
        nt_status st = policy_access_check(test_policy(), caller, openings[i].desired, &granted);

        if (st.code != openings[i].status || granted != openings[i].granted)
            fail_msg("row %zu: %s, granted 0x%x", i, nt_status_name(st), granted);
    }
}

static void a_descriptor_of_the_database_counts(void **state)
{
    static const char sddl[] = "O:SYG:SYD:(A;;0x800;;;BA)";
    _cleanup_(policy_freep) Policy *policy = NULL;
    _cleanup_(token_image_freep) token_image *user = token_of(USER);
    _cleanup_(token_image_freep) token_image *admin = token_of(ADMIN);
    _cleanup_(freep) void *bytes = NULL;
    struct policy_content content = { .generation = 1 };
    uint32_t granted = 0;

    assert_ok(sddl_parse(&bytes, &content.descriptor.size, sddl, strlen(sddl), NULL));
    content.descriptor.bytes = bytes;
    assert_ok(policy_new(&policy));
    assert_ok(policy_load(policy, &content));
    assert_status(policy_access_check(policy, user, POLICY_LOOKUP_NAMES, &granted),
                  STATUS_ACCESS_DENIED);
    assert_ok(policy_access_check(policy, admin, MAXIMUM_ALLOWED, &granted));
    assert_int_equal(granted, POLICY_LOOKUP_NAMES);
}

static void rights_of_an_account_are_administrators_business(void **state)
{
    _cleanup_(token_image_freep) token_image *user = token_of(USER);
    _cleanup_(token_image_freep) token_image *admin = token_of(ADMIN);
    _cleanup_(token_image_freep) token_image *system = token_of(SYSTEM);

    assert_ok(policy_account_access_check(admin, ACCOUNT_ALL_ACCESS));
    assert_ok(policy_account_access_check(system, ACCOUNT_ALL_ACCESS));
    assert_status(policy_account_access_check(user, ACCOUNT_VIEW), STATUS_ACCESS_DENIED);
    assert_status(policy_account_access_check(user, ACCOUNT_ADJUST_PRIVILEGES),
                  STATUS_ACCESS_DENIED);
    assert_ok(policy_account_access_check(user, READ_CONTROL));
}

/* --- at a logon ------------------------------------------------------------------------------- */

static const struct {
    const char *group; /* that the package gives */
    uint32_t granted;  /* by the defaults: a bit per logon type */
} members[] = {
    { NULL, 1 << Interactive | 1 << Network | 1 << Batch | 1 << NetworkCleartext },
    { "S-1-5-32-544", 1 << Interactive | 1 << Network | 1 << Batch | 1 << NetworkCleartext },
    { "S-1-5-80-0",
      1 << Interactive | 1 << Network | 1 << Batch | 1 << NetworkCleartext | 1 << Service },
};

static nt_status mint(const char *group, uint32_t type)
{
    sid_buffer sid;
    SID_AND_ATTRIBUTES groups = { .Sid = group ? (PSID)(uintptr_t)test_sid(&sid, group) : NULL,
                                  .Attributes = ENABLED };
    const struct logon_identity identity = { .user = test_user(1000),
                                             .groups = &groups,
                                             .n_groups = group ? 1 : 0 };
    const struct logon_context context = {
        .machine = test_machine(), .policy = test_policy(), .logon_type = type, .logon_sid_luid = 1
    };
    struct logon_mint made = { 0 };
    nt_status st = logon_mint(&made, &identity, &context);

    logon_mint_done(&made);
    return st;
}

static void a_logon_needs_the_right_of_its_type(void **state)
{
    static const uint32_t types[] = { Interactive, Network, Batch, Service, NetworkCleartext };

    for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
        for (size_t j = 0; j < ARRAY_SIZE(types); j++)
            assert_status(mint(members[i].group, types[j]), members[i].granted & 1U << types[j]
                                                                ? STATUS_SUCCESS
                                                                : STATUS_LOGON_TYPE_NOT_GRANTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_it_is_loaded_nobody_has_a_right),
        cmocka_unit_test(a_load_replaces_all),
        cmocka_unit_test(what_was_overtaken_changes_nothing),
        cmocka_unit_test(many_accounts_are_found),
        cmocka_unit_test(what_is_malformed_leaves_the_policy_as_it_was),
        cmocka_unit_test(settings_of_a_newer_version_are_left_out),
        cmocka_unit_test(rights_are_the_union_over_user_and_enabled_groups),
        cmocka_unit_test(who_may_open_it_is_what_its_descriptor_says),
        cmocka_unit_test(a_descriptor_of_the_database_counts),
        cmocka_unit_test(rights_of_an_account_are_administrators_business),
        cmocka_unit_test(a_logon_needs_the_right_of_its_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
