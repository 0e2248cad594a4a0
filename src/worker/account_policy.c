/* SPDX-License-Identifier: MIT */
#include "worker/account_policy.h"

#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/filetime.h"
#include "base/secret.h"
#include "worker/account_schema.h"
#include "worker/password_hash.h"

enum {
    KINDS_NEEDED = 3,
    TOKEN_LENGTH_MIN = 3, /* shorter parts of a name are not looked for */
};

nt_status account_policy_get(account_store *store, struct account_policy *ret)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, POLICY_GET);
    if (!query_next(&q))
        return nt_failed(query_status(&q)) ? query_status(&q) : NT(INTERNAL_DB_CORRUPTION);
    *ret = (struct account_policy){ .min_length = (uint32_t)query_int(&q, 0),
                                    .max_age = query_int(&q, 1),
                                    .min_age = query_int(&q, 2),
                                    .history = (uint32_t)query_int(&q, 3),
                                    .complexity = query_int(&q, 4) != 0,
                                    .lockout_threshold = (uint32_t)query_int(&q, 5),
                                    .lockout_window = query_int(&q, 6),
                                    .lockout_duration = query_int(&q, 7) };
    return NT_OK;
}

/* For ever is the longest. */
static bool is_longer(int64_t a, int64_t b)
{
    return (uint64_t)a > (uint64_t)b;
}

static bool duration_valid(int64_t seconds)
{
    return seconds == ACCOUNT_POLICY_FOR_EVER || (seconds >= 0 && seconds <= UINT32_MAX);
}

static bool policy_valid(const struct account_policy *p)
{
    return p->min_length <= ACCOUNT_POLICY_LENGTH_MAX && p->history <= ACCOUNT_POLICY_HISTORY_MAX &&
           p->lockout_threshold <= ACCOUNT_POLICY_THRESHOLD_MAX && duration_valid(p->max_age) &&
           p->max_age != 0 && duration_valid(p->min_age) && is_longer(p->max_age, p->min_age) &&
           duration_valid(p->lockout_window) && p->lockout_window > 0 &&
           duration_valid(p->lockout_duration) && p->lockout_duration != 0 &&
           !is_longer(p->lockout_window, p->lockout_duration);
}

nt_status account_policy_set(account_store *store, const struct account_policy *policy)
{
    _cleanup_(query_done) struct query q = { 0 };

    if (!policy_valid(policy))
        return NT(INVALID_PARAMETER);
    query_start(&q, store->db, POLICY_SET);
    query_bind_int(&q, 1, policy->min_length);
    query_bind_int(&q, 2, policy->max_age);
    query_bind_int(&q, 3, policy->min_age);
    query_bind_int(&q, 4, policy->history);
    query_bind_int(&q, 5, policy->complexity);
    query_bind_int(&q, 6, policy->lockout_threshold);
    query_bind_int(&q, 7, policy->lockout_window);
    query_bind_int(&q, 8, policy->lockout_duration);
    return query_run(&q, NULL);
}

/* --- what a password is like ------------------------------------------------------------------ */

enum kind {
    KIND_UPPER = 1,
    KIND_LOWER = 2,
    KIND_DIGIT = 4,
    KIND_LETTER = 8, /* without case */
    KIND_OTHER = 16,
};

static enum kind kind_of(ucs4_t c)
{
    if (uc_is_general_category(c, UC_UPPERCASE_LETTER) ||
        uc_is_general_category(c, UC_TITLECASE_LETTER))
        return KIND_UPPER;
    if (uc_is_general_category(c, UC_LOWERCASE_LETTER))
        return KIND_LOWER;
    if (c >= '0' && c <= '9')
        return KIND_DIGIT;
    return uc_is_general_category(c, UC_LETTER) ? KIND_LETTER : KIND_OTHER;
}

struct looks {
    size_t units; /* of UTF-16 */
    unsigned kinds;
};

static struct looks looks_of(const uint8_t *text, size_t size)
{
    struct looks looks = { 0 };

    while (size > 0) {
        ucs4_t c;
        int n = u8_mbtoucr(&c, text, size);

        if (n < 1) { /* not UTF-8: each byte is a character */
            c = 0xFFFD;
            n = 1;
        }
        looks.units += c > 0xFFFF ? 2 : 1;
        looks.kinds |= kind_of(c);
        text += n;
        size -= (size_t)n;
    }
    return looks;
}

/* Whether the folded name, or with `parts` a longer part of it, is in the folded password. */
static bool has_part(const uint8_t *password, size_t size, char *name)
{
    static const char separators[] = ",.-_# \t";
    char *rest = NULL;

    for (char *part = strtok_r(name, separators, &rest); part;
         part = strtok_r(NULL, separators, &rest)) {
        size_t length = strlen(part);

        if (u8_mbsnlen((const uint8_t *)part, length) >= TOKEN_LENGTH_MIN &&
            memmem(password, size, part, length))
            return true;
    }
    return false;
}

static char *fold(const char *text, size_t size, size_t *ret_size)
{
    uint8_t *folded = u8_casefold((const uint8_t *)text, size, NULL, UNINORM_NFC, NULL, ret_size);

    return (char *)folded;
}

static bool has_account_name(const uint8_t *password, size_t size, const char *name)
{
    size_t length = 0;
    _cleanup_(freep) char *folded = fold(name, strlen(name), &length);

    return !folded || (u8_mbsnlen((const uint8_t *)folded, length) >= TOKEN_LENGTH_MIN &&
                       memmem(password, size, folded, length));
}

static bool has_full_name(const uint8_t *password, size_t size, const char *full_name)
{
    size_t length = 0;
    _cleanup_(freep) char *folded = fold(full_name, strlen(full_name) + 1, &length);

    return !folded || has_part(password, size, folded);
}

/* A password that cannot be folded has no name in it. */
static bool names_account(const struct account *account, const void *password, size_t size)
{
    size_t folded_size = 0;
    char *folded = fold(password, size, &folded_size);
    bool found;

    if (!folded)
        return false;
    found = has_account_name((const uint8_t *)folded, folded_size, account->name) ||
            has_full_name((const uint8_t *)folded, folded_size, account->full_name);
    secret_wipe(folded, folded_size);
    free(folded);
    return found;
}

nt_status account_policy_check_password(const struct account_policy *policy,
                                        const struct account *account, const void *password,
                                        size_t size)
{
    struct looks looks = looks_of(password, size);

    if (size > PASSWORD_SIZE_MAX)
        return NT(PASSWORD_RESTRICTION);
    if (size == 0 && (account->flags & ACCOUNT_PASSWORD_NOT_REQUIRED))
        return NT_OK;
    if (looks.units < policy->min_length)
        return NT(PASSWORD_RESTRICTION);
    if (!policy->complexity)
        return NT_OK;
    if (__builtin_popcount(looks.kinds) < KINDS_NEEDED || names_account(account, password, size))
        return NT(PASSWORD_RESTRICTION);
    return NT_OK;
}

/* --- times ------------------------------------------------------------------------------------ */

static int64_t later(int64_t time, int64_t seconds)
{
    int64_t sum;

    if (seconds == ACCOUNT_POLICY_FOR_EVER ||
        __builtin_add_overflow(time, seconds * FILETIME_PER_SECOND, &sum))
        return FILETIME_NEVER;
    return sum;
}

int64_t account_policy_can_change(const struct account_policy *policy,
                                  const struct account *account)
{
    if (account->password_last_set == 0)
        return 0;
    return later(account->password_last_set, policy->min_age);
}

int64_t account_policy_must_change(const struct account_policy *policy,
                                   const struct account *account)
{
    if (account->flags & ACCOUNT_PASSWORD_NEVER_EXPIRES)
        return FILETIME_NEVER;
    if (account->password_last_set == 0)
        return 0;
    return later(account->password_last_set, policy->max_age);
}

int64_t account_policy_locked_until(const struct account_policy *policy,
                                    const struct account *account, int64_t now)
{
    int64_t until = later(account->locked_at, policy->lockout_duration);

    return account->locked_at != 0 && now < until ? until : 0;
}
