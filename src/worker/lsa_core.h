/* SPDX-License-Identifier: MIT */
/* What the functions for packages share. For lsa_*.c only. */
#ifndef OPENLOGON_WORKER_LSA_CORE_H
#define OPENLOGON_WORKER_LSA_CORE_H

#include <windows.h>
#include <ntsecpkg.h>

#include "ipc/worker.pb-c.h"
#include "worker/arena.h"
#include "worker/client_request.h"

/* For whom the package works; NULL: for nobody, or this is a thread of the package's own. */
struct client_request *lsa_request(void);

arena *lsa_memory(void);

/**
 * Asks openlogond, for a function of the package that is under way.
 * @ret    lies in the arena until the caller rewinds it to *mark, as it has to after any answer but
 *         INVALID_SERVER_STATE
 * Errors: INVALID_SERVER_STATE (none is, or this is a thread of the package's own), those of
 *         upstream_call()
 */
_must_check_ nt_status lsa_call(Openlogon__Worker__Call *call, Openlogon__Worker__CallResult **ret,
                                size_t *mark);

#endif
