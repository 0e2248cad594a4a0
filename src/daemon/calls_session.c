/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include <errno.h>
#include <fcntl.h>

#include "authority/linked.h"
#include "authority/token_access.h"
#include "authority/user_index.h"
#include "ipc/message_text.h"

/* The list of an answer, with room for as many as were asked for, or fit. */
static nt_status open_list(struct call *call, size_t wanted, size_t *ret_room)
{
    Openlogon__EnumerateSessionsReply *sessions = &call->answer.sessions;
    const size_t room = wanted < SESSIONS_PER_PAGE_MAX ? wanted : SESSIONS_PER_PAGE_MAX;

    if (room == 0)
        return NT(INVALID_PARAMETER);
    openlogon__enumerate_sessions_reply__init(sessions);
    sessions->luids = message_arena_alloc(call->daemon->arena, room * sizeof(*sessions->luids));
    if (!sessions->luids)
        return NT(NO_MEMORY);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_SESSIONS;
    call->answer.reply.sessions = sessions;
    *ret_room = room;
    return NT_OK;
}

static void list_all(struct call *call, uint64_t after, size_t room)
{
    Openlogon__EnumerateSessionsReply *sessions = &call->answer.sessions;
    Session *session = session_store_next(call->daemon->authority->sessions, after);

    for (; session && sessions->n_luids < room; session = session_store_following(session))
        sessions->luids[sessions->n_luids++] = session_luid(session);
    sessions->more = session != NULL;
}

/* LUIDs are nobody's secret: every client may list them. */
nt_status call_enumerate_sessions(struct call *call)
{
    const Openlogon__EnumerateSessionsRequest *request = call->request->enumerate_sessions;
    size_t room;
    nt_status st = open_list(call, request->max, &room);

    if (!nt_failed(st))
        list_all(call, request->after, room);
    return st;
}

static void list_of(struct call *call, const struct session_owner *owner, uint64_t after,
                    size_t room)
{
    Openlogon__EnumerateSessionsReply *sessions = &call->answer.sessions;
    const SessionStore *store = call->daemon->authority->sessions;
    const Session *session = session_store_next_of(store, owner, after);

    while (session && sessions->n_luids < room) {
        sessions->luids[sessions->n_luids++] = session_luid(session);
        session = session_store_next_of(store, owner, session_luid(session));
    }
    sessions->more = session != NULL;
}

/* Whose sessions are whose is told as query_session tells it: others than administrators find their
 * own only, and do not learn whether there are others. */
nt_status call_find_sessions(struct call *call)
{
    const Openlogon__FindSessionsRequest *request = call->request->find_sessions;
    const bool sees_all = caller_is_administrator(call->caller);
    struct session_owner owner = { .user = *request->user ? request->user : NULL };
    size_t room;
    nt_status st = call_check_text(request->user, USER_NAME_MAX);

    if (nt_failed(st))
        return st;
    if (request->sid.len > 0) {
        if (!sid_valid(request->sid.data, request->sid.len))
            return NT(INVALID_SID);
        owner.sid = (const SID *)(const void *)request->sid.data;
    }
    st = open_list(call, request->max, &room);
    if (nt_failed(st) || (owner.sid && !sees_all && !caller_is_user(call->caller, owner.sid)))
        return st;
    if (!sees_all)
        owner.sid = token_image_sid(call->caller, 0);
    if (owner.user || owner.sid)
        list_of(call, &owner, request->after, room);
    else
        list_all(call, request->after, room);
    return NT_OK;
}

static void describe(Openlogon__SessionData *data, const Session *session,
                     const Authority *authority)
{
    uint32_t uid = session->facts->uid;

    session_describe(data, session);
    data->uid = uid;
    data->references = session->n_references;
    data->linked = session->linked;
    data->elevation_type = (uint32_t)linked_kind(session);
    data->enforced = authority->enforces_identity && uid != UINT32_MAX;
}

static void describe_login(Openlogon__SessionData *data, const Login *login)
{
    data->login_service = message_text(login->facts.service);
    data->login_tty = message_text(login->facts.tty);
    data->login_host = message_text(login->facts.remote_host);
    data->login_user = message_text(login->facts.remote_user);
    data->login_leader = (uint32_t)login->leader;
    data->audit_session = login->audit_session;
}

nt_status call_query_session(struct call *call)
{
    const Authority *authority = call->daemon->authority;
    const Login *login;
    Session *session;
    nt_status st =
        session_store_find(authority->sessions, call->request->query_session->luid, &session);

    if (nt_failed(st))
        return st;
    if (!authority_may_query(session, call->caller))
        return NT(ACCESS_DENIED);
    describe(&call->answer.session, session, authority);
    login = login_table_find(authority->logins, session_luid(session));
    if (login)
        describe_login(&call->answer.session, login);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_SESSION;
    call->answer.reply.session = &call->answer.session;
    return NT_OK;
}

/* --- many sessions -----------------------------------------------------------------------------
 */

/* Whom the sessions of other users are shown to does not change from one to the next. */
struct session_view {
    const struct call *call;
    bool sees_all;
};

static bool may_see(const struct session_view *view, const Session *session)
{
    return view->sees_all || caller_is_user(view->call->caller, session->facts->sid);
}

/* False: it does not fit any more. */
static bool add_data(const struct session_view *view, Openlogon__QuerySessionsReply *reply,
                     const Session *session, size_t *size)
{
    const Authority *authority = view->call->daemon->authority;
    Openlogon__SessionData *data = message_arena_alloc(view->call->daemon->arena, sizeof(*data));
    const Login *login = login_table_find(authority->logins, session_luid(session));
    size_t more;

    if (!data || reply->n_sessions == SESSION_DATA_PER_REPLY_MAX)
        return false;
    describe(data, session, authority);
    if (login)
        describe_login(data, login);
    more = openlogon__session_data__get_packed_size(data);
    if (*size + more > SESSION_DATA_SIZE_MAX && reply->n_sessions > 0)
        return false;
    *size += more;
    reply->sessions[reply->n_sessions++] = data;
    return true;
}

/* Up to what does not fit, or to what was enough work for one turn. */
static void add_many(const struct session_view *view, Openlogon__QuerySessionsReply *reply,
                     Session *session)
{
    size_t size = 0;

    for (int n = 0; session && n < SESSIONS_LOOKED_AT_MAX; n++) {
        if (!may_see(view, session))
            reply->n_hidden++;
        else if (!add_data(view, reply, session, &size))
            break;
        reply->last = session_luid(session);
        session = session_store_following(session);
    }
    reply->more = session != NULL;
}

nt_status call_query_sessions(struct call *call)
{
    const struct session_view view = { call, caller_is_administrator(call->caller) };
    Openlogon__QuerySessionsReply *reply = &call->answer.query_sessions;

    openlogon__query_sessions_reply__init(reply);
    reply->last = call->request->query_sessions->after;
    reply->sessions = message_arena_alloc(call->daemon->arena,
                                          SESSION_DATA_PER_REPLY_MAX * sizeof(*reply->sessions));
    if (!reply->sessions)
        return NT(NO_MEMORY);
    add_many(&view, reply, session_store_next(call->daemon->authority->sessions, reply->last));
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_QUERY_SESSIONS;
    call->answer.reply.query_sessions = reply;
    return NT_OK;
}

/* --- pages -------------------------------------------------------------------------------------
 */

/* Duplicates what is sent along: the answer closes it. */
static nt_status send_page(struct call *call, int fd)
{
    call->answer.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return call->answer.fd < 0 ? nt_from_errno(errno) : NT_OK;
}

nt_status call_session_luids_page(struct call *call)
{
    return send_page(call, session_pages_luids_fd(call->daemon->session_pages));
}

/* A map outlasts what a thread impersonates: the process itself has to be an administrator's. */
nt_status call_session_data_page(struct call *call)
{
    const ProcessRecord *process = client_process(call->client);

    if (!process || !caller_is_administrator(token_peek_image(process->token)))
        return NT(ACCESS_DENIED);
    return send_page(call, session_pages_data_fd(call->daemon->session_pages));
}
