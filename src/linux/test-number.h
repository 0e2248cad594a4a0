/* SPDX-License-Identifier: MIT */
/* For tests: a process with the number of one that is no more, as it comes about by itself when
 * numbers have all been used. */
#ifndef OPENLOGON_LINUX_TEST_NUMBER_H
#define OPENLOGON_LINUX_TEST_NUMBER_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <linux/sched.h>
#include <sys/syscall.h>

#include <cmocka.h>

enum { TEST_NUMBER_STAYS_S = 60 }; /* if nobody ends it */

/* A child of the caller's, which runs as `uid` at the return. 0: the kernel does not let the
 * caller say what number. */
static inline pid_t test_process_with_number(pid_t pid, uid_t uid)
{
    struct clone_args args = { .exit_signal = SIGCHLD,
                               .set_tid = (uintptr_t)&pid,
                               .set_tid_size = 1 };
    int done[2];
    char byte;
    long made;

    assert_int_equal(pipe2(done, O_CLOEXEC), 0);
    made = syscall(SYS_clone3, &args, sizeof(args));
    if (made == 0) {
        if (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0 ||
            write(done[1], "x", 1) != 1)
            _exit(1);
        (void)alarm(TEST_NUMBER_STAYS_S);
        for (;;)
            (void)pause();
    }
    (void)close(done[1]);
    if (made < 0 && (errno == EPERM || errno == ENOSYS))
        pid = 0;
    else
        assert_int_equal(made, pid);
    assert_int_equal(read(done[0], &byte, 1), pid ? 1 : 0);
    (void)close(done[0]);
    return pid;
}

#endif
