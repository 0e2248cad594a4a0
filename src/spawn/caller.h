/* SPDX-License-Identifier: MIT */
/* What a started program takes over from the process that wants it, as the kernel has it. */
#ifndef OPENLOGON_SPAWN_CALLER_H
#define OPENLOGON_SPAWN_CALLER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macros.h"

enum { CALLER_LIMITS = 16 }; /* resource limits */

struct caller {
    bool no_new_privs;
    bool has_filter;   /* seccomp */
    bool is_elsewhere; /* in another root directory or namespace */
    uint64_t bounding;
    struct {
        uint64_t soft, hard;
    } limits[CALLER_LIMITS];
    unsigned n_limits;
    uint32_t umask;
    int nice;
    int oom_score_adj;
    uint32_t login_uid; /* UINT32_MAX: none */
};

enum caller_read_flags {
    CALLER_PLACE = 1 << 0, /* is_elsewhere too, which takes as long as all the rest */
};

/* Errors: -ESRCH (it has ended meanwhile: what was read may be another's) */
_must_check_ int caller_read(struct caller *ret, pid_t pid, int pidfd, unsigned flags);

/* Makes the calling process as a child of the caller would be. Errors: those of the limits; the
 * rest is taken over as far as it can be. */
_must_check_ int caller_take_over(const struct caller *caller, pid_t pid);

#endif
