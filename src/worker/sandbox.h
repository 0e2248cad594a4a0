/* SPDX-License-Identifier: MIT */
/*
 * What a worker may do beside its work: the least that its package was configured to need. Applied
 * once, before the package's code is in the process; nothing of it can be taken back.
 *
 * As root: a user of its own, no capabilities but the named ones, own mounts (all read-only, what
 * OpenLogon keeps hidden), own IPC, no network, no sight of other processes. As an ordinary user
 * mounts, IPC and network in a user namespace, where the machine allows one. Always: system calls
 * that no package needs fail, no set-id programs, no core dumps, limits.
 */
#ifndef OPENLOGON_WORKER_SANDBOX_H
#define OPENLOGON_WORKER_SANDBOX_H

#include "base/macros.h"
#include "ipc/worker.pb-c.h"

enum { SANDBOX_REPORT_SIZE = 512 };

/**
 * @report   what the machine does not allow, as words for people; empty: all is done
 * Returns:  0; negative errno: the package must not run, and it was logged why
 */
_must_check_ int sandbox_enter(const Openlogon__Worker__Sandbox *box,
                               char report[static SANDBOX_REPORT_SIZE]);

#endif
