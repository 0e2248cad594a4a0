/* SPDX-License-Identifier: MIT */
/* SDDL and the ACEs with bytes of their own, as programs use them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openlogon.h>
#include <sddl.h>
#include <stdlib.h>
#include <string.h>

#include "client/test-authority.h"

#define assert_fails(call, code)                                                                   \
    do {                                                                                           \
        SetLastError(0xdead);                                                                      \
        assert_false(call);                                                                        \
        assert_int_equal(GetLastError(), code);                                                    \
    } while (0)

static PSECURITY_DESCRIPTOR descriptor_of(const char *text)
{
    PSECURITY_DESCRIPTOR d = NULL;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(text, SDDL_REVISION_1, &d, NULL))
        fail_msg("%s: error %u", text, GetLastError());
    return d;
}

static void assert_text(PSECURITY_DESCRIPTOR d, SECURITY_INFORMATION parts, const char *expected)
{
    LPSTR text = NULL;

    assert_true(ConvertSecurityDescriptorToStringSecurityDescriptorA(d, SDDL_REVISION_1, parts,
                                                                     &text, NULL));
    assert_string_equal(text, expected);
    LocalFree(text);
}

/* The text of an ACL as a DACL. */
static void assert_acl(PACL acl, const char *expected)
{
    SECURITY_DESCRIPTOR d;

    assert_true(InitializeSecurityDescriptor(&d, SECURITY_DESCRIPTOR_REVISION));
    assert_true(SetSecurityDescriptorDacl(&d, TRUE, acl, FALSE));
    assert_text(&d, DACL_SECURITY_INFORMATION, expected);
}

static PSID sid_of(const char *text)
{
    PSID sid = NULL;

    assert_true(ConvertStringSidToSidA(text, &sid));
    return sid;
}

static void aliases_of_the_machine_are_its_accounts(void **state)
{
    PSECURITY_DESCRIPTOR same = descriptor_of("O:" TEST_MACHINE_SID "-500D:(A;;FA;;;DA)");
    PSECURITY_DESCRIPTOR d = descriptor_of("D:(XA;;FA;;;WD;(Member_of {SID(LA)}))");

    assert_text(same, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                "O:LAD:(A;;FA;;;" TEST_MACHINE_SID "-512)");
    assert_text(d, DACL_SECURITY_INFORMATION, "D:(XA;;FA;;;WD;(Member_of {SID(LA)}))");
    LocalFree(same);
    LocalFree(d);
}

static const struct {
    const char *text;
    DWORD code;
    size_t offset;
} wrong[] = {
    { "D:(A;;QQ;;;WD)", ERROR_INVALID_ACL, 6 },
    { "D:(A;;FA;;;ZZ)", ERROR_INVALID_SID, 11 },
    { "X", ERROR_INVALID_PARAMETER, 0 },
    { "O:BAD:(XA;;FA;;;LA;(a ==))", ERROR_INVALID_ACE_CONDITION, 24 },
};

static void an_error_has_a_code_a_place_and_a_reason(void **state)
{
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        PSECURITY_DESCRIPTOR d;
        const char *reason = NULL;
        size_t offset = SIZE_MAX;

        assert_fails(ConvertStringSecurityDescriptorToSecurityDescriptorA(
                         wrong[i].text, SDDL_REVISION_1, &d, NULL),
                     wrong[i].code);
        assert_fails(openlogon_check_sddl(wrong[i].text, &offset, &reason), wrong[i].code);
        assert_int_equal(offset, wrong[i].offset);
        assert_non_null(reason);
        assert_fails(openlogon_check_sddl(wrong[i].text, NULL, NULL), wrong[i].code);
    }
    assert_true(openlogon_check_sddl("D:(A;;FA;;;LA)", NULL, NULL));
    assert_fails(openlogon_check_sddl(NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
}

struct aces {
    _Alignas(8) uint8_t bytes[400];
    PACL acl;
    PSID everyone;
};

static void aces_init(struct aces *a)
{
    a->acl = (PACL)(void *)a->bytes;
    a->everyone = sid_of("WD");
    assert_true(InitializeAcl(a->acl, sizeof(a->bytes), ACL_REVISION));
}

static void a_condition_is_added_as_text(void **state)
{
    static WCHAR condition[] = u"(@User.Title == \"PM\" && Member_of {SID(LA)})";
    struct aces a;
    DWORD size = 0;

    aces_init(&a);
    assert_true(AddConditionalAce(a.acl, ACL_REVISION, OBJECT_INHERIT_ACE,
                                  ACCESS_DENIED_CALLBACK_ACE_TYPE, GENERIC_READ, a.everyone,
                                  condition, &size));
    assert_int_equal(size, sizeof(a.bytes));
    assert_acl(a.acl, "D:(XD;OI;GR;;;WD;((@USER.Title == \"PM\") && (Member_of {SID(LA)})))");
    LocalFree(a.everyone);
}

static void what_is_no_condition_is_refused(void **state)
{
    static WCHAR good[] = u"(a)", open[] = u"(a", more[] = u"(a)b", no_sid[] = u"(a == SID(ZZ))";
    static WCHAR half[] = { '(', 'a', '=', '=', '"', 0xd800, '"', ')', 0 };
    const BYTE type = ACCESS_ALLOWED_CALLBACK_ACE_TYPE;
    struct aces a;

    aces_init(&a);
    assert_fails(AddConditionalAce(a.acl, ACL_REVISION, 0, type, 1, a.everyone, open, NULL),
                 ERROR_INVALID_ACE_CONDITION);
    assert_fails(AddConditionalAce(a.acl, ACL_REVISION, 0, type, 1, a.everyone, more, NULL),
                 ERROR_INVALID_ACE_CONDITION);
    assert_fails(AddConditionalAce(a.acl, ACL_REVISION, 0, type, 1, a.everyone, no_sid, NULL),
                 ERROR_INVALID_SID);
    assert_fails(AddConditionalAce(a.acl, ACL_REVISION, 0, type, 1, a.everyone, half, NULL),
                 ERROR_NO_UNICODE_TRANSLATION);
    assert_fails(AddConditionalAce(a.acl, ACL_REVISION, 0, type, 1, a.everyone, NULL, NULL),
                 ERROR_INVALID_PARAMETER);
    assert_fails(AddConditionalAce(a.acl, ACL_REVISION, 0, ACCESS_ALLOWED_ACE_TYPE, 1, a.everyone,
                                   good, NULL),
                 ERROR_INVALID_PARAMETER);
    assert_fails(AddConditionalAce(a.acl, ACL_REVISION, 0x20, type, 1, a.everyone, good, NULL),
                 ERROR_INVALID_FLAGS);
    assert_fails(AddConditionalAce(a.acl, ACL_REVISION, 0, type, 1, NULL, good, NULL),
                 ERROR_INVALID_SID);
    assert_fails(AddConditionalAce(NULL, ACL_REVISION, 0, type, 1, a.everyone, good, NULL),
                 ERROR_INVALID_ACL);
    assert_acl(a.acl, "D:");
    LocalFree(a.everyone);
}

static void a_full_acl_tells_what_it_needs(void **state)
{
    static WCHAR condition[] = u"(a)";
    _Alignas(8) uint8_t bytes[16];
    PACL acl = (PACL)(void *)bytes;
    PSID everyone = sid_of("WD");
    DWORD size = 0;

    assert_true(InitializeAcl(acl, sizeof(bytes), ACL_REVISION));
    assert_fails(AddConditionalAce(acl, ACL_REVISION, 0, ACCESS_ALLOWED_CALLBACK_ACE_TYPE, 1,
                                   everyone, condition, &size),
                 ERROR_ALLOTTED_SPACE_EXCEEDED);
    assert_int_equal(size, 8 + 8 + 12 + 12);
    LocalFree(everyone);
}

static void an_attribute_is_added_as_programs_have_it(void **state)
{
    static WCHAR name[] = u"Project";
    LONG64 values[] = { 1, -2 };
    CLAIM_SECURITY_ATTRIBUTE_V1 claim = { .Name = name,
                                          .ValueType = CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64,
                                          .ValueCount = 2 };
    CLAIM_SECURITY_ATTRIBUTES_INFORMATION information = { .Version = 1, .AttributeCount = 1 };
    PSID system = sid_of("SY");
    struct aces a;

    claim.Values.pInt64 = values;
    information.Attribute.pAttributeV1 = &claim;
    aces_init(&a);
    assert_fails(AddResourceAttributeAce(a.acl, ACL_REVISION, 0, 1, a.everyone, &information, NULL),
                 ERROR_INVALID_PARAMETER);
    assert_fails(AddResourceAttributeAce(a.acl, ACL_REVISION, 0, 0, system, &information, NULL),
                 ERROR_INVALID_SID);
    assert_fails(AddResourceAttributeAce(a.acl, ACL_REVISION, 0, 0, a.everyone, NULL, NULL),
                 ERROR_INVALID_PARAMETER);
    assert_true(AddResourceAttributeAce(a.acl, ACL_REVISION, CONTAINER_INHERIT_ACE, 0, a.everyone,
                                        &information, NULL));
    assert_acl(a.acl, "D:(RA;CI;;;;WD;(\"Project\",TI,0x0,1,-2))");
    information.AttributeCount = 2;
    assert_fails(AddResourceAttributeAce(a.acl, ACL_REVISION, 0, 0, a.everyone, &information, NULL),
                 ERROR_INVALID_PARAMETER);
    LocalFree(system);
    LocalFree(a.everyone);
}

static void a_policy_id_is_below_its_authority(void **state)
{
    PSID policy = sid_of("S-1-17-1-2");
    struct aces a;

    aces_init(&a);
    assert_fails(AddScopedPolicyIDAce(a.acl, ACL_REVISION, 0, 1, policy), ERROR_INVALID_PARAMETER);
    assert_fails(AddScopedPolicyIDAce(a.acl, ACL_REVISION, 0, 0, a.everyone), ERROR_INVALID_SID);
    assert_true(AddScopedPolicyIDAce(a.acl, ACL_REVISION, 0, 0, policy));
    assert_acl(a.acl, "D:(SP;;;;;S-1-17-1-2)");
    LocalFree(policy);
    LocalFree(a.everyone);
}

static void the_wide_forms_are_the_same(void **state)
{
    static const WCHAR text[] = u"D:(XA;;FA;;;WD;(a == \"\u00e9\"))";
    PSECURITY_DESCRIPTOR d;
    LPWSTR printed;
    ULONG units;

    assert_true(
        ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &d, NULL));
    assert_true(ConvertSecurityDescriptorToStringSecurityDescriptorW(
        d, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &printed, &units));
    assert_int_equal(units, sizeof(text) / sizeof(text[0]));
    assert_memory_equal(printed, text, sizeof(text));
    LocalFree(printed);
    LocalFree(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aliases_of_the_machine_are_its_accounts),
        cmocka_unit_test(an_error_has_a_code_a_place_and_a_reason),
        cmocka_unit_test(a_condition_is_added_as_text),
        cmocka_unit_test(what_is_no_condition_is_refused),
        cmocka_unit_test(a_full_acl_tells_what_it_needs),
        cmocka_unit_test(an_attribute_is_added_as_programs_have_it),
        cmocka_unit_test(a_policy_id_is_below_its_authority),
        cmocka_unit_test(the_wide_forms_are_the_same),
    };

    return cmocka_run_group_tests(tests, test_authority_set_up, test_authority_tear_down);
}
