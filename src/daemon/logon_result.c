/* SPDX-License-Identifier: MIT */
#include "daemon/logon_result.h"

#include "base/filetime.h"

typedef Openlogon__Worker__SidAndAttributes SidAndAttributes;

const char *logon_result_text(const char *text)
{
    return *text ? text : NULL;
}

nt_status logon_result_sid(const SID **ret, const ProtobufCBinaryData *bytes)
{
    const SID *sid = NULL;

    if (bytes->len > 0) {
        if (!sid_valid(bytes->data, bytes->len))
            return NT(INVALID_SID);
        sid = (const SID *)(const void *)bytes->data;
        if (sid_length(sid) != bytes->len)
            return NT(INVALID_SID);
    }
    *ret = sid;
    return NT_OK;
}

static nt_status read_groups(struct logon_identity *ret, SidAndAttributes **groups, size_t n_groups,
                             MessageArena *arena)
{
    SID_AND_ATTRIBUTES *copy = message_arena_alloc(arena, (n_groups + 1) * sizeof(*copy));

    if (!copy)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < n_groups; i++) {
        const SID *sid;
        nt_status st = logon_result_sid(&sid, &groups[i]->sid);

        if (nt_failed(st) || !sid)
            return NT(INVALID_SID);
        copy[i] = (SID_AND_ATTRIBUTES){ .Sid = (PSID)(uintptr_t)sid,
                                        .Attributes = groups[i]->attributes };
    }
    ret->groups = copy;
    ret->n_groups = n_groups;
    return NT_OK;
}

static nt_status read_dacl(const ACL **ret, const ProtobufCBinaryData *bytes)
{
    *ret = NULL;
    if (bytes->len == 0)
        return NT_OK;
    if (!acl_valid(bytes->data, bytes->len))
        return NT(INVALID_ACL);
    *ret = (const ACL *)(const void *)bytes->data;
    return NT_OK;
}

nt_status logon_result_identity(struct logon_identity *ret,
                                const Openlogon__Worker__LogonResult *result, MessageArena *arena)
{
    struct logon_identity identity = { .privileges_present = result->privileges_present,
                                       .privileges_enabled = result->privileges_enabled,
                                       .expiration = result->expiration };
    nt_status st = logon_result_sid(&identity.user, &result->user_sid);

    if (!nt_failed(st))
        st = logon_result_sid(&identity.primary_group, &result->primary_group);
    if (!nt_failed(st))
        st = logon_result_sid(&identity.owner, &result->owner);
    if (!nt_failed(st))
        st = read_dacl(&identity.default_dacl, &result->default_dacl);
    if (!nt_failed(st))
        st = read_groups(&identity, result->groups, result->n_groups, arena);
    if (nt_failed(st))
        return st;
    if (!identity.user)
        return NT(INVALID_SID);
    *ret = identity;
    return NT_OK;
}

nt_status logon_result_of_uid(struct logon_identity *ret,
                              const Openlogon__Worker__UidResult *result, MessageArena *arena)
{
    struct logon_identity identity = { .expiration = FILETIME_NEVER };
    nt_status st = logon_result_sid(&identity.user, &result->user_sid);

    if (!nt_failed(st))
        st = logon_result_sid(&identity.primary_group, &result->primary_group);
    if (!nt_failed(st))
        st = read_groups(&identity, result->groups, result->n_groups, arena);
    if (nt_failed(st))
        return st;
    *ret = identity;
    return NT_OK;
}

static int64_t or_never(int64_t time)
{
    return time != 0 ? time : FILETIME_NEVER;
}

void logon_result_facts(struct session_facts *ret, const Openlogon__Worker__LogonResult *result,
                        int64_t now)
{
    *ret = (struct session_facts){
        .user = result->account_name,
        .domain = result->authority,
        .package = result->package,
        .logon_server = logon_result_text(result->logon_server),
        .dns_domain = logon_result_text(result->dns_domain),
        .upn = logon_result_text(result->upn),
        .logon_script = logon_result_text(result->logon_script),
        .profile_path = logon_result_text(result->profile_path),
        .home_directory = logon_result_text(result->home_directory),
        .user_flags = result->user_flags,
        .logon_time = now,
        .last_success = result->last_success,
        .last_failure = result->last_failure,
        .failed_attempts = result->failed_attempts,
        .logoff_time = or_never(result->logoff_time),
        .kick_off_time = or_never(result->kick_off_time),
        .password_last_set = result->password_last_set,
        .password_can_change = result->password_can_change,
        .password_must_change = or_never(result->password_must_change),
    };
}
