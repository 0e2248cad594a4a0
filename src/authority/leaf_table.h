/* SPDX-License-Identifier: MIT */
/*
 * The cgroups that were made for tokens. A leaf keeps its token, and so the session, alive while it
 * has processes; before that, while a process that is to be started in it is prepared.
 */
#ifndef OPENLOGON_AUTHORITY_LEAF_TABLE_H
#define OPENLOGON_AUTHORITY_LEAF_TABLE_H

#include "authority/process_system.h"
#include "authority/session_store.h"
#include "authority/token.h"

typedef struct LeafTable LeafTable;
struct PreparedProcess;

/* Owned by the table. */
struct leaf {
    struct id_node node; /* the token's id */
    struct cgroup_leaf name;
    char *below; /* the group that it was made in; NULL: the daemon's tree */
    Token *token;
    uint32_t
        uid; /* whom the kernel says that its processes are; others in it do not get the token */
    struct PreparedProcess *prepared; /* a process that is still to come; NULL: none */
    struct journal_item journal;
    uint64_t record; /* in the journal */
};

/* Borrows the system and the sessions, whose groups it removes when they end. */
_must_check_ nt_status leaf_table_new(LeafTable **ret, const struct process_system *system,
                                      SessionStore *sessions);
LeafTable *leaf_table_free(LeafTable *table); /* drops all leaves; removes the empty cgroups */
DEFINE_CLEANUP(LeafTable *, leaf_table_free);

/* Leaves are recorded from now on. Both borrowed, outlive the table. */
void leaf_table_set_journal(LeafTable *table, Journal *journal, LuidSource *luids);

/**
 * Takes a leaf that the journal has, if it still has processes; else it is forgotten.
 * Errors:   INTERNAL_DB_CORRUPTION (the token has one), NO_MEMORY
 */
struct leaf_record;
_must_check_ nt_status leaf_restore(LeafTable *table, uint64_t record, Token *token,
                                    const struct leaf_record *stored);

/**
 * Makes the cgroup of a token, for a process to come.
 * @below      the group that it is made in, of a login; NULL: in the tree
 * @ret_dirfd  the caller closes it
 * Errors:     NOT_SUPPORTED (there are no cgroups), those of nt_from_errno(), NO_MEMORY
 */
_must_check_ nt_status leaf_make(LeafTable *table, struct leaf **ret, int *ret_dirfd, Token *token,
                                 uint32_t uid, const char *below);

/* Drops the leaf unless it has processes, or one is to come. */
void leaf_drop_if_empty(LeafTable *table, struct leaf *leaf);

/* NULL: none of that name. */
struct leaf *leaf_table_find(const LeafTable *table, struct cgroup_leaf name);

/* The leaf with the next token id, or with NULL the first; NULL: there is none. */
struct leaf *leaf_table_next(const LeafTable *table, const struct leaf *previous);

/* The leaf that a process is in; NULL: none of ours. */
struct leaf *leaf_table_of_process(const LeafTable *table, pid_t pid);

/* The leaf that a process is from, whatever group it is in by now; NULL: none that is known. */
struct leaf *leaf_table_of_origin(const LeafTable *table, pid_t pid);

#endif
