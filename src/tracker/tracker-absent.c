/* SPDX-License-Identifier: MIT */
/* The tracker of a build without BPF: it never opens, so nothing else is ever called. */
#include "tracker/tracker.h"

#include <errno.h>
#include <stdio.h>

void tracker_directory(char ret[TRACKER_DIRECTORY_SIZE], const char *tag)
{
    (void)snprintf(ret, TRACKER_DIRECTORY_SIZE, "/sys/fs/bpf/openlogon-%s", tag);
}

int tracker_open(Tracker **ret, const char *tag)
{
    return -EOPNOTSUPP;
}

Tracker *tracker_close(Tracker *tracker)
{
    return NULL;
}

void tracker_remove(const char *tag)
{
}

int tracker_add_leaf(Tracker *tracker, int dirfd, struct cgroup_leaf leaf)
{
    return -EOPNOTSUPP;
}

int tracker_take_in(Tracker *tracker)
{
    return -EOPNOTSUPP;
}

int tracker_find(const Tracker *tracker, pid_t pid, struct cgroup_leaf *ret)
{
    return -EOPNOTSUPP;
}

void tracker_forget(Tracker *tracker, pid_t pid)
{
}
