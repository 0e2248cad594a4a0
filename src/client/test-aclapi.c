/* SPDX-License-Identifier: MIT */
/* Private objects and access control by trustees. This process is SYSTEM to the tests' authority.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <windows.h>
#include <aclapi.h>
#include <sddl.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "client/test-authority.h"

#define ALL_PARTS                                                                                  \
    (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |         \
     SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION)

#define ALICE     "S-1-5-21-1-2-3-3801000"
#define UNTOUCHED ((void *)0x5a5a)

static GENERIC_MAPPING mapping = { 0x120089, 0x120116, 0x1200a0, 0x1f01ff };
static GUID guid = { 0xbf967aba, 0x0de6, 0x11d0, { 0xa2, 0x85, 0, 0xaa, 0, 0x30, 0x49, 0xe2 } };

#define GUID_TEXT "bf967aba-0de6-11d0-a285-00aa003049e2"

#define assert_fails(call, code)                                                                   \
    do {                                                                                           \
        SetLastError(0xdead);                                                                      \
        assert_false(call);                                                                        \
        assert_int_equal(GetLastError(), code);                                                    \
    } while (0)

/* A descriptor, the caller's. */
static PSECURITY_DESCRIPTOR from_text(const char *sddl)
{
    PSECURITY_DESCRIPTOR d = NULL;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl, SDDL_REVISION_1, &d, NULL))
        fail_msg("\"%s\": error %u", sddl, GetLastError());
    return d;
}

static void assert_text(PSECURITY_DESCRIPTOR d, const char *expected)
{
    _cleanup_(freep) char *text = NULL;

    assert_true(ConvertSecurityDescriptorToStringSecurityDescriptorA(d, SDDL_REVISION_1, ALL_PARTS,
                                                                     &text, NULL));
    assert_string_equal(text, expected);
}

static void assert_acl_text(PACL acl, const char *expected)
{
    SECURITY_DESCRIPTOR d;

    assert_true(InitializeSecurityDescriptor(&d, SECURITY_DESCRIPTOR_REVISION));
    assert_true(SetSecurityDescriptorDacl(&d, TRUE, acl, FALSE));
    assert_text(&d, expected);
}

/* The DACL of a text's descriptor, and that. */
struct text_acl {
    PSECURITY_DESCRIPTOR d;
    PACL acl;
};

static void text_acl_done(struct text_acl *t)
{
    LocalFree(t->d);
}

static struct text_acl acl_from_text(const char *sddl)
{
    struct text_acl t = { from_text(sddl), NULL };
    BOOL present, defaulted;

    assert_true(GetSecurityDescriptorDacl(t.d, &present, &t.acl, &defaulted));
    return t;
}

static PSID sid_from_text(const char *text)
{
    PSID sid = NULL;

    assert_true(ConvertStringSidToSidA(text, &sid));
    return sid;
}

static HANDLE process_token(DWORD access)
{
    HANDLE token = NULL;

    assert_true(OpenProcessToken(GetCurrentProcess(), access, &token));
    return token;
}

static void set_privilege(HANDLE token, DWORD number, DWORD attributes)
{
    TOKEN_PRIVILEGES p = { 1, { { { number, 0 }, attributes } } };

    assert_true(AdjustTokenPrivileges(token, FALSE, &p, sizeof(p), NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
}

/* --- names ---------------------------------------------------------------------------------- */

static void names_of_this_machine_are_found_without_naming_it(void **state)
{
    DWORD sid_size = SECURITY_MAX_SID_SIZE, domain_size = 64, name_size = 64;
    BYTE sid[SECURITY_MAX_SID_SIZE];
    WCHAR wide[64], wide_domain[64];
    char name[64], domain[64];
    SID_NAME_USE use;

    assert_true(LookupAccountNameLocalA("Everyone", sid, &sid_size, domain, &domain_size, &use));
    assert_true(IsWellKnownSid(sid, WinWorldSid));
    domain_size = 64;
    assert_true(LookupAccountSidLocalA(sid, name, &name_size, domain, &domain_size, &use));
    assert_string_equal(name, "Everyone");
    sid_size = SECURITY_MAX_SID_SIZE;
    domain_size = 64;
    assert_true(
        LookupAccountNameLocalW(u"SYSTEM", sid, &sid_size, wide_domain, &domain_size, &use));
    assert_true(IsWellKnownSid(sid, WinLocalSystemSid));
    name_size = domain_size = 64;
    assert_true(LookupAccountSidLocalW(sid, wide, &name_size, wide_domain, &domain_size, &use));
    assert_memory_equal(wide, u"SYSTEM", 7 * sizeof(WCHAR));
}

/* --- single ACEs ---------------------------------------------------------------------------- */

static void an_ace_takes_the_flags_and_the_revision_of_its_type(void **state)
{
    _cleanup_(freep) PSID everyone = sid_from_text("WD"), low = sid_from_text("S-1-16-4096");
    uint64_t room[32];
    PACL acl = (PACL)(void *)room;

    assert_true(InitializeAcl(acl, sizeof(room), ACL_REVISION));
    assert_fails(AddAccessAllowedAceEx(acl, ACL_REVISION, SUCCESSFUL_ACCESS_ACE_FLAG, 1, everyone),
                 ERROR_INVALID_FLAGS);
    assert_fails(AddMandatoryAce(acl, ACL_REVISION, FAILED_ACCESS_ACE_FLAG, 1, low),
                 ERROR_INVALID_FLAGS);
    assert_fails(AddMandatoryAce(acl, ACL_REVISION, 0, 1, everyone), ERROR_INVALID_PARAMETER);
    assert_fails(AddMandatoryAce(acl, ACL_REVISION, 0, 8, low), ERROR_INVALID_PARAMETER);
    assert_fails(AddMandatoryAce(acl, ACL_REVISION, 0, 1, NULL), ERROR_INVALID_SID);
    assert_fails(
        AddAuditAccessObjectAce(acl, ACL_REVISION, 0, 1, &guid, NULL, everyone, TRUE, TRUE),
        ERROR_REVISION_MISMATCH);
    assert_true(AddAuditAccessObjectAce(acl, ACL_REVISION_DS, CONTAINER_INHERIT_ACE, 1, &guid, NULL,
                                        everyone, TRUE, FALSE));
    assert_true(AddMandatoryAce(acl, ACL_REVISION, OBJECT_INHERIT_ACE, 1, low));
    assert_acl_text(acl, "D:(OU;CISA;CC;" GUID_TEXT ";;WD)(ML;OI;NW;;;LW)");
    assert_int_equal(acl->AclRevision, ACL_REVISION_DS);
}

static void ready_made_aces_need_the_revision_of_their_types(void **state)
{
    _cleanup_(text_acl_done) struct text_acl from =
        acl_from_text("D:(A;;CC;;;WD)(OA;;CC;" GUID_TEXT ";;WD)");
    uint64_t room[32];
    PACL acl = (PACL)(void *)room;
    DWORD size = (DWORD)(from.acl->AclSize - sizeof(ACL));
    void *first;

    assert_true(GetAce(from.acl, 0, &first));
    assert_true(InitializeAcl(acl, sizeof(room), ACL_REVISION));
    assert_fails(AddAce(acl, 7, 0, first, size), ERROR_REVISION_MISMATCH);
    assert_fails(AddAce(acl, ACL_REVISION, 0, first, size), ERROR_INVALID_PARAMETER);
    assert_fails(AddAce(acl, ACL_REVISION_DS, 0, first, size - 4), ERROR_INVALID_PARAMETER);
    assert_int_equal(acl->AceCount, 0);
    assert_true(AddAce(acl, ACL_REVISION_DS, MAXDWORD, first, size));
    assert_int_equal(acl->AceCount, 2);
    assert_int_equal(acl->AclRevision, ACL_REVISION_DS);
}

/* --- private objects ------------------------------------------------------------------------ */

static void a_private_object_inherits_of_its_parent(void **state)
{
    _cleanup_(freep) void *parent = from_text("O:BAG:BAD:(A;OICIIO;GA;;;CO)(A;CI;FR;;;BU)");
    HANDLE token = process_token(TOKEN_QUERY);
    PSECURITY_DESCRIPTOR d = NULL;

    assert_true(CreatePrivateObjectSecurity(parent, NULL, &d, TRUE, token, &mapping));
    assert_text(d, "O:SYG:S-1-5-21-1-2-3-513D:(A;;FA;;;SY)(A;OICIIO;GA;;;CO)(A;CI;FR;;;BU)");
    assert_true(DestroyPrivateObjectSecurity(&d));
    assert_null(d);
    assert_true(DestroyPrivateObjectSecurity(&d));
    assert_true(CreatePrivateObjectSecurityEx(parent, NULL, &d, NULL, FALSE, SEF_DACL_AUTO_INHERIT,
                                              token, &mapping));
    assert_text(d, "O:SYG:S-1-5-21-1-2-3-513D:AI(A;ID;FA;;;SY)");
    assert_true(DestroyPrivateObjectSecurity(&d));
    assert_true(CloseHandle(token));
}

static void object_types_decide_what_is_inherited(void **state)
{
    _cleanup_(freep) void *parent = from_text("D:(OA;CI;RP;;" GUID_TEXT ";BA)");
    GUID other = { 1, 2, 3, { 4 } };
    GUID *types[] = { &other, &guid };
    HANDLE token = process_token(TOKEN_QUERY);
    PSECURITY_DESCRIPTOR d = NULL;

    assert_true(CreatePrivateObjectSecurityEx(parent, NULL, &d, &other, TRUE, SEF_DACL_AUTO_INHERIT,
                                              token, &mapping));
    assert_text(d, "O:SYG:S-1-5-21-1-2-3-513D:AI(OA;CIIOID;RP;;" GUID_TEXT ";BA)");
    assert_true(DestroyPrivateObjectSecurity(&d));
    assert_true(CreatePrivateObjectSecurityWithMultipleInheritance(
        parent, NULL, &d, types, 2, TRUE, SEF_DACL_AUTO_INHERIT, token, &mapping));
    assert_text(d, "O:SYG:S-1-5-21-1-2-3-513D:AI(OA;CIID;RP;;" GUID_TEXT ";BA)");
    assert_true(DestroyPrivateObjectSecurity(&d));
    assert_true(CloseHandle(token));
}

static void wrong_arguments_of_a_private_object_are_told(void **state)
{
    _cleanup_(freep) void *alices = from_text("O:" ALICE "D:");
    HANDLE token = process_token(TOKEN_QUERY), weak = process_token(TOKEN_DUPLICATE);
    PSECURITY_DESCRIPTOR d = UNTOUCHED;
    GUID *types[] = { NULL };
    BYTE bad[sizeof(SECURITY_DESCRIPTOR)] = { 7 };

    assert_fails(CreatePrivateObjectSecurity(NULL, NULL, NULL, FALSE, token, &mapping),
                 ERROR_INVALID_PARAMETER);
    assert_fails(CreatePrivateObjectSecurity(NULL, NULL, &d, FALSE, token, NULL),
                 ERROR_INVALID_PARAMETER);
    assert_fails(CreatePrivateObjectSecurity(NULL, NULL, &d, FALSE, NULL, &mapping),
                 ERROR_INVALID_HANDLE);
    assert_fails(CreatePrivateObjectSecurity(NULL, NULL, &d, FALSE, (HANDLE)0x7777, &mapping),
                 ERROR_INVALID_HANDLE);
    assert_fails(CreatePrivateObjectSecurity(NULL, NULL, &d, FALSE, weak, &mapping),
                 ERROR_ACCESS_DENIED);
    assert_fails(CreatePrivateObjectSecurity(bad, NULL, &d, FALSE, token, &mapping),
                 ERROR_UNKNOWN_REVISION);
    assert_fails(CreatePrivateObjectSecurity(NULL, alices, &d, FALSE, token, &mapping),
                 ERROR_INVALID_OWNER);
    assert_fails(
        CreatePrivateObjectSecurityEx(NULL, NULL, &d, NULL, FALSE, 0x40000000, token, &mapping),
        ERROR_INVALID_PARAMETER);
    assert_fails(CreatePrivateObjectSecurityWithMultipleInheritance(NULL, NULL, &d, types, 1, FALSE,
                                                                    0, token, &mapping),
                 ERROR_INVALID_PARAMETER);
    assert_fails(CreatePrivateObjectSecurityWithMultipleInheritance(NULL, NULL, &d, NULL, 1, FALSE,
                                                                    0, token, &mapping),
                 ERROR_INVALID_PARAMETER);
    assert_ptr_equal(d, UNTOUCHED);
    assert_fails(DestroyPrivateObjectSecurity(NULL), ERROR_INVALID_PARAMETER);
    assert_true(CloseHandle(token));
    assert_true(CloseHandle(weak));
}

static void a_sacl_and_another_owner_take_privileges(void **state)
{
    _cleanup_(freep) void *creator = from_text("O:" ALICE "G:BAD:S:(AU;SA;FA;;;WD)");
    HANDLE token = process_token(TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES);
    PSECURITY_DESCRIPTOR d = UNTOUCHED;

    set_privilege(token, 18, SE_PRIVILEGE_ENABLED); /* SeRestorePrivilege */
    assert_fails(CreatePrivateObjectSecurity(NULL, creator, &d, FALSE, token, &mapping),
                 ERROR_PRIVILEGE_NOT_HELD);
    assert_ptr_equal(d, UNTOUCHED);
    set_privilege(token, 8, SE_PRIVILEGE_ENABLED); /* SeSecurityPrivilege */
    assert_true(CreatePrivateObjectSecurity(NULL, creator, &d, FALSE, token, &mapping));
    assert_text(d, "O:" ALICE "G:BAD:S:(AU;SA;FA;;;WD)");
    assert_true(DestroyPrivateObjectSecurity(&d));
    set_privilege(token, 18, 0);
    set_privilege(token, 8, 0);
    assert_true(CreatePrivateObjectSecurityEx(NULL, creator, &d, NULL, FALSE,
                                              SEF_AVOID_OWNER_CHECK | SEF_AVOID_PRIVILEGE_CHECK,
                                              NULL, &mapping));
    assert_true(DestroyPrivateObjectSecurity(&d));
    assert_true(CloseHandle(token));
}

static void parts_of_a_private_object_are_set_and_got(void **state)
{
    _cleanup_(freep) void *given = from_text("O:" ALICE "D:(A;;GR;;;BU)");
    _cleanup_(freep) void *start = from_text("O:SYG:SYD:AI(A;;FA;;;BA)(A;ID;FX;;;BA)");
    HANDLE token = process_token(TOKEN_QUERY);
    PSECURITY_DESCRIPTOR d = NULL, before;
    BYTE buffer[256];
    DWORD size = 0;

    assert_true(CreatePrivateObjectSecurity(NULL, start, &d, TRUE, token, &mapping));
    assert_true(SetPrivateObjectSecurity(DACL_SECURITY_INFORMATION, given, &d, &mapping, NULL));
    assert_text(d, "O:SYG:SYD:(A;;FR;;;BU)");
    before = d;
    assert_fails(SetPrivateObjectSecurity(OWNER_SECURITY_INFORMATION, given, &d, &mapping, token),
                 ERROR_INVALID_OWNER);
    assert_fails(SetPrivateObjectSecurity(DACL_SECURITY_INFORMATION, NULL, &d, &mapping, token),
                 ERROR_INVALID_PARAMETER);
    assert_fails(SetPrivateObjectSecurity(DACL_SECURITY_INFORMATION, given, NULL, &mapping, token),
                 ERROR_INVALID_PARAMETER);
    assert_fails(SetPrivateObjectSecurity(DACL_SECURITY_INFORMATION, given, &d, NULL, token),
                 ERROR_INVALID_PARAMETER);
    assert_ptr_equal(d, before);
    assert_true(SetPrivateObjectSecurityEx(OWNER_SECURITY_INFORMATION, given, &d,
                                           SEF_AVOID_OWNER_CHECK, &mapping, NULL));
    assert_fails(GetPrivateObjectSecurity(d, OWNER_SECURITY_INFORMATION, buffer, 1, &size),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 20 + 28);
    assert_fails(GetPrivateObjectSecurity(d, OWNER_SECURITY_INFORMATION, NULL, 0, NULL),
                 ERROR_INVALID_PARAMETER);
    assert_true(GetPrivateObjectSecurity(d, OWNER_SECURITY_INFORMATION, buffer, size, &size));
    assert_text(buffer, "O:" ALICE);
    assert_true(DestroyPrivateObjectSecurity(&d));
    assert_true(CloseHandle(token));
}

static void only_a_self_relative_object_is_changed(void **state)
{
    _cleanup_(freep) void *given = from_text("D:");
    SECURITY_DESCRIPTOR absolute;
    PSECURITY_DESCRIPTOR d = &absolute;

    assert_true(InitializeSecurityDescriptor(&absolute, SECURITY_DESCRIPTOR_REVISION));
    assert_fails(SetPrivateObjectSecurity(DACL_SECURITY_INFORMATION, given, &d, &mapping, NULL),
                 ERROR_BAD_DESCRIPTOR_FORMAT);
    assert_ptr_equal(d, &absolute);
}

static void an_old_object_is_converted(void **state)
{
    _cleanup_(freep) void *parent = from_text("D:(A;OI;FA;;;BA)");
    _cleanup_(freep) void *current = from_text("O:SYG:SYD:(A;;FA;;;BA)(A;;FR;;;BU)");
    PSECURITY_DESCRIPTOR d = UNTOUCHED;

    assert_fails(ConvertToAutoInheritPrivateObjectSecurity(parent, NULL, &d, NULL, FALSE, &mapping),
                 ERROR_INVALID_PARAMETER);
    assert_fails(ConvertToAutoInheritPrivateObjectSecurity(parent, current, &d, NULL, FALSE, NULL),
                 ERROR_INVALID_PARAMETER);
    assert_ptr_equal(d, UNTOUCHED);
    assert_true(
        ConvertToAutoInheritPrivateObjectSecurity(parent, current, &d, &guid, FALSE, &mapping));
    assert_text(d, "O:SYG:SYD:AI(A;;FR;;;BU)(A;ID;FA;;;BA)");
    assert_true(DestroyPrivateObjectSecurity(&d));
}

static void the_rights_for_parts_are_told(void **state)
{
    DWORD mask = 0;

    QuerySecurityAccessMask(DACL_SECURITY_INFORMATION | SACL_SECURITY_INFORMATION, &mask);
    assert_int_equal(mask, READ_CONTROL | ACCESS_SYSTEM_SECURITY);
    SetSecurityAccessMask(DACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION, &mask);
    assert_int_equal(mask, WRITE_DAC | WRITE_OWNER);
}

/* --- trustees ------------------------------------------------------------------------------- */

static void trustees_are_filled_and_read(void **state)
{
    char name[] = "alice", type[] = "user";
    BYTE sid[8] = { 1 };
    TRUSTEE_A t, other;
    OBJECTS_AND_SID with_sid;
    OBJECTS_AND_NAME_A with_name;

    BuildTrusteeWithNameA(&t, name);
    assert_ptr_equal(GetTrusteeNameA(&t), name);
    assert_int_equal(GetTrusteeFormA(&t), TRUSTEE_IS_NAME);
    assert_int_equal(GetTrusteeTypeA(&t), TRUSTEE_IS_UNKNOWN);
    assert_null(GetMultipleTrusteeA(&t));
    assert_int_equal(GetMultipleTrusteeOperationA(&t), NO_MULTIPLE_TRUSTEE);
    BuildTrusteeWithSidA(&t, sid);
    assert_null(GetTrusteeNameA(&t));
    assert_int_equal(GetTrusteeFormA(&t), TRUSTEE_IS_SID);
    assert_ptr_equal(t.ptstrName, sid);
    BuildTrusteeWithObjectsAndSidA(&t, &with_sid, &guid, NULL, sid);
    assert_int_equal(t.TrusteeForm, TRUSTEE_IS_OBJECTS_AND_SID);
    assert_int_equal(with_sid.ObjectsPresent, ACE_OBJECT_TYPE_PRESENT);
    assert_memory_equal(&with_sid.ObjectTypeGuid, &guid, sizeof(guid));
    assert_ptr_equal(with_sid.pSid, sid);
    BuildTrusteeWithObjectsAndNameA(&t, &with_name, SE_DS_OBJECT, NULL, type, name);
    assert_int_equal(with_name.ObjectsPresent, ACE_INHERITED_OBJECT_TYPE_PRESENT);
    assert_ptr_equal(GetTrusteeNameA(&t), name);
    BuildTrusteeWithNameA(&other, name);
    BuildImpersonateTrusteeA(&t, &other);
    assert_ptr_equal(GetMultipleTrusteeA(&t), &other);
    assert_int_equal(GetMultipleTrusteeOperationA(&t), TRUSTEE_IS_IMPERSONATE);
}

static void wide_trustees_are_the_same(void **state)
{
    WCHAR name[] = u"alice";
    TRUSTEE_W t, other;
    EXPLICIT_ACCESS_W e;
    OBJECTS_AND_NAME_W with_name;
    OBJECTS_AND_SID with_sid;

    BuildExplicitAccessWithNameW(&e, name, 5, GRANT_ACCESS, INHERIT_ONLY);
    assert_int_equal(e.grfAccessPermissions, 5);
    assert_int_equal(e.grfAccessMode, GRANT_ACCESS);
    assert_int_equal(e.grfInheritance, INHERIT_ONLY);
    assert_ptr_equal(GetTrusteeNameW(&e.Trustee), name);
    BuildTrusteeWithObjectsAndNameW(&t, &with_name, SE_DS_OBJECT, NULL, NULL, name);
    assert_int_equal(with_name.ObjectsPresent, 0);
    assert_ptr_equal(GetTrusteeNameW(&t), name);
    BuildTrusteeWithObjectsAndSidW(&t, &with_sid, NULL, &guid, NULL);
    assert_int_equal(with_sid.ObjectsPresent, ACE_INHERITED_OBJECT_TYPE_PRESENT);
    BuildTrusteeWithSidW(&t, NULL);
    assert_int_equal(GetTrusteeFormW(&t), TRUSTEE_IS_SID);
    assert_int_equal(GetTrusteeTypeW(&t), TRUSTEE_IS_UNKNOWN);
    BuildTrusteeWithNameW(&other, name);
    BuildImpersonateExplicitAccessWithNameW(&e, name, &other, 5, SET_ACCESS, 0);
    assert_ptr_equal(GetMultipleTrusteeW(&e.Trustee), &other);
    assert_int_equal(GetMultipleTrusteeOperationW(&e.Trustee), TRUSTEE_IS_IMPERSONATE);
    assert_int_equal(e.grfAccessMode, SET_ACCESS);
    BuildImpersonateTrusteeW(&t, &other);
    assert_ptr_equal(GetMultipleTrusteeW(&t), &other);
}

static void no_trustee_is_a_bad_one(void **state)
{
    BuildTrusteeWithNameA(NULL, NULL);
    BuildTrusteeWithObjectsAndSidA(NULL, NULL, NULL, NULL, NULL);
    BuildTrusteeWithObjectsAndNameA(NULL, NULL, SE_DS_OBJECT, NULL, NULL, NULL);
    BuildExplicitAccessWithNameA(NULL, NULL, 0, GRANT_ACCESS, 0);
    BuildImpersonateTrusteeA(NULL, NULL);
    BuildImpersonateExplicitAccessWithNameA(NULL, NULL, NULL, 0, GRANT_ACCESS, 0);
    assert_null(GetTrusteeNameA(NULL));
    assert_int_equal(GetTrusteeFormA(NULL), TRUSTEE_BAD_FORM);
    assert_int_equal(GetTrusteeTypeA(NULL), TRUSTEE_IS_UNKNOWN);
    assert_null(GetMultipleTrusteeA(NULL));
    assert_int_equal(GetMultipleTrusteeOperationA(NULL), NO_MULTIPLE_TRUSTEE);
}

/* --- entries -------------------------------------------------------------------------------- */

static void entries_name_their_trustees(void **state)
{
    EXPLICIT_ACCESS_A e[4];
    OBJECTS_AND_SID with_sid;
    OBJECTS_AND_NAME_A with_name;
    _cleanup_(freep) PSID users = sid_from_text("BU");
    _cleanup_(freep) PACL acl = NULL;
    char everyone[] = "Everyone", alice[] = TEST_USER, me[] = "CURRENT_USER";

    BuildExplicitAccessWithNameA(&e[0], alice, 1, GRANT_ACCESS, NO_INHERITANCE);
    BuildExplicitAccessWithNameA(&e[1], me, 2, GRANT_ACCESS, SUB_OBJECTS_ONLY_INHERIT);
    BuildExplicitAccessWithNameA(&e[2], NULL, 4, DENY_ACCESS, INHERITED_ACCESS_ENTRY);
    BuildTrusteeWithObjectsAndSidA(&e[2].Trustee, &with_sid, &guid, NULL, users);
    BuildExplicitAccessWithNameA(&e[3], NULL, 8, SET_ACCESS, 0);
    BuildTrusteeWithObjectsAndNameA(&e[3].Trustee, &with_name, SE_DS_OBJECT, NULL, NULL, everyone);
    assert_int_equal(SetEntriesInAclA(4, e, NULL, &acl), ERROR_SUCCESS);
    assert_acl_text(acl, "D:(OD;;LC;" GUID_TEXT ";;BU)(A;;CC;;;" ALICE ")(A;OI;DC;;;SY)"
                         "(A;;SW;;;WD)");
}

static void wide_entries_name_theirs_in_utf_16(void **state)
{
    _cleanup_(text_acl_done) struct text_acl old = acl_from_text("D:(A;;FR;;;BA)");
    _cleanup_(freep) PACL acl = NULL;
    EXPLICIT_ACCESS_W e;
    WCHAR name[] = u"BUILTIN\\Users", lone[] = { 0xd800, 0 };

    BuildExplicitAccessWithNameW(&e, name, 1, SET_ACCESS, NO_INHERITANCE);
    assert_int_equal(SetEntriesInAclW(1, &e, old.acl, &acl), ERROR_SUCCESS);
    assert_acl_text(acl, "D:(A;;CC;;;BU)(A;;FR;;;BA)");
    BuildTrusteeWithNameW(&e.Trustee, lone);
    assert_int_equal(SetEntriesInAclW(1, &e, NULL, &acl), ERROR_NO_UNICODE_TRANSLATION);
}

static void without_entries_the_list_is_copied(void **state)
{
    _cleanup_(text_acl_done) struct text_acl old = acl_from_text("D:(A;;FR;;;BA)");
    _cleanup_(freep) PACL copy = NULL;
    PACL none = UNTOUCHED;

    assert_int_equal(SetEntriesInAclA(0, NULL, old.acl, &copy), ERROR_SUCCESS);
    assert_ptr_not_equal(copy, old.acl);
    assert_acl_text(copy, "D:(A;;FR;;;BA)");
    assert_int_equal(SetEntriesInAclA(0, NULL, NULL, &none), ERROR_SUCCESS);
    assert_null(none);
}

static void wrong_entries_are_told(void **state)
{
    char nobody[] = "nobody-knows", type[] = "user";
    BYTE bad_sid[8] = { 9 };
    ACL bad_acl = { 9, 0, sizeof(ACL), 0, 0 };
    OBJECTS_AND_NAME_A with_name;
    OBJECTS_AND_SID with_sid;
    EXPLICIT_ACCESS_A good, e;
    PACL acl = UNTOUCHED;

    BuildExplicitAccessWithNameA(&good, (char[]){ "Everyone" }, 1, GRANT_ACCESS, 0);
    assert_int_equal(SetEntriesInAclA(1, &good, NULL, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(SetEntriesInAclA(1, NULL, NULL, &acl), ERROR_INVALID_PARAMETER);
    assert_int_equal(SetEntriesInAclA(1, &good, &bad_acl, &acl), ERROR_INVALID_ACL);
    e = good;
    e.grfAccessMode = NOT_USED_ACCESS;
    assert_int_equal(SetEntriesInAclA(1, &e, NULL, &acl), ERROR_INVALID_PARAMETER);
    e = good;
    e.grfInheritance = 0x100;
    assert_int_equal(SetEntriesInAclA(1, &e, NULL, &acl), ERROR_INVALID_PARAMETER);
    e = good;
    e.Trustee.TrusteeForm = TRUSTEE_BAD_FORM;
    assert_int_equal(SetEntriesInAclA(1, &e, NULL, &acl), ERROR_INVALID_PARAMETER);
    e = good;
    BuildImpersonateTrusteeA(&e.Trustee, &good.Trustee);
    assert_int_equal(SetEntriesInAclA(1, &e, NULL, &acl), ERROR_INVALID_PARAMETER);
    BuildTrusteeWithNameA(&e.Trustee, nobody);
    assert_int_equal(SetEntriesInAclA(1, &e, NULL, &acl), ERROR_NONE_MAPPED);
    BuildTrusteeWithNameA(&e.Trustee, NULL);
    assert_int_equal(SetEntriesInAclA(1, &e, NULL, &acl), ERROR_INVALID_PARAMETER);
    BuildTrusteeWithSidA(&e.Trustee, bad_sid);
    assert_int_equal(SetEntriesInAclA(1, &e, NULL, &acl), ERROR_INVALID_SID);
    BuildTrusteeWithObjectsAndSidA(&e.Trustee, &with_sid, NULL, NULL, NULL);
    assert_int_equal(SetEntriesInAclA(1, &e, NULL, &acl), ERROR_INVALID_SID);
    BuildTrusteeWithObjectsAndNameA(&e.Trustee, &with_name, SE_DS_OBJECT, type, NULL, nobody);
    assert_int_equal(SetEntriesInAclA(1, &e, NULL, &acl), ERROR_NOT_SUPPORTED);
    assert_ptr_equal(acl, UNTOUCHED);
}

static void entries_are_read_and_give_the_same_list_again(void **state)
{
    static const char text[] = "D:(D;;CC;;;BG)(OA;CI;RP;" GUID_TEXT ";;BA)(A;OICI;FA;;;SY)";
    _cleanup_(text_acl_done) struct text_acl old = acl_from_text(text);
    _cleanup_(freep) PEXPLICIT_ACCESS_A list = NULL;
    _cleanup_(freep) PEXPLICIT_ACCESS_W wide = NULL;
    _cleanup_(freep) PACL again = NULL;
    ULONG n = 0;

    assert_int_equal(GetExplicitEntriesFromAclA(old.acl, &n, &list), ERROR_SUCCESS);
    assert_int_equal(n, 3);
    assert_int_equal(list[0].grfAccessMode, DENY_ACCESS);
    assert_int_equal(list[1].Trustee.TrusteeForm, TRUSTEE_IS_OBJECTS_AND_SID);
    assert_int_equal(list[2].grfInheritance, SUB_CONTAINERS_AND_OBJECTS_INHERIT);
    assert_int_equal(SetEntriesInAclA(n, list, NULL, &again), ERROR_SUCCESS);
    assert_acl_text(again, text);
    assert_int_equal(GetExplicitEntriesFromAclW(old.acl, &n, &wide), ERROR_SUCCESS);
    assert_int_equal(GetTrusteeFormW(&wide[2].Trustee), TRUSTEE_IS_SID);
    assert_true(IsWellKnownSid((PSID)wide[2].Trustee.ptstrName, WinLocalSystemSid));
}

static void no_entries_are_no_list(void **state)
{
    _cleanup_(text_acl_done) struct text_acl old = acl_from_text("D:(A;ID;FA;;;BA)");
    PEXPLICIT_ACCESS_A list = UNTOUCHED;
    ULONG n = 7;

    assert_int_equal(GetExplicitEntriesFromAclA(NULL, &n, &list), ERROR_INVALID_PARAMETER);
    assert_int_equal(GetExplicitEntriesFromAclA(old.acl, NULL, &list), ERROR_INVALID_PARAMETER);
    assert_int_equal(GetExplicitEntriesFromAclA(old.acl, &n, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(n, 7);
    assert_int_equal(GetExplicitEntriesFromAclA(old.acl, &n, &list), ERROR_SUCCESS);
    assert_int_equal(n, 0);
    assert_null(list);
}

/* --- rights --------------------------------------------------------------------------------- */

struct rights_case {
    const char *what;
    const char *dacl;
    const char *trustee; /* a SID */
    DWORD error;
    DWORD rights;
};

static const struct rights_case rights_cases[] = {
    { "the trustee's own", "D:(A;;CC;;;SY)(A;;DC;;;BA)", "SY", 0, 1 },
    { "everyone's", "D:(A;;CC;;;WD)", "SY", 0, 1 },
    { "of the caller's groups", "D:(A;;CC;;;BU)(A;;DC;;;BA)(A;;LC;;;DU)", "SY", 0, 5 },
    { "not of those of its logon", "D:(A;;CC;;;AU)(A;;DC;;;S-1-5-5-0-77)", "SY", 0, 0 },
    { "a denial", "D:(D;;CC;;;BU)(A;;CCDC;;;SY)", "SY", 0, 2 },
    { "heirs do not count", "D:(A;OIIO;CC;;;SY)(A;;DC;;;SY)", "SY", 0, 2 },
    { "the owner's rights do not count", "D:(A;;CC;;;OW)", "SY", 0, 0 },
    { "generic rights stay", "D:(D;;GW;;;BU)(A;;GRGWGX;;;WD)(A;;0x2;;;SY)", "SY", 0, 0xa0000002 },
    { "an empty list", "D:", "SY", 0, 0 },
    { "another user", "D:(A;;CC;;;" ALICE ")(A;;DC;;;WD)", ALICE, 0, 3 },
    { "another user beside a third", "D:(A;;CC;;;" ALICE ")(A;;DC;;;S-1-5-21-1-2-3-9)", ALICE, 0,
      1 },
    { "another user and a group", "D:(A;;CC;;;" ALICE ")(A;;DC;;;BA)", ALICE, ERROR_ACCESS_DENIED,
      0 },
    { "a group", "D:(A;;CC;;;BA)(A;;DC;;;BU)", "BA", 0, 1 },
    { "an account that nobody knows", "D:(A;;CC;;;S-1-5-21-9)(A;;DC;;;BA)", "S-1-5-21-9", 0, 1 },
    { "an inherited denial", "D:(A;;CC;;;SY)(D;ID;DC;;;WD)", "SY", ERROR_INVALID_ACL, 0 },
};

static void effective_rights_are_the_most_an_acl_grants(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(rights_cases); i++) {
        const struct rights_case *c = &rights_cases[i];
        _cleanup_(text_acl_done) struct text_acl acl = acl_from_text(c->dacl);
        _cleanup_(freep) PSID sid = sid_from_text(c->trustee);
        ACCESS_MASK rights = 0;
        TRUSTEE_W trustee;

        BuildTrusteeWithSidW(&trustee, sid);
        DWORD error = GetEffectiveRightsFromAclW(acl.acl, &trustee, &rights);
        if (error != c->error || rights != c->rights)
            fail_msg("%s: error %u, rights %x", c->what, error, rights);
    }
}

static void wrong_questions_for_rights_are_told(void **state)
{
    _cleanup_(text_acl_done) struct text_acl acl = acl_from_text("D:(A;;CC;;;WD)");
    ACCESS_MASK rights = 77, failed = 78;
    TRUSTEE_A trustee;

    BuildTrusteeWithNameA(&trustee, (char[]){ "CURRENT_USER" });
    assert_int_equal(GetEffectiveRightsFromAclA(NULL, &trustee, &rights), ERROR_INVALID_ACL);
    assert_int_equal(GetEffectiveRightsFromAclA(acl.acl, NULL, &rights), ERROR_INVALID_PARAMETER);
    assert_int_equal(GetEffectiveRightsFromAclA(acl.acl, &trustee, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(GetAuditedPermissionsFromAclA(acl.acl, &trustee, &rights, NULL),
                     ERROR_INVALID_PARAMETER);
    BuildTrusteeWithNameA(&trustee, (char[]){ "nobody-knows" });
    assert_int_equal(GetEffectiveRightsFromAclA(acl.acl, &trustee, &rights), ERROR_NONE_MAPPED);
    assert_int_equal(GetAuditedPermissionsFromAclA(acl.acl, &trustee, &rights, &failed),
                     ERROR_NONE_MAPPED);
    assert_int_equal(rights, 77);
    assert_int_equal(failed, 78);
}

static void audited_rights_are_of_the_trustee_and_its_groups(void **state)
{
    _cleanup_(text_acl_done) struct text_acl acl = acl_from_text(
        "D:(AU;SA;CC;;;SY)(AU;FA;DC;;;BU)(AU;SAFA;LC;;;WD)(AU;SAFA;SW;;;BA)(AU;OIIOSA;RP;;;SY)");
    ACCESS_MASK success = 0, failure = 0;
    TRUSTEE_A trustee;
    TRUSTEE_W wide;

    BuildTrusteeWithNameA(&trustee, (char[]){ "CURRENT_USER" });
    assert_int_equal(GetAuditedPermissionsFromAclA(acl.acl, &trustee, &success, &failure), 0);
    assert_int_equal(success, 5);
    assert_int_equal(failure, 6);
    BuildTrusteeWithNameW(&wide, (WCHAR[]){ u"Everyone" });
    assert_int_equal(GetAuditedPermissionsFromAclW(acl.acl, &wide, &success, &failure), 0);
    assert_int_equal(success, 4);
    assert_int_equal(failure, 4);
}

/* --- descriptors ---------------------------------------------------------------------------- */

static void a_descriptor_is_built_of_trustees(void **state)
{
    _cleanup_(freep) void *old = from_text("O:SYG:SYD:P(A;;FR;;;BU)(A;ID;FX;;;BU)S:(ML;;NW;;;LW)");
    _cleanup_(freep) PSECURITY_DESCRIPTOR fresh = NULL, merged = NULL;
    EXPLICIT_ACCESS_A access, audit;
    TRUSTEE_A owner;
    ULONG size = 0;

    BuildTrusteeWithNameA(&owner, (char[]){ TEST_USER });
    BuildExplicitAccessWithNameA(&access, (char[]){ "BUILTIN\\Administrators" }, FILE_ALL_ACCESS,
                                 GRANT_ACCESS, 0);
    BuildExplicitAccessWithNameA(&audit, (char[]){ "Everyone" }, 1, SET_AUDIT_FAILURE, 0);
    assert_int_equal(
        BuildSecurityDescriptorA(&owner, NULL, 1, &access, 1, &audit, NULL, &size, &fresh), 0);
    assert_text(fresh, "O:" ALICE "D:(A;;FA;;;BA)S:(AU;FA;CC;;;WD)");
    assert_int_equal(size, GetSecurityDescriptorLength(fresh));
    assert_int_equal(
        BuildSecurityDescriptorA(NULL, &owner, 1, &access, 1, &audit, old, &size, &merged), 0);
    assert_text(merged, "O:SYG:" ALICE "D:P(A;;FA;;;BA)(A;;FR;;;BU)(A;ID;FX;;;BU)"
                        "S:(AU;FA;CC;;;WD)(ML;;NW;;;LW)");
}

static void wrong_parts_of_a_descriptor_are_told(void **state)
{
    SECURITY_DESCRIPTOR absolute;
    PSECURITY_DESCRIPTOR d = UNTOUCHED;
    TRUSTEE_W owner;
    ULONG size = 7;

    BuildTrusteeWithNameW(&owner, (WCHAR[]){ u"nobody-knows" });
    assert_true(InitializeSecurityDescriptor(&absolute, SECURITY_DESCRIPTOR_REVISION));
    assert_int_equal(BuildSecurityDescriptorW(&owner, NULL, 0, NULL, 0, NULL, NULL, &size, &d),
                     ERROR_NONE_MAPPED);
    assert_int_equal(BuildSecurityDescriptorW(NULL, NULL, 1, NULL, 0, NULL, NULL, &size, &d),
                     ERROR_INVALID_PARAMETER);
    assert_int_equal(BuildSecurityDescriptorW(NULL, NULL, 0, NULL, 0, NULL, &absolute, &size, &d),
                     ERROR_BAD_DESCRIPTOR_FORMAT);
    assert_int_equal(BuildSecurityDescriptorW(NULL, NULL, 0, NULL, 0, NULL, NULL, NULL, &d),
                     ERROR_INVALID_PARAMETER);
    assert_ptr_equal(d, UNTOUCHED);
    assert_int_equal(size, 7);
}

static void a_descriptor_is_taken_apart_by_names(void **state)
{
    _cleanup_(freep) void *d =
        from_text("O:" ALICE "G:WDD:(A;OI;FR;;;BU)(OA;;RP;" GUID_TEXT ";;BA)S:(AU;SAFA;CC;;;SY)");
    _cleanup_(freep) PTRUSTEE_A owner = NULL, group = NULL;
    _cleanup_(freep) PEXPLICIT_ACCESS_A access = NULL, audit = NULL;
    _cleanup_(freep) PTRUSTEE_W wide = NULL;
    ULONG n_access = 0, n_audit = 0;

    assert_int_equal(
        LookupSecurityDescriptorPartsA(&owner, &group, &n_access, &access, &n_audit, &audit, d), 0);
    assert_string_equal(GetTrusteeNameA(owner), TEST_MACHINE "\\" TEST_USER);
    assert_string_equal(GetTrusteeNameA(group), "Everyone");
    assert_int_equal(n_access, 2);
    assert_string_equal(GetTrusteeNameA(&access[0].Trustee), "BUILTIN\\Users");
    assert_int_equal(access[0].grfInheritance, SUB_OBJECTS_ONLY_INHERIT);
    assert_int_equal(access[1].Trustee.TrusteeForm, TRUSTEE_IS_OBJECTS_AND_SID);
    assert_int_equal(n_audit, 2);
    assert_string_equal(GetTrusteeNameA(&audit[1].Trustee), "NT AUTHORITY\\SYSTEM");
    assert_int_equal(LookupSecurityDescriptorPartsW(&wide, NULL, NULL, NULL, NULL, NULL, d), 0);
    assert_memory_equal(GetTrusteeNameW(wide), u"TESTBOX\\null-alice", 19 * sizeof(WCHAR));
}

static void parts_that_are_not_there_are_null(void **state)
{
    _cleanup_(freep) void *d = from_text("G:S-1-5-21-9");
    PTRUSTEE_A owner = UNTOUCHED, group = UNTOUCHED;
    PEXPLICIT_ACCESS_A access = UNTOUCHED;
    ULONG n = 7;

    assert_int_equal(LookupSecurityDescriptorPartsA(&owner, &group, &n, &access, NULL, NULL, d),
                     ERROR_NONE_MAPPED);
    assert_ptr_equal(owner, UNTOUCHED);
    assert_int_equal(LookupSecurityDescriptorPartsA(&owner, NULL, &n, &access, NULL, NULL, d), 0);
    assert_null(owner);
    assert_null(access);
    assert_int_equal(n, 0);
    assert_int_equal(LookupSecurityDescriptorPartsA(&owner, NULL, NULL, NULL, NULL, NULL, NULL),
                     ERROR_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_this_machine_are_found_without_naming_it),
        cmocka_unit_test(an_ace_takes_the_flags_and_the_revision_of_its_type),
        cmocka_unit_test(ready_made_aces_need_the_revision_of_their_types),
        cmocka_unit_test(a_private_object_inherits_of_its_parent),
        cmocka_unit_test(object_types_decide_what_is_inherited),
        cmocka_unit_test(wrong_arguments_of_a_private_object_are_told),
        cmocka_unit_test(a_sacl_and_another_owner_take_privileges),
        cmocka_unit_test(parts_of_a_private_object_are_set_and_got),
        cmocka_unit_test(only_a_self_relative_object_is_changed),
        cmocka_unit_test(an_old_object_is_converted),
        cmocka_unit_test(the_rights_for_parts_are_told),
        cmocka_unit_test(trustees_are_filled_and_read),
        cmocka_unit_test(wide_trustees_are_the_same),
        cmocka_unit_test(no_trustee_is_a_bad_one),
        cmocka_unit_test(entries_name_their_trustees),
        cmocka_unit_test(wide_entries_name_theirs_in_utf_16),
        cmocka_unit_test(without_entries_the_list_is_copied),
        cmocka_unit_test(wrong_entries_are_told),
        cmocka_unit_test(entries_are_read_and_give_the_same_list_again),
        cmocka_unit_test(no_entries_are_no_list),
        cmocka_unit_test(effective_rights_are_the_most_an_acl_grants),
        cmocka_unit_test(wrong_questions_for_rights_are_told),
        cmocka_unit_test(audited_rights_are_of_the_trustee_and_its_groups),
        cmocka_unit_test(a_descriptor_is_built_of_trustees),
        cmocka_unit_test(wrong_parts_of_a_descriptor_are_told),
        cmocka_unit_test(a_descriptor_is_taken_apart_by_names),
        cmocka_unit_test(parts_that_are_not_there_are_null),
    };

    return cmocka_run_group_tests(tests, test_authority_set_up, test_authority_tear_down);
}
