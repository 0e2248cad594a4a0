/* SPDX-License-Identifier: MIT */
/*
 * Keeps the authority's membership in step with the account database: read whole by a worker, when
 * openlogond starts and after each change, before the change is answered.
 */
#ifndef OPENLOGON_DAEMON_GROUP_LOADER_H
#define OPENLOGON_DAEMON_GROUP_LOADER_H

#include "authority/membership.h"
#include "daemon/rounds.h"
#include "daemon/worker_pool.h"

typedef struct GroupLoader GroupLoader;

/* All borrowed. */
struct group_loader_spec {
    WorkerPool *pool;
    Membership **membership; /* what is kept in step; NULL in it until the first time */
};

_must_check_ nt_status group_loader_new(GroupLoader **ret, const struct group_loader_spec *spec);
GroupLoader *group_loader_free(GroupLoader *loader); /* after worker_pool_cancel() */
DEFINE_CLEANUP(GroupLoader *, group_loader_free);

/* When done() is called, what was in the database when it was asked for is loaded, or why it is
 * not. It may be called during the call. Errors: NO_MEMORY. Then it is not called. */
_must_check_ nt_status group_loader_load(GroupLoader *loader, round_done done, void *context);

/* NT_OK when the membership is as the database was after the last change that was made here. Else
 * it is asked for anew, for the next one who wants to know.
 * Errors: of the worker's job; PENDING */
_must_check_ nt_status group_loader_check(GroupLoader *loader);

#endif
