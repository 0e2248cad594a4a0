/* SPDX-License-Identifier: MIT */
/* What speaks against a logon whose password was right, and until when one lasts: pure. */
#ifndef OPENLOGON_WORKER_ACCOUNT_CHECK_H
#define OPENLOGON_WORKER_ACCOUNT_CHECK_H

#include "worker/account_policy.h"

/* A logon to be judged; borrowed. */
struct account_logon {
    const struct account *account;
    const struct account_policy *policy;
    uint32_t logon_type; /* SECURITY_LOGON_TYPE */
    size_t password_size;
    int64_t now;
};

/**
 * As LsaLogonUser() has it: ACCOUNT_RESTRICTION with a reason in the sub status, or a status alone.
 * The first that applies of: disabled, expired, the hour, no password beyond the console (no
 * reason), the password is to be changed, the password has expired.
 * @ret_sub_status  ACCOUNT_DISABLED, INVALID_LOGON_HOURS, PASSWORD_EXPIRED; NT_OK: none
 * Errors: ACCOUNT_RESTRICTION, ACCOUNT_EXPIRED, PASSWORD_MUST_CHANGE
 */
_must_check_ nt_status account_check_logon(const struct account_logon *logon,
                                           nt_status *ret_sub_status);

/* When the logon is over by the account's expiry or its hours; FILETIME_NEVER */
int64_t account_check_logoff_time(const struct account *account, int64_t now);

#endif
