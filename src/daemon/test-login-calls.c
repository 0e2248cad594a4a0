/* SPDX-License-Identifier: MIT */
/*
 * Logins through PAM, by bare messages. Processes of the test play sshd, su and the users'
 * programs: each does what it is told over a socket, and a child of one takes the socket over, as
 * the shell in a login takes the terminal, until it ends.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/filetime.h"
#include "base/test.h"
#include "daemon/test-link.h"
#include "ipc/login_record.h"
#include "linux/cgroup_path.h"
#include "linux/process.h"
#include "linux/test-number.h"
#include "security/idmap.h"
#include "security/token_image.h"

#include <windows.h>
#include <ntsecapi.h>

#include <openlogon.h>

enum {
    WELL_KNOWN_SESSIONS = 4,
    ALICE = 61501,
    BOB = 61502,
    SYSTEM = 0x3e7,
    LEAVES_MAX = 16,
};

static struct test_daemon daemon_;
static const char *const options[] = { "--set", "workers = 1", NULL };

static bool is_root(void)
{
    return geteuid() == 0;
}

/* How a process in a login is known: without root nobody makes control groups. */
static uint32_t basis_in_login(void)
{
    return is_root() ? OPENLOGON_BASIS_CGROUP : OPENLOGON_BASIS_ANCESTOR;
}

/* --- calls ------------------------------------------------------------------------------------ */

static Openlogon__Reply *ask_to_open(int fd, const char *service, const char *user, const char *tty)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LoginOpenRequest open_request = OPENLOGON__LOGIN_OPEN_REQUEST__INIT;

    open_request.service = (char *)(uintptr_t)service;
    open_request.user = (char *)(uintptr_t)user;
    open_request.tty = (char *)(uintptr_t)tty;
    open_request.remote_host = (char *)(uintptr_t) "192.0.2.7";
    request.call_case = OPENLOGON__REQUEST__CALL_LOGIN_OPEN;
    request.login_open = &open_request;
    return link_call(fd, &request);
}

static int32_t ask_to_close(int fd, uint64_t luid)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__LoginCloseRequest close_request = OPENLOGON__LOGIN_CLOSE_REQUEST__INIT;
    Openlogon__Reply *reply;
    int32_t status;

    close_request.luid = luid;
    request.call_case = OPENLOGON__REQUEST__CALL_LOGIN_CLOSE;
    request.login_close = &close_request;
    reply = link_call(fd, &request);
    status = reply ? reply->status : INT32_MAX;
    reply_free(reply);
    return status;
}

static int32_t ask_of_process(pid_t pid, uint64_t *ret_session, uint32_t *ret_basis)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__ProcessSessionRequest of = OPENLOGON__PROCESS_SESSION_REQUEST__INIT;
    int fd = link_open(&daemon_);
    Openlogon__Reply *reply;
    int32_t status;

    of.pid = (uint32_t)pid;
    request.call_case = OPENLOGON__REQUEST__CALL_PROCESS_SESSION;
    request.process_session = &of;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    status = reply->status;
    if (status == 0) {
        *ret_session = reply->process_session->session;
        *ret_basis = reply->process_session->basis;
    }
    reply_free(reply);
    (void)close(fd);
    return status;
}

static uint64_t session_of_process(pid_t pid)
{
    uint64_t session = 0;
    uint32_t basis = 0;

    assert_int_equal(ask_of_process(pid, &session, &basis), 0);
    return session;
}

static uint32_t basis_of_process(pid_t pid)
{
    uint64_t session = 0;
    uint32_t basis = 0;

    assert_int_equal(ask_of_process(pid, &session, &basis), 0);
    return basis;
}

/* The token that a process acts with, as the authority has it. */
static token_image *token_of_process(pid_t pid)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__OpenProcessTokenRequest open_request = OPENLOGON__OPEN_PROCESS_TOKEN_REQUEST__INIT;
    token_image *image = NULL;
    int fd = link_open(&daemon_);
    Openlogon__Reply *reply;

    open_request.pid = (uint32_t)pid;
    open_request.desired_access = TOKEN_QUERY;
    request.call_case = OPENLOGON__REQUEST__CALL_OPEN_PROCESS_TOKEN;
    request.open_process_token = &open_request;
    reply = link_call(fd, &request);
    assert_non_null(reply);
    assert_int_equal(reply->status, 0);
    assert_ok(token_image_parse(&image, reply->token->image.data, reply->token->image.len));
    /* Told, so that an openlogond that is killed next does not keep it for us. */
    assert_int_equal(link_release(fd, reply->token->token_id, 1), 0);
    reply_free(reply);
    (void)close(fd);
    return image;
}

static uint64_t token_session_of_process(pid_t pid)
{
    _cleanup_(token_image_freep) token_image *image = token_of_process(pid);

    return token_image_authentication_id(image);
}

static Openlogon__Reply *query_session(uint64_t luid)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__QuerySessionRequest query = OPENLOGON__QUERY_SESSION_REQUEST__INIT;
    int fd = link_open(&daemon_);
    Openlogon__Reply *reply;

    query.luid = luid;
    request.call_case = OPENLOGON__REQUEST__CALL_QUERY_SESSION;
    request.query_session = &query;
    reply = link_call(fd, &request);
    (void)close(fd);
    assert_non_null(reply);
    return reply;
}

static bool session_lives(uint64_t luid)
{
    Openlogon__Reply *reply = query_session(luid);
    bool lives = reply->status == 0;

    if (!lives)
        assert_int_equal(reply->status, (int32_t)STATUS_NO_SUCH_LOGON_SESSION);
    reply_free(reply);
    return lives;
}

static double now_s(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What the kernel tells openlogond comes in its own time. */
static void wait_for_end(uint64_t luid)
{
    double end = now_s() + 10;

    while (session_lives(luid) && now_s() < end)
        (void)poll(NULL, 0, 5);
    assert_false(session_lives(luid));
}

/* --- processes -------------------------------------------------------------------------------- */

enum act {
    ACT_OPEN,         /* a login */
    ACT_OPEN_AT_ONCE, /* the same without a hello, as the PAM module does */
    ACT_CLOSE,        /* it */
    ACT_CHILD,        /* a child that waits for its end, as the uid: a program that the user runs */
    ACT_NEST,         /* a child that takes over the socket */
    ACT_BECOME,
    ACT_AUDIT, /* as pam_loginuid does */
    ACT_SAVE,  /* a login, into a file, since no openlogond is there */
    ACT_END,
};

struct order {
    enum act act;
    uint32_t uid;
    uint64_t luid;
    char service[32], user[32], tty[32];
};

struct report {
    int32_t status;
    uint32_t logon_type;
    uint64_t luid;
    pid_t pid;
};

struct actor {
    pid_t pid;
    int fd;
};

static void become(uint32_t uid)
{
    if (uid && is_root() && (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0))
        _exit(90);
    (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static pid_t start_child(const struct order *order, int fd)
{
    int ready[2];
    char byte;
    pid_t pid;

    if (pipe2(ready, O_CLOEXEC) < 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        (void)close(fd);
        become(order->uid);
        (void)close(ready[1]);
        (void)close(ready[0]);
        for (;;)
            (void)pause();
    }
    (void)close(ready[1]);
    (void)!read(ready[0], &byte, 1); /* its end is when the child is what it is to be */
    (void)close(ready[0]);
    return pid;
}

static void open_login(const struct order *order, struct report *report)
{
    int fd = order->act == ACT_OPEN_AT_ONCE ? link_connect(&daemon_) : link_open(&daemon_);
    Openlogon__Reply *reply = ask_to_open(fd, order->service, order->user, order->tty);

    report->status = reply ? reply->status : INT32_MAX;
    if (reply && reply->status == 0) {
        report->luid = reply->login->luid;
        report->logon_type = reply->login->logon_type;
    }
    reply_free(reply);
    (void)close(fd);
}

static void close_login(const struct order *order, struct report *report)
{
    int fd = link_connect(&daemon_);

    report->status = ask_to_close(fd, order->luid);
    (void)close(fd);
}

static int open_records(void)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "%s/run/" LOGIN_RECORD_DIR, daemon_.dir);
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void save_login(const struct order *order, struct report *report)
{
    struct login_record record = { .opened_usec = (int64_t)order->luid };
    int dirfd = open_records();

    (void)snprintf(record.service, sizeof(record.service), "%s", order->service);
    (void)snprintf(record.user, sizeof(record.user), "%s", order->user);
    (void)snprintf(record.tty, sizeof(record.tty), "%s", order->tty);
    report->status = login_record_set_leader(&record);
    if (report->status == 0)
        report->status = login_record_save(&record, dirfd);
    (void)close(dirfd);
}

static int set_loginuid(uint32_t uid)
{
    char number[16];
    int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);
    int r;

    if (fd < 0)
        return -errno;
    (void)snprintf(number, sizeof(number), "%u", uid);
    r = write(fd, number, strlen(number)) < 0 ? -errno : 0;
    (void)close(fd);
    return r;
}

static void act(int fd)
{
    struct order order;

    while (recv(fd, &order, sizeof(order), 0) == sizeof(order)) {
        struct report report = { .pid = getpid() };

        switch (order.act) {
        case ACT_OPEN:
        case ACT_OPEN_AT_ONCE:
            open_login(&order, &report);
            break;
        case ACT_CLOSE:
            close_login(&order, &report);
            break;
        case ACT_CHILD:
            report.pid = start_child(&order, fd);
            break;
        case ACT_SAVE:
            save_login(&order, &report);
            break;
        case ACT_BECOME:
            become(order.uid);
            break;
        case ACT_AUDIT:
            report.status = set_loginuid(order.uid);
            break;
        case ACT_NEST:
            report.pid = fork();
            if (report.pid > 0) {
                (void)waitpid(report.pid, NULL, 0);
                continue;
            }
            report.pid = getpid();
            break;
        case ACT_END:
            (void)send(fd, &report, sizeof(report), 0);
            _exit(0);
        }
        (void)send(fd, &report, sizeof(report), 0);
    }
    _exit(1);
}

static struct actor actor_start(void)
{
    struct actor actor;
    int fds[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    actor.pid = fork();
    assert_true(actor.pid >= 0);
    if (actor.pid == 0) {
        (void)close(fds[0]);
        act(fds[1]);
    }
    (void)close(fds[1]);
    actor.fd = fds[0];
    return actor;
}

static struct report tell(const struct actor *actor, const struct order *order)
{
    struct report report;

    assert_int_equal(send(actor->fd, order, sizeof(*order), 0), sizeof(*order));
    assert_int_equal(recv(actor->fd, &report, sizeof(report), 0), sizeof(report));
    return report;
}

static struct report tell_act(const struct actor *actor, enum act what)
{
    return tell(actor, &(struct order){ .act = what });
}

static struct order login_order(const char *service, uint32_t uid, const char *tty)
{
    struct order order = { .act = ACT_OPEN };

    (void)snprintf(order.service, sizeof(order.service), "%s", service);
    (void)snprintf(order.user, sizeof(order.user), "uid-%u", is_root() ? uid : geteuid());
    (void)snprintf(order.tty, sizeof(order.tty), "%s", tty);
    return order;
}

static uint64_t tell_open(const struct actor *actor, const char *service, uint32_t uid)
{
    struct order order = login_order(service, uid, "ssh");
    struct report report = tell(actor, &order);

    assert_int_equal(report.status, 0);
    assert_true(report.luid > SYSTEM);
    return report.luid;
}

static int32_t tell_close(const struct actor *actor, uint64_t luid)
{
    return tell(actor, &(struct order){ .act = ACT_CLOSE, .luid = luid }).status;
}

static pid_t tell_child(const struct actor *actor, uint32_t uid)
{
    pid_t pid = tell(actor, &(struct order){ .act = ACT_CHILD, .uid = uid }).pid;

    assert_true(pid > 0);
    return pid;
}

/* Its children, which nobody waits for, are init's then. */
static void actor_kill(const struct actor *actor)
{
    (void)kill(actor->pid, SIGKILL);
    assert_int_equal(waitpid(actor->pid, NULL, 0), actor->pid);
    (void)close(actor->fd);
}

static void actor_end(const struct actor *actor)
{
    (void)tell_act(actor, ACT_END);
    assert_int_equal(waitpid(actor->pid, NULL, 0), actor->pid);
    (void)close(actor->fd);
}

/* --- tests ------------------------------------------------------------------------------------ */

static void a_login_is_its_programs_and_all_that_it_starts(void **state)
{
    struct actor sshd = actor_start();
    uint64_t luid = tell_open(&sshd, "sshd", ALICE);
    pid_t shell = tell_child(&sshd, ALICE);
    Openlogon__Reply *reply = query_session(luid);

    (void)state;
    assert_int_equal(reply->status, 0);
    assert_int_equal(reply->session->logon_type, RemoteInteractive);
    assert_string_equal(reply->session->package, "PAM");
    assert_string_equal(reply->session->login_service, "sshd");
    assert_string_equal(reply->session->login_tty, "ssh");
    assert_string_equal(reply->session->login_host, "192.0.2.7");
    assert_int_equal(reply->session->login_leader, sshd.pid);
    assert_int_equal(reply->session->uid, is_root() ? ALICE : geteuid());
    reply_free(reply);
    assert_int_equal(session_of_process(sshd.pid), luid);
    assert_int_equal(session_of_process(shell), luid);
    assert_int_equal(basis_of_process(shell), basis_in_login());
    assert_int_equal(token_session_of_process(shell), luid);
    assert_int_equal(session_of_process(getpid()), SYSTEM);
    if (is_root()) /* who let the user in is not the user */
        assert_int_equal(token_session_of_process(sshd.pid), SYSTEM);
    assert_int_equal(kill(shell, SIGKILL), 0);
    assert_int_equal(tell_close(&sshd, luid), 0);
    assert_int_equal(session_of_process(sshd.pid), SYSTEM);
    actor_end(&sshd);
    wait_for_end(luid);
}

static void nobody_has_to_say_hello_for_it(void **state)
{
    struct actor sshd = actor_start();
    struct order order = login_order("sshd", ALICE, "ssh");
    struct report report;
    pid_t shell;
    int fd;

    (void)state;
    order.act = ACT_OPEN_AT_ONCE;
    report = tell(&sshd, &order);
    assert_int_equal(report.status, 0);
    shell = tell_child(&sshd, ALICE);
    assert_int_equal(token_session_of_process(shell), report.luid);
    assert_int_equal(kill(shell, SIGKILL), 0);
    assert_int_equal(tell_close(&sshd, report.luid), 0);
    actor_end(&sshd);
    wait_for_end(report.luid);
    fd = link_connect(&daemon_);
    assert_int_equal(link_open_token(fd, 0, TOKEN_QUERY, NULL), INT32_MAX); /* for all else */
    (void)close(fd);
}

static void what_stays_behind_keeps_the_session(void **state)
{
    struct actor sshd = actor_start();
    uint64_t luid = tell_open(&sshd, "sshd", ALICE);
    pid_t daemon = tell_child(&sshd, ALICE);

    (void)state;
    assert_int_equal(token_session_of_process(daemon), luid);
    assert_int_equal(tell_close(&sshd, luid), 0);
    actor_end(&sshd);
    assert_true(session_lives(luid));
    assert_int_equal(session_of_process(daemon), luid);
    assert_int_equal(kill(daemon, SIGKILL), 0);
    wait_for_end(luid);
}

static void a_killed_program_ends_its_login(void **state)
{
    struct actor sshd = actor_start();
    uint64_t luid = tell_open(&sshd, "sshd", ALICE);

    (void)state;
    assert_true(session_lives(luid));
    actor_kill(&sshd);
    wait_for_end(luid);
}

static void a_login_in_a_login_is_one_of_its_own(void **state)
{
    struct actor sshd = actor_start();
    uint64_t outer = tell_open(&sshd, "sshd", ALICE);
    pid_t su = tell_act(&sshd, ACT_NEST).pid;
    struct order order = login_order("su", BOB, "pts/0");
    struct report inner = tell(&sshd, &order);
    pid_t shell = tell_child(&sshd, BOB);
    _cleanup_(token_image_freep) token_image *image = NULL;

    (void)state;
    assert_int_equal(inner.status, 0);
    assert_int_equal(inner.logon_type, RemoteInteractive); /* as where it comes from */
    assert_int_equal(session_of_process(su), inner.luid);
    assert_int_equal(session_of_process(shell), inner.luid);
    assert_int_equal(session_of_process(sshd.pid), outer);
    image = token_of_process(shell);
    assert_int_equal(token_image_authentication_id(image), inner.luid);
    assert_int_equal(token_image_origin_id(image), outer);
    assert_int_equal(tell_close(&sshd, inner.luid), 0);
    assert_int_equal(session_of_process(su), outer); /* back, but not out of the outer one */
    (void)tell_act(&sshd, ACT_END);                  /* su */
    assert_int_equal(kill(shell, SIGKILL), 0);
    wait_for_end(inner.luid);
    assert_true(session_lives(outer));
    actor_end(&sshd);
    wait_for_end(outer);
}

static void an_outer_login_lives_as_long_as_one_within(void **state)
{
    struct actor sshd = actor_start();
    uint64_t outer, inner;
    pid_t shell;

    (void)state;
    if (!is_root()) { /* without control groups a login is known by its leader */
        actor_end(&sshd);
        skip();
    }
    outer = tell_open(&sshd, "sshd", ALICE);
    (void)tell_act(&sshd, ACT_NEST);
    inner = tell_open(&sshd, "su", BOB);
    shell = tell_child(&sshd, BOB);
    (void)tell_act(&sshd, ACT_END);
    actor_kill(&sshd);
    assert_true(session_lives(outer));
    assert_true(session_lives(inner));
    assert_int_equal(session_of_process(shell), inner);
    assert_int_equal(kill(shell, SIGKILL), 0);
    wait_for_end(inner);
    wait_for_end(outer);
}

static void a_program_that_becomes_the_user_is_no_longer_root(void **state)
{
    struct actor runuser = actor_start();
    uint64_t luid = tell_open(&runuser, "runuser", ALICE);

    (void)state;
    if (is_root())
        assert_int_equal(token_session_of_process(runuser.pid), SYSTEM);
    (void)tell(&runuser, &(struct order){ .act = ACT_BECOME, .uid = ALICE });
    if (is_root())
        assert_int_equal(token_session_of_process(runuser.pid), luid);
    actor_kill(&runuser);
    wait_for_end(luid);
}

static void the_service_decides_the_type(void **state)
{
    static const struct {
        const char *service, *tty;
        uint32_t type;
    } cases[] = {
        { "sshd", "ssh", RemoteInteractive },
        { "sshd", "", Network },
        { "login", "tty1", Interactive },
        { "gdm-password", ":0", Interactive },
        { "cron", "cron", Batch },
        { "atd", "", Batch },
        { "systemd-user", "", Service },
        { "something", "", Service },
        { "su", "pts/1", Service }, /* of a service */
        { "other", "", NetworkCleartext },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct actor actor = actor_start();
        struct order order = login_order(cases[i].service, ALICE, cases[i].tty);
        struct report report = tell(&actor, &order);

        assert_int_equal(report.status, 0);
        assert_int_equal(report.logon_type, cases[i].type);
        actor_end(&actor);
        wait_for_end(report.luid);
    }
}

static void many_logins_at_a_time_are_as_many_sessions(void **state)
{
    struct actor actors[8];
    uint64_t luids[ARRAY_SIZE(actors)];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(actors); i++) {
        actors[i] = actor_start();
        luids[i] = tell_open(&actors[i], "sshd", ALICE);
    }
    for (size_t i = 0; i < ARRAY_SIZE(actors); i++) {
        assert_int_equal(session_of_process(actors[i].pid), luids[i]);
        assert_true(i == 0 || luids[i] > luids[i - 1]);
    }
    for (size_t i = 0; i < ARRAY_SIZE(actors); i++) {
        actor_end(&actors[i]);
        wait_for_end(luids[i]);
    }
}

/* --- refusals --------------------------------------------------------------------------------- */

static void who_is_nobody_is_refused(void **state)
{
    struct actor actor = actor_start();
    struct order order = login_order("sshd", ALICE, "");

    (void)state;
    (void)snprintf(order.user, sizeof(order.user), "nobody-there");
    assert_int_equal(tell(&actor, &order).status, (int32_t)STATUS_NO_SUCH_USER);
    order.user[0] = '\0';
    assert_int_equal(tell(&actor, &order).status, (int32_t)STATUS_INVALID_PARAMETER);
    order = login_order("", ALICE, "");
    assert_int_equal(tell(&actor, &order).status, (int32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(tell_close(&actor, 12345), (int32_t)STATUS_NO_SUCH_LOGON_SESSION);
    assert_int_equal(session_of_process(actor.pid), SYSTEM);
    actor_end(&actor);
}

static void only_root_lets_anybody_in(void **state)
{
    struct actor sshd, user;
    struct order order = login_order("sshd", ALICE, "");
    uint64_t luid;

    (void)state;
    if (!is_root())
        skip();
    sshd = actor_start();
    luid = tell_open(&sshd, "sshd", ALICE);
    user = actor_start();
    (void)tell(&user, &(struct order){ .act = ACT_BECOME, .uid = ALICE });
    assert_int_equal(tell(&user, &order).status, (int32_t)STATUS_PRIVILEGE_NOT_HELD);
    assert_int_equal(tell_close(&user, luid), (int32_t)STATUS_PRIVILEGE_NOT_HELD);
    assert_true(session_lives(luid));
    actor_kill(&user);
    actor_kill(&sshd);
    wait_for_end(luid);
}

/* --- restarts --------------------------------------------------------------------------------- */

static void die_and_come_again(void)
{
    test_daemon_kill(&daemon_);
    assert_true(test_daemon_restart(&daemon_, options));
}

static void logins_outlive_openlogond(void **state)
{
    struct actor sshd = actor_start();
    uint64_t outer = tell_open(&sshd, "sshd", ALICE);
    uint64_t inner;
    pid_t su, shell;
    Openlogon__Reply *reply;

    (void)state;
    su = tell_act(&sshd, ACT_NEST).pid;
    inner = tell_open(&sshd, "su", BOB);
    shell = tell_child(&sshd, BOB);
    die_and_come_again();
    assert_int_equal(session_of_process(shell), inner);
    assert_int_equal(session_of_process(su), inner);
    assert_int_equal(session_of_process(sshd.pid), outer);
    reply = query_session(outer);
    assert_string_equal(reply->session->login_host, "192.0.2.7");
    reply_free(reply);
    assert_int_equal(tell_close(&sshd, inner), 0);
    assert_int_equal(session_of_process(su), outer);
    (void)tell_act(&sshd, ACT_END);
    assert_int_equal(kill(shell, SIGKILL), 0);
    wait_for_end(inner);
    die_and_come_again();
    assert_int_equal(session_of_process(sshd.pid), outer);
    actor_kill(&sshd);
    wait_for_end(outer);
}

static void what_ended_meanwhile_is_gone(void **state)
{
    struct actor sshd = actor_start();
    uint64_t luid = tell_open(&sshd, "sshd", ALICE);

    (void)state;
    test_daemon_kill(&daemon_);
    actor_kill(&sshd);
    assert_true(test_daemon_restart(&daemon_, options));
    wait_for_end(luid);
}

static size_t count_records(void)
{
    DIR *directory = fdopendir(open_records());
    size_t n = 0;

    assert_non_null(directory);
    while (readdir(directory))
        n++;
    (void)closedir(directory);
    return n - 2;
}

static void write_garbage(const char *name)
{
    int dirfd = open_records();
    int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_int_equal(write(fd, "openlogon-login 1\n", 18), 18);
    (void)close(fd);
    (void)close(dirfd);
}

static void wait_for_no_records(void)
{
    double end = now_s() + 10;

    while (count_records() > 0 && now_s() < end)
        (void)poll(NULL, 0, 5);
    assert_int_equal(count_records(), 0);
}

/* What the record of a login says of the time when it was made. */
enum { OPENED_S = 1700000000 };

static struct order record_order(const char *service, uint32_t uid, unsigned opened_s)
{
    struct order order = login_order(service, uid, "ssh");

    order.act = ACT_SAVE;
    order.luid = (uint64_t)(OPENED_S + opened_s) * 1000000;
    return order;
}

static void logins_without_openlogond_are_taken_in(void **state)
{
    struct actor sshd = actor_start(), dead = actor_start();
    struct order outer = record_order("sshd", ALICE, 0), inner = record_order("su", BOB, 5);
    uint64_t luid, inner_luid;
    pid_t shell, su, inner_shell;
    Openlogon__Reply *reply;

    (void)state;
    test_daemon_kill(&daemon_);
    assert_int_equal(tell(&sshd, &outer).status, 0);
    shell = tell_child(&sshd, ALICE);
    su = tell_act(&sshd, ACT_NEST).pid;
    assert_int_equal(tell(&sshd, &inner).status, 0);
    inner_shell = tell_child(&sshd, BOB);
    assert_int_equal(tell(&dead, &outer).status, 0);
    actor_kill(&dead);
    write_garbage("1-1");
    assert_int_equal(count_records(), 4);
    assert_true(test_daemon_restart(&daemon_, options));
    wait_for_no_records();
    luid = session_of_process(sshd.pid);
    inner_luid = session_of_process(su);
    assert_true(luid > SYSTEM && inner_luid > luid);
    assert_int_equal(session_of_process(shell), luid);
    assert_int_equal(token_session_of_process(shell), luid);
    assert_int_equal(session_of_process(inner_shell), inner_luid);
    reply = query_session(luid);
    assert_int_equal(filetime_to_unix(reply->session->logon_time), OPENED_S);
    reply_free(reply);
    assert_int_equal(tell_close(&sshd, inner_luid), 0);
    assert_int_equal(kill(inner_shell, SIGKILL), 0);
    assert_int_equal(kill(shell, SIGKILL), 0);
    (void)tell_act(&sshd, ACT_END);
    actor_end(&sshd);
    wait_for_end(inner_luid);
    wait_for_end(luid);
}

/* --- control groups --------------------------------------------------------------------------- */

/* A group beside the daemon's own, as a service manager makes one. */
struct group {
    char *path, *directory;
};

static struct group group_make(const char *name)
{
    _cleanup_(freep) char *own = NULL;
    _cleanup_(freep) char *directory = NULL;
    struct group group;

    assert_int_equal(cgroup_path_read(0, &own), 0);
    assert_int_equal(cgroup_directory_find(own, &directory), 0);
    assert_true(asprintf(&group.path, "%s/test-%d-%s", strcmp(own, "/") == 0 ? "" : own,
                         (int)getpid(), name) > 0);
    assert_true(asprintf(&group.directory, "%s/test-%d-%s", directory, (int)getpid(), name) > 0);
    assert_int_equal(mkdir(group.directory, 0755), 0);
    return group;
}

static void group_remove(struct group *group)
{
    double end = now_s() + 5;

    while (rmdir(group->directory) < 0 && now_s() < end) /* its last process is still ending */
        (void)poll(NULL, 0, 5);
    assert_int_not_equal(access(group->directory, F_OK), 0);
    free(group->path);
    free(group->directory);
}

static int write_to(const char *directory, const char *file, const char *text)
{
    char path[512];
    int fd, r;

    (void)snprintf(path, sizeof(path), "%s/%s", directory, file);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    r = write(fd, text, strlen(text)) < 0 ? -errno : 0;
    (void)close(fd);
    return r;
}

static void move_to(const struct group *group, pid_t pid)
{
    char number[16];

    (void)snprintf(number, sizeof(number), "%d", (int)pid);
    assert_int_equal(write_to(group->directory, "cgroup.procs", number), 0);
}

static void a_login_stays_below_the_group_that_it_came_from(void **state)
{
    char expected[64];
    struct group scope;
    struct actor sshd;
    char *path = NULL;
    uint64_t luid;

    (void)state;
    if (!is_root())
        skip();
    scope = group_make("session-3.scope");
    sshd = actor_start();
    move_to(&scope, sshd.pid);
    luid = tell_open(&sshd, "sshd", ALICE);
    assert_int_equal(cgroup_path_read(sshd.pid, &path), 0);
    (void)snprintf(expected, sizeof(expected), "-%016llx-", (unsigned long long)luid);
    assert_memory_equal(path, scope.path, strlen(scope.path));
    assert_non_null(strstr(path + strlen(scope.path), "/openlogon-"));
    assert_non_null(strstr(path + strlen(scope.path), expected)); /* for other programs */
    free(path);
    die_and_come_again();
    assert_int_equal(session_of_process(sshd.pid), luid);
    assert_int_equal(tell_close(&sshd, luid), 0);
    assert_int_equal(cgroup_path_read(sshd.pid, &path), 0);
    assert_string_equal(path, scope.path);
    free(path);
    wait_for_end(luid);
    actor_end(&sshd);
    group_remove(&scope);
}

/* Who has got a group could take processes out of what is below, so nothing is put there. */
static void a_group_in_others_hands_gets_no_leaf(void **state)
{
    struct group scope;
    struct actor manager;
    char *path = NULL;
    uint64_t luid;
    pid_t program;

    (void)state;
    if (!is_root())
        skip();
    scope = group_make("user.service");
    assert_int_equal(chown(scope.directory, ALICE, ALICE), 0);
    manager = actor_start();
    move_to(&scope, manager.pid);
    luid = tell_open(&manager, "systemd-user", ALICE);
    program = tell_child(&manager, ALICE);
    assert_int_equal(cgroup_path_read(program, &path), 0);
    assert_string_equal(path, scope.path);
    free(path);
    assert_int_equal(session_of_process(program), luid);
    assert_int_equal(basis_of_process(program), OPENLOGON_BASIS_ANCESTOR);
    assert_int_equal(token_session_of_process(program), luid);
    assert_int_equal(kill(program, SIGKILL), 0);
    actor_kill(&manager);
    wait_for_end(luid);
    group_remove(&scope);
}

static uint32_t audit_session_of(uint64_t luid)
{
    Openlogon__Reply *reply = query_session(luid);
    uint32_t session = reply->session->audit_session;

    reply_free(reply);
    return session;
}

/* A service manager may take a process elsewhere at its user's wish. */
static void who_is_taken_out_of_the_leaf_is_known_by_the_audit_session(void **state)
{
    struct group elsewhere;
    struct actor sshd;
    uint64_t luid, inner;
    pid_t shell;

    (void)state;
    if (!is_root())
        skip();
    sshd = actor_start();
    if (tell(&sshd, &(struct order){ .act = ACT_AUDIT, .uid = ALICE }).status < 0) {
        actor_end(&sshd); /* the kernel keeps no account, or it is immutable */
        skip();
    }
    luid = tell_open(&sshd, "sshd", ALICE);
    assert_true(audit_session_of(luid) != 0);
    shell = tell_child(&sshd, ALICE);
    elsewhere = group_make("elsewhere");
    move_to(&elsewhere, shell);
    assert_int_equal(session_of_process(shell), luid);
    assert_int_equal(basis_of_process(shell), OPENLOGON_BASIS_AUDIT);
    assert_int_equal(token_session_of_process(shell), luid);
    die_and_come_again();
    assert_int_equal(session_of_process(shell), luid);
    assert_int_equal(basis_of_process(shell), OPENLOGON_BASIS_AUDIT);
    (void)tell_act(&sshd, ACT_NEST);
    inner = tell_open(&sshd, "su", BOB);
    assert_int_equal(audit_session_of(inner), 0); /* it is the outer one's */
    (void)tell_act(&sshd, ACT_END);
    wait_for_end(inner);
    assert_int_equal(kill(shell, SIGKILL), 0);
    actor_kill(&sshd);
    wait_for_end(luid);
    group_remove(&elsewhere);
}

/* A child of a login that has been put into another login's leaf brings the first one's audit
 * session along. */
static void the_leaf_counts_more_than_the_audit_session(void **state)
{
    struct actor sshd, other;
    char *other_path = NULL;
    struct group leaf = { 0 };
    uint64_t luid, other_luid;
    pid_t stray;

    (void)state;
    if (!is_root())
        skip();
    sshd = actor_start();
    if (tell(&sshd, &(struct order){ .act = ACT_AUDIT, .uid = ALICE }).status < 0) {
        actor_end(&sshd); /* the kernel keeps no account, or it is immutable */
        skip();
    }
    other = actor_start();
    luid = tell_open(&sshd, "sshd", ALICE);
    other_luid = tell_open(&other, "sshd", BOB);
    stray = tell_child(&sshd, ALICE);
    assert_int_equal(session_of_process(stray), luid);
    assert_int_equal(cgroup_path_read(other.pid, &other_path), 0);
    assert_int_equal(cgroup_directory_find(other_path, &leaf.directory), 0);
    move_to(&leaf, stray);
    assert_int_equal(session_of_process(stray), other_luid);
    assert_int_equal(basis_of_process(stray), OPENLOGON_BASIS_CGROUP);
    /* In it, and not its user's. */
    assert_int_not_equal(token_session_of_process(stray), other_luid);
    assert_int_equal(kill(stray, SIGKILL), 0);
    actor_kill(&sshd);
    actor_kill(&other);
    wait_for_end(luid);
    wait_for_end(other_luid);
    free(other_path);
    free(leaf.directory);
}

static void stand_still(void)
{
    assert_int_equal(kill(daemon_.pid, SIGSTOP), 0);
}

static void go_on(void)
{
    assert_int_equal(kill(daemon_.pid, SIGCONT), 0);
}

static void die(void)
{
    test_daemon_kill(&daemon_);
}

/* The kernel tells when a process started in ticks, and after a restart there is nothing else. */
static void let_the_tick_pass_that_began(pid_t pid)
{
    const long ticks_per_second = sysconf(_SC_CLK_TCK);
    struct process_info info;
    struct timespec now;
    uint64_t ticks;

    assert_true(process_info_read(pid, &info) >= 0);
    do {
        assert_int_equal(clock_gettime(CLOCK_BOOTTIME, &now), 0);
        ticks = (uint64_t)(now.tv_sec * ticks_per_second +
                           now.tv_nsec / (1000000000 / ticks_per_second));
    } while (ticks <= info.start_time);
}

static void come_again(void)
{
    assert_true(test_daemon_restart(&daemon_, options));
}

/* Where a login has no leaf its program is known by its number. */
static void the_next_process_of_a_programs_number_is_of_no_login(void **state)
{
    static void (*const ways[][2])(void) = { { stand_still, go_on }, { die, come_again } };

    (void)state;
    if (!is_root())
        skip();
    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        struct group scope = group_make("reused.service");
        struct actor manager = actor_start();
        uint64_t luid;
        pid_t next;

        assert_int_equal(chown(scope.directory, ALICE, ALICE), 0);
        move_to(&scope, manager.pid);
        luid = tell_open(&manager, "systemd-user", ALICE);
        assert_int_equal(session_of_process(manager.pid), luid);
        assert_int_equal(basis_of_process(manager.pid), OPENLOGON_BASIS_ANCESTOR);
        if (ways[i][0] == die)
            let_the_tick_pass_that_began(manager.pid);
        ways[i][0]();
        actor_kill(&manager);
        next = test_process_with_number(manager.pid, ALICE);
        ways[i][1]();
        if (next > 0) {
            assert_int_not_equal(session_of_process(next), luid);
            assert_int_equal(basis_of_process(next), OPENLOGON_BASIS_SERVICE);
            assert_int_not_equal(token_session_of_process(next), luid);
            assert_int_equal(kill(next, SIGKILL), 0);
            assert_int_equal(waitpid(next, NULL, 0), next);
        }
        wait_for_end(luid);
        group_remove(&scope);
    }
}

/* --- ways out --------------------------------------------------------------------------------- */

/* What a user's program tries, to be in another session or none. All of it fails, or changes
 * nothing. Returns a number for what has worked. */
static int try_to_leave(const char *group, const char *own)
{
    char above[512], made[600];

    (void)snprintf(above, sizeof(above), "%s/..", own);
    (void)snprintf(made, sizeof(made), "%s/openlogon-x-0000000000000001-0000000000000001", own);
    if (write_to(group, "cgroup.procs", "0") != -EACCES)
        return 1;
    if (write_to(above, "cgroup.procs", "0") != -EACCES)
        return 2;
    if (mkdir(made, 0755) == 0 || errno != EACCES)
        return 3;
    /* Where the loginuid was never set, anybody may set it; it says nothing then. */
    (void)write_to("/proc/self", "loginuid", "0");
    (void)write_to("/proc/self", "loginuid", "61502");
    if (unshare(CLONE_NEWUSER | CLONE_NEWCGROUP | CLONE_NEWNS) == 0 &&
        write_to(group, "cgroup.procs", "0") == 0)
        return 4;
    return 0;
}

static void run_escape(const char *group, const char *own, int report)
{
    struct {
        pid_t pid;
        int what;
    } result;

    (void)setsid();
    if (fork() > 0)
        _exit(0); /* it is init's child from here on */
    result.pid = getpid();
    result.what = try_to_leave(group, own);
    (void)!write(report, &result, sizeof(result));
    for (;;)
        (void)pause();
}

static void no_users_program_leaves_its_session(void **state)
{
    struct actor sshd = actor_start(), other = actor_start();
    struct {
        pid_t pid;
        int what;
    } result;
    char *other_path = NULL, *other_directory = NULL, *path = NULL, *directory = NULL;
    uint64_t luid, other_luid;
    int report[2];
    pid_t child;

    (void)state;
    if (!is_root()) {
        actor_end(&sshd);
        actor_end(&other);
        skip();
    }
    luid = tell_open(&sshd, "sshd", ALICE);
    other_luid = tell_open(&other, "sshd", BOB);
    assert_int_equal(cgroup_path_read(other.pid, &other_path), 0);
    assert_int_equal(cgroup_directory_find(other_path, &other_directory), 0);
    assert_int_equal(cgroup_path_read(sshd.pid, &path), 0);
    assert_int_equal(cgroup_directory_find(path, &directory), 0);
    assert_int_equal(pipe2(report, O_CLOEXEC), 0);
    child = fork();
    if (child == 0) {
        char number[16];

        (void)snprintf(number, sizeof(number), "%d", (int)getpid());
        if (write_to(directory, "cgroup.procs", number) < 0)
            _exit(1);
        become(ALICE);
        run_escape(other_directory, directory, report[1]);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(read(report[0], &result, sizeof(result)), sizeof(result));
    assert_int_equal(result.what, 0);
    assert_int_equal(session_of_process(result.pid), luid);
    assert_int_equal(basis_of_process(result.pid), OPENLOGON_BASIS_CGROUP);
    assert_int_equal(token_session_of_process(result.pid), luid);
    assert_int_equal(session_of_process(other.pid), other_luid);
    assert_int_equal(kill(result.pid, SIGKILL), 0);
    actor_kill(&sshd);
    actor_kill(&other);
    wait_for_end(luid);
    wait_for_end(other_luid);
    free(other_path);
    free(other_directory);
    free(path);
    free(directory);
    (void)close(report[0]);
    (void)close(report[1]);
}

/* The name of a leaf in a group of one's own is no leaf. */
static void a_group_of_that_name_is_not_enough(void **state)
{
    struct group delegated, fake;
    struct actor sshd, thief;
    char *path = NULL;
    uint64_t luid;

    (void)state;
    if (!is_root())
        skip();
    sshd = actor_start();
    thief = actor_start();
    luid = tell_open(&sshd, "sshd", ALICE);
    assert_int_equal(cgroup_path_read(sshd.pid, &path), 0);
    delegated = group_make("delegated");
    /* ".../openlogon-TAG/SESSION/TOKEN" as "openlogon-TAG-SESSION-TOKEN" */
    assert_true(
        asprintf(&fake.directory, "%s/%s", delegated.directory, strstr(path, "openlogon-")) > 0);
    fake.path = path;
    for (char *slash = fake.directory + strlen(delegated.directory) + 1;
         (slash = strchr(slash, '/'));)
        *slash = '-';
    assert_int_equal(mkdir(fake.directory, 0755), 0);
    move_to(&fake, thief.pid);
    (void)tell(&thief, &(struct order){ .act = ACT_BECOME, .uid = ALICE });
    assert_int_not_equal(session_of_process(thief.pid), luid);
    assert_int_not_equal(token_session_of_process(thief.pid), luid);
    actor_kill(&thief);
    actor_kill(&sshd);
    wait_for_end(luid);
    group_remove(&fake);
    group_remove(&delegated);
}

/* --- the census ------------------------------------------------------------------------------- */

struct census {
    uint32_t *pids;
    size_t n;
};

static void count_processes(struct census *census)
{
    Openlogon__Request request = OPENLOGON__REQUEST__INIT;
    Openlogon__EnumerateProcessesRequest enumerate = OPENLOGON__ENUMERATE_PROCESSES_REQUEST__INIT;
    int fd = link_open(&daemon_);
    bool more = true;

    enumerate.max = 50;
    request.call_case = OPENLOGON__REQUEST__CALL_ENUMERATE_PROCESSES;
    request.enumerate_processes = &enumerate;
    while (more) {
        Openlogon__Reply *reply = link_call(fd, &request);

        assert_non_null(reply);
        assert_int_equal(reply->status, 0);
        census->pids = reallocarray(census->pids, census->n + 50, sizeof(*census->pids));
        assert_non_null(census->pids);
        for (size_t i = 0; i < reply->processes->n_processes; i++) {
            const Openlogon__ProcessEntry *entry = reply->processes->processes[i];

            assert_true(entry->pid > enumerate.after_pid); /* none twice */
            assert_true(entry->session != 0 && entry->basis != 0);
            enumerate.after_pid = entry->pid;
            census->pids[census->n++] = entry->pid;
        }
        more = reply->processes->more;
        reply_free(reply);
    }
    (void)close(fd);
}

static bool is_counted(const struct census *census, pid_t pid)
{
    for (size_t i = 0; i < census->n; i++) {
        if (census->pids[i] == (uint32_t)pid)
            return true;
    }
    return false;
}

static void every_process_of_the_machine_is_in_one_session(void **state)
{
    struct actor strange = actor_start(), sshd = actor_start();
    uint64_t luid = tell_open(&sshd, "sshd", ALICE);
    struct census census = { 0 };
    pid_t *before = NULL;
    size_t n_before = 0;

    (void)state;
    (void)tell(&strange, &(struct order){ .act = ACT_BECOME, .uid = 61599 });
    assert_int_equal(process_pids(&before, &n_before), 0);
    count_processes(&census);
    for (size_t i = 0; i < n_before; i++) {
        struct process_info info;

        /* One that has ended meanwhile need not be there. */
        if (!is_counted(&census, before[i]))
            assert_int_equal(process_info_read(before[i], &info), -ESRCH);
    }
    assert_true(is_counted(&census, strange.pid));
    if (is_root())
        assert_int_equal(basis_of_process(strange.pid), OPENLOGON_BASIS_SERVICE);
    assert_int_equal(session_of_process(strange.pid), session_of_process(strange.pid));
    actor_kill(&strange);
    actor_kill(&sshd);
    wait_for_end(luid);
    free(census.pids);
    free(before);
}

static int start(void **state)
{
    static const char *const with_type[] = { "--set", "login.other = NetworkCleartext", "--set",
                                             "workers = 1", NULL };

    test_daemon_start(&daemon_, with_type);
    return 0;
}

static int stop(void **state)
{
    test_daemon_stop(&daemon_);
    return 0;
}

int main(void)
{
    const char *uid = getenv("OPENLOGON_TEST_UID");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_service_decides_the_type),
        cmocka_unit_test(a_login_is_its_programs_and_all_that_it_starts),
        cmocka_unit_test(nobody_has_to_say_hello_for_it),
        cmocka_unit_test(what_stays_behind_keeps_the_session),
        cmocka_unit_test(a_killed_program_ends_its_login),
        cmocka_unit_test(a_login_in_a_login_is_one_of_its_own),
        cmocka_unit_test(an_outer_login_lives_as_long_as_one_within),
        cmocka_unit_test(a_program_that_becomes_the_user_is_no_longer_root),
        cmocka_unit_test(many_logins_at_a_time_are_as_many_sessions),
        cmocka_unit_test(who_is_nobody_is_refused),
        cmocka_unit_test(only_root_lets_anybody_in),
        cmocka_unit_test(logins_outlive_openlogond),
        cmocka_unit_test(what_ended_meanwhile_is_gone),
        cmocka_unit_test(logins_without_openlogond_are_taken_in),
        cmocka_unit_test(a_login_stays_below_the_group_that_it_came_from),
        cmocka_unit_test(a_group_in_others_hands_gets_no_leaf),
        cmocka_unit_test(who_is_taken_out_of_the_leaf_is_known_by_the_audit_session),
        cmocka_unit_test(the_leaf_counts_more_than_the_audit_session),
        cmocka_unit_test(the_next_process_of_a_programs_number_is_of_no_login),
        cmocka_unit_test(no_users_program_leaves_its_session),
        cmocka_unit_test(a_group_of_that_name_is_not_enough),
        cmocka_unit_test(every_process_of_the_machine_is_in_one_session),
    };

    if (uid && geteuid() == 0)
        assert_int_equal(setresuid((uid_t)atoi(uid), (uid_t)atoi(uid), (uid_t)atoi(uid)), 0);
    return cmocka_run_group_tests(tests, start, stop);
}
