/* SPDX-License-Identifier: MIT */
/* The kernel, as the authority asks it. */
#ifndef OPENLOGON_DAEMON_SYSTEM_H
#define OPENLOGON_DAEMON_SYSTEM_H

#include "authority/process_system.h"
#include "tracker/tracker.h"

/* What there is of the kernel's help. Main thread only. */
struct kernel {
    CgroupTree *cgroups; /* NULL: there are none */
    Tracker *tracker;    /* NULL: likewise; never without cgroups */
};

/* @kernel  borrowed */
struct process_system system_of_kernel(struct kernel *kernel);

#endif
