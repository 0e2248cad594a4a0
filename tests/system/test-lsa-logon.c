/* SPDX-License-Identifier: MIT */
/* LsaLogonUser() and LsaCallAuthenticationPackage() to the packages, and logons that need none. */
#include "lsa.h"
#include "policy.h"
#include "support.h"

#include <fcntl.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char PASSWORD[] = "lsa-Passw0rd";
static const char ACCOUNT[] = "lsa-logon-lena";

static void fill(struct lsa_submit *s, MSV1_0_LOGON_SUBMIT_TYPE kind, const char *password)
{
    lsa_submit_fill(s, kind, ACCOUNT, password);
}

static HANDLE registered(void)
{
    LSA_STRING name = lsa_string("test-lsa-logon");
    LSA_OPERATIONAL_MODE mode = 7;
    HANDLE lsa = NULL;

    assert_int_equal(LsaRegisterLogonProcess(&name, &lsa, &mode), STATUS_SUCCESS);
    assert_int_equal(mode, 0);
    return lsa;
}

static ULONG msv1_0(HANDLE lsa)
{
    return lsa_package(lsa, MSV1_0_PACKAGE_NAME);
}

static struct lsa_result log_on(HANDLE lsa, struct lsa_submit *s, SECURITY_LOGON_TYPE type,
                                TOKEN_GROUPS *groups)
{
    return lsa_log_on(lsa, msv1_0(lsa), s, type, groups);
}

static int set_up(void **state)
{
    (void)state;
    if (geteuid() != 0 && !openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY))
        return 1;
    return openlogon_account_add(ACCOUNT, "Lena Lovelace", PASSWORD) ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    return openlogon_account_delete(ACCOUNT) ? 0 : 1;
}

static BOOL equals(UNICODE_STRING string, const char *text)
{
    if (string.Length != strlen(text) * sizeof(WCHAR))
        return FALSE;
    for (size_t i = 0; text[i]; i++) {
        if (string.Buffer[i] != (WCHAR)text[i])
            return FALSE;
    }
    return TRUE;
}

/* --- logons ------------------------------------------------------------------------------- */

static void a_logon_gives_token_profile_and_source(void **state)
{
    HANDLE lsa = registered();
    const MSV1_0_INTERACTIVE_PROFILE *profile;
    struct lsa_submit s;
    struct lsa_result r;
    TOKEN_SOURCE source;
    LUID session;
    DWORD size;

    (void)state;
    fill(&s, MsV1_0InteractiveLogon, PASSWORD);
    r = log_on(lsa, &s, Interactive, NULL);
    assert_int_equal(r.status, STATUS_SUCCESS);
    assert_int_equal(r.sub_status, STATUS_SUCCESS);
    session = support_session_of(r.token);
    assert_memory_equal(&session, &r.id, sizeof(session));
    profile = r.profile;
    assert_true(r.profile_size >= sizeof(*profile));
    assert_int_equal(profile->MessageType, MsV1_0InteractiveProfile);
    assert_true(equals(profile->FullName, "Lena Lovelace"));
    assert_true((char *)profile->FullName.Buffer > (char *)r.profile &&
                (char *)profile->FullName.Buffer < (char *)r.profile + r.profile_size);
    assert_succeeds(GetTokenInformation(r.token, TokenSource, &source, sizeof(source), &size));
    assert_memory_equal(source.SourceName, "Test-lsa", 8);
    assert_int_equal(source.SourceIdentifier.LowPart, 77);
    lsa_result_done(&r);
    assert_false(support_session_exists(r.id));
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
}

static void failures_are_as_documented(void **state)
{
    static const struct {
        const char *password;
        MSV1_0_LOGON_SUBMIT_TYPE kind;
        SECURITY_LOGON_TYPE type;
        NTSTATUS status;
    } rows[] = {
        { "wrong", MsV1_0InteractiveLogon, Interactive, STATUS_LOGON_FAILURE },
        { PASSWORD, MsV1_0Lm20Logon, Network, STATUS_NOT_SUPPORTED },
        { PASSWORD, MsV1_0InteractiveLogon, Proxy, STATUS_INVALID_LOGON_TYPE },
        { PASSWORD, MsV1_0InteractiveLogon, CachedInteractive, STATUS_INVALID_LOGON_TYPE },
        { PASSWORD, MsV1_0InteractiveLogon, CachedRemoteInteractive, STATUS_INVALID_LOGON_TYPE },
        { PASSWORD, MsV1_0InteractiveLogon, CachedUnlock, STATUS_INVALID_LOGON_TYPE },
        { PASSWORD, MsV1_0InteractiveLogon, NewCredentials, STATUS_INVALID_LOGON_TYPE },
        { PASSWORD, MsV1_0WorkstationUnlockLogon, Unlock, STATUS_SUCCESS },
        { PASSWORD, MsV1_0InteractiveLogon, RemoteInteractive, STATUS_LOGON_TYPE_NOT_GRANTED },
        { PASSWORD, MsV1_0InteractiveLogon, Network, STATUS_SUCCESS },
    };
    HANDLE lsa = registered();
    unsigned before = support_count_sessions();

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct lsa_submit s;
        struct lsa_result r;

        fill(&s, rows[i].kind, rows[i].password);
        r = log_on(lsa, &s, rows[i].type, NULL);
        if (r.status != rows[i].status)
            fail_msg("row %zu: 0x%08x", i, (unsigned)r.status);
        if (r.status == STATUS_SUCCESS)
            lsa_result_done(&r);
        else
            assert_null(r.token);
    }
    assert_int_equal(support_count_sessions(), before);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_INVALID_HANDLE);
}

static BOOL is_member(HANDLE token, PSID group)
{
    HANDLE identification = NULL;
    BOOL member = FALSE;

    assert_succeeds(DuplicateToken(token, SecurityIdentification, &identification));
    assert_succeeds(CheckTokenMembership(identification, group, &member));
    assert_succeeds(CloseHandle(identification));
    return member;
}

static SECURITY_LOGON_TYPE type_of_session(LUID id)
{
    PSECURITY_LOGON_SESSION_DATA data = NULL;
    SECURITY_LOGON_TYPE type;

    assert_int_equal(LsaGetLogonSessionData(&id, &data), STATUS_SUCCESS);
    type = data->LogonType;
    LsaFreeReturnBuffer(data);
    return type;
}

static TOKEN_TYPE type_of_token(HANDLE token)
{
    TOKEN_TYPE type;
    DWORD size;

    assert_succeeds(GetTokenInformation(token, TokenType, &type, sizeof(type), &size));
    return type;
}

static void unlock_and_remote_interactive_are_logons_of_their_own(void **state)
{
    static const struct {
        MSV1_0_LOGON_SUBMIT_TYPE kind;
        SECURITY_LOGON_TYPE type;
        const char *right;
        WELL_KNOWN_SID_TYPE groups[2], no_group;
    } rows[] = {
        { MsV1_0WorkstationUnlockLogon,
          Unlock,
          "SeInteractiveLogonRight",
          { WinInteractiveSid, WinConsoleLogonSid },
          WinRemoteLogonIdSid },
        { MsV1_0InteractiveLogon,
          RemoteInteractive,
          "SeRemoteInteractiveLogonRight",
          { WinInteractiveSid, WinRemoteLogonIdSid },
          WinConsoleLogonSid },
    };
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    HANDLE lsa = registered();

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct lsa_submit s;
        struct lsa_result r;

        assert_nt(policy_grant(policy, policy_well_known(WinWorldSid), rows[i].right),
                  STATUS_SUCCESS);
        fill(&s, rows[i].kind, PASSWORD);
        r = log_on(lsa, &s, rows[i].type, NULL);
        assert_nt(r.status, STATUS_SUCCESS);
        assert_int_equal(type_of_session(r.id), rows[i].type);
        assert_int_equal(type_of_token(r.token), TokenPrimary);
        assert_true(is_member(r.token, policy_well_known(rows[i].groups[0])));
        assert_true(is_member(r.token, policy_well_known(rows[i].groups[1])));
        assert_false(is_member(r.token, policy_well_known(rows[i].no_group)));
        lsa_result_done(&r);
        assert_nt(policy_revoke(policy, policy_well_known(WinWorldSid), rows[i].right),
                  STATUS_SUCCESS);
    }
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
}

/* A string that points out of the buffer is the program's mistake, and never read. */
static void a_string_outside_of_the_buffer_is_refused(void **state)
{
    HANDLE lsa = registered();
    struct lsa_submit s;
    struct lsa_result r;

    (void)state;
    fill(&s, MsV1_0InteractiveLogon, PASSWORD);
    s.logon.UserName.Buffer = (PWSTR)(void *)(&s + 1);
    r = log_on(lsa, &s, Interactive, NULL);
    assert_int_equal(r.status, STATUS_INVALID_PARAMETER);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
}

static void a_logon_process_may_add_groups(void **state)
{
    TOKEN_GROUPS groups = { .GroupCount = 1 };
    HANDLE lsa = registered(), untrusted = NULL;
    struct lsa_submit s;
    struct lsa_result r;

    (void)state;
    assert_succeeds(ConvertStringSidToSidA("S-1-5-21-9-8-7-4321", &groups.Groups[0].Sid));
    groups.Groups[0].Attributes = SE_GROUP_ENABLED | SE_GROUP_ENABLED_BY_DEFAULT;
    fill(&s, MsV1_0InteractiveLogon, PASSWORD);
    r = log_on(lsa, &s, Batch, &groups);
    assert_int_equal(r.status, STATUS_SUCCESS);
    assert_true(is_member(r.token, groups.Groups[0].Sid));
    lsa_result_done(&r);
    assert_int_equal(LsaConnectUntrusted(&untrusted), STATUS_SUCCESS);
    assert_int_equal(log_on(untrusted, &s, Batch, &groups).status, STATUS_PRIVILEGE_NOT_HELD);
    groups.Groups[0].Attributes |= SE_GROUP_INTEGRITY;
    assert_int_equal(log_on(lsa, &s, Batch, &groups).status, STATUS_INVALID_PARAMETER);
    LocalFree(groups.Groups[0].Sid);
    assert_int_equal(LsaDeregisterLogonProcess(untrusted), STATUS_SUCCESS);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
}

static void without_elevation_an_administrator_has_one_token(void **state)
{
    TOKEN_GROUPS groups = { .GroupCount = 1 };
    HANDLE lsa = registered();
    TOKEN_ELEVATION_TYPE type;
    struct lsa_submit s;
    struct lsa_result r;
    DWORD size;

    (void)state;
    assert_succeeds(ConvertStringSidToSidA("S-1-5-32-544", &groups.Groups[0].Sid));
    groups.Groups[0].Attributes = SE_GROUP_ENABLED | SE_GROUP_ENABLED_BY_DEFAULT;
    fill(&s, MsV1_0NoElevationLogon, PASSWORD);
    r = log_on(lsa, &s, Interactive, &groups);
    assert_int_equal(r.status, STATUS_SUCCESS);
    assert_succeeds(GetTokenInformation(r.token, TokenElevationType, &type, sizeof(type), &size));
    assert_int_equal(type, TokenElevationTypeDefault);
    assert_true(((MSV1_0_INTERACTIVE_PROFILE *)r.profile)->UserFlags & LOGON_NO_ELEVATION);
    lsa_result_done(&r);
    LocalFree(groups.Groups[0].Sid);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
}

static void names_and_packages_are_checked(void **state)
{
    char long_name[129];
    LSA_STRING name = { 128, 128, long_name };
    LSA_OPERATIONAL_MODE mode;
    TOKEN_SOURCE source = { .SourceName = "Test" };
    struct lsa_result r = { 0 };
    HANDLE lsa = NULL;
    struct lsa_submit s;

    (void)state;
    memset(long_name, 'n', sizeof(long_name));
    assert_int_equal(LsaRegisterLogonProcess(&name, &lsa, &mode), STATUS_NAME_TOO_LONG);
    name.Length = 127;
    assert_int_equal(LsaRegisterLogonProcess(&name, &lsa, &mode), STATUS_SUCCESS);
    fill(&s, MsV1_0InteractiveLogon, PASSWORD);
    assert_int_equal(LsaLogonUser(lsa, &name, Interactive, 4711, &s, sizeof(s), NULL, &source,
                                  &r.profile, &r.profile_size, &r.id, &r.token, &r.quotas,
                                  &r.sub_status),
                     STATUS_NO_SUCH_PACKAGE);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
}

/* --- messages ----------------------------------------------------------------------------- */

static NTSTATUS call(HANDLE lsa, void *message, ULONG size, void **ret, NTSTATUS *protocol_status)
{
    ULONG returned = 0;

    *ret = NULL;
    return LsaCallAuthenticationPackage(lsa, msv1_0(lsa), message, size, ret, &returned,
                                        protocol_status);
}

static NTSTATUS change_password(HANDLE lsa, const char *old_password, const char *new_password)
{
    struct lsa_change c;
    NTSTATUS protocol_status = 1;
    MSV1_0_CHANGEPASSWORD_RESPONSE *response;

    lsa_change_fill(&c, ACCOUNT, old_password, new_password);
    assert_int_equal(call(lsa, &c, sizeof(c), (void **)&response, &protocol_status),
                     STATUS_SUCCESS);
    assert_int_equal(response->MessageType, MsV1_0ChangePassword);
    assert_int_equal(LsaFreeReturnBuffer(response), STATUS_SUCCESS);
    return protocol_status;
}

static void a_password_is_changed_by_who_knows_the_old_one(void **state)
{
    HANDLE lsa = NULL, token = NULL;

    (void)state;
    assert_int_equal(LsaConnectUntrusted(&lsa), STATUS_SUCCESS);
    assert_int_equal(change_password(lsa, "wrong", "other-Passw0rd"), STATUS_WRONG_PASSWORD);
    assert_int_equal(change_password(lsa, PASSWORD, "other-Passw0rd"), STATUS_SUCCESS);
    assert_succeeds(LogonUserA(ACCOUNT, ".", "other-Passw0rd", LOGON32_LOGON_NETWORK,
                               LOGON32_PROVIDER_DEFAULT, &token));
    assert_succeeds(CloseHandle(token));
    assert_succeeds(openlogon_account_set_password(ACCOUNT, NULL, PASSWORD));
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
}

static void users_are_listed_and_told_of(void **state)
{
    MSV1_0_ENUMUSERS_REQUEST list = { MsV1_0EnumerateUsers };
    MSV1_0_GETUSERINFO_REQUEST ask = { .MessageType = MsV1_0GetUserInfo };
    MSV1_0_GETUSERINFO_RESPONSE *info;
    MSV1_0_ENUMUSERS_RESPONSE *users;
    HANDLE lsa = registered();
    NTSTATUS protocol_status = 1;
    BOOL found = FALSE;
    struct lsa_submit s;
    struct lsa_result r;

    (void)state;
    fill(&s, MsV1_0InteractiveLogon, PASSWORD);
    r = log_on(lsa, &s, Batch, NULL);
    assert_int_equal(call(lsa, &list, sizeof(list), (void **)&users, &protocol_status),
                     STATUS_SUCCESS);
    assert_int_equal(protocol_status, STATUS_SUCCESS);
    for (ULONG i = 0; i < users->NumberOfLoggedOnUsers; i++)
        found |= memcmp(&users->LogonIds[i], &r.id, sizeof(r.id)) == 0;
    assert_true(found);
    LsaFreeReturnBuffer(users);
    ask.LogonId = r.id;
    assert_int_equal(call(lsa, &ask, sizeof(ask), (void **)&info, &protocol_status),
                     STATUS_SUCCESS);
    assert_int_equal(protocol_status, STATUS_SUCCESS);
    assert_true(equals(info->UserName, ACCOUNT));
    assert_int_equal(info->LogonType, Batch);
    assert_true(IsValidSid(info->UserSid));
    LsaFreeReturnBuffer(info);
    lsa_result_done(&r);
    assert_int_equal(call(lsa, &ask, sizeof(ask), (void **)&info, &protocol_status),
                     STATUS_SUCCESS);
    assert_int_equal(protocol_status, STATUS_NO_SUCH_LOGON_SESSION);
    assert_null(info);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
}

static void other_messages_are_refused(void **state)
{
    static const struct {
        ULONG type;
        NTSTATUS status;
    } rows[] = {
        { MsV1_0Lm20ChallengeRequest, STATUS_NOT_SUPPORTED },
        { MsV1_0ChangeCachedPassword, STATUS_NOT_SUPPORTED },
        { MsV1_0GenericPassthrough, STATUS_NOT_SUPPORTED },
        { MsV1_0DeleteTbalSecrets, STATUS_NOT_SUPPORTED },
        { 99, STATUS_INVALID_PARAMETER },
    };
    HANDLE lsa = registered();
    void *answer;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ULONG message[4] = { rows[i].type };
        NTSTATUS protocol_status;

        assert_int_equal(call(lsa, message, sizeof(message), &answer, &protocol_status),
                         rows[i].status);
        assert_null(answer);
    }
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
}

/* --- logons that need no package ---------------------------------------------------------- */

static void new_credentials_leave_one_who_one_is(void **state)
{
    HANDLE token = NULL, own = NULL;
    BYTE mine[256], theirs[256];
    DWORD size;
    LUID id;

    (void)state;
    assert_fails(LogonUserA("remote", "ELSEWHERE", "secret", LOGON32_LOGON_NEW_CREDENTIALS,
                            LOGON32_PROVIDER_WINNT40, &token),
                 ERROR_INVALID_LOGON_TYPE);
    assert_succeeds(LogonUserA("remote", "ELSEWHERE", "secret", LOGON32_LOGON_NEW_CREDENTIALS,
                               LOGON32_PROVIDER_WINNT50, &token));
    assert_succeeds(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &own));
    assert_succeeds(GetTokenInformation(own, TokenUser, mine, sizeof(mine), &size));
    assert_succeeds(GetTokenInformation(token, TokenUser, theirs, sizeof(theirs), &size));
    assert_true(EqualSid(((TOKEN_USER *)mine)->User.Sid, ((TOKEN_USER *)theirs)->User.Sid));
    id = support_session_of(token);
    assert_int_equal(type_of_session(id), NewCredentials);
    assert_succeeds(CloseHandle(own));
    assert_succeeds(CloseHandle(token));
    assert_false(support_session_exists(id));
}

static void services_have_the_sessions_that_are_there(void **state)
{
    static const struct {
        const char *user;
        DWORD session;
    } rows[] = {
        { "SYSTEM", 0x3e7 },
        { "LocalService", 0x3e5 },
        { "NetworkService", 0x3e4 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        HANDLE token = NULL;

        assert_succeeds(LogonUserA(rows[i].user, "NT AUTHORITY", NULL, LOGON32_LOGON_SERVICE,
                                   LOGON32_PROVIDER_DEFAULT, &token));
        assert_int_equal(support_session_of(token).LowPart, rows[i].session);
        assert_succeeds(CloseHandle(token));
        assert_fails(LogonUserA(rows[i].user, "NT AUTHORITY", NULL, LOGON32_LOGON_INTERACTIVE,
                                LOGON32_PROVIDER_DEFAULT, &token),
                     ERROR_LOGON_TYPE_NOT_GRANTED);
    }
}

static void nobody_is_in_no_group(void **state)
{
    BYTE buffer[256];
    HANDLE token = NULL;
    char *text = NULL;
    DWORD size;

    (void)state;
    assert_succeeds(ImpersonateAnonymousToken(GetCurrentThread()));
    if (openlogon_get_mode() == OPENLOGON_MODE_ENFORCE)
        assert_int_equal(open("/etc/shadow", O_RDONLY | O_CLOEXEC), -1);
    assert_succeeds(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token));
    assert_succeeds(RevertToSelf());
    assert_succeeds(GetTokenInformation(token, TokenUser, buffer, sizeof(buffer), &size));
    assert_succeeds(ConvertSidToStringSidA(((TOKEN_USER *)buffer)->User.Sid, &text));
    assert_string_equal(text, "S-1-5-7");
    assert_int_equal(support_session_of(token).LowPart, 0x3e6);
    LocalFree(text);
    assert_succeeds(GetTokenInformation(token, TokenGroups, buffer, sizeof(buffer), &size));
    assert_int_equal(((TOKEN_GROUPS *)buffer)->GroupCount, 1); /* the label */
    assert_succeeds(CloseHandle(token));
}

/* --- who may ------------------------------------------------------------------------------ */

/* What a process without SeTcbPrivilege is refused; the process of an ordinary user. */
static void without_tcb_much_is_refused(void **state)
{
    WCHAR user[] = u"lsa-logon-lena", domain[] = u".", password[] = u"lsa-Passw0rd";
    TOKEN_PRIVILEGES off = { .PrivilegeCount = 1 }, before;
    TOKEN_GROUPS groups = { .GroupCount = 1 };
    LSA_STRING name = lsa_string("test");
    LSA_OPERATIONAL_MODE mode;
    HANDLE own = NULL, lsa = NULL, token = NULL;
    DWORD size;

    (void)state;
    assert_succeeds(ConvertStringSidToSidA("S-1-5-32-544", &groups.Groups[0].Sid));
    groups.Groups[0].Attributes = SE_GROUP_ENABLED;
    assert_succeeds(LookupPrivilegeValueA(NULL, SE_TCB_NAME, &off.Privileges[0].Luid));
    assert_succeeds(
        OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &own));
    assert_succeeds(AdjustTokenPrivileges(own, FALSE, &off, sizeof(before), &before, &size));
    assert_int_equal(LsaRegisterLogonProcess(&name, &lsa, &mode), STATUS_PORT_CONNECTION_REFUSED);
    assert_fails(LogonUserExExW(user, domain, password, LOGON32_LOGON_BATCH,
                                LOGON32_PROVIDER_DEFAULT, &groups, &token, NULL, NULL, NULL, NULL),
                 ERROR_PRIVILEGE_NOT_HELD);
    assert_fails(LogonUserA("LocalService", "NT AUTHORITY", NULL, LOGON32_LOGON_SERVICE,
                            LOGON32_PROVIDER_DEFAULT, &token),
                 ERROR_PRIVILEGE_NOT_HELD);
    assert_succeeds(AdjustTokenPrivileges(own, FALSE, &before, 0, NULL, NULL));
    assert_succeeds(CloseHandle(own));
    LocalFree(groups.Groups[0].Sid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_logon_gives_token_profile_and_source),
        cmocka_unit_test(failures_are_as_documented),
        cmocka_unit_test(unlock_and_remote_interactive_are_logons_of_their_own),
        cmocka_unit_test(a_string_outside_of_the_buffer_is_refused),
        cmocka_unit_test(a_logon_process_may_add_groups),
        cmocka_unit_test(without_elevation_an_administrator_has_one_token),
        cmocka_unit_test(names_and_packages_are_checked),
        cmocka_unit_test(a_password_is_changed_by_who_knows_the_old_one),
        cmocka_unit_test(users_are_listed_and_told_of),
        cmocka_unit_test(other_messages_are_refused),
        cmocka_unit_test(new_credentials_leave_one_who_one_is),
        cmocka_unit_test(services_have_the_sessions_that_are_there),
        cmocka_unit_test(nobody_is_in_no_group),
        cmocka_unit_test(without_tcb_much_is_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
