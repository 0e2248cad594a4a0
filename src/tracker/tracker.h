/* SPDX-License-Identifier: MIT */
/*
 * Knows from which leaf each process came, also when it has left that control group since: programs
 * in the kernel (tracker.bpf.c) hand the label of a process on to its children. It is an extra:
 * where the kernel does not take the programs, or OpenLogon was built without them, tracker_open()
 * fails and control groups tell alone.
 *
 * Programs and labels are held by the kernel, pinned in a folder of the BPF file system
 * (tracker_directory()), so that they go on while no openlogond runs.
 */
#ifndef OPENLOGON_TRACKER_TRACKER_H
#define OPENLOGON_TRACKER_TRACKER_H

#include "linux/cgroup.h"

enum {
    TRACKER_DIRECTORY_SIZE = 96,
};

/* One per daemon; main thread only. */
typedef struct Tracker Tracker;

/* The folder of a tag: /sys/fs/bpf/openlogon-TAG. */
void tracker_directory(char ret[TRACKER_DIRECTORY_SIZE], const char *tag);

/**
 * Loads the programs in place of those that an earlier daemon of the tag left, and takes over its
 * labels.
 * @tag      as of cgroup_tree_open(), at most 64 characters
 * Errors:   -EOPNOTSUPP (built without it, or the kernel lacks something), -ENODEV (no BPF file
 *           system at /sys/fs/bpf), -EPERM, -ENOMEM
 */
_must_check_ int tracker_open(Tracker **ret, const char *tag);

/* What is pinned stays, and goes on labelling. NULL is fine. */
Tracker *tracker_close(Tracker *tracker);
DEFINE_CLEANUP(Tracker *, tracker_close);

/* Ends the labelling and forgets the labels of a tag, whether or not there are any. */
void tracker_remove(const char *tag);

/**
 * From now on who is put or made into the group gets the label, until the group is removed.
 * @dirfd    of the leaf's control group
 * Errors:   -E2BIG (too many leaves), -ENOMEM
 */
_must_check_ int tracker_add_leaf(Tracker *tracker, int dirfd, struct cgroup_leaf leaf);

/* Labels whoever is in a leaf already and has no label. */
_must_check_ int tracker_take_in(Tracker *tracker);

/* The leaf that a process came from. Errors: -ENOENT (none), -ESRCH (no such process) */
_must_check_ int tracker_find(const Tracker *tracker, pid_t pid, struct cgroup_leaf *ret);

/* The process, if there is one, is in no session from now on, nor are its children. */
void tracker_forget(Tracker *tracker, pid_t pid);

#endif
