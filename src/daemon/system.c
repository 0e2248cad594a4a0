/* SPDX-License-Identifier: MIT */
#include "daemon/system.h"

#include <errno.h>
#include <unistd.h>

#include "base/log.h"

static CgroupTree *cgroups_of(const struct kernel *kernel)
{
    return kernel->cgroups;
}

/* A leaf that the tracker cannot be told of is known by its control group all the same. */
static void tell_tracker(const struct kernel *kernel, int dirfd, struct cgroup_leaf leaf)
{
    if (kernel->tracker && tracker_add_leaf(kernel->tracker, dirfd, leaf) < 0)
        log_debug("the tracker cannot take in another leaf");
}

static int info(pid_t pid, struct process_info *ret, void *context)
{
    return process_info_read(pid, ret);
}

static int audit_session(pid_t pid, uint32_t *ret, void *context)
{
    return process_audit_session(pid, ret);
}

static int leaf_of(pid_t pid, struct cgroup_leaf *ret, void *context)
{
    return cgroup_of_pid(cgroups_of(context), pid, ret);
}

static int origin_of(pid_t pid, struct cgroup_leaf *ret, void *context)
{
    const struct kernel *kernel = context;

    return kernel->tracker ? tracker_find(kernel->tracker, pid, ret) : -ENOENT;
}

static int leaf_make(struct cgroup_leaf leaf, const char *below, int *ret_dirfd, void *context)
{
    int r = cgroup_make(cgroups_of(context), leaf, below, ret_dirfd);

    if (r >= 0)
        tell_tracker(context, *ret_dirfd, leaf);
    return r;
}

static int leaf_is_populated(struct cgroup_leaf leaf, void *context)
{
    return cgroup_is_populated(cgroups_of(context), leaf);
}

static int leaf_adopt(struct cgroup_leaf leaf, const char *below, void *context)
{
    int dirfd = -1;
    int r = cgroup_adopt(cgroups_of(context), leaf, below, &dirfd);

    if (r < 0)
        return r;
    tell_tracker(context, dirfd, leaf);
    (void)close(dirfd);
    return r;
}

static int leaf_signal(struct cgroup_leaf leaf, int signal, void *context)
{
    return cgroup_signal(cgroups_of(context), leaf, signal);
}

static int leaf_kill(struct cgroup_leaf leaf, void *context)
{
    return cgroup_kill(cgroups_of(context), leaf);
}

static int leaf_move(struct cgroup_leaf leaf, pid_t pid, void *context)
{
    return cgroup_move(cgroups_of(context), leaf, pid);
}

static int leaf_remove(struct cgroup_leaf leaf, void *context)
{
    return cgroup_remove(cgroups_of(context), leaf);
}

static int place_of(pid_t pid, char **ret, void *context)
{
    return cgroup_place_of(cgroups_of(context), pid, ret);
}

static int move_to(const char *group, pid_t pid, void *context)
{
    const struct kernel *kernel = context;

    /* It goes where it is of no session, or of that one's. */
    if (kernel->tracker)
        tracker_forget(kernel->tracker, pid);
    return cgroup_move_to(kernel->cgroups, group, pid);
}

static void session_remove(uint64_t session, void *context)
{
    cgroup_remove_session(cgroups_of(context), session);
}

struct process_system system_of_kernel(struct kernel *kernel)
{
    return (struct process_system){ .info = info,
                                    .audit_session = audit_session,
                                    .has_leaves = kernel->cgroups != NULL,
                                    .leaf_of = leaf_of,
                                    .origin_of = origin_of,
                                    .leaf_make = leaf_make,
                                    .leaf_is_populated = leaf_is_populated,
                                    .leaf_adopt = leaf_adopt,
                                    .leaf_move = leaf_move,
                                    .leaf_signal = leaf_signal,
                                    .leaf_kill = leaf_kill,
                                    .leaf_remove = leaf_remove,
                                    .place_of = place_of,
                                    .move_to = move_to,
                                    .session_remove = session_remove,
                                    .context = kernel };
}
