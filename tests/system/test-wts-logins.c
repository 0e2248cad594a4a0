/* SPDX-License-Identifier: MIT */
/*
 * WTS sessions of logins through PAM, as programs see them. Processes of the test play sshd, login
 * and su: each tells openlogond of a login by a bare message, and is in that login from then on.
 */
#include "support.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ntsecapi.h>
#include <wtsapi32.h>

#include "daemon/test-link.h"

enum {
    ALICE = 61501,
    BOB = 61502,
    GRACE_MS = 100,
    WAIT_MS = 10000,
};

static struct test_daemon daemon_;

static int start(void **state)
{
    static const char *const options[] = { "--set", "workers = 1", NULL };

    test_daemon_start(&daemon_, options);
    return setenv("OPENLOGON_SOCKET", daemon_.socket, 1);
}

static int stop(void **state)
{
    test_daemon_stop(&daemon_);
    return 0;
}

/* --- logins ----------------------------------------------------------------------------------- */

struct pam {
    const char *service, *user, *tty, *host;
};

struct opened {
    int32_t status;
    uint32_t type, number;
    uint64_t luid;
    pid_t pid;
};

/* A process that has logged in, until it is killed. */
struct leader {
    struct opened opened;
    int reports;
};

static void log_in(struct opened *ret, const struct pam *pam)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LoginOpenRequest open = OPENLOGON__LOGIN_OPEN_REQUEST__INIT;
    Openlogon__Reply *reply;

    open.service = (char *)(uintptr_t)pam->service;
    open.user = (char *)(uintptr_t)pam->user;
    open.tty = (char *)(uintptr_t)pam->tty;
    open.remote_host = (char *)(uintptr_t)pam->host;
    request.call_case = OPENLOGON__REQUEST__CALL_LOGIN_OPEN;
    request.login_open = &open;
    reply = link_call(link_open(&daemon_), &request);
    ret->status = reply ? reply->status : INT32_MAX;
    ret->pid = getpid();
    if (ret->status == 0) {
        ret->luid = reply->login->luid;
        ret->type = reply->login->logon_type;
        ret->number = reply->login->wts_session;
    }
    reply_free(reply);
}

static void log_in_and_tell(const struct pam *pam, int reports)
{
    struct opened opened = { 0 };

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    log_in(&opened, pam);
    if (write(reports, &opened, sizeof(opened)) != sizeof(opened))
        _exit(1);
}

/* @within  a second login in the first, by a child; NULL: none */
static _Noreturn void lead(const struct pam *pam, const struct pam *within, int reports)
{
    log_in_and_tell(pam, reports);
    if (within && fork() == 0)
        log_in_and_tell(within, reports);
    for (;;)
        (void)pause();
}

static void next_report(struct leader *l)
{
    assert_int_equal(read(l->reports, &l->opened, sizeof(l->opened)), sizeof(l->opened));
    assert_int_equal(l->opened.status, 0);
}

static pid_t leader_start(struct leader *l, const struct pam *pam, const struct pam *within)
{
    int reports[2];
    pid_t pid;

    assert_int_equal(pipe(reports), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)close(reports[0]);
        lead(pam, within, reports[1]);
    }
    (void)close(reports[1]);
    *l = (struct leader){ .reports = reports[0] };
    next_report(l);
    return pid;
}

static void leader_end(const struct leader *l, pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    (void)close(l->reports);
}

static const struct pam console = { "login", "uid-61501", "tty1", "" };
static const struct pam ssh = { "sshd", "uid-61502", "/dev/pts/77", "192.0.2.7" };
static const struct pam su = { "su", "uid-61502", "tty1", "" };
static const struct pam cron = { "cron", "uid-61501", "cron", "" };

/* --- what is listed --------------------------------------------------------------------------- */

static DWORD count_sessions(void)
{
    WTS_SESSION_INFOA *list = NULL;
    DWORD n = 0;

    assert_succeeds(WTSEnumerateSessionsA(NULL, 0, 1, &list, &n));
    WTSFreeMemory(list);
    return n;
}

static void wait_for_sessions(DWORD n)
{
    for (int i = 0; i < WAIT_MS / 5 && count_sessions() != n; i++)
        (void)poll(NULL, 0, 5);
    assert_int_equal(count_sessions(), n);
}

/* A text of a session, which is to be freed. */
static char *text_of(DWORD session, WTS_INFO_CLASS class)
{
    char *text = NULL;
    DWORD size = 0;

    assert_succeeds(WTSQuerySessionInformationA(NULL, session, class, &text, &size));
    assert_int_equal(size, strlen(text) + 1);
    return text;
}

static void assert_text(DWORD session, WTS_INFO_CLASS class, const char *expected)
{
    char *text = text_of(session, class);

    assert_string_equal(text, expected);
    WTSFreeMemory(text);
}

static void a_login_is_a_session(void **state)
{
    struct leader local, remote;
    pid_t local_pid = leader_start(&local, &console, NULL);
    pid_t remote_pid = leader_start(&remote, &ssh, NULL);
    WTS_SESSION_INFO_1A *list = NULL;
    DWORD level = 1, n = 0;

    (void)state;
    assert_int_equal(local.opened.number, 1);
    assert_int_equal(local.opened.type, Interactive);
    assert_int_equal(remote.opened.number, 2);
    assert_int_equal(remote.opened.type, RemoteInteractive);
    assert_succeeds(WTSEnumerateSessionsExA(NULL, &level, 0, &list, &n));
    assert_int_equal(n, 3);
    assert_int_equal(list[1].SessionId, 1);
    assert_int_equal(list[1].State, WTSActive);
    assert_string_equal(list[1].pSessionName, "tty1");
    assert_string_equal(list[1].pUserName, "uid-61501");
    assert_null(list[1].pHostName);
    assert_string_equal(list[2].pSessionName, "pts/77");
    assert_string_equal(list[2].pHostName, "192.0.2.7");
    assert_succeeds(WTSFreeMemoryExA(WTSTypeSessionInfoLevel1, list, n));
    leader_end(&local, local_pid);
    wait_for_sessions(2);
    leader_end(&remote, remote_pid);
    wait_for_sessions(1);
}

static void it_tells_where_from_and_since_when(void **state)
{
    struct leader remote;
    pid_t pid = leader_start(&remote, &ssh, NULL);
    DWORD session = remote.opened.number, size = 0;
    WTS_CLIENT_ADDRESS *address = NULL;
    WTSINFOA *info = NULL;
    BYTE *is_remote = NULL;
    const in_addr_t expected = inet_addr("192.0.2.7");

    (void)state;
    assert_text(session, WTSUserName, "uid-61502");
    assert_text(session, WTSWinStationName, "pts/77");
    assert_text(session, WTSClientName, "192.0.2.7");
    assert_succeeds(WTSQuerySessionInformationA(NULL, session, WTSClientAddress,
                                                (LPSTR *)(void *)&address, &size));
    assert_int_equal(address->AddressFamily, AF_INET);
    assert_memory_equal(address->Address + 2, &expected, sizeof(expected));
    WTSFreeMemory(address);
    assert_succeeds(WTSQuerySessionInformationA(NULL, session, WTSIsRemoteSession,
                                                (LPSTR *)(void *)&is_remote, &size));
    assert_int_equal(size, 1);
    assert_int_equal(*is_remote, 1);
    WTSFreeMemory(is_remote);
    assert_succeeds(
        WTSQuerySessionInformationA(NULL, session, WTSSessionInfo, (LPSTR *)(void *)&info, &size));
    assert_int_equal(info->State, WTSActive);
    assert_string_equal(info->UserName, "uid-61502");
    assert_true(info->ConnectTime.QuadPart > 0 && info->LogonTime.QuadPart > 0 &&
                info->ConnectTime.QuadPart <= info->CurrentTime.QuadPart);
    WTSFreeMemory(info);
    leader_end(&remote, pid);
    wait_for_sessions(1);
}

static void who_becomes_somebody_else_stays_in_the_session(void **state)
{
    struct leader l;
    pid_t pid = leader_start(&l, &console, &su);
    const struct opened outer = l.opened;
    DWORD session = 77;

    (void)state;
    next_report(&l);
    assert_int_equal(l.opened.number, outer.number);
    assert_true(l.opened.luid != outer.luid);
    assert_int_equal(count_sessions(), 2);
    assert_succeeds(ProcessIdToSessionId((DWORD)l.opened.pid, &session));
    assert_int_equal(session, outer.number);
    assert_text(outer.number, WTSUserName, "uid-61501");
    leader_end(&l, pid);
    wait_for_sessions(1);
}

static void a_job_of_cron_is_among_the_services(void **state)
{
    struct leader l;
    pid_t pid = leader_start(&l, &cron, NULL);

    (void)state;
    assert_int_equal(l.opened.number, 0);
    assert_int_equal(l.opened.type, Batch);
    assert_int_equal(count_sessions(), 1);
    leader_end(&l, pid);
}

static void its_users_token_is_for_the_system(void **state)
{
    struct leader l;
    pid_t pid = leader_start(&l, &console, NULL);
    TOKEN_STATISTICS statistics;
    TOKEN_PRIVILEGES none = { .PrivilegeCount = 1 };
    HANDLE token = NULL, own = NULL;
    DWORD size = 0, session = 0;

    (void)state;
    assert_succeeds(WTSQueryUserToken(l.opened.number, &token));
    assert_succeeds(
        GetTokenInformation(token, TokenStatistics, &statistics, sizeof(statistics), &size));
    assert_int_equal(statistics.TokenType, TokenPrimary);
    assert_int_equal(statistics.AuthenticationId.LowPart, (DWORD)l.opened.luid);
    assert_succeeds(GetTokenInformation(token, TokenSessionId, &session, sizeof(session), &size));
    assert_int_equal(session, l.opened.number);
    assert_succeeds(CloseHandle(token));

    /* Not without the privilege. */
    assert_succeeds(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own));
    assert_succeeds(LookupPrivilegeValueA(NULL, "SeTcbPrivilege", &none.Privileges[0].Luid));
    assert_succeeds(AdjustTokenPrivileges(own, FALSE, &none, 0, NULL, NULL));
    assert_fails(WTSQueryUserToken(l.opened.number, &token), ERROR_PRIVILEGE_NOT_HELD);
    none.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    assert_succeeds(AdjustTokenPrivileges(own, FALSE, &none, 0, NULL, NULL));
    assert_succeeds(CloseHandle(own));
    leader_end(&l, pid);
    wait_for_sessions(1);
}

static void logging_it_off_ends_all_that_is_in_it(void **state)
{
    struct leader l;
    pid_t pid = leader_start(&l, &console, &su);
    const struct opened outer = l.opened;
    const LUID outer_luid = { .LowPart = (DWORD)outer.luid };
    int status = 0;

    (void)state;
    next_report(&l);
    const LUID inner_luid = { .LowPart = (DWORD)l.opened.luid };
    assert_succeeds(openlogon_logoff(NULL, outer.number, GRACE_MS, TRUE));
    assert_false(support_session_exists(outer_luid));
    assert_false(support_session_exists(inner_luid));
    assert_int_equal(count_sessions(), 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_fails(WTSLogoffSession(NULL, outer.number, TRUE), ERROR_FILE_NOT_FOUND);
    (void)close(l.reports);
}

struct waiting {
    DWORD flags;
    BOOL ok;
};

static void *wait_for_event(void *context)
{
    struct waiting *w = context;

    w->ok = WTSWaitSystemEvent(NULL, WTS_EVENT_LOGON, &w->flags);
    return NULL;
}

/* The wait may begin after the login: then there is another. */
static void a_login_is_an_event(void **state)
{
    struct waiting w = { 0 };
    pthread_t thread;
    struct timespec soon;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_event, &w), 0);
    for (;;) {
        struct leader l;
        pid_t pid = leader_start(&l, &console, NULL);

        leader_end(&l, pid);
        wait_for_sessions(1);
        (void)clock_gettime(CLOCK_REALTIME, &soon);
        soon.tv_nsec += 50 * 1000 * 1000;
        soon.tv_sec += soon.tv_nsec / 1000000000;
        soon.tv_nsec %= 1000000000;
        if (pthread_timedjoin_np(thread, NULL, &soon) == 0)
            break;
    }
    assert_true(w.ok);
    assert_int_equal(w.flags, WTS_EVENT_LOGON);
}

static void a_watch_tells_of_its_beginning_and_end(void **state)
{
    const DWORD types = 1 << OPENLOGON_EVENT_WTS_OPENED | 1 << OPENLOGON_EVENT_WTS_CLOSED;
    OPENLOGON_WATCH *watch = NULL;
    OPENLOGON_EVENT event;
    struct leader l;
    pid_t pid;

    (void)state;
    assert_succeeds(openlogon_watch_open(types, &watch));
    pid = leader_start(&l, &console, NULL);
    assert_succeeds(openlogon_watch_next(watch, WAIT_MS, &event));
    assert_int_equal(event.type, OPENLOGON_EVENT_WTS_OPENED);
    assert_int_equal(event.wts_session, l.opened.number);
    assert_int_equal(event.session.LowPart, (DWORD)l.opened.luid);
    assert_string_equal(event.user, "uid-61501");
    leader_end(&l, pid);
    assert_succeeds(openlogon_watch_next(watch, WAIT_MS, &event));
    assert_int_equal(event.type, OPENLOGON_EVENT_WTS_CLOSED);
    assert_int_equal(event.wts_session, l.opened.number);
    assert_string_equal(event.user, "uid-61501");
    openlogon_watch_close(watch);
}

static void sessions_outlive_openlogond(void **state)
{
    static const char *const options[] = { "--set", "workers = 1", NULL };
    struct leader local, remote;
    pid_t local_pid = leader_start(&local, &console, NULL);
    pid_t remote_pid = leader_start(&remote, &ssh, NULL);

    (void)state;
    leader_end(&local, local_pid);
    wait_for_sessions(2);
    test_daemon_kill(&daemon_);
    assert_true(test_daemon_restart(&daemon_, options));
    assert_int_equal(count_sessions(), 2);
    assert_text(2, WTSWinStationName, "pts/77");
    assert_text(2, WTSUserName, "uid-61502");
    assert_text(2, WTSClientName, "192.0.2.7");
    local_pid = leader_start(&local, &console, NULL);
    assert_int_equal(local.opened.number, 1);
    leader_end(&local, local_pid);
    leader_end(&remote, remote_pid);
    wait_for_sessions(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_login_is_a_session),
        cmocka_unit_test(it_tells_where_from_and_since_when),
        cmocka_unit_test(who_becomes_somebody_else_stays_in_the_session),
        cmocka_unit_test(a_job_of_cron_is_among_the_services),
        cmocka_unit_test(its_users_token_is_for_the_system),
        cmocka_unit_test(logging_it_off_ends_all_that_is_in_it),
        cmocka_unit_test(a_login_is_an_event),
        cmocka_unit_test(a_watch_tells_of_its_beginning_and_end),
        cmocka_unit_test(sessions_outlive_openlogond),
    };
    const char *uid = getenv("OPENLOGON_TEST_UID");

    if (uid && geteuid() != 0)
        return 77;
    if (uid && setuid((uid_t)atoi(uid)) < 0)
        return 1;
    return cmocka_run_group_tests(tests, start, stop);
}
