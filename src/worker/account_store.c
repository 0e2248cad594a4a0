/* SPDX-License-Identifier: MIT */
#include "worker/account_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/secret.h"
#include "worker/account_name.h"
#include "worker/password_hash.h"

enum {
    BUSY_TIMEOUT_MS = 5000,
    STORE_MODE = 0600,
};

/* The i-th brings a database of version i to version i + 1 (PRAGMA user_version). Never edit one
 * that was released: append. */
static const char *const migrations[] = {
    "CREATE TABLE accounts ("
    " uid INTEGER PRIMARY KEY AUTOINCREMENT," /* sqlite_sequence keeps the highest ever given */
    " name TEXT NOT NULL,"
    " folded TEXT NOT NULL UNIQUE,"
    " full_name TEXT NOT NULL,"
    " password TEXT NOT NULL,"
    " flags INTEGER NOT NULL DEFAULT 0,"
    " password_last_set INTEGER NOT NULL,"
    " created INTEGER NOT NULL"
    ") STRICT",
};

enum statement {
    STATEMENT_ADD,
    STATEMENT_FIND,
    STATEMENT_FIND_UID,
    STATEMENT_LIST,
    STATEMENT_DELETE,
    STATEMENT_SET_FLAGS,
    STATEMENT_SET_PASSWORD,
    STATEMENT_MAX_,
};

/* Columns 0..6 of every SELECT here are what account_of_row() and column_hash() read. */
#define ACCOUNT_COLUMNS "name, full_name, uid, flags, password_last_set, created, password"

static const char *const statement_texts[STATEMENT_MAX_] = {
    [STATEMENT_ADD] =
        "INSERT INTO accounts(uid, name, folded, full_name, password, password_last_set, created)"
        " SELECT next.uid, ?3, ?4, ?5, ?6, ?7, ?7 FROM (SELECT max(?1, 1 + coalesce("
        "  (SELECT seq FROM sqlite_sequence WHERE name = 'accounts'), 0)) AS uid) AS next"
        " WHERE next.uid <= ?2 RETURNING uid",
    [STATEMENT_FIND] = "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE folded = ?1",
    [STATEMENT_FIND_UID] = "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE uid = ?1",
    [STATEMENT_LIST] =
        "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE uid > ?1 ORDER BY uid LIMIT ?2",
    [STATEMENT_DELETE] = "DELETE FROM accounts WHERE folded = ?1",
    [STATEMENT_SET_FLAGS] = "UPDATE accounts SET flags = ?2 WHERE folded = ?1",
    [STATEMENT_SET_PASSWORD] =
        "UPDATE accounts SET password = ?2, password_last_set = ?3 WHERE folded = ?1",
};

enum { COLUMN_HASH = 6 };

struct account_store {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_MAX_]; /* prepared when first used */
};

static const struct {
    int result;
    nt_status status;
} result_statuses[] = {
    { SQLITE_FULL, { STATUS_DISK_FULL } },
    { SQLITE_CORRUPT, { STATUS_INTERNAL_DB_CORRUPTION } },
    { SQLITE_NOTADB, { STATUS_INTERNAL_DB_CORRUPTION } },
    { SQLITE_READONLY, { STATUS_MEDIA_WRITE_PROTECTED } },
    { SQLITE_CANTOPEN, { STATUS_ACCESS_DENIED } },
    { SQLITE_PERM, { STATUS_ACCESS_DENIED } },
    { SQLITE_AUTH, { STATUS_ACCESS_DENIED } },
    { SQLITE_IOERR, { STATUS_IO_DEVICE_ERROR } },
    { SQLITE_BUSY, { STATUS_DEVICE_BUSY } },
    { SQLITE_LOCKED, { STATUS_DEVICE_BUSY } },
    { SQLITE_NOMEM, { STATUS_NO_MEMORY } },
};

/* A full file system shows as SQLITE_FULL or, where SQLite maps memory, as an I/O error. */
static bool disk_is_full(sqlite3 *db, int primary)
{
    int error = db ? sqlite3_system_errno(db) : 0;

    return primary == SQLITE_IOERR && (error == ENOSPC || error == EDQUOT);
}

static nt_status status_of(sqlite3 *db, int result)
{
    int primary = result & 0xff;

    if (primary == SQLITE_OK || primary == SQLITE_ROW || primary == SQLITE_DONE)
        return NT_OK;
    if (disk_is_full(db, primary))
        return NT(DISK_FULL);
    for (size_t i = 0; i < ARRAY_SIZE(result_statuses); i++) {
        if (result_statuses[i].result == primary)
            return result_statuses[i].status;
    }
    return NT(INTERNAL_DB_ERROR);
}

void account_done(struct account *account)
{
    free(account->name);
    free(account->full_name);
    *account = (struct account){ 0 };
}

void account_page_done(struct account_page *page)
{
    for (size_t i = 0; i < page->n_accounts; i++)
        account_done(&page->accounts[i]);
    free(page->accounts);
    *page = (struct account_page){ 0 };
}

/* --- opening ---------------------------------------------------------------------------------- */

/* SQLite gives -wal and -shm the mode of the database, so the mode is made right before it comes.
 */
static nt_status make_private_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, STORE_MODE);
    struct stat now;
    int r = 0;

    if (fd < 0)
        return nt_from_errno(errno);
    if (fstat(fd, &now) < 0 || ((now.st_mode & 077) != 0 && fchmod(fd, STORE_MODE) < 0))
        r = -errno;
    (void)close(fd);
    return r < 0 ? nt_from_errno(r) : NT_OK;
}

static nt_status run(sqlite3 *db, const char *sql)
{
    return status_of(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static nt_status read_version(sqlite3 *db, size_t *ret)
{
    sqlite3_stmt *query = NULL;
    int r = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &query, NULL);

    if (r == SQLITE_OK)
        r = sqlite3_step(query);
    if (r == SQLITE_ROW)
        *ret = (size_t)sqlite3_column_int(query, 0);
    (void)sqlite3_finalize(query);
    return r == SQLITE_DONE ? NT(INTERNAL_DB_CORRUPTION) : status_of(db, r);
}

static nt_status migrate_from(sqlite3 *db, size_t version)
{
    char set_version[64];
    nt_status st = NT_OK;

    for (; version < ARRAY_SIZE(migrations) && !nt_failed(st); version++)
        st = run(db, migrations[version]);
    if (nt_failed(st))
        return st;
    (void)snprintf(set_version, sizeof(set_version), "PRAGMA user_version = %zu", version);
    return run(db, set_version);
}

static nt_status migrate(sqlite3 *db)
{
    size_t version = 0;
    nt_status st = run(db, "BEGIN IMMEDIATE");

    if (nt_failed(st))
        return st;
    st = read_version(db, &version);
    if (!nt_failed(st) && version < ARRAY_SIZE(migrations))
        st = migrate_from(db, version);
    if (!nt_failed(st))
        st = run(db, "COMMIT");
    if (nt_failed(st))
        (void)run(db, "ROLLBACK");
    return st;
}

static nt_status configure(sqlite3 *db)
{
    size_t version = 0;
    nt_status st;

    (void)sqlite3_extended_result_codes(db, 1);
    (void)sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    st = run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                 " PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;");
    if (!nt_failed(st))
        st = read_version(db, &version);
    if (nt_failed(st))
        return st;
    if (version > ARRAY_SIZE(migrations))
        return NT(REVISION_MISMATCH);
    return version < ARRAY_SIZE(migrations) ? migrate(db) : NT_OK;
}

nt_status account_store_open(account_store **ret, const char *state_dir)
{
    _cleanup_(account_store_closep) account_store *store = calloc(1, sizeof(*store));
    _cleanup_(freep) char *path = NULL;
    nt_status st;
    int r;

    if (!store || asprintf(&path, "%s/accounts.db", state_dir) < 0)
        return NT(NO_MEMORY);
    st = make_private_file(path);
    if (nt_failed(st))
        return st;
    r = sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    st = r == SQLITE_OK ? configure(store->db) : status_of(store->db, r);
    if (nt_failed(st))
        return st;
    *ret = TAKE(store);
    return NT_OK;
}

account_store *account_store_close(account_store *store)
{
    if (!store)
        return NULL;
    for (size_t i = 0; i < STATEMENT_MAX_; i++)
        (void)sqlite3_finalize(store->statements[i]);
    (void)sqlite3_close(store->db);
    free(store);
    return NULL;
}

/* --- statements ------------------------------------------------------------------------------- */

/* One use of a prepared statement: result of the last call, later calls do nothing after a failure.
 * query_done() resets it and forgets what was bound. */
struct query {
    account_store *store;
    sqlite3_stmt *statement;
    int result;
};

static void query_start(struct query *q, account_store *store, enum statement which)
{
    sqlite3_stmt **slot = &store->statements[which];

    *q = (struct query){ .store = store, .result = SQLITE_OK };
    if (!*slot)
        q->result = sqlite3_prepare_v3(store->db, statement_texts[which], -1,
                                       SQLITE_PREPARE_PERSISTENT, slot, NULL);
    q->statement = *slot;
}

static void query_done(struct query *q)
{
    if (!q->statement)
        return;
    (void)sqlite3_reset(q->statement);
    (void)sqlite3_clear_bindings(q->statement);
}

static void query_bind_int(struct query *q, int column, int64_t value)
{
    if (q->result == SQLITE_OK)
        q->result = sqlite3_bind_int64(q->statement, column, value);
}

static void query_bind_text(struct query *q, int column, const char *text)
{
    if (q->result == SQLITE_OK)
        q->result = sqlite3_bind_text(q->statement, column, text, -1, SQLITE_STATIC);
}

/* True when there is a row; false at the end and on failure (see q->result). */
static bool query_next(struct query *q)
{
    if (q->result == SQLITE_OK || q->result == SQLITE_ROW)
        q->result = sqlite3_step(q->statement);
    return q->result == SQLITE_ROW;
}

static nt_status query_status(const struct query *q)
{
    return status_of(q->store->db, q->result);
}

/* Runs a change to the account of a name that is bound as ?1. */
static nt_status query_change(struct query *q)
{
    while (query_next(q))
        continue;
    if (q->result != SQLITE_DONE)
        return query_status(q);
    return sqlite3_changes(q->store->db) > 0 ? NT_OK : NT(NO_SUCH_USER);
}

/* A name that cannot be an account's has none. */
static nt_status fold_to_find(char **ret, const char *name)
{
    nt_status st = account_name_fold(ret, name);

    return NT_IS(st, INVALID_ACCOUNT_NAME) ? NT(NO_SUCH_USER) : st;
}

static char *column_dup(struct query *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q->statement, column);

    return text ? strdup(text) : NULL;
}

static nt_status account_of_row(struct account *ret, struct query *q)
{
    struct account a = { .name = column_dup(q, 0), .full_name = column_dup(q, 1) };

    if (!a.name || !a.full_name) {
        account_done(&a);
        return NT(NO_MEMORY);
    }
    a.uid = (uint32_t)sqlite3_column_int64(q->statement, 2);
    a.flags = (uint32_t)sqlite3_column_int64(q->statement, 3);
    a.password_last_set = sqlite3_column_int64(q->statement, 4);
    a.created = sqlite3_column_int64(q->statement, 5);
    *ret = a;
    return NT_OK;
}

static nt_status query_account(struct query *q, struct account *ret)
{
    if (query_next(q))
        return account_of_row(ret, q);
    return q->result == SQLITE_DONE ? NT(NO_SUCH_USER) : query_status(q);
}

/* --- what the header tells -------------------------------------------------------------------- */

static nt_status add_row(account_store *store, uint32_t *ret_uid, const struct account_spec *spec,
                         const char *folded, const char *hash)
{
    _cleanup_(query_done) struct query q = { 0 };
    int64_t uid = 0;

    query_start(&q, store, STATEMENT_ADD);
    query_bind_int(&q, 1, spec->uid_first);
    query_bind_int(&q, 2, spec->uid_last);
    query_bind_text(&q, 3, spec->name);
    query_bind_text(&q, 4, folded);
    query_bind_text(&q, 5, spec->full_name);
    query_bind_text(&q, 6, hash);
    query_bind_int(&q, 7, spec->now);
    while (query_next(&q)) /* the step that ends the statement is the one that commits */
        uid = sqlite3_column_int64(q.statement, 0);
    if (q.result == SQLITE_CONSTRAINT_UNIQUE)
        return NT(USER_EXISTS);
    if (q.result != SQLITE_DONE)
        return query_status(&q);
    if (uid == 0)
        return NT(QUOTA_EXCEEDED);
    *ret_uid = (uint32_t)uid;
    return NT_OK;
}

nt_status account_store_add(account_store *store, uint32_t *ret_uid,
                            const struct account_spec *spec)
{
    _cleanup_(freep) char *folded = NULL;
    char hash[PASSWORD_HASH_SIZE];
    nt_status st = account_name_check(spec->name);

    if (!nt_failed(st))
        st = account_full_name_check(spec->full_name);
    if (!nt_failed(st))
        st = account_name_fold(&folded, spec->name);
    if (!nt_failed(st))
        st = password_hash_make(hash, spec->password, spec->password_size);
    if (nt_failed(st))
        return st;
    st = add_row(store, ret_uid, spec, folded, hash);
    secret_wipe(hash, sizeof(hash));
    return st;
}

nt_status account_store_find(account_store *store, struct account *ret, const char *name)
{
    _cleanup_(freep) char *folded = NULL;
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st = fold_to_find(&folded, name);

    if (nt_failed(st))
        return st;
    query_start(&q, store, STATEMENT_FIND);
    query_bind_text(&q, 1, folded);
    return query_account(&q, ret);
}

nt_status account_store_find_uid(account_store *store, struct account *ret, uint32_t uid)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store, STATEMENT_FIND_UID);
    query_bind_int(&q, 1, uid);
    return query_account(&q, ret);
}

nt_status account_store_delete(account_store *store, const char *name)
{
    _cleanup_(freep) char *folded = NULL;
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st = fold_to_find(&folded, name);

    if (nt_failed(st))
        return st;
    query_start(&q, store, STATEMENT_DELETE);
    query_bind_text(&q, 1, folded);
    return query_change(&q);
}

nt_status account_store_set_flags(account_store *store, const char *name, uint32_t flags)
{
    _cleanup_(freep) char *folded = NULL;
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st = fold_to_find(&folded, name);

    if (nt_failed(st))
        return st;
    query_start(&q, store, STATEMENT_SET_FLAGS);
    query_bind_text(&q, 1, folded);
    query_bind_int(&q, 2, flags);
    return query_change(&q);
}

nt_status account_store_set_password(account_store *store, const char *name, const void *password,
                                     size_t size, int64_t now)
{
    _cleanup_(freep) char *folded = NULL;
    _cleanup_(query_done) struct query q = { 0 };
    char hash[PASSWORD_HASH_SIZE];
    nt_status st = fold_to_find(&folded, name);

    if (!nt_failed(st))
        st = password_hash_make(hash, password, size);
    if (nt_failed(st))
        return st;
    query_start(&q, store, STATEMENT_SET_PASSWORD);
    query_bind_text(&q, 1, folded);
    query_bind_text(&q, 2, hash);
    query_bind_int(&q, 3, now);
    st = query_change(&q);
    secret_wipe(hash, sizeof(hash));
    return st;
}

/* The account and its hash; no statement stays open, so that none is while a hash is computed. */
static nt_status find_with_hash(account_store *store, struct account *ret, char **ret_hash,
                                const char *name)
{
    _cleanup_(freep) char *folded = NULL;
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st = fold_to_find(&folded, name);

    if (nt_failed(st))
        return st;
    query_start(&q, store, STATEMENT_FIND);
    query_bind_text(&q, 1, folded);
    st = query_account(&q, ret);
    if (nt_failed(st))
        return st;
    *ret_hash = column_dup(&q, COLUMN_HASH);
    if (*ret_hash)
        return NT_OK;
    account_done(ret);
    return NT(NO_MEMORY);
}

nt_status account_store_verify(account_store *store, struct account *ret, const char *name,
                               const void *password, size_t size)
{
    _cleanup_(freep) char *hash = NULL;
    struct account found = { 0 };
    nt_status st = find_with_hash(store, &found, &hash, name);

    if (nt_failed(st))
        return st;
    st = password_hash_verify(hash, password, size);
    secret_wipe(hash, strlen(hash));
    if (nt_failed(st) && !NT_IS(st, WRONG_PASSWORD)) {
        account_done(&found);
        return st;
    }
    *ret = found;
    return st;
}

nt_status account_store_list(account_store *store, struct account_page *ret, uint32_t after,
                             size_t max)
{
    _cleanup_(account_page_done) struct account_page page = { 0 };
    _cleanup_(query_done) struct query q = { 0 };

    if (max > ACCOUNT_PAGE_MAX)
        max = ACCOUNT_PAGE_MAX;
    page.accounts = calloc(max + 1, sizeof(*page.accounts));
    if (!page.accounts)
        return NT(NO_MEMORY);
    query_start(&q, store, STATEMENT_LIST);
    query_bind_int(&q, 1, after);
    query_bind_int(&q, 2, (int64_t)max + 1);
    while (query_next(&q)) {
        nt_status st;

        page.more = page.n_accounts == max;
        if (page.more)
            break;
        st = account_of_row(&page.accounts[page.n_accounts], &q);
        if (nt_failed(st))
            return st;
        page.n_accounts++;
    }
    if (q.result != SQLITE_DONE && !page.more)
        return query_status(&q);
    *ret = page;
    page = (struct account_page){ 0 };
    return NT_OK;
}
