/* SPDX-License-Identifier: MIT */
#include "worker/policy_store.h"

#include <stdlib.h>
#include <string.h>

#include "worker/database.h"
#include "worker/policy_seal.h"

/* The i-th brings a database of version i to version i + 1. Never edit one that was released:
 * append. SIDs are text, so that an administrator can read the table with any tool. */
static const char *const migrations[] = {
    "CREATE TABLE state (name TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT;"
    "CREATE TABLE accounts ("
    " sid TEXT PRIMARY KEY,"
    " logon_rights INTEGER NOT NULL," /* bits of [MS-LSAD] 2.2.1.2 */
    " privileges INTEGER NOT NULL"    /* bit n: the privilege with LUID n */
    ") STRICT;"
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;"
    "CREATE TABLE secrets (name TEXT PRIMARY KEY COLLATE NOCASE, sealed BLOB NOT NULL) STRICT",
};

enum statement {
    STATEMENT_GENERATION,
    STATEMENT_NEXT_GENERATION,
    STATEMENT_FIRST_GENERATION,
    STATEMENT_LIST_ACCOUNTS,
    STATEMENT_FIND_ACCOUNT,
    STATEMENT_COUNT_ACCOUNTS,
    STATEMENT_PUT_ACCOUNT,
    STATEMENT_DELETE_ACCOUNT,
    STATEMENT_LIST_SETTINGS,
    STATEMENT_PUT_SETTING,
    STATEMENT_DELETE_SETTING,
    STATEMENT_FIND_SECRET,
    STATEMENT_COUNT_OTHER_SECRETS,
    STATEMENT_PUT_SECRET,
    STATEMENT_DELETE_SECRET,
    STATEMENT_DELETE_CHECK,
    STATEMENT_MAX_,
};

static const char *const statement_texts[STATEMENT_MAX_] = {
    [STATEMENT_GENERATION] = "SELECT number FROM state WHERE name = 'generation'",
    [STATEMENT_NEXT_GENERATION] = "UPDATE state SET number = number + 1 WHERE name = 'generation'",
    [STATEMENT_FIRST_GENERATION] = "INSERT INTO state(name, number) VALUES ('generation', 1)",
    [STATEMENT_LIST_ACCOUNTS] =
        "SELECT sid, logon_rights, privileges FROM accounts ORDER BY sid LIMIT ?1",
    [STATEMENT_FIND_ACCOUNT] = "SELECT logon_rights, privileges FROM accounts WHERE sid = ?1",
    [STATEMENT_COUNT_ACCOUNTS] = "SELECT count(*) FROM accounts",
    [STATEMENT_PUT_ACCOUNT] = "INSERT OR REPLACE INTO accounts VALUES (?1, ?2, ?3)",
    [STATEMENT_DELETE_ACCOUNT] = "DELETE FROM accounts WHERE sid = ?1",
    [STATEMENT_LIST_SETTINGS] = "SELECT name, value FROM settings ORDER BY name LIMIT ?1",
    [STATEMENT_PUT_SETTING] = "INSERT OR REPLACE INTO settings VALUES (?1, ?2)",
    [STATEMENT_DELETE_SETTING] = "DELETE FROM settings WHERE name = ?1",
    [STATEMENT_FIND_SECRET] = "SELECT name, sealed FROM secrets WHERE name = ?1",
    [STATEMENT_COUNT_OTHER_SECRETS] = "SELECT count(*) FROM secrets WHERE name NOT IN ('', ?1)",
    [STATEMENT_PUT_SECRET] = "INSERT OR REPLACE INTO secrets VALUES (?1, ?2)",
    [STATEMENT_DELETE_SECRET] = "DELETE FROM secrets WHERE name = ?1",
    [STATEMENT_DELETE_CHECK] =
        "DELETE FROM secrets WHERE name = '' AND (SELECT count(*) FROM secrets) = 1",
};

static const struct database_schema schema = { .file = "policy.db",
                                               .migrations = migrations,
                                               .n_migrations = ARRAY_SIZE(migrations),
                                               .statements = statement_texts,
                                               .n_statements = STATEMENT_MAX_ };

struct policy_store {
    database *db;
    char *state_dir; /* where the key is looked for */
};

/* --- statements ------------------------------------------------------------------------------- */

/* A number that a statement without parameters gives; 0 when it has no row. */
static nt_status read_number(policy_store *store, enum statement statement, int64_t *ret)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, statement);
    *ret = query_next(&q) ? query_int(&q, 0) : 0;
    return query_status(&q);
}

static nt_status run(policy_store *store, enum statement statement)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, statement);
    return query_run(&q, NULL);
}

static nt_status run_with_text(policy_store *store, enum statement statement, const char *text)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, statement);
    query_bind_text(&q, 1, text);
    return query_run(&q, NULL);
}

static nt_status run_with_blob(policy_store *store, enum statement statement, const char *text,
                               const void *bytes, size_t size)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, statement);
    query_bind_text(&q, 1, text);
    query_bind_blob(&q, 2, bytes, size);
    return query_run(&q, NULL);
}

/* Ends a transaction that changed something openlogond has a copy of. */
static nt_status commit_change(policy_store *store, struct transaction *t)
{
    nt_status st = run(store, STATEMENT_NEXT_GENERATION);

    return nt_failed(st) ? st : transaction_commit(t);
}

/* --- rights ----------------------------------------------------------------------------------- */

static nt_status put_account(policy_store *store, const SID *sid, struct account_rights rights)
{
    _cleanup_(query_done) struct query q = { 0 };
    char text[SID_TEXT_SIZE];

    (void)sid_to_text(text, sid);
    if (account_rights_empty(rights))
        return run_with_text(store, STATEMENT_DELETE_ACCOUNT, text);
    query_start(&q, store->db, STATEMENT_PUT_ACCOUNT);
    query_bind_text(&q, 1, text);
    query_bind_int(&q, 2, rights.logon);
    query_bind_int(&q, 3, (int64_t)rights.privileges);
    return query_run(&q, NULL);
}

static nt_status rights_of_row(struct query *q, int column, struct account_rights *ret)
{
    int64_t logon = query_int(q, column);

    *ret = (struct account_rights){ (uint32_t)logon, (uint64_t)query_int(q, column + 1) };
    return logon == (uint32_t)logon && account_rights_valid(*ret) ? NT_OK
                                                                  : NT(INTERNAL_DB_CORRUPTION);
}

/* Nothing, when it is not there. */
static nt_status find_account(policy_store *store, const SID *sid, struct account_rights *ret)
{
    _cleanup_(query_done) struct query q = { 0 };
    char text[SID_TEXT_SIZE];

    *ret = (struct account_rights){ 0 };
    (void)sid_to_text(text, sid);
    query_start(&q, store->db, STATEMENT_FIND_ACCOUNT);
    query_bind_text(&q, 1, text);
    return query_next(&q) ? rights_of_row(&q, 0, ret) : query_status(&q);
}

static nt_status check_room(policy_store *store)
{
    int64_t n = 0;
    nt_status st = read_number(store, STATEMENT_COUNT_ACCOUNTS, &n);

    if (nt_failed(st))
        return st;
    return n < POLICY_ACCOUNTS_MAX ? NT_OK : NT(INSUFFICIENT_RESOURCES);
}

nt_status policy_store_change_rights(policy_store *store, const SID *sid, struct account_rights add,
                                     struct account_rights remove)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    struct account_rights rights;
    nt_status st;

    if (!account_rights_valid(add) || !account_rights_valid(remove))
        return NT(INVALID_PARAMETER);
    st = transaction_begin(&t, store->db);
    if (!nt_failed(st))
        st = find_account(store, sid, &rights);
    if (nt_failed(st))
        return st;
    if (account_rights_empty(rights))
        st = account_rights_empty(add) ? NT(OBJECT_NAME_NOT_FOUND) : check_room(store);
    if (!nt_failed(st))
        st =
            put_account(store, sid, account_rights_remove(account_rights_add(rights, add), remove));
    return nt_failed(st) ? st : commit_change(store, &t);
}

/* --- settings --------------------------------------------------------------------------------- */

static nt_status put_setting(policy_store *store, const struct policy_store_setting *setting)
{
    if (!*setting->name || strlen(setting->name) > POLICY_SETTING_NAME_MAX ||
        setting->size > POLICY_SETTING_VALUE_MAX)
        return NT(INVALID_PARAMETER);
    if (!setting->bytes)
        return run_with_text(store, STATEMENT_DELETE_SETTING, setting->name);
    return run_with_blob(store, STATEMENT_PUT_SETTING, setting->name, setting->bytes,
                         setting->size);
}

nt_status policy_store_set(policy_store *store, const struct policy_store_setting *settings,
                           size_t n)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    nt_status st;

    if (n > POLICY_SETTINGS_MAX)
        return NT(INVALID_PARAMETER);
    st = transaction_begin(&t, store->db);
    for (size_t i = 0; i < n && !nt_failed(st); i++)
        st = put_setting(store, &settings[i]);
    return nt_failed(st) ? st : commit_change(store, &t);
}

/* --- reading ---------------------------------------------------------------------------------- */

void policy_snapshot_done(struct policy_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->n_values; i++) {
        free(snapshot->values[i].name);
        free(snapshot->values[i].bytes);
    }
    free(snapshot->values);
    free(snapshot->accounts);
    *snapshot = (struct policy_snapshot){ 0 };
}

static nt_status account_of_row(struct query *q, struct policy_store_account *ret)
{
    const char *text = query_text(q, 0);

    if (!text)
        return NT(NO_MEMORY);
    if (nt_failed(sid_from_text(&ret->sid, NULL, text, strlen(text))))
        return NT(INTERNAL_DB_CORRUPTION);
    return rights_of_row(q, 1, &ret->rights);
}

static nt_status read_accounts(policy_store *store, struct policy_snapshot *ret)
{
    _cleanup_(query_done) struct query q = { 0 };

    ret->accounts = calloc(POLICY_ACCOUNTS_MAX, sizeof(*ret->accounts));
    if (!ret->accounts)
        return NT(NO_MEMORY);
    query_start(&q, store->db, STATEMENT_LIST_ACCOUNTS);
    query_bind_int(&q, 1, POLICY_ACCOUNTS_MAX + 1);
    while (query_next(&q)) {
        nt_status st = ret->n_accounts < POLICY_ACCOUNTS_MAX
                           ? account_of_row(&q, &ret->accounts[ret->n_accounts])
                           : NT(INTERNAL_DB_CORRUPTION);
        if (nt_failed(st))
            return st;
        ret->n_accounts++;
    }
    return query_status(&q);
}

static nt_status value_of_row(struct query *q, struct policy_store_value *ret)
{
    const void *bytes = query_blob(q, 1, &ret->size);

    ret->name = query_text_dup(q, 0);
    ret->bytes = malloc(ret->size + 1);
    if (!ret->name || !ret->bytes)
        return NT(NO_MEMORY);
    if (ret->size > 0)
        memcpy(ret->bytes, bytes, ret->size);
    return ret->size <= POLICY_SETTING_VALUE_MAX ? NT_OK : NT(INTERNAL_DB_CORRUPTION);
}

static nt_status read_values(policy_store *store, struct policy_snapshot *ret)
{
    _cleanup_(query_done) struct query q = { 0 };

    ret->values = calloc(POLICY_SETTINGS_MAX, sizeof(*ret->values));
    if (!ret->values)
        return NT(NO_MEMORY);
    query_start(&q, store->db, STATEMENT_LIST_SETTINGS);
    query_bind_int(&q, 1, POLICY_SETTINGS_MAX + 1);
    while (query_next(&q)) {
        nt_status st;

        if (ret->n_values >= POLICY_SETTINGS_MAX)
            return NT(INTERNAL_DB_CORRUPTION);
        st = value_of_row(&q, &ret->values[ret->n_values++]);
        if (nt_failed(st))
            return st;
    }
    return query_status(&q);
}

/* While the first statement is in use, all see the database of the moment when it began. */
nt_status policy_store_read(policy_store *store, struct policy_snapshot *ret)
{
    _cleanup_(policy_snapshot_done) struct policy_snapshot snapshot = { 0 };
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st = NT_OK;

    query_start(&q, store->db, STATEMENT_GENERATION);
    if (query_next(&q))
        snapshot.generation = (uint64_t)query_int(&q, 0);
    else
        st = query_status(&q);
    if (!nt_failed(st))
        st = snapshot.generation > 0 ? read_accounts(store, &snapshot) : NT(INTERNAL_DB_CORRUPTION);
    if (!nt_failed(st))
        st = read_values(store, &snapshot);
    if (nt_failed(st))
        return st;
    *ret = snapshot;
    snapshot = (struct policy_snapshot){ 0 };
    return NT_OK;
}

/* --- secrets ---------------------------------------------------------------------------------- */

/*
 * The row of the empty name is sealed as the secrets are, and holds nothing: by it a key that is
 * not theirs is told before anything is sealed with it. It comes with the first secret and goes
 * with the last, so that one who has lost the key can delete what nobody can read and begin anew.
 */
static const char check_name[] = "";

/* Whether there is a secret of that name. Errors: OBJECT_NAME_NOT_FOUND */
static nt_status find_secret(policy_store *store, const char *name)
{
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st;

    query_start(&q, store->db, STATEMENT_FIND_SECRET);
    query_bind_text(&q, 1, name);
    if (query_next(&q))
        return NT_OK;
    st = query_status(&q);
    return nt_failed(st) ? st : NT(OBJECT_NAME_NOT_FOUND);
}

static nt_status unseal(policy_store *store, const policy_seal *key, secret **ret, size_t *ret_size,
                        const char *name)
{
    _cleanup_(query_done) struct query q = { 0 };
    const void *sealed;
    size_t size = 0;

    query_start(&q, store->db, STATEMENT_FIND_SECRET);
    query_bind_text(&q, 1, name);
    if (!query_next(&q)) {
        nt_status st = query_status(&q);

        return nt_failed(st) ? st : NT(INTERNAL_DB_CORRUPTION);
    }
    sealed = query_blob(&q, 1, &size);
    name = query_text(&q, 0); /* in the case in which it was sealed */
    if (!name || (!sealed && size > 0))
        return NT(NO_MEMORY);
    return policy_seal_unlock(key, ret, ret_size, name, sealed, size);
}

static nt_status seal(policy_store *store, const policy_seal *key, const char *name,
                      const void *bytes, size_t size)
{
    _cleanup_(freep) uint8_t *sealed = NULL;
    nt_status st = policy_seal_lock(key, &sealed, name, bytes, size);

    if (nt_failed(st))
        return st;
    return run_with_blob(store, STATEMENT_PUT_SECRET, name, sealed, size + POLICY_SEAL_OVERHEAD);
}

/* The key is read anew for each use: it may have been put back meanwhile, and need not stay. */
static nt_status open_key(policy_store *store, policy_seal **ret, unsigned flags)
{
    nt_status st = policy_seal_open(ret, store->state_dir, flags);

    return NT_IS(st, OBJECT_NAME_NOT_FOUND) ? NT(DECRYPTION_FAILED) : st;
}

static nt_status count_other_secrets(policy_store *store, const char *name, int64_t *ret)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, STATEMENT_COUNT_OTHER_SECRETS);
    query_bind_text(&q, 1, name);
    *ret = query_next(&q) ? query_int(&q, 0) : 0;
    return query_status(&q);
}

static nt_status check_key(policy_store *store, const policy_seal *key)
{
    _cleanup_(secret_freep) secret *nothing = NULL;
    size_t size;

    return unseal(store, key, &nothing, &size, check_name);
}

/* Inside a transaction. One that is the only secret may make the key. */
static nt_status prepare_key(policy_store *store, policy_seal **ret, const char *name)
{
    int64_t others = 0;
    nt_status st = count_other_secrets(store, name, &others);

    if (nt_failed(st))
        return st;
    if (others >= POLICY_SECRETS_MAX)
        return NT(TOO_MANY_SECRETS);
    st = open_key(store, ret, others == 0 ? POLICY_SEAL_MAKE : 0);
    if (nt_failed(st))
        return st;
    return others == 0 ? seal(store, *ret, check_name, "", 0) : check_key(store, *ret);
}

static nt_status check_name_of_secret(const char *name)
{
    if (!*name)
        return NT(INVALID_PARAMETER);
    return strlen(name) <= POLICY_SECRET_NAME_MAX ? NT_OK : NT(NAME_TOO_LONG);
}

nt_status policy_store_put_secret(policy_store *store, const char *name, const void *bytes,
                                  size_t size)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    _cleanup_(policy_seal_closep) policy_seal *key = NULL;
    nt_status st = check_name_of_secret(name);

    if (nt_failed(st))
        return st;
    if (size > POLICY_SECRET_SIZE_MAX)
        return NT(SECRET_TOO_LONG);
    st = transaction_begin(&t, store->db);
    if (!nt_failed(st))
        st = prepare_key(store, &key, name);
    if (!nt_failed(st))
        st = seal(store, key, name, bytes, size);
    return nt_failed(st) ? st : transaction_commit(&t);
}

nt_status policy_store_delete_secret(policy_store *store, const char *name)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    nt_status st = check_name_of_secret(name);

    if (!nt_failed(st))
        st = transaction_begin(&t, store->db);
    if (!nt_failed(st))
        st = find_secret(store, name);
    if (!nt_failed(st))
        st = run_with_text(store, STATEMENT_DELETE_SECRET, name);
    if (!nt_failed(st))
        st = run(store, STATEMENT_DELETE_CHECK);
    return nt_failed(st) ? st : transaction_commit(&t);
}

nt_status policy_store_get_secret(policy_store *store, secret **ret, size_t *ret_size,
                                  const char *name)
{
    _cleanup_(policy_seal_closep) policy_seal *key = NULL;
    nt_status st = check_name_of_secret(name);

    if (!nt_failed(st))
        st = find_secret(store, name);
    if (!nt_failed(st))
        st = open_key(store, &key, 0);
    return nt_failed(st) ? st : unseal(store, key, ret, ret_size, name);
}

/* --- opening ---------------------------------------------------------------------------------- */

static nt_status put_defaults(policy_store *store)
{
    sid_buffer sid;
    struct account_rights rights;
    nt_status st = run(store, STATEMENT_FIRST_GENERATION);

    for (size_t i = 0; !nt_failed(st) && account_rights_default(i, &sid, &rights); i++)
        st = put_account(store, &sid.sid, rights);
    return st;
}

/* One without a generation was made just now: perhaps by another process, which fills it, too. */
static nt_status fill_new(policy_store *store)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    int64_t generation = 0;
    nt_status st = read_number(store, STATEMENT_GENERATION, &generation);

    if (nt_failed(st) || generation > 0)
        return st;
    st = transaction_begin(&t, store->db);
    if (!nt_failed(st))
        st = read_number(store, STATEMENT_GENERATION, &generation);
    if (!nt_failed(st) && generation == 0)
        st = put_defaults(store);
    return nt_failed(st) ? st : transaction_commit(&t);
}

nt_status policy_store_open(policy_store **ret, const char *state_dir)
{
    _cleanup_(policy_store_closep) policy_store *store = calloc(1, sizeof(*store));
    nt_status st;

    if (!store)
        return NT(NO_MEMORY);
    store->state_dir = strdup(state_dir);
    if (!store->state_dir)
        return NT(NO_MEMORY);
    st = database_open(&store->db, state_dir, &schema);
    if (!nt_failed(st))
        st = fill_new(store);
    if (nt_failed(st))
        return st;
    *ret = TAKE(store);
    return NT_OK;
}

policy_store *policy_store_close(policy_store *store)
{
    if (!store)
        return NULL;
    (void)database_close(store->db);
    free(store->state_dir);
    free(store);
    return NULL;
}
