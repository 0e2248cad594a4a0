/* SPDX-License-Identifier: MIT */
#include "security/test-token.h"

#include <stdlib.h>

static void an_image_tells_what_it_was_made_of(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    size_t n_gids;

    assert_int_equal(token_image_id(image), 0x11111);
    assert_int_equal(token_image_authentication_id(image), 0x22222);
    assert_int_equal(token_image_origin_id(image), 0x3e7);
    assert_int_equal(token_image_modified_id(image), 0x33333);
    assert_int_equal(token_image_expiration(image), INT64_MAX);
    assert_int_equal(token_image_type(image), TokenPrimary);
    assert_int_equal(token_image_level(image), SecurityImpersonation);
    assert_int_equal(token_image_wts_session(image), 1);
    assert_int_equal(token_image_elevation_type(image), TokenElevationTypeFull);
    assert_int_equal(token_image_elevated(image), 1);
    assert_int_equal(token_image_slot(image), 5);
    assert_int_equal(token_image_integrity(image), SECURITY_MANDATORY_HIGH_RID);
    assert_memory_equal(token_image_source_name(image), "User32 ", 8);
    assert_int_equal(token_image_source_id(image), 0x44444);
    assert_int_equal(token_image_uid(image), 1000);
    assert_int_equal(token_image_gid(image), 1000);
    assert_int_equal(token_image_gids(image, &n_gids)[1], 27);
    assert_int_equal(n_gids, 3);
    assert_int_equal(acl_n_aces(token_image_default_dacl(image)), 1);
    assert_int_equal(token_image_owner_index(image), 0);
    assert_int_equal(token_image_primary_group_index(image), 1);
}

static void sids_are_found_for_the_use_that_their_attributes_allow(void **state)
{
    static const struct {
        const char *text;
        bool there, allow, deny;
    } cases[] = {
        { "S-1-5-21-1-2-3-3000", true, true, true },   /* the user */
        { "S-1-1-0", true, true, true },               /* enabled */
        { "S-1-5-32-546", true, false, true },         /* deny only */
        { "S-1-5-21-1-2-3-1055", true, false, false }, /* disabled */
        { "S-1-16-12288", true, false, false },        /* the label is no group to match */
        { "S-1-5-32-547", false, false, false },
        { "S-1-5-21-1-2-3", false, false, false },
    };
    _cleanup_(token_image_freep) token_image *image = test_image();

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        sid_buffer sid = sid_of(cases[i].text);
        const SID *s = &sid.sid;

        assert_int_equal(token_image_find_sid(image, s) != SIZE_MAX, cases[i].there);
        assert_int_equal(token_image_has_sid(image, s, TOKEN_SID_ALLOW), cases[i].allow);
        assert_int_equal(token_image_has_sid(image, s, TOKEN_SID_DENY), cases[i].deny);
        assert_false(token_image_has_sid(image, s, TOKEN_SID_RESTRICTED));
    }
}

static void a_thousand_groups_are_all_found(void **state)
{
    enum { N = 1000 };
    static sid_buffer sids[N];
    static SID_AND_ATTRIBUTES groups[N];
    _cleanup_(test_spec_done) struct test_spec t;
    _cleanup_(token_image_freep) token_image *image = NULL;

    test_spec_init(&t);
    sid_buffer domain = sid_of("S-1-5-21-7-8-9");
    for (uint32_t i = 0; i < N; i++) {
        assert_ok(sid_append_rid(&sids[i], &domain.sid, i));
        groups[i] = (SID_AND_ATTRIBUTES){ .Sid = &sids[i], .Attributes = ENABLED_GROUP };
    }
    t.spec.groups = groups;
    t.spec.n_groups = N;
    t.spec.primary_group = &sids[3];
    assert_ok(token_image_build(&image, &t.spec));
    for (uint32_t i = 0; i < N; i++)
        assert_int_equal(token_image_find_sid(image, &sids[i].sid), i + 1);
    assert_int_equal(token_image_find_sid(image, &domain.sid), SIZE_MAX);
    t.spec.n_groups = TOKEN_IMAGE_SIDS_MAX;
    token_image *none = NULL;
    assert_status(token_image_build(&none, &t.spec), STATUS_TOO_MANY_CONTEXT_IDS);
    assert_null(none);
}

static void a_sid_named_twice_is_one_and_deny_only_wins(void **state)
{
    _cleanup_(test_spec_done) struct test_spec t;
    _cleanup_(token_image_freep) token_image *image = NULL, *parsed = NULL;

    test_spec_init(&t);
    t.entries[5].Sid = t.entries[2].Sid; /* Guests, deny only, become Everyone */
    assert_ok(token_image_build(&image, &t.spec));
    assert_int_equal(token_image_n_sids(image), ARRAY_SIZE(test_groups));
    sid_buffer everyone = sid_of("S-1-1-0");
    assert_false(token_image_has_sid(image, &everyone.sid, TOKEN_SID_ALLOW));
    assert_true(token_image_has_sid(image, &everyone.sid, TOKEN_SID_DENY));
    assert_ok(token_image_parse(&parsed, token_image_bytes(image), token_image_size(image)));
}

static void a_spec_that_makes_no_sense_is_refused(void **state)
{
    _cleanup_(test_spec_done) struct test_spec t;
    sid_buffer bad = { .bytes = { 9 } };
    sid_buffer foreign = sid_of("S-1-5-99");
    uint32_t bad_acl[2] = { 0 };
    token_image *image = NULL;

    test_spec_init(&t);
#define REFUSED(change, expected)                                                                  \
    do {                                                                                           \
        struct token_spec saved = t.spec;                                                          \
        t.spec.change;                                                                             \
        assert_status(token_image_build(&image, &t.spec), expected);                               \
        assert_null(image);                                                                        \
        t.spec = saved;                                                                            \
    } while (0)
    REFUSED(user = NULL, STATUS_INVALID_PARAMETER);
    REFUSED(type = 0, STATUS_INVALID_PARAMETER);
    REFUSED(level = 4, STATUS_INVALID_PARAMETER);
    REFUSED(elevation_type = 0, STATUS_INVALID_PARAMETER);
    REFUSED(elevation_type = 4, STATUS_INVALID_PARAMETER);
    REFUSED(elevated = 2, STATUS_INVALID_PARAMETER);
    REFUSED(mandatory_policy = 4, STATUS_INVALID_PARAMETER);
    REFUSED(flags = 0x40, STATUS_INVALID_PARAMETER);
    REFUSED(privileges_present = 1, STATUS_INVALID_PARAMETER);
    REFUSED(privileges_enabled = PRIVILEGE_MASK_ALL, STATUS_INVALID_PARAMETER);
    REFUSED(privileges_default = PRIVILEGE_MASK_ALL, STATUS_INVALID_PARAMETER);
    REFUSED(n_gids = TOKEN_IMAGE_GIDS_MAX + 1, STATUS_INVALID_PARAMETER);
    REFUSED(primary_group = NULL, STATUS_INVALID_PRIMARY_GROUP);
    REFUSED(primary_group = &foreign, STATUS_INVALID_PRIMARY_GROUP);
    REFUSED(primary_group = &bad, STATUS_INVALID_PRIMARY_GROUP);
    REFUSED(owner = &foreign, STATUS_INVALID_OWNER);
    REFUSED(owner = &bad, STATUS_INVALID_OWNER);
    REFUSED(owner = t.entries[2].Sid, STATUS_INVALID_OWNER); /* no SE_GROUP_OWNER */
    REFUSED(default_dacl = (const ACL *)(void *)bad_acl, STATUS_INVALID_ACL);
    t.entries[4].Sid = &bad;
    assert_status(token_image_build(&image, &t.spec), STATUS_INVALID_SID);
#undef REFUSED
}

static void labels_are_one_and_below_their_authority(void **state)
{
    _cleanup_(test_spec_done) struct test_spec t;
    token_image *image = NULL;

    test_spec_init(&t);
    t.entries[2].Attributes |= SE_GROUP_INTEGRITY;
    assert_status(token_image_build(&image, &t.spec), STATUS_INVALID_PARAMETER);
    t.sids[2] = sid_of("S-1-16-16384"); /* now a label, but the second */
    assert_status(token_image_build(&image, &t.spec), STATUS_INVALID_PARAMETER);
}

static void bytes_go_and_come_back(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *parsed = NULL, *copy = NULL;
    size_t size = token_image_size(image);

    assert_ok(token_image_parse(&parsed, token_image_bytes(image), size));
    assert_int_equal(token_image_size(parsed), size);
    assert_memory_equal(token_image_bytes(parsed), token_image_bytes(image), size);
    assert_ok(token_image_dup(&copy, image));
    assert_memory_equal(token_image_bytes(copy), token_image_bytes(image), size);
}

static void what_setters_made_is_parsed_too(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *parsed = NULL;
    sid_buffer administrators = sid_of("S-1-5-32-544"), users = sid_of("S-1-5-32-545");
    sid_buffer foreign = sid_of("S-1-5-99");

    token_image_set_ids(image, 7, 8);
    token_image_set_slot(image, 11);
    token_image_set_mandatory_policy(image, 0xff);
    token_image_add_flags(image, UINT32_MAX);
    token_image_set_privileges(image, UINT64_MAX, PRIVILEGE_BIT(PRIVILEGE_TCB) | 1);
    assert_ok(token_image_set_type_level(image, TokenImpersonation, SecurityIdentification));
    assert_status(token_image_set_type_level(image, 3, 0), STATUS_INVALID_PARAMETER);
    assert_status(token_image_set_type_level(image, 1, 4), STATUS_INVALID_PARAMETER);
    assert_ok(token_image_set_owner(image, &administrators.sid));
    assert_status(token_image_set_owner(image, &users.sid), STATUS_INVALID_OWNER);
    assert_status(token_image_set_owner(image, &foreign.sid), STATUS_INVALID_OWNER);
    token_image_set_sid_attributes(image, 3, SE_GROUP_USE_FOR_DENY_ONLY | SE_GROUP_INTEGRITY);
    assert_int_equal(token_image_sid_attributes(image, 3), SE_GROUP_USE_FOR_DENY_ONLY);
    assert_int_equal(token_image_privileges_present(image), PRIVILEGE_MASK_ALL);
    assert_int_equal(token_image_privileges_enabled(image), PRIVILEGE_BIT(PRIVILEGE_TCB));
    assert_int_equal(token_image_mandatory_policy(image), 3);
    assert_ok(token_image_parse(&parsed, token_image_bytes(image), token_image_size(image)));
    assert_int_equal(token_image_id(parsed), 7);
    assert_int_equal(token_image_modified_id(parsed), 8);
    assert_int_equal(token_image_slot(parsed), 11);
    assert_int_equal(token_image_level(parsed), SecurityIdentification);
}

static void groups_of_a_device_and_claims_are_there(void **state)
{
    _cleanup_(test_spec_done) struct test_spec t;
    _cleanup_(token_image_freep) token_image *image = NULL, *parsed = NULL, *bare = test_image();
    sid_buffer everyone = sid_of("S-1-1-0"), users = sid_of("S-1-5-32-545");
    sid_buffer administrators = sid_of("S-1-5-32-544");
    struct claim claim;

    test_spec_init(&t);
    test_spec_add_device(&t);
    t.entries[3].Attributes = 0; /* Administrators, in both lists: disabled */
    assert_ok(token_image_build(&image, &t.spec));
    assert_ok(token_image_parse(&parsed, token_image_bytes(image), token_image_size(image)));
    assert_true(token_image_has_sid(parsed, &everyone.sid, TOKEN_SID_DEVICE));
    assert_false(token_image_has_sid(parsed, &users.sid, TOKEN_SID_DEVICE));
    assert_false(token_image_has_sid(parsed, &administrators.sid, TOKEN_SID_DEVICE));
    assert_false(token_image_has_sid(parsed, &everyone.sid, TOKEN_SID_RESTRICTED_DEVICE));
    assert_false(token_image_has_sid(bare, &everyone.sid, TOKEN_SID_DEVICE));
    assert_int_equal(token_image_n_device_groups(parsed), 2);
    assert_int_equal(token_image_n_restricted_device_groups(parsed), 1);
    assert_true(sid_equal(token_image_restricted_device_group(parsed, 0), &administrators.sid));
    assert_int_equal(token_image_device_group_attributes(parsed, 0), ENABLED_GROUP);
    assert_int_equal(token_image_restricted_device_group_attributes(parsed, 0), 0);
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++) {
        struct claim_set set = token_image_claims(parsed, (enum token_claims)i);

        assert_true(claim_set_next(&set, &claim));
        assert_int_equal(claim_value(&claim, 0).number, 7);
        assert_int_equal(token_image_claims(bare, (enum token_claims)i).size, 0);
    }
}

static void claims_that_are_none_are_refused(void **state)
{
    static const uint32_t wrong[] = { 64, 0, 0, 0 };
    _cleanup_(test_spec_done) struct test_spec t;
    token_image *image = NULL;

    test_spec_init(&t);
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++) {
        t.spec.claims[i] = (struct claim_set){ wrong, sizeof(wrong) };
        assert_status(token_image_build(&image, &t.spec), STATUS_INVALID_PARAMETER);
        t.spec.claims[i] = (struct claim_set){ 0 };
    }
    t.spec.device_groups = t.entries;
    t.spec.n_device_groups = TOKEN_IMAGE_SIDS_MAX + 1;
    assert_status(token_image_build(&image, &t.spec), STATUS_TOO_MANY_CONTEXT_IDS);
    assert_null(image);
}

static void what_is_enabled_changes_in_place(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *copy = NULL;
    uint64_t present = token_image_privileges_present(image);

    token_image_set_enabled(image, UINT64_MAX, 77);
    assert_int_equal(token_image_privileges_enabled(image), present);
    assert_int_equal(token_image_modified_id(image), 77);
    assert_ok(token_image_dup(&copy, image));
    assert_memory_equal(token_image_bytes(copy), token_image_bytes(image), token_image_size(image));
}

static void a_cut_image_is_refused(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *parsed = NULL;

    for (size_t size = 0; size < token_image_size(image); size++) {
        _cleanup_(freep) void *copy = malloc(size + 1);

        assert_non_null(copy);
        memcpy(copy, token_image_bytes(image), size);
        assert_status(token_image_parse(&parsed, copy, size), STATUS_INVALID_PARAMETER);
    }
    assert_null(parsed);
}

/*
 * Whatever one byte becomes, the result is refused or is an image whose parts all lie inside it.
 * Some bytes are free: ids, and the like.
 */
static void a_changed_byte_is_refused_or_harmless(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    size_t size = token_image_size(image), refused = 0;
    _cleanup_(freep) uint8_t *bytes = malloc(size);

    assert_non_null(bytes);
    memcpy(bytes, token_image_bytes(image), size);
    for (size_t i = 0; i < size; i++) {
        for (unsigned bit = 1; bit < 256; bit *= 2) {
            _cleanup_(token_image_freep) token_image *parsed = NULL;
            uint32_t needed;

            bytes[i] ^= (uint8_t)bit;
            nt_status st = token_image_parse(&parsed, bytes, size);
            bytes[i] ^= (uint8_t)bit;
            if (nt_failed(st)) {
                assert_status(st, STATUS_INVALID_PARAMETER);
                refused++;
                continue;
            }
            static uint8_t buffer[4096] __attribute__((aligned(8)));
            assert_ok(token_image_information(parsed, TokenGroupsAndPrivileges, buffer,
                                              sizeof(buffer), &needed));
        }
    }
    assert_true(refused > size * 3);
}

static void other_integrity_and_dacl_make_another_image(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *low = NULL, *bare = NULL;
    token_image *none = NULL;
    sid_buffer low_sid = sid_of("S-1-16-4096"), system_sid = sid_of("S-1-16-16384");
    sid_buffer user_sid = sid_of("S-1-5-18");
    SID_AND_ATTRIBUTES label = { .Sid = &low_sid };

    assert_ok(token_image_with_integrity(&low, image, &label));
    assert_int_equal(token_image_integrity(low), SECURITY_MANDATORY_LOW_RID);
    assert_int_equal(token_image_find_sid(low, &low_sid.sid), 8);
    label.Sid = &system_sid;
    assert_status(token_image_with_integrity(&none, image, &label), STATUS_PRIVILEGE_NOT_HELD);
    label.Sid = &user_sid;
    assert_status(token_image_with_integrity(&none, image, &label), STATUS_INVALID_SID);
    assert_ok(token_image_with_default_dacl(&bare, image, NULL));
    assert_null(token_image_default_dacl(bare));
    assert_int_equal(token_image_integrity(bare), SECURITY_MANDATORY_HIGH_RID);
    assert_null(none);
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    _cleanup_(test_spec_done) struct test_spec t;
    token_image *image = NULL, *parsed = NULL, *copy = NULL;

    test_spec_init(&t);
    FOR_EACH_FAILING_ALLOCATION(st, token_image_build(&image, &t.spec))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(image);
    }
    const void *bytes = token_image_bytes(image);
    FOR_EACH_FAILING_ALLOCATION(st, token_image_parse(&parsed, bytes, token_image_size(image)))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(parsed);
    }
    FOR_EACH_FAILING_ALLOCATION(st, token_image_dup(&copy, image))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(copy);
    }
    (void)token_image_free(image);
    (void)token_image_free(parsed);
    (void)token_image_free(copy);
}

/* --- GetTokenInformation's structures --- */

static uint8_t buffer[4096] __attribute__((aligned(8)));

/* Asks with no room, with one byte too little and with exactly enough; returns the buffer. */
static void *ask(const token_image *image, TOKEN_INFORMATION_CLASS info_class, uint32_t expected)
{
    uint32_t needed = 0;

    assert_status(token_image_information(image, info_class, NULL, 0, &needed),
                  STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(needed, expected);
    memset(buffer, 0xee, sizeof(buffer));
    assert_status(token_image_information(image, info_class, buffer, needed - 1, &needed),
                  STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(buffer[0], 0xee);
    assert_ok(token_image_information(image, info_class, buffer, needed, &needed));
    assert_int_equal(buffer[needed], 0xee);
    return buffer;
}

static void assert_in_buffer(const void *p, size_t size)
{
    assert_true((const uint8_t *)p > buffer);
    assert_true((const uint8_t *)p + size <= buffer + sizeof(buffer));
}

static void structures_with_sids_point_into_the_buffer(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    TOKEN_USER *user = ask(image, TokenUser, 16 + 28);

    assert_in_buffer(user->User.Sid, 28);
    assert_true(sid_equal(user->User.Sid, token_image_sid(image, 0)));
    assert_int_equal(user->User.Attributes, 0);
    TOKEN_OWNER *owner = ask(image, TokenOwner, 8 + 28);
    assert_in_buffer(owner->Owner, 28);
    assert_true(sid_equal(owner->Owner, token_image_sid(image, 0)));
    TOKEN_PRIMARY_GROUP *group = ask(image, TokenPrimaryGroup, 8 + 28);
    assert_true(sid_equal(group->PrimaryGroup, token_image_sid(image, 1)));
    TOKEN_MANDATORY_LABEL *label = ask(image, TokenIntegrityLevel, 16 + 12);
    assert_int_equal(sid_rid(label->Label.Sid), SECURITY_MANDATORY_HIGH_RID);
    assert_int_equal(label->Label.Attributes, 0x60);
    TOKEN_DEFAULT_DACL *dacl = ask(image, TokenDefaultDacl, 8 + 8 + 8 + 28);
    assert_in_buffer(dacl->DefaultDacl, 8);
    assert_true(acl_valid(dacl->DefaultDacl, 44));
}

static void groups_are_all_but_the_user(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    size_t n = ARRAY_SIZE(test_groups);
    uint32_t sids = 28 + 12 + 16 * 3 + 28 + 20 + 12;
    TOKEN_GROUPS *groups = ask(image, TokenGroups, (uint32_t)(8 + n * 16 + sids));

    assert_int_equal(groups->GroupCount, n);
    for (size_t i = 0; i < n; i++) {
        sid_buffer sid = sid_of(test_groups[i].text);

        assert_in_buffer(groups->Groups[i].Sid, 8);
        assert_true(sid_equal(groups->Groups[i].Sid, &sid.sid));
        assert_int_equal(groups->Groups[i].Attributes, test_groups[i].attributes);
    }
    groups = ask(image, TokenLogonSid, 8 + 16 + 20);
    assert_int_equal(groups->GroupCount, 1);
    assert_int_equal(sid_rid(groups->Groups[0].Sid), 99);
    assert_int_equal(((TOKEN_GROUPS *)ask(image, TokenRestrictedSids, 8))->GroupCount, 0);
    assert_int_equal(((TOKEN_GROUPS *)ask(image, TokenCapabilities, 8))->GroupCount, 0);
    assert_int_equal(((TOKEN_GROUPS *)ask(image, TokenDeviceGroups, 8))->GroupCount, 0);
}

static void privileges_are_ascending_with_their_attributes(void **state)
{
    static const struct {
        uint32_t number;
        uint32_t attributes;
    } expected[] = {
        { PRIVILEGE_SECURITY, 0 },
        { PRIVILEGE_SHUTDOWN, 0 },
        { PRIVILEGE_DEBUG, SE_PRIVILEGE_ENABLED },
        { PRIVILEGE_CHANGE_NOTIFY, SE_PRIVILEGE_ENABLED | SE_PRIVILEGE_ENABLED_BY_DEFAULT },
    };
    _cleanup_(token_image_freep) token_image *image = test_image();
    TOKEN_PRIVILEGES *p = ask(image, TokenPrivileges, 4 + 4 * 12);

    assert_int_equal(p->PrivilegeCount, ARRAY_SIZE(expected));
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        assert_int_equal(p->Privileges[i].Luid.LowPart, expected[i].number);
        assert_int_equal(p->Privileges[i].Luid.HighPart, 0);
        assert_int_equal(p->Privileges[i].Attributes, expected[i].attributes);
    }
}

static void statistics_count(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    TOKEN_STATISTICS *s = ask(image, TokenStatistics, 56);

    assert_int_equal(s->TokenId.LowPart, 0x11111);
    assert_int_equal(s->AuthenticationId.LowPart, 0x22222);
    assert_int_equal(s->ExpirationTime.QuadPart, INT64_MAX);
    assert_int_equal(s->TokenType, TokenPrimary);
    assert_int_equal(s->GroupCount, ARRAY_SIZE(test_groups));
    assert_int_equal(s->PrivilegeCount, 4);
    assert_int_equal(s->ModifiedId.LowPart, 0x33333);
    assert_int_equal(s->DynamicCharged, 1024);
    assert_int_equal(s->DynamicAvailable, 1024 - 28 - 44);
    TOKEN_SOURCE *source = ask(image, TokenSource, 16);
    assert_memory_equal(source->SourceName, "User32 ", 8);
    assert_int_equal(source->SourceIdentifier.LowPart, 0x44444);
    assert_int_equal(((TOKEN_ORIGIN *)ask(image, TokenOrigin, 8))->OriginatingLogonSession.LowPart,
                     0x3e7);
}

static void numbers_are_four_bytes(void **state)
{
    static const struct {
        TOKEN_INFORMATION_CLASS info_class;
        uint32_t value;
    } cases[] = {
        { TokenType, TokenPrimary },
        { TokenSessionId, 1 },
        { TokenSandBoxInert, 0 },
        { TokenElevationType, TokenElevationTypeFull },
        { TokenElevation, 1 },
        { TokenHasRestrictions, 0 },
        { TokenVirtualizationAllowed, 0 },
        { TokenVirtualizationEnabled, 0 },
        { TokenUIAccess, 0 },
        { TokenMandatoryPolicy, 1 },
        { TokenIsAppContainer, 0 },
        { TokenAppContainerNumber, 0 },
        { TokenIsRestricted, 0 },
    };
    _cleanup_(token_image_freep) token_image *image = test_image();

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(*(uint32_t *)ask(image, cases[i].info_class, 4), cases[i].value);
}

static void everything_at_once_is_consistent(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image();
    size_t n = token_image_n_sids(image);
    uint32_t sids = (uint32_t)(n * 16 + 28 * 2 + 12 + 16 * 3 + 28 + 20 + 12);
    TOKEN_GROUPS_AND_PRIVILEGES *all = ask(image, TokenGroupsAndPrivileges, 56 + sids + 4 * 12);

    assert_int_equal(all->SidCount, n);
    assert_int_equal(all->SidLength, sids);
    assert_int_equal(all->RestrictedSidCount, 0);
    assert_null(all->RestrictedSids);
    assert_int_equal(all->PrivilegeCount, 4);
    assert_int_equal(all->PrivilegeLength, 48);
    assert_int_equal(all->Privileges[3].Luid.LowPart, PRIVILEGE_CHANGE_NOTIFY);
    for (size_t i = 0; i < n; i++)
        assert_true(sid_equal(all->Sids[i].Sid, token_image_sid(image, i)));
    TOKEN_ACCESS_INFORMATION *access =
        ask(image, TokenAccessInformation,
            (uint32_t)(sizeof(*access) + 3 * sizeof(SID_AND_ATTRIBUTES_HASH)) + sids + 4 + 4 * 12);
    assert_int_equal(access->SidHash->SidCount, n);
    assert_true(sid_equal(access->SidHash->SidAttr[2].Sid, token_image_sid(image, 2)));
    assert_int_equal(access->RestrictedSidHash->SidCount, 0);
    assert_int_equal(access->Privileges->PrivilegeCount, 4);
    assert_int_equal(access->MandatoryPolicy.Policy, 1);
}

static void what_is_no_class_is_refused(void **state)
{
    static const struct {
        uint32_t info_class;
        int32_t status;
    } cases[] = {
        { 0, (int32_t)STATUS_INVALID_INFO_CLASS },
        { TokenSessionReference, (int32_t)STATUS_INVALID_INFO_CLASS },
        { TokenLinkedToken, (int32_t)STATUS_INVALID_INFO_CLASS },
        { 41, (int32_t)STATUS_INVALID_INFO_CLASS },
        { 43, (int32_t)STATUS_INVALID_INFO_CLASS },
        { 49, (int32_t)STATUS_INVALID_INFO_CLASS },
        { UINT32_MAX, (int32_t)STATUS_INVALID_INFO_CLASS },
        { TokenImpersonationLevel, (int32_t)STATUS_INVALID_PARAMETER }, /* it is primary */
    };
    _cleanup_(token_image_freep) token_image *image = test_image();
    uint32_t needed;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_status(token_image_information(image, (TOKEN_INFORMATION_CLASS)cases[i].info_class,
                                              buffer, sizeof(buffer), &needed),
                      cases[i].status);
    assert_ok(token_image_set_type_level(image, TokenImpersonation, SecurityIdentification));
    assert_int_equal(*(uint32_t *)ask(image, TokenImpersonationLevel, 4), SecurityIdentification);
}

static void without_label_logon_sid_or_dacl_there_is_an_answer(void **state)
{
    _cleanup_(test_spec_done) struct test_spec t;
    _cleanup_(token_image_freep) token_image *image = NULL;

    test_spec_init(&t);
    t.spec.n_groups = 1;
    t.spec.default_dacl = NULL;
    assert_ok(token_image_build(&image, &t.spec));
    assert_int_equal(token_image_integrity(image), SECURITY_MANDATORY_UNTRUSTED_RID);
    TOKEN_MANDATORY_LABEL *label = ask(image, TokenIntegrityLevel, 16 + 12);
    assert_int_equal(sid_rid(label->Label.Sid), SECURITY_MANDATORY_UNTRUSTED_RID);
    assert_int_equal(((TOKEN_GROUPS *)ask(image, TokenLogonSid, 8))->GroupCount, 0);
    assert_null(((TOKEN_DEFAULT_DACL *)ask(image, TokenDefaultDacl, 8))->DefaultDacl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_tells_what_it_was_made_of),
        cmocka_unit_test(sids_are_found_for_the_use_that_their_attributes_allow),
        cmocka_unit_test(a_thousand_groups_are_all_found),
        cmocka_unit_test(a_sid_named_twice_is_one_and_deny_only_wins),
        cmocka_unit_test(a_spec_that_makes_no_sense_is_refused),
        cmocka_unit_test(labels_are_one_and_below_their_authority),
        cmocka_unit_test(bytes_go_and_come_back),
        cmocka_unit_test(what_setters_made_is_parsed_too),
        cmocka_unit_test(groups_of_a_device_and_claims_are_there),
        cmocka_unit_test(claims_that_are_none_are_refused),
        cmocka_unit_test(what_is_enabled_changes_in_place),
        cmocka_unit_test(a_cut_image_is_refused),
        cmocka_unit_test(a_changed_byte_is_refused_or_harmless),
        cmocka_unit_test(other_integrity_and_dacl_make_another_image),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
        cmocka_unit_test(structures_with_sids_point_into_the_buffer),
        cmocka_unit_test(groups_are_all_but_the_user),
        cmocka_unit_test(privileges_are_ascending_with_their_attributes),
        cmocka_unit_test(statistics_count),
        cmocka_unit_test(numbers_are_four_bytes),
        cmocka_unit_test(everything_at_once_is_consistent),
        cmocka_unit_test(what_is_no_class_is_refused),
        cmocka_unit_test(without_label_logon_sid_or_dacl_there_is_an_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
