/* SPDX-License-Identifier: MIT */
/* What packages do with each other and by themselves (caller.c), in real workers of a real
 * openlogond. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/test.h"
#include "daemon/test-link.h"

#include <windows.h>
#include <ntsecapi.h>

enum { ROUNDS = 30, PATIENCE_MS = 10000, TEXT_MAX = 256, WELL_KNOWN_SESSIONS = 4 };

static struct test_daemon daemon_;
static int fd, other;

static int set_up(void **state)
{
    static char paths[3][1024];
    static const char *const names[] = { "a", "b", "c" };
    const char *options[64] = { "--worker", getenv("OPENLOGON_TEST_WORKER"),
                                "--set",    "logon_timeout_s = 5",
                                "--set",    "packages = a b c" };
    static char environments[3][64];
    size_t n = 6;

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        (void)snprintf(paths[i], sizeof(paths[i]), "%s.path = %s", names[i],
                       getenv("OPENLOGON_TEST_CALLER"));
        (void)snprintf(environments[i], sizeof(environments[i]),
                       "%s.environment = CALLER_NAME=Caller-%s", names[i], names[i]);
        options[n++] = "--set";
        options[n++] = paths[i];
        options[n++] = "--set";
        options[n++] = environments[i];
    }
    test_daemon_start(&daemon_, options);
    fd = link_open(&daemon_);
    other = link_open(&daemon_);
    return 0;
}

static int tear_down(void **state)
{
    (void)close(fd);
    (void)close(other);
    test_daemon_stop(&daemon_);
    return 0;
}

/* --- logons whose profile is a text ------------------------------------------------------------
 */

static void send_logon(int link, const char *user)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LogonRequest logon = OPENLOGON__LOGON_REQUEST__INIT;

    logon.user = (char *)(uintptr_t)user;
    logon.logon_type = Network;
    request.call_case = OPENLOGON__REQUEST__CALL_LOGON;
    request.logon = &logon;
    link_send(link, &request);
}

static void finish_logon(int link, char ret[static TEXT_MAX])
{
    Openlogon__Reply *reply = link_receive(link, NULL);
    uint64_t token;

    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_in_range(reply->token->profile.len, 1, TEXT_MAX);
    memcpy(ret, reply->token->profile.data, reply->token->profile.len);
    token = reply->token->token_id;
    reply_free(reply);
    assert_int_equal(link_release(link, token, 1), 0);
}

static void assert_answer(const char *user, const char *answer)
{
    char text[TEXT_MAX];

    send_logon(fd, user);
    finish_logon(fd, text);
    assert_string_equal(text, answer);
}

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* --- calls -------------------------------------------------------------------------------------
 */

/* The first to be asked is a; the test's own process is SYSTEM as root, else the authority's own.
 */
static void a_package_calls_another_for_the_same_client(void **state)
{
    assert_answer("call:b", "Caller-b(trusted)");
    assert_answer("call:Caller-b", "Caller-b(trusted)"); /* it has told its name */
    assert_answer("call:b:c", "Caller-b(trusted)Caller-c(trusted)");
}

static void what_there_is_not_cannot_be_called(void **state)
{
    assert_answer("call:nobody", "=c00000fe"); /* NO_SUCH_PACKAGE */
}

/* STATUS_POSSIBLE_DEADLOCK */
static void a_circle_is_refused_where_it_would_close(void **state)
{
    assert_answer("call:a", "=c0000194");
    assert_answer("call:b:a", "Caller-b(trusted)=c0000194");
    assert_answer("call:b:c:b", "Caller-b(trusted)Caller-c(trusted)=c0000194");
    assert_answer("call:b:c:a", "Caller-b(trusted)Caller-c(trusted)=c0000194");
}

/* Each has one worker: a logon that waits for b, and one that b would have wait for a. */
static void those_that_cross_do_not_wait_for_each_other(void **state)
{
    const double start = now_ms();

    for (int i = 0; i < ROUNDS; i++) {
        char first[TEXT_MAX], second[TEXT_MAX];

        send_logon(fd, "call:b:c");
        send_logon(other, "call:c:b");
        finish_logon(fd, first);
        finish_logon(other, second);
        assert_true(strncmp(first, "Caller-b", 8) == 0 || first[0] == '=');
        assert_true(strncmp(second, "Caller-c", 8) == 0 || second[0] == '=');
    }
    assert_true(now_ms() - start < 5000); /* nothing ran into the timeout */
}

/* --- tokens ------------------------------------------------------------------------------------
 */

static void a_session_lives_by_the_token_that_its_package_keeps(void **state)
{
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS + (geteuid() != 0));
    assert_answer("token", "");
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS + 1);
    assert_answer("close", "1");
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS);
    assert_answer("close", "0");
}

static void kill_workers(void)
{
    char path[64];
    FILE *file;
    int pid;

    (void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)daemon_.pid,
                   (int)daemon_.pid);
    file = fopen(path, "re");
    assert_non_null(file);
    while (fscanf(file, "%d", &pid) == 1)
        (void)kill(pid, SIGKILL);
    (void)fclose(file);
}

static void a_worker_takes_its_tokens_along(void **state)
{
    const double end = now_ms() + PATIENCE_MS;

    assert_answer("token", "");
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS + 1);
    kill_workers();
    while (link_count_sessions(fd) != WELL_KNOWN_SESSIONS && now_ms() < end)
        (void)poll(NULL, 0, 2);
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS);
}

/* --- notifications -----------------------------------------------------------------------------
 */

static void packages_are_notified_until_they_cancel(void **state)
{
    const double end = now_ms() + PATIENCE_MS;
    char text[TEXT_MAX] = "";

    /* At once, in a thread and by CreateThread, and three times after a second each. */
    while (strcmp(text, "1 2 3") != 0 && now_ms() < end) {
        send_logon(fd, "notified");
        finish_logon(fd, text);
        (void)poll(NULL, 0, 20);
    }
    assert_string_equal(text, "1 2 3");
    (void)poll(NULL, 0, 1200);
    assert_answer("notified", "1 2 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_package_calls_another_for_the_same_client),
        cmocka_unit_test(what_there_is_not_cannot_be_called),
        cmocka_unit_test(a_circle_is_refused_where_it_would_close),
        cmocka_unit_test(those_that_cross_do_not_wait_for_each_other),
        cmocka_unit_test(a_session_lives_by_the_token_that_its_package_keeps),
        cmocka_unit_test(a_worker_takes_its_tokens_along),
        cmocka_unit_test(packages_are_notified_until_they_cancel),
    };

    return cmocka_run_group_tests_name("package-calls", tests, set_up, tear_down);
}
