/* SPDX-License-Identifier: MIT */
/* Logging a user on by name and password. */
#include <windows.h>

#include <string.h>

#include "client/last_error.h"
#include "client/logon_call.h"
#include "client/text.h"

static const DWORD logon_types[] = {
    LOGON32_LOGON_INTERACTIVE,     LOGON32_LOGON_NETWORK, LOGON32_LOGON_BATCH,
    LOGON32_LOGON_SERVICE,         LOGON32_LOGON_UNLOCK,  LOGON32_LOGON_NETWORK_CLEARTEXT,
    LOGON32_LOGON_NEW_CREDENTIALS,
};

/* Who is to be logged on; borrowed. */
struct who {
    const char *user;
    const char *domain; /* NULL: none given */
    const char *password;
    DWORD type;
    DWORD provider;
    const TOKEN_GROUPS *groups; /* to be added; NULL: none */
};

/* What LogonUserEx() gives beside the token; each may be NULL. */
struct extras {
    PSID *logon_sid;
    void **profile;
    DWORD *profile_size;
    QUOTA_LIMITS *quota;
};

static bool type_is_known(DWORD type)
{
    for (size_t i = 0; i < ARRAY_SIZE(logon_types); i++) {
        if (logon_types[i] == type)
            return true;
    }
    return false;
}

static nt_status ask(const struct who *who, unsigned wishes, struct logon_answer *ret)
{
    Openlogon__LogonRequest logon = OPENLOGON__LOGON_REQUEST__INIT;
    Openlogon__LsaLogon lsa = OPENLOGON__LSA_LOGON__INIT;
    _cleanup_(logon_groups_done) struct logon_groups groups = { 0 };
    nt_status st = logon_groups_make(&groups, who->groups);

    if (nt_failed(st))
        return st;
    logon.user = (char *)(uintptr_t)who->user;
    logon.domain = (char *)(uintptr_t)(who->domain ? who->domain : "");
    logon.domain_given = who->domain != NULL;
    if (who->password) {
        logon.password.data = (uint8_t *)(uintptr_t)who->password;
        logon.password.len = strlen(who->password);
    }
    logon.logon_type = who->type;
    logon.provider = who->provider;
    if (groups.n > 0) {
        lsa.local_groups = groups.list;
        lsa.n_local_groups = groups.n;
        logon.lsa = &lsa;
    }
    return logon_call(&logon, wishes, ret);
}

static void extras_write(const struct extras *extras, struct logon_answer *answer)
{
    if (extras->logon_sid)
        *extras->logon_sid = TAKE(answer->logon_sid);
    if (extras->profile_size)
        *extras->profile_size = (DWORD)answer->profile_size;
    if (extras->profile)
        *extras->profile = TAKE(answer->profile);
    if (extras->quota)
        *extras->quota = logon_no_quota;
}

static nt_status logon(const struct who *who, HANDLE *ret, const struct extras *extras)
{
    _cleanup_(logon_answer_done) struct logon_answer answer = { 0 };
    nt_status st;

    if (!who->user || !ret || !type_is_known(who->type) || who->provider > LOGON32_PROVIDER_VIRTUAL)
        return NT(INVALID_PARAMETER);
    st = ask(who, extras->profile ? LOGON_WITH_PROFILE_BUFFER : 0, &answer);
    if (nt_failed(st))
        return st;
    *ret = TAKE(answer.token);
    extras_write(extras, &answer);
    return NT_OK;
}

/* The same for names of 16-bit units. */
struct wide_who {
    LPCWSTR user, domain, password;
};

static nt_status logon_wide(const struct wide_who *wide, struct who *who, HANDLE *ret,
                            const struct extras *extras)
{
    _cleanup_(text_done) char *user = NULL, *domain = NULL, *password = NULL;
    nt_status st = text_from_wide(&user, wide->user);

    if (!nt_failed(st))
        st = text_from_wide(&domain, wide->domain);
    if (!nt_failed(st))
        st = text_from_wide(&password, wide->password);
    if (nt_failed(st))
        return st;
    who->user = user;
    who->domain = domain;
    who->password = password;
    return logon(who, ret, extras);
}

BOOL LogonUserExA(LPCSTR lpszUsername, LPCSTR lpszDomain, LPCSTR lpszPassword, DWORD dwLogonType,
                  DWORD dwLogonProvider, PHANDLE phToken, PSID *ppLogonSid, PVOID *ppProfileBuffer,
                  LPDWORD pdwProfileLength, PQUOTA_LIMITS pQuotaLimits)
{
    const struct who who = { lpszUsername, lpszDomain,      lpszPassword,
                             dwLogonType,  dwLogonProvider, NULL };
    const struct extras extras = { ppLogonSid, ppProfileBuffer, pdwProfileLength, pQuotaLimits };

    return finish(logon(&who, phToken, &extras));
}

BOOL LogonUserExExW(LPWSTR lpszUsername, LPWSTR lpszDomain, LPWSTR lpszPassword, DWORD dwLogonType,
                    DWORD dwLogonProvider, PTOKEN_GROUPS pTokenGroups, PHANDLE phToken,
                    PSID *ppLogonSid, PVOID *ppProfileBuffer, LPDWORD pdwProfileLength,
                    PQUOTA_LIMITS pQuotaLimits)
{
    const struct wide_who wide = { lpszUsername, lpszDomain, lpszPassword };
    struct who who = { .type = dwLogonType, .provider = dwLogonProvider, .groups = pTokenGroups };
    const struct extras extras = { ppLogonSid, ppProfileBuffer, pdwProfileLength, pQuotaLimits };

    return finish(logon_wide(&wide, &who, phToken, &extras));
}

BOOL LogonUserExW(LPCWSTR lpszUsername, LPCWSTR lpszDomain, LPCWSTR lpszPassword, DWORD dwLogonType,
                  DWORD dwLogonProvider, PHANDLE phToken, PSID *ppLogonSid, PVOID *ppProfileBuffer,
                  LPDWORD pdwProfileLength, PQUOTA_LIMITS pQuotaLimits)
{
    const struct wide_who wide = { lpszUsername, lpszDomain, lpszPassword };
    struct who who = { .type = dwLogonType, .provider = dwLogonProvider };
    const struct extras extras = { ppLogonSid, ppProfileBuffer, pdwProfileLength, pQuotaLimits };

    return finish(logon_wide(&wide, &who, phToken, &extras));
}

BOOL LogonUserA(LPCSTR lpszUsername, LPCSTR lpszDomain, LPCSTR lpszPassword, DWORD dwLogonType,
                DWORD dwLogonProvider, PHANDLE phToken)
{
    return LogonUserExA(lpszUsername, lpszDomain, lpszPassword, dwLogonType, dwLogonProvider,
                        phToken, NULL, NULL, NULL, NULL);
}

BOOL LogonUserW(LPCWSTR lpszUsername, LPCWSTR lpszDomain, LPCWSTR lpszPassword, DWORD dwLogonType,
                DWORD dwLogonProvider, PHANDLE phToken)
{
    return LogonUserExW(lpszUsername, lpszDomain, lpszPassword, dwLogonType, dwLogonProvider,
                        phToken, NULL, NULL, NULL, NULL);
}
