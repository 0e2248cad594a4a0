/* SPDX-License-Identifier: MIT */
/* What LsaLogonUser() says beside the buffer for the package, and buffers for packages at all. */
#ifndef OPENLOGON_DAEMON_LSA_LOGON_H
#define OPENLOGON_DAEMON_LSA_LOGON_H

#include "authority/logon.h"
#include "daemon/message_arena.h"
#include "ipc/openlogon.pb-c.h"
#include "ipc/worker.pb-c.h"

/* Kept while a worker is busy with the logon. Starts as all zeros; owns the groups. */
struct lsa_logon {
    bool has_source;
    struct logon_source source;
    SID_AND_ATTRIBUTES *groups; /* and their SIDs, in one block */
    size_t n_groups;
};

/**
 * Checks a logon as the client sent it and keeps what is needed when it has succeeded.
 * @has_tcb  the client's process has SeTcbPrivilege enabled
 * Errors:   PRIVILEGE_NOT_HELD (local groups without it), INVALID_PARAMETER, INVALID_SID,
 *           UNMAPPABLE_CHARACTER, NO_MEMORY
 */
_must_check_ nt_status lsa_logon_keep(struct lsa_logon *ret, const Openlogon__LsaLogon *logon,
                                      bool has_tcb);
void lsa_logon_done(struct lsa_logon *logon); /* for _cleanup_() too; fine for all zeros */

/* Adds the groups to those of a package. The result lies in the arena. Errors: NO_MEMORY */
_must_check_ nt_status lsa_logon_add_groups(struct logon_identity *identity,
                                            const struct lsa_logon *logon, MessageArena *arena);

/* A buffer's size and addresses, and those of the window that stays free for an answer, which may
 * be missing. Errors: INVALID_PARAMETER (too large, beyond the address space, or overlapping) */
_must_check_ nt_status submit_check(const Openlogon__SubmitBuffer *submit,
                                    const Openlogon__ClientWindow *window);

/* For a job. */
Openlogon__Worker__SubmitBuffer submit_for_worker(const Openlogon__SubmitBuffer *submit);
Openlogon__Worker__ClientWindow window_for_worker(const Openlogon__ClientWindow *window);

/* Whether what a worker returned lies where the client has room for it; nothing always does. */
bool window_holds(const Openlogon__Worker__ClientWindow *window, uint64_t address, size_t size);

#endif
