/* SPDX-License-Identifier: MIT */
/*
 * One SQLite database of the state directory (WAL; mode 0600) with a versioned schema. Several
 * processes may have it open; a connection belongs to one thread. A change outside a transaction is
 * one by itself: done and on disk, or not done.
 *
 * Errors of all functions, besides their own: DISK_FULL, MEDIA_WRITE_PROTECTED, ACCESS_DENIED,
 * IO_DEVICE_ERROR, INTERNAL_DB_CORRUPTION (no database, or a damaged one), DEVICE_BUSY (another
 * process holds it for seconds), NO_MEMORY, INTERNAL_DB_ERROR.
 */
#ifndef OPENLOGON_WORKER_DATABASE_H
#define OPENLOGON_WORKER_DATABASE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct database database;

/* What a database holds and how it is asked; borrowed for the life of the database. */
struct database_schema {
    const char *file; /* its name in the state directory */
    /* The i-th brings a database of version i to version i + 1. Never edit one that was released:
     * append. */
    const char *const *migrations;
    size_t n_migrations;
    const char *const *statements; /* one statement each; query_start() takes their numbers */
    size_t n_statements;
};

/* Makes the database when there is none, and brings an older one up to date.
 * Errors: REVISION_MISMATCH (made by a newer OpenLogon) */
_must_check_ nt_status database_open(database **ret, const char *state_dir,
                                     const struct database_schema *schema);
database *database_close(database *db); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(database *, database_close);

enum database_sync {
    DATABASE_SYNC_AT_COMMIT, /* a change that is done is on disk: so it begins */
    DATABASE_SYNC_LATER,     /* it outlives processes, but perhaps not the machine's power */
};

/* Outside of transactions; for those that follow. */
_must_check_ nt_status database_set_sync(database *db, enum database_sync sync);

/* --- transactions ----------------------------------------------------------------------------- */

/* Embedded; a zeroed one is not open. */
struct transaction {
    database *db;
};

/* Nobody else writes from here to the end. */
_must_check_ nt_status transaction_begin(struct transaction *ret, database *db);
/* Ends it whatever the result; no statement of it may be in use. */
_must_check_ nt_status transaction_commit(struct transaction *t);
void transaction_done(struct transaction *t); /* for _cleanup_(): rolls back one that is open */

/* --- statements ------------------------------------------------------------------------------- */

/* One use of a statement. After a failure the calls do nothing, and query_status() tells it. A
 * statement is in one use at a time. */
struct query {
    database *db;
    struct sqlite3_stmt *statement; /* owned by the database, prepared when first used */
    int result;
};

void query_start(struct query *q, database *db, size_t statement);
void query_done(struct query *q); /* for _cleanup_(): ends the use and forgets what was bound */

/* Parameters count from 1. What is bound is borrowed until the use ends. */
void query_bind_int(struct query *q, int parameter, int64_t value);
void query_bind_text(struct query *q, int parameter, const char *text);
void query_bind_blob(struct query *q, int parameter, const void *bytes, size_t size);

/* True when there is a row; false at the end and on failure. */
bool query_next(struct query *q);
/* NT_OK at a row and at the end.
 * Errors: OBJECT_NAME_COLLISION (a unique column has that value already) */
_must_check_ nt_status query_status(const struct query *q);
/* Runs a change to its end. @ret_rows: how many rows it changed; may be NULL */
_must_check_ nt_status query_run(struct query *q, size_t *ret_rows);

/* Columns of the row, counted from 0. Text and bytes are borrowed until the next call. */
int64_t query_int(struct query *q, int column);
const char *query_text(struct query *q, int column); /* NULL: no memory */
const void *query_blob(struct query *q, int column, size_t *ret_size);
/* A copy for free(); NULL: no memory. */
char *query_text_dup(struct query *q, int column);

#endif
