/* SPDX-License-Identifier: MIT */
/*
 * The daemon's own tree of cgroup v2 groups, by which the kernel keeps account of who belongs to
 * which logon session:
 *
 *     <the daemon's group, or one that it is told>/openlogon-<tag>/<session>/<token>
 *     <another group>/openlogon-<tag>-<session>-<token>           of a login that was made there
 *
 * with 16 hexadecimal digits for each. A leaf holds the processes that were started with one token
 * and all their descendants; no process without CAP_DAC_OVERRIDE can leave it. A leaf's name is
 * never used twice: LUIDs are not, and once a group was killed the kernel kills whatever is created
 * in it later.
 *
 * Where the daemon may not make groups, cgroup_tree_open() fails and the daemon does without.
 */
#ifndef OPENLOGON_LINUX_CGROUP_H
#define OPENLOGON_LINUX_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macros.h"

enum { CGROUP_LATE_MS = 50 };

/* The tree. One per daemon; main thread only. Knows the leaves that were made or adopted. */
typedef struct CgroupTree CgroupTree;

struct cgroup_leaf {
    uint64_t session; /* LUIDs */
    uint64_t token;
};

/**
 * Makes or finds the tree and removes the empty leaves that an earlier daemon left.
 * @group    the group that the tree is in, as /proc/PID/cgroup names it, which is made when it is
 *           not there; NULL: the daemon's own
 * @tag      1 to 64 of [A-Za-z0-9_.-]
 * Errors:   -ENODEV (no cgroup v2 file system is mounted, or the own group is not below the mount),
 *           -EACCES, -EPERM, -EROFS (no leave to make groups), -EBUSY (another daemon uses the
 * tag), -EINVAL (tag)
 */
_must_check_ int cgroup_tree_open_in(CgroupTree **ret, const char *group, const char *tag);

/* In the daemon's own group. */
static inline _must_check_ int cgroup_tree_open(CgroupTree **ret, const char *tag)
{
    return cgroup_tree_open_in(ret, NULL, tag);
}

/* Forgets the tree and removes the empty groups; those with processes stay for cgroup_adopt(). */
CgroupTree *cgroup_tree_close(CgroupTree *tree);
DEFINE_CLEANUP(CgroupTree *, cgroup_tree_close);

/**
 * Makes a leaf. It is watched CGROUP_LATE_MS later, if it still is there then and has not become
 * empty: most leaves pass sooner, and a watch costs as much as all the rest.
 * @below      the group that it is made in, as /proc/PID/cgroup names it; NULL: in the tree
 * @ret_dirfd  for spawn_spec.cgroup_fd; the caller closes it
 * Errors:   -EEXIST (the leaf is there already); with a group: those of cgroup_place_of()
 */
_must_check_ int cgroup_make(CgroupTree *tree, struct cgroup_leaf leaf, const char *below,
                             int *ret_dirfd);

/* Takes up a leaf that an earlier daemon made. Errors: -ENOENT (it was empty), -EEXIST (known). */
_must_check_ int cgroup_adopt(CgroupTree *tree, struct cgroup_leaf leaf, const char *below,
                              int *ret_dirfd);

/**
 * The group that a process is in, for the leaf of a login that it makes: what manages that group
 * goes on to see all of it when the leaf is below.
 * @ret      as /proc/PID/cgroup names it; the caller frees it
 * Returns:  1: the leaf belongs below it; 0: in the tree, since this is the root group or the
 *           daemon's own
 * Errors:   -EPERM (the group is in somebody else's hands, who could take processes out of a leaf),
 *           -ESRCH, -ENODEV (no group that this daemon sees)
 */
_must_check_ int cgroup_place_of(const CgroupTree *tree, pid_t pid, char **ret);

/* Puts a process into any group. Errors: -ENOENT, -ENODEV (not there) */
_must_check_ int cgroup_move_to(const CgroupTree *tree, const char *group, pid_t pid);

/* Removes an empty leaf. Errors: -EBUSY (it has processes), -ENOENT. */
_must_check_ int cgroup_remove(CgroupTree *tree, struct cgroup_leaf leaf);

/* Removes the group that a session's leaves were made in, unless it has some; it is made again for
 * the next leaf. A session that starts one process after another would make it each time anew. */
void cgroup_remove_session(CgroupTree *tree, uint64_t session);

/* 1 when the leaf or a group below it has a process, else 0; -ENOENT. */
_must_check_ int cgroup_is_populated(CgroupTree *tree, struct cgroup_leaf leaf);

/* Puts a process into the leaf: for spawn_spec.before_exec. */
_must_check_ int cgroup_move(CgroupTree *tree, struct cgroup_leaf leaf, pid_t pid);

/* Sends a signal to every process in the leaf, and in the groups below it, that is there now. */
_must_check_ int cgroup_signal(CgroupTree *tree, struct cgroup_leaf leaf, int signal);

/* Kills every process in the leaf. From then on nothing can be started in it. */
_must_check_ int cgroup_kill(CgroupTree *tree, struct cgroup_leaf leaf);

/* The processes in the leaf itself. The caller frees *ret_pids, which is NULL when there is none.
 */
_must_check_ int cgroup_read_pids(CgroupTree *tree, struct cgroup_leaf leaf, pid_t **ret_pids,
                                  size_t *ret_n_pids);

/**
 * The leaf that a process is in, or below.
 * Errors:   -ENOENT (in no leaf of this tree), -ESRCH (no such process, or it has ended)
 */
_must_check_ int cgroup_of_pid(const CgroupTree *tree, pid_t pid, struct cgroup_leaf *ret);

/* Readable when cgroup_tree_next_event() has something to say. Borrowed. */
int cgroup_tree_fd(const CgroupTree *tree);

/**
 * The next leaf that got its first process or lost its last one, or both, and perhaps an event more
 * of one that once did; cgroup_remove() tells. One that never had a process has no event.
 * Call it until it returns 0.
 * Returns:  1 with *ret set; 0: none; -errno
 */
_must_check_ int cgroup_tree_next_event(CgroupTree *tree, struct cgroup_leaf *ret);

#endif
