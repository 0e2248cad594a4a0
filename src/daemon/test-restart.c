/* SPDX-License-Identifier: MIT */
/* openlogond dies, and another one takes over: by bare messages, also by such as lie. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/test.h"
#include "daemon/test-link.h"
#include "security/token_image.h"

#include <windows.h>
#include <ntsecapi.h>

enum { WELL_KNOWN_SESSIONS = 4, CUT_OFF = INT32_MAX };

static struct test_daemon daemon_;
static const char *const options[] = { "--set", "workers = 1", NULL };
static const char *const impatient[] = { "--set", "workers = 1", "--set", "reclaim_timeout_s = 1",
                                         NULL };

static int start(void **state)
{
    test_daemon_start(&daemon_, options);
    return 0;
}

static int stop(void **state)
{
    test_daemon_stop(&daemon_);
    return 0;
}

/* A connection, and what the daemon knows it by. */
struct link {
    int fd;
    uint64_t holder;
};

static struct link open_link(uint64_t holder, bool expect_reclaimed)
{
    struct link link = { link_connect(&daemon_), holder };
    bool reclaimed = !expect_reclaimed;

    assert_int_equal(link_hello_again(link.fd, &link.holder, &reclaimed), 0);
    assert_int_equal(reclaimed, expect_reclaimed);
    assert_true(link.holder != 0);
    return link;
}

static uint64_t log_on(const struct link *link)
{
    uint64_t token = 0;

    assert_int_equal(link_logon(link->fd, "good", Network, &token), 0);
    assert_true(token != 0);
    return token;
}

static size_t count_sessions(void)
{
    struct link link = open_link(0, false);
    size_t n = link_count_sessions(link.fd);

    (void)close(link.fd);
    return n;
}

static double now_s(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void wait_for_sessions(size_t expected)
{
    double end = now_s() + 5;

    while (count_sessions() != expected && now_s() < end)
        (void)poll(NULL, 0, 1);
    assert_int_equal(count_sessions(), expected);
}

/* The daemon is killed, and the link made again; what is held is still to be claimed. */
static void die_and_come_again(struct link *link)
{
    test_daemon_kill(&daemon_);
    assert_true(test_daemon_restart(&daemon_, options));
    (void)close(link->fd);
    *link = open_link(link->holder, true);
}

/* --- what is reclaimed -------------------------------------------------------------------------
 */

static void what_is_claimed_lives_on_and_the_rest_ends(void **state)
{
    struct link link = open_link(0, false);
    uint64_t kept = log_on(&link), lost = log_on(&link);
    const uint32_t one = 1;

    die_and_come_again(&link);
    assert_int_equal(link_reclaim(link.fd, &kept, &one, 1, false), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 1);
    assert_int_equal(link_release(link.fd, lost, 1), (int32_t)STATUS_INVALID_HANDLE);
    assert_int_equal(link_release(link.fd, kept, 1), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS);
    assert_true(log_on(&link) > lost);
    (void)close(link.fd);
}

static int32_t open_twin(int fd, uint64_t token, uint64_t *ret)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LinkedTokenRequest linked = OPENLOGON__LINKED_TOKEN_REQUEST__INIT;
    Openlogon__Reply *reply;
    int32_t status;

    linked.token_id = token;
    request.call_case = OPENLOGON__REQUEST__CALL_LINKED_TOKEN;
    request.linked_token = &linked;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    status = reply->status;
    if (status == 0)
        *ret = reply->token->token_id;
    reply_free(reply);
    return status;
}

/* Two sessions that hold each other, whichever of them somebody has a token of. */
static void linked_sessions_stay_linked(void **state)
{
    struct link link = open_link(0, false);
    uint64_t filtered = 0, full = 0, again = 0;
    const uint32_t one = 1;

    assert_int_equal(link_logon(link.fd, "powerful", Interactive, &filtered), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 2);
    die_and_come_again(&link);
    assert_int_equal(link_reclaim(link.fd, &filtered, &one, 1, false), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 2);
    assert_int_equal(open_twin(link.fd, filtered, &full), 0);
    assert_int_equal(link_release(link.fd, filtered, 1), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 2);
    die_and_come_again(&link);
    assert_int_equal(link_reclaim(link.fd, &full, &one, 1, false), 0);
    assert_int_equal(open_twin(link.fd, full, &again), 0);
    assert_int_equal(link_release(link.fd, again, 1), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 2);
    assert_int_equal(link_release(link.fd, full, 1), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS);
    (void)close(link.fd);
}

static void claims_come_in_pages(void **state)
{
    struct link link = open_link(0, false);
    uint64_t tokens[3];
    const uint32_t one = 1;

    for (size_t i = 0; i < ARRAY_SIZE(tokens); i++)
        tokens[i] = log_on(&link);
    die_and_come_again(&link);
    for (size_t i = 0; i < ARRAY_SIZE(tokens); i++)
        assert_int_equal(link_reclaim(link.fd, &tokens[i], &one, 1, true), 0);
    assert_int_equal(link_reclaim(link.fd, NULL, NULL, 0, false), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + ARRAY_SIZE(tokens));
    assert_int_equal(link_reclaim(link.fd, NULL, NULL, 0, false), CUT_OFF);
    wait_for_sessions(WELL_KNOWN_SESSIONS);
    (void)close(link.fd);
}

static void a_second_death_in_the_middle_changes_nothing(void **state)
{
    struct link link = open_link(0, false);
    uint64_t token = log_on(&link);
    const uint32_t one = 1;

    die_and_come_again(&link);
    assert_int_equal(link_reclaim(link.fd, &token, &one, 1, true), 0);
    die_and_come_again(&link);
    (void)close(link.fd); /* which the daemon lives to see */
    do {
        bool reclaimed = false;

        link.fd = link_connect(&daemon_);
        assert_int_equal(link_hello_again(link.fd, &link.holder, &reclaimed), 0);
        assert_true(reclaimed);
    } while (0);
    assert_int_equal(link_reclaim(link.fd, &token, &one, 1, false), 0);
    assert_int_equal(link_release(link.fd, token, 1), 0);
    (void)close(link.fd);
}

static void a_restart_ends_nothing(void **state)
{
    struct link link = open_link(0, false);
    uint64_t token = log_on(&link);
    size_t n_told = test_daemon_n_told_ended(&daemon_);
    const uint32_t one = 1;

    test_daemon_end(&daemon_);
    assert_true(test_daemon_restart(&daemon_, options));
    assert_int_equal(test_daemon_n_told_ended(&daemon_), n_told);
    (void)close(link.fd);
    link = open_link(link.holder, true);
    assert_int_equal(link_reclaim(link.fd, &token, &one, 1, false), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 1);
    (void)close(link.fd);
    wait_for_sessions(WELL_KNOWN_SESSIONS);
}

/* --- what is not -------------------------------------------------------------------------------
 */

static void nothing_can_be_asked_before_all_is_claimed(void **state)
{
    struct link link = open_link(0, false);
    uint64_t token = log_on(&link);

    die_and_come_again(&link);
    assert_int_equal(link_release(link.fd, token, 1), CUT_OFF);
    (void)close(link.fd);
    test_daemon_kill(&daemon_);
    assert_true(test_daemon_restart(&daemon_, impatient));
    wait_for_sessions(WELL_KNOWN_SESSIONS);
}

static void more_than_there_was_cannot_be_claimed(void **state)
{
    struct link link = open_link(0, false);
    uint64_t tokens[3] = { log_on(&link) };
    const uint32_t many[3] = { 2, UINT32_MAX, 7 };

    tokens[1] = tokens[0];
    tokens[2] = tokens[0] + 1;
    die_and_come_again(&link);
    assert_int_equal(link_reclaim(link.fd, tokens, many, 3, false), 0);
    assert_int_equal(link_release(link.fd, tokens[2], 1), (int32_t)STATUS_INVALID_HANDLE);
    assert_int_equal(link_release(link.fd, tokens[0], 2), (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(link_release(link.fd, tokens[0], 1), 0);
    (void)close(link.fd);
}

static void a_holder_is_its_own_processs_only(void **state)
{
    struct link link = open_link(0, false);
    uint64_t token = log_on(&link);
    const uint32_t one = 1;
    int status = -1;
    pid_t pid;

    test_daemon_kill(&daemon_);
    assert_true(test_daemon_restart(&daemon_, options));
    pid = fork();
    if (pid == 0) {
        struct link thief = { link_connect(&daemon_), link.holder };
        bool reclaimed = true;
        int32_t st = link_hello_again(thief.fd, &thief.holder, &reclaimed);

        _exit(st == 0 && !reclaimed && thief.holder != link.holder &&
                      link_release(thief.fd, token, 1) == (int32_t)STATUS_INVALID_HANDLE
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    (void)close(open_link(link.holder ^ 1, false).fd); /* a number that is nobody's */
    (void)close(link.fd);
    link = open_link(link.holder, true);
    assert_int_equal(link_reclaim(link.fd, &token, &one, 1, false), 0);
    (void)close(open_link(link.holder, false).fd); /* it is in use */
    assert_int_equal(link_release(link.fd, token, 1), 0);
    (void)close(link.fd);
}

static void what_nobody_reclaims_ends_after_some_time(void **state)
{
    struct link link = open_link(0, false);

    (void)log_on(&link);
    test_daemon_kill(&daemon_);
    assert_true(test_daemon_restart(&daemon_, impatient));
    assert_int_equal(count_sessions(), WELL_KNOWN_SESSIONS + 1);
    wait_for_sessions(WELL_KNOWN_SESSIONS);
    (void)close(link.fd);
    (void)close(open_link(link.holder, false).fd);
}

static int32_t call_keep(int fd)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__KeepRequest keep = OPENLOGON__KEEP_REQUEST__INIT;
    Openlogon__Reply *reply;
    int32_t status;

    request.call_case = OPENLOGON__REQUEST__CALL_KEEP;
    request.keep = &keep;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    status = reply->status;
    reply_free(reply);
    return status;
}

static int open_passing(void)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__HelloRequest hello = OPENLOGON__HELLO_REQUEST__INIT;
    int fd = link_connect(&daemon_), page = -1;
    Openlogon__Reply *reply;

    hello.version = 1;
    hello.passing = true;
    request.serial = 1;
    request.call_case = OPENLOGON__REQUEST__CALL_HELLO;
    request.hello = &hello;
    link_send(fd, &request);
    reply = link_receive(fd, &page);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_true(reply->hello->holder == 0);
    assert_int_equal(page, -1);
    reply_free(reply);
    return fd;
}

static void who_passes_by_gets_nothing_back(void **state)
{
    struct link passing = { .fd = open_passing() };

    (void)log_on(&passing);
    assert_int_equal(call_keep(passing.fd), (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(count_sessions(), WELL_KNOWN_SESSIONS + 1);
    test_daemon_kill(&daemon_);
    assert_true(test_daemon_restart(&daemon_, options));
    assert_int_equal(count_sessions(), WELL_KNOWN_SESSIONS);
    (void)close(passing.fd);
    passing.fd = open_passing();
    (void)log_on(&passing);
    (void)close(passing.fd);
    wait_for_sessions(WELL_KNOWN_SESSIONS);
}

static pid_t log_on_in_child(void)
{
    int ready[2];
    char byte;
    pid_t pid;

    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        struct link link = open_link(0, false);

        (void)log_on(&link);
        (void)!write(ready[1], "", 1);
        (void)pause();
        _exit(1);
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    return pid;
}

static void end_child(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void what_a_dead_process_held_ends_at_once(void **state)
{
    pid_t before = log_on_in_child(), after = log_on_in_child();

    test_daemon_kill(&daemon_);
    end_child(before);
    assert_true(test_daemon_restart(&daemon_, options));
    assert_int_equal(count_sessions(), WELL_KNOWN_SESSIONS + 1);
    end_child(after);
    wait_for_sessions(WELL_KNOWN_SESSIONS);
}

/* --- leases ------------------------------------------------------------------------------------
 */

static int ask_lease(int fd, uint8_t *cookie, size_t size)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__ForkLeaseRequest ask = OPENLOGON__FORK_LEASE_REQUEST__INIT;
    Openlogon__Reply *reply;
    int lease = -1;

    request.call_case = OPENLOGON__REQUEST__CALL_FORK_LEASE;
    request.fork_lease = &ask;
    link_send(fd, &request);
    reply = link_receive(fd, &lease);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_int_equal(reply->fork_lease->cookie.len, size);
    memcpy(cookie, reply->fork_lease->cookie.data, size);
    reply_free(reply);
    assert_true(lease >= 0);
    return lease;
}

static int32_t adopt_lease(int fd, uint8_t *cookie, size_t size)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__AdoptLeaseRequest adopt = OPENLOGON__ADOPT_LEASE_REQUEST__INIT;
    Openlogon__Reply *reply;
    int32_t status;

    adopt.cookie = (ProtobufCBinaryData){ size, cookie };
    request.call_case = OPENLOGON__REQUEST__CALL_ADOPT_LEASE;
    request.adopt_lease = &adopt;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    status = reply->status;
    reply_free(reply);
    return status;
}

static void a_lease_lives_as_long_as_its_descriptor(void **state)
{
    struct link link = open_link(0, false), other;
    uint8_t adopted[16], closed[16];
    uint64_t token = log_on(&link);
    int lease = ask_lease(link.fd, adopted, sizeof(adopted));
    int dropped = ask_lease(link.fd, closed, sizeof(closed));

    test_daemon_kill(&daemon_);
    (void)close(dropped);
    assert_true(test_daemon_restart(&daemon_, options));
    (void)close(link.fd);
    link = open_link(link.holder, true);
    assert_int_equal(link_reclaim(link.fd, NULL, NULL, 0, false), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 1);
    assert_int_equal(adopt_lease(link.fd, closed, sizeof(closed)), (int32_t)STATUS_ACCESS_DENIED);
    other = open_link(0, false);
    assert_int_equal(adopt_lease(other.fd, adopted, sizeof(adopted)), 0);
    (void)close(lease);
    assert_int_equal(link_release(other.fd, token, 1), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS);
    (void)log_on(&link);
    lease = ask_lease(link.fd, adopted, sizeof(adopted));
    test_daemon_kill(&daemon_);
    assert_true(test_daemon_restart(&daemon_, options));
    (void)close(link.fd);
    link = open_link(link.holder, true);
    assert_int_equal(link_reclaim(link.fd, NULL, NULL, 0, false), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 1);
    (void)close(lease);
    wait_for_sessions(WELL_KNOWN_SESSIONS);
    (void)close(link.fd);
    (void)close(other.fd);
}

/* --- a file that cannot be used ----------------------------------------------------------------
 */

static void limit_files(rlim_t size)
{
    const struct rlimit limit = { size, RLIM_INFINITY };

    assert_int_equal(prlimit(daemon_.pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

static void a_full_disk_gives_an_error_and_no_session(void **state)
{
    struct link link = open_link(0, false);
    uint64_t token = log_on(&link), unused = 0;
    const uint32_t one = 1;

    limit_files(1);
    assert_int_equal(link_logon(link.fd, "good", Network, &unused), CUT_OFF);
    (void)close(link.fd);
    link = open_link(link.holder, true);
    assert_int_equal(link_reclaim(link.fd, &token, &one, 1, false), 0);
    assert_int_equal(link_logon(link.fd, "good", Network, &unused), (int32_t)STATUS_DISK_FULL);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 1);
    limit_files(RLIM_INFINITY);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 1); /* it is tried again */
    unused = log_on(&link);
    die_and_come_again(&link);
    assert_int_equal(link_reclaim(link.fd, &token, &one, 1, false), 0);
    assert_int_equal(link_count_sessions(link.fd), WELL_KNOWN_SESSIONS + 1);
    assert_int_equal(link_release(link.fd, token, 1), 0);
    (void)close(link.fd);
}

static void a_damaged_file_keeps_it_from_starting(void **state)
{
    struct link link = open_link(0, false);
    char path[128], garbage[8192];
    int fd;

    (void)log_on(&link);
    test_daemon_end(&daemon_);
    (void)snprintf(path, sizeof(path), "%s/run/sessions.db", daemon_.dir);
    memset(garbage, 'x', sizeof(garbage));
    fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, garbage, sizeof(garbage), 100), sizeof(garbage));
    (void)close(fd);
    assert_false(test_daemon_restart(&daemon_, options));
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(unlink(path), 0);
    assert_true(test_daemon_restart(&daemon_, options));
    (void)close(link.fd);
    assert_int_equal(count_sessions(), WELL_KNOWN_SESSIONS);
    (void)close(open_link(link.holder, false).fd);
}

/* LUIDs that the journal has must have been reserved, or they could be used twice. */
static void a_journal_without_its_luids_keeps_it_from_starting(void **state)
{
    struct link link = open_link(0, false);
    char path[128], hidden[140];

    (void)log_on(&link);
    test_daemon_kill(&daemon_);
    (void)snprintf(path, sizeof(path), "%s/state/luid", daemon_.dir);
    (void)snprintf(hidden, sizeof(hidden), "%s.hidden", path);
    assert_int_equal(rename(path, hidden), 0);
    assert_false(test_daemon_restart(&daemon_, options));
    assert_int_equal(rename(hidden, path), 0);
    assert_true(test_daemon_restart(&daemon_, options));
    (void)close(link.fd);
    link = open_link(link.holder, true);
    assert_int_equal(link_reclaim(link.fd, NULL, NULL, 0, false), 0);
    (void)close(link.fd);
}

int main(void)
{
    const char *uid = getenv("OPENLOGON_TEST_UID");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_claimed_lives_on_and_the_rest_ends),
        cmocka_unit_test(linked_sessions_stay_linked),
        cmocka_unit_test(claims_come_in_pages),
        cmocka_unit_test(a_second_death_in_the_middle_changes_nothing),
        cmocka_unit_test(a_restart_ends_nothing),
        cmocka_unit_test(nothing_can_be_asked_before_all_is_claimed),
        cmocka_unit_test(more_than_there_was_cannot_be_claimed),
        cmocka_unit_test(a_holder_is_its_own_processs_only),
        cmocka_unit_test(what_nobody_reclaims_ends_after_some_time),
        cmocka_unit_test(who_passes_by_gets_nothing_back),
        cmocka_unit_test(what_a_dead_process_held_ends_at_once),
        cmocka_unit_test(a_lease_lives_as_long_as_its_descriptor),
        cmocka_unit_test(a_full_disk_gives_an_error_and_no_session),
        cmocka_unit_test(a_damaged_file_keeps_it_from_starting),
        cmocka_unit_test(a_journal_without_its_luids_keeps_it_from_starting),
    };

    if (uid && geteuid() == 0)
        assert_int_equal(setresuid((uid_t)atoi(uid), (uid_t)atoi(uid), (uid_t)atoi(uid)), 0);
    return cmocka_run_group_tests(tests, start, stop);
}
