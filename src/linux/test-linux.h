/* SPDX-License-Identifier: MIT */
/* For the tests of this layer: what they need to know of the machine, and checks in a child. */
#ifndef OPENLOGON_LINUX_TEST_LINUX_H
#define OPENLOGON_LINUX_TEST_LINUX_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "linux/peer.h"

/* True when the kernel itself takes the test for root, which uid_wrapper cannot pretend. */
static inline bool test_is_kernel_root(void)
{
    uid_t uid;

    return !getenv("UID_WRAPPER") && own_kernel_uid(&uid) == 0 && uid == 0;
}

/* True when ids can be changed at all, if only in uid_wrapper's books. */
static inline bool test_is_root(void)
{
    return geteuid() == 0;
}

#define test_skip_unless(condition, reason)                                                        \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            print_message("%s: left out: %s\n", __func__, reason);                                 \
            skip();                                                                                \
        }                                                                                          \
    } while (0)

/* In a child an assertion of cmocka would run the other tests a second time. */
static inline void child_check(bool is_true, const char *text, int line)
{
    if (is_true)
        return;
    (void)dprintf(STDERR_FILENO, "line %d, in a child: not true: %s\n", line, text);
    _exit(1);
}

#define child_assert(condition) child_check((condition), #condition, __LINE__)

/* Runs a function in a process of its own; returns the status as of wait(2). */
static inline int test_run_in_child(void (*run)(void))
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        run();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static inline size_t test_count_open_fds(void)
{
    size_t n = 0;

    for (int fd = 0; fd < 1024; fd++) {
        if (fcntl(fd, F_GETFD) >= 0)
            n++;
    }
    return n;
}

#endif
