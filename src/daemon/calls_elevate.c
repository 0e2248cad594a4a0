/* SPDX-License-Identifier: MIT */
/* The other token of an administrator's logon, and the token of nobody. */
#include "daemon/calls.h"

#include <windows.h>
#include <ntsecapi.h>

#include "authority/linked.h"
#include "authority/local_logon.h"
#include "authority/token_access.h"
#include "daemon/logon_name.h"
#include "daemon/logon_result.h"
#include "security/privilege.h"

/* --- asking for the twin --------------------------------------------------------------------- */

/* [TokenLinkedToken] With SeTcbPrivilege a token to start processes with, else one to look at. */
nt_status call_linked_token(struct call *call)
{
    const token_image *process = token_peek_image(client_process(call->client)->token);
    bool has_tcb = caller_has_privileges(process, PRIVILEGE_BIT(PRIVILEGE_TCB));
    _cleanup_(token_unrefp) Token *twin = NULL;
    struct token_ref *ref;
    nt_status st =
        token_refs_find(&call->client->tokens, call->request->linked_token->token_id, &ref);

    if (nt_failed(st))
        return st;
    if (!(ref->granted & TOKEN_QUERY))
        return NT(ACCESS_DENIED);
    st = linked_open(&twin, call->daemon->authority, ref->token,
                     has_tcb ? TokenPrimary : TokenImpersonation,
                     has_tcb ? SecurityAnonymous : SecurityIdentification);
    return nt_failed(st) ? st
                         : answer_give_token(&call->answer, call->client, twin, TOKEN_ALL_ACCESS);
}

/* --- elevation ------------------------------------------------------------------------------- */

/* Somebody's password is being checked. */
struct elevation {
    struct pending pending;
    Session *filtered; /* the caller's; a reference */
};

static struct elevation *elevation_free(struct elevation *elevation)
{
    if (elevation) {
        session_unref(elevation->filtered);
        pending_done(&elevation->pending);
    }
    free(elevation);
    return NULL;
}
DEFINE_CLEANUP(struct elevation *, elevation_free);

static void publish_elevated(const Daemon *daemon, const Client *client, const Session *filtered,
                             const Token *full)
{
    struct event event = { .type = EVENT_ELEVATED };

    event_about_session(&event, filtered);
    event.linked_session = session_luid(token_session(full));
    event.token = token_id(full);
    event.actor = call_actor(client, token_peek_image(client_process(client)->token));
    event_publish(daemon->events, &event);
}

/* From now on the client may start processes with tokens of the full session. */
static nt_status elevate(const Daemon *daemon, Client *client, const Session *filtered,
                         struct answer *answer)
{
    _cleanup_(token_unrefp) Token *full = NULL;
    const ProcessRecord *process = client_process(client);
    nt_status st;

    if (!process)
        return NT(PROCESS_IS_TERMINATING);
    if (token_session(process->token) != filtered)
        return NT(ACCESS_DENIED);
    st = linked_open(&full, client->authority, process->token, TokenPrimary, SecurityAnonymous);
    if (!nt_failed(st))
        st = answer_give_token(answer, client, full, TOKEN_ALL_ACCESS);
    if (nt_failed(st))
        return st;
    client->elevated_session = session_luid(token_session(full));
    publish_elevated(daemon, client, filtered, full);
    return NT_OK;
}

/* A right password of another account proves nothing. */
static nt_status check_proof(const struct elevation *elevation, const JobResult *result)
{
    const SID *user = NULL;
    nt_status st;

    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_LOGON)
        return NT(INTERNAL_ERROR);
    st = logon_result_sid(&user, &result->logon->user_sid);
    if (nt_failed(st))
        return st;
    return user && sid_equal(user, elevation->filtered->facts->sid) ? NT_OK : NT(LOGON_FAILURE);
}

/* The session that the package made for the check ends with its job. */
static void on_verified(Job *job, nt_status status, const JobResult *result, void *context)
{
    _cleanup_(elevation_freep) struct elevation *elevation = context;
    Client *client = pending_client(&elevation->pending);
    nt_status st = nt_failed(status) ? status : check_proof(elevation, result);
    struct answer answer;

    answer_init(&answer);
    if (client && !nt_failed(st))
        st = elevate(elevation->pending.daemon, client, elevation->filtered, &answer);
    else if (result && NT_IS(st, ACCOUNT_RESTRICTION))
        answer.reply.sub_status = result->sub_status;
    if (NT_IS(st, NO_SUCH_USER) || NT_IS(st, WRONG_PASSWORD))
        st = NT(LOGON_FAILURE);
    pending_answer(&elevation->pending, &answer, st);
    answer_done(&answer);
}

static nt_status verify(struct call *call, struct elevation *elevation)
{
    const struct session_facts *facts = elevation->filtered->facts;
    const struct logon_name_parts parts = { facts->user, facts->domain };
    Openlogon__Worker__LogonJob work = OPENLOGON__WORKER__LOGON_JOB__INIT;
    uint32_t package = (uint32_t)elevation->filtered->maker; /* that knows the account */
    Daemon *daemon = call->daemon;
    struct logon_name name;
    nt_status st = logon_name_reduce(&name, parts, daemon->authority->machine_name, daemon->arena);

    if (nt_failed(st))
        return st;
    work.user = name.name;
    work.domain = name.domain;
    work.password = call->request->elevate->password;
    work.logon_type = Interactive;
    work.client_luid = session_luid(elevation->filtered);
    work.client_pid = (uint32_t)call->client->pid;
    return worker_pool_log_on(daemon->pool, &work, package, on_verified, elevation);
}

/* Of a process that was confined the confinement is not lifted: it has to be as the logon was. */
static nt_status may_elevate(const struct call *call, const Session *session)
{
    const token_image *process = token_peek_image(client_process(call->client)->token);

    if (call->request->effective_token != 0)
        return NT(ACCESS_DENIED);
    return linked_check_whole(session, process);
}

static nt_status elevation_new(struct elevation **ret, struct call *call, Session *filtered)
{
    _cleanup_(elevation_freep) struct elevation *elevation = calloc(1, sizeof(*elevation));
    nt_status st;

    if (!elevation)
        return NT(NO_MEMORY);
    pending_init(&elevation->pending, call->daemon, call->client, call->request);
    elevation->filtered = session_ref(filtered);
    st = pending_charge(&elevation->pending, call->client);
    if (nt_failed(st))
        return st;
    *ret = TAKE(elevation);
    return NT_OK;
}

static nt_status elevate_by_password(struct call *call, Session *filtered)
{
    _cleanup_(elevation_freep) struct elevation *elevation = NULL;
    nt_status st = elevation_new(&elevation, call, filtered);

    if (!nt_failed(st))
        st = verify(call, elevation);
    if (nt_failed(st))
        return st;
    (void)TAKE(elevation);
    return NT(PENDING);
}

nt_status call_elevate(struct call *call)
{
    Session *session = token_session(client_process(call->client)->token);
    nt_status st;

    if (call->request->elevate->password.len > PASSWORD_SIZE_MAX)
        return NT(INVALID_PARAMETER);
    st = may_elevate(call, session);
    if (nt_failed(st))
        return st;
    switch (policy_elevation(call->daemon->authority->policy).consent) {
    case ELEVATION_BY_PASSWORD:
        return call->request->elevate->password_given ? elevate_by_password(call, session)
                                                      : NT(ELEVATION_REQUIRED);
    case ELEVATION_FREELY:
        return elevate(call->daemon, call->client, session, &call->answer);
    case ELEVATION_FORBIDDEN:
    case ELEVATION_CONSENT_MAX_:
        break;
    }
    return NT(ACCESS_DENIED);
}

/* --- nobody ---------------------------------------------------------------------------------- */

/* [ImpersonateAnonymousToken] A restricted process would get rid of its restrictions. */
nt_status call_anonymous_token(struct call *call)
{
    const token_image *process = token_peek_image(client_process(call->client)->token);
    _cleanup_(token_unrefp) Token *token = NULL;
    nt_status st;

    if (token_image_n_restricted(process) > 0)
        return NT(ACCESS_DENIED);
    st = local_logon_anonymous(call->daemon->authority, &token,
                               token_image_authentication_id(process));
    return nt_failed(st) ? st
                         : answer_give_token(&call->answer, call->client, token, TOKEN_ALL_ACCESS);
}
