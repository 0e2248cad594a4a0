/* SPDX-License-Identifier: MIT */
/* The configured packages in their order, and logons through them. */
#ifndef OPENLOGON_WORKER_PACKAGE_HOST_H
#define OPENLOGON_WORKER_PACKAGE_HOST_H

#include "ipc/worker.pb-c.h"
#include "worker/arena.h"
#include "worker/config.h"

typedef struct package_host package_host;

/* Loads them. One that does not load is kept with its status and tried by no logon. The config is
 * borrowed. Errors: NO_MEMORY */
_must_check_ nt_status package_host_new(package_host **ret, const worker_config *config,
                                        const Openlogon__Worker__Setup *setup);
package_host *package_host_free(package_host *h); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(package_host *, package_host_free);

/* How the packages came up. The list is in the arena, its texts are the host's.
 * Errors: NO_MEMORY */
_must_check_ nt_status package_host_report(const package_host *h, arena *memory,
                                           Openlogon__Worker__Ready *ret);

/**
 * Tries the packages in order, until one does not answer that it does not know the account. When
 * none knows it, the time of a password's verification is spent.
 * @ret    status, sub-status and result are set, the latter in the arena; on failure it has the
 *         account's name, its authority and the package, for the audit
 */
void package_host_log_on(package_host *h, arena *memory, const Openlogon__Worker__LogonJob *job,
                         Openlogon__Worker__JobResult *ret);

void package_host_session_ended(package_host *h, uint64_t luid);

#endif
