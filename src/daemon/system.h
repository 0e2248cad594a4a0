/* SPDX-License-Identifier: MIT */
/* The kernel, as the authority asks it. */
#ifndef OPENLOGON_DAEMON_SYSTEM_H
#define OPENLOGON_DAEMON_SYSTEM_H

#include "authority/process_system.h"

/* @cgroups  NULL: there are none; borrowed */
struct process_system system_of_kernel(CgroupTree *cgroups);

#endif
