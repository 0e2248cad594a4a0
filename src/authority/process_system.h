/* SPDX-License-Identifier: MIT */
/* What the rules about processes need to know of the kernel, so that tests can answer instead. */
#ifndef OPENLOGON_AUTHORITY_PROCESS_SYSTEM_H
#define OPENLOGON_AUTHORITY_PROCESS_SYSTEM_H

#include <stdbool.h>

#include "linux/cgroup.h"
#include "linux/process.h"

/* Functions return as those of linux/process.h and linux/cgroup.h do; audit_session() fails for a
 * process of no audit session. */
struct process_system {
    int (*info)(pid_t pid, struct process_info *ret, void *context);
    int (*audit_session)(pid_t pid, uint32_t *ret, void *context);
    bool has_leaves; /* false: the functions below are never called */
    int (*leaf_of)(pid_t pid, struct cgroup_leaf *ret, void *context);
    /* As tracker_find(); NULL: nothing tracks where processes come from. */
    int (*origin_of)(pid_t pid, struct cgroup_leaf *ret, void *context);
    int (*leaf_make)(struct cgroup_leaf leaf, const char *below, int *ret_dirfd, void *context);
    int (*leaf_is_populated)(struct cgroup_leaf leaf, void *context);
    int (*leaf_adopt)(struct cgroup_leaf leaf, const char *below, void *context);
    int (*leaf_move)(struct cgroup_leaf leaf, pid_t pid, void *context);
    int (*leaf_signal)(struct cgroup_leaf leaf, int signal, void *context);
    int (*leaf_kill)(struct cgroup_leaf leaf, void *context);
    int (*leaf_remove)(struct cgroup_leaf leaf, void *context);
    int (*place_of)(pid_t pid, char **ret, void *context);
    int (*move_to)(const char *group, pid_t pid, void *context);
    void (*session_remove)(uint64_t session, void *context);
    void *context;
};

#endif
