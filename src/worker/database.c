/* SPDX-License-Identifier: MIT */
#include "worker/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linux/sqlite_status.h"

enum {
    BUSY_TIMEOUT_MS = 5000,
    BUSY_PAUSE_MS = 20,
    FILE_MODE = 0600,
};

struct database {
    sqlite3 *handle;
    const struct database_schema *schema;
    sqlite3_stmt **statements; /* prepared when first used */
};

/* --- opening ---------------------------------------------------------------------------------- */

/* SQLite gives -wal and -shm the mode of the database, so the mode is made right before it comes.
 */
static nt_status make_private_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    struct stat now;
    int r = 0;

    if (fd < 0)
        return nt_from_errno(errno);
    if (fstat(fd, &now) < 0 || ((now.st_mode & 077) != 0 && fchmod(fd, FILE_MODE) < 0))
        r = -errno;
    (void)close(fd);
    return r < 0 ? nt_from_errno(r) : NT_OK;
}

static nt_status run(sqlite3 *handle, const char *sql)
{
    return nt_from_sqlite(handle, sqlite3_exec(handle, sql, NULL, NULL, NULL));
}

static nt_status read_version(sqlite3 *handle, size_t *ret)
{
    sqlite3_stmt *query = NULL;
    int r = sqlite3_prepare_v2(handle, "PRAGMA user_version", -1, &query, NULL);

    if (r == SQLITE_OK)
        r = sqlite3_step(query);
    if (r == SQLITE_ROW)
        *ret = (size_t)sqlite3_column_int(query, 0);
    (void)sqlite3_finalize(query);
    return r == SQLITE_DONE ? NT(INTERNAL_DB_CORRUPTION) : nt_from_sqlite(handle, r);
}

static nt_status migrate_from(database *db, size_t version)
{
    char set_version[64];
    nt_status st = NT_OK;

    for (; version < db->schema->n_migrations && !nt_failed(st); version++)
        st = run(db->handle, db->schema->migrations[version]);
    if (nt_failed(st))
        return st;
    (void)snprintf(set_version, sizeof(set_version), "PRAGMA user_version = %zu", version);
    return run(db->handle, set_version);
}

static nt_status migrate(database *db)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    size_t version = 0;
    nt_status st = transaction_begin(&t, db);

    if (!nt_failed(st))
        st = read_version(db->handle, &version);
    if (!nt_failed(st) && version < db->schema->n_migrations)
        st = migrate_from(db, version);
    return nt_failed(st) ? st : transaction_commit(&t);
}

/* Of two that open a new database at once SQLite tells one, and does not wait: the lock that it has
 * and the one that it needs would make a deadlock. */
static nt_status use_wal(sqlite3 *handle)
{
    nt_status st = run(handle, "PRAGMA journal_mode = WAL");

    for (int waited = 0; NT_IS(st, DEVICE_BUSY) && waited < BUSY_TIMEOUT_MS;
         waited += BUSY_PAUSE_MS) {
        (void)sqlite3_sleep(BUSY_PAUSE_MS);
        st = run(handle, "PRAGMA journal_mode = WAL");
    }
    return st;
}

static nt_status configure(database *db)
{
    size_t version = 0;
    nt_status st;

    (void)sqlite3_extended_result_codes(db->handle, 1);
    (void)sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    st = use_wal(db->handle);
    if (!nt_failed(st))
        st = run(db->handle, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                             " PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;");
    if (!nt_failed(st))
        st = read_version(db->handle, &version);
    if (nt_failed(st))
        return st;
    if (version > db->schema->n_migrations)
        return NT(REVISION_MISMATCH);
    return version < db->schema->n_migrations ? migrate(db) : NT_OK;
}

static nt_status open_file(database *db, const char *path)
{
    nt_status st = make_private_file(path);
    int r;

    if (nt_failed(st))
        return st;
    r = sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    return r == SQLITE_OK ? configure(db) : nt_from_sqlite(db->handle, r);
}

nt_status database_open(database **ret, const char *state_dir, const struct database_schema *schema)
{
    _cleanup_(database_closep) database *db = calloc(1, sizeof(*db));
    _cleanup_(freep) char *path = NULL;
    nt_status st;

    if (!db)
        return NT(NO_MEMORY);
    db->schema = schema;
    db->statements = calloc(schema->n_statements, sizeof(sqlite3_stmt *));
    if (!db->statements || asprintf(&path, "%s/%s", state_dir, schema->file) < 0)
        return NT(NO_MEMORY);
    st = open_file(db, path);
    if (nt_failed(st))
        return st;
    *ret = TAKE(db);
    return NT_OK;
}

database *database_close(database *db)
{
    if (!db)
        return NULL;
    for (size_t i = 0; db->statements && i < db->schema->n_statements; i++)
        (void)sqlite3_finalize(db->statements[i]);
    free(db->statements);
    (void)sqlite3_close(db->handle);
    free(db);
    return NULL;
}

nt_status database_set_sync(database *db, enum database_sync sync)
{
    return run(db->handle, sync == DATABASE_SYNC_LATER ? "PRAGMA synchronous = NORMAL"
                                                       : "PRAGMA synchronous = FULL");
}

/* --- transactions ----------------------------------------------------------------------------- */

nt_status transaction_begin(struct transaction *ret, database *db)
{
    nt_status st = run(db->handle, "BEGIN IMMEDIATE");

    if (nt_failed(st))
        return st;
    *ret = (struct transaction){ .db = db };
    return NT_OK;
}

nt_status transaction_commit(struct transaction *t)
{
    nt_status st = run(t->db->handle, "COMMIT");

    if (nt_failed(st))
        transaction_done(t);
    *t = (struct transaction){ 0 };
    return st;
}

/* SQLite itself may have rolled back already, on a full disk say. */
void transaction_done(struct transaction *t)
{
    if (t->db && !sqlite3_get_autocommit(t->db->handle))
        (void)run(t->db->handle, "ROLLBACK");
    *t = (struct transaction){ 0 };
}

/* --- statements ------------------------------------------------------------------------------- */

void query_start(struct query *q, database *db, size_t statement)
{
    sqlite3_stmt **slot = &db->statements[statement];

    *q = (struct query){ .db = db, .result = SQLITE_OK };
    if (!*slot)
        q->result = sqlite3_prepare_v3(db->handle, db->schema->statements[statement], -1,
                                       SQLITE_PREPARE_PERSISTENT, slot, NULL);
    q->statement = *slot;
}

void query_done(struct query *q)
{
    if (!q->statement)
        return;
    (void)sqlite3_reset(q->statement);
    (void)sqlite3_clear_bindings(q->statement);
    q->statement = NULL;
}

void query_bind_int(struct query *q, int parameter, int64_t value)
{
    if (q->result == SQLITE_OK)
        q->result = sqlite3_bind_int64(q->statement, parameter, value);
}

void query_bind_text(struct query *q, int parameter, const char *text)
{
    if (q->result == SQLITE_OK)
        q->result = sqlite3_bind_text(q->statement, parameter, text, -1, SQLITE_STATIC);
}

/* An empty one is no NULL. */
void query_bind_blob(struct query *q, int parameter, const void *bytes, size_t size)
{
    if (q->result == SQLITE_OK)
        q->result = sqlite3_bind_blob64(q->statement, parameter, size > 0 ? bytes : "", size,
                                        SQLITE_STATIC);
}

bool query_next(struct query *q)
{
    if (q->result == SQLITE_OK || q->result == SQLITE_ROW)
        q->result = sqlite3_step(q->statement);
    return q->result == SQLITE_ROW;
}

nt_status query_status(const struct query *q)
{
    return nt_from_sqlite(q->db->handle, q->result);
}

/* The step that ends the statement is the one that commits. */
nt_status query_run(struct query *q, size_t *ret_rows)
{
    nt_status st;

    while (query_next(q))
        continue;
    st = query_status(q);
    if (!nt_failed(st) && ret_rows)
        *ret_rows = (size_t)sqlite3_changes64(q->db->handle);
    return st;
}

int64_t query_int(struct query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

const char *query_text(struct query *q, int column)
{
    return (const char *)sqlite3_column_text(q->statement, column);
}

const void *query_blob(struct query *q, int column, size_t *ret_size)
{
    const void *bytes = sqlite3_column_blob(q->statement, column);

    *ret_size = (size_t)sqlite3_column_bytes(q->statement, column);
    return bytes;
}

char *query_text_dup(struct query *q, int column)
{
    const char *text = query_text(q, column);

    return text ? strdup(text) : NULL;
}
