/* SPDX-License-Identifier: MIT */
/* What /proc tells of a process. */
#ifndef OPENLOGON_LINUX_PROCESS_H
#define OPENLOGON_LINUX_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
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
    bool is_kernel;      /* a thread of the kernel's own */
    bool has_ended;      /* its parent has not yet looked at how */
    uint64_t start_time; /* clock ticks since the boot; with the pid it names a process for good */
    char comm[PROCESS_COMM_SIZE];
};

/* Errors: -ESRCH (no such process; also for the id of a thread), -EBADMSG (unreadable /proc). */
_must_check_ int process_info_read(pid_t pid, struct process_info *ret);

/* The kernel's audit session that a process is in. Errors: -ENODATA (none; also when the kernel
 * keeps no account), -ESRCH */
_must_check_ int process_audit_session(pid_t pid, uint32_t *ret);

/* The numbers of all processes, by rising number. The caller frees *ret. */
_must_check_ int process_pids(pid_t **ret, size_t *ret_n);

/* 1 while the process has not ended (a zombie has), else 0; -EBADF. */
_must_check_ int process_alive(int pidfd);

/* Errors: -ESRCH (it has ended), -EPERM. */
int process_signal(int pidfd, int signal);

/* A close-on-exec pidfd; -ESRCH. */
_must_check_ int process_open(pid_t pid);

#endif
