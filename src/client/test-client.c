/* SPDX-License-Identifier: MIT */
/* The API against an authority of the tests' own: tokens, sessions, names, fork, failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openlogon.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/test-authority.h"
#include "security/descriptor.h"
#include "security/privilege.h"

static pid_t authority;

#define assert_fails(call, code)                                                                   \
    do {                                                                                           \
        SetLastError(0xdead);                                                                      \
        assert_false(call);                                                                        \
        assert_int_equal(GetLastError(), code);                                                    \
    } while (0)

static HANDLE log_on(const char *user)
{
    HANDLE token = NULL;

    if (!LogonUserA(user, NULL, TEST_PASSWORD, LOGON32_LOGON_INTERACTIVE, 0, &token))
        fail_msg("LogonUser: error %u", GetLastError());
    return token;
}

static HANDLE duplicate(HANDLE token, TOKEN_TYPE type, SECURITY_IMPERSONATION_LEVEL level)
{
    HANDLE copy = NULL;

    if (!DuplicateTokenEx(token, MAXIMUM_ALLOWED, NULL, level, type, &copy))
        fail_msg("DuplicateTokenEx: error %u", GetLastError());
    return copy;
}

static TOKEN_STATISTICS statistics(HANDLE token)
{
    TOKEN_STATISTICS s;
    DWORD size;

    if (!GetTokenInformation(token, TokenStatistics, &s, sizeof(s), &size))
        fail_msg("TokenStatistics: error %u", GetLastError());
    return s;
}

/* How many tokens the session has at the authority; 0: it is gone. */
static DWORD references(LUID session)
{
    OPENLOGON_SESSION_EXTRA extra;

    if (openlogon_query_session_extra(&session, &extra))
        return extra.references;
    assert_int_equal(GetLastError(), ERROR_NO_SUCH_LOGON_SESSION);
    return 0;
}

static bool privilege_enabled(HANDLE token, DWORD number)
{
    PRIVILEGE_SET set = { 1, PRIVILEGE_SET_ALL_NECESSARY, { { { number, 0 }, 0 } } };
    BOOL held;

    assert_true(PrivilegeCheck(token, &set, &held));
    return held;
}

/* --- logging on ----------------------------------------------------------------------------- */

static void a_logon_gives_a_token_and_its_last_handle_ends_the_session(void **state)
{
    HANDLE token = log_on(TEST_USER);
    LUID session = statistics(token).AuthenticationId;

    assert_int_equal(references(session), 1);
    assert_true(CloseHandle(token));
    assert_int_equal(references(session), 0);
    assert_fails(CloseHandle(token), ERROR_INVALID_HANDLE);
}

static void a_wrong_password_is_a_logon_failure(void **state)
{
    HANDLE token = (HANDLE)1;

    assert_fails(LogonUserA(TEST_USER, NULL, "wrong", LOGON32_LOGON_INTERACTIVE, 0, &token),
                 ERROR_LOGON_FAILURE);
    assert_ptr_equal(token, (HANDLE)1);
}

static void wrong_arguments_of_a_logon_are_told(void **state)
{
    HANDLE token;

    assert_fails(LogonUserA(NULL, NULL, "", LOGON32_LOGON_INTERACTIVE, 0, &token),
                 ERROR_INVALID_PARAMETER);
    assert_fails(LogonUserA(TEST_USER, NULL, "", 6, 0, &token), ERROR_INVALID_PARAMETER);
    assert_fails(LogonUserA(TEST_USER, NULL, "", LOGON32_LOGON_INTERACTIVE, 5, &token),
                 ERROR_INVALID_PARAMETER);
    assert_fails(LogonUserA(TEST_USER, NULL, "", LOGON32_LOGON_INTERACTIVE, 0, NULL),
                 ERROR_INVALID_PARAMETER);
}

static void the_wide_form_logs_on_too_and_gives_the_logon_sid(void **state)
{
    HANDLE token;
    PSID sid;
    void *profile = NULL;
    DWORD size = 0;
    QUOTA_LIMITS quota;

    assert_true(LogonUserExW(u"null-alice", NULL, u"null", LOGON32_LOGON_INTERACTIVE, 0, &token,
                             &sid, &profile, &size, &quota));
    assert_true(sid_valid(sid, SID_SIZE_MAX));
    assert_int_equal(sid_sub(sid, 0), 5);
    assert_non_null(profile);
    assert_int_equal(size, 64); /* what the authority of these tests gives */
    assert_int_equal(LsaFreeReturnBuffer(profile), STATUS_SUCCESS);
    assert_null(LocalFree(sid));
    assert_true(CloseHandle(token));
}

/* --- asking --------------------------------------------------------------------------------- */

static void a_short_buffer_is_told_the_need_and_not_written(void **state)
{
    HANDLE token = log_on(TEST_USER);
    uint8_t buffer[512];
    DWORD needed = 0, size;

    assert_fails(GetTokenInformation(token, TokenUser, NULL, 0, &needed),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_in_range(needed, sizeof(TOKEN_USER) + 8, sizeof(buffer));
    memset(buffer, 0x5a, sizeof(buffer));
    assert_fails(GetTokenInformation(token, TokenUser, buffer, needed - 1, &size),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, needed);
    assert_int_equal(buffer[0], 0x5a);
    assert_true(GetTokenInformation(token, TokenUser, buffer, needed, &size));
    assert_fails(GetTokenInformation(token, TokenUser, buffer, needed, NULL), ERROR_NOACCESS);
    assert_fails(GetTokenInformation(token, TokenLinkedToken, buffer, needed, &size),
                 ERROR_NO_SUCH_LOGON_SESSION);
    assert_fails(GetTokenInformation(token, 99, buffer, needed, &size), ERROR_INVALID_PARAMETER);
    assert_true(CloseHandle(token));
}

static void a_handle_grants_only_what_was_asked_for(void **state)
{
    HANDLE token, other;
    TOKEN_SOURCE source;
    TOKEN_TYPE type;
    DWORD size;

    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    assert_true(GetTokenInformation(token, TokenType, &type, sizeof(type), &size));
    assert_int_equal(type, TokenPrimary);
    assert_fails(GetTokenInformation(token, TokenSource, &source, sizeof(source), &size),
                 ERROR_ACCESS_DENIED);
    assert_fails(DuplicateToken(token, SecurityImpersonation, &other), ERROR_ACCESS_DENIED);
    assert_fails(OpenProcessToken(GetCurrentProcess(), 0, &other), ERROR_ACCESS_DENIED);
    assert_fails(OpenProcessToken(GetCurrentProcess(), ACCESS_SYSTEM_SECURITY, &other),
                 ERROR_PRIVILEGE_NOT_HELD);
    assert_fails(OpenProcessToken(token, TOKEN_QUERY, &other), ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(token));
}

static void pseudo_handles_stand_for_the_tokens(void **state)
{
    TOKEN_STATISTICS process = statistics((HANDLE)(intptr_t)-4);
    DWORD size;

    assert_int_equal(process.AuthenticationId.LowPart, 0x3e7);
    assert_memory_equal(&process, &(TOKEN_STATISTICS){ statistics((HANDLE)(intptr_t)-6).TokenId },
                        sizeof(LUID));
    assert_fails(GetTokenInformation((HANDLE)(intptr_t)-5, TokenStatistics, &process,
                                     sizeof(process), &size),
                 ERROR_NO_TOKEN);
}

/* --- copies --------------------------------------------------------------------------------- */

static void a_copy_keeps_the_session_and_cannot_be_raised(void **state)
{
    HANDLE token = log_on(TEST_USER), copy, more;
    TOKEN_STATISTICS original = statistics(token), s;

    copy = duplicate(token, TokenImpersonation, SecurityIdentification);
    s = statistics(copy);
    assert_memory_equal(&s.AuthenticationId, &original.AuthenticationId, sizeof(LUID));
    assert_memory_not_equal(&s.TokenId, &original.TokenId, sizeof(LUID));
    assert_int_equal(s.ImpersonationLevel, SecurityIdentification);
    assert_fails(DuplicateTokenEx(copy, 0, NULL, SecurityImpersonation, TokenImpersonation, &more),
                 ERROR_BAD_IMPERSONATION_LEVEL);
    assert_fails(DuplicateTokenEx(copy, 0, NULL, SecurityIdentification, TokenPrimary, &more),
                 ERROR_BAD_IMPERSONATION_LEVEL);
    assert_true(CloseHandle(token));
    assert_int_equal(references(s.AuthenticationId), 1);
    assert_true(CloseHandle(copy));
    assert_int_equal(references(s.AuthenticationId), 0);
}

static void the_inherit_flag_of_a_copy_comes_from_its_attributes(void **state)
{
    HANDLE token = log_on(TEST_USER), copy;
    SECURITY_ATTRIBUTES attributes = { sizeof(attributes), NULL, TRUE };
    DWORD flags;

    assert_true(
        DuplicateTokenEx(token, 0, &attributes, SecurityImpersonation, TokenPrimary, &copy));
    assert_true(GetHandleInformation(copy, &flags));
    assert_int_equal(flags, HANDLE_FLAG_INHERIT);
    assert_true(CloseHandle(copy));
    assert_true(CloseHandle(token));
}

static void a_restricted_copy_is_restricted(void **state)
{
    HANDLE token = log_on(TEST_USER), narrow;
    sid_buffer everyone;
    SID_AND_ATTRIBUTES restrict_to = { &everyone.sid, 0 };

    assert_false(nt_failed(sid_from_text(&everyone, NULL, "S-1-1-0", 7)));
    assert_true(CreateRestrictedToken(token, 0, 0, NULL, 0, NULL, 1, &restrict_to, &narrow));
    assert_true(IsTokenRestricted(narrow));
    assert_false(IsTokenRestricted(token));
    assert_true(CloseHandle(narrow));
    assert_true(CloseHandle(token));
}

/* --- privileges ----------------------------------------------------------------------------- */

struct privileges {
    DWORD count;
    LUID_AND_ATTRIBUTES list[4];
};

static void check_adjusting(HANDLE token)
{
    struct privileges change = { 2,
                                 { { { PRIVILEGE_SHUTDOWN, 0 }, SE_PRIVILEGE_ENABLED },
                                   { { PRIVILEGE_TCB, 0 }, SE_PRIVILEGE_ENABLED } } };
    struct privileges previous = { 0 };
    DWORD size = 0;

    assert_false(privilege_enabled(token, PRIVILEGE_SHUTDOWN));
    assert_fails(AdjustTokenPrivileges(token, FALSE, (TOKEN_PRIVILEGES *)&change, 4,
                                       (TOKEN_PRIVILEGES *)&previous, &size),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 16);
    assert_false(privilege_enabled(token, PRIVILEGE_SHUTDOWN));
    assert_true(AdjustTokenPrivileges(token, FALSE, (TOKEN_PRIVILEGES *)&change, sizeof(previous),
                                      (TOKEN_PRIVILEGES *)&previous, &size));
    assert_int_equal(GetLastError(), ERROR_NOT_ALL_ASSIGNED);
    assert_int_equal(previous.count, 1);
    assert_int_equal(previous.list[0].Luid.LowPart, PRIVILEGE_SHUTDOWN);
    assert_int_equal(previous.list[0].Attributes, 0);
    assert_true(privilege_enabled(token, PRIVILEGE_SHUTDOWN));
    assert_true(AdjustTokenPrivileges(token, FALSE, (TOKEN_PRIVILEGES *)&previous, 0, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    assert_false(privilege_enabled(token, PRIVILEGE_SHUTDOWN));
}

static void check_removing(HANDLE token)
{
    struct privileges change = { 1, { { { PRIVILEGE_SHUTDOWN, 0 }, SE_PRIVILEGE_REMOVED } } };

    assert_true(AdjustTokenPrivileges(token, FALSE, (TOKEN_PRIVILEGES *)&change, 0, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
    change.list[0].Attributes = SE_PRIVILEGE_ENABLED;
    assert_true(AdjustTokenPrivileges(token, FALSE, (TOKEN_PRIVILEGES *)&change, 0, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_NOT_ALL_ASSIGNED);
    assert_true(AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL));
    assert_false(privilege_enabled(token, PRIVILEGE_CHANGE_NOTIFY));
}

static void privileges_of_the_authoritys_token_are_adjusted_there(void **state)
{
    HANDLE token = log_on(TEST_USER);
    LUID before = statistics(token).ModifiedId, after;

    check_adjusting(token);
    after = statistics(token).ModifiedId;
    assert_memory_not_equal(&before, &after, sizeof(LUID));
    check_removing(token);
    assert_true(CloseHandle(token));
}

static void privileges_of_a_copy_are_its_own(void **state)
{
    HANDLE token = log_on(TEST_USER), copy = duplicate(token, TokenPrimary, SecurityAnonymous);

    check_adjusting(copy);
    check_removing(copy);
    assert_true(privilege_enabled(token, PRIVILEGE_CHANGE_NOTIFY));
    assert_true(CloseHandle(copy));
    assert_true(CloseHandle(token));
}

/* The child's change is seen through the published page, without a message. */
static void a_change_by_another_process_is_seen(void **state)
{
    HANDLE token = log_on(TEST_USER);
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        struct privileges change = { 1, { { { PRIVILEGE_SHUTDOWN, 0 }, SE_PRIVILEGE_ENABLED } } };

        _exit(AdjustTokenPrivileges(token, FALSE, (TOKEN_PRIVILEGES *)&change, 0, NULL, NULL) ? 0
                                                                                              : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_true(privilege_enabled(token, PRIVILEGE_SHUTDOWN));
    assert_true(CloseHandle(token));
}

static void owner_and_default_dacl_of_a_copy_can_be_set(void **state)
{
    HANDLE token = log_on(TEST_USER), copy = duplicate(token, TokenPrimary, SecurityAnonymous);
    sid_buffer sid;
    TOKEN_OWNER owner = { &sid.sid };
    TOKEN_DEFAULT_DACL none = { NULL };
    DWORD integrity = 0;

    assert_false(nt_failed(sid_from_text(&sid, NULL, "S-1-1-0", 7)));
    assert_fails(SetTokenInformation(copy, TokenOwner, &owner, sizeof(owner)), ERROR_INVALID_OWNER);
    assert_fails(SetTokenInformation(copy, TokenOwner, &owner, 1), ERROR_INSUFFICIENT_BUFFER);
    assert_true(SetTokenInformation(copy, TokenPrimaryGroup, &owner, sizeof(owner)));
    assert_true(SetTokenInformation(copy, TokenDefaultDacl, &none, sizeof(none)));
    assert_fails(SetTokenInformation(copy, TokenIntegrityLevel, &integrity, sizeof(integrity)),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_fails(SetTokenInformation(copy, TokenElevation, &integrity, sizeof(integrity)),
                 ERROR_INVALID_PARAMETER);
    assert_true(SetTokenInformation(token, TokenDefaultDacl, &none, sizeof(none)));
    assert_true(CloseHandle(copy));
    assert_true(CloseHandle(token));
}

/* --- access checks -------------------------------------------------------------------------- */

/* Owner and group of Everyone; Everyone may do 1. */
static void make_descriptor(SECURITY_DESCRIPTOR *sd, ACL *acl, size_t acl_size, SID *everyone)
{
    const struct ace ace = { .type = ACCESS_ALLOWED_ACE_TYPE, .mask = 1, .sid = everyone };
    struct descriptor view = {
        .control = SE_DACL_PRESENT, .owner = everyone, .group = everyone, .dacl = acl
    };

    assert_false(nt_failed(acl_init(acl, acl_size, ACL_REVISION)));
    assert_false(nt_failed(acl_append(acl, &ace)));
    descriptor_to_absolute(sd, &view);
}

static void an_access_check_answers_and_tells_wrong_arguments(void **state)
{
    static GENERIC_MAPPING mapping = { 1, 2, 4, 7 };
    HANDLE token = log_on(TEST_USER);
    HANDLE client = duplicate(token, TokenImpersonation, SecurityIdentification);
    HANDLE anonymous = duplicate(token, TokenImpersonation, SecurityAnonymous);
    SECURITY_DESCRIPTOR sd;
    sid_buffer everyone;
    uint32_t acl[16];
    PRIVILEGE_SET set;
    DWORD size = sizeof(set), granted = 0x77;
    BOOL status = 0x77;

    assert_false(nt_failed(sid_from_text(&everyone, NULL, "S-1-1-0", 7)));
    make_descriptor(&sd, (ACL *)acl, sizeof(acl), &everyone.sid);
    assert_fails(AccessCheck(&sd, token, 1, &mapping, &set, &size, &granted, &status),
                 ERROR_NO_IMPERSONATION_TOKEN);
    assert_fails(AccessCheck(&sd, anonymous, 1, &mapping, &set, &size, &granted, &status),
                 ERROR_BAD_IMPERSONATION_LEVEL);
    assert_fails(AccessCheck(&sd, client, GENERIC_READ, &mapping, &set, &size, &granted, &status),
                 ERROR_GENERIC_NOT_MAPPED);
    size = 8;
    assert_fails(AccessCheck(&sd, client, 1, &mapping, &set, &size, &granted, &status),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof(set));
    assert_int_equal(granted, 0x77);
    assert_int_equal(status, 0x77);
    assert_true(AccessCheck(&sd, client, 1, &mapping, &set, &size, &granted, &status));
    assert_true(status);
    assert_int_equal(granted, 1);
    assert_int_equal(set.PrivilegeCount, 0);
    assert_true(AccessCheck(&sd, client, 2, &mapping, &set, &size, &granted, &status));
    assert_int_equal(GetLastError(), ERROR_ACCESS_DENIED);
    assert_false(status);
    assert_int_equal(granted, 0);
    assert_true(
        AccessCheck(&sd, client, MAXIMUM_ALLOWED, &mapping, &set, &size, &granted, &status));
    assert_true(status);
    assert_true(granted & 1);
    assert_false(granted & 2);
    sd.Group = NULL;
    assert_fails(AccessCheck(&sd, client, 1, &mapping, &set, &size, &granted, &status),
                 ERROR_INVALID_SECURITY_DESCR);
    assert_true(CloseHandle(anonymous));
    assert_true(CloseHandle(client));
    assert_true(CloseHandle(token));
}

static void membership_needs_an_enabled_group(void **state)
{
    HANDLE token = log_on(TEST_USER);
    HANDLE client = duplicate(token, TokenImpersonation, SecurityIdentification);
    sid_buffer sid;
    BOOL member = FALSE;

    assert_false(nt_failed(sid_from_text(&sid, NULL, "S-1-1-0", 7)));
    assert_fails(CheckTokenMembership(token, &sid, &member), ERROR_NO_IMPERSONATION_TOKEN);
    assert_true(CheckTokenMembership(client, &sid, &member));
    assert_true(member);
    assert_true(CheckTokenMembership(NULL, &sid, &member));
    assert_true(member);
    assert_false(nt_failed(sid_from_text(&sid, NULL, "S-1-5-32-544", 12)));
    assert_true(CheckTokenMembership(client, &sid, &member));
    assert_false(member);
    assert_true(CloseHandle(client));
    assert_true(CloseHandle(token));
}

/* --- sessions and names --------------------------------------------------------------------- */

static void all_sessions_are_listed_over_several_pages(void **state)
{
    HANDLE tokens[8];
    LUID *list;
    ULONG count;

    for (size_t i = 0; i < ARRAY_SIZE(tokens); i++)
        tokens[i] = log_on(TEST_USER);
    assert_int_equal(LsaEnumerateLogonSessions(&count, &list), STATUS_SUCCESS);
    assert_int_equal(count, ARRAY_SIZE(tokens) + 1);
    assert_int_equal(list[0].LowPart, 0x3e7);
    assert_int_equal(LsaFreeReturnBuffer(list), STATUS_SUCCESS);
    for (size_t i = 0; i < ARRAY_SIZE(tokens); i++)
        assert_true(CloseHandle(tokens[i]));
}

static void every_string_of_session_data_is_there(void **state)
{
    HANDLE token = log_on(TEST_USER);
    LUID session = statistics(token).AuthenticationId, unknown = { 1, 1 };
    SECURITY_LOGON_SESSION_DATA *data;

    assert_int_equal(LsaGetLogonSessionData(&unknown, &data), STATUS_NO_SUCH_LOGON_SESSION);
    assert_int_equal(LsaGetLogonSessionData(&session, &data), STATUS_SUCCESS);
    assert_int_equal(data->Size, sizeof(*data));
    assert_int_equal(data->AuthenticationPackage.Length, 8);
    assert_int_equal(data->AuthenticationPackage.Buffer[1], 0xfc);
    assert_non_null(data->HomeDirectoryDrive.Buffer);
    assert_int_equal(data->HomeDirectoryDrive.Buffer[0], 0);
    assert_non_null(data->Upn.Buffer);
    assert_int_equal(data->LogoffTime.QuadPart, INT64_MAX);
    assert_true(sid_valid(data->Sid, SID_SIZE_MAX));
    assert_int_equal(LsaFreeReturnBuffer(data), STATUS_SUCCESS);
    assert_true(CloseHandle(token));
}

static void names_are_found_and_sizes_told(void **state)
{
    sid_buffer sid;
    char name[64], domain[64];
    WCHAR wide[64];
    DWORD name_size = 0, domain_size = 0, sid_size = 0;
    SID_NAME_USE use;

    assert_fails(LookupAccountNameA(NULL, TEST_USER, NULL, &sid_size, NULL, &domain_size, &use),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(sid_size, 28);
    assert_int_equal(domain_size, sizeof(TEST_MACHINE));
    sid_size = sizeof(sid);
    assert_true(LookupAccountNameA(NULL, TEST_USER, &sid, &sid_size, domain, &domain_size, &use));
    assert_int_equal(use, SidTypeUser);
    assert_fails(LookupAccountSidA(NULL, &sid, NULL, &name_size, NULL, &(DWORD){ 0 }, &use),
                 ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(name_size, sizeof(TEST_USER));
    domain_size = sizeof(domain);
    assert_true(LookupAccountSidA(NULL, &sid, name, &name_size, domain, &domain_size, &use));
    assert_string_equal(name, TEST_USER);
    assert_int_equal(domain_size, strlen(TEST_MACHINE));
    name_size = ARRAY_SIZE(wide);
    assert_true(GetUserNameW(wide, &name_size));
    assert_int_equal(name_size, 7);
    assert_memory_equal(wide, u"SYSTEM", 14);
    assert_fails(
        LookupAccountNameA(NULL, "nobody-here", &sid, &sid_size, domain, &domain_size, &use),
        ERROR_NONE_MAPPED);
    assert_fails(
        LookupAccountNameA("elsewhere", "SYSTEM", &sid, &sid_size, domain, &domain_size, &use),
        RPC_S_SERVER_UNAVAILABLE);
}

static void packages_are_looked_up_over_a_connection(void **state)
{
    LSA_STRING null = { 4, 5, (char[]){ "Null" } }, other = { 5, 6, (char[]){ "Other" } };
    HANDLE lsa, token = log_on(TEST_USER);
    ULONG id;

    assert_int_equal(LsaConnectUntrusted(&lsa), STATUS_SUCCESS);
    assert_int_equal(LsaLookupAuthenticationPackage(lsa, &null, &id), STATUS_SUCCESS);
    assert_int_equal(id, 7);
    assert_int_equal(LsaLookupAuthenticationPackage(lsa, &other, &id), STATUS_NO_SUCH_PACKAGE);
    assert_int_equal(LsaLookupAuthenticationPackage(token, &null, &id), STATUS_INVALID_HANDLE);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_SUCCESS);
    assert_int_equal(LsaDeregisterLogonProcess(lsa), STATUS_INVALID_HANDLE);
    assert_true(CloseHandle(token));
}

static void locally_unique_ids_are_unique(void **state)
{
    LUID a, b = { 0 };

    for (int i = 0; i < 600; i++, b = a) {
        assert_true(AllocateLocallyUniqueId(&a));
        assert_memory_not_equal(&a, &b, sizeof(a));
    }
}

static void the_authority_is_described(void **state)
{
    OPENLOGON_AUTHORITY info, again;

    assert_true(openlogon_query_authority(&info));
    assert_string_equal(info.machine_name, TEST_MACHINE);
    assert_string_equal(info.socket_path, getenv("OPENLOGON_SOCKET"));
    assert_true(openlogon_query_authority(&again));
    assert_ptr_equal(info.machine_sid, again.machine_sid);
}

/* --- fork ----------------------------------------------------------------------------------- */

static void use_in_child(HANDLE token, int generations)
{
    HANDLE copy = duplicate(token, TokenPrimary, SecurityAnonymous);
    struct privileges change = { 1, { { { PRIVILEGE_SHUTDOWN, 0 }, SE_PRIVILEGE_ENABLED } } };
    int status = 1;
    pid_t pid;

    assert_true(AdjustTokenPrivileges(token, FALSE, (TOKEN_PRIVILEGES *)&change, 0, NULL, NULL));
    if (generations > 0) {
        pid = fork();
        if (pid == 0) {
            use_in_child(token, generations - 1);
            _exit(0);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
    }
    assert_true(CloseHandle(copy));
    assert_true(CloseHandle(token));
}

static void handles_work_in_both_processes_after_a_fork(void **state)
{
    HANDLE token = log_on(TEST_USER);
    LUID session = statistics(token).AuthenticationId;

    use_in_child(token, 2);
    assert_int_equal(references(session), 0);
}

/* A child that does nothing with the library hands its tokens to its own children. */
static void handles_reach_a_grandchild_through_an_idle_child(void **state)
{
    HANDLE token = log_on(TEST_USER);
    LUID session = statistics(token).AuthenticationId;
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        pid = fork();
        if (pid == 0) {
            use_in_child(token, 0);
            _exit(0);
        }
        _exit(waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(references(session), 1);
    assert_true(CloseHandle(token));
    assert_int_equal(references(session), 0);
}

static void a_child_that_executes_a_program_lets_the_tokens_go(void **state)
{
    HANDLE token = log_on(TEST_USER);
    LUID session = statistics(token).AuthenticationId;
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        (void)execl("/bin/true", "true", NULL);
        _exit(1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(references(session), 1);
    assert_true(CloseHandle(token));
}

static void *log_on_and_off(void *argument)
{
    const int *times = argument;

    for (int i = 0; i < *times; i++) {
        HANDLE token = log_on(TEST_USER);
        HANDLE copy = duplicate(token, TokenImpersonation, SecurityImpersonation);
        HANDLE process;

        (void)statistics(copy);
        assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &process));
        assert_true(CloseHandle(process));
        assert_true(CloseHandle(token));
        assert_true(CloseHandle(copy));
    }
    return NULL;
}

static void start_threads(pthread_t threads[static 8], int *times)
{
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, log_on_and_off, times), 0);
}

static void join_threads(pthread_t threads[static 8])
{
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void eight_threads_leave_no_session_behind(void **state)
{
    pthread_t threads[8];
    static int times = 50;
    LUID *list;
    ULONG count;

    start_threads(threads, &times);
    join_threads(threads);
    assert_int_equal(LsaEnumerateLogonSessions(&count, &list), STATUS_SUCCESS);
    assert_int_equal(count, 1);
    assert_int_equal(LsaFreeReturnBuffer(list), STATUS_SUCCESS);
}

static void a_fork_amid_busy_threads_hangs_nobody(void **state)
{
    HANDLE token = log_on(TEST_USER);
    pthread_t threads[8];
    static int times = 30;
    int status;

    start_threads(threads, &times);
    for (int i = 0; i < 20; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            (void)alarm(20);
            use_in_child(token, 0);
            _exit(0);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
    }
    join_threads(threads);
    assert_true(CloseHandle(token));
}

/* --- an authority that fails ---------------------------------------------------------------- */

static void a_connection_that_breaks_fails_the_call_and_the_next_works(void **state)
{
    HANDLE token = log_on(TEST_USER), other;

    assert_fails(LogonUserA(TEST_USER_HANGS, NULL, "", LOGON32_LOGON_INTERACTIVE, 0, &other),
                 RPC_S_SERVER_UNAVAILABLE);
    assert_true(statistics(token).TokenType == TokenPrimary); /* the image is still there */
    assert_fails(AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL), ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(token));
    assert_fails(LogonUserA(TEST_USER_MANGLES, NULL, "", LOGON32_LOGON_INTERACTIVE, 0, &other),
                 RPC_S_SERVER_UNAVAILABLE);
    token = log_on(TEST_USER);
    assert_true(CloseHandle(token));
}

static void an_authority_that_was_restarted_is_found_again(void **state)
{
    HANDLE token = log_on(TEST_USER), process;
    LUID luid;

    test_authority_kill(authority);
    assert_fails(LogonUserA(TEST_USER, NULL, TEST_PASSWORD, LOGON32_LOGON_INTERACTIVE, 0, &process),
                 RPC_S_SERVER_UNAVAILABLE);
    authority = test_authority_start();
    assert_fails(ImpersonateLoggedOnUser(token), ERROR_INVALID_HANDLE);
    assert_fails(AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL), ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(token));
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &process));
    assert_true(AdjustTokenPrivileges(process, TRUE, NULL, 0, NULL, NULL));
    assert_true(CloseHandle(process));
    assert_true(AllocateLocallyUniqueId(&luid));
}

static void a_program_that_closes_all_descriptors_gets_a_new_connection(void **state)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        HANDLE token = log_on(TEST_USER);

        for (int fd = 3; fd < 64; fd++)
            (void)close(fd);
        for (int i = 0; i < 8; i++)
            (void)dup(1); /* somebody else's descriptors take the numbers */
        (void)CloseHandle(token);
        token = log_on(TEST_USER);
        _exit(CloseHandle(token) ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static int start(void **state)
{
    authority = test_authority_start();
    return 0;
}

static int stop(void **state)
{
    test_authority_kill(authority);
    test_authority_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_logon_gives_a_token_and_its_last_handle_ends_the_session),
        cmocka_unit_test(a_wrong_password_is_a_logon_failure),
        cmocka_unit_test(wrong_arguments_of_a_logon_are_told),
        cmocka_unit_test(the_wide_form_logs_on_too_and_gives_the_logon_sid),
        cmocka_unit_test(a_short_buffer_is_told_the_need_and_not_written),
        cmocka_unit_test(a_handle_grants_only_what_was_asked_for),
        cmocka_unit_test(pseudo_handles_stand_for_the_tokens),
        cmocka_unit_test(a_copy_keeps_the_session_and_cannot_be_raised),
        cmocka_unit_test(the_inherit_flag_of_a_copy_comes_from_its_attributes),
        cmocka_unit_test(a_restricted_copy_is_restricted),
        cmocka_unit_test(privileges_of_the_authoritys_token_are_adjusted_there),
        cmocka_unit_test(privileges_of_a_copy_are_its_own),
        cmocka_unit_test(a_change_by_another_process_is_seen),
        cmocka_unit_test(owner_and_default_dacl_of_a_copy_can_be_set),
        cmocka_unit_test(an_access_check_answers_and_tells_wrong_arguments),
        cmocka_unit_test(membership_needs_an_enabled_group),
        cmocka_unit_test(all_sessions_are_listed_over_several_pages),
        cmocka_unit_test(every_string_of_session_data_is_there),
        cmocka_unit_test(names_are_found_and_sizes_told),
        cmocka_unit_test(packages_are_looked_up_over_a_connection),
        cmocka_unit_test(locally_unique_ids_are_unique),
        cmocka_unit_test(the_authority_is_described),
        cmocka_unit_test(handles_work_in_both_processes_after_a_fork),
        cmocka_unit_test(handles_reach_a_grandchild_through_an_idle_child),
        cmocka_unit_test(a_child_that_executes_a_program_lets_the_tokens_go),
        cmocka_unit_test(eight_threads_leave_no_session_behind),
        cmocka_unit_test(a_fork_amid_busy_threads_hangs_nobody),
        cmocka_unit_test(a_connection_that_breaks_fails_the_call_and_the_next_works),
        cmocka_unit_test(a_program_that_closes_all_descriptors_gets_a_new_connection),
        cmocka_unit_test(an_authority_that_was_restarted_is_found_again),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
