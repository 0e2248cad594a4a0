/* SPDX-License-Identifier: MIT */
#include "client/session_data.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/luid.h"
#include "client/authority.h"
#include "client/lsa_string.h"
#include "security/sid.h"

/* Which text goes into which string. */
static const struct string_field {
    size_t from; /* a char * in Openlogon__SessionData */
    size_t to;   /* an LSA_UNICODE_STRING in SECURITY_LOGON_SESSION_DATA */
} string_fields[] = {
#define STRING(from, to)                                                                           \
    {                                                                                              \
        offsetof(Openlogon__SessionData, from), offsetof(SECURITY_LOGON_SESSION_DATA, to)          \
    }
    STRING(user, UserName),
    STRING(domain, LogonDomain),
    STRING(package, AuthenticationPackage),
    STRING(logon_server, LogonServer),
    STRING(dns_domain, DnsDomainName),
    STRING(upn, Upn),
    STRING(logon_script, LogonScript),
    STRING(profile_path, ProfilePath),
    STRING(home_directory, HomeDirectory),
#undef STRING
};

static const char *field_text(const Openlogon__SessionData *from, size_t i)
{
    return *(char *const *)(const void *)((const char *)from + string_fields[i].from);
}

static LSA_UNICODE_STRING *field_string(SECURITY_LOGON_SESSION_DATA *data, size_t i)
{
    return (LSA_UNICODE_STRING *)(void *)((char *)data + string_fields[i].to);
}

/* Bytes for the block. One more string is the empty HomeDirectoryDrive: there are no drives here.
 */
static size_t block_size(const Openlogon__SessionData *from)
{
    size_t size = sizeof(SECURITY_LOGON_SESSION_DATA) + from->sid.len + sizeof(WCHAR);

    for (size_t i = 0; i < ARRAY_SIZE(string_fields); i++)
        size += lsa_string_room(field_text(from, i));
    return size;
}

static void copy_numbers(SECURITY_LOGON_SESSION_DATA *data, const Openlogon__SessionData *from)
{
    data->Size = sizeof(*data);
    data->LogonId = luid_from_u64(from->luid);
    data->LogonType = from->logon_type;
    data->Session = from->wts_session;
    data->LogonTime.QuadPart = from->logon_time;
    data->UserFlags = from->user_flags;
    data->LastLogonInfo.LastSuccessfulLogon.QuadPart = from->last_success;
    data->LastLogonInfo.LastFailedLogon.QuadPart = from->last_failure;
    data->LastLogonInfo.FailedAttemptCountSinceLastSuccessfulLogon = from->failed_attempts;
    data->LogoffTime.QuadPart = from->logoff_time;
    data->KickOffTime.QuadPart = from->kick_off_time;
    data->PasswordLastSet.QuadPart = from->password_last_set;
    data->PasswordCanChange.QuadPart = from->password_can_change;
    data->PasswordMustChange.QuadPart = from->password_must_change;
}

static nt_status copy_strings(SECURITY_LOGON_SESSION_DATA *data, WCHAR *next,
                              const Openlogon__SessionData *from)
{
    nt_status st = lsa_string_put(&data->HomeDirectoryDrive, &next, "");

    for (size_t i = 0; i < ARRAY_SIZE(string_fields) && !nt_failed(st); i++)
        st = lsa_string_put(field_string(data, i), &next, field_text(from, i));
    return st;
}

nt_status session_data_build(SECURITY_LOGON_SESSION_DATA **ret, const Openlogon__SessionData *from)
{
    _cleanup_(freep) SECURITY_LOGON_SESSION_DATA *data = calloc(1, block_size(from));
    uint8_t *sid = (uint8_t *)(data + 1);
    nt_status st;

    if (!data)
        return NT(NO_MEMORY);
    if (from->sid.len > 0 && (!sid_valid(from->sid.data, from->sid.len) ||
                              sid_length((const SID *)from->sid.data) != from->sid.len))
        return NT(INVALID_PARAMETER);
    copy_numbers(data, from);
    if (from->sid.len > 0)
        data->Sid = memcpy(sid, from->sid.data, from->sid.len);
    st = copy_strings(data, (WCHAR *)(void *)(sid + from->sid.len), from);
    if (!nt_failed(st))
        *ret = TAKE(data);
    return st;
}

nt_status session_query(struct reply *ret, const LUID *luid)
{
    Openlogon__QuerySessionRequest query = OPENLOGON__QUERY_SESSION_REQUEST__INIT;
    Openlogon__Request request = REQUEST(QUERY_SESSION, query_session, &query);

    query.luid = luid_to_u64(*luid);
    return authority_call(AS_THREAD, &request, REPLY_OF(SESSION), ret, NULL);
}
