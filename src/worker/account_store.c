/* SPDX-License-Identifier: MIT */
#include "worker/account_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "worker/account_name.h"
#include "worker/database.h"
#include "worker/password_hash.h"

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

static const struct database_schema schema = { .file = "accounts.db",
                                               .migrations = migrations,
                                               .n_migrations = ARRAY_SIZE(migrations),
                                               .statements = statement_texts,
                                               .n_statements = STATEMENT_MAX_ };

struct account_store {
    database *db;
};

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

nt_status account_store_open(account_store **ret, const char *state_dir)
{
    _cleanup_(account_store_closep) account_store *store = calloc(1, sizeof(*store));
    nt_status st;

    if (!store)
        return NT(NO_MEMORY);
    st = database_open(&store->db, state_dir, &schema);
    if (nt_failed(st))
        return st;
    *ret = TAKE(store);
    return NT_OK;
}

account_store *account_store_close(account_store *store)
{
    if (!store)
        return NULL;
    (void)database_close(store->db);
    free(store);
    return NULL;
}

/* --- statements ------------------------------------------------------------------------------- */

/* Runs a change to the account of a name that is bound as ?1. */
static nt_status query_change(struct query *q)
{
    size_t rows = 0;
    nt_status st = query_run(q, &rows);

    if (nt_failed(st))
        return st;
    return rows > 0 ? NT_OK : NT(NO_SUCH_USER);
}

/* A name that cannot be an account's has none. */
static nt_status fold_to_find(char **ret, const char *name)
{
    nt_status st = account_name_fold(ret, name);

    return NT_IS(st, INVALID_ACCOUNT_NAME) ? NT(NO_SUCH_USER) : st;
}

static nt_status account_of_row(struct account *ret, struct query *q)
{
    struct account a = { .name = query_text_dup(q, 0), .full_name = query_text_dup(q, 1) };

    if (!a.name || !a.full_name) {
        account_done(&a);
        return NT(NO_MEMORY);
    }
    a.uid = (uint32_t)query_int(q, 2);
    a.flags = (uint32_t)query_int(q, 3);
    a.password_last_set = query_int(q, 4);
    a.created = query_int(q, 5);
    *ret = a;
    return NT_OK;
}

static nt_status query_account(struct query *q, struct account *ret)
{
    if (query_next(q))
        return account_of_row(ret, q);
    return nt_failed(query_status(q)) ? query_status(q) : NT(NO_SUCH_USER);
}

/* --- what the header tells -------------------------------------------------------------------- */

static nt_status add_row(account_store *store, uint32_t *ret_uid, const struct account_spec *spec,
                         const char *folded, const char *hash)
{
    _cleanup_(query_done) struct query q = { 0 };
    int64_t uid = 0;
    nt_status st;

    query_start(&q, store->db, STATEMENT_ADD);
    query_bind_int(&q, 1, spec->uid_first);
    query_bind_int(&q, 2, spec->uid_last);
    query_bind_text(&q, 3, spec->name);
    query_bind_text(&q, 4, folded);
    query_bind_text(&q, 5, spec->full_name);
    query_bind_text(&q, 6, hash);
    query_bind_int(&q, 7, spec->now);
    while (query_next(&q)) /* the step that ends the statement is the one that commits */
        uid = query_int(&q, 0);
    st = query_status(&q);
    if (nt_failed(st))
        return NT_IS(st, OBJECT_NAME_COLLISION) ? NT(USER_EXISTS) : st;
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
    query_start(&q, store->db, STATEMENT_FIND);
    query_bind_text(&q, 1, folded);
    return query_account(&q, ret);
}

nt_status account_store_find_uid(account_store *store, struct account *ret, uint32_t uid)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, STATEMENT_FIND_UID);
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
    query_start(&q, store->db, STATEMENT_DELETE);
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
    query_start(&q, store->db, STATEMENT_SET_FLAGS);
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
    query_start(&q, store->db, STATEMENT_SET_PASSWORD);
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
    query_start(&q, store->db, STATEMENT_FIND);
    query_bind_text(&q, 1, folded);
    st = query_account(&q, ret);
    if (nt_failed(st))
        return st;
    *ret_hash = query_text_dup(&q, COLUMN_HASH);
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
    query_start(&q, store->db, STATEMENT_LIST);
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
    if (nt_failed(query_status(&q)))
        return query_status(&q);
    *ret = page;
    page = (struct account_page){ 0 };
    return NT_OK;
}
