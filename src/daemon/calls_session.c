/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include "authority/linked.h"

/* LUIDs are nobody's secret: every client may list them. */
nt_status call_enumerate_sessions(struct call *call)
{
    const Openlogon__EnumerateSessionsRequest *request = call->request->enumerate_sessions;
    Openlogon__EnumerateSessionsReply *sessions = &call->answer.sessions;
    size_t max = request->max < SESSIONS_PER_PAGE_MAX ? request->max : SESSIONS_PER_PAGE_MAX;
    Session *session = session_store_next(call->daemon->authority->sessions, request->after);

    if (max == 0)
        return NT(INVALID_PARAMETER);
    openlogon__enumerate_sessions_reply__init(sessions);
    sessions->luids = message_arena_alloc(call->daemon->arena, max * sizeof(*sessions->luids));
    if (!sessions->luids)
        return NT(NO_MEMORY);
    for (; session && sessions->n_luids < max; session = session_store_following(session))
        sessions->luids[sessions->n_luids++] = session_luid(session);
    sessions->more = session != NULL;
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_SESSIONS;
    call->answer.reply.sessions = sessions;
    return NT_OK;
}

/* Of a message, which has no absent texts; it is only packed. */
static char *text(const char *value)
{
    return value ? (char *)(uintptr_t)value : (char *)(uintptr_t)protobuf_c_empty_string;
}

static void fill_texts(Openlogon__SessionData *data, const struct session_facts *facts)
{
    data->user = text(facts->user);
    data->domain = text(facts->domain);
    data->package = text(facts->package);
    data->logon_server = text(facts->logon_server);
    data->dns_domain = text(facts->dns_domain);
    data->upn = text(facts->upn);
    data->logon_script = text(facts->logon_script);
    data->profile_path = text(facts->profile_path);
    data->home_directory = text(facts->home_directory);
}

static void fill_times(Openlogon__SessionData *data, const struct session_facts *facts)
{
    data->logon_time = facts->logon_time;
    data->last_success = facts->last_success;
    data->last_failure = facts->last_failure;
    data->logoff_time = facts->logoff_time;
    data->kick_off_time = facts->kick_off_time;
    data->password_last_set = facts->password_last_set;
    data->password_can_change = facts->password_can_change;
    data->password_must_change = facts->password_must_change;
}

static void fill(Openlogon__SessionData *data, const Session *session, const Authority *authority)
{
    const struct session_facts *facts = session->facts;

    openlogon__session_data__init(data);
    data->luid = session_luid(session);
    data->logon_type = facts->logon_type;
    data->wts_session = facts->wts_session;
    data->sid = (ProtobufCBinaryData){ sid_length(facts->sid), (uint8_t *)(uintptr_t)facts->sid };
    data->user_flags = facts->user_flags;
    data->failed_attempts = facts->failed_attempts;
    data->uid = facts->uid;
    data->references = session->n_references;
    data->linked = facts->linked;
    data->elevation_type = (uint32_t)linked_kind(session);
    data->enforced = authority->enforces_identity && facts->uid != UINT32_MAX;
    fill_texts(data, facts);
    fill_times(data, facts);
}

nt_status call_query_session(struct call *call)
{
    const Authority *authority = call->daemon->authority;
    Session *session;
    nt_status st =
        session_store_find(authority->sessions, call->request->query_session->luid, &session);

    if (nt_failed(st))
        return st;
    if (!authority_may_query(session, call->caller))
        return NT(ACCESS_DENIED);
    fill(&call->answer.session, session, authority);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_SESSION;
    call->answer.reply.session = &call->answer.session;
    return NT_OK;
}
