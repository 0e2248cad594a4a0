/* SPDX-License-Identifier: MIT */
/*
 * The policy as bytes of a worker that is not to be trusted: what is loaded has rights and settings
 * that mean something, and answers questions; what is refused changes nothing. The same bytes as
 * the name of a right.
 */
#include "../../fuzz/fuzz.h"

#include "daemon/policy_source.h"

static MessageArena *arena;

static void check_name(const char *bytes, size_t size)
{
    struct account_rights right;

    if (account_right_by_name(&right, bytes, size))
        MUST(account_rights_valid(right) && !account_rights_empty(right));
}

static void check_accounts(const Policy *policy)
{
    const struct policy_account *account;

    for (size_t i = 0; (account = policy_account_at(policy, i)); i++) {
        struct account_rights found = policy_rights_of_sid(policy, account->sid);

        MUST(account_rights_valid(account->rights) && !account_rights_empty(account->rights));
        MUST(found.logon == account->rights.logon);
        MUST(found.privileges == account->rights.privileges);
    }
}

static void check_settings(const Policy *policy)
{
    for (enum policy_setting i = 0; i < POLICY_SETTINGS_N; i++)
        MUST(!nt_failed(policy_setting_check(i, policy_get(policy, i))));
    MUST(policy_elevation(policy).consent < ELEVATION_CONSENT_MAX_);
}

static void check_access(const Policy *policy)
{
    static SID system = { SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { 18 } };
    const SID_AND_ATTRIBUTES user = { .Sid = &system };
    const struct token_spec spec = { .type = TokenPrimary,
                                     .elevation_type = TokenElevationTypeDefault,
                                     .user = &user,
                                     .primary_group = &system };
    _cleanup_(token_image_freep) token_image *image = NULL;
    uint32_t granted = 0;

    MUST(!nt_failed(token_image_build(&image, &spec)));
    if (!nt_failed(policy_access_check(policy, image, 1, &granted)))
        MUST(granted & 1);
}

static void check(const Openlogon__Worker__PolicySnapshot *snapshot)
{
    _cleanup_(policy_freep) Policy *policy = NULL;
    struct policy_content content;

    MUST(!nt_failed(policy_new(&policy)));
    if (nt_failed(policy_source_read(&content, snapshot, arena)))
        return;
    if (nt_failed(policy_load(policy, &content))) {
        MUST(!policy_account_at(policy, 0) && nt_failed(policy_status(policy)));
        return;
    }
    check_accounts(policy);
    check_settings(policy);
    check_access(policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Openlogon__Worker__PolicySnapshot *snapshot;

    if (!arena)
        MUST(!nt_failed(message_arena_new(&arena, MESSAGE_ARENA_SIZE)));
    if (size > CHANNEL_MESSAGE_MAX)
        return 0;
    check_name((const char *)data, size);
    snapshot =
        openlogon__worker__policy_snapshot__unpack(message_arena_allocator(arena), size, data);
    if (snapshot)
        check(snapshot);
    message_arena_empty(arena);
    return 0;
}
