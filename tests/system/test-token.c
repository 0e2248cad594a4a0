/* SPDX-License-Identifier: MIT */
/* Changes of a token count for the authority, for other processes and for those started with it. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TCB = 7, DEBUG = 20, SHUTDOWN = 19 };

static HANDLE own_token(void)
{
    HANDLE token = NULL;

    assert_succeeds(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token));
    return token;
}

static void adjust(HANDLE token, DWORD privilege, DWORD attributes)
{
    TOKEN_PRIVILEGES state = { 1, { { { privilege, 0 }, attributes } } };

    assert_succeeds(AdjustTokenPrivileges(token, FALSE, &state, 0, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_SUCCESS);
}

static BOOL enabled(HANDLE token, DWORD privilege)
{
    PRIVILEGE_SET set = { .PrivilegeCount = 1, .Privilege = { { { privilege, 0 }, 0 } } };
    BOOL result = FALSE;

    assert_succeeds(PrivilegeCheck(token, &set, &result));
    return result;
}

static DWORD number(HANDLE token, TOKEN_INFORMATION_CLASS which)
{
    DWORD value = 0, needed;

    assert_succeeds(GetTokenInformation(token, which, &value, sizeof(value), &needed));
    return value;
}

static DWORD integrity(HANDLE token)
{
    union {
        TOKEN_MANDATORY_LABEL label;
        BYTE bytes[64];
    } u;
    DWORD needed;

    assert_succeeds(GetTokenInformation(token, TokenIntegrityLevel, &u, sizeof(u), &needed));
    return *GetSidSubAuthority(u.label.Label.Sid, 0);
}

static BOOL set_session(HANDLE token, DWORD session)
{
    return SetTokenInformation(token, TokenSessionId, &session, sizeof(session));
}

/* --- what is enabled -------------------------------------------------------------------------- */

static void the_authority_sees_what_the_process_enabled(void **state)
{
    HANDLE token = own_token(), client = support_logon("alice", LOGON32_LOGON_BATCH);

    (void)state;
    for (DWORD i = 1; i <= 3; i++) {
        adjust(token, TCB, 0);
        assert_fails(set_session(client, i), ERROR_PRIVILEGE_NOT_HELD);
        adjust(token, TCB, SE_PRIVILEGE_ENABLED);
        assert_succeeds(set_session(client, i));
        assert_int_equal(number(client, TokenSessionId), i);
    }
    assert_succeeds(CloseHandle(client));
    assert_succeeds(CloseHandle(token));
}

/* Says what it sees in the parent's token each time that it is asked. */
static void watch_parent(int questions, int answers)
{
    HANDLE token = NULL;
    char question;

    assert_succeeds(openlogon_open_process_token((DWORD)getppid(), TOKEN_QUERY, &token));
    while (read(questions, &question, 1) == 1) {
        char answer = enabled(token, DEBUG) ? '1' : '0';

        assert_int_equal(write(answers, &answer, 1), 1);
    }
    assert_succeeds(CloseHandle(token));
}

static void another_process_sees_it(void **state)
{
    HANDLE token = own_token();
    int questions[2], answers[2], status;
    char seen;
    pid_t pid;

    (void)state;
    adjust(token, DEBUG, SE_PRIVILEGE_ENABLED); /* while nobody looks */
    assert_int_equal(pipe(questions), 0);
    assert_int_equal(pipe(answers), 0);
    pid = fork();
    if (pid == 0) {
        close(questions[1]);
        watch_parent(questions[0], answers[1]);
        _exit(0);
    }
    for (int i = 0; i < 20; i++) {
        adjust(token, DEBUG, i % 2 ? 0 : SE_PRIVILEGE_ENABLED);
        assert_int_equal(write(questions[1], "?", 1), 1);
        assert_int_equal(read(answers[0], &seen, 1), 1);
        assert_int_equal(seen, i % 2 ? '0' : '1');
    }
    close(questions[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(questions[0]);
    close(answers[0]);
    close(answers[1]);
    adjust(token, DEBUG, 0);
    assert_false(enabled(token, DEBUG));
    assert_succeeds(CloseHandle(token));
}

static void another_process_may_change_it(void **state)
{
    HANDLE token = own_token();
    int status;
    pid_t pid;

    (void)state;
    adjust(token, DEBUG, 0);
    pid = fork();
    if (pid == 0) {
        HANDLE parents = NULL;

        assert_succeeds(openlogon_open_process_token(
            (DWORD)getppid(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &parents));
        adjust(parents, DEBUG, SE_PRIVILEGE_ENABLED);
        _exit(enabled(parents, DEBUG) ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_true(enabled(token, DEBUG));
    adjust(token, DEBUG, 0);
    assert_false(enabled(token, DEBUG));
    assert_succeeds(CloseHandle(token));
}

/* --- the thread's token ----------------------------------------------------------------------- */

static void a_thread_is_held_to_its_own_token_by_the_authority(void **state)
{
    HANDLE client = support_logon("alice", LOGON32_LOGON_BATCH), thread = NULL;

    (void)state;
    assert_succeeds(ImpersonateSelf(SecurityImpersonation));
    assert_succeeds(
        OpenThreadToken(GetCurrentThread(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, TRUE, &thread));
    assert_succeeds(set_session(client, 4));
    adjust(thread, TCB, 0);
    assert_fails(set_session(client, 5), ERROR_PRIVILEGE_NOT_HELD);
    adjust(thread, TCB, SE_PRIVILEGE_ENABLED);
    assert_succeeds(set_session(client, 6));
    assert_succeeds(RevertToSelf());
    assert_succeeds(CloseHandle(thread));
    assert_succeeds(CloseHandle(client));
}

/* It was copied without the privilege, which its origin has got since. */
static void a_thread_gets_nothing_that_its_token_was_copied_without(void **state)
{
    HANDLE own = own_token(), client = support_logon("alice", LOGON32_LOGON_BATCH);

    (void)state;
    adjust(own, TCB, 0);
    assert_succeeds(ImpersonateSelf(SecurityImpersonation));
    adjust(own, TCB, SE_PRIVILEGE_ENABLED);
    assert_fails(set_session(client, 5), ERROR_PRIVILEGE_NOT_HELD);
    assert_succeeds(RevertToSelf());
    assert_succeeds(set_session(client, 5));
    assert_succeeds(CloseHandle(client));
    assert_succeeds(CloseHandle(own));
}

/* --- processes started with a narrower token -------------------------------------------------- */

static SID everyone = { SID_REVISION, 1, { SECURITY_WORLD_SID_AUTHORITY }, { SECURITY_WORLD_RID } };
static SID low = {
    SID_REVISION, 1, { SECURITY_MANDATORY_LABEL_AUTHORITY }, { SECURITY_MANDATORY_LOW_RID }
};

/*
 * What a process started with narrow_token() finds; its exit code tells the first that is wrong.
 * Its token's descriptor grants Everyone nothing, so it cannot open it.
 */
static int check_narrowed(void)
{
    HANDLE token = GetCurrentProcessToken(), opened = NULL;

    if (!IsTokenRestricted(token) || !number(token, TokenIsRestricted))
        return 2;
    if (integrity(token) != SECURITY_MANDATORY_LOW_RID)
        return 3;
    if (!number(token, TokenHasRestrictions))
        return 4;
    if (number(token, TokenType) != TokenPrimary)
        return 5;
    if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &opened))
        return 6;
    return enabled(token, SHUTDOWN) ? 7 : 0;
}

static HANDLE narrow_token(HANDLE token)
{
    SID_AND_ATTRIBUTES only = { &everyone, 0 };
    TOKEN_MANDATORY_LABEL label = { { &low, SE_GROUP_INTEGRITY } };
    HANDLE narrow = NULL;

    assert_succeeds(
        CreateRestrictedToken(token, DISABLE_MAX_PRIVILEGE, 0, NULL, 0, NULL, 1, &only, &narrow));
    assert_succeeds(SetTokenInformation(narrow, TokenIntegrityLevel, &label, sizeof(label)));
    return narrow;
}

static DWORD run_self(HANDLE token, const char *what)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char path[256], command[300];
    DWORD code = 0;
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

    assert_true(n > 0);
    path[n] = 0;
    snprintf(command, sizeof(command), "%s %s", path, what);
    assert_succeeds(CreateProcessAsUserA(token, path, command, NULL, NULL, FALSE, 0, NULL, NULL,
                                         &startup, &process));
    assert_int_equal(WaitForSingleObject(process.hProcess, 30000), WAIT_OBJECT_0);
    assert_succeeds(GetExitCodeProcess(process.hProcess, &code));
    assert_succeeds(CloseHandle(process.hThread));
    assert_succeeds(CloseHandle(process.hProcess));
    return code;
}

static void a_process_is_started_with_a_restricted_token(void **state)
{
    HANDLE own = own_token(), narrow = narrow_token(own), copy = NULL;

    (void)state;
    if (geteuid() != 0)
        assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_int_equal(run_self(narrow, "narrowed"), 0);
    assert_succeeds(DuplicateTokenEx(narrow, 0, NULL, SecurityImpersonation, TokenPrimary, &copy));
    assert_int_equal(run_self(copy, "narrowed"), 0);
    assert_int_equal(run_self(own, "narrowed"), 2);
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
    assert_true(IsTokenRestricted(narrow));
    assert_false(IsTokenRestricted(own));
    assert_succeeds(CloseHandle(copy));
    assert_succeeds(CloseHandle(narrow));
    assert_succeeds(CloseHandle(own));
}

static void the_session_of_a_copy_is_that_of_the_process_started_with_it(void **state)
{
    HANDLE own = own_token(), copy = NULL;

    (void)state;
    if (geteuid() != 0)
        assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_succeeds(
        DuplicateTokenEx(own, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation, TokenPrimary, &copy));
    adjust(own, TCB, SE_PRIVILEGE_ENABLED);
    assert_succeeds(set_session(copy, 42));
    assert_int_equal(run_self(copy, "session-42"), 0);
    assert_int_equal(number(own, TokenSessionId), 0);
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
    assert_succeeds(CloseHandle(copy));
    assert_succeeds(CloseHandle(own));
}

/* --- the security descriptor ------------------------------------------------------------------ */

static void set_dacl(HANDLE token, DWORD mask)
{
    SECURITY_DESCRIPTOR descriptor;
    union {
        ACL acl;
        BYTE bytes[64];
    } dacl;

    assert_succeeds(InitializeAcl(&dacl.acl, sizeof(dacl), ACL_REVISION));
    assert_succeeds(AddAccessAllowedAce(&dacl.acl, ACL_REVISION, mask, &everyone));
    assert_succeeds(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    assert_succeeds(SetSecurityDescriptorDacl(&descriptor, TRUE, &dacl.acl, FALSE));
    assert_succeeds(SetKernelObjectSecurity(token, DACL_SECURITY_INFORMATION, &descriptor));
}

static DWORD error_of_opening(DWORD access)
{
    HANDLE token = NULL;
    int status;
    pid_t pid = fork();

    if (pid == 0)
        _exit(openlogon_open_process_token((DWORD)getppid(), access, &token) ? 0
                                                                             : (int)GetLastError());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return (DWORD)WEXITSTATUS(status);
}

static void a_descriptor_counts_from_the_next_opening_on(void **state)
{
    HANDLE token = own_token(), again = NULL;

    (void)state;
    set_dacl(token, TOKEN_QUERY);
    assert_int_equal(error_of_opening(TOKEN_QUERY), 0);
    assert_int_equal(error_of_opening(TOKEN_DUPLICATE), ERROR_ACCESS_DENIED);
    assert_fails(OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE, &again),
                 ERROR_ACCESS_DENIED);
    assert_succeeds(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | WRITE_DAC, &again));
    set_dacl(again, 0);
    assert_int_equal(error_of_opening(TOKEN_QUERY), ERROR_ACCESS_DENIED);
    assert_int_equal(number(GetCurrentProcessToken(), TokenType), TokenPrimary);
    adjust(token, DEBUG, SE_PRIVILEGE_ENABLED); /* the handle keeps what it has */
    adjust(token, DEBUG, 0);
    set_dacl(again, TOKEN_ALL_ACCESS);
    assert_int_equal(error_of_opening(TOKEN_ALL_ACCESS), 0);
    assert_succeeds(CloseHandle(again));
    assert_succeeds(CloseHandle(token));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_authority_sees_what_the_process_enabled),
        cmocka_unit_test(another_process_sees_it),
        cmocka_unit_test(another_process_may_change_it),
        cmocka_unit_test(a_thread_is_held_to_its_own_token_by_the_authority),
        cmocka_unit_test(a_thread_gets_nothing_that_its_token_was_copied_without),
        cmocka_unit_test(a_process_is_started_with_a_restricted_token),
        cmocka_unit_test(the_session_of_a_copy_is_that_of_the_process_started_with_it),
        cmocka_unit_test(a_descriptor_counts_from_the_next_opening_on),
    };

    if (argc > 1 && strcmp(argv[1], "narrowed") == 0)
        return check_narrowed();
    if (argc > 1 && strcmp(argv[1], "session-42") == 0)
        return number(GetCurrentProcessToken(), TokenSessionId) == 42 ? 0 : 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
