/* SPDX-License-Identifier: MIT */
#include "pam/account_result.h"

#include <security/pam_modules.h>

#include <windows.h>
#include <lmaccess.h>

#include "base/filetime.h"

#define TEXT_LOCKED   "The account is locked after too many wrong passwords."
#define TEXT_DISABLED "The account is disabled."
#define TEXT_EXPIRED  "The account has expired."
#define TEXT_HOURS    "The account may not log in at this time."
#define TEXT_PASSWORD                                                                              \
    "The password is too short or too simple, was used before, or the old one is too new to be "   \
    "changed."

enum {
    DAYS_FROM_SUNDAY = 4, /* 1970-01-01 was a Thursday */
};

struct row {
    nt_status status;
    struct account_result result;
};

static struct account_result find(const struct row *rows, size_t n, nt_status status, int other)
{
    for (size_t i = 0; i < n; i++) {
        if (rows[i].status.code == status.code)
            return rows[i].result;
    }
    return (struct account_result){ other, NULL };
}

struct account_result account_result_of_logon(nt_status status)
{
    static const struct row rows[] = {
        { { STATUS_SUCCESS }, { PAM_SUCCESS, NULL } },
        { { STATUS_PASSWORD_MUST_CHANGE }, { PAM_SUCCESS, NULL } },
        { { STATUS_PASSWORD_EXPIRED }, { PAM_SUCCESS, NULL } },
        { { STATUS_LOGON_FAILURE }, { PAM_AUTH_ERR, NULL } },
        { { STATUS_ACCOUNT_LOCKED_OUT }, { PAM_MAXTRIES, TEXT_LOCKED } },
        { { STATUS_ACCOUNT_DISABLED }, { PAM_PERM_DENIED, TEXT_DISABLED } },
        { { STATUS_ACCOUNT_EXPIRED }, { PAM_ACCT_EXPIRED, TEXT_EXPIRED } },
        { { STATUS_INVALID_LOGON_HOURS }, { PAM_PERM_DENIED, TEXT_HOURS } },
        { { STATUS_ACCOUNT_RESTRICTION }, { PAM_PERM_DENIED, NULL } },
        { { STATUS_LOGON_TYPE_NOT_GRANTED }, { PAM_PERM_DENIED, NULL } },
        { { STATUS_NO_MEMORY }, { PAM_BUF_ERR, NULL } },
    };

    return find(rows, ARRAY_SIZE(rows), status, PAM_AUTHINFO_UNAVAIL);
}

struct account_result account_result_of_change(nt_status status)
{
    static const struct row rows[] = {
        { { STATUS_SUCCESS }, { PAM_SUCCESS, NULL } },
        { { STATUS_WRONG_PASSWORD }, { PAM_AUTH_ERR, NULL } },
        { { STATUS_LOGON_FAILURE }, { PAM_AUTH_ERR, NULL } },
        { { STATUS_PASSWORD_RESTRICTION }, { PAM_AUTHTOK_ERR, TEXT_PASSWORD } },
        { { STATUS_ACCESS_DENIED }, { PAM_PERM_DENIED, "The password may not be changed." } },
        { { STATUS_ACCOUNT_LOCKED_OUT }, { PAM_MAXTRIES, TEXT_LOCKED } },
        { { STATUS_ACCOUNT_DISABLED }, { PAM_PERM_DENIED, TEXT_DISABLED } },
        { { STATUS_NO_MEMORY }, { PAM_BUF_ERR, NULL } },
    };

    return find(rows, ARRAY_SIZE(rows), status, PAM_AUTHTOK_ERR);
}

/* --- an account that nobody's password was checked of ------------------------------------------
 */

static bool is_wrong_hour(const struct account_facts *account, int64_t now)
{
    int64_t hour = filetime_to_unix(now) / 3600 + DAYS_FROM_SUNDAY * 24;
    unsigned of_week = (unsigned)(hour % ((int64_t)LOGON_HOURS_SIZE * 8));

    if (account->n_hours == 0)
        return false;
    return account->n_hours != LOGON_HOURS_SIZE ||
           !(account->hours[of_week / 8] >> of_week % 8 & 1);
}

struct account_result account_result_of_facts(const struct account_facts *account, int64_t now)
{
    if (!account->details)
        return (struct account_result){ PAM_AUTHINFO_UNAVAIL, NULL };
    if (account->locked_until > now)
        return (struct account_result){ PAM_MAXTRIES, TEXT_LOCKED };
    if (account->flags & UF_ACCOUNTDISABLE)
        return (struct account_result){ PAM_PERM_DENIED, TEXT_DISABLED };
    if (account->expires != 0 && account->expires <= now)
        return (struct account_result){ PAM_ACCT_EXPIRED, TEXT_EXPIRED };
    if (is_wrong_hour(account, now))
        return (struct account_result){ PAM_PERM_DENIED, TEXT_HOURS };
    if (account->password_must_change <= now)
        return (struct account_result){ PAM_NEW_AUTHTOK_REQD, NULL };
    return (struct account_result){ PAM_SUCCESS, NULL };
}
