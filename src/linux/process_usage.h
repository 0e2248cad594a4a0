/* SPDX-License-Identifier: MIT */
/* How much of the machine a process uses. */
#ifndef OPENLOGON_LINUX_PROCESS_USAGE_H
#define OPENLOGON_LINUX_PROCESS_USAGE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/macros.h"

/* What the kernel does not tell is 0: memory of its own threads, descriptors of other users'. */
struct process_usage {
    uint32_t n_threads, n_descriptors;
    uint64_t virtual_bytes, virtual_peak_bytes;
    uint64_t resident_bytes, resident_peak_bytes;
    int64_t user_time, kernel_time; /* in units of 100 ns */
};

/* Errors: -ESRCH, -EBADMSG (unreadable /proc). */
_must_check_ int process_usage_read(pid_t pid, struct process_usage *ret);

#endif
