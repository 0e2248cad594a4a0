/* SPDX-License-Identifier: MIT */
/* Watching through the library: what a program is told, when, and by whom openlogond decides it. */
#include "authority.h"
#include "support.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SOON_MS = 10000, /* what has happened is told within */
    MANY = 3000,
};

static OPENLOGON_WATCH *watch(DWORD types)
{
    OPENLOGON_WATCH *w = NULL;

    assert_succeeds(openlogon_watch_open(types, &w));
    return w;
}

static OPENLOGON_EVENT next(OPENLOGON_WATCH *w)
{
    OPENLOGON_EVENT event;

    assert_succeeds(openlogon_watch_next(w, SOON_MS, &event));
    return event;
}

static void nothing_more(OPENLOGON_WATCH *w)
{
    OPENLOGON_EVENT event;

    assert_fails(openlogon_watch_next(w, 0, &event), ERROR_TIMEOUT);
}

static BOOL same(LUID a, LUID b)
{
    return a.LowPart == b.LowPart && a.HighPart == b.HighPart;
}

static void a_session_is_told_of_from_its_start_to_its_end(void **state)
{
    OPENLOGON_WATCH *w = watch(0);
    HANDLE token = support_logon("alice", LOGON32_LOGON_BATCH);
    LUID id = support_session_of(token);
    OPENLOGON_EVENT event = next(w);
    ULONGLONG sequence = event.sequence;

    (void)state;
    assert_int_equal(event.type, OPENLOGON_EVENT_SESSION_STARTED);
    assert_true(same(event.session, id));
    assert_string_equal(event.user, "null-alice");
    assert_true(*event.package);
    assert_int_equal(event.logon_type, Batch);
    assert_true(event.sid && IsValidSid(event.sid));
    assert_int_equal(event.actor_pid, getpid());
    assert_int_equal(event.actor_uid, getuid());
    assert_true(event.time.QuadPart > 0);
    nothing_more(w);

    assert_succeeds(CloseHandle(token));
    event = next(w);
    assert_int_equal(event.type, OPENLOGON_EVENT_SESSION_ENDED);
    assert_true(same(event.session, id));
    assert_true(event.sequence > sequence);
    assert_int_equal(event.actor_pid, 0);
    nothing_more(w);
    openlogon_watch_close(w);
}

static void a_failed_logon_is_told_with_its_reason(void **state)
{
    OPENLOGON_WATCH *w = watch(1u << OPENLOGON_EVENT_LOGON_FAILED);
    OPENLOGON_EVENT event;
    HANDLE token = NULL;

    (void)state;
    assert_fails(LogonUserA("null-alice", ".", "wrong", LOGON32_LOGON_NETWORK,
                            LOGON32_PROVIDER_DEFAULT, &token),
                 ERROR_LOGON_FAILURE);
    event = next(w);
    assert_int_equal(event.type, OPENLOGON_EVENT_LOGON_FAILED);
    assert_string_equal(event.user, "null-alice");
    assert_int_equal(event.status, STATUS_LOGON_FAILURE);
    assert_int_equal(event.sub_status, STATUS_WRONG_PASSWORD);
    assert_int_equal(event.logon_type, Network);
    assert_null(event.sid);
    assert_int_equal(event.actor_pid, getpid());

    assert_fails(LogonUserA("nobody-here", NULL, "wrong", LOGON32_LOGON_NETWORK,
                            LOGON32_PROVIDER_DEFAULT, &token),
                 ERROR_LOGON_FAILURE);
    event = next(w);
    assert_string_equal(event.user, "nobody-here");
    assert_int_equal(event.sub_status, STATUS_NO_SUCH_USER);
    openlogon_watch_close(w);
}

static void a_wait_without_events_ends(void **state)
{
    OPENLOGON_WATCH *w = watch(0);
    OPENLOGON_EVENT event;
    double start = support_seconds();

    (void)state;
    assert_fails(openlogon_watch_next(w, 50, &event), ERROR_TIMEOUT);
    assert_true(support_seconds() - start >= 0.049);
    openlogon_watch_close(w);
}

static void the_descriptor_tells_when_there_is_something(void **state)
{
    OPENLOGON_WATCH *w = watch(0);
    struct pollfd pollfd = { .fd = openlogon_watch_fd(w), .events = POLLIN };
    HANDLE token;

    (void)state;
    assert_int_equal(poll(&pollfd, 1, 0), 0);
    token = support_logon("alice", LOGON32_LOGON_NETWORK);
    assert_int_equal(poll(&pollfd, 1, SOON_MS), 1);
    (void)next(w);
    nothing_more(w);
    assert_int_equal(poll(&pollfd, 1, 0), 0);
    assert_succeeds(CloseHandle(token));
    openlogon_watch_close(w);
}

static void a_token_for_another_process_is_told_of(void **state)
{
    OPENLOGON_WATCH *w = watch(1u << OPENLOGON_EVENT_TOKEN_ASSIGNED);
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char command[] = "true";
    HANDLE token = support_logon("alice", LOGON32_LOGON_BATCH);
    LUID id = support_session_of(token);
    OPENLOGON_EVENT event;

    (void)state;
    if (geteuid() != 0)
        assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_succeeds(CreateProcessAsUserA(token, NULL, command, NULL, NULL, FALSE, 0, NULL, NULL,
                                         &startup, &process));
    event = next(w);
    assert_int_equal(event.type, OPENLOGON_EVENT_TOKEN_ASSIGNED);
    assert_true(same(event.session, id));
    assert_true(event.token.LowPart || event.token.HighPart);
    assert_int_equal(WaitForSingleObject(process.hProcess, INFINITE), WAIT_OBJECT_0);
    assert_succeeds(CloseHandle(process.hThread));
    assert_succeeds(CloseHandle(process.hProcess));
    assert_succeeds(CloseHandle(token));
    assert_true(support_wait_session_gone(id, SOON_MS)); /* its end is no later test's event */
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
    openlogon_watch_close(w);
}

/* The thread's token decides, and the watch does not keep its session. */
static void a_thread_that_impersonates_watches_as_its_client(void **state)
{
    HANDLE token = support_logon("1234", LOGON32_LOGON_NETWORK), other;
    LUID id = support_session_of(token);
    OPENLOGON_WATCH *w;
    OPENLOGON_EVENT event;

    (void)state;
    if (geteuid() != 0)
        assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_succeeds(ImpersonateLoggedOnUser(token));
    w = watch(0);
    assert_succeeds(RevertToSelf());
    other = support_logon("4321", LOGON32_LOGON_NETWORK);
    assert_succeeds(CloseHandle(other));
    nothing_more(w);
    assert_succeeds(CloseHandle(token));
    assert_false(support_session_exists(id));
    event = next(w);
    assert_int_equal(event.type, OPENLOGON_EVENT_SESSION_ENDED);
    assert_true(same(event.session, id));
    nothing_more(w);
    openlogon_watch_close(w);
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
}

static void who_only_identifies_a_client_does_not_watch_for_him(void **state)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK), copy = NULL;
    OPENLOGON_WATCH *w = NULL;

    (void)state;
    assert_succeeds(DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, SecurityIdentification,
                                     TokenImpersonation, &copy));
    assert_succeeds(ImpersonateLoggedOnUser(copy));
    assert_fails(openlogon_watch_open(0, &w), ERROR_BAD_IMPERSONATION_LEVEL);
    assert_null(w);
    assert_succeeds(RevertToSelf());
    assert_succeeds(CloseHandle(copy));
    assert_succeeds(CloseHandle(token));
}

static void what_a_slow_program_lost_is_counted(void **state)
{
    OPENLOGON_WATCH *w = watch(0);
    ULONGLONG told = 0, lost = 0;

    (void)state;
    for (int i = 0; i < MANY; i++)
        assert_succeeds(CloseHandle(support_logon("alice", LOGON32_LOGON_NETWORK)));
    while (told + lost < 2 * MANY) {
        OPENLOGON_EVENT event = next(w);

        if (event.type == OPENLOGON_EVENT_LOST)
            lost += event.lost;
        else
            told++;
    }
    assert_int_equal(told + lost, 2 * MANY);
    assert_true(lost > 0);
    nothing_more(w);
    openlogon_watch_close(w);
}

static void wrong_arguments_fail(void **state)
{
    OPENLOGON_WATCH *w = NULL;
    OPENLOGON_EVENT event;

    (void)state;
    assert_fails(openlogon_watch_open(0, NULL), ERROR_INVALID_PARAMETER);
    assert_fails(openlogon_watch_open(1u << 31, &w), ERROR_INVALID_PARAMETER);
    assert_null(w);
    assert_fails(openlogon_watch_next(NULL, 0, &event), ERROR_INVALID_PARAMETER);
    assert_int_equal(openlogon_watch_fd(NULL), -1);
    openlogon_watch_close(NULL);
}

/* --- an openlogond that comes and goes --------------------------------------------------------
 */

static int in_a_child_with_an_authority_of_its_own(void (*test)(struct authority *authority))
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        struct authority authority;

        authority_start(&authority);
        test(&authority);
        authority_remove(&authority);
        exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void watch_over_a_restart(struct authority *authority)
{
    OPENLOGON_WATCH *w = watch(0);
    unsigned descriptors = support_descriptors(getpid());
    int fd = openlogon_watch_fd(w);
    OPENLOGON_EVENT event;

    for (int i = 0; i < 3; i++) {
        authority_kill(authority);
        assert_fails(openlogon_watch_next(w, 20, &event), ERROR_TIMEOUT);
        authority_start_again(authority);
        event = next(w);
        assert_int_equal(event.type, OPENLOGON_EVENT_LOST);
        assert_true(event.lost == OPENLOGON_LOST_UNKNOWN);
        assert_true(event.time.QuadPart > 0);
        nothing_more(w);
    }
    assert_int_equal(openlogon_watch_fd(w), fd);
    assert_int_equal(support_descriptors(getpid()), descriptors);
    openlogon_watch_close(w);
}

static void a_watch_goes_on_when_openlogond_is_back(void **state)
{
    (void)state;
    assert_int_equal(in_a_child_with_an_authority_of_its_own(watch_over_a_restart), 0);
}

/* What its thread's token was, nobody knows any more. */
static void watch_as_a_client_over_a_restart(struct authority *authority)
{
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK);
    struct pollfd pollfd = { .events = POLLIN };
    OPENLOGON_EVENT event;
    OPENLOGON_WATCH *w;

    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_succeeds(ImpersonateLoggedOnUser(token));
    w = watch(0);
    assert_succeeds(RevertToSelf());
    authority_kill(authority);
    assert_fails(openlogon_watch_next(w, INFINITE, &event), RPC_S_SERVER_UNAVAILABLE);
    pollfd.fd = openlogon_watch_fd(w);
    assert_int_equal(poll(&pollfd, 1, SOON_MS), 1);
    assert_fails(openlogon_watch_next(w, 0, &event), RPC_S_SERVER_UNAVAILABLE);
    openlogon_watch_close(w);
    assert_fails(openlogon_watch_open(0, &w), RPC_S_SERVER_UNAVAILABLE);
}

static void a_watch_for_a_client_ends_with_openlogond(void **state)
{
    (void)state;
    assert_int_equal(in_a_child_with_an_authority_of_its_own(watch_as_a_client_over_a_restart), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_is_told_of_from_its_start_to_its_end),
        cmocka_unit_test(a_failed_logon_is_told_with_its_reason),
        cmocka_unit_test(a_wait_without_events_ends),
        cmocka_unit_test(the_descriptor_tells_when_there_is_something),
        cmocka_unit_test(a_token_for_another_process_is_told_of),
        cmocka_unit_test(a_thread_that_impersonates_watches_as_its_client),
        cmocka_unit_test(who_only_identifies_a_client_does_not_watch_for_him),
        cmocka_unit_test(what_a_slow_program_lost_is_counted),
        cmocka_unit_test(wrong_arguments_fail),
        cmocka_unit_test(a_watch_goes_on_when_openlogond_is_back),
        cmocka_unit_test(a_watch_for_a_client_ends_with_openlogond),
    };

    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
