/* SPDX-License-Identifier: MIT */
/*
 * Which session a process is in, and which token is its own.
 *
 * The session is found in this order:
 *
 * 1. the control group it is in;
 * 2. the kernel's audit session, if a login has got that one (authority/login.h);
 * 3. an ancestor, or itself, that leads a login without a control group;
 * 4. that of its token.
 *
 * The token is that of the session found so, if the process has the session's uid. Otherwise it is,
 * where there are no control groups, that of its nearest ancestor with a record and the same uid;
 * else its uid's: the authority's own uid is SYSTEM, and so is the kernel's own; any other has an
 * implicit Service session. One that has ended, and whose parent has not yet looked, is where that
 * is, unless it is in a session of its own. So a process with another uid is in the session, but
 * never acts as its user. A process that was asked about has a record with a token of its own,
 * until it ends.
 */
#ifndef OPENLOGON_AUTHORITY_PROCESS_TABLE_H
#define OPENLOGON_AUTHORITY_PROCESS_TABLE_H

#include "authority/login.h"

typedef struct ProcessTable ProcessTable;
struct service; /* the implicit session of a uid */

/* Owned by the table; found by node.id, the pid. */
typedef struct ProcessRecord {
    struct id_node node;
    uint64_t start_time;
    uint32_t uid;
    int pidfd;
    Token *token;
    struct service *service; /* that the token came from; may be NULL */
    void *watch;             /* its user's own */
    struct journal_item journal;
    uint64_t record; /* in the journal */
} ProcessRecord;

/* How it is known; the numbers are OPENLOGON_PROCESS_BASIS'. */
enum process_basis {
    PROCESS_NO_ACCOUNT = 0, /* process_table_add_service() has to be called for its uid first */
    PROCESS_LEAF = 1,
    PROCESS_AUDIT = 2,
    PROCESS_INHERITED = 3,
    PROCESS_RECORDED = 4,
    PROCESS_SYSTEM = 5,
    PROCESS_SERVICE = 6,
};

struct process_origin {
    enum process_basis basis;
    struct process_info info;
    Token *token; /* borrowed; NULL with PROCESS_NO_ACCOUNT */
    struct service *service;
};

/* Where a process is. */
struct process_place {
    Session *session; /* borrowed; NULL with PROCESS_NO_ACCOUNT */
    enum process_basis basis;
    pid_t pid; /* the process that this is found by: itself, or the one that it has ended for */
};

struct process_table_spec {
    const struct process_system *system; /* all borrowed */
    LeafTable *leaves;
    LoginTable *logins;
    Token *system_token;
    uint32_t own_uid;
    Journal *journal; /* NULL: nothing is recorded */
    LuidSource *luids;
};

/* Told before a record goes. */
struct process_listener {
    void (*ended)(ProcessRecord *record, void *context);
    void *context;
};

_must_check_ nt_status process_table_new(ProcessTable **ret, const struct process_table_spec *spec);
ProcessTable *process_table_free(ProcessTable *table);
DEFINE_CLEANUP(ProcessTable *, process_table_free);

void process_table_listen(ProcessTable *table, struct process_listener listener);

/**
 * Finds out what a process' token is, without making a record.
 * Errors:   INVALID_CID (no such process), those of nt_from_errno()
 */
_must_check_ nt_status process_table_resolve(ProcessTable *table, pid_t pid,
                                             struct process_origin *ret);

/* The record of a process; NULL: none. Borrowed. It may be of an earlier process with that pid. */
ProcessRecord *process_table_find(const ProcessTable *table, pid_t pid);

/* The record with the next pid, or with NULL the first; NULL: there is none. */
ProcessRecord *process_table_next(const ProcessTable *table, const ProcessRecord *previous);

/* It is the implicit session of a uid. */
bool process_table_is_service(const ProcessTable *table, const Session *session);

/**
 * Makes the record of a process, with a duplicate of the origin's token; one that it had before
 * ends.
 * @pidfd    consumed, also on failure
 * Errors:   those of token_duplicate()
 */
_must_check_ nt_status process_table_add(ProcessTable *table, ProcessRecord **ret,
                                         const struct process_origin *origin, int pidfd);

/**
 * Makes a record again as the journal has it, with that token itself.
 * @ret      NULL: its process is no more, and the record was forgotten
 * Errors:   INTERNAL_DB_CORRUPTION (the process has one, or there is no such service), NO_MEMORY
 */
struct process_record;
_must_check_ nt_status process_table_restore(ProcessTable *table, ProcessRecord **ret,
                                             uint64_t record, Token *token,
                                             const struct process_record *stored);

/* Ends a record: its process is no more. */
void process_table_end(ProcessTable *table, ProcessRecord *record);

/**
 * Makes known what the processes of a uid are. The token, which the table takes over a reference
 * of, goes when the last record that came from it does.
 * Errors:   OBJECT_NAME_COLLISION (the uid has one), NO_MEMORY
 */
_must_check_ nt_status process_table_add_service(ProcessTable *table, uint32_t uid, Token *token);

/* The same as the journal has it, which then has its record. Errors: INTERNAL_DB_CORRUPTION (the
 * uid has one), NO_MEMORY */
_must_check_ nt_status process_table_restore_service(ProcessTable *table, uint64_t record,
                                                     uint32_t uid, Token *token);
/* Drops all implicit sessions that no record uses. */
void process_table_drop_unused_services(ProcessTable *table);

/* Drops a uid's implicit session unless a record uses it. */
void process_table_drop_unused_service(ProcessTable *table, uint32_t uid);

/* A process of which only its number is known. Errors: as process_table_resolve() */
_must_check_ nt_status process_table_place_of_pid(ProcessTable *table, pid_t pid,
                                                  struct process_place *ret);

/* A process in a list by rising pid, in which its ancestors are looked for first. */
struct process_list {
    const struct process_info *all;
    size_t n_all;
};
struct process_place process_table_place_of(const ProcessTable *table,
                                            const struct process_info *info,
                                            const struct process_list *list);

/* For the list's own search. NULL: not in it. */
const struct process_info *process_list_find(const struct process_list *list, pid_t pid);

#endif
