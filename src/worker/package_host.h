/* SPDX-License-Identifier: MIT */
/* The worker's package, if it has one: logons through it, and calls. */
#ifndef OPENLOGON_WORKER_PACKAGE_HOST_H
#define OPENLOGON_WORKER_PACKAGE_HOST_H

#include "ipc/worker.pb-c.h"
#include "worker/arena.h"
#include "worker/config.h"

typedef struct package_host package_host;

/* Loads it. One that does not load is kept with its status, for the report. The config is borrowed.
 * Errors: NO_MEMORY */
_must_check_ nt_status package_host_new(package_host **ret, const worker_config *config,
                                        const Openlogon__Worker__Setup *setup);
package_host *package_host_free(package_host *h); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(package_host *, package_host_free);

/* How the package came up. In the arena; its texts are the host's. Errors: NO_MEMORY */
_must_check_ nt_status package_host_report(const package_host *h, arena *memory,
                                           Openlogon__Worker__Ready *ret);

/**
 * @ret    status, sub-status and result are set, the latter in the arena; on failure it has the
 *         account's name, its authority and the package, for the audit
 */
void package_host_log_on(package_host *h, arena *memory, const Openlogon__Worker__LogonJob *job,
                         Openlogon__Worker__JobResult *ret);

/* LsaCallAuthenticationPackage. Errors: what the package answers; NOT_SUPPORTED (it takes no such
 * calls), INTERNAL_ERROR (it returned what is not the client's), INVALID_PARAMETER (addresses) */
_must_check_ nt_status package_host_call(package_host *h, arena *memory,
                                         const Openlogon__Worker__CallPackageJob *job,
                                         Openlogon__Worker__CallPackageResult *ret);

void package_host_session_ended(package_host *h, uint64_t luid);

/* Calls the package for each notification that is due. */
void package_host_run_notifications(package_host *h);

/* The package has asked to be unloaded: there is nothing more for this process to do. */
bool package_host_wants_to_end(const package_host *h);

#endif
