/* SPDX-License-Identifier: MIT */
/* Events from outside: bare connections to openlogond that watch, a fake worker behind it. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "daemon/event.h"
#include "daemon/test-link.h"

#include <windows.h>
#include <ntsecapi.h>

enum {
    CUT_OFF = INT32_MAX,
    FAKE_UID = 40000, /* whom the fake worker logs on */
    OTHER_UID = 61234,
    MANY_LOGONS = 1200,
    MANY_WATCHERS = 100,
    WATCHES_OF_AN_ORDINARY_USER = 16,
};

static struct test_daemon daemon_;

static int start(void **state)
{
    static const char *const one_worker[] = { "--set", "workers = 1", NULL };

    test_daemon_start(&daemon_, one_worker);
    return 0;
}

static int stop(void **state)
{
    test_daemon_stop(&daemon_);
    return 0;
}

/* --- a watch -----------------------------------------------------------------------------------
 */

/* Replies hold several events; `reply` is the one that is being read. */
struct watch {
    int fd;
    uint32_t serial;
    uint64_t sequence; /* of the last event before it */
    Openlogon__Reply *reply;
    size_t next;
};

static int32_t watch_start(struct watch *watch, int fd, uint32_t types, uint64_t token)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__WatchRequest start_watch = OPENLOGON__WATCH_REQUEST__INIT;
    Openlogon__Reply *reply;
    int32_t status;

    start_watch.types = types;
    request.effective_token = token;
    request.call_case = OPENLOGON__REQUEST__CALL_WATCH;
    request.watch = &start_watch;
    reply = link_call(fd, &request);
    if (!reply)
        return CUT_OFF;
    status = reply->status;
    *watch = (struct watch){ .fd = fd, .serial = request.serial };
    if (status == 0)
        watch->sequence = reply->watch->sequence;
    reply_free(reply);
    return status;
}

static void watch_open(struct watch *watch)
{
    assert_int_equal(watch_start(watch, link_open(&daemon_), 0, 0), 0);
}

static void watch_close(struct watch *watch)
{
    reply_free(watch->reply);
    (void)close(watch->fd);
}

/* Waits for the next one; NULL: cut off. Valid until the next call. */
static const Openlogon__Event *watch_next(struct watch *watch)
{
    if (!watch->reply || watch->next == watch->reply->n_events) {
        reply_free(watch->reply);
        watch->reply = link_receive(watch->fd, NULL);
        watch->next = 0;
        if (!watch->reply)
            return NULL;
        assert_int_equal(watch->reply->serial, watch->serial);
        assert_int_equal(watch->reply->status, 0);
        assert_true(watch->reply->n_events > 0);
    }
    return watch->reply->events[watch->next++];
}

static bool watch_has_more(const struct watch *watch)
{
    struct pollfd pollfd = { .fd = watch->fd, .events = POLLIN };

    return (watch->reply && watch->next < watch->reply->n_events) || poll(&pollfd, 1, 0) > 0;
}

/* --- what is told ------------------------------------------------------------------------------
 */

static void a_session_is_told_of_from_its_start_to_its_end(void **state)
{
    struct watch watch;
    int fd = link_open(&daemon_);
    const Openlogon__Event *event;
    uint64_t token = 0, session, sequence;

    watch_open(&watch);
    assert_int_equal(link_logon(fd, "good", Interactive, &token), 0);
    event = watch_next(&watch);
    assert_non_null(event);
    session = event->session;
    sequence = event->sequence;
    assert_int_equal(event->type, EVENT_SESSION_STARTED);
    assert_int_equal(event->sequence, watch.sequence + 1);
    assert_true(event->session > 0x3e7);
    assert_string_equal(event->user, "good");
    assert_string_equal(event->domain, "MACHINE");
    assert_string_equal(event->package, "NTLM");
    assert_int_equal(event->logon_type, Interactive);
    assert_true(sid_valid(event->sid.data, event->sid.len));
    assert_int_equal(event->actor_pid, getpid());
    assert_int_equal(event->actor_uid, geteuid());
    assert_int_equal(event->actor_session, 0x3e7);
    assert_true(event->time > 0);

    assert_int_equal(link_release(fd, token, 1), 0);
    event = watch_next(&watch);
    assert_non_null(event);
    assert_int_equal(event->type, EVENT_SESSION_ENDED);
    assert_int_equal(event->session, session);
    assert_int_equal(event->sequence, sequence + 1);
    assert_string_equal(event->user, "good");
    watch_close(&watch);
    (void)close(fd);
}

static void failed_logons_tell_the_reason_to_those_who_may_know_it(void **state)
{
    static const struct {
        const char *user;
        NTSTATUS told; /* to whom asked by name */
        NTSTATUS status, sub_status;
    } cases[] = {
        { "wrong", STATUS_LOGON_FAILURE, STATUS_LOGON_FAILURE, STATUS_WRONG_PASSWORD },
        { "unknown", STATUS_LOGON_FAILURE, STATUS_LOGON_FAILURE, STATUS_NO_SUCH_USER },
        { "restricted", STATUS_ACCOUNT_DISABLED, STATUS_ACCOUNT_RESTRICTION,
          STATUS_ACCOUNT_DISABLED },
        { "bad-sid", STATUS_INVALID_SID, STATUS_INVALID_SID, 0 },
    };
    struct watch watch;
    int fd = link_open(&daemon_);

    assert_int_equal(watch_start(&watch, link_open(&daemon_), UINT32_C(1) << EVENT_LOGON_FAILED, 0),
                     0);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const Openlogon__Event *event;

        assert_int_equal(link_logon(fd, cases[i].user, Network, NULL), (int32_t)cases[i].told);
        event = watch_next(&watch);
        assert_non_null(event);
        assert_int_equal(event->type, EVENT_LOGON_FAILED);
        assert_string_equal(event->user, cases[i].user);
        assert_true(*event->domain);
        assert_int_equal(event->logon_type, Network);
        assert_int_equal(event->status, (int32_t)cases[i].status);
        assert_int_equal(event->sub_status, (int32_t)cases[i].sub_status);
        assert_int_equal(event->session, 0);
        assert_int_equal(event->actor_pid, getpid());
    }
    assert_false(watch_has_more(&watch));
    watch_close(&watch);
    (void)close(fd);
}

/* Without a turn that has a reply: the client is gone. */
static void a_session_that_ends_with_its_client_is_told_of(void **state)
{
    struct watch watch;
    int fd = link_open(&daemon_);
    uint64_t session;

    assert_int_equal(link_logon(fd, "good", Interactive, NULL), 0);
    watch_open(&watch);
    (void)close(fd);
    session = watch_next(&watch)->session;
    assert_true(session > 0x3e7);
    watch_close(&watch);
}

static int32_t prepare_process(int fd, uint64_t token)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__PrepareProcessRequest prepare = OPENLOGON__PREPARE_PROCESS_REQUEST__INIT;
    Openlogon__Reply *reply;
    int32_t status;

    prepare.token_id = token;
    prepare.flags = 1; /* token only */
    request.call_case = OPENLOGON__REQUEST__CALL_PREPARE_PROCESS;
    request.prepare_process = &prepare;
    reply = link_call(fd, &request);
    status = reply ? reply->status : CUT_OFF;
    reply_free(reply);
    return status;
}

static void a_token_for_a_new_process_is_told_of(void **state)
{
    struct watch watch;
    int fd = link_open(&daemon_);
    const Openlogon__Event *event;
    uint64_t token = 0;

    assert_int_equal(link_logon(fd, "good", Interactive, &token), 0);
    watch_open(&watch);
    assert_int_equal(prepare_process(fd, token), 0);
    event = watch_next(&watch);
    assert_int_equal(event->type, EVENT_TOKEN_ASSIGNED);
    assert_true(event->token_id != 0 && event->token_id != token);
    assert_string_equal(event->user, "good");
    assert_int_equal(event->actor_pid, getpid());
    watch_close(&watch);
    (void)close(fd);
}

/* --- who is told -------------------------------------------------------------------------------
 */

static pid_t start_watching_as(uint32_t uid, int (*run)(struct watch *watch))
{
    int ready[2];
    char byte;
    pid_t child;

    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        struct watch watch;

        if (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
            _exit(99);
        if (watch_start(&watch, link_open(&daemon_), 0, 0) != 0 || write(ready[1], "x", 1) != 1)
            _exit(98);
        _exit(run(&watch));
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    return child;
}

static void assert_exits_with_0(pid_t child)
{
    int status;

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static bool is_next(struct watch *watch, enum event_type type, const char *user)
{
    const Openlogon__Event *event = watch_next(watch);

    return event && event->type == type && strcmp(event->user, user) == 0;
}

static int see_own_events(struct watch *watch)
{
    if (!is_next(watch, EVENT_SESSION_STARTED, "good"))
        return 1;
    if (!is_next(watch, EVENT_SESSION_ENDED, "good"))
        return 2;
    return is_next(watch, EVENT_LOGON_FAILED, "user-40000") ? 0 : 3;
}

static int see_nothing_of_others(struct watch *watch)
{
    return is_next(watch, EVENT_LOGON_FAILED, "user-61234") ? 0 : 1;
}

static void others_are_told_of_their_own_user_only(void **state)
{
    uint64_t token = 0;
    pid_t his, foreign;
    int fd;

    if (geteuid() != 0)
        skip();
    his = start_watching_as(FAKE_UID, see_own_events);
    foreign = start_watching_as(OTHER_UID, see_nothing_of_others);
    fd = link_open(&daemon_);
    assert_int_equal(link_logon(fd, "wrong", Interactive, NULL), (int32_t)STATUS_LOGON_FAILURE);
    assert_int_equal(link_logon(fd, "good", Interactive, &token), 0);
    assert_int_equal(link_release(fd, token, 1), 0);
    assert_int_equal(link_logon(fd, "user-40000", Interactive, NULL),
                     (int32_t)STATUS_LOGON_FAILURE);
    assert_int_equal(link_logon(fd, "user-61234", Interactive, NULL),
                     (int32_t)STATUS_LOGON_FAILURE);
    assert_exits_with_0(his);
    assert_exits_with_0(foreign);
    (void)close(fd);
}

/* Who acts with another's token sees what he may, not what the process may. */
static void a_watch_is_of_the_token_that_is_acted_with(void **state)
{
    struct watch watch;
    int fd = link_open(&daemon_), other = link_open(&daemon_);
    uint64_t token = 0;
    const Openlogon__Event *event;

    assert_int_equal(link_logon(other, "good", Interactive, &token), 0);
    assert_int_equal(watch_start(&watch, fd, 0, token), (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(link_logon(fd, "good", Interactive, &token), 0);
    assert_int_equal(watch_start(&watch, fd, 0, token), 0);
    event = watch_next(&watch);
    /* What the connection held has gone, and with it the session. */
    assert_int_equal(event->type, EVENT_SESSION_ENDED);
    assert_int_equal(link_logon(other, "wrong", Interactive, NULL), (int32_t)STATUS_LOGON_FAILURE);
    assert_int_equal(link_logon(other, "good", Interactive, NULL), 0);
    event = watch_next(&watch);
    assert_int_equal(event->type, EVENT_SESSION_STARTED);
    watch_close(&watch);
    (void)close(other);
}

static void a_connection_that_watches_asks_nothing_more(void **state)
{
    struct watch watch, again;

    watch_open(&watch);
    assert_int_equal(watch_start(&again, watch.fd, 0, 0), CUT_OFF);
    watch_close(&watch);
    watch_open(&watch);
    assert_int_equal(link_logon(watch.fd, "good", Interactive, NULL), CUT_OFF);
    watch_close(&watch);
}

static void unknown_types_are_refused(void **state)
{
    struct watch watch;
    int fd = link_open(&daemon_);

    assert_int_equal(watch_start(&watch, fd, UINT32_C(1) << EVENT_TYPES_END, 0),
                     (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(watch_start(&watch, fd, 1, 0), (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(watch_start(&watch, fd, UINT32_C(1) << EVENT_SESSION_ENDED, 0), 0);
    watch_close(&watch);
}

static int open_too_many(struct watch *first)
{
    struct watch watch;

    for (int i = 1; i < WATCHES_OF_AN_ORDINARY_USER; i++) {
        if (watch_start(&watch, link_open(&daemon_), 0, 0) != 0)
            return 1;
    }
    if (watch_start(&watch, link_open(&daemon_), 0, 0) != (int32_t)STATUS_QUOTA_EXCEEDED)
        return 2;
    (void)close(first->fd);
    /* Its end may be noticed after the next request. */
    for (int i = 0; i < 1000; i++) {
        if (watch_start(&watch, link_open(&daemon_), 0, 0) == 0)
            return 0;
    }
    return 3;
}

static void watches_are_counted(void **state)
{
    if (geteuid() != 0)
        skip();
    assert_exits_with_0(start_watching_as(OTHER_UID, open_too_many));
}

/* --- slow and dead watchers --------------------------------------------------------------------
 */

static void log_on_and_off(int fd, int times)
{
    for (int i = 0; i < times; i++) {
        uint64_t token = 0;

        assert_int_equal(link_logon(fd, "good", Network, &token), 0);
        assert_int_equal(link_release(fd, token, 1), 0);
    }
}

/* Reads all that has been sent. Sequence numbers and marks of loss have to agree at each place. */
static void read_all(struct watch *watch, uint64_t last, uint64_t *ret_read, uint64_t *ret_lost)
{
    uint64_t sequence = watch->sequence;

    *ret_read = *ret_lost = 0;
    while (sequence < last) {
        const Openlogon__Event *event = watch_next(watch);

        assert_non_null(event);
        if (event->type == EVENT_LOST) {
            assert_true(event->lost > 0);
            *ret_lost += event->lost;
            sequence += event->lost;
        } else {
            assert_int_equal(event->sequence, sequence + 1);
            sequence = event->sequence;
            ++*ret_read;
        }
    }
    assert_int_equal(sequence, last);
    assert_false(watch_has_more(watch));
    watch->sequence = sequence;
}

static void a_slow_watcher_is_told_exactly_what_it_lost(void **state)
{
    struct watch slow, quick;
    int fd = link_open(&daemon_);
    uint64_t n_read, n_lost, last;

    watch_open(&slow);
    last = slow.sequence;
    for (int round = 0; round < 2; round++) {
        log_on_and_off(fd, MANY_LOGONS);
        last += 2 * MANY_LOGONS;
        watch_open(&quick); /* others are served meanwhile */
        assert_int_equal(quick.sequence, last);
        watch_close(&quick);
        read_all(&slow, last, &n_read, &n_lost);
        assert_int_equal(n_read + n_lost, 2 * MANY_LOGONS);
        assert_true(n_lost > 0);
        assert_true(n_read >= 1024);
    }
    /* One that reads again misses nothing. */
    log_on_and_off(fd, 10);
    read_all(&slow, last + 20, &n_read, &n_lost);
    assert_int_equal(n_lost, 0);
    watch_close(&slow);
    (void)close(fd);
}

/* What is read while more happens: marks stand between events. */
static void losses_stand_where_the_events_would_have_stood(void **state)
{
    struct watch slow;
    int fd = link_open(&daemon_);
    uint64_t n_read, n_lost, last;
    size_t n_marks = 0;

    watch_open(&slow);
    last = slow.sequence;
    for (int round = 0; round < 6; round++) {
        log_on_and_off(fd, MANY_LOGONS / 2);
        last += MANY_LOGONS / 2 * 2;
        for (int i = 0; i < 300; i++) {
            const Openlogon__Event *event = watch_next(&slow);

            if (event->type == EVENT_LOST)
                n_marks++;
            slow.sequence += event->type == EVENT_LOST ? event->lost : 1;
            if (event->type != EVENT_LOST)
                assert_int_equal(event->sequence, slow.sequence);
        }
    }
    read_all(&slow, last, &n_read, &n_lost);
    assert_true(n_marks > 0 || n_lost > 0);
    watch_close(&slow);
    (void)close(fd);
}

static void watchers_that_die_leave_nothing(void **state)
{
    int fd = link_open(&daemon_);
    size_t fds = 0, rss = 0;

    log_on_and_off(fd, 100);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < MANY_WATCHERS; i++) {
            struct watch watch;

            watch_open(&watch);
            log_on_and_off(fd, 5);
            (void)close(watch.fd); /* with what it has not read */
        }
        log_on_and_off(fd, 1);
        if (round == 0) {
            fds = test_daemon_n_fds(&daemon_);
            rss = test_daemon_rss_kb(&daemon_);
        }
    }
    assert_int_equal(test_daemon_n_fds(&daemon_), fds);
    if (!TEST_IS_SANITIZED)
        assert_in_range(test_daemon_rss_kb(&daemon_), 0, rss + 1024);
    (void)close(fd);
}

static void a_watcher_that_is_killed_while_blocked_leaves_nothing(void **state)
{
    int fd = link_open(&daemon_);
    struct watch watch;
    size_t fds;

    log_on_and_off(fd, 1); /* with its worker there */
    fds = test_daemon_n_fds(&daemon_);
    watch_open(&watch);
    log_on_and_off(fd, MANY_LOGONS);
    (void)close(watch.fd);
    log_on_and_off(fd, 1);
    assert_int_equal(test_daemon_n_fds(&daemon_), fds);
    (void)close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_session_is_told_of_from_its_start_to_its_end),
        TEST(failed_logons_tell_the_reason_to_those_who_may_know_it),
        TEST(a_session_that_ends_with_its_client_is_told_of),
        TEST(a_token_for_a_new_process_is_told_of),
        TEST(others_are_told_of_their_own_user_only),
        TEST(a_watch_is_of_the_token_that_is_acted_with),
        TEST(a_connection_that_watches_asks_nothing_more),
        TEST(unknown_types_are_refused),
        TEST(watches_are_counted),
        TEST(a_slow_watcher_is_told_exactly_what_it_lost),
        TEST(losses_stand_where_the_events_would_have_stood),
        TEST(watchers_that_die_leave_nothing),
        TEST(a_watcher_that_is_killed_while_blocked_leaves_nothing),
    };

    return cmocka_run_group_tests_name("watch-calls", tests, NULL, NULL);
}
