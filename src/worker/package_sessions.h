/* SPDX-License-Identifier: MIT */
/*
 * What packages of our own may ask of the worker that no table of Windows has a function for. They
 * find these in the executable. Only while the package is called for a client.
 */
#ifndef OPENLOGON_WORKER_PACKAGE_SESSIONS_H
#define OPENLOGON_WORKER_PACKAGE_SESSIONS_H

#include "base/status.h"
#include "security/sid.h"

/* False: no more are wanted. */
typedef bool (*package_sessions_visit)(uint64_t luid, void *context);

/* The sessions above `after` that the package made, whichever of its processes, and that are
 * active, by rising LUID. Errors: INVALID_SERVER_STATE (no client), those of the channel */
_must_check_ nt_status package_sessions_list(uint64_t after, package_sessions_visit visit,
                                             void *context);

/* One of them; borrowed for the call. */
struct package_session {
    const char *user, *domain, *logon_server; /* UTF-8; may be empty */
    const SID *sid;
    uint32_t logon_type;
};
typedef nt_status (*package_session_use)(const struct package_session *session, void *context);

/* Returns what use() does, which allocates nothing of the client's and asks nothing itself. Errors:
 * NO_SUCH_LOGON_SESSION (or another package's), and as above */
_must_check_ nt_status package_session_query(uint64_t luid, package_session_use use, void *context);

#endif
