/* SPDX-License-Identifier: MIT */
/*
 * The workers, and the jobs that wait for one. Workers are started when there is work for them, up
 * to the configured number; one is always kept. One that dies costs the job it had, and is started
 * anew: at once, or later and later while it dies before it was ready.
 */
#ifndef OPENLOGON_DAEMON_WORKER_POOL_H
#define OPENLOGON_DAEMON_WORKER_POOL_H

#include "authority/authority.h"
#include "daemon/config.h"
#include "daemon/worker.h"

typedef struct WorkerPool WorkerPool;

/* All borrowed. */
struct worker_pool_spec {
    sd_event *event;
    Authority *authority;
    MessageArena *arena;
    struct channel_buffer *buffer;
    const struct config *config;
    const char *worker_path, *state_dir, *package_dir;
    void (*turn_over)(void *context); /* after each event of the pool's */
    void *context;
};

_must_check_ nt_status worker_pool_new(WorkerPool **ret, const struct worker_pool_spec *spec);
WorkerPool *worker_pool_free(WorkerPool *pool); /* after worker_pool_cancel() */
DEFINE_CLEANUP(WorkerPool *, worker_pool_free);

/**
 * Submits a job.
 * @job      its id is set by the pool; packed here, so nothing of it is kept
 * @context  for done(); stays the caller's when this fails
 * Errors:   INSUFFICIENT_RESOURCES (JOBS_WAITING_MAX wait), RPC_NT_CALL_FAILED (there is no
 *           worker, and starting one has just failed), NO_MEMORY
 */
_must_check_ nt_status worker_pool_submit(WorkerPool *pool, Openlogon__Worker__Job *job,
                                          job_done done, void *context);

enum {
    PACKAGE_ANY = 0
}; /* instead of a number: all, in their order, until one knows the account */

/**
 * Submits a logon.
 * @package  a number, or PACKAGE_ANY
 * Errors:   as worker_pool_submit(), NO_SUCH_PACKAGE
 */
_must_check_ nt_status worker_pool_log_on(WorkerPool *pool,
                                          const Openlogon__Worker__LogonJob *logon,
                                          uint32_t package, job_done done, void *context);

/**
 * Submits a LsaCallAuthenticationPackage.
 * done()    gets the package's own status, and with a success a result `call_package`
 * Errors:   as worker_pool_log_on()
 */
_must_check_ nt_status worker_pool_call_package(WorkerPool *pool,
                                                const Openlogon__Worker__CallPackageJob *call,
                                                uint32_t package, job_done done, void *context);

/* Ends all jobs with CANCELLED, before those go who wait for them. None may be submitted later. */
void worker_pool_cancel(WorkerPool *pool);

/* The number of a package by its name, in either case. Errors: NO_SUCH_PACKAGE */
_must_check_ nt_status worker_pool_find_package(const WorkerPool *pool, const char *name,
                                                uint32_t *ret_id);

#endif
