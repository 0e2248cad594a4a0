/* SPDX-License-Identifier: MIT */
/* Sessions as Remote Desktop Services number them, and logging off. */
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntsecapi.h>
#include <wtsapi32.h>

enum {
    GRACE_MS = 300,
    LONG_GRACE_MS = 20000,
    FORKS = 50,
    NO_SUCH_WTS_SESSION = 4711,
    NO_SUCH_PID = 0x7ffffff0,
};

/* --- what there is without a login ------------------------------------------------------------
 */

static void services_are_session_0(void **state)
{
    WTS_SESSION_INFOW *wide = NULL;
    WTS_SESSION_INFOA *list = NULL;
    DWORD n_wide = 0, n = 0;

    (void)state;
    assert_succeeds(WTSEnumerateSessionsA(WTS_CURRENT_SERVER_HANDLE, 0, 1, &list, &n));
    assert_true(n >= 1);
    assert_int_equal(list[0].SessionId, 0);
    assert_int_equal(list[0].State, WTSDisconnected);
    assert_string_equal(list[0].pWinStationName, "Services");
    assert_succeeds(WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &wide, &n_wide));
    assert_int_equal(n_wide, n);
    assert_memory_equal(wide[0].pWinStationName, u"Services", sizeof(u"Services"));
    WTSFreeMemory(list);
    WTSFreeMemory(wide);
}

static void the_longer_list_has_no_user_for_services(void **state)
{
    WTS_SESSION_INFO_1A *list = NULL;
    DWORD level = 1, n = 0;

    (void)state;
    assert_succeeds(WTSEnumerateSessionsExA(WTS_CURRENT_SERVER_HANDLE, &level, 0, &list, &n));
    assert_true(n >= 1);
    assert_int_equal(list[0].SessionId, 0);
    assert_int_equal(list[0].ExecEnvId, 0);
    assert_string_equal(list[0].pSessionName, "Services");
    assert_null(list[0].pUserName);
    assert_null(list[0].pDomainName);
    assert_null(list[0].pHostName);
    assert_succeeds(WTSFreeMemoryExA(WTSTypeSessionInfoLevel1, list, n));
}

static void wrong_arguments_of_lists_are_refused(void **state)
{
    WTS_SESSION_INFOA *list = NULL;
    WTS_SESSION_INFO_1A *longer = NULL;
    DWORD level = 2, n = 0;

    (void)state;
    assert_fails(WTSEnumerateSessionsA(NULL, 1, 1, &list, &n), ERROR_INVALID_PARAMETER);
    assert_fails(WTSEnumerateSessionsA(NULL, 0, 2, &list, &n), ERROR_INVALID_PARAMETER);
    assert_fails(WTSEnumerateSessionsA(NULL, 0, 1, NULL, &n), ERROR_INVALID_PARAMETER);
    assert_fails(WTSEnumerateSessionsA(NULL, 0, 1, &list, NULL), ERROR_INVALID_PARAMETER);
    assert_fails(WTSEnumerateSessionsA((HANDLE)(intptr_t)4, 0, 1, &list, &n), ERROR_INVALID_HANDLE);
    assert_fails(WTSEnumerateSessionsExA(NULL, &level, 0, &longer, &n), ERROR_INVALID_PARAMETER);
    assert_fails(WTSEnumerateSessionsExA(NULL, NULL, 0, &longer, &n), ERROR_INVALID_PARAMETER);
    assert_fails(WTSFreeMemoryExA((WTS_TYPE_CLASS)3, NULL, 0), ERROR_INVALID_PARAMETER);
}

static void only_this_machine_is_a_server(void **state)
{
    char here[] = ".", there[] = "some-other-machine";
    WTS_SESSION_INFOA *list = NULL;
    HANDLE server = WTSOpenServerA(here);
    DWORD n = 0;

    (void)state;
    assert_non_null(server);
    assert_succeeds(WTSEnumerateSessionsA(server, 0, 1, &list, &n));
    WTSFreeMemory(list);
    WTSCloseServer(server);
    assert_fails(WTSOpenServerA(there), RPC_S_SERVER_UNAVAILABLE);
}

static void a_session_tells_by_class(void **state)
{
    WTSINFOW *info = NULL;
    WTSINFOEXA *info_ex = NULL;
    WTSCLIENTW *client = NULL;
    DWORD *number = NULL, size = 0;
    char *text = NULL;
    USHORT *protocol = NULL;

    (void)state;
    assert_succeeds(
        WTSQuerySessionInformationA(NULL, 0, WTSSessionId, (LPSTR *)(void *)&number, &size));
    assert_int_equal(size, sizeof(DWORD));
    assert_int_equal(*number, 0);
    WTSFreeMemory(number);
    assert_succeeds(WTSQuerySessionInformationA(NULL, 0, WTSWinStationName, &text, &size));
    assert_string_equal(text, "Services");
    assert_int_equal(size, sizeof("Services"));
    WTSFreeMemory(text);
    assert_succeeds(WTSQuerySessionInformationA(NULL, 0, WTSUserName, &text, &size));
    assert_string_equal(text, "");
    assert_int_equal(size, 1);
    WTSFreeMemory(text);
    assert_succeeds(
        WTSQuerySessionInformationW(NULL, 0, WTSSessionInfo, (LPWSTR *)(void *)&info, &size));
    assert_int_equal(size, sizeof(*info));
    assert_int_equal(info->State, WTSDisconnected);
    assert_memory_equal(info->WinStationName, u"Services", sizeof(u"Services"));
    assert_true(info->CurrentTime.QuadPart > 0);
    WTSFreeMemory(info);
    assert_succeeds(
        WTSQuerySessionInformationA(NULL, 0, WTSSessionInfoEx, (LPSTR *)(void *)&info_ex, &size));
    assert_int_equal(size, sizeof(*info_ex));
    assert_int_equal(info_ex->Level, 1);
    assert_int_equal(info_ex->Data.WTSInfoExLevel1.SessionFlags, (LONG)WTS_SESSIONSTATE_UNKNOWN);
    WTSFreeMemory(info_ex);
    assert_succeeds(
        WTSQuerySessionInformationW(NULL, 0, WTSClientInfo, (LPWSTR *)(void *)&client, &size));
    assert_int_equal(size, sizeof(*client));
    assert_int_equal(client->ClientAddressFamily, 0);
    WTSFreeMemory(client);
    assert_succeeds(WTSQuerySessionInformationA(NULL, 0, WTSClientProtocolType,
                                                (LPSTR *)(void *)&protocol, &size));
    assert_int_equal(size, sizeof(*protocol));
    assert_int_equal(*protocol, WTS_PROTOCOL_TYPE_CONSOLE);
    WTSFreeMemory(protocol);
}

static void what_nobody_knows_is_not_told(void **state)
{
    char *text = NULL;
    DWORD size = 0;

    (void)state;
    assert_fails(WTSQuerySessionInformationA(NULL, 0, WTSWorkingDirectory, &text, &size),
                 ERROR_NOT_SUPPORTED);
    assert_fails(WTSQuerySessionInformationA(NULL, 0, (WTS_INFO_CLASS)77, &text, &size),
                 ERROR_INVALID_PARAMETER);
    assert_fails(WTSQuerySessionInformationA(NULL, NO_SUCH_WTS_SESSION, WTSUserName, &text, &size),
                 ERROR_FILE_NOT_FOUND);
    assert_fails(WTSQuerySessionInformationA(NULL, 0, WTSUserName, NULL, &size),
                 ERROR_INVALID_PARAMETER);
}

static void a_process_is_in_the_session_of_its_logon(void **state)
{
    DWORD session = 77;

    (void)state;
    assert_succeeds(ProcessIdToSessionId(GetCurrentProcessId(), &session));
    assert_int_equal(session, 0);
    assert_fails(ProcessIdToSessionId(NO_SUCH_PID, &session), ERROR_INVALID_PARAMETER);
    assert_fails(ProcessIdToSessionId(0, &session), ERROR_INVALID_PARAMETER);
    assert_fails(ProcessIdToSessionId(GetCurrentProcessId(), NULL), ERROR_INVALID_PARAMETER);
}

static void services_have_no_user_and_cannot_be_ended(void **state)
{
    HANDLE token = NULL;

    (void)state;
    assert_fails(WTSQueryUserToken(0, &token), ERROR_NO_TOKEN);
    assert_fails(WTSQueryUserToken(NO_SUCH_WTS_SESSION, &token), ERROR_FILE_NOT_FOUND);
    assert_fails(WTSQueryUserToken(0, NULL), ERROR_INVALID_PARAMETER);
    assert_fails(WTSLogoffSession(NULL, 0, TRUE), ERROR_ACCESS_DENIED);
    assert_fails(WTSLogoffSession(NULL, NO_SUCH_WTS_SESSION, TRUE), ERROR_FILE_NOT_FOUND);
    assert_fails(WTSDisconnectSession(NULL, 0, TRUE), ERROR_NOT_SUPPORTED);
}

/* --- processes -------------------------------------------------------------------------------- */

static void this_process_is_listed_with_its_user(void **state)
{
    char buffer[SECURITY_MAX_SID_SIZE];
    WTS_PROCESS_INFOA *list = NULL;
    DWORD n = 0, size = sizeof(buffer);
    BOOL found = FALSE;

    (void)state;
    assert_succeeds(CreateWellKnownSid(WinLocalSystemSid, NULL, buffer, &size));
    assert_succeeds(WTSEnumerateProcessesA(NULL, 0, 1, &list, &n));
    for (DWORD i = 0; i < n; i++) {
        assert_true(i == 0 || list[i].ProcessId > list[i - 1].ProcessId);
        if (list[i].ProcessId != GetCurrentProcessId())
            continue;
        found = TRUE;
        assert_string_equal(list[i].pProcessName, "test-wts");
        assert_true(EqualSid(list[i].pUserSid, buffer));
    }
    assert_true(found);
    WTSFreeMemory(list);
    assert_fails(WTSEnumerateProcessesA(NULL, 0, 2, &list, &n), ERROR_INVALID_PARAMETER);
}

static void the_longer_list_tells_what_a_process_uses(void **state)
{
    WTS_PROCESS_INFO_EXW *list = NULL;
    DWORD level = 1, n = 0;
    BOOL found = FALSE;

    (void)state;
    assert_succeeds(
        WTSEnumerateProcessesExW(NULL, &level, WTS_ANY_SESSION, (LPWSTR *)(void *)&list, &n));
    for (DWORD i = 0; i < n; i++) {
        if (list[i].ProcessId != GetCurrentProcessId())
            continue;
        found = TRUE;
        assert_memory_equal(list[i].pProcessName, u"test-wts", sizeof(u"test-wts"));
        assert_true(list[i].NumberOfThreads >= 1 && list[i].HandleCount >= 3);
        assert_true(list[i].WorkingSetSize > 0 &&
                    list[i].PeakWorkingSetSize >= list[i].WorkingSetSize);
    }
    assert_true(found);
    assert_succeeds(WTSFreeMemoryExW(WTSTypeProcessInfoLevel1, list, n));
    assert_succeeds(
        WTSEnumerateProcessesExW(NULL, &level, NO_SUCH_WTS_SESSION, (LPWSTR *)(void *)&list, &n));
    assert_int_equal(n, 0);
    WTSFreeMemory(list);
    level = 2;
    assert_fails(WTSEnumerateProcessesExW(NULL, &level, 0, (LPWSTR *)(void *)&list, &n),
                 ERROR_INVALID_PARAMETER);
}

static void a_process_can_be_killed(void **state)
{
    pid_t child = fork();
    int status = 0;

    (void)state;
    if (child == 0) {
        (void)pause();
        _exit(1);
    }
    assert_succeeds(WTSTerminateProcess(NULL, (DWORD)child, 7));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_fails(WTSTerminateProcess(NULL, NO_SUCH_PID, 7), ERROR_INVALID_PARAMETER);
}

/* --- events ----------------------------------------------------------------------------------- */

static void *flush_until_told(void *done)
{
    DWORD flags = 1;

    while (!__atomic_load_n((int *)done, __ATOMIC_SEQ_CST)) {
        if (!WTSWaitSystemEvent(NULL, WTS_EVENT_FLUSH, &flags))
            break;
        (void)sched_yield();
    }
    return NULL;
}

static void a_flush_ends_waiting(void **state)
{
    pthread_t thread;
    DWORD flags = 77;
    int done = 0;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, flush_until_told, &done), 0);
    assert_succeeds(WTSWaitSystemEvent(NULL, WTS_EVENT_ALL, &flags));
    __atomic_store_n(&done, 1, __ATOMIC_SEQ_CST);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(flags, WTS_EVENT_NONE);
    assert_fails(WTSWaitSystemEvent(NULL, WTS_EVENT_LICENSE, &flags), ERROR_INVALID_PARAMETER);
    assert_fails(WTSWaitSystemEvent(NULL, WTS_EVENT_ALL, NULL), ERROR_INVALID_PARAMETER);
}

/* --- logging off ------------------------------------------------------------------------------ */

static void use_tokens_only_without_root(void)
{
    if (geteuid() != 0)
        assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
}

/* A process of a session of its own, which has written a line when it is ready. */
struct guest {
    HANDLE token, process, out;
    LUID session;
};

static void guest_start(struct guest *g, const char *script)
{
    STARTUPINFOA startup = { .cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES };
    PROCESS_INFORMATION process;
    char command[1024], byte;
    DWORD n = 0;

    use_tokens_only_without_root();
    g->token = support_logon("alice", LOGON32_LOGON_BATCH);
    g->session = support_session_of(g->token);
    assert_true(snprintf(command, sizeof(command), "sh -c \"%s\"", script) < (int)sizeof(command));
    assert_succeeds(CreatePipe(&g->out, &startup.hStdOutput, NULL, 0));
    assert_succeeds(CreateProcessAsUserA(g->token, NULL, command, NULL, NULL, TRUE, 0, NULL, NULL,
                                         &startup, &process));
    assert_succeeds(CloseHandle(startup.hStdOutput));
    CloseHandle(process.hThread);
    g->process = process.hProcess;
    assert_succeeds(ReadFile(g->out, &byte, 1, &n, NULL));
    assert_int_equal(n, 1);
}

static void guest_done(struct guest *g)
{
    assert_int_equal(WaitForSingleObject(g->process, 10000), WAIT_OBJECT_0);
    assert_succeeds(CloseHandle(g->process));
    assert_succeeds(CloseHandle(g->out));
    assert_succeeds(CloseHandle(g->token));
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
}

static void processes_of_a_session_are_asked_to_end(void **state)
{
    struct guest g;
    double begin;
    DWORD code = 0;

    (void)state;
    guest_start(&g, "trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done");
    begin = support_seconds();
    assert_succeeds(openlogon_logoff(&g.session, 0, LONG_GRACE_MS, TRUE));
    assert_true(support_seconds() - begin < LONG_GRACE_MS / 1000.0);
    assert_false(support_session_exists(g.session));
    assert_int_equal(WaitForSingleObject(g.process, 10000), WAIT_OBJECT_0);
    assert_succeeds(GetExitCodeProcess(g.process, &code));
    assert_int_equal(code, 9);
    guest_done(&g);
}

static void one_that_does_not_end_is_killed(void **state)
{
    struct guest g;
    DWORD code = 0;

    (void)state;
    guest_start(&g, "trap '' TERM HUP; echo ready; while :; do sleep 1; done");
    assert_succeeds(openlogon_logoff(&g.session, 0, GRACE_MS, TRUE));
    assert_false(support_session_exists(g.session));
    assert_int_equal(WaitForSingleObject(g.process, 10000), WAIT_OBJECT_0);
    assert_succeeds(GetExitCodeProcess(g.process, &code));
    assert_int_equal(code, 128 + SIGKILL);
    guest_done(&g);
}

/* Each of them starts another before it ends. */
static void those_that_fork_all_the_time_are_killed(void **state)
{
    struct guest g;
    char script[512];

    (void)state;
    SKIP_UNLESS_ROOT(); /* without control groups a child that lost its parents is nobody's */
    (void)snprintf(script, sizeof(script),
                   "trap '' TERM HUP; g() { while :; do ( sleep 0.01 & ) ; done; }; "
                   "i=0; while test $i -lt %d; do g & i=$((i+1)); done; echo ready; wait",
                   FORKS);
    guest_start(&g, script);
    assert_succeeds(openlogon_logoff(&g.session, 0, 0, TRUE));
    assert_false(support_session_exists(g.session));
    guest_done(&g);
}

static void what_others_hold_of_it_is_worth_nothing(void **state)
{
    HANDLE token, copy = NULL;
    LUID session;

    (void)state;
    use_tokens_only_without_root();
    token = support_logon("alice", LOGON32_LOGON_INTERACTIVE);
    session = support_session_of(token);
    assert_succeeds(DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                                     TokenPrimary, &copy));
    assert_succeeds(openlogon_logoff(&session, 0, LONG_GRACE_MS, TRUE));
    assert_false(support_session_exists(session));
    assert_succeeds(CloseHandle(token));
    assert_succeeds(CloseHandle(copy));
    assert_fails(openlogon_logoff(&session, 0, 0, TRUE), ERROR_NO_SUCH_LOGON_SESSION);
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
}

static void nothing_can_be_started_with_a_token_of_it(void **state)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char command[] = "true";
    HANDLE token;
    LUID session;

    (void)state;
    use_tokens_only_without_root();
    token = support_logon("alice", LOGON32_LOGON_BATCH);
    session = support_session_of(token);
    assert_succeeds(openlogon_logoff(&session, 0, 0, TRUE));
    assert_fails(CreateProcessAsUserA(token, NULL, command, NULL, NULL, FALSE, 0, NULL, NULL,
                                      &startup, &process),
                 ERROR_INVALID_HANDLE);
    assert_succeeds(CloseHandle(token));
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
}

static void the_systems_own_sessions_cannot_be_ended(void **state)
{
    (void)state;
    for (DWORD id = 0x3e4; id <= 0x3e7; id++) {
        const LUID session = { .LowPart = id };

        assert_fails(openlogon_logoff(&session, 0, 0, TRUE), ERROR_ACCESS_DENIED);
    }
    assert_fails(openlogon_logoff(&(LUID){ 0 }, 0, 0, TRUE), ERROR_NO_SUCH_LOGON_SESSION);
    assert_fails(openlogon_logoff(&(LUID){ .LowPart = 0x3e7 }, 0, 60001, TRUE),
                 ERROR_INVALID_PARAMETER);
}

static void a_user_ends_his_own_sessions_only(void **state)
{
    HANDLE alice, bob;
    LUID session, other;

    (void)state;
    use_tokens_only_without_root();
    alice = support_logon("2001", LOGON32_LOGON_NETWORK);
    bob = support_logon("2002", LOGON32_LOGON_NETWORK);
    session = support_session_of(alice);
    other = support_session_of(bob);
    assert_succeeds(ImpersonateLoggedOnUser(bob));
    assert_fails(openlogon_logoff(&session, 0, 0, TRUE), ERROR_ACCESS_DENIED);
    assert_true(support_session_exists(session));
    assert_succeeds(openlogon_logoff(&other, 0, 0, FALSE));
    assert_succeeds(RevertToSelf());
    assert_true(support_wait_session_gone(other, 5000));
    assert_true(support_session_exists(session));
    assert_succeeds(CloseHandle(alice));
    assert_succeeds(CloseHandle(bob));
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(services_are_session_0),
        cmocka_unit_test(the_longer_list_has_no_user_for_services),
        cmocka_unit_test(wrong_arguments_of_lists_are_refused),
        cmocka_unit_test(only_this_machine_is_a_server),
        cmocka_unit_test(a_session_tells_by_class),
        cmocka_unit_test(what_nobody_knows_is_not_told),
        cmocka_unit_test(a_process_is_in_the_session_of_its_logon),
        cmocka_unit_test(services_have_no_user_and_cannot_be_ended),
        cmocka_unit_test(this_process_is_listed_with_its_user),
        cmocka_unit_test(the_longer_list_tells_what_a_process_uses),
        cmocka_unit_test(a_process_can_be_killed),
        cmocka_unit_test(a_flush_ends_waiting),
        cmocka_unit_test(processes_of_a_session_are_asked_to_end),
        cmocka_unit_test(one_that_does_not_end_is_killed),
        cmocka_unit_test(those_that_fork_all_the_time_are_killed),
        cmocka_unit_test(what_others_hold_of_it_is_worth_nothing),
        cmocka_unit_test(nothing_can_be_started_with_a_token_of_it),
        cmocka_unit_test(the_systems_own_sessions_cannot_be_ended),
        cmocka_unit_test(a_user_ends_his_own_sessions_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
