/* SPDX-License-Identifier: MIT */
/* What /proc tells of a process. */
#ifndef OPENLOGON_LINUX_PROCESS_H
#define OPENLOGON_LINUX_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/macros.h"

enum {
    PROCESS_COMM_SIZE = 64, /* kernel threads have longer names than the 15 bytes of a program */
};

struct process_info {
    pid_t pid, ppid;
    uid_t uid, euid; /* real and effective */
    gid_t gid, egid;
    uint64_t start_time; /* clock ticks since the boot; with the pid it names a process for good */
    char comm[PROCESS_COMM_SIZE];
};

/* Errors: -ESRCH (no such process; also for the id of a thread), -EBADMSG (unreadable /proc). */
_must_check_ int process_info_read(pid_t pid, struct process_info *ret);

/**
 * Calls each() for every process that can be read, in no order. A result other than 0 stops and is
 * returned. Processes that end meanwhile are left out.
 */
_must_check_ int process_for_each(int (*each)(const struct process_info *info, void *context),
                                  void *context);

/* 1 while the process has not ended (a zombie has), else 0; -EBADF. */
_must_check_ int process_alive(int pidfd);

/* Errors: -ESRCH (it has ended), -EPERM. */
int process_signal(int pidfd, int signal);

/* A close-on-exec pidfd; -ESRCH. */
_must_check_ int process_open(pid_t pid);

#endif
