/* SPDX-License-Identifier: MIT */
#include "worker/account_check.h"

#include <windows.h>
#include <ntsecapi.h>

#include "base/filetime.h"

enum {
    HOURS_PER_WEEK = 8 * ACCOUNT_HOURS_SIZE,
    /* 1601-01-01, where FILETIMEs begin, was a Monday; the bits begin with Sunday. */
    HOURS_BEFORE_EPOCH = 24,
};

static const int64_t hour = 3600 * FILETIME_PER_SECOND;

static unsigned hour_of_week(int64_t now)
{
    return (unsigned)((now / hour + HOURS_BEFORE_EPOCH) % HOURS_PER_WEEK);
}

static bool hour_allowed(const struct account *account, unsigned at)
{
    at %= HOURS_PER_WEEK;
    return !account->has_hours || (account->hours[at / 8] >> (at % 8) & 1) != 0;
}

static bool is_disabled(const struct account_logon *l)
{
    return l->account->flags & ACCOUNT_DISABLED;
}

static bool has_expired(const struct account_logon *l)
{
    return l->account->expires != 0 && l->now >= l->account->expires;
}

static bool is_at_wrong_hour(const struct account_logon *l)
{
    return !hour_allowed(l->account, hour_of_week(l->now));
}

/* LimitBlankPasswordUse */
static bool has_no_password_afar(const struct account_logon *l)
{
    return l->password_size == 0 && l->logon_type != Interactive && l->logon_type != Unlock;
}

static bool must_change(const struct account_logon *l)
{
    return account_policy_must_change(l->policy, l->account) == 0;
}

static bool password_has_expired(const struct account_logon *l)
{
    return l->now >= account_policy_must_change(l->policy, l->account);
}

static const struct {
    bool (*applies)(const struct account_logon *l);
    nt_status status;
    nt_status sub_status;
} restrictions[] = {
    { is_disabled, { STATUS_ACCOUNT_RESTRICTION }, { STATUS_ACCOUNT_DISABLED } },
    { has_expired, { STATUS_ACCOUNT_EXPIRED }, { 0 } },
    { is_at_wrong_hour, { STATUS_ACCOUNT_RESTRICTION }, { STATUS_INVALID_LOGON_HOURS } },
    { has_no_password_afar, { STATUS_ACCOUNT_RESTRICTION }, { 0 } },
    { must_change, { STATUS_PASSWORD_MUST_CHANGE }, { 0 } },
    { password_has_expired, { STATUS_ACCOUNT_RESTRICTION }, { STATUS_PASSWORD_EXPIRED } },
};

nt_status account_check_logon(const struct account_logon *logon, nt_status *ret_sub_status)
{
    for (size_t i = 0; i < ARRAY_SIZE(restrictions); i++) {
        if (restrictions[i].applies(logon)) {
            *ret_sub_status = restrictions[i].sub_status;
            return restrictions[i].status;
        }
    }
    *ret_sub_status = NT_OK;
    return NT_OK;
}

int64_t account_check_logoff_time(const struct account *account, int64_t now)
{
    int64_t end = account->expires != 0 ? account->expires : FILETIME_NEVER;
    unsigned start = hour_of_week(now);

    for (unsigned h = 1; h < HOURS_PER_WEEK; h++) {
        int64_t at = (now / hour + h) * hour;

        if (!hour_allowed(account, start + h))
            return at < end ? at : end;
    }
    return end;
}
