/* SPDX-License-Identifier: MIT */
#include "client/child.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipc/spawn_message.h"
#include "linux/fd_message.h"
#include "linux/process.h"

enum {
    /* As shells report it: 128 and the number of the signal. */
    SIGNALLED_CODE_BASE = 128,
    /* openlogon-spawn reaps at once; only one that was stopped takes longer. */
    NEWS_TIMEOUT_MS = 2000,
};

enum process_state {
    RUNNING,
    ENDED,
    ENDED_UNKNOWN, /* somebody else has reaped it */
};

/* All but pid and pidfd is guarded by `mutex`. A running child is in `children`, which then holds a
 * reference. */
struct process_object {
    struct object base;
    pid_t pid;
    int pidfd;
    bool is_child;
    int news_fd;    /* of one that openlogon-spawn started; -1: another */
    bool news_over; /* openlogon-spawn is no more */
    enum process_state state;
    uint32_t exit_code;
    bool terminated; /* by TerminateProcess(), with this code: */
    uint32_t terminate_code;
    process_object *next;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static process_object *children;

void children_lock(void)
{
    (void)pthread_mutex_lock(&mutex);
}

void children_unlock(void)
{
    (void)pthread_mutex_unlock(&mutex);
}

struct object *process_object_base(process_object *p)
{
    return &p->base;
}

process_object *process_object_of(struct object *object)
{
    return (process_object *)object;
}

process_object *process_object_unref(process_object *p)
{
    if (p)
        object_unref(&p->base);
    return NULL;
}

pid_t process_object_pid(const process_object *p)
{
    return p->pid;
}

int process_object_pidfd(const process_object *p)
{
    return p->pidfd;
}

static void process_object_destroy(struct object *object)
{
    process_object *p = process_object_of(object);

    (void)close(p->pidfd);
    if (p->news_fd >= 0)
        (void)close(p->news_fd);
    free(p);
}

static nt_status process_object_new(process_object **ret, pid_t pid, int pidfd)
{
    process_object *p = calloc(1, sizeof(*p));

    if (!p) {
        (void)close(pidfd);
        return NT(NO_MEMORY);
    }
    object_init(&p->base, OBJECT_PROCESS, process_object_destroy);
    p->pid = pid;
    p->pidfd = pidfd;
    p->news_fd = -1;
    *ret = p;
    return NT_OK;
}

nt_status child_new(process_object **ret, pid_t pid, int pidfd)
{
    nt_status st = process_object_new(ret, pid, pidfd);

    if (nt_failed(st))
        return st;
    children_lock();
    object_ref(&(*ret)->base);
    (*ret)->is_child = true;
    (*ret)->next = children;
    children = *ret;
    children_unlock();
    return NT_OK;
}

nt_status spawned_new(process_object **ret, pid_t pid, int pidfd, int news_fd)
{
    nt_status st = process_object_new(ret, pid, pidfd);

    if (nt_failed(st))
        (void)close(news_fd);
    else
        (*ret)->news_fd = news_fd;
    return st;
}

static uint32_t code_of(const process_object *p, const siginfo_t *info)
{
    if (info->si_code == CLD_EXITED)
        return (uint32_t)info->si_status;
    if (p->terminated && info->si_status == SIGKILL)
        return p->terminate_code;
    return (uint32_t)(SIGNALLED_CODE_BASE + info->si_status);
}

static void look_at_child_locked(process_object *p)
{
    siginfo_t info = { 0 };
    int r;

    do {
        r = waitid(P_PIDFD, (id_t)p->pidfd, &info, WEXITED | WNOHANG | __WALL);
    } while (r < 0 && errno == EINTR);
    if (r < 0 && errno == ECHILD) {
        if (process_alive(p->pidfd) != 1)
            p->state = ENDED_UNKNOWN;
    } else if (r == 0 && info.si_pid != 0) {
        p->exit_code = code_of(p, &info);
        p->state = ENDED;
    }
}

/* Somebody may wait for the descriptor, which so stays open as long as the object. */
static bool has_news(const process_object *p)
{
    return p->news_fd >= 0 && !p->news_over;
}

static uint32_t code_of_news(const process_object *p, const struct spawn_news *news)
{
    if (news->kind == SPAWN_NEWS_EXITED)
        return news->value;
    if (p->terminated && news->value == SIGKILL)
        return p->terminate_code;
    return SIGNALLED_CODE_BASE + news->value;
}

/* Looked at without being taken: a forked copy of this process has the same socket. False: there is
 * no news yet. */
static bool read_news_locked(process_object *p)
{
    struct spawn_news news;
    size_t n_fds = 0;
    ssize_t n =
        fd_message_receive(p->news_fd, &news, sizeof(news), NULL, &n_fds, MSG_DONTWAIT | MSG_PEEK);

    if (n == -EAGAIN)
        return false;
    if (n == sizeof(news)) {
        p->exit_code = code_of_news(p, &news);
        p->state = ENDED;
    }
    p->news_over = true;
    return true;
}

/* The kernel tells of the end a little before openlogon-spawn does. */
static void look_at_spawned_locked(process_object *p)
{
    struct pollfd news = { .fd = p->news_fd, .events = POLLIN };

    if (read_news_locked(p) || process_alive(p->pidfd) == 1)
        return;
    (void)poll(&news, 1, NEWS_TIMEOUT_MS);
    (void)read_news_locked(p);
}

static void look_locked(process_object *p)
{
    if (p->state != RUNNING)
        return;
    if (has_news(p))
        look_at_spawned_locked(p);
    if (p->state != RUNNING || has_news(p))
        return;
    if (p->is_child)
        look_at_child_locked(p);
    else if (process_alive(p->pidfd) != 1)
        p->state = ENDED_UNKNOWN;
}

/* A child, also one that has ended while somebody has a handle of it. */
static process_object *find_child(pid_t pid, bool *ret_running)
{
    process_object *found = NULL;

    children_lock();
    for (process_object *p = children; p && !found; p = p->next) {
        if (p->pid != pid)
            continue;
        look_locked(p);
        *ret_running = p->state == RUNNING;
        found = process_object_of(object_ref(&p->base));
    }
    children_unlock();
    return found;
}

/* The number of a child that has ended may be another process's by now. */
nt_status process_object_open(process_object **ret, pid_t pid)
{
    bool is_running = false;
    _cleanup_(process_object_unrefp) process_object *child = find_child(pid, &is_running);
    int pidfd = is_running ? -ESRCH : process_open(pid);

    if (child && pidfd == -ESRCH) {
        *ret = TAKE(child);
        return NT_OK;
    }
    if (pidfd == -ESRCH || pidfd == -EINVAL)
        return NT(INVALID_CID);
    if (pidfd < 0)
        return nt_from_errno(pidfd);
    return process_object_new(ret, pid, pidfd);
}

/* Those that have ended, out of the list, so that they can be let go without the lock. */
static process_object *take_ended_locked(void)
{
    process_object *ended = NULL;
    process_object **at = &children;

    while (*at) {
        process_object *p = *at;

        look_locked(p);
        if (p->state == RUNNING) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        p->next = ended;
        ended = p;
    }
    return ended;
}

void children_reap(void)
{
    process_object *ended;

    children_lock();
    ended = take_ended_locked();
    children_unlock();
    while (ended) {
        process_object *next = ended->next;

        process_object_unref(ended);
        ended = next;
    }
}

void children_forget(void)
{
    for (process_object *p = children; p; p = p->next)
        p->is_child = false;
}

nt_status process_object_exit_code(process_object *p, bool *ret_ended, uint32_t *ret_code)
{
    enum process_state state;

    children_lock();
    look_locked(p);
    state = p->state;
    if (state == ENDED)
        *ret_code = p->exit_code;
    children_unlock();
    *ret_ended = state != RUNNING;
    return state == ENDED_UNKNOWN ? NT(NOT_SUPPORTED) : NT_OK;
}

int process_object_wait_fd(process_object *p)
{
    int fd;

    children_lock();
    fd = has_news(p) ? p->news_fd : p->pidfd;
    children_unlock();
    return fd;
}

/* openlogon-spawn may do what this process may not: the process is another user's. */
static int signal_locked(const process_object *p, int number)
{
    const struct spawn_signal wanted = { .number = (uint32_t)number };

    if (has_news(p))
        return fd_message_send(p->news_fd, &wanted, sizeof(wanted), NULL, 0, MSG_DONTWAIT);
    return syscall(SYS_pidfd_send_signal, p->pidfd, number, NULL, 0) < 0 ? -errno : 0;
}

nt_status process_object_signal(process_object *p, int number)
{
    int r = -ESRCH;

    if (number < 1 || number >= NSIG)
        return NT(INVALID_PARAMETER);
    children_lock();
    look_locked(p);
    if (p->state == RUNNING)
        r = signal_locked(p, number);
    children_unlock();
    return r == -EPERM || r == -ESRCH ? NT(ACCESS_DENIED) : nt_from_errno(r);
}

static int kill_locked(process_object *p, uint32_t code)
{
    int r;

    look_locked(p);
    if (p->state != RUNNING)
        return -ESRCH;
    r = signal_locked(p, SIGKILL);
    if (r < 0)
        return r;
    p->terminated = true;
    p->terminate_code = code;
    return 0;
}

nt_status process_object_terminate(process_object *p, uint32_t code)
{
    int r;

    children_lock();
    r = kill_locked(p, code);
    children_unlock();
    /* Windows too refuses to end what has ended. */
    return r == -EPERM || r == -ESRCH ? NT(ACCESS_DENIED) : nt_from_errno(r);
}
