/* SPDX-License-Identifier: MIT */
#include "linux/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "linux/spawn_child.h"

enum {
    CHILD_STACK_SIZE = 64 * 1024,
    CHILD_GUARD_SIZE = 64 * 1024, /* at least a page on any architecture */
    KERNEL_SIGSET_SIZE = 8,
    N_STDIO = 3,
};

static const char *const step_names[] = {
    [SPAWN_STEP_NONE] = "nothing",
    [SPAWN_STEP_PREPARE] = "preparing the process",
    [SPAWN_STEP_CREATE] = "creating the process",
    [SPAWN_STEP_CGROUP] = "creating the process in its control group",
    [SPAWN_STEP_BEFORE_EXEC] = "setting up the process",
    [SPAWN_STEP_SESSION] = "starting a terminal session",
    [SPAWN_STEP_DESCRIPTORS] = "passing on the standard descriptors",
    [SPAWN_STEP_IDENTITY] = "changing to the user",
    [SPAWN_STEP_DIRECTORY] = "changing to the working directory",
    [SPAWN_STEP_EXECUTE] = "executing the program",
};

const char *spawn_step_name(enum spawn_step step)
{
    if ((size_t)step >= ARRAY_SIZE(step_names))
        return "an unknown step";
    return step_names[step];
}

/* A stack that was used last is used next: mapping one and touching it for the first time takes
 * longer than all else that the child does. NULL: there is none, or a thread has it. */
static char *_Atomic spare_stack;

/* The child's stack; an overrun hits the guard below it. */
static int stack_map(char **ret)
{
    char *area = mmap(NULL, CHILD_GUARD_SIZE + CHILD_STACK_SIZE, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

    if (area == MAP_FAILED)
        return -errno;
    if (mprotect(area + CHILD_GUARD_SIZE, CHILD_STACK_SIZE, PROT_READ | PROT_WRITE) < 0) {
        int r = -errno;

        (void)munmap(area, CHILD_GUARD_SIZE + CHILD_STACK_SIZE);
        return r;
    }
    *ret = area;
    return 0;
}

static int stack_take(char **ret)
{
    *ret = atomic_exchange(&spare_stack, NULL);
    return *ret ? 0 : stack_map(ret);
}

static void stack_give_back(char *area)
{
    char *none = NULL;

    if (!atomic_compare_exchange_strong(&spare_stack, &none, area))
        (void)munmap(area, CHILD_GUARD_SIZE + CHILD_STACK_SIZE);
}

/* A handler must not run in the child. By the raw call, which blocks the C library's own two too.
 */
static void signals_block(uint64_t *ret_old)
{
    static const uint64_t all = ~(uint64_t)0;

    (void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, ret_old, (long)KERNEL_SIGSET_SIZE);
}

static void signals_restore(const uint64_t *old)
{
    (void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, old, NULL, (long)KERNEL_SIGSET_SIZE);
}

/* A child that has not executed anything has exit signal 0: only __WALL waits for it. */
static void reap(int pidfd)
{
    siginfo_t info;

    while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL) < 0 && errno == EINTR)
        ;
    (void)close(pidfd);
}

static void kill_and_reap(int pidfd)
{
    (void)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0U);
    reap(pidfd);
}

static int failed_at(struct spawn_result *ret, enum spawn_step step, int r)
{
    ret->failed_step = step;
    return r;
}

/* Lack of memory or processes is no refusal of the group: another way would not help. */
static enum spawn_step step_of_clone_error(const struct spawn_spec *spec, int r)
{
    bool is_shortage = r == -EAGAIN || r == -ENOMEM || r == -EMFILE || r == -ENFILE;

    return spec->cgroup_fd >= 0 && !is_shortage ? SPAWN_STEP_CGROUP : SPAWN_STEP_CREATE;
}

static long clone_sharing(struct spawn_job *job, char *stack, int *ret_pidfd)
{
    const struct spawn_spec *spec = job->spec;
    struct clone_args args = {
        .flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
        .pidfd = (uintptr_t)ret_pidfd,
        .stack = (uintptr_t)(stack + CHILD_GUARD_SIZE),
        .stack_size = CHILD_STACK_SIZE,
    };
    uint64_t old_mask;
    long pid;

    if (spec->cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)spec->cgroup_fd;
    }
    signals_block(&old_mask);
    pid = clone3_run(&args, sizeof(args), spawn_child_main, job);
    signals_restore(&old_mask);
    return pid;
}

static int spawn_sharing(const struct spawn_spec *spec, struct spawn_result *ret)
{
    struct spawn_job job = { .spec = spec, .channel = -1, .parent_channel = -1 };
    char *stack;
    int pidfd = -1;
    long pid;
    int r = stack_take(&stack);

    if (r < 0)
        return failed_at(ret, SPAWN_STEP_PREPARE, r);
    pid = clone_sharing(&job, stack, &pidfd);
    stack_give_back(stack);
    if (pid < 0)
        return failed_at(ret, step_of_clone_error(spec, (int)pid), (int)pid);
    if (job.report.error != 0) {
        reap(pidfd);
        return failed_at(ret, job.report.step, -job.report.error);
    }
    *ret = (struct spawn_result){ .pid = (pid_t)pid, .pidfd = pidfd };
    return 0;
}

/* Places for 0, 1 and 2 are made in the child; its channel must not lie there. */
static int lift_above_stdio(int *fd)
{
    int lifted;

    if (*fd >= N_STDIO)
        return 0;
    lifted = fcntl(*fd, F_DUPFD_CLOEXEC, N_STDIO);
    if (lifted < 0)
        return -errno;
    (void)close(*fd);
    *fd = lifted;
    return 0;
}

static void close_pair(const int pair[static 2])
{
    (void)close(pair[0]);
    (void)close(pair[1]);
}

static int channel_open(int ret[static 2])
{
    int pair[2];
    int r;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    r = lift_above_stdio(&pair[0]);
    if (r == 0)
        r = lift_above_stdio(&pair[1]);
    if (r < 0) {
        close_pair(pair);
        return r;
    }
    memcpy(ret, pair, sizeof(pair));
    return 0;
}

/* clone(2) and not clone3(2), which containers may forbid; not fork(), for the exit signal's sake.
 */
static int clone_copying(struct spawn_job *job, pid_t *ret_pid, int *ret_pidfd)
{
    char *stack;
    uint64_t old_mask;
    int r = stack_take(&stack);

    if (r < 0)
        return r;
    signals_block(&old_mask);
    *ret_pid = clone(spawn_child_main, stack + CHILD_GUARD_SIZE + CHILD_STACK_SIZE, CLONE_PIDFD,
                     job, ret_pidfd);
    r = *ret_pid < 0 ? -errno : 0;
    signals_restore(&old_mask);
    stack_give_back(stack);
    return r;
}

/* The child's report; the channel's end without one means that the program runs. */
static int report_receive(int channel, struct spawn_report *ret)
{
    ssize_t n;

    do {
        n = recv(channel, ret, sizeof(*ret), 0);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    if (n == 0)
        *ret = (struct spawn_report){ .step = SPAWN_STEP_NONE };
    return 0;
}

static int let_go(int channel)
{
    static const char go = 1;

    return send(channel, &go, sizeof(go), MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* From the waiting child to the running program. */
static int see_off(const struct spawn_spec *spec, struct spawn_result *ret, int channel)
{
    struct spawn_report report;
    int r = spec->before_exec ? spec->before_exec(ret->pid, ret->pidfd, spec->context) : 0;

    if (r < 0)
        return failed_at(ret, SPAWN_STEP_BEFORE_EXEC, r);
    r = let_go(channel);
    if (r == 0)
        r = report_receive(channel, &report);
    if (r < 0)
        return failed_at(ret, SPAWN_STEP_CREATE, r);
    return failed_at(ret, report.step, -report.error);
}

static int spawn_copying(const struct spawn_spec *spec, struct spawn_result *ret)
{
    struct spawn_result child = { .pidfd = -1 };
    int pair[2];
    int r = channel_open(pair);
    struct spawn_job job = { .spec = spec };

    if (r < 0)
        return failed_at(ret, SPAWN_STEP_PREPARE, r);
    job.parent_channel = pair[0];
    job.channel = pair[1];
    r = clone_copying(&job, &child.pid, &child.pidfd);
    if (r < 0) {
        close_pair(pair);
        return failed_at(ret, SPAWN_STEP_CREATE, r);
    }
    (void)close(pair[1]);
    r = see_off(spec, &child, pair[0]);
    (void)close(pair[0]);
    if (r < 0) {
        kill_and_reap(child.pidfd);
        return failed_at(ret, child.failed_step, r);
    }
    *ret = child;
    return 0;
}

static int spawn_somehow(const struct spawn_spec *spec, struct spawn_result *ret)
{
    bool is_copying = (spec->flags & SPAWN_FORK) || spec->before_exec;
    int r;

    if (!is_copying) {
        r = spawn_sharing(spec, ret);
        /* Containers forbid clone3(2) with either. */
        if ((r != -ENOSYS && r != -EPERM) || ret->failed_step != SPAWN_STEP_CREATE)
            return r;
    }
    if (spec->cgroup_fd >= 0)
        return failed_at(ret, SPAWN_STEP_CGROUP, -EOPNOTSUPP);
    return spawn_copying(spec, ret);
}

int spawn_process(const struct spawn_spec *spec, struct spawn_result *ret)
{
    int cancel_state;
    int r;

    if (!spec->path || !spec->argv || !spec->envp)
        return failed_at(ret, SPAWN_STEP_PREPARE, -EINVAL);
    if (!strchr(spec->path, '/') && (!spec->search_path || !*spec->path))
        return failed_at(ret, SPAWN_STEP_EXECUTE, -ENOENT);
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    r = spawn_somehow(spec, ret);
    (void)pthread_setcancelstate(cancel_state, NULL);
    return r;
}

static int64_t monotonic_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int wait_until_ended(int pidfd, int timeout_ms)
{
    struct pollfd item = { .fd = pidfd, .events = POLLIN };
    int64_t end = monotonic_ms() + timeout_ms;
    int left = timeout_ms;

    for (;;) {
        int n = poll(&item, 1, left);

        if (n == 0)
            return -ETIMEDOUT;
        if (n > 0)
            return item.revents & POLLNVAL ? -EBADF : 0;
        if (errno != EINTR)
            return -errno;
        if (timeout_ms >= 0) {
            int64_t rest = end - monotonic_ms();

            left = rest > 0 ? (int)rest : 0;
        }
    }
}

int spawn_wait(int pidfd, int timeout_ms, struct spawn_status *ret)
{
    siginfo_t info = { 0 };
    int r = wait_until_ended(pidfd, timeout_ms);

    if (r < 0)
        return r;
    while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    if (info.si_code == CLD_EXITED)
        *ret = (struct spawn_status){ .exit_code = info.si_status };
    else
        *ret = (struct spawn_status){ .exit_code = -1, .signal = info.si_status };
    return 0;
}
