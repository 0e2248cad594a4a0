/* SPDX-License-Identifier: MIT */
/*
 * Who works for openlogond: a group of worker processes for each configured package, and one for
 * the directory, which has the accounts, the policy and the names and loads no package. Packages
 * are known by their number, from 1, in the order of the configuration; 0 is the directory's.
 */
#ifndef OPENLOGON_DAEMON_WORKER_POOL_H
#define OPENLOGON_DAEMON_WORKER_POOL_H

#include "authority/authority.h"
#include "daemon/config.h"
#include "daemon/job.h"
#include "daemon/message_arena.h"
#include "daemon/socket_set.h"
#include "ipc/channel.h"

#include <systemd/sd-event.h>

typedef struct WorkerPool WorkerPool;

/* All borrowed. */
struct worker_pool_spec {
    sd_event *event;
    SocketSet *sockets;
    Authority *authority;
    MessageArena *arena;
    struct channel_buffer *buffer;
    const struct config *config;
    const char *worker_path, *state_dir, *package_dir;
    const char *runtime_dir, *socket_path; /* hidden from packages */
    void (*turn_over)(void *context);      /* after each event of the pool's */
    void *context;
};

_must_check_ nt_status worker_pool_new(WorkerPool **ret, const struct worker_pool_spec *spec);
WorkerPool *worker_pool_free(WorkerPool *pool); /* after worker_pool_cancel() */
DEFINE_CLEANUP(WorkerPool *, worker_pool_free);

/**
 * Submits a job for the directory.
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
 * Submits a logon. A package that does not know the account (NO_SUCH_USER, NO_SUCH_DOMAIN) or that
 * cannot be used at all is followed by the next, unless a single one was named. Where none knows
 * it, the answer takes as long as one check of a password.
 * @logon    packed or copied here, so nothing of it is kept
 * @package  a number, or PACKAGE_ANY
 * done()    gets the job of the package that answered, with the sessions that it made, and its
 *           result; both NULL when none could be asked. Statuses are the package's, and:
 *           NO_SUCH_PACKAGE (no such number, or none of them can be used), DLL_INIT_FAILED (the one
 *           named cannot be used), RPC_NT_CALL_FAILED (it died), IO_TIMEOUT, INTERNAL_ERROR (its
 *           answer makes no sense)
 * Errors:   as worker_pool_submit(), NO_SUCH_PACKAGE, DLL_INIT_FAILED
 */
_must_check_ nt_status worker_pool_log_on(WorkerPool *pool,
                                          const Openlogon__Worker__LogonJob *logon,
                                          uint32_t package, job_done done, void *context);

/**
 * Submits a LsaCallAuthenticationPackage.
 * done()    gets the package's own status, and with a success a result `call_package`: its protocol
 *           status, the returned bytes, and the address that they have in the client's window
 *           (0: nothing was returned). NOT_SUPPORTED: the package takes no such calls
 * Errors:   as worker_pool_log_on()
 */
_must_check_ nt_status worker_pool_call_package(WorkerPool *pool,
                                                const Openlogon__Worker__CallPackageJob *call,
                                                uint32_t package, job_done done, void *context);

/* The directory's group, then the packages' by their numbers. False: there are no more. */
struct worker_group_state;
bool worker_pool_state(const WorkerPool *pool, size_t i, struct worker_group_state *ret);

/* At the end of a turn: tells workers which sessions have ended in it. */
void worker_pool_tell(WorkerPool *pool);

/* Ends all jobs with CANCELLED, before those go who wait for them. None may be submitted later. */
void worker_pool_cancel(WorkerPool *pool);

/* The number of a package by its name, in either case: the configured one, the one that it calls
 * itself, or the one that sessions show. Errors: NO_SUCH_PACKAGE */
_must_check_ nt_status worker_pool_find_package(const WorkerPool *pool, const char *name,
                                                uint32_t *ret_number);

#endif
