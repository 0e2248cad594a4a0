/* SPDX-License-Identifier: MIT */
#include "spawn/spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/sched.h>

#include "base/log.h"
#include "ipc/spawn_message.h"
#include "linux/fd_message.h"
#include "linux/spawn_child.h"
#include "spawn/target.h"

struct spawner;
struct process;

/* One descriptor that the loop waits for. */
struct watch {
    int fd; /* owned; -1: none */
    void (*ready)(struct spawner *spawner, struct process *process);
    struct process *process;
};

/* One process, from its creation until it has been reaped. */
struct process {
    pid_t pid;
    struct watch report; /* until it is known whether the program runs */
    struct watch end;    /* its pidfd */
    struct watch client; /* whoever started it; -1: nobody waits any more */
    bool has_failed;     /* which its starter knows */
};

struct spawner {
    int epoll;
    struct watch control; /* -1: openlogond is gone */
    size_t n_clients;     /* processes that somebody waits for */
    uint8_t *order;       /* SPAWN_ORDER_MAX */
};

/* --- watches ------------------------------------------------------------------------------ */

static int watch_open(struct spawner *s, struct watch *w)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = w };

    return epoll_ctl(s->epoll, EPOLL_CTL_ADD, w->fd, &event) < 0 ? -errno : 0;
}

/* Taken out first: a child that has not run its program yet has the descriptor, too. */
static void watch_close(struct spawner *s, struct watch *w)
{
    if (w->fd < 0)
        return;
    (void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, w->fd, NULL);
    (void)close(w->fd);
    w->fd = -1;
}

/* --- news --------------------------------------------------------------------------------- */

static void client_close(struct spawner *s, struct process *p)
{
    if (p->client.fd >= 0)
        s->n_clients--;
    watch_close(s, &p->client);
}

/* To somebody who does not read nothing is told. */
static void tell(struct spawner *s, struct process *p, const struct spawn_news *news,
                 const int *pidfd)
{
    if (p->client.fd >= 0 &&
        fd_message_send(p->client.fd, news, sizeof(*news), pidfd, pidfd ? 1 : 0, MSG_DONTWAIT) < 0)
        client_close(s, p);
}

static void tell_failure(struct spawner *s, struct process *p, const struct spawn_report *report)
{
    const struct spawn_news news = { .kind = SPAWN_NEWS_FAILED,
                                     .step = report->step,
                                     .error = -report->error };

    tell(s, p, &news, NULL);
}

static void tell_end(struct spawner *s, struct process *p, const siginfo_t *info)
{
    const bool exited = info->si_code == CLD_EXITED;
    const struct spawn_news news = { .kind = exited ? SPAWN_NEWS_EXITED : SPAWN_NEWS_SIGNALLED,
                                     .pid = (uint32_t)p->pid,
                                     .value = (uint32_t)info->si_status };

    tell(s, p, &news, NULL);
}

/* --- a process ---------------------------------------------------------------------------- */

static void process_free(struct spawner *s, struct process *p)
{
    client_close(s, p);
    watch_close(s, &p->report);
    watch_close(s, &p->end);
    free(p);
}

static void send_signal(const struct process *p, int number)
{
    (void)syscall(SYS_pidfd_send_signal, p->end.fd, number, NULL, 0U);
}

/* Not before the program runs: until then what waits in the socket is for the process that becomes
 * it, which is not its starter's yet. */
static void listen_to_client(struct spawner *s, struct process *p)
{
    if (p->client.fd >= 0 && watch_open(s, &p->client) < 0)
        client_close(s, p);
}

static void on_report(struct spawner *s, struct process *p)
{
    struct spawn_report report;
    ssize_t n = read(p->report.fd, &report, sizeof(report));

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    watch_close(s, &p->report);
    if (n == 0) {
        const struct spawn_news news = { .kind = SPAWN_NEWS_RUNS, .pid = (uint32_t)p->pid };

        tell(s, p, &news, &p->end.fd);
        listen_to_client(s, p);
        return;
    }
    if (n != sizeof(report))
        report = (struct spawn_report){ SPAWN_STEP_PREPARE, EIO };
    p->has_failed = true;
    tell_failure(s, p, &report);
    send_signal(p, SIGKILL); /* its user may have stopped it */
}

static void on_end(struct spawner *s, struct process *p)
{
    siginfo_t info = { 0 };

    if (waitid(P_PIDFD, (id_t)p->end.fd, &info, WEXITED | WNOHANG | __WALL) < 0 || info.si_pid == 0)
        return;
    if (p->report.fd >= 0)
        on_report(s, p);
    if (!p->has_failed)
        tell_end(s, p, &info);
    process_free(s, p);
}

/* A signal for the program, or the end of the one who started it. */
static void on_client(struct spawner *s, struct process *p)
{
    struct spawn_signal wanted;
    size_t n_fds = 0;
    ssize_t n =
        fd_message_receive(p->client.fd, &wanted, sizeof(wanted), NULL, &n_fds, MSG_DONTWAIT);

    if (n == -EAGAIN || n == -EINTR)
        return;
    if (n != sizeof(wanted)) {
        client_close(s, p);
        return;
    }
    if (wanted.number < NSIG)
        send_signal(p, (int)wanted.number);
}

/* --- orders ------------------------------------------------------------------------------- */

/* As fork(), into a control group. The exit signal is 0: the exec makes it SIGCHLD. */
static long clone_into(int cgroup_fd, int *ret_pidfd)
{
    struct clone_args args = { .flags = CLONE_PIDFD, .pidfd = (uintptr_t)ret_pidfd };

    if (cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)cgroup_fd;
    }
    return syscall(SYS_clone3, &args, sizeof(args));
}

static int make_process(struct process *p, const struct spawn_order *order, const int *fds,
                        size_t n_fds)
{
    int report[2];
    long pid;

    if (pipe2(report, O_CLOEXEC) < 0)
        return -errno;
    pid = clone_into(n_fds > ORDER_FD_CGROUP ? fds[ORDER_FD_CGROUP] : -1, &p->end.fd);
    if (pid == 0) {
        const struct target_start start = { order, p->client.fd, fds[ORDER_FD_CALLER], report[1] };

        target_run(&start);
    }
    (void)close(report[1]);
    if (pid < 0) {
        int r = -errno;

        (void)close(report[0]);
        return r;
    }
    p->pid = (pid_t)pid;
    p->report.fd = report[0];
    return 0;
}

static int watch_process(struct spawner *s, struct process *p)
{
    int r = watch_open(s, &p->report);

    return r == 0 ? watch_open(s, &p->end) : r;
}

/* It is still root's, and so ends at once. */
static void kill_and_reap(const struct process *p)
{
    siginfo_t info;

    send_signal(p, SIGKILL);
    while (waitid(P_PIDFD, (id_t)p->end.fd, &info, WEXITED | __WALL) < 0 && errno == EINTR)
        ;
}

/* Takes the client's socket. */
static void start(struct spawner *s, const struct spawn_order *order, int *fds, size_t n_fds)
{
    struct process *p = calloc(1, sizeof(*p));
    struct spawn_report failure = { .step = SPAWN_STEP_CREATE };
    int r;

    if (!p)
        return; /* the client sees that its socket is closed */
    p->report = (struct watch){ -1, on_report, p };
    p->end = (struct watch){ -1, on_end, p };
    p->client = (struct watch){ fds[ORDER_FD_CLIENT], on_client, p };
    fds[ORDER_FD_CLIENT] = -1;
    s->n_clients++;
    r = make_process(p, order, fds, n_fds);
    if (r == 0) {
        r = watch_process(s, p);
        if (r < 0)
            kill_and_reap(p);
    }
    if (r == 0)
        return;
    failure.error = -r;
    tell_failure(s, p, &failure);
    process_free(s, p);
}

static void on_control(struct spawner *s, struct process *none)
{
    _cleanup_(spawn_order_done) struct spawn_order order = { 0 };
    int fds[ORDER_FDS_MAX] = { -1, -1, -1 };
    size_t n_fds = ARRAY_SIZE(fds);
    ssize_t n =
        fd_message_receive(s->control.fd, s->order, SPAWN_ORDER_MAX, fds, &n_fds, MSG_DONTWAIT);

    if (n == -EAGAIN || n == -EINTR)
        return;
    if (n == 0) {
        watch_close(s, &s->control);
        return;
    }
    if (n > 0 && n_fds > ORDER_FD_CALLER &&
        !nt_failed(spawn_order_decode(&order, s->order, (size_t)n)))
        start(s, &order, fds, n_fds);
    else
        log_error("openlogon-spawn: an order cannot be taken: %s",
                  n < 0 ? strerror((int)-n) : "it makes no sense");
    for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
        if (fds[i] >= 0)
            (void)close(fds[i]);
    }
}

/* One event at a time: what it does may end what another is for. */
static int loop(struct spawner *s)
{
    while (s->control.fd >= 0 || s->n_clients > 0) {
        struct epoll_event event;
        int n = epoll_wait(s->epoll, &event, 1, -1);
        const struct watch *w = event.data.ptr;

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0)
            w->ready(s, w->process);
    }
    return 0;
}

int spawner_run(int control)
{
    _cleanup_(freep) uint8_t *order = malloc(SPAWN_ORDER_MAX);
    struct spawner s = { .epoll = epoll_create1(EPOLL_CLOEXEC),
                         .control = { control, on_control, NULL },
                         .order = order };
    int r;

    if (!order || s.epoll < 0) {
        log_error("openlogon-spawn: cannot start: memory or descriptors are short");
        return -ENOMEM;
    }
    r = watch_open(&s, &s.control);
    if (r == 0)
        r = loop(&s);
    if (r < 0)
        log_error("openlogon-spawn: cannot wait for orders: %s", strerror(-r));
    (void)close(s.epoll);
    return r;
}
