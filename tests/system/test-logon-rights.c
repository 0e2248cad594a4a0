/* SPDX-License-Identifier: MIT */
/* Logon rights, as LsaAddAccountRights assigns them and LogonUser and LsaLogonUser feel them. */
#include "lsa.h"
#include "policy.h"

#include <stdio.h>
#include <string.h>

#include <lmaccess.h>

enum {
    ID = 1234,
    MEMBER = 1, /* "daemon": groups take only members that there are */
};

static LSA_HANDLE policy;
static HANDLE lsa;

static DWORD log_on(DWORD id, DWORD type)
{
    HANDLE token = NULL;
    char name[32];

    snprintf(name, sizeof(name), "null-%u", (unsigned)id);
    if (!LogonUserA(name, ".", "null", type, LOGON32_PROVIDER_DEFAULT, &token))
        return GetLastError();
    assert_succeeds(CloseHandle(token));
    return ERROR_SUCCESS;
}

static DWORD log_on_by_lsa(DWORD id, DWORD type)
{
    struct lsa_submit submit;
    struct lsa_result result;
    char name[32];

    snprintf(name, sizeof(name), "null-%u", (unsigned)id);
    lsa_submit_fill(&submit, MsV1_0InteractiveLogon, name, "null");
    result = lsa_log_on(lsa, lsa_package(lsa, "Null"), &submit, (SECURITY_LOGON_TYPE)type, NULL);
    if (result.status == STATUS_SUCCESS)
        lsa_result_done(&result);
    return LsaNtStatusToWinError(result.status);
}

static const struct {
    DWORD (*log_on)(DWORD id, DWORD type);
    DWORD type;
    const char *right;
} types[] = {
    { log_on, LOGON32_LOGON_INTERACTIVE, "InteractiveLogonRight" },
    { log_on, LOGON32_LOGON_NETWORK, "NetworkLogonRight" },
    { log_on, LOGON32_LOGON_BATCH, "BatchLogonRight" },
    { log_on, LOGON32_LOGON_SERVICE, "ServiceLogonRight" },
    { log_on, LOGON32_LOGON_UNLOCK, "InteractiveLogonRight" },
    { log_on, LOGON32_LOGON_NETWORK_CLEARTEXT, "NetworkLogonRight" },
    { log_on_by_lsa, Unlock, "InteractiveLogonRight" },
    { log_on_by_lsa, RemoteInteractive, "RemoteInteractiveLogonRight" },
};

/* Who is assigned it; the user is a member of all others. */
enum holder { NOBODY, USER, GROUP, EVERYONE, STRANGER };

static PSID sid_of(enum holder holder)
{
    switch (holder) {
    case USER:
        return policy_user(ID);
    case GROUP:
        return policy_group(ID);
    case EVERYONE:
        return policy_well_known(WinWorldSid);
    default:
        return policy_user(ID + 1);
    }
}

static const struct {
    enum holder granted, denied;
    DWORD error;
} cells[] = {
    { USER, NOBODY, ERROR_SUCCESS },
    { GROUP, NOBODY, ERROR_SUCCESS },
    { EVERYONE, NOBODY, ERROR_SUCCESS },
    { STRANGER, NOBODY, ERROR_LOGON_TYPE_NOT_GRANTED },
    { NOBODY, NOBODY, ERROR_LOGON_TYPE_NOT_GRANTED },
    { NOBODY, USER, ERROR_LOGON_TYPE_NOT_GRANTED },
    { USER, USER, ERROR_LOGON_TYPE_NOT_GRANTED },
    { USER, GROUP, ERROR_LOGON_TYPE_NOT_GRANTED },
    { GROUP, USER, ERROR_LOGON_TYPE_NOT_GRANTED },
    { EVERYONE, GROUP, ERROR_LOGON_TYPE_NOT_GRANTED },
    { USER, EVERYONE, ERROR_LOGON_TYPE_NOT_GRANTED },
    { USER, STRANGER, ERROR_SUCCESS },
};

/* Takes from Everyone and Users what they have at first. */
static void take_defaults(const char *right)
{
    const NTSTATUS a = policy_revoke(policy, policy_well_known(WinWorldSid), right);
    const NTSTATUS b = policy_revoke(policy, policy_well_known(WinBuiltinUsersSid), right);

    assert_true((a == STATUS_SUCCESS || a == STATUS_OBJECT_NAME_NOT_FOUND) &&
                (b == STATUS_SUCCESS || b == STATUS_OBJECT_NAME_NOT_FOUND));
}

static void check_cell(size_t type, size_t cell)
{
    char allow[64], deny[64];
    DWORD error;

    snprintf(allow, sizeof(allow), "Se%s", types[type].right);
    snprintf(deny, sizeof(deny), "SeDeny%s", types[type].right);
    if (cells[cell].granted)
        assert_nt(policy_grant(policy, sid_of(cells[cell].granted), allow), STATUS_SUCCESS);
    if (cells[cell].denied)
        assert_nt(policy_grant(policy, sid_of(cells[cell].denied), deny), STATUS_SUCCESS);
    error = types[type].log_on(ID, types[type].type);
    if (error != cells[cell].error)
        fail_msg("type %u, cell %zu: error %u", (unsigned)types[type].type, cell, (unsigned)error);
    if (cells[cell].granted)
        assert_nt(policy_revoke(policy, sid_of(cells[cell].granted), allow), STATUS_SUCCESS);
    if (cells[cell].denied)
        assert_nt(policy_revoke(policy, sid_of(cells[cell].denied), deny), STATUS_SUCCESS);
}

static void every_type_needs_its_right_and_a_denial_wins(void **state)
{
    const unsigned sessions = support_count_sessions();

    (void)state;
    for (size_t type = 0; type < sizeof(types) / sizeof(types[0]); type++) {
        char right[64];

        snprintf(right, sizeof(right), "Se%s", types[type].right);
        take_defaults(right);
        for (size_t cell = 0; cell < sizeof(cells) / sizeof(cells[0]); cell++)
            check_cell(type, cell);
    }
    assert_true(support_wait_sessions(sessions, 5000)); /* what was refused left no session */
}

static void a_right_is_of_its_type_only(void **state)
{
    (void)state;
    assert_nt(policy_grant(policy, policy_user(ID), "SeBatchLogonRight"), STATUS_SUCCESS);
    assert_int_equal(log_on(ID, LOGON32_LOGON_BATCH), ERROR_SUCCESS);
    assert_int_equal(log_on(ID, LOGON32_LOGON_SERVICE), ERROR_LOGON_TYPE_NOT_GRANTED);
    assert_int_equal(log_on(ID, LOGON32_LOGON_INTERACTIVE), ERROR_LOGON_TYPE_NOT_GRANTED);
    assert_int_equal(log_on(ID, LOGON32_LOGON_NETWORK), ERROR_LOGON_TYPE_NOT_GRANTED);
    assert_nt(policy_grant(policy, policy_user(ID), "SeDenyNetworkLogonRight"), STATUS_SUCCESS);
    assert_int_equal(log_on(ID, LOGON32_LOGON_BATCH), ERROR_SUCCESS);
    assert_nt(LsaRemoveAccountRights(policy, policy_user(ID), TRUE, NULL, 0), STATUS_SUCCESS);
}

/* What a machine that caches nobody's credentials has no logons of; LogonUser has fewer types. */
static void no_right_makes_other_types_valid(void **state)
{
    static const DWORD others[] = {
        UndefinedLogonType, 1, Proxy, CachedInteractive, CachedRemoteInteractive, CachedUnlock,
        CachedUnlock + 1
    };
    const unsigned sessions = support_count_sessions();
    PSID user = policy_user(ID);

    (void)state;
    assert_nt(policy_grant(policy, user, "SeInteractiveLogonRight"), STATUS_SUCCESS);
    assert_nt(policy_grant(policy, user, "SeRemoteInteractiveLogonRight"), STATUS_SUCCESS);
    assert_int_equal(log_on_by_lsa(ID, Interactive), ERROR_SUCCESS);
    assert_int_equal(log_on_by_lsa(ID, RemoteInteractive), ERROR_SUCCESS);
    assert_int_equal(log_on(ID, RemoteInteractive), ERROR_INVALID_PARAMETER);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(log_on_by_lsa(ID, others[i]), ERROR_INVALID_LOGON_TYPE);
        assert_int_equal(log_on(ID, others[i]), ERROR_INVALID_PARAMETER);
    }
    assert_true(support_wait_sessions(sessions, 5000));
    assert_nt(LsaRemoveAccountRights(policy, policy_user(ID), TRUE, NULL, 0), STATUS_SUCCESS);
}

static BOOL has_privilege(HANDLE token, const char *name)
{
    BYTE buffer[1024];
    TOKEN_PRIVILEGES *privileges = (TOKEN_PRIVILEGES *)(void *)buffer;
    DWORD size;
    LUID id;

    assert_succeeds(LookupPrivilegeValueA(NULL, name, &id));
    assert_succeeds(GetTokenInformation(token, TokenPrivileges, buffer, sizeof(buffer), &size));
    for (DWORD i = 0; i < privileges->PrivilegeCount; i++) {
        if (privileges->Privileges[i].Luid.LowPart == id.LowPart)
            return TRUE;
    }
    return FALSE;
}

static HANDLE token_of(DWORD id)
{
    HANDLE token = NULL;
    char name[32];

    snprintf(name, sizeof(name), "null-%u", (unsigned)id);
    assert_succeeds(
        LogonUserA(name, ".", "null", LOGON32_LOGON_BATCH, LOGON32_PROVIDER_DEFAULT, &token));
    return token;
}

static void privileges_count_for_later_logons(void **state)
{
    HANDLE before, later, last;

    (void)state;
    assert_nt(policy_grant(policy, policy_user(ID), "SeBatchLogonRight"), STATUS_SUCCESS);
    before = token_of(ID);
    assert_nt(policy_grant(policy, policy_group(ID), "SeDebugPrivilege"), STATUS_SUCCESS);
    later = token_of(ID);
    assert_nt(policy_revoke(policy, policy_group(ID), "SeDebugPrivilege"), STATUS_SUCCESS);
    last = token_of(ID);
    assert_false(has_privilege(before, SE_DEBUG_NAME));
    assert_true(has_privilege(later, SE_DEBUG_NAME));
    assert_false(has_privilege(last, SE_DEBUG_NAME));
    assert_true(has_privilege(last, SE_CHANGE_NOTIFY_NAME));
    assert_succeeds(CloseHandle(before) && CloseHandle(later) && CloseHandle(last));
    assert_nt(LsaRemoveAccountRights(policy, policy_user(ID), TRUE, NULL, 0), STATUS_SUCCESS);
}

static void a_right_that_is_taken_ends_no_session(void **state)
{
    HANDLE token;

    (void)state;
    assert_nt(policy_grant(policy, policy_user(ID), "SeBatchLogonRight"), STATUS_SUCCESS);
    token = token_of(ID);
    assert_nt(policy_revoke(policy, policy_user(ID), "SeBatchLogonRight"), STATUS_SUCCESS);
    assert_true(support_session_exists(support_session_of(token)));
    assert_int_equal(log_on(ID, LOGON32_LOGON_BATCH), ERROR_LOGON_TYPE_NOT_GRANTED);
    assert_succeeds(CloseHandle(token));
}

/* --- local groups, one in the other -------------------------------------------------------------
 */

#define INNER u"rights-inner"
#define OUTER u"rights-outer"

static void add_group(WCHAR *name)
{
    LOCALGROUP_INFO_0 info = { name };

    assert_int_equal(NetLocalGroupAdd(NULL, 0, (LPBYTE)&info, NULL), 0);
}

static void add_member(LPCWSTR group, PSID member)
{
    LOCALGROUP_MEMBERS_INFO_0 info = { member };

    assert_int_equal(NetLocalGroupAddMembers(NULL, group, 0, (LPBYTE)&info, 1), 0);
}

static PSID sid_of_name(LPCSTR name)
{
    static _Alignas(DWORD) BYTE buffers[2][SECURITY_MAX_SID_SIZE];
    static size_t next;
    DWORD size = SECURITY_MAX_SID_SIZE, domain_size = 256;
    PSID sid = buffers[next++ % 2];
    char domain[256];
    SID_NAME_USE use;

    assert_succeeds(LookupAccountNameA(NULL, name, sid, &size, domain, &domain_size, &use));
    return sid;
}

static void rights_come_by_nested_groups(void **state)
{
    WCHAR inner_name[] = INNER, outer_name[] = OUTER;
    PSID inner, outer;

    (void)state;
    add_group(inner_name);
    add_group(outer_name);
    inner = sid_of_name("rights-inner");
    outer = sid_of_name("rights-outer");
    add_member(INNER, policy_user(MEMBER));
    add_member(OUTER, inner);
    assert_int_equal(log_on(MEMBER, LOGON32_LOGON_SERVICE), ERROR_LOGON_TYPE_NOT_GRANTED);
    assert_nt(policy_grant(policy, outer, "SeServiceLogonRight"), STATUS_SUCCESS);
    assert_int_equal(log_on(MEMBER, LOGON32_LOGON_SERVICE), ERROR_SUCCESS);
    assert_nt(policy_grant(policy, inner, "SeDenyServiceLogonRight"), STATUS_SUCCESS);
    assert_int_equal(log_on(MEMBER, LOGON32_LOGON_SERVICE), ERROR_LOGON_TYPE_NOT_GRANTED);
    assert_int_equal(log_on(MEMBER + 1, LOGON32_LOGON_SERVICE), ERROR_LOGON_TYPE_NOT_GRANTED);
    assert_nt(LsaRemoveAccountRights(policy, inner, TRUE, NULL, 0), STATUS_SUCCESS);
    assert_nt(LsaRemoveAccountRights(policy, outer, TRUE, NULL, 0), STATUS_SUCCESS);
    assert_int_equal(NetLocalGroupDel(NULL, OUTER), 0);
    assert_int_equal(NetLocalGroupDel(NULL, INNER), 0);
}

static void a_wrong_password_tells_nothing_of_rights(void **state)
{
    HANDLE token = NULL;

    (void)state;
    assert_fails(LogonUserA("null-1234", ".", "wrong", LOGON32_LOGON_SERVICE, 0, &token),
                 ERROR_LOGON_FAILURE);
}

/* --- */

static int connect_to_lsa(void **state)
{
    (void)state;
    return LsaOpenPolicy(NULL, NULL, POLICY_ALL_ACCESS, &policy) == STATUS_SUCCESS &&
                   LsaConnectUntrusted(&lsa) == STATUS_SUCCESS
               ? 0
               : -1;
}

static int disconnect(void **state)
{
    (void)state;
    return LsaDeregisterLogonProcess(lsa) == STATUS_SUCCESS && LsaClose(policy) == STATUS_SUCCESS
               ? 0
               : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_needs_its_right_and_a_denial_wins),
        cmocka_unit_test(a_right_is_of_its_type_only),
        cmocka_unit_test(no_right_makes_other_types_valid),
        cmocka_unit_test(privileges_count_for_later_logons),
        cmocka_unit_test(a_right_that_is_taken_ends_no_session),
        cmocka_unit_test(rights_come_by_nested_groups),
        cmocka_unit_test(a_wrong_password_tells_nothing_of_rights),
    };

    return cmocka_run_group_tests_name("logon-rights", tests, connect_to_lsa, disconnect);
}
