/* SPDX-License-Identifier: MIT */
/* When sessions end, and that nothing is left behind. */
#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CYCLES = 20000,
    WARM_UP = 2000,
    HELD = 1000,
    RSS_SLACK_KIB = 1024,
};

static void closing_the_last_handle_ends_the_session_at_once(void **state)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK_CLEARTEXT);
    LUID id = support_session_of(token);
    HANDLE copy = NULL;

    (void)state;
    assert_true(support_session_exists(id));
    assert_succeeds(DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation,
                                     TokenPrimary, &copy));
    assert_succeeds(CloseHandle(token));
    assert_true(support_session_exists(id));
    assert_succeeds(CloseHandle(copy));
    assert_false(support_session_exists(id));
    assert_fails(CloseHandle(token), ERROR_INVALID_HANDLE);
}

static void an_impersonating_thread_keeps_the_session_until_it_reverts(void **state)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK);
    LUID id = support_session_of(token);

    (void)state;
    if (geteuid() != 0)
        assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_succeeds(ImpersonateLoggedOnUser(token));
    assert_succeeds(CloseHandle(token));
    assert_true(support_session_exists(id));
    assert_succeeds(RevertToSelf());
    assert_false(support_session_exists(id));
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
}

/* Whether the process is listed with that session. */
static BOOL is_listed(DWORD pid, LUID session)
{
    OPENLOGON_PROCESS *list = NULL;
    BOOL found = FALSE;
    DWORD n = 0;

    assert_succeeds(openlogon_enumerate_processes(&list, &n));
    for (DWORD i = 0; i < n; i++)
        found |= list[i].pid == pid && list[i].session.LowPart == session.LowPart;
    LsaFreeReturnBuffer(list);
    return found;
}

static void the_exit_of_the_last_process_ends_the_session(void **state)
{
    STARTUPINFOA startup = { .cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES };
    PROCESS_INFORMATION process;
    char command[] = "sh -c \"sleep 1000 >/dev/null 2>&1 & echo $!; wait\"", grandchild[16] = "";
    HANDLE token = support_logon("alice", LOGON32_LOGON_BATCH), out = NULL;
    LUID id = support_session_of(token);
    DWORD n = 0;

    (void)state;
    if (geteuid() != 0)
        assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_succeeds(CreatePipe(&out, &startup.hStdOutput, NULL, 0));
    assert_succeeds(CreateProcessAsUserA(token, NULL, command, NULL, NULL, TRUE, 0, NULL, NULL,
                                         &startup, &process));
    assert_succeeds(CloseHandle(startup.hStdOutput));
    assert_succeeds(CloseHandle(token));
    assert_true(support_session_exists(id));
    assert_succeeds(ReadFile(out, grandchild, sizeof(grandchild) - 1, &n, NULL));
    assert_succeeds(CloseHandle(out));
    assert_succeeds(TerminateProcess(process.hProcess, 1));
    assert_int_equal(WaitForSingleObject(process.hProcess, 10000), WAIT_OBJECT_0);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    /* The grandchild lives on in the session's cgroup, and so does the session. */
    if (geteuid() == 0)
        assert_true(is_listed((DWORD)atoi(grandchild), id) && support_session_exists(id));
    assert_int_equal(kill(atoi(grandchild), SIGKILL), 0);
    assert_true(support_wait_session_gone(id, 5000));
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
}

static void cycle(unsigned n, uint64_t *last)
{
    for (unsigned i = 0; i < n; i++) {
        HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK_CLEARTEXT);
        LUID id = support_session_of(token);
        uint64_t value = ((uint64_t)(uint32_t)id.HighPart << 32) | id.LowPart;

        assert_true(value > *last);
        *last = value;
        assert_succeeds(CloseHandle(token));
    }
}

static void twenty_thousand_logons_leave_nothing_and_reuse_no_luid(void **state)
{
    const pid_t authority = support_authority_pid();
    uint64_t last = 0;
    unsigned sessions, descriptors, own;
    long rss;

    (void)state;
    cycle(WARM_UP, &last);
    sessions = support_count_sessions();
    descriptors = support_descriptors(authority);
    own = support_descriptors(getpid());
    rss = support_rss_kib(authority);
    cycle(CYCLES, &last);
    print_message("openlogond: %ld KiB before, %ld KiB after; %u descriptors before, %u after\n",
                  rss, support_rss_kib(authority), descriptors, support_descriptors(authority));
    assert_int_equal(support_count_sessions(), sessions);
    /* Some may still have been of processes that the tests before have ended. */
    assert_true(support_descriptors(authority) <= descriptors);
    assert_int_equal(support_descriptors(getpid()), own);
#if !defined(__SANITIZE_ADDRESS__) && !defined(OPENLOGON_SANITIZED)
    /* A sanitizer keeps freed memory in quarantine. */
    assert_true(support_rss_kib(authority) - rss < RSS_SLACK_KIB);
#endif
}

/* Holds a thousand tokens until it is killed. */
static int hold(int ready)
{
    for (int i = 0; i < HELD; i++)
        (void)support_logon("alice", LOGON32_LOGON_NETWORK_CLEARTEXT);
    if (write(ready, "r", 1) != 1)
        return 1;
    for (;;)
        pause();
}

static void a_killed_client_leaves_nothing_behind(void **state)
{
    const char *self = *state;
    unsigned before = support_count_sessions();
    char number[16], byte;
    double start;
    int ready[2];
    pid_t child;

    assert_int_equal(pipe(ready), 0);
    snprintf(number, sizeof(number), "%d", ready[1]);
    child = fork();
    if (child == 0) {
        execl(self, self, "--hold", number, (char *)NULL);
        _exit(127);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_true(support_count_sessions() >= before + HELD);
    start = support_seconds();
    kill(child, SIGKILL);
    assert_true(support_wait_sessions(before, 1000));
    print_message("%d sessions gone after %.1f ms\n", HELD, (support_seconds() - start) * 1000);
    waitpid(child, NULL, 0);
    close(ready[0]);
}

static void a_token_lives_in_parent_and_child_after_fork(void **state)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK_CLEARTEXT);
    LUID id = support_session_of(token);
    int go[2], status = -1;
    char byte = 0;
    pid_t child;

    (void)state;
    assert_int_equal(pipe(go), 0);
    child = fork();
    if (child == 0) {
        BOOL ok = read(go[0], &byte, 1) == 1 && support_session_exists(id) &&
                  support_session_of(token).LowPart == id.LowPart;
        ok = ok && CloseHandle(token) && !support_session_exists(id);
        _exit(ok ? 0 : 1);
    }
    assert_succeeds(CloseHandle(token));
    assert_true(support_session_exists(id));
    assert_int_equal(write(go[1], "g", 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_false(support_session_exists(id));
    close(go[0]);
    close(go[1]);
}

static void a_child_that_execs_or_dies_drops_its_share(void **state)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK_CLEARTEXT);
    LUID id = support_session_of(token);
    int status;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(support_session_exists(id));
    assert_succeeds(CloseHandle(token));
    assert_true(support_wait_session_gone(id, 1000));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closing_the_last_handle_ends_the_session_at_once),
        cmocka_unit_test(an_impersonating_thread_keeps_the_session_until_it_reverts),
        cmocka_unit_test(the_exit_of_the_last_process_ends_the_session),
        cmocka_unit_test(a_token_lives_in_parent_and_child_after_fork),
        cmocka_unit_test(a_child_that_execs_or_dies_drops_its_share),
        cmocka_unit_test(twenty_thousand_logons_leave_nothing_and_reuse_no_luid),
        cmocka_unit_test_prestate(a_killed_client_leaves_nothing_behind, argv[0]),
    };

    if (argc == 3 && strcmp(argv[1], "--hold") == 0)
        return hold(atoi(argv[2]));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
