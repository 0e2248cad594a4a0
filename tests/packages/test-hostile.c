/* SPDX-License-Identifier: MIT */
/*
 * A package that goes wrong at each of its calls in turn (hostile.c), in a real worker of a real
 * openlogond: it costs one failed logon, no session is left, openlogond keeps what it has, and
 * other packages do not notice. With OPENLOGON_TEST_UID set (and as root) all of it runs as that
 * user.
 */
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/test.h"
#include "daemon/test-link.h"

#include <windows.h>
#include <ntsecapi.h>

enum {
    SITES_MAX = 128,
    SITE_SIZE = 64,
    PATH_SIZE = 256,
    PATIENCE_MS = 30000, /* for what has to happen, but not at once */
    AT_ONCE_MS = 900,    /* less than a worker that hangs is given */
    GROWTH_KB = 2048,    /* of openlogond, over all of it */
    SLICES = 6,
};

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(SANITIZED) || defined(__SANITIZE_ADDRESS__)
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

static char sites[SITES_MAX][SITE_SIZE];
static size_t n_sites;

/* Most of the time is spent waiting, so the cases are dealt out to some processes. */
static size_t slice, n_slices = 1, last_case;

static bool is_ours(void)
{
    return last_case++ % n_slices == slice;
}

/* --- openlogond with the package ---------------------------------------------------------------
 */

/* A logon of the other one passes the hostile one by; the hostile one has to wait for both. */
static void start(struct test_daemon *daemon)
{
    static char packages[1024];
    const char *const options[] = {
        "--set",    packages,
        "--set",    sanitized ? "hostile.timeout_s = 4" : "hostile.timeout_s = 1",
        "--set",    "hostile.environment = LSAN_OPTIONS=detect_leaks=0",
        "--worker", getenv("OPENLOGON_TEST_WORKER"),
        NULL,
    };

    (void)snprintf(packages, sizeof(packages), "packages = %s %s", getenv("OPENLOGON_TEST_NULL"),
                   getenv("OPENLOGON_TEST_HOSTILE"));
    test_daemon_start(daemon, options);
}

static void path_of(char ret[static PATH_SIZE], const struct test_daemon *daemon, const char *name)
{
    (void)snprintf(ret, PATH_SIZE, "%s/state/packages/hostile/%s", daemon->dir, name);
}

/* Where the package reads it, as a whole. */
static void order(const struct test_daemon *daemon, const char *site, const char *way)
{
    char path[PATH_SIZE], new_path[PATH_SIZE];
    FILE *file;

    path_of(path, daemon, "orders");
    path_of(new_path, daemon, "orders.new");
    file = fopen(new_path, "we");
    assert_non_null(file);
    assert_true(fprintf(file, "%s %s\n", site, way) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(new_path, 0644), 0);
    assert_int_equal(rename(new_path, path), 0);
}

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* --- logons ------------------------------------------------------------------------------------
 */

static void send_logon(int fd, const char *user)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LogonRequest logon = OPENLOGON__LOGON_REQUEST__INIT;

    logon.user = (char *)(uintptr_t)user;
    logon.password = (ProtobufCBinaryData){ 4, (uint8_t *)(uintptr_t) "null" };
    logon.logon_type = Interactive;
    request.call_case = OPENLOGON__REQUEST__CALL_LOGON;
    request.logon = &logon;
    link_send(fd, &request);
}

/* The status; a token that came is given back. */
static int32_t finish_logon(int fd)
{
    Openlogon__Reply *reply = link_receive(fd, NULL);
    uint64_t token = 0;
    int32_t status;

    assert_non_null(reply);
    status = reply->status;
    if (reply->result_case == OPENLOGON__REPLY__RESULT_TOKEN)
        token = reply->token->token_id;
    reply_free(reply);
    if (token)
        assert_int_equal(link_release(fd, token, 1), 0);
    return status;
}

static int32_t log_on(int fd, const char *user)
{
    send_logon(fd, user);
    return finish_logon(fd);
}

/* What a client may be told when a package fails. */
static bool is_clear(int32_t status)
{
    static const int32_t clear[] = {
        (int32_t)RPC_NT_CALL_FAILED,    (int32_t)STATUS_IO_TIMEOUT,
        (int32_t)STATUS_INTERNAL_ERROR, (int32_t)STATUS_NO_MEMORY,
        (int32_t)STATUS_LOGON_FAILURE,  (int32_t)STATUS_INSUFFICIENT_RESOURCES,
    };

    for (size_t i = 0; i < ARRAY_SIZE(clear); i++) {
        if (clear[i] == status)
            return true;
    }
    return false;
}

/* --- what must be as before --------------------------------------------------------------------
 */

struct before {
    size_t n_sessions, n_fds, rss_kb;
};

static struct before look(const struct test_daemon *daemon, int fd)
{
    return (struct before){ link_count_sessions(fd), test_daemon_n_fds(daemon),
                            test_daemon_rss_kb(daemon) };
}

/* A worker that died is replaced, which takes a moment. */
static void wait_until_as_before(const struct test_daemon *daemon, int fd,
                                 const struct before *before)
{
    const double end = now_ms() + PATIENCE_MS;

    while ((test_daemon_n_fds(daemon) != before->n_fds ||
            link_count_sessions(fd) != before->n_sessions) &&
           now_ms() < end)
        (void)poll(NULL, 0, 5);
    assert_int_equal(link_count_sessions(fd), before->n_sessions);
    assert_int_equal(test_daemon_n_fds(daemon), before->n_fds);
}

/* One that hangs, or died, where nobody waited for it is noticed by the next logon. */
static void wait_until_it_behaves(int fd)
{
    const double end = now_ms() + PATIENCE_MS;
    int32_t status;

    while ((status = log_on(fd, "hostile")) != 0 && now_ms() < end)
        assert_true(is_clear(status));
    assert_int_equal(status, 0);
}

static bool has_answer(int fd)
{
    struct pollfd event = { .fd = fd, .events = POLLIN };

    return fd >= 0 && poll(&event, 1, 0) > 0;
}

/* Others are served while this one is misbehaving: before it has run out of its time, or, on a busy
 * machine, before its client is answered. */
static void check_the_others(int fd, int hostile_fd)
{
    const double start_ms = now_ms();

    assert_int_equal(log_on(fd, "null-1"), 0);
    assert_true(now_ms() - start_ms < AT_ONCE_MS || !has_answer(hostile_fd));
}

/* --- all sites and ways ------------------------------------------------------------------------
 */

static void read_sites(const struct test_daemon *daemon)
{
    char path[PATH_SIZE], site[SITE_SIZE];
    FILE *file;

    path_of(path, daemon, "seen");
    file = fopen(path, "re");
    assert_non_null(file);
    n_sites = 0;
    while (fscanf(file, "%63s", site) == 1) {
        assert_true(n_sites < SITES_MAX);
        (void)stpcpy(sites[n_sites++], site);
    }
    (void)fclose(file);
}

static bool is_of_start_or_end(const char *site)
{
    static const char *const names[] = { "SpLsaModeInitialize", "Initialize", "Initialize-end",
                                         "GetInfo", "Shutdown" };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (strcmp(names[i], site) == 0)
            return true;
    }
    return false;
}

/* An ordinary run visits them all: what is enumerated is what the package does. */
static void the_package_works_and_names_its_sites(void **state)
{
    struct test_daemon daemon;
    int fd;

    start(&daemon);
    fd = link_open(&daemon);
    wait_until_it_behaves(fd); /* its directory is there now */
    order(&daemon, "-", "list");
    wait_until_it_behaves(fd);
    /* It hears of the end before it does anything else. */
    wait_until_it_behaves(fd);
    read_sites(&daemon);
    assert_true(n_sites > 30);
    (void)close(fd);
    test_daemon_stop(&daemon);
}

/* Each site once. */
static bool was_seen_before(size_t i)
{
    for (size_t earlier = 0; earlier < i; earlier++) {
        if (strcmp(sites[earlier], sites[i]) == 0)
            return true;
    }
    return false;
}

static void go_wrong(const struct test_daemon *daemon, const int fds[static 2], const char *site,
                     const char *way)
{
    const struct before before = look(daemon, fds[1]);
    const bool told_later =
        strcmp(site, "LogonTerminated") == 0 || strcmp(site, "notification") == 0;
    int32_t status;

    order(daemon, site, way);
    send_logon(fds[0], "hostile");
    check_the_others(fds[1], fds[0]);
    status = finish_logon(fds[0]);
    /* An earlier session's end may be what it is hearing of. */
    if (!is_clear(status) && !(told_later && status == 0))
        fail_msg("%s at %s: 0x%08x", way, site, (unsigned)status);
    if (told_later)
        check_the_others(fds[1], -1);
    order(daemon, "-", "-");
    wait_until_it_behaves(fds[0]);
    wait_until_as_before(daemon, fds[1], &before);
}

static void wherever_it_goes_wrong_it_costs_one_logon(void **state)
{
    static const char *const ways[] = { "killed", "exit", "hang", "nonsense", "forged-result" };
    struct test_daemon daemon;
    size_t rss_kb;
    int fds[2];

    start(&daemon);
    fds[0] = link_open(&daemon);
    fds[1] = link_open(&daemon);
    wait_until_it_behaves(fds[0]);
    rss_kb = test_daemon_rss_kb(&daemon);
    for (size_t i = 0; i < n_sites; i++) {
        if (is_of_start_or_end(sites[i]) || was_seen_before(i))
            continue;
        for (size_t w = 0; w < ARRAY_SIZE(ways); w++) {
            if (is_ours())
                go_wrong(&daemon, fds, sites[i], ways[w]);
        }
    }
    if (!sanitized)
        assert_true(test_daemon_rss_kb(&daemon) < rss_kb + GROWTH_KB);
    (void)close(fds[0]);
    (void)close(fds[1]);
    test_daemon_stop(&daemon);
}

static void in_whatever_way_it_goes_wrong(void **state)
{
    static const char *const ways[] = { "abort",        "segv",  "spin", "overflow",
                                        "forged-ready", "flood", "close" };
    static const char *const places[] = { "LogonUserEx2", "after-CreateLogonSession",
                                          "LogonUserEx2-end" };
    struct test_daemon daemon;
    int fds[2];

    start(&daemon);
    fds[0] = link_open(&daemon);
    fds[1] = link_open(&daemon);
    wait_until_it_behaves(fds[0]);
    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        for (size_t w = 0; w < ARRAY_SIZE(ways); w++) {
            if (is_ours())
                go_wrong(&daemon, fds, places[i], ways[w]);
        }
    }
    (void)close(fds[0]);
    (void)close(fds[1]);
    test_daemon_stop(&daemon);
}

/* Where it goes on as well as it can, the logon may succeed; nothing else changes. */
static void whatever_it_asks_for_the_rest_goes_on(void **state)
{
    static const char *const ways[] = { "memory", "unload" };
    struct test_daemon daemon;
    struct before before;
    int fd;

    start(&daemon);
    fd = link_open(&daemon);
    wait_until_it_behaves(fd);
    before = look(&daemon, fd);
    for (size_t w = 0; w < ARRAY_SIZE(ways); w++) {
        int32_t status;

        if (!is_ours())
            continue;
        order(&daemon, "LogonUserEx2", ways[w]);
        status = log_on(fd, "hostile");
        assert_true(status == 0 || is_clear(status));
        order(&daemon, "-", "-");
        check_the_others(fd, -1);
        wait_until_it_behaves(fd);
        wait_until_as_before(&daemon, fd, &before);
    }
    (void)close(fd);
    test_daemon_stop(&daemon);
}

static void an_answer_that_makes_no_sense_is_refused(void **state)
{
    static const char *const answers[] = {
        "nothing",      "system-session", "deleted-session",  "invented-session", "bad-user",
        "no-user",      "long-user",      "no-primary-group", "huge-groups",      "wild-attributes",
        "wild-type",    "odd-name",       "endless-name",     "half-a-character", "foreign-profile",
        "long-profile", "bad-dacl",       "all-privileges",
    };
    static const int32_t more_clear[] = { (int32_t)STATUS_TOO_MANY_CONTEXT_IDS };
    struct test_daemon daemon;
    struct before before;
    int fd;

    start(&daemon);
    fd = link_open(&daemon);
    wait_until_it_behaves(fd);
    before = look(&daemon, fd);
    for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
        int32_t status;

        if (!is_ours())
            continue;
        order(&daemon, "answer", answers[i]);
        status = log_on(fd, "hostile");
        if (!is_clear(status) && status != more_clear[0])
            fail_msg("%s: 0x%08x", answers[i], (unsigned)status);
        order(&daemon, "-", "-");
        check_the_others(fd, -1);
        wait_until_it_behaves(fd);
        wait_until_as_before(&daemon, fd, &before);
    }
    (void)close(fd);
    test_daemon_stop(&daemon);
}

/* Failures with a session made, successes that are none, one session too many. */
static void a_status_without_sense_leaves_no_session(void **state)
{
    static const struct {
        const char *site, *way;
        bool may_succeed;
    } cases[] = {
        { "status", "pending", true },
        { "status", "positive", true },
        { "status", "warning", false },
        { "status", "failure-with-session", false },
        { "status", "unknown-with-session", false },
        { "status", "unheard-of", false },
        { "answer", "two-sessions", true },
    };
    struct test_daemon daemon;
    struct before before;
    int fd;

    start(&daemon);
    fd = link_open(&daemon);
    wait_until_it_behaves(fd);
    before = look(&daemon, fd);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        int32_t status;

        if (!is_ours())
            continue;
        order(&daemon, cases[i].site, cases[i].way);
        status = log_on(fd, "hostile");
        if (cases[i].may_succeed ? status != 0 : status >= 0)
            fail_msg("%s: 0x%08x", cases[i].way, (unsigned)status);
        wait_until_as_before(&daemon, fd, &before);
    }
    order(&daemon, "-", "-");
    wait_until_it_behaves(fd);
    (void)close(fd);
    test_daemon_stop(&daemon);
}

/* --- its start and its end ---------------------------------------------------------------------
 */

/* The package has a directory for the orders when it has run once. */
static void start_with_orders(struct test_daemon *daemon, const char *site, const char *way)
{
    int fd;

    start(daemon);
    fd = link_open(daemon);
    wait_until_it_behaves(fd);
    (void)close(fd);
    order(daemon, site, way);
}

static void kill_workers(const struct test_daemon *daemon)
{
    char path[PATH_SIZE];
    FILE *file;
    int pid;

    (void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)daemon->pid,
                   (int)daemon->pid);
    file = fopen(path, "re");
    assert_non_null(file);
    while (fscanf(file, "%d", &pid) == 1)
        (void)kill(pid, SIGKILL);
    (void)fclose(file);
}

static void go_wrong_at_start(const char *site, const char *way)
{
    struct test_daemon daemon;
    int32_t status;
    int fds[2];

    start_with_orders(&daemon, site, way);
    fds[0] = link_open(&daemon);
    fds[1] = link_open(&daemon);
    /* One that dies before it was ready is started again later, not at once. */
    assert_int_equal(log_on(fds[1], "null-1"), 0);
    kill_workers(&daemon);
    /* The other one's was killed, too. */
    (void)log_on(fds[1], "null-1");
    send_logon(fds[0], "hostile");
    check_the_others(fds[1], fds[0]);
    status = finish_logon(fds[0]);
    if (status != 0 && !is_clear(status))
        fail_msg("%s at %s: 0x%08x", way, site, (unsigned)status);
    check_the_others(fds[1], -1);
    order(&daemon, "-", "-");
    wait_until_it_behaves(fds[0]);
    assert_int_equal(link_count_sessions(fds[1]), 4);
    (void)close(fds[0]);
    (void)close(fds[1]);
    test_daemon_stop(&daemon);
}

static void a_package_that_does_not_start_is_passed_over(void **state)
{
    static const char *const places[] = { "SpLsaModeInitialize", "Initialize", "Initialize-end",
                                          "GetInfo" };
    static const char *const ways[] = { "killed", "exit", "hang", "nonsense", "forged-ready" };

    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        for (size_t w = 0; w < ARRAY_SIZE(ways); w++) {
            if (is_ours())
                go_wrong_at_start(places[i], ways[w]);
        }
    }
}

/* It is given a moment, then killed. */
static void a_package_that_does_not_end_is_ended(void **state)
{
    static const char *const ways[] = { "killed", "hang", "nonsense", "segv" };

    for (size_t w = 0; w < ARRAY_SIZE(ways); w++) {
        struct test_daemon daemon;
        double start_ms;

        if (!is_ours())
            continue;
        start_with_orders(&daemon, "Shutdown", ways[w]);
        start_ms = now_ms();
        test_daemon_stop(&daemon);
        assert_true(now_ms() - start_ms < PATIENCE_MS);
    }
}

static int become_user(void **state)
{
    const char *uid = getenv("OPENLOGON_TEST_UID");

    if (uid &&
        (setgroups(0, NULL) < 0 || setgid((gid_t)atoi(uid)) < 0 || setuid((uid_t)atoi(uid)) < 0))
        return -1;
    return 0;
}

static int run_slice(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_package_works_and_names_its_sites),
        cmocka_unit_test(wherever_it_goes_wrong_it_costs_one_logon),
        cmocka_unit_test(in_whatever_way_it_goes_wrong),
        cmocka_unit_test(whatever_it_asks_for_the_rest_goes_on),
        cmocka_unit_test(an_answer_that_makes_no_sense_is_refused),
        cmocka_unit_test(a_status_without_sense_leaves_no_session),
        cmocka_unit_test(a_package_that_does_not_start_is_passed_over),
        cmocka_unit_test(a_package_that_does_not_end_is_ended),
    };

    return cmocka_run_group_tests_name("hostile", tests, become_user, NULL);
}

static int run_all(const char *program)
{
    int result = 0;

    for (unsigned i = 0; i < SLICES; i++) {
        char number[16];

        (void)snprintf(number, sizeof(number), "%u", i);
        if (fork() == 0) {
            (void)execl("/proc/self/exe", program, number, (char *)NULL);
            _exit(127);
        }
    }
    for (unsigned i = 0; i < SLICES; i++) {
        int status = -1;

        if (wait(&status) < 0 || status != 0)
            result = 1;
    }
    return result;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return run_all(argv[0]);
    n_slices = SLICES;
    slice = strtoul(argv[1], NULL, 10);
    return run_slice();
}
