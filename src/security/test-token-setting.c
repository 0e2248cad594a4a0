/* SPDX-License-Identifier: MIT */
#include "security/token_setting.h"

#include <stdlib.h>

#include "security/test-token.h"

static nt_status set(token_image **ret, const token_image *image, TOKEN_INFORMATION_CLASS which,
                     const void *value, size_t size)
{
    const struct token_setting *setting = token_setting_find(which);

    assert_non_null(setting);
    return token_image_with_setting(ret, image, setting, value, size);
}

static uint32_t ask(const token_image *image, TOKEN_INFORMATION_CLASS which)
{
    uint32_t value = 0, needed;

    assert_ok(token_image_information(image, which, &value, sizeof(value), &needed));
    return value;
}

static void numbers_are_set_and_read_back(void **state)
{
    static const struct {
        TOKEN_INFORMATION_CLASS which;
        uint32_t value;
        int32_t expected;
    } cases[] = {
        { TokenSessionId, 9, STATUS_SUCCESS },
        { TokenUIAccess, 1, STATUS_SUCCESS },
        { TokenUIAccess, 0, STATUS_SUCCESS },
        { TokenMandatoryPolicy, 3, STATUS_SUCCESS },
        { TokenMandatoryPolicy, 4, STATUS_INVALID_PARAMETER },
        { TokenVirtualizationEnabled, 1, STATUS_INVALID_PARAMETER }, /* not allowed */
        { TokenVirtualizationAllowed, 1, STATUS_SUCCESS },
        { TokenVirtualizationEnabled, 1, STATUS_SUCCESS },
        { TokenVirtualizationEnabled, 0, STATUS_SUCCESS },
    };
    token_image *image = test_image();

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        token_image *next = NULL;

        assert_status(set(&next, image, cases[i].which, &cases[i].value, 4), cases[i].expected);
        if (!next)
            continue;
        (void)token_image_free(image);
        image = next;
        assert_int_equal(ask(image, cases[i].which), cases[i].value);
    }
    (void)token_image_free(image);
}

static void what_is_no_longer_allowed_is_not_enabled(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *off = NULL;
    const uint32_t no = 0;

    token_image_add_flags(image,
                          TOKEN_IMAGE_VIRTUALIZATION_ALLOWED | TOKEN_IMAGE_VIRTUALIZATION_ENABLED);
    assert_ok(set(&off, image, TokenVirtualizationAllowed, &no, sizeof(no)));
    assert_int_equal(token_image_flags(off), 0);
}

static void sids_and_lists_are_set(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *a = NULL, *b = NULL, *c = NULL;
    sid_buffer administrators = sid_of("S-1-5-32-544"), users = sid_of("S-1-5-32-545");
    token_image *none = NULL;

    assert_ok(set(&a, image, TokenOwner, &administrators, sid_length(&administrators.sid)));
    assert_int_equal(token_image_owner_index(a), 3);
    assert_status(set(&none, image, TokenOwner, &users, sid_length(&users.sid)),
                  STATUS_INVALID_OWNER);
    assert_ok(set(&b, image, TokenPrimaryGroup, &users, sid_length(&users.sid)));
    assert_int_equal(token_image_primary_group_index(b), 4);
    assert_status(set(&none, image, TokenOwner, &users, sid_length(&users.sid) - 1),
                  STATUS_INVALID_SID);
    assert_ok(set(&c, image, TokenDefaultDacl, NULL, 0));
    assert_null(token_image_default_dacl(c));
    assert_status(set(&none, image, TokenDefaultDacl, &users, 8), STATUS_INVALID_ACL);
    assert_null(none);
}

static void integrity_is_lowered_by_anyone_and_raised_with_a_privilege(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *low = NULL, *system = NULL;
    const struct token_setting *setting = token_setting_find(TokenIntegrityLevel);
    sid_buffer low_sid = sid_of("S-1-16-4096"), system_sid = sid_of("S-1-16-16384");
    sid_buffer world = sid_of("S-1-1-0");
    token_image *none = NULL;

    assert_int_equal(token_setting_privilege(setting, image, &low_sid), 0);
    assert_int_equal(token_setting_privilege(setting, image, &system_sid),
                     PRIVILEGE_BIT(PRIVILEGE_RELABEL));
    assert_ok(set(&low, image, TokenIntegrityLevel, &low_sid, sid_length(&low_sid.sid)));
    assert_int_equal(token_image_integrity(low), SECURITY_MANDATORY_LOW_RID);
    assert_true(token_image_is_narrowing(low, image));
    assert_ok(set(&system, low, TokenIntegrityLevel, &system_sid, sid_length(&system_sid.sid)));
    assert_false(token_image_is_narrowing(system, low));
    assert_status(set(&none, image, TokenIntegrityLevel, &world, sid_length(&world.sid)),
                  STATUS_INVALID_SID);
}

static void the_rest_is_set(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *a = NULL, *b = NULL, *c = NULL;
    const uint64_t origin = 0x12345678abcdef;
    uint8_t policy[sizeof(TOKEN_AUDIT_POLICY)] = { 1, 2, 3 };
    uint8_t read[sizeof(TOKEN_AUDIT_POLICY)];
    struct claim_set claims = test_claims(), set_claims;
    uint32_t needed;
    token_image *none = NULL;

    assert_ok(set(&a, image, TokenOrigin, &origin, sizeof(origin)));
    assert_int_equal(token_image_origin_id(a), origin);
    assert_ok(set(&b, image, TokenAuditPolicy, policy, sizeof(policy)));
    assert_ok(token_image_information(b, TokenAuditPolicy, read, sizeof(read), &needed));
    assert_memory_equal(read, policy, sizeof(policy));
    assert_ok(set(&c, image, TokenSecurityAttributes, claims.bytes, claims.size));
    set_claims = token_image_claims(c, TOKEN_CLAIMS_LOCAL);
    assert_int_equal(set_claims.size, claims.size);
    assert_status(set(&none, image, TokenSecurityAttributes, &origin, 8), STATUS_INVALID_PARAMETER);
    assert_status(set(&none, image, TokenOrigin, &origin, 4), STATUS_INVALID_PARAMETER);
    assert_status(set(&none, image, TokenLinkedToken, &origin, 8), STATUS_NOT_SUPPORTED);
    assert_status(set(&none, image, TokenSessionReference, &origin, 4), STATUS_NOT_SUPPORTED);
    assert_null(none);
}

static void claims_are_told_as_programs_want_them(void **state)
{
    static const TOKEN_INFORMATION_CLASS classes[] = {
        TokenUserClaimAttributes, TokenDeviceClaimAttributes, TokenRestrictedUserClaimAttributes,
        TokenRestrictedDeviceClaimAttributes, TokenSecurityAttributes
    };
    _cleanup_(token_image_freep) token_image *with = NULL, *bare = test_image();
    _cleanup_(test_spec_done) struct test_spec t;
    static _Alignas(8) uint8_t buffer[512];
    CLAIM_SECURITY_ATTRIBUTES_INFORMATION *info = (void *)buffer;
    uint32_t needed;

    test_spec_init(&t);
    test_spec_add_device(&t);
    assert_ok(token_image_build(&with, &t.spec));
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        assert_status(token_image_information(with, classes[i], buffer, 1, &needed),
                      STATUS_BUFFER_TOO_SMALL);
        assert_ok(token_image_information(with, classes[i], buffer, needed, &needed));
        assert_int_equal(info->AttributeCount, 1);
        assert_int_equal(info->Attribute.pAttributeV1[0].Values.pInt64[0], 7);
        assert_ok(token_image_information(bare, classes[i], buffer, sizeof(buffer), &needed));
        assert_int_equal(info->AttributeCount, 0);
    }
    assert_ok(token_image_information(with, TokenDeviceGroups, buffer, sizeof(buffer), &needed));
    assert_int_equal(((TOKEN_GROUPS *)(void *)buffer)->GroupCount, 2);
    assert_ok(token_image_information(with, TokenRestrictedDeviceGroups, buffer, sizeof(buffer),
                                      &needed));
    assert_int_equal(((TOKEN_GROUPS *)(void *)buffer)->GroupCount, 1);
}

static void other_classes_cannot_be_set(void **state)
{
    assert_null(token_setting_find(0));
    assert_null(token_setting_find(TokenUser));
    assert_null(token_setting_find(TokenGroups));
    assert_null(token_setting_find(TokenElevation));
    assert_null(token_setting_find(TokenIsRestricted));
    assert_null(token_setting_find(UINT32_MAX));
}

static void no_allocation_may_fail_unnoticed(void **state)
{
    _cleanup_(token_image_freep) token_image *image = test_image(), *next = NULL;
    const uint32_t value = 2;

    FOR_EACH_FAILING_ALLOCATION(st, set(&next, image, TokenSessionId, &value, sizeof(value)))
    {
        assert_status(st, STATUS_NO_MEMORY);
        assert_null(next);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_set_and_read_back),
        cmocka_unit_test(what_is_no_longer_allowed_is_not_enabled),
        cmocka_unit_test(sids_and_lists_are_set),
        cmocka_unit_test(integrity_is_lowered_by_anyone_and_raised_with_a_privilege),
        cmocka_unit_test(the_rest_is_set),
        cmocka_unit_test(claims_are_told_as_programs_want_them),
        cmocka_unit_test(other_classes_cannot_be_set),
        cmocka_unit_test(no_allocation_may_fail_unnoticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
