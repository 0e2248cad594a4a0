/* SPDX-License-Identifier: MIT */
/* The rules for passwords and lockout: NetUserModals*. */
#include "client/net.h"

#include <string.h>

enum {
    GIVEN_MODALS_0 = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4,
    GIVEN_MODALS_3 = 1 << 6 | 1 << 7 | 1 << 8,
};

static DWORD seconds_of(int64_t duration)
{
    return duration < 0 || duration >= (int64_t)TIMEQ_FOREVER ? TIMEQ_FOREVER : (DWORD)duration;
}

static int64_t duration_of(DWORD seconds)
{
    return seconds == TIMEQ_FOREVER ? -1 : (int64_t)seconds;
}

static nt_status ask_policy(struct reply *ret)
{
    Openlogon__AccountPolicyRequest get = OPENLOGON__ACCOUNT_POLICY_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ACCOUNT_POLICY, account_policy, &get);

    return authority_call(AS_THREAD, &request, REPLY_OF(ACCOUNT_POLICY), ret, NULL);
}

static void put_policy(struct net_block *b, DWORD level, const Openlogon__AccountPolicy *p)
{
    const USER_MODALS_INFO_0 passwords = {
        .usrmod0_min_passwd_len = p->min_password_length,
        .usrmod0_max_passwd_age = seconds_of(p->max_password_age),
        .usrmod0_min_passwd_age = seconds_of(p->min_password_age),
        .usrmod0_force_logoff = TIMEQ_FOREVER,
        .usrmod0_password_hist_len = p->password_history,
    };
    const USER_MODALS_INFO_3 lockout = {
        .usrmod3_lockout_duration = seconds_of(p->lockout_duration),
        .usrmod3_lockout_observation_window = seconds_of(p->lockout_window),
        .usrmod3_lockout_threshold = p->lockout_threshold,
    };
    const void *info = level == 0 ? (const void *)&passwords : &lockout;
    const size_t size = level == 0 ? sizeof(passwords) : sizeof(lockout);
    size_t at = net_block_reserve(b, 1, size);

    if (!b->failed)
        memcpy(b->bytes + at, info, size);
}

static nt_status get_modals(LPCWSTR server, DWORD level, LPBYTE *ret)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    _cleanup_(net_block_done) struct net_block block = { 0 };
    nt_status st = net_check_server(server);

    if (!nt_failed(st))
        st = ask_policy(&reply);
    if (nt_failed(st))
        return st;
    put_policy(&block, level, reply.message->account_policy);
    return net_block_finish(&block, ret);
}

NET_API_STATUS NetUserModalsGet(LPCWSTR servername, DWORD level, LPBYTE *bufptr)
{
    if (level != 0 && level != 3)
        return ERROR_INVALID_LEVEL;
    return bufptr ? net_result(get_modals(servername, level, bufptr)) : ERROR_INVALID_PARAMETER;
}

static uint32_t read_modals_0(Openlogon__AccountPolicy *p, const USER_MODALS_INFO_0 *info)
{
    p->min_password_length = info->usrmod0_min_passwd_len;
    p->max_password_age = duration_of(info->usrmod0_max_passwd_age);
    p->min_password_age = duration_of(info->usrmod0_min_passwd_age);
    p->password_history = info->usrmod0_password_hist_len;
    return GIVEN_MODALS_0;
}

static uint32_t read_modals_3(Openlogon__AccountPolicy *p, const USER_MODALS_INFO_3 *info)
{
    p->lockout_duration = duration_of(info->usrmod3_lockout_duration);
    p->lockout_window = duration_of(info->usrmod3_lockout_observation_window);
    p->lockout_threshold = info->usrmod3_lockout_threshold;
    return GIVEN_MODALS_3;
}

static nt_status set_modals(LPCWSTR server, DWORD level, const void *buffer)
{
    Openlogon__SetAccountPolicyRequest set = OPENLOGON__SET_ACCOUNT_POLICY_REQUEST__INIT;
    Openlogon__Request request = REQUEST(SET_ACCOUNT_POLICY, set_account_policy, &set);
    Openlogon__AccountPolicy policy = OPENLOGON__ACCOUNT_POLICY__INIT;
    nt_status st = net_check_server(server);

    if (nt_failed(st))
        return st;
    set.given = level == 0 ? read_modals_0(&policy, buffer) : read_modals_3(&policy, buffer);
    set.policy = &policy;
    return net_ask(&request);
}

NET_API_STATUS NetUserModalsSet(LPCWSTR servername, DWORD level, LPBYTE buf, LPDWORD parm_err)
{
    if (level != 0 && level != 3)
        return ERROR_INVALID_LEVEL;
    if (!buf)
        return ERROR_INVALID_PARAMETER;
    if (level == 0 &&
        ((const USER_MODALS_INFO_0 *)(const void *)buf)->usrmod0_force_logoff != TIMEQ_FOREVER) {
        if (parm_err)
            *parm_err = MODALS_FORCE_LOGOFF_PARMNUM;
        return ERROR_INVALID_PARAMETER;
    }
    return net_result(set_modals(servername, level, buf));
}
