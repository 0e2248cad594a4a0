/* SPDX-License-Identifier: MIT */
/* A process that a program is about to start with a token: its token, and its cgroup if there are
 * cgroups. */
#ifndef OPENLOGON_AUTHORITY_PREPARED_PROCESS_H
#define OPENLOGON_AUTHORITY_PREPARED_PROCESS_H

#include "authority/process_table.h"
#include "authority/quota.h"

/* Who starts it and as whom. */
struct prepared_spec {
    const Token *token;
    uint64_t privileges_present, privileges_enabled;
    uint32_t uid; /* whom the kernel will say that the process is */
    uint32_t caller_uid;
    pid_t caller_pid;
};

/* Owned by the connection that asked for it; found by node.id, its ticket, which the owner sets. */
typedef struct PreparedProcess {
    struct id_node node;
    struct id_map *owner; /* the map that it is in; NULL: none */
    LeafTable *leaves;
    struct leaf *leaf; /* NULL: there are no cgroups */
    Token *token;
    uint32_t uid, caller_uid;
    pid_t caller_pid;
    struct quota_charge charge; /* the owner makes it, the destructor gives it back */
} PreparedProcess;

/**
 * @ret_dirfd  of the cgroup, the caller closes it; -1 when there is none
 * Errors:     those of token_duplicate_primary() and leaf_make()
 */
_must_check_ nt_status prepared_process_new(PreparedProcess **ret, LeafTable *leaves,
                                            const struct prepared_spec *spec, int *ret_dirfd);

/* The process was not started, or is known by now. Takes it out of its owner's map. */
PreparedProcess *prepared_process_free(PreparedProcess *prepared);
DEFINE_CLEANUP(PreparedProcess *, prepared_process_free);

/* The kernel tells of a leaf, which it does not before its first process: what was prepared for it
 * has come. */
void prepared_process_leaf_changed(LeafTable *leaves, struct cgroup_leaf name);

/**
 * Takes the started process in: it is in the cgroup, or is moved there, or gets a record.
 * @ret_record  set when it got a record, else NULL
 * Errors:   INVALID_CID (no such process), ACCESS_DENIED (no child of the caller, or one that is
 *           neither the caller's nor the token's uid), those of process_table_add()
 */
_must_check_ nt_status prepared_process_started(PreparedProcess *prepared, ProcessTable *processes,
                                                const struct process_system *system, pid_t pid,
                                                ProcessRecord **ret_record);

/**
 * Whether a process may start another with the token. A narrowing of its own token needs nothing,
 * also when it was made from another of the session; any other SeIncreaseQuotaPrivilege and
 * SeAssignPrimaryTokenPrivilege; held is enough, as for CreateProcessAsUser on Windows. An
 * impersonation token will do, since a program makes the primary duplicate of it by itself; that
 * its handle is a primary token's is the library's to check.
 * @process  the own token of the process that starts the other
 * Errors:   BAD_IMPERSONATION_LEVEL (cannot become a primary token), PRIVILEGE_NOT_HELD
 */
_must_check_ nt_status prepared_process_allowed(const token_image *token,
                                                const token_image *process);

#endif
