/* SPDX-License-Identifier: MIT */
/*
 * openlogon-spawn: starts programs as other users for programs that may and cannot do it
 * themselves. openlogond starts it, with a socket for orders, and decides.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "ipc/spawn_message.h"
#include "spawn/spawner.h"

enum { FIRST_REAL_TIME = 32, LAST_REAL_TIME = 64, KERNEL_SIGSET_SIZE = 8 };

/* Each process that runs takes two descriptors. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* posix_spawn() of the C library makes its child ignore the two that the library keeps to itself; a
 * program that is started here would inherit that. */
static void reset_internal_signals(void)
{
    static const uint64_t default_action[8]; /* as in linux/spawn_child.c */

    for (int number = FIRST_REAL_TIME; number <= LAST_REAL_TIME; number++)
        (void)syscall(SYS_rt_sigaction, number, default_action, NULL, (long)KERNEL_SIGSET_SIZE);
}

int main(void)
{
    struct stat control;

    if (fstat(SPAWN_CONTROL_FD, &control) < 0 || !S_ISSOCK(control.st_mode)) {
        log_error("openlogon-spawn is started by openlogond, not by hand");
        return EXIT_FAILURE;
    }
    (void)fcntl(SPAWN_CONTROL_FD, F_SETFD, FD_CLOEXEC);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    reset_internal_signals();
    (void)umask(022);
    if (chdir("/") < 0) /* nobody's file system is kept busy */
        log_error("openlogon-spawn: cannot enter /: %s", strerror(errno));
    (void)prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
    raise_descriptor_limit();
    return spawner_run(SPAWN_CONTROL_FD) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
