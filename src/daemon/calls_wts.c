/* SPDX-License-Identifier: MIT */
/* Sessions as Remote Desktop Services number them, and logging off. */
#include "daemon/calls.h"

#include <windows.h>
#include <wtsapi32.h>

#include "authority/token_access.h"
#include "base/log.h"
#include "daemon/logoff.h"
#include "security/privilege.h"

/* --- listing -----------------------------------------------------------------------------------
 */

/* A text of a message; it is only packed. */
static char *message_text(const char *text)
{
    return (char *)(uintptr_t)(text ? text : "");
}

/* The logon session of the login itself; NULL: it has ended, others that belong to it have not. */
static Session *login_of(const Authority *authority, const WtsSession *wts)
{
    Session *session;

    return nt_failed(session_store_find(authority->sessions, wts->logon, &session)) ? NULL
                                                                                    : session;
}

static void describe_login(Openlogon__WtsSession *ret, const Session *login)
{
    struct session_facts facts;

    session_read_facts(login, &facts);
    ret->logon = session_luid(login);
    ret->user = message_text(facts.user);
    ret->domain = message_text(facts.domain);
    ret->sid = (ProtobufCBinaryData){ sid_length(facts.sid), (uint8_t *)(uintptr_t)facts.sid };
    ret->logon_time = facts.logon_time;
    ret->logon_type = facts.logon_type;
}

static bool may_see(const Session *login, const token_image *caller)
{
    return login ? authority_may_query(login, caller) : caller_is_administrator(caller);
}

static void describe(Openlogon__WtsSession *ret, const Authority *authority, const WtsSession *wts,
                     const token_image *caller)
{
    const Session *login = login_of(authority, wts);

    ret->number = wts_number(wts);
    ret->station = message_text(wts->station);
    ret->state = login ? WTSActive : WTSDisconnected;
    ret->details = may_see(login, caller);
    if (!ret->details)
        return;
    if (login)
        describe_login(ret, login);
    ret->connect_time = wts->connect_time;
    ret->remote_host = message_text(wts->remote_host);
    ret->logind_session = message_text(wts->logind);
}

static void describe_services(Openlogon__WtsSession *ret)
{
    static char station[] = "Services";

    ret->number = WTS_SERVICES;
    ret->station = station;
    ret->state = WTSDisconnected;
    ret->details = true; /* of nobody there is nothing to hide */
}

/* NULL: no memory. */
static Openlogon__WtsSession *add_entry(struct call *call, Openlogon__WtsListReply *reply)
{
    Openlogon__WtsSession *entry = message_arena_alloc(call->daemon->arena, sizeof(*entry));

    if (!entry)
        return NULL;
    openlogon__wts_session__init(entry);
    reply->sessions[reply->n_sessions++] = entry;
    return entry;
}

static nt_status fill(struct call *call, Openlogon__WtsListReply *reply, size_t max)
{
    const Authority *authority = call->daemon->authority;
    uint32_t first = call->request->wts_list->first;
    const WtsSession *wts = wts_next(authority->wts, first > 0 ? first - 1 : WTS_SERVICES);
    Openlogon__WtsSession *entry;

    if (first == WTS_SERVICES) {
        entry = add_entry(call, reply);
        if (!entry)
            return NT(NO_MEMORY);
        describe_services(entry);
    }
    for (; wts && reply->n_sessions < max; wts = wts_next(authority->wts, wts_number(wts))) {
        entry = add_entry(call, reply);
        if (!entry)
            return NT(NO_MEMORY);
        describe(entry, authority, wts, call->caller);
    }
    reply->more = wts != NULL;
    return NT_OK;
}

/* Which there are is nobody's secret, as the terminals are not; whose is. */
nt_status call_wts_list(struct call *call)
{
    Openlogon__WtsListReply *reply = &call->answer.wts_sessions;
    uint32_t wanted = call->request->wts_list->max;
    size_t max = wanted < WTS_SESSIONS_PER_PAGE_MAX ? wanted : WTS_SESSIONS_PER_PAGE_MAX;

    if (max == 0)
        return NT(INVALID_PARAMETER);
    openlogon__wts_list_reply__init(reply);
    reply->sessions = message_arena_alloc(call->daemon->arena, max * sizeof(*reply->sessions));
    if (!reply->sessions)
        return NT(NO_MEMORY);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_WTS_SESSIONS;
    call->answer.reply.wts_sessions = reply;
    return fill(call, reply, max);
}

/* A process whose account is not known yet is no login's: no login has been without an account. */
nt_status call_wts_of_process(struct call *call)
{
    Openlogon__WtsOfProcessReply *reply = &call->answer.wts_of_process;
    uint32_t pid = call->request->wts_of_process->pid;
    struct process_place place;
    nt_status st;

    if (pid == 0 || pid > INT32_MAX)
        return NT(INVALID_CID);
    st = process_table_place_of_pid(call->daemon->authority->processes, (pid_t)pid, &place);
    if (nt_failed(st))
        return st;
    openlogon__wts_of_process_reply__init(reply);
    if (place.session)
        reply->wts_session = place.session->facts->wts_session;
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_WTS_OF_PROCESS;
    call->answer.reply.wts_of_process = reply;
    return NT_OK;
}

/* --- the token of its user ---------------------------------------------------------------------
 */

/* That of the login's first process: of those that the session's processes have the oldest. */
static Token *master_token(const Authority *authority, const Session *login)
{
    const Login *known = login_table_find(authority->logins, session_luid(login));
    Token *master = known ? known->held : NULL;

    for (struct leaf *leaf = NULL; (leaf = leaf_table_next(authority->leaves, leaf));) {
        if (token_session(leaf->token) == login &&
            (!master || token_id(leaf->token) < token_id(master)))
            master = leaf->token;
    }
    for (ProcessRecord *record = NULL;
         !master && (record = process_table_next(authority->processes, record));) {
        if (token_session(record->token) == login)
            master = record->token;
    }
    return master;
}

/* [WTSQueryUserToken] Only for the system itself, whomever the thread impersonates. */
static nt_status may_take_token(const struct call *call)
{
    const ProcessRecord *process = client_process(call->client);

    if (!process)
        return NT(PROCESS_IS_TERMINATING);
    return caller_is_system(token_peek_image(process->token)) &&
                   caller_has_privileges(token_peek_image(process->token),
                                         PRIVILEGE_BIT(PRIVILEGE_TCB))
               ? NT_OK
               : NT(PRIVILEGE_NOT_HELD);
}

nt_status call_wts_user_token(struct call *call)
{
    const Authority *authority = call->daemon->authority;
    uint32_t number = call->request->wts_user_token->wts_session;
    const WtsSession *wts = wts_find(authority->wts, number);
    _cleanup_(token_unrefp) Token *copy = NULL;
    const Session *login;
    const Token *master;
    nt_status st = may_take_token(call);

    if (nt_failed(st))
        return st;
    if (!wts)
        return number == WTS_SERVICES ? NT(NO_TOKEN) : NT(OBJECT_NAME_NOT_FOUND);
    login = login_of(authority, wts);
    master = login ? master_token(authority, login) : NULL;
    if (!master)
        return NT(NO_TOKEN);
    st = token_duplicate_primary(&copy, master,
                                 token_image_privileges_present(token_peek_image(master)),
                                 token_image_privileges_enabled(token_peek_image(master)));
    return nt_failed(st) ? st
                         : answer_give_token(&call->answer, call->client, copy, TOKEN_ALL_ACCESS);
}

/* --- logging off -------------------------------------------------------------------------------
 */

/* Which sessions are to be ended; starts as all zeros. */
struct luid_list {
    uint64_t *luids;
    size_t n, capacity;
};

static void luid_list_done(struct luid_list *list)
{
    free(list->luids);
}

static nt_status add_luid(struct luid_list *list, uint64_t luid)
{
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 8;
        uint64_t *longer = reallocarray(list->luids, capacity, sizeof(*longer));

        if (!longer)
            return NT(NO_MEMORY);
        list->luids = longer;
        list->capacity = capacity;
    }
    list->luids[list->n++] = luid;
    return NT_OK;
}

/* One that no logon has made comes back with the next process of its user. */
static nt_status may_log_off(const struct call *call, const Session *session)
{
    if (!authority_may_query(session, call->caller) || session_is_well_known(session_luid(session)))
        return NT(ACCESS_DENIED);
    return process_table_is_service(call->daemon->authority->processes, session) ? NT(NOT_SUPPORTED)
                                                                                 : NT_OK;
}

/* The two sessions of an administrator's logon end together. */
static nt_status find_by_luid(const struct call *call, struct luid_list *ret)
{
    Session *session;
    nt_status st = session_store_find(call->daemon->authority->sessions,
                                      call->request->wts_logoff->luid, &session);

    if (!nt_failed(st))
        st = may_log_off(call, session);
    if (!nt_failed(st))
        st = add_luid(ret, session_luid(session));
    if (!nt_failed(st) && session->linked != 0)
        st = add_luid(ret, session->linked);
    return st;
}

/* Whose login it was may end it, and with it what was started there as somebody else. */
static nt_status find_by_number(const struct call *call, struct luid_list *ret)
{
    const Authority *authority = call->daemon->authority;
    uint32_t number = call->request->wts_logoff->wts_session;
    const WtsSession *wts = wts_find(authority->wts, number);

    if (number == WTS_SERVICES)
        return NT(ACCESS_DENIED);
    if (!wts)
        return NT(OBJECT_NAME_NOT_FOUND);
    if (!may_see(login_of(authority, wts), call->caller))
        return NT(ACCESS_DENIED);
    for (const Session *session = session_store_next(authority->sessions, 0); session;
         session = session_store_following(session)) {
        nt_status st =
            session->facts->wts_session == number ? add_luid(ret, session_luid(session)) : NT_OK;
        if (nt_failed(st))
            return st;
    }
    return NT_OK;
}

static void on_logged_off(nt_status status, void *context)
{
    struct pending *pending = context;
    struct answer answer;

    answer_init(&answer);
    pending_answer(pending, &answer, status);
    answer_done(&answer);
    pending_done(pending);
    free(pending);
}

static nt_status start_and_wait(struct call *call, struct logoff_spec *spec)
{
    _cleanup_(freep) struct pending *pending = malloc(sizeof(*pending));
    nt_status st;

    if (!pending)
        return NT(NO_MEMORY);
    pending_init(pending, call->daemon, call->client, call->request);
    st = pending_charge(pending, call->client);
    if (nt_failed(st))
        return st;
    spec->done = on_logged_off;
    spec->context = pending;
    st = logoff_start(call->daemon->logoffs, spec);
    if (nt_failed(st)) {
        pending_done(pending);
        return st;
    }
    (void)TAKE(pending);
    return NT(PENDING);
}

nt_status call_wts_logoff(struct call *call)
{
    const Openlogon__WtsLogoffRequest *request = call->request->wts_logoff;
    _cleanup_(luid_list_done) struct luid_list list = { 0 };
    struct logoff_spec spec = { .grace_ms = request->grace_ms };
    nt_status st = request->grace_ms > LOGOFF_GRACE_MAX_MS ? NT(INVALID_PARAMETER) : NT_OK;

    if (!nt_failed(st))
        st = request->luid != 0 ? find_by_luid(call, &list) : find_by_number(call, &list);
    if (nt_failed(st))
        return st;
    log_info("process %d of uid %u logs off %zu logon sessions, the first of them %#llx",
             (int)call->client->pid, call->client->uid, list.n,
             (unsigned long long)(list.n > 0 ? list.luids[0] : 0));
    spec.luids = list.luids;
    spec.n = list.n;
    return request->wait ? start_and_wait(call, &spec) : logoff_start(call->daemon->logoffs, &spec);
}
