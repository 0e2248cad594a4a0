/* SPDX-License-Identifier: MIT */
#include "daemon/system.h"

#include <unistd.h>

static int info(pid_t pid, struct process_info *ret, void *cgroups)
{
    return process_info_read(pid, ret);
}

static int audit_session(pid_t pid, uint32_t *ret, void *cgroups)
{
    return process_audit_session(pid, ret);
}

static int leaf_of(pid_t pid, struct cgroup_leaf *ret, void *cgroups)
{
    return cgroup_of_pid(cgroups, pid, ret);
}

static int leaf_make(struct cgroup_leaf leaf, const char *below, int *ret_dirfd, void *cgroups)
{
    return cgroup_make(cgroups, leaf, below, ret_dirfd);
}

static int leaf_adopt(struct cgroup_leaf leaf, const char *below, void *cgroups)
{
    int dirfd = -1;
    int r = cgroup_adopt(cgroups, leaf, below, &dirfd);

    if (r >= 0)
        (void)close(dirfd);
    return r;
}

static int leaf_move(struct cgroup_leaf leaf, pid_t pid, void *cgroups)
{
    return cgroup_move(cgroups, leaf, pid);
}

static int leaf_signal(struct cgroup_leaf leaf, int signal, void *cgroups)
{
    return cgroup_signal(cgroups, leaf, signal);
}

static int leaf_kill(struct cgroup_leaf leaf, void *cgroups)
{
    return cgroup_kill(cgroups, leaf);
}

static int leaf_remove(struct cgroup_leaf leaf, void *cgroups)
{
    return cgroup_remove(cgroups, leaf);
}

static int place_of(pid_t pid, char **ret, void *cgroups)
{
    return cgroup_place_of(cgroups, pid, ret);
}

static int move_to(const char *group, pid_t pid, void *cgroups)
{
    return cgroup_move_to(cgroups, group, pid);
}

static void session_remove(uint64_t session, void *cgroups)
{
    cgroup_remove_session(cgroups, session);
}

struct process_system system_of_kernel(CgroupTree *cgroups)
{
    return (struct process_system){ .info = info,
                                    .audit_session = audit_session,
                                    .has_leaves = cgroups != NULL,
                                    .leaf_of = leaf_of,
                                    .leaf_make = leaf_make,
                                    .leaf_adopt = leaf_adopt,
                                    .leaf_move = leaf_move,
                                    .leaf_signal = leaf_signal,
                                    .leaf_kill = leaf_kill,
                                    .leaf_remove = leaf_remove,
                                    .place_of = place_of,
                                    .move_to = move_to,
                                    .session_remove = session_remove,
                                    .context = cgroups };
}
