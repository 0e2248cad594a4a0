/* SPDX-License-Identifier: MIT */
/*
 * openlogond from outside: a bare client on its socket, a fake worker behind it. With
 * OPENLOGON_TEST_UID set (and as root) all of it runs as that user.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/test.h"
#include "daemon/test-link.h"
#include "security/token_image.h"

#include <windows.h>
#include <ntsecapi.h>

enum {
    WELL_KNOWN_SESSIONS = 4,
    CUT_OFF = INT32_MAX,
    OTHER_UID = 61234,
    MANY_TOKENS = 1000,
    MANY_CYCLES = 20000,
};

static struct test_daemon daemon_;

static const char *const one_worker[] = { "--set", "workers = 1", "--set", "logon_timeout_s = 1",
                                          NULL };

static int start(void **state)
{
    test_daemon_start(&daemon_, one_worker);
    return 0;
}

static int stop(void **state)
{
    test_daemon_stop(&daemon_);
    return 0;
}

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* What a process that ends leaves behind goes soon, but not before anybody can ask. */
static void wait_for_sessions(int fd, size_t expected)
{
    double end = now_ms() + 5000;

    while (link_count_sessions(fd) != expected && now_ms() < end)
        (void)poll(NULL, 0, 1);
    assert_int_equal(link_count_sessions(fd), expected);
}

/* --- who may speak -----------------------------------------------------------------------------
 */

static void a_hello_makes_known_the_machine_and_the_page(void **state)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__HelloRequest hello = OPENLOGON__HELLO_REQUEST__INIT;
    int fd = link_connect(&daemon_);
    int page = -1;
    Openlogon__Reply *reply;

    hello.version = 1;
    request.call_case = OPENLOGON__REQUEST__CALL_HELLO;
    request.hello = &hello;
    link_send(fd, &request);
    reply = link_receive(fd, &page);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_int_equal(reply->hello->version, 1);
    assert_true(sid_valid(reply->hello->machine_sid.data, reply->hello->machine_sid.len));
    assert_int_equal(reply->hello->enforces_identity, geteuid() == 0);
    assert_true(page >= 0);
    assert_int_equal(write(page, "x", 1), -1);
    (void)close(page);
    reply_free(reply);
    (void)close(fd);
}

static void another_version_is_refused_and_may_try_again(void **state)
{
    int fd = link_connect(&daemon_);

    assert_int_equal(link_hello(fd, 2), (int32_t)STATUS_REVISION_MISMATCH);
    assert_int_equal(link_hello(fd, 1), 0);
    (void)close(fd);
}

static void who_does_not_say_hello_first_is_cut_off(void **state)
{
    int fd = link_connect(&daemon_);

    assert_int_equal(link_logon(fd, "good", Interactive, NULL), CUT_OFF);
    (void)close(fd);
}

static void a_second_hello_is_cut_off(void **state)
{
    int fd = link_open(&daemon_);

    assert_int_equal(link_hello(fd, 1), CUT_OFF);
    (void)close(fd);
}

static void nonsense_is_cut_off(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } messages[] = {
        { "\xff\xff\xff\xff", 4 },
        { "\x08\x01", 2 },                             /* no call */
        { "\x52\x02\x08\x01", 4 },                     /* no serial, and a hello */
        { "\x08\x01\xfa\x01\x00", 5 },                 /* a call that there is not */
        { "\x08\x01\x52\x02\x08\x01\x08\x02", 8 },     /* a field twice */
        { "\x08\x01\x62\x05\x0a\x03\x61\x00\x62", 9 }, /* a zero inside a text */
    };

    for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
        int fd = link_open(&daemon_);

        link_send_bytes(fd, messages[i].bytes, messages[i].size);
        assert_null(link_receive(fd, NULL));
        (void)close(fd);
    }
}

static void a_message_that_is_too_long_is_cut_off(void **state)
{
    size_t size = CHANNEL_MESSAGE_MAX + 1;
    uint8_t *bytes = calloc(1, size);
    int fd = link_open(&daemon_);

    assert_non_null(bytes);
    link_send_bytes(fd, bytes, size);
    assert_null(link_receive(fd, NULL));
    (void)close(fd);
    free(bytes);
}

static void a_forked_child_cannot_use_its_parents_socket(void **state)
{
    int fd = link_open(&daemon_);
    int status;
    pid_t child = fork();

    if (child == 0)
        _exit(link_open_token(fd, 0, TOKEN_QUERY, NULL) == CUT_OFF ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    (void)close(fd);
}

static void a_process_that_changed_its_uid_is_cut_off(void **state)
{
    int status;
    pid_t child;

    if (geteuid() != 0)
        skip();
    child = fork();
    if (child == 0) {
        int fd = link_open(&daemon_);

        if (setresuid(OTHER_UID, OTHER_UID, OTHER_UID) < 0)
            _exit(2);
        _exit(link_open_token(fd, 0, TOKEN_QUERY, NULL) == CUT_OFF ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_client_that_does_not_read_is_cut_off(void **state)
{
    int fd = link_open(&daemon_);
    int other = link_open(&daemon_);
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__OpenProcessTokenRequest open = OPENLOGON__OPEN_PROCESS_TOKEN_REQUEST__INIT;
    uint8_t bytes[64];
    size_t size;
    ssize_t sent = 0;

    request.serial = 1;
    open.desired_access = TOKEN_QUERY;
    request.call_case = OPENLOGON__REQUEST__CALL_OPEN_PROCESS_TOKEN;
    request.open_process_token = &open;
    size = openlogon__request__pack(&request, bytes);
    for (int i = 0; i < 100000 && sent >= 0; i++)
        sent = send(fd, bytes, size, MSG_NOSIGNAL);
    assert_int_equal(sent, -1);
    assert_true(errno == EPIPE || errno == ECONNRESET);
    assert_int_equal(link_count_sessions(other), WELL_KNOWN_SESSIONS);
    (void)close(other);
    (void)close(fd);
}

/* A request of that serial is not answered: what comes next is the answer to the other one. */
static void what_is_let_go_without_asking_is_gone_before_the_next_answer(void **state)
{
    Openlogon__Request release = OPENLOGON__REQUEST__INIT;
    Openlogon__ReleaseTokenRequest what = OPENLOGON__RELEASE_TOKEN_REQUEST__INIT;
    Openlogon__Request sync = OPENLOGON__REQUEST__INIT;
    Openlogon__SyncRequest nothing = OPENLOGON__SYNC_REQUEST__INIT;
    int fd = link_open(&daemon_);
    uint8_t bytes[64];
    Openlogon__Reply *reply;

    what.count = 1;
    release.call_case = OPENLOGON__REQUEST__CALL_RELEASE_TOKEN;
    release.release_token = &what;
    sync.call_case = OPENLOGON__REQUEST__CALL_SYNC;
    sync.sync = &nothing;
    assert_int_equal(link_logon(fd, "good", Network, &what.token_id), 0);
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS + 1);
    for (int i = 0; i < 2; i++) /* what is let go twice is gone, too */
        link_send_bytes(fd, bytes, openlogon__request__pack(&release, bytes));
    reply = link_call(fd, &sync);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    reply_free(reply);
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS);
    (void)close(fd);
}

/* --- the caller's token ------------------------------------------------------------------------
 */

static void the_authoritys_own_uid_is_system(void **state)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__OpenProcessTokenRequest open = OPENLOGON__OPEN_PROCESS_TOKEN_REQUEST__INIT;
    _cleanup_(token_image_freep) token_image *image = NULL;
    int fd = link_open(&daemon_);
    Openlogon__Reply *reply;

    open.desired_access = MAXIMUM_ALLOWED;
    request.call_case = OPENLOGON__REQUEST__CALL_OPEN_PROCESS_TOKEN;
    request.open_process_token = &open;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_int_equal(reply->token->granted_access, TOKEN_ALL_ACCESS);
    assert_ok(token_image_parse(&image, reply->token->image.data, reply->token->image.len));
    assert_int_equal(token_image_authentication_id(image), 0x3e7);
    assert_int_equal(token_image_uid(image), geteuid());
    assert_int_equal(token_image_integrity(image), SECURITY_MANDATORY_SYSTEM_RID);
    reply_free(reply);
    (void)close(fd);
}

static void an_effective_token_must_be_held(void **state)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__QuerySessionRequest query = OPENLOGON__QUERY_SESSION_REQUEST__INIT;
    int fd = link_open(&daemon_);
    int other = link_open(&daemon_);
    uint64_t token = 0;
    Openlogon__Reply *reply;

    assert_int_equal(link_open_token(other, 0, TOKEN_QUERY, &token), 0);
    query.luid = 0x3e7;
    request.effective_token = token;
    request.call_case = OPENLOGON__REQUEST__CALL_QUERY_SESSION;
    request.query_session = &query;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    assert_int_equal(reply->status, (int32_t)STATUS_ACCESS_DENIED);
    reply_free(reply);
    (void)close(other);
    (void)close(fd);
}

static int32_t query_session_as(int fd, uint64_t effective, uint64_t luid)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__QuerySessionRequest query = OPENLOGON__QUERY_SESSION_REQUEST__INIT;
    Openlogon__Reply *reply;
    int32_t status;

    query.luid = luid;
    request.effective_token = effective;
    request.call_case = OPENLOGON__REQUEST__CALL_QUERY_SESSION;
    request.query_session = &query;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    status = reply->status;
    reply_free(reply);
    return status;
}

static uint64_t session_of(int fd, uint64_t token)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__QueryTokenRequest query = OPENLOGON__QUERY_TOKEN_REQUEST__INIT;
    _cleanup_(token_image_freep) token_image *image = NULL;
    Openlogon__Reply *reply;

    query.token_id = token;
    request.call_case = OPENLOGON__REQUEST__CALL_QUERY_TOKEN;
    request.query_token = &query;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_ok(token_image_parse(&image, reply->token->image.data, reply->token->image.len));
    reply_free(reply);
    return token_image_authentication_id(image);
}

static void session_data_is_for_its_user_and_administrators(void **state)
{
    int fd = link_open(&daemon_);
    uint64_t token = 0;
    uint64_t session;

    assert_int_equal(link_logon(fd, "good", Network, &token), 0);
    session = session_of(fd, token);
    assert_int_equal(query_session_as(fd, 0, session), 0);
    assert_int_equal(query_session_as(fd, token, session), 0);
    assert_int_equal(query_session_as(fd, token, 0x3e7), (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(query_session_as(fd, 0, 0x3e7), 0);
    assert_int_equal(query_session_as(fd, 0, 12345), (int32_t)STATUS_NO_SUCH_LOGON_SESSION);
    assert_int_equal(link_release(fd, token, 1), 0);
    assert_int_equal(query_session_as(fd, 0, session), (int32_t)STATUS_NO_SUCH_LOGON_SESSION);
    (void)close(fd);
}

/* A client of another user, in a child. Returns its exit code. */
static int as_other_user(int (*run)(int fd, uint64_t parent_session), uint64_t argument)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (setresgid(OTHER_UID, OTHER_UID, OTHER_UID) < 0 ||
            setresuid(OTHER_UID, OTHER_UID, OTHER_UID) < 0)
            _exit(99);
        _exit(run(link_open(&daemon_), argument));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int be_ordinary(int fd, uint64_t session)
{
    uint64_t token = 0;

    if (link_open_token(fd, 0, TOKEN_QUERY, &token) != 0)
        return 1;
    if (session_of(fd, token) < 0x10000)
        return 2;
    if (query_session_as(fd, 0, session_of(fd, token)) != 0)
        return 3;
    if (query_session_as(fd, 0, session) != (int32_t)STATUS_ACCESS_DENIED)
        return 4;
    if (link_open_token(fd, (uint32_t)getppid(), TOKEN_QUERY, NULL) !=
        (int32_t)STATUS_ACCESS_DENIED)
        return 5;
    if (link_open_token(fd, 0, MAXIMUM_ALLOWED, NULL) != 0)
        return 6;
    return link_count_sessions(fd) >= WELL_KNOWN_SESSIONS + 1 ? 0 : 7;
}

static void another_user_has_an_implicit_session_that_ends_with_its_processes(void **state)
{
    int fd = link_open(&daemon_);

    if (geteuid() != 0)
        skip();
    assert_int_equal(as_other_user(be_ordinary, 0x3e7), 0);
    wait_for_sessions(fd, WELL_KNOWN_SESSIONS);
    (void)close(fd);
}

static int add_an_account(int fd, uint64_t unused)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__AccountAddRequest add = OPENLOGON__ACCOUNT_ADD_REQUEST__INIT;
    Openlogon__Reply *reply;
    int32_t status;

    add.name = (char *)(uintptr_t) "new";
    request.call_case = OPENLOGON__REQUEST__CALL_ACCOUNT_ADD;
    request.account_add = &add;
    reply = link_call(fd, &request);
    if (!reply)
        return 2;
    status = reply->status;
    reply_free(reply);
    return status == 0 ? 0 : status == (int32_t)STATUS_ACCESS_DENIED ? 1 : 3;
}

static void accounts_are_made_by_administrators_only(void **state)
{
    int fd = link_open(&daemon_);

    assert_int_equal(add_an_account(fd, 0), 0);
    if (geteuid() == 0)
        assert_int_equal(as_other_user(add_an_account, 0), 1);
    (void)close(fd);
}

/* --- logons ------------------------------------------------------------------------------------
 */

static void a_logon_gives_a_token_whose_session_lives_as_long(void **state)
{
    int fd = link_open(&daemon_);
    uint64_t token = 0;

    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS);
    assert_int_equal(link_logon(fd, "good", Interactive, &token), 0);
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS + 1);
    assert_int_equal(link_release(fd, token, 2), (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(link_release(fd, token, 1), 0);
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS);
    assert_int_equal(link_release(fd, token, 1), (int32_t)STATUS_INVALID_HANDLE);
    (void)close(fd);
}

static void failures_have_the_right_status_and_leave_no_session(void **state)
{
    static const struct {
        const char *user;
        uint32_t type;
        int32_t status;
    } logons[] = {
        { "unknown", Interactive, STATUS_LOGON_FAILURE },
        { "wrong", Interactive, STATUS_LOGON_FAILURE },
        { "somebody@elsewhere", Interactive, STATUS_LOGON_FAILURE },
        { "restricted", Interactive, STATUS_ACCOUNT_DISABLED },
        { "forgetful", Interactive, STATUS_LOGON_FAILURE },
        { "claims-system", Interactive, STATUS_LOGON_SESSION_COLLISION },
        { "invents-luid", Interactive, STATUS_INVALID_PARAMETER },
        { "deletes-twice", Interactive, STATUS_NO_SUCH_LOGON_SESSION },
        { "deletes-system", Interactive, STATUS_BAD_LOGON_SESSION_STATE },
        { "foreign-session", Interactive, STATUS_NO_SUCH_LOGON_SESSION },
        { "bad-sid", Interactive, STATUS_INVALID_SID },
        { "good", Proxy, STATUS_INVALID_LOGON_TYPE },
        { "good", CachedInteractive, STATUS_INVALID_LOGON_TYPE },
        { "good", 99, STATUS_INVALID_LOGON_TYPE },
        { "\xff", Interactive, STATUS_UNMAPPABLE_CHARACTER },
    };
    int fd = link_open(&daemon_);

    for (size_t i = 0; i < ARRAY_SIZE(logons); i++) {
        int32_t status = link_logon(fd, logons[i].user, logons[i].type, NULL);

        if (status != logons[i].status)
            fail_msg("%s: 0x%08x", logons[i].user, (unsigned)status);
        assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS);
    }
    (void)close(fd);
}

static void names_of_256_characters_may_be_and_longer_ones_not(void **state)
{
    char user[512] = "";
    int fd = link_open(&daemon_);

    memset(user, 'a', 256);
    assert_int_equal(link_logon(fd, user, Interactive, NULL), (int32_t)STATUS_LOGON_FAILURE);
    memset(user, 'a', 257);
    assert_int_equal(link_logon(fd, user, Interactive, NULL), (int32_t)STATUS_INVALID_PARAMETER);
    (void)close(fd);
}

static void a_session_too_many_goes(void **state)
{
    int fd = link_open(&daemon_);
    uint64_t token = 0;

    assert_int_equal(link_logon(fd, "too-many", Interactive, &token), 0);
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS + 1);
    assert_int_equal(link_release(fd, token, 1), 0);
    (void)close(fd);
}

static void a_worker_that_dies_costs_one_logon(void **state)
{
    static const char *const users[] = { "crash", "nonsense" };
    int fd = link_open(&daemon_);
    uint64_t token = 0;

    for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
        assert_int_equal(link_logon(fd, users[i], Interactive, NULL), (int32_t)RPC_NT_CALL_FAILED);
        assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS);
        assert_int_equal(link_logon(fd, "good", Interactive, &token), 0);
        assert_int_equal(link_release(fd, token, 1), 0);
    }
    (void)close(fd);
}

static void a_worker_that_hangs_is_ended(void **state)
{
    int fd = link_open(&daemon_);
    int other = link_open(&daemon_);
    double begin = now_ms();
    uint64_t token = 0;

    assert_int_equal(link_logon(fd, "hang", Interactive, NULL), (int32_t)STATUS_IO_TIMEOUT);
    assert_true(now_ms() - begin < 3000);
    assert_int_equal(link_count_sessions(other), WELL_KNOWN_SESSIONS);
    assert_int_equal(link_logon(other, "good", Interactive, &token), 0);
    (void)close(other);
    (void)close(fd);
}

static void others_are_served_while_a_worker_is_busy(void **state)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LogonRequest logon = OPENLOGON__LOGON_REQUEST__INIT;
    int fd = link_open(&daemon_);
    int other = link_open(&daemon_);
    double begin = now_ms();
    Openlogon__Reply *reply;

    logon.user = (char *)(uintptr_t) "slow";
    logon.logon_type = Interactive;
    request.call_case = OPENLOGON__REQUEST__CALL_LOGON;
    request.logon = &logon;
    link_send(fd, &request);
    assert_int_equal(link_count_sessions(other), WELL_KNOWN_SESSIONS);
    assert_true(now_ms() - begin < 150);
    reply = link_receive(fd, NULL);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    reply_free(reply);
    (void)close(other);
    (void)close(fd);
}

static void a_client_that_leaves_during_its_logon_leaves_nothing(void **state)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LogonRequest logon = OPENLOGON__LOGON_REQUEST__INIT;
    int fd = link_open(&daemon_);
    int other = link_open(&daemon_);
    uint64_t token = 0;

    logon.user = (char *)(uintptr_t) "slow";
    logon.logon_type = Interactive;
    request.call_case = OPENLOGON__REQUEST__CALL_LOGON;
    request.logon = &logon;
    link_send(fd, &request);
    (void)close(fd);
    /* There is one worker: this one is served after the other. */
    assert_int_equal(link_logon(other, "good", Interactive, &token), 0);
    assert_int_equal(link_count_sessions(other), WELL_KNOWN_SESSIONS + 1);
    (void)close(other);
}

static void the_package_hears_of_each_session_that_ended(void **state)
{
    int fd = link_open(&daemon_);
    size_t before;
    uint64_t token = 0;

    assert_int_equal(link_logon(fd, "unknown", Interactive, NULL), (int32_t)STATUS_LOGON_FAILURE);
    before = test_daemon_n_told_ended(&daemon_);
    assert_int_equal(link_logon(fd, "credential", Interactive, &token), 0);
    assert_int_equal(link_release(fd, token, 1), 0);
    /* The worker has read it before it takes the next job. */
    assert_int_equal(link_logon(fd, "unknown", Interactive, NULL), (int32_t)STATUS_LOGON_FAILURE);
    assert_int_equal(test_daemon_n_told_ended(&daemon_), before + 1);
    (void)close(fd);
}

/* --- many --------------------------------------------------------------------------------------
 */

static void a_thousand_sessions_go_with_their_client(void **state)
{
    int fd = link_open(&daemon_);
    int other = link_open(&daemon_);
    double begin;

    for (int i = 0; i < MANY_TOKENS; i++)
        assert_int_equal(link_logon(fd, "good", Interactive, NULL), 0);
    assert_int_equal(link_count_sessions(other), WELL_KNOWN_SESSIONS + MANY_TOKENS);
    begin = now_ms();
    (void)close(fd);
    wait_for_sessions(other, WELL_KNOWN_SESSIONS);
    assert_true(now_ms() - begin < 1000);
    print_message("1,000 sessions gone after %.1f ms\n", now_ms() - begin);
    (void)close(other);
}

static void many_logons_leave_nothing_behind(void **state)
{
    int fd = link_open(&daemon_);
    size_t n_fds = 0;
    size_t rss_kb = 0;
    double begin = 0;

    for (int i = 0; i < MANY_CYCLES; i++) {
        uint64_t token = 0;

        if (i == MANY_CYCLES / 10) {
            n_fds = test_daemon_n_fds(&daemon_);
            rss_kb = test_daemon_rss_kb(&daemon_);
            begin = now_ms();
        }
        assert_int_equal(link_logon(fd, "good", Interactive, &token), 0);
        assert_int_equal(link_release(fd, token, 1), 0);
    }
    print_message("logon and release: %.1f us\n",
                  (now_ms() - begin) * 1e3 / (MANY_CYCLES - MANY_CYCLES / 10.0));
    assert_int_equal(test_daemon_n_fds(&daemon_), n_fds);
    if (!TEST_IS_SANITIZED) /* a sanitizer keeps what was freed for a while */
        assert_true(test_daemon_rss_kb(&daemon_) <= rss_kb + 512);
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS);
    (void)close(fd);
}

static void luids_come_quickly_and_rise(void **state)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__AllocateLuidsRequest allocate = OPENLOGON__ALLOCATE_LUIDS_REQUEST__INIT;
    int fd = link_open(&daemon_);
    double begin = now_ms();
    uint64_t last = 0;

    request.call_case = OPENLOGON__REQUEST__CALL_ALLOCATE_LUIDS;
    request.allocate_luids = &allocate;
    allocate.count = 64;
    for (int i = 0; i < 2000; i++) {
        Openlogon__Reply *reply = link_call(fd, &request);

        assert_non_null(reply);
        assert_int_equal(reply->status, 0);
        assert_true(reply->luids->first > last);
        last = reply->luids->first + reply->luids->count - 1;
        reply_free(reply);
    }
    print_message("allocate_luids: %.1f us\n", (now_ms() - begin) * 1e3 / 2000);
    allocate.count = 1025;
    assert_int_equal(link_hello(link_connect(&daemon_), 1), 0);
    (void)close(fd);
}

/* --- fork --------------------------------------------------------------------------------------
 */

static int32_t adopt(int fd, ProtobufCBinaryData cookie)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__AdoptLeaseRequest adopt_request = OPENLOGON__ADOPT_LEASE_REQUEST__INIT;
    Openlogon__Reply *reply;
    int32_t status;

    adopt_request.cookie = cookie;
    request.call_case = OPENLOGON__REQUEST__CALL_ADOPT_LEASE;
    request.adopt_lease = &adopt_request;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    status = reply->status;
    reply_free(reply);
    return status;
}

static Openlogon__Reply *ask_for_lease(int fd, int *ret_lease)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__ForkLeaseRequest lease = OPENLOGON__FORK_LEASE_REQUEST__INIT;
    Openlogon__Reply *reply;

    request.call_case = OPENLOGON__REQUEST__CALL_FORK_LEASE;
    request.fork_lease = &lease;
    link_send(fd, &request);
    reply = link_receive(fd, ret_lease);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_true(*ret_lease >= 0);
    return reply;
}

static void a_lease_keeps_tokens_until_it_is_adopted_or_closed(void **state)
{
    int fd = link_open(&daemon_);
    int child = link_open(&daemon_);
    int lease = -1;
    uint64_t token = 0;
    Openlogon__Reply *reply;

    assert_int_equal(link_logon(fd, "good", Interactive, &token), 0);
    reply = ask_for_lease(fd, &lease);
    (void)close(fd);
    assert_int_equal(link_count_sessions(child), WELL_KNOWN_SESSIONS + 1);
    assert_int_equal(adopt(child, (ProtobufCBinaryData){ 16, (uint8_t[16]){ 0 } }),
                     (int32_t)STATUS_ACCESS_DENIED);
    assert_int_equal(adopt(child, reply->fork_lease->cookie), 0);
    assert_int_equal(adopt(child, reply->fork_lease->cookie), (int32_t)STATUS_ACCESS_DENIED);
    (void)close(lease);
    reply_free(reply);
    assert_int_equal(link_count_sessions(child), WELL_KNOWN_SESSIONS + 1);
    reply = ask_for_lease(child, &lease);
    assert_int_equal(link_release(child, token, 1), 0);
    assert_int_equal(link_count_sessions(child), WELL_KNOWN_SESSIONS + 1);
    (void)close(lease);
    wait_for_sessions(child, WELL_KNOWN_SESSIONS);
    reply_free(reply);
    (void)close(child);
}

/* --- processes ---------------------------------------------------------------------------------
 */

static Openlogon__Reply *prepare(int fd, uint64_t token, uint64_t present)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__PrepareProcessRequest prepare_request = OPENLOGON__PREPARE_PROCESS_REQUEST__INIT;

    prepare_request.token_id = token;
    prepare_request.privileges_present = present;
    prepare_request.flags = 1;
    request.call_case = OPENLOGON__REQUEST__CALL_PREPARE_PROCESS;
    request.prepare_process = &prepare_request;
    return link_call(fd, &request);
}

static int32_t tell_started(int fd, uint64_t ticket, pid_t pid)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__ProcessStartedRequest started = OPENLOGON__PROCESS_STARTED_REQUEST__INIT;
    Openlogon__Reply *reply;
    int32_t status;

    started.ticket = ticket;
    started.pid = (uint32_t)pid;
    request.call_case = OPENLOGON__REQUEST__CALL_PROCESS_STARTED;
    request.process_started = &started;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    status = reply->status;
    reply_free(reply);
    return status;
}

/* In the started process: it belongs to the session that it was started in. */
static int be_started(int go, uint64_t session)
{
    uint64_t token = 0;
    char byte;
    int fd;

    if (read(go, &byte, 1) != 1)
        return 1;
    fd = link_open(&daemon_);
    if (link_open_token(fd, 0, TOKEN_QUERY, &token) != 0)
        return 2;
    return session_of(fd, token) == session ? 0 : 3;
}

static void a_started_process_is_in_the_session_and_keeps_it(void **state)
{
    int fd = link_open(&daemon_);
    uint64_t token = 0;
    uint64_t session;
    int go[2];
    int status;
    pid_t child;
    Openlogon__Reply *reply;

    assert_int_equal(link_logon(fd, "good", Batch, &token), 0);
    session = session_of(fd, token);
    reply = prepare(fd, token, 0);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_int_equal(reply->prepare_process->session, session);
    print_message("with a cgroup: %s\n", reply->prepare_process->has_cgroup ? "yes" : "no");
    assert_int_equal(pipe2(go, O_CLOEXEC), 0);
    child = fork();
    if (child == 0)
        _exit(be_started(go[0], session));
    assert_int_equal(tell_started(fd, reply->prepare_process->ticket, child), 0);
    assert_int_equal(tell_started(fd, reply->prepare_process->ticket, child),
                     (int32_t)STATUS_INVALID_HANDLE);
    assert_int_equal(link_release(fd, token, 1), 0);
    assert_int_equal(link_count_sessions(fd), WELL_KNOWN_SESSIONS + 1);
    assert_int_equal(write(go[1], "g", 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    wait_for_sessions(fd, WELL_KNOWN_SESSIONS);
    reply_free(reply);
    (void)close(go[0]);
    (void)close(go[1]);
    (void)close(fd);
}

static void a_process_that_is_not_ones_child_cannot_be_taken_in(void **state)
{
    int fd = link_open(&daemon_);
    uint64_t token = 0;
    Openlogon__Reply *reply;

    assert_int_equal(link_logon(fd, "good", Batch, &token), 0);
    reply = prepare(fd, token, 0);
    assert_non_null(reply);
    assert_int_equal(tell_started(fd, reply->prepare_process->ticket, getppid()),
                     (int32_t)STATUS_ACCESS_DENIED);
    reply_free(reply);
    reply = prepare(fd, token, UINT64_C(1) << 7);
    assert_non_null(reply);
    assert_int_equal(reply->status, (int32_t)STATUS_INVALID_PARAMETER);
    reply_free(reply);
    reply = prepare(fd, token + 1000, 0);
    assert_non_null(reply);
    assert_int_equal(reply->status, (int32_t)STATUS_INVALID_HANDLE);
    reply_free(reply);
    (void)close(fd);
    fd = link_open(&daemon_);
    wait_for_sessions(fd, WELL_KNOWN_SESSIONS);
    (void)close(fd);
}

static void processes_are_listed_by_rising_pid(void **state)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__EnumerateProcessesRequest enumerate = OPENLOGON__ENUMERATE_PROCESSES_REQUEST__INIT;
    int fd = link_open(&daemon_);
    bool seen = false;
    bool more = true;

    enumerate.max = 7;
    request.call_case = OPENLOGON__REQUEST__CALL_ENUMERATE_PROCESSES;
    request.enumerate_processes = &enumerate;
    while (more) {
        Openlogon__Reply *reply = link_call(fd, &request);

        assert_non_null(reply);
        assert_int_equal(reply->status, 0);
        for (size_t i = 0; i < reply->processes->n_processes; i++) {
            const Openlogon__ProcessEntry *entry = reply->processes->processes[i];

            assert_true(entry->pid > enumerate.after_pid);
            enumerate.after_pid = entry->pid;
            if (entry->pid == (uint32_t)getpid()) {
                assert_int_equal(entry->session, 0x3e7);
                seen = true;
            }
        }
        more = reply->processes->more;
        reply_free(reply);
    }
    assert_true(seen);
    (void)close(fd);
}

/* --- names -------------------------------------------------------------------------------------
 */

static void well_known_names_need_no_worker(void **state)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LookupNameRequest lookup = OPENLOGON__LOOKUP_NAME_REQUEST__INIT;
    static const struct {
        const char *name;
        const char *found, *domain;
    } names[] = {
        { "Everyone", "Everyone", "" },
        { "builtin\\administrators", "Administrators", "BUILTIN" },
        { "SOMEWHERE\\x", "x", "SOMEWHERE" },
        { "x@somewhere", "x", "somewhere" },
        { ".\\x", "x", "local" },
    };
    int fd = link_open(&daemon_);

    request.call_case = OPENLOGON__REQUEST__CALL_LOOKUP_NAME;
    request.lookup_name = &lookup;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        Openlogon__Reply *reply;

        lookup.name = (char *)(uintptr_t)names[i].name;
        reply = link_call(fd, &request);
        assert_non_null(reply);
        assert_int_equal(reply->status, 0);
        assert_string_equal(reply->account_name->name, names[i].found);
        assert_string_equal(reply->account_name->domain, names[i].domain);
        reply_free(reply);
    }
    (void)close(fd);
}

static void packages_have_the_names_that_they_tell(void **state)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LookupPackageRequest lookup = OPENLOGON__LOOKUP_PACKAGE_REQUEST__INIT;
    static const struct {
        const char *name;
        int32_t status;
    } names[] = {
        { "MSV1_0", 0 },
        { "fake_package_v1", 0 },
        { "kerberos", STATUS_NO_SUCH_PACKAGE },
    };
    int fd = link_open(&daemon_);

    request.call_case = OPENLOGON__REQUEST__CALL_LOOKUP_PACKAGE;
    request.lookup_package = &lookup;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        Openlogon__Reply *reply;

        lookup.name = (char *)(uintptr_t)names[i].name;
        reply = link_call(fd, &request);
        assert_non_null(reply);
        assert_int_equal(reply->status, names[i].status);
        reply_free(reply);
    }
    (void)close(fd);
}

static void drop_privileges(void)
{
    const char *text = getenv("OPENLOGON_TEST_UID");
    uid_t uid;

    if (!text)
        return;
    if (geteuid() != 0)
        exit(77);
    uid = (uid_t)strtoul(text, NULL, 10);
    if (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
        exit(77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hello_makes_known_the_machine_and_the_page),
        cmocka_unit_test(another_version_is_refused_and_may_try_again),
        cmocka_unit_test(who_does_not_say_hello_first_is_cut_off),
        cmocka_unit_test(a_second_hello_is_cut_off),
        cmocka_unit_test(nonsense_is_cut_off),
        cmocka_unit_test(a_message_that_is_too_long_is_cut_off),
        cmocka_unit_test(what_is_let_go_without_asking_is_gone_before_the_next_answer),
        cmocka_unit_test(a_forked_child_cannot_use_its_parents_socket),
        cmocka_unit_test(a_process_that_changed_its_uid_is_cut_off),
        cmocka_unit_test(a_client_that_does_not_read_is_cut_off),
        cmocka_unit_test(the_authoritys_own_uid_is_system),
        cmocka_unit_test(an_effective_token_must_be_held),
        cmocka_unit_test(session_data_is_for_its_user_and_administrators),
        cmocka_unit_test(another_user_has_an_implicit_session_that_ends_with_its_processes),
        cmocka_unit_test(accounts_are_made_by_administrators_only),
        cmocka_unit_test(a_logon_gives_a_token_whose_session_lives_as_long),
        cmocka_unit_test(failures_have_the_right_status_and_leave_no_session),
        cmocka_unit_test(names_of_256_characters_may_be_and_longer_ones_not),
        cmocka_unit_test(a_session_too_many_goes),
        cmocka_unit_test(a_worker_that_dies_costs_one_logon),
        cmocka_unit_test(a_worker_that_hangs_is_ended),
        cmocka_unit_test(others_are_served_while_a_worker_is_busy),
        cmocka_unit_test(a_client_that_leaves_during_its_logon_leaves_nothing),
        cmocka_unit_test(the_package_hears_of_each_session_that_ended),
        cmocka_unit_test(a_lease_keeps_tokens_until_it_is_adopted_or_closed),
        cmocka_unit_test(a_started_process_is_in_the_session_and_keeps_it),
        cmocka_unit_test(a_process_that_is_not_ones_child_cannot_be_taken_in),
        cmocka_unit_test(well_known_names_need_no_worker),
        cmocka_unit_test(packages_have_the_names_that_they_tell),
        cmocka_unit_test(luids_come_quickly_and_rise),
        cmocka_unit_test(a_thousand_sessions_go_with_their_client),
        cmocka_unit_test(many_logons_leave_nothing_behind),
        /* Last: who has processes on this machine has a session from then on. */
        cmocka_unit_test(processes_are_listed_by_rising_pid),
    };

    drop_privileges();
    return cmocka_run_group_tests(tests, start, stop);
}
