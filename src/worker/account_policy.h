/* SPDX-License-Identifier: MIT */
/*
 * The rules for passwords and for locking accounts (USER_MODALS_INFO_0 and _3), which hold for all
 * accounts. Their defaults are a stand-alone Windows server's: a password lasts 42 days and may be
 * anything; accounts are not locked.
 */
#ifndef OPENLOGON_WORKER_ACCOUNT_POLICY_H
#define OPENLOGON_WORKER_ACCOUNT_POLICY_H

#include "worker/account_store.h"

#define ACCOUNT_POLICY_FOR_EVER INT64_C(-1)

enum {
    ACCOUNT_POLICY_LENGTH_MAX = 256,
    ACCOUNT_POLICY_HISTORY_MAX = 24,
    ACCOUNT_POLICY_THRESHOLD_MAX = 999,
};

/* Durations are seconds; FOR_EVER where it makes sense. */
struct account_policy {
    uint32_t min_length; /* UTF-16 units */
    int64_t max_age;
    int64_t min_age;
    uint32_t history; /* how many passwords, the present one included, a new one must differ from */
    bool complexity;
    uint32_t lockout_threshold; /* wrong passwords that lock an account; 0: never */
    int64_t lockout_window;
    int64_t lockout_duration; /* FOR_EVER: until an administrator unlocks it */
};

_must_check_ nt_status account_policy_get(account_store *store, struct account_policy *ret);
/* Errors: INVALID_PARAMETER (beyond the limits above; a minimum age that is not below the maximum;
 * a window that is longer than the duration) */
_must_check_ nt_status account_policy_set(account_store *store,
                                          const struct account_policy *policy);

/**
 * Whether a password is long enough and, where that is asked for, complex: characters of three of
 * the kinds upper case, lower case, digits, others, letters without case; and neither the account's
 * name nor a part of three or more characters of its full name in it. An account with
 * UF_PASSWD_NOTREQD may have none.
 * Errors: PASSWORD_RESTRICTION
 */
_must_check_ nt_status account_policy_check_password(const struct account_policy *policy,
                                                     const struct account *account,
                                                     const void *password, size_t size);

/* When the password may and must be changed; 0: before the next logon, FILETIME_NEVER: it need not
 * be, which a password that never expires comes before. */
int64_t account_policy_can_change(const struct account_policy *policy,
                                  const struct account *account);
int64_t account_policy_must_change(const struct account_policy *policy,
                                   const struct account *account);

/* Until when the account is locked; 0: it is not, FILETIME_NEVER: until it is unlocked. */
int64_t account_policy_locked_until(const struct account_policy *policy,
                                    const struct account *account, int64_t now);

#endif
