/* SPDX-License-Identifier: MIT */
#include "worker/account_attempt.h"

#include <string.h>
#include <time.h>

#include "base/filetime.h"
#include "base/secret.h"
#include "worker/account_policy.h"
#include "worker/account_schema.h"
#include "worker/password_hash.h"

enum {
    WAIT_MS = 10,
    WAITS_MAX = 800, /* for attempts of others, which may be right */
};

/* One password on its way. */
struct attempt {
    account_store *store;
    struct account_policy policy;
    struct account account; /* its counts follow what is decided here */
    char hash[PASSWORD_HASH_SIZE];
    int64_t id; /* its row; 0: it has none, since nothing is ever locked */
    bool locks; /* it was wrong, and the last that the account took */
};

static void attempt_done(struct attempt *a)
{
    account_done(&a->account);
    secret_wipe(a->hash, sizeof(a->hash));
}

/* --- the rows --------------------------------------------------------------------------------- */

static nt_status count_of(struct query *q, int64_t *ret)
{
    *ret = query_next(q) ? query_int(q, 0) : 0;
    return query_status(q);
}

static nt_status add_attempt(struct attempt *a, int64_t now)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, a->store->db, ATTEMPT_ADD);
    query_bind_int(&q, 1, a->account.uid);
    query_bind_int(&q, 2, now);
    while (query_next(&q))
        a->id = query_int(&q, 0);
    return query_status(&q);
}

static nt_status count_attempts(const struct attempt *a, int64_t *ret)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, a->store->db, ATTEMPT_COUNT);
    query_bind_int(&q, 1, a->account.uid);
    return count_of(&q, ret);
}

static void bind_stale(struct query *q, const struct attempt *a, int64_t now)
{
    query_bind_int(q, 1, a->account.uid);
    query_bind_int(q, 2, now - ATTEMPT_LIFE_SECONDS * FILETIME_PER_SECOND);
    query_bind_int(q, 3, now + ATTEMPT_LIFE_SECONDS * FILETIME_PER_SECOND);
}

/* False in *ret when the row was gone: it has been counted as a wrong password already. */
static nt_status take_attempt(struct attempt *a, bool *ret)
{
    _cleanup_(query_done) struct query q = { 0 };
    size_t rows = 1;
    nt_status st = NT_OK;

    if (a->id != 0) {
        query_start(&q, a->store->db, ATTEMPT_DELETE);
        query_bind_int(&q, 1, a->id);
        st = query_run(&q, &rows);
    }
    *ret = rows > 0;
    return st;
}

static nt_status write_counts(const struct attempt *a)
{
    const struct account *account = &a->account;
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, a->store->db, ACCOUNT_SET_LOCKOUT);
    query_bind_int(&q, 1, account->uid);
    query_bind_int(&q, 2, account->bad_passwords);
    query_bind_int(&q, 3, account->last_bad_password);
    query_bind_int(&q, 4, account->locked_at);
    query_bind_int(&q, 5, account->failures);
    return query_run(&q, NULL);
}

/* --- the rules -------------------------------------------------------------------------------- */

static bool has_passed(int64_t since, int64_t seconds, int64_t now)
{
    return seconds != ACCOUNT_POLICY_FOR_EVER && (now - since) / FILETIME_PER_SECOND >= seconds;
}

/* A lock that has ended and wrong passwords before the window are forgotten. */
static void forget_old(struct attempt *a, int64_t now)
{
    struct account *account = &a->account;

    if (account->locked_at != 0 && account_policy_locked_until(&a->policy, account, now) == 0) {
        account->locked_at = 0;
        account->bad_passwords = 0;
    }
    if (account->locked_at == 0 &&
        has_passed(account->last_bad_password, a->policy.lockout_window, now))
        account->bad_passwords = 0;
}

static void count_wrong(struct attempt *a, uint32_t n, int64_t at, int64_t now)
{
    struct account *account = &a->account;

    forget_old(a, now);
    account->bad_passwords += n;
    account->failures += n;
    if (at > account->last_bad_password)
        account->last_bad_password = at;
    if (a->policy.lockout_threshold != 0 && account->locked_at == 0 &&
        account->bad_passwords >= a->policy.lockout_threshold)
        account->locked_at = now;
}

/* Those whose process has died. */
static nt_status count_stale(struct attempt *a, int64_t now)
{
    _cleanup_(query_done) struct query count = { 0 };
    _cleanup_(query_done) struct query forget = { 0 };
    int64_t n = 0;
    nt_status st;

    query_start(&count, a->store->db, ATTEMPT_COUNT_STALE);
    bind_stale(&count, a, now);
    st = count_of(&count, &n);
    if (nt_failed(st) || n == 0)
        return st;
    count_wrong(a, (uint32_t)n, query_int(&count, 1), now);
    query_start(&forget, a->store->db, ATTEMPT_DELETE_STALE);
    bind_stale(&forget, a, now);
    st = query_run(&forget, NULL);
    return nt_failed(st) ? st : write_counts(a);
}

/* --- before the hash -------------------------------------------------------------------------- */

/* The last statement of a transaction that stands whatever it decided. */
static nt_status commit_and(struct transaction *t, nt_status decision)
{
    nt_status st = transaction_commit(t);

    return nt_failed(st) ? st : decision;
}

static nt_status read_account(struct attempt *a, const char *name)
{
    _cleanup_(query_done) struct query q = { 0 };
    const char *hash;
    size_t size;
    nt_status st = account_store_find(a->store, &a->account, name);

    if (nt_failed(st))
        return st;
    query_start(&q, a->store->db, ACCOUNT_HASH);
    query_bind_int(&q, 1, a->account.uid);
    hash = query_next(&q) ? query_text(&q, 0) : NULL;
    if (nt_failed(query_status(&q)))
        return query_status(&q);
    size = hash ? strlen(hash) + 1 : 0;
    if (size == 0 || size > sizeof(a->hash))
        return NT(INTERNAL_DB_CORRUPTION);
    memcpy(a->hash, hash, size);
    return NT_OK;
}

/* Nothing is counted up to; a lock from before holds. */
static nt_status read_unless_locked(struct attempt *a, const char *name, int64_t now)
{
    nt_status st = read_account(a, name);

    if (!nt_failed(st) && account_policy_locked_until(&a->policy, &a->account, now) != 0)
        return NT(ACCOUNT_LOCKED_OUT);
    return st;
}

/* RETRY: the attempts of others have to be over first. */
static nt_status decide(struct attempt *a, int64_t now)
{
    const uint32_t threshold = a->policy.lockout_threshold;
    int64_t others = 0;
    nt_status st;

    forget_old(a, now);
    if (a->account.locked_at != 0 || a->account.bad_passwords >= threshold)
        return NT(ACCOUNT_LOCKED_OUT);
    st = count_attempts(a, &others);
    if (nt_failed(st))
        return st;
    if (a->account.bad_passwords + others >= threshold)
        return NT(RETRY);
    return add_attempt(a, now);
}

static nt_status reserve(struct attempt *a, const char *name)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    const int64_t now = filetime_now();
    nt_status st = account_policy_get(a->store, &a->policy);

    if (nt_failed(st))
        return st;
    if (a->policy.lockout_threshold == 0)
        return read_unless_locked(a, name, now);
    st = transaction_begin(&t, a->store->db);
    if (!nt_failed(st))
        st = read_account(a, name);
    if (!nt_failed(st))
        st = count_stale(a, now);
    return nt_failed(st) ? st : commit_and(&t, decide(a, now));
}

static nt_status reserve_in_time(struct attempt *a, const char *name)
{
    const struct timespec pause = { .tv_nsec = WAIT_MS * 1000000L };
    nt_status st = reserve(a, name);

    for (int i = 0; i < WAITS_MAX && NT_IS(st, RETRY); i++) {
        (void)nanosleep(&pause, NULL);
        account_done(&a->account);
        st = reserve(a, name);
    }
    return NT_IS(st, RETRY) ? NT(ACCOUNT_LOCKED_OUT) : st;
}

/* --- after the hash --------------------------------------------------------------------------- */

/* The counts as they are now; the rest of the account stays as it was. */
static nt_status read_counts(struct attempt *a)
{
    _cleanup_(account_done) struct account now = { 0 };
    nt_status st = account_store_find_uid(a->store, &now, a->account.uid);

    if (nt_failed(st))
        return st;
    a->account.bad_passwords = now.bad_passwords;
    a->account.last_bad_password = now.last_bad_password;
    a->account.locked_at = now.locked_at;
    a->account.failures = now.failures;
    return NT_OK;
}

/* One that was overtaken by its own death sentence may have locked the account. */
static nt_status verdict_of(struct attempt *a, bool counts, nt_status verified, int64_t now)
{
    if (nt_failed(verified)) {
        const bool was_locked = a->account.locked_at != 0;

        if (counts)
            count_wrong(a, 1, now, now);
        a->locks = !was_locked && a->account.locked_at != 0;
        return verified;
    }
    if (!counts && account_policy_locked_until(&a->policy, &a->account, now) != 0)
        return NT(ACCOUNT_LOCKED_OUT);
    a->account.bad_passwords = 0;
    a->account.locked_at = 0;
    return NT_OK;
}

/* What becomes of the logon, once it is written down; NT_OK or a failure of the store else. */
static nt_status settle(struct attempt *a, nt_status verified)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    nt_status verdict = verified;
    bool counts = false;
    nt_status st;

    if (!nt_failed(verified) && a->id == 0 && a->account.bad_passwords == 0 &&
        a->account.locked_at == 0)
        return NT_OK; /* nothing to write */
    st = transaction_begin(&t, a->store->db);
    if (!nt_failed(st))
        st = take_attempt(a, &counts);
    if (!nt_failed(st))
        st = read_counts(a);
    if (!nt_failed(st)) {
        verdict = verdict_of(a, counts, verified, filetime_now());
        st = write_counts(a);
    }
    return nt_failed(st) ? st : commit_and(&t, verdict);
}

/* A name that does not exist takes the writes of one that does: the hash is the caller's to spend.
 * That they fail is of no interest here. */
static void spend_writes(const struct attempt *a)
{
    const int n = a->policy.lockout_threshold == 0 ? 1 : 2;

    for (int i = 0; i < n; i++) {
        _cleanup_(query_done) struct query q = { 0 };

        query_start(&q, a->store->db, SPEND_WRITE);
        (void)query_run(&q, NULL).code;
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

static nt_status attempt_run(struct attempt *a, struct account *ret, const char *name,
                             const void *password, size_t size)
{
    uint32_t failures;
    nt_status st = reserve_in_time(a, name);
    nt_status verified;

    if (NT_IS(st, NO_SUCH_USER))
        spend_writes(a);
    if (nt_failed(st))
        return st;
    failures = a->account.failures;
    verified = password_hash_verify(a->hash, password, size);
    if (nt_failed(verified) && !NT_IS(verified, WRONG_PASSWORD))
        return verified; /* its row counts as wrong in the end */
    st = settle(a, verified);
    if (nt_failed(st))
        return st;
    a->account.failures = failures;
    *ret = a->account;
    a->account = (struct account){ 0 };
    return NT_OK;
}

nt_status account_attempt(account_store *store, struct account *ret, const char *name,
                          const void *password, size_t size, bool *ret_locks)
{
    _cleanup_(attempt_done) struct attempt a = { .store = store };
    nt_status st = database_set_sync(store->db, DATABASE_SYNC_LATER);

    if (!nt_failed(st))
        st = attempt_run(&a, ret, name, password, size);
    if (ret_locks)
        *ret_locks = a.locks;
    if (nt_failed(database_set_sync(store->db, DATABASE_SYNC_AT_COMMIT)) && !nt_failed(st)) {
        account_done(ret);
        return NT(INTERNAL_DB_ERROR);
    }
    return st;
}
