/* SPDX-License-Identifier: MIT */
#include "worker/account_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "worker/account_name.h"
#include "worker/account_policy.h"
#include "worker/account_schema.h"
#include "worker/password_hash.h"

/* The texts of an account in the order of their columns, the name first. */
static const struct {
    size_t at;     /* in struct account */
    size_t change; /* in struct account_change */
    nt_status (*check)(const char *text);
} texts[] = {
#define ACCOUNT_TEXT(member, check)                                                                \
    {                                                                                              \
        offsetof(struct account, member), offsetof(struct account_change, member), check           \
    }
    ACCOUNT_TEXT(name, account_name_check),
    ACCOUNT_TEXT(full_name, account_full_name_check),
    ACCOUNT_TEXT(comment, account_text_check),
    ACCOUNT_TEXT(home_directory, account_text_check),
    ACCOUNT_TEXT(profile_path, account_text_check),
    ACCOUNT_TEXT(script_path, account_text_check),
#undef ACCOUNT_TEXT
};

static char **text_of(struct account *account, size_t i)
{
    return (char **)(void *)((uint8_t *)account + texts[i].at);
}

static const char *change_of(const struct account_change *change, size_t i)
{
    return *(const char *const *)(const void *)((const uint8_t *)change + texts[i].change);
}

void account_done(struct account *account)
{
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        free(*text_of(account, i));
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
    st = database_open(&store->db, state_dir, &account_schema);
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

/* --- finding ---------------------------------------------------------------------------------- */

static void read_numbers(struct account *a, struct query *q)
{
    const void *hours;
    size_t size = 0;

    a->uid = (uint32_t)query_int(q, 6);
    a->flags = (uint32_t)query_int(q, 7);
    a->password_last_set = query_int(q, 8);
    a->created = query_int(q, 9);
    a->expires = query_int(q, 10);
    a->bad_passwords = (uint32_t)query_int(q, 11);
    a->last_bad_password = query_int(q, 12);
    a->locked_at = query_int(q, 13);
    a->last_logon = query_int(q, 14);
    a->logons = (uint32_t)query_int(q, 15);
    a->failures = (uint32_t)query_int(q, 16);
    hours = query_blob(q, 17, &size);
    a->has_hours = hours && size == sizeof(a->hours);
    if (a->has_hours)
        memcpy(a->hours, hours, size);
}

static nt_status account_of_row(struct account *ret, struct query *q)
{
    struct account a = { 0 };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        *text_of(&a, i) = query_text_dup(q, (int)i);
        if (!*text_of(&a, i)) {
            account_done(&a);
            return NT(NO_MEMORY);
        }
    }
    read_numbers(&a, q);
    *ret = a;
    return NT_OK;
}

static nt_status query_account(struct query *q, struct account *ret)
{
    if (query_next(q))
        return account_of_row(ret, q);
    return nt_failed(query_status(q)) ? query_status(q) : NT(NO_SUCH_USER);
}

/* A name that cannot be an account's has none. */
static nt_status fold_to_find(char **ret, const char *name)
{
    nt_status st = account_name_fold(ret, name);

    return NT_IS(st, INVALID_ACCOUNT_NAME) ? NT(NO_SUCH_USER) : st;
}

nt_status account_store_find(account_store *store, struct account *ret, const char *name)
{
    _cleanup_(freep) char *folded = NULL;
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st = fold_to_find(&folded, name);

    if (nt_failed(st))
        return st;
    query_start(&q, store->db, ACCOUNT_FIND);
    query_bind_text(&q, 1, folded);
    return query_account(&q, ret);
}

nt_status account_store_find_uid(account_store *store, struct account *ret, uint32_t uid)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, ACCOUNT_FIND_UID);
    query_bind_int(&q, 1, uid);
    return query_account(&q, ret);
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
    query_start(&q, store->db, ACCOUNT_LIST);
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

/* --- changing --------------------------------------------------------------------------------- */

/* Runs a change to the account whose uid is bound as ?1. */
static nt_status run_on_account(struct query *q)
{
    size_t rows = 0;
    nt_status st = query_run(q, &rows);

    if (nt_failed(st))
        return st;
    return rows > 0 ? NT_OK : NT(NO_SUCH_USER);
}

static nt_status check_change(const struct account_change *change)
{
    if (change->must_change && change->need_not_change)
        return NT(INVALID_PARAMETER);
    if (change->flags_mask & ~(uint32_t)ACCOUNT_FLAGS)
        return NT(INVALID_PARAMETER);
    if (change->expires && *change->expires < 0)
        return NT(INVALID_PARAMETER);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const char *text = change_of(change, i);
        nt_status st = text ? texts[i].check(text) : NT_OK;

        if (nt_failed(st))
            return st;
    }
    return NT_OK;
}

static nt_status change_texts(struct account *account, const struct account_change *change)
{
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const char *text = change_of(change, i);
        char *copy = text ? strdup(text) : NULL;

        if (!text)
            continue;
        if (!copy)
            return NT(NO_MEMORY);
        free(*text_of(account, i));
        *text_of(account, i) = copy;
    }
    return NT_OK;
}

static void change_numbers(struct account *account, const struct account_change *change,
                           int64_t now)
{
    account->flags &= ~change->flags_mask;
    account->flags |= change->flags & change->flags_mask;
    if (change->expires)
        account->expires = *change->expires;
    if (change->every_hour)
        account->has_hours = false;
    if (change->hours) {
        account->has_hours = true;
        memcpy(account->hours, change->hours, sizeof(account->hours));
    }
    if (change->must_change)
        account->password_last_set = 0;
    if (change->need_not_change && account->password_last_set == 0)
        account->password_last_set = now;
}

static nt_status write_account(account_store *store, struct account *account)
{
    _cleanup_(freep) char *folded = NULL;
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st = account_name_fold(&folded, account->name);

    if (nt_failed(st))
        return st;
    query_start(&q, store->db, ACCOUNT_UPDATE);
    query_bind_int(&q, 1, account->uid);
    query_bind_text(&q, 2, account->name);
    query_bind_text(&q, 3, folded);
    for (size_t i = 1; i < ARRAY_SIZE(texts); i++)
        query_bind_text(&q, (int)i + 3, *text_of(account, i));
    query_bind_int(&q, 9, account->flags);
    query_bind_int(&q, 10, account->password_last_set);
    query_bind_int(&q, 11, account->expires);
    if (account->has_hours)
        query_bind_blob(&q, 12, account->hours, sizeof(account->hours));
    st = run_on_account(&q);
    if (NT_IS(st, OBJECT_NAME_COLLISION))
        return NT(USER_EXISTS);
    return NT_IS(st, NO_SUCH_USER) ? NT(ALIAS_EXISTS) : st; /* the account is there */
}

static nt_status unlock(account_store *store, const struct account *account)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, ACCOUNT_SET_LOCKOUT);
    query_bind_int(&q, 1, account->uid);
    query_bind_int(&q, 2, 0);
    query_bind_int(&q, 3, account->last_bad_password);
    query_bind_int(&q, 4, 0);
    query_bind_int(&q, 5, account->failures);
    return run_on_account(&q);
}

/* In a transaction. The account follows the change. */
static nt_status apply_change(account_store *store, struct account *account,
                              const struct account_change *change, int64_t now)
{
    nt_status st = change_texts(account, change);

    if (nt_failed(st))
        return st;
    change_numbers(account, change, now);
    st = write_account(store, account);
    if (nt_failed(st) || !change->unlock || account->locked_at == 0)
        return st;
    return unlock(store, account);
}

nt_status account_store_change(account_store *store, const char *name,
                               const struct account_change *change, int64_t now)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = check_change(change);

    if (!nt_failed(st))
        st = transaction_begin(&t, store->db);
    if (!nt_failed(st))
        st = account_store_find(store, &account, name);
    if (!nt_failed(st))
        st = apply_change(store, &account, change, now);
    return nt_failed(st) ? st : transaction_commit(&t);
}

/* --- adding ----------------------------------------------------------------------------------- */

static nt_status insert_row(account_store *store, uint32_t uid, const struct account_spec *spec,
                            const char *folded, const char *hash)
{
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st;

    query_start(&q, store->db, ACCOUNT_ADD);
    query_bind_int(&q, 1, uid);
    query_bind_text(&q, 2, spec->name);
    query_bind_text(&q, 3, folded);
    query_bind_text(&q, 4, hash);
    query_bind_int(&q, 5, spec->now);
    st = run_on_account(&q);
    if (NT_IS(st, OBJECT_NAME_COLLISION))
        return NT(USER_EXISTS);
    return NT_IS(st, NO_SUCH_USER) ? NT(ALIAS_EXISTS) : st;
}

static nt_status add_row(account_store *store, uint32_t *ret_uid, const struct account_spec *spec,
                         const char *folded, const char *hash)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    _cleanup_(account_done) struct account account = { 0 };
    struct account_change rest = spec->rest;
    uint32_t uid = 0;
    nt_status st = transaction_begin(&t, store->db);

    rest.name = NULL;
    if (!nt_failed(st))
        st = account_schema_next_id(store, &uid, spec->uid_first, spec->uid_last);
    if (!nt_failed(st))
        st = insert_row(store, uid, spec, folded, hash);
    if (!nt_failed(st))
        st = account_store_find_uid(store, &account, uid);
    if (!nt_failed(st))
        st = apply_change(store, &account, &rest, spec->now);
    if (!nt_failed(st))
        st = transaction_commit(&t);
    if (!nt_failed(st))
        *ret_uid = uid;
    return st;
}

/* Neither is looked at again when the row is written, but both cost less than the hash. */
static nt_status check_new(account_store *store, const struct account_spec *spec)
{
    const char *full_name = spec->rest.full_name;
    const struct account account = { .name = (char *)(uintptr_t)spec->name,
                                     .full_name = (char *)(uintptr_t)(full_name ? full_name : ""),
                                     .flags = spec->rest.flags & spec->rest.flags_mask };
    struct account_policy policy;
    nt_status st = account_name_check(spec->name);

    if (!nt_failed(st))
        st = check_change(&spec->rest);
    if (!nt_failed(st))
        st = account_policy_get(store, &policy);
    if (nt_failed(st))
        return st;
    return account_policy_check_password(&policy, &account, spec->password, spec->password_size);
}

nt_status account_store_add(account_store *store, uint32_t *ret_uid,
                            const struct account_spec *spec)
{
    _cleanup_(freep) char *folded = NULL;
    char hash[PASSWORD_HASH_SIZE];
    nt_status st = check_new(store, spec);

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

static nt_status delete_row(account_store *store, const char *name)
{
    _cleanup_(account_done) struct account account = { 0 };
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st = account_store_find(store, &account, name);

    if (nt_failed(st))
        return st;
    query_start(&q, store->db, ACCOUNT_DELETE);
    query_bind_int(&q, 1, account.uid);
    return run_on_account(&q);
}

static nt_status forget_member(account_store *store, const void *sid, size_t sid_size)
{
    _cleanup_(query_done) struct query q = { 0 };

    if (!sid)
        return NT_OK;
    query_start(&q, store->db, MEMBER_FORGET);
    query_bind_blob(&q, 1, sid, sid_size);
    return query_run(&q, NULL);
}

nt_status account_store_delete(account_store *store, const char *name, const void *sid,
                               size_t sid_size)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    nt_status st = transaction_begin(&t, store->db);

    if (!nt_failed(st))
        st = delete_row(store, name);
    if (!nt_failed(st))
        st = forget_member(store, sid, sid_size);
    return nt_failed(st) ? st : transaction_commit(&t);
}

/* --- passwords -------------------------------------------------------------------------------- */

/* Hashes that a new password must not match; wiped when they go. */
struct old_hashes {
    char hashes[ACCOUNT_POLICY_HISTORY_MAX][PASSWORD_HASH_SIZE];
    size_t n;
};

static void old_hashes_done(struct old_hashes *old)
{
    secret_wipe(old, sizeof(*old));
}

static nt_status read_hashes(account_store *store, struct old_hashes *old,
                             enum account_statement statement, uint32_t uid, size_t max)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, statement);
    query_bind_int(&q, 1, uid);
    if (statement == HISTORY_LIST)
        query_bind_int(&q, 2, (int64_t)(max - old->n));
    while (query_next(&q) && old->n < max) {
        const char *hash = query_text(&q, 0);
        size_t size = hash ? strlen(hash) + 1 : 0;

        if (size == 0 || size > PASSWORD_HASH_SIZE)
            return NT(INTERNAL_DB_CORRUPTION);
        memcpy(old->hashes[old->n++], hash, size);
    }
    return query_status(&q);
}

/* No statement stays open while hashes are computed. */
static nt_status check_history(account_store *store, const struct account *account, size_t history,
                               const void *password, size_t size)
{
    _cleanup_(old_hashes_done) struct old_hashes old = { .n = 0 };
    nt_status st;

    if (history > ARRAY_SIZE(old.hashes))
        history = ARRAY_SIZE(old.hashes);
    if (history == 0)
        return NT_OK;
    st = read_hashes(store, &old, ACCOUNT_HASH, account->uid, history);
    if (!nt_failed(st))
        st = read_hashes(store, &old, HISTORY_LIST, account->uid, history);
    for (size_t i = 0; i < old.n && !nt_failed(st); i++) {
        st = password_hash_verify(old.hashes[i], password, size);
        if (!nt_failed(st))
            return NT(PASSWORD_RESTRICTION);
        st = NT_IS(st, WRONG_PASSWORD) ? NT_OK : st;
    }
    return st;
}

static nt_status check_own_change(account_store *store, const struct account *account,
                                  const struct account_policy *policy, const void *password,
                                  size_t size, int64_t now)
{
    if (account->flags & ACCOUNT_PASSWORD_CANT_CHANGE)
        return NT(ACCESS_DENIED);
    if (policy->min_age != 0 && now < account_policy_can_change(policy, account))
        return NT(PASSWORD_RESTRICTION);
    return check_history(store, account, policy->history, password, size);
}

static nt_status run_history(account_store *store, enum account_statement statement, uint32_t uid,
                             uint32_t kept)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, statement);
    query_bind_int(&q, 1, uid);
    if (statement == HISTORY_TRIM)
        query_bind_int(&q, 2, kept);
    return query_run(&q, NULL);
}

static nt_status write_hash(account_store *store, uint32_t uid, const char *hash, int64_t now)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, ACCOUNT_SET_PASSWORD);
    query_bind_int(&q, 1, uid);
    query_bind_text(&q, 2, hash);
    query_bind_int(&q, 3, now);
    return run_on_account(&q);
}

static nt_status replace_hash(account_store *store, uint32_t uid, const char *hash, int64_t now,
                              uint32_t history)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    nt_status st = transaction_begin(&t, store->db);

    if (!nt_failed(st))
        st = run_history(store, HISTORY_ADD, uid, 0);
    if (!nt_failed(st))
        st = write_hash(store, uid, hash, now);
    if (!nt_failed(st))
        st = run_history(store, HISTORY_TRIM, uid, history);
    return nt_failed(st) ? st : transaction_commit(&t);
}

nt_status account_store_set_password(account_store *store, const char *name,
                                     enum account_password_change kind, const void *password,
                                     size_t size, int64_t now)
{
    _cleanup_(account_done) struct account account = { 0 };
    struct account_policy policy;
    char hash[PASSWORD_HASH_SIZE];
    nt_status st = account_store_find(store, &account, name);

    if (!nt_failed(st))
        st = account_policy_get(store, &policy);
    if (!nt_failed(st))
        st = account_policy_check_password(&policy, &account, password, size);
    if (!nt_failed(st) && kind == ACCOUNT_PASSWORD_CHANGE)
        st = check_own_change(store, &account, &policy, password, size, now);
    if (!nt_failed(st))
        st = password_hash_make(hash, password, size);
    if (nt_failed(st))
        return st;
    st = replace_hash(store, account.uid, hash, now, policy.history);
    secret_wipe(hash, sizeof(hash));
    return st;
}

static nt_status write_logon(account_store *store, uint32_t uid, int64_t now)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, ACCOUNT_LOGGED_ON);
    query_bind_int(&q, 1, uid);
    query_bind_int(&q, 2, now);
    return run_on_account(&q);
}

nt_status account_store_logged_on(account_store *store, uint32_t uid, int64_t now)
{
    nt_status st = database_set_sync(store->db, DATABASE_SYNC_LATER);
    nt_status restored;

    if (!nt_failed(st))
        st = write_logon(store, uid, now);
    restored = database_set_sync(store->db, DATABASE_SYNC_AT_COMMIT);
    return nt_failed(st) ? st : restored;
}
