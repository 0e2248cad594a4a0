/* SPDX-License-Identifier: MIT */
/* Logging a user on. */
#include <windows.h>

#include <stdlib.h>
#include <string.h>

#include "client/authority.h"
#include "client/last_error.h"
#include "client/text.h"
#include "client/token_handle.h"

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

static nt_status ask(const struct who *who, struct reply *ret, connection **ret_connection)
{
    Openlogon__LogonRequest logon = OPENLOGON__LOGON_REQUEST__INIT;
    Openlogon__Request request = REQUEST(LOGON, logon, &logon);

    logon.user = (char *)(uintptr_t)who->user;
    logon.domain = (char *)(uintptr_t)(who->domain ? who->domain : "");
    logon.domain_given = who->domain != NULL;
    if (who->password) {
        logon.password.data = (uint8_t *)(uintptr_t)who->password;
        logon.password.len = strlen(who->password);
    }
    logon.logon_type = who->type;
    logon.provider = who->provider;
    return authority_call(AS_THREAD, &request, REPLY_OF(TOKEN), ret, ret_connection);
}

/* NULL in *ret when the token has none. */
static nt_status copy_logon_sid(const token_image *image, SID **ret)
{
    *ret = NULL;
    for (size_t i = 1; i < token_image_n_sids(image); i++) {
        uint32_t attributes = token_image_sid_attributes(image, i);

        if ((attributes & SE_GROUP_LOGON_ID) == SE_GROUP_LOGON_ID)
            return sid_dup(ret, token_image_sid(image, i));
    }
    return NT_OK;
}

static nt_status copy_profile(const ProtobufCBinaryData *profile, void **ret)
{
    *ret = NULL;
    if (profile->len == 0)
        return NT_OK;
    *ret = malloc(profile->len);
    if (!*ret)
        return NT(NO_MEMORY);
    memcpy(*ret, profile->data, profile->len);
    return NT_OK;
}

/* OpenLogon limits nothing by quota; the kernel's limits are per process. */
static const QUOTA_LIMITS no_quota = {
    .PagedPoolLimit = SIZE_MAX,
    .NonPagedPoolLimit = SIZE_MAX,
    .MinimumWorkingSetSize = 0,
    .MaximumWorkingSetSize = SIZE_MAX,
    .PagefileLimit = SIZE_MAX,
    .TimeLimit.QuadPart = INT64_MAX,
};

static void extras_write(const struct extras *extras, SID **sid, void **profile, size_t size)
{
    if (extras->logon_sid)
        *extras->logon_sid = TAKE(*sid);
    if (extras->profile)
        *extras->profile = TAKE(*profile);
    if (extras->profile_size)
        *extras->profile_size = (DWORD)size;
    if (extras->quota)
        *extras->quota = no_quota;
}

static nt_status take_reply(const Openlogon__TokenReply *reply, connection *c, HANDLE *ret,
                            const struct extras *extras)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    _cleanup_(freep) SID *sid = NULL;
    _cleanup_(freep) void *profile = NULL;
    nt_status st = token_object_from_reply(&token, c, reply, -1);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (!nt_failed(st))
        st = copy_logon_sid(image->image, &sid);
    if (!nt_failed(st))
        st = copy_profile(&reply->profile, &profile);
    if (!nt_failed(st))
        st = handle_open(ret, token_object_base(token), TOKEN_ALL_ACCESS, 0);
    if (!nt_failed(st))
        extras_write(extras, &sid, &profile, reply->profile.len);
    return st;
}

static nt_status logon(const struct who *who, HANDLE *ret, const struct extras *extras)
{
    _cleanup_(connection_unrefp) connection *c = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    if (!who->user || !ret || !type_is_known(who->type) || who->provider > LOGON32_PROVIDER_VIRTUAL)
        return NT(INVALID_PARAMETER);
    st = ask(who, &reply, &c);
    return nt_failed(st) ? st : take_reply(reply.message->token, c, ret, extras);
}

BOOL LogonUserExA(LPCSTR lpszUsername, LPCSTR lpszDomain, LPCSTR lpszPassword, DWORD dwLogonType,
                  DWORD dwLogonProvider, PHANDLE phToken, PSID *ppLogonSid, PVOID *ppProfileBuffer,
                  LPDWORD pdwProfileLength, PQUOTA_LIMITS pQuotaLimits)
{
    const struct who who = { lpszUsername, lpszDomain, lpszPassword, dwLogonType, dwLogonProvider };
    const struct extras extras = { ppLogonSid, ppProfileBuffer, pdwProfileLength, pQuotaLimits };

    return finish(logon(&who, phToken, &extras));
}

BOOL LogonUserExW(LPCWSTR lpszUsername, LPCWSTR lpszDomain, LPCWSTR lpszPassword, DWORD dwLogonType,
                  DWORD dwLogonProvider, PHANDLE phToken, PSID *ppLogonSid, PVOID *ppProfileBuffer,
                  LPDWORD pdwProfileLength, PQUOTA_LIMITS pQuotaLimits)
{
    _cleanup_(text_done) char *user = NULL, *domain = NULL, *password = NULL;
    nt_status st = text_from_wide(&user, lpszUsername);

    if (!nt_failed(st))
        st = text_from_wide(&domain, lpszDomain);
    if (!nt_failed(st))
        st = text_from_wide(&password, lpszPassword);
    if (nt_failed(st))
        return finish(st);
    return LogonUserExA(user, domain, password, dwLogonType, dwLogonProvider, phToken, ppLogonSid,
                        ppProfileBuffer, pdwProfileLength, pQuotaLimits);
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
