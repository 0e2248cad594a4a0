/* SPDX-License-Identifier: MIT */
#include "linux/spawn_child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <linux/close_range.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* For functions that are still running when the program takes over, and so never end. */
#if defined(__clang__)
#define _unsanitized_                                                                              \
    __attribute__((disable_sanitizer_instrumentation, no_sanitize("address", "thread")))
#else
#define _unsanitized_ __attribute__((no_sanitize("address", "thread")))
#endif

enum {
    N_STDIO = 3,
    EXIT_NOT_STARTED = 127,
    CLASSIC_SIGNALS = 31,
    KERNEL_SIGSET_SIZE = 8,
};

static int result_of(long r)
{
    return r < 0 ? -errno : 0;
}

/* A program that its starter made ignore SIGPIPE or SIGCHLD would behave as nobody expects. */
static int reset_signal_dispositions(void)
{
    /* Longer than the kernel's struct sigaction on any architecture; all zero is SIG_DFL. */
    static const uint64_t default_action[8];

    /* Nobody ignores real-time signals, and handlers do not outlive the exec. */
    for (int signal = 1; signal <= CLASSIC_SIGNALS; signal++) {
        /* Refused for SIGKILL and SIGSTOP, which have no other disposition. */
        (void)syscall(SYS_rt_sigaction, signal, default_action, NULL, (long)KERNEL_SIGSET_SIZE);
    }
    return 0;
}

static int unblock_signals(void)
{
    static const uint64_t none[2];

    return result_of(
        syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, (long)KERNEL_SIGSET_SIZE));
}

static int do_session(const struct spawn_spec *spec)
{
    int r = reset_signal_dispositions();

    if (r == 0 && (spec->flags & SPAWN_NEW_SESSION))
        r = result_of(syscall(SYS_setsid));
    return r;
}

/* Moves sources out of 0..2, lest placing one overwrites another that is yet to be placed. */
static int lift_descriptors(int fds[N_STDIO])
{
    for (int i = 0; i < N_STDIO; i++) {
        long fd;

        if (fds[i] < 0 || fds[i] >= N_STDIO || fds[i] == i)
            continue;
        fd = syscall(SYS_fcntl, fds[i], F_DUPFD_CLOEXEC, (long)N_STDIO);
        if (fd < 0)
            return -errno;
        fds[i] = (int)fd;
    }
    return 0;
}

static int place_descriptor(int fd, int place)
{
    if (fd == place)
        return result_of(syscall(SYS_fcntl, fd, F_SETFD, 0L));
    return result_of(syscall(SYS_dup3, fd, place, 0));
}

/* An empty place would be taken by the first file that the program opens. */
static int fill_place(int place)
{
    if (syscall(SYS_fcntl, place, F_GETFD) >= 0)
        return 0;
    if (errno != EBADF)
        return -errno;
    return result_of(syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR, 0));
}

static int do_descriptors(const struct spawn_spec *spec)
{
    int fds[N_STDIO] = { spec->fds[0], spec->fds[1], spec->fds[2] };
    int r = lift_descriptors(fds);

    for (int i = 0; r == 0 && i < N_STDIO; i++)
        r = fds[i] >= 0 ? place_descriptor(fds[i], i) : fill_place(i);
    if (r < 0)
        return r;
    /* At exec, not now: the channel to the parent is needed until then. */
    return result_of(syscall(SYS_close_range, N_STDIO, ~0U, CLOSE_RANGE_CLOEXEC));
}

static int do_identity(const struct spawn_spec *spec)
{
    int r = 0;

    if (spec->home)
        r = credentials_child_restore(spec->home);
    if (r == 0 && spec->identity && (spec->flags & SPAWN_CAPABILITIES_ONLY))
        r = credentials_child_limit(spec->identity->capabilities);
    else if (r == 0 && spec->identity)
        r = credentials_child_become(spec->identity);
    if (r == 0 && (spec->flags & SPAWN_NO_NEW_PRIVS))
        r = result_of(syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
    return r;
}

/* Another session's terminal is not taken away: then there is no controlling one. */
static int do_terminal(const struct spawn_spec *spec)
{
    if (spec->flags & SPAWN_TERMINAL)
        (void)syscall(SYS_ioctl, STDIN_FILENO, TIOCSCTTY, 0L);
    return 0;
}

static int do_directory(const struct spawn_spec *spec)
{
    int r = spec->directory_fd ? result_of(syscall(SYS_fchdir, *spec->directory_fd)) : 0;

    return r == 0 && spec->directory ? result_of(syscall(SYS_chdir, spec->directory)) : r;
}

static _unsanitized_ int execute(const struct spawn_spec *spec, const char *path)
{
    (void)syscall(SYS_execve, path, spec->argv, spec->envp);
    return -errno;
}

/* Writes "directory/name"; false when it is no candidate. An empty directory would mean ".". */
static bool join_path(char ret[PATH_MAX], const char *directory, size_t length, const char *name)
{
    size_t name_size = strlen(name) + 1;

    if (length == 0 || length + 1 + name_size > PATH_MAX)
        return false;
    memcpy(ret, directory, length);
    ret[length] = '/';
    memcpy(ret + length + 1, name, name_size);
    return true;
}

static bool may_look_further(int r)
{
    return r == -ENOENT || r == -ENOTDIR || r == -EACCES || r == -ESTALE || r == -ENODEV;
}

/* -EACCES says more than -ENOENT: a program of that name is there. */
static _unsanitized_ int execute_from_search_path(const struct spawn_spec *spec)
{
    char path[PATH_MAX];
    int result = -ENOENT;

    for (const char *directory = spec->search_path; *directory;) {
        size_t length = strcspn(directory, ":");

        if (join_path(path, directory, length, spec->path)) {
            int r = execute(spec, path);

            if (!may_look_further(r))
                return r;
            if (r == -EACCES)
                result = r;
        }
        directory += length + (directory[length] == ':');
    }
    return result;
}

static _unsanitized_ int do_execute(const struct spawn_spec *spec)
{
    int r = unblock_signals();

    if (r < 0)
        return r;
    if (strchr(spec->path, '/'))
        return execute(spec, spec->path);
    return execute_from_search_path(spec);
}

/*
 * The directory and the program are reached with the rights of the new identity, so that nobody
 * gets where he could not go himself.
 */
static const struct {
    enum spawn_step step;
    int (*run)(const struct spawn_spec *spec);
} steps[] = {
    { SPAWN_STEP_SESSION, do_session },     { SPAWN_STEP_DESCRIPTORS, do_descriptors },
    { SPAWN_STEP_IDENTITY, do_identity },   { SPAWN_STEP_SESSION, do_terminal },
    { SPAWN_STEP_DIRECTORY, do_directory }, { SPAWN_STEP_EXECUTE, do_execute },
};

/* False when the parent does not want the program to run, or is no more. */
static bool wait_for_parent(const struct spawn_job *job)
{
    char go;

    (void)syscall(SYS_close, job->parent_channel);
    return syscall(SYS_read, job->channel, &go, sizeof(go)) == 1;
}

static _Noreturn _unsanitized_ void end(struct spawn_job *job)
{
    if (job->channel >= 0)
        (void)syscall(SYS_write, job->channel, &job->report, sizeof(job->report));
    for (;;)
        (void)syscall(SYS_exit_group, EXIT_NOT_STARTED);
}

static _Noreturn _unsanitized_ void run_steps(struct spawn_job *job)
{
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        int r = steps[i].run(job->spec);

        if (r < 0) {
            job->report = (struct spawn_report){ steps[i].step, -r };
            end(job);
        }
    }
    end(job); /* the last step does not come back without a failure */
}

_unsanitized_ int spawn_child_main(void *argument)
{
    struct spawn_job *job = argument;

    if (job->channel >= 0 && !wait_for_parent(job)) {
        job->report = (struct spawn_report){ SPAWN_STEP_BEFORE_EXEC, ECANCELED };
        end(job);
    }
    run_steps(job);
}

_unsanitized_ void spawn_child_run(struct spawn_job *job)
{
    run_steps(job);
}
