/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include "base/filetime.h"
#include "base/log.h"
#include "daemon/login_job.h"

/*
 * Whom PAM has let in, root says: it is the machine's trusted base, and needs no privilege beside
 * what it is. Its token would be the wrong thing to ask for one, since root's programs may run in a
 * login of root's, whose token has no SeTcbPrivilege. So nothing need be known of it before: it
 * comes without a hello.
 */
static nt_status check_caller(const struct call *call)
{
    if (call->client->uid != call->daemon->authority->own_uid)
        return NT(PRIVILEGE_NOT_HELD);
    return call->request->effective_token ? NT(INVALID_PARAMETER) : NT_OK;
}

static void put_login(struct answer *answer, uint64_t luid, const struct session_facts *facts)
{
    Openlogon__LoginReply *reply = &answer->login;

    openlogon__login_reply__init(reply);
    reply->luid = luid;
    reply->logon_type = facts->logon_type;
    reply->wts_session = facts->wts_session;
    answer->reply.result_case = OPENLOGON__REPLY__RESULT_LOGIN;
    answer->reply.login = reply;
}

static nt_status answer_login(struct answer *answer, const Daemon *daemon, uint64_t luid)
{
    Session *session;
    nt_status st = session_store_find(daemon->authority->sessions, luid, &session);

    if (!nt_failed(st))
        put_login(answer, luid, session->facts);
    return st;
}

/* Nobody is let in for a program that has gone. */
static bool is_wanted(void *context)
{
    const struct pending *pending = context;

    event_hub_set_actor(pending->daemon->events, &pending->actor);
    return pending_client(pending) != NULL;
}

/* Who tells of a login need not have said hello: in whose session that is comes out now. */
static void on_placed(uint64_t outer, void *context)
{
    struct pending *pending = context;

    pending->actor.session = outer;
    event_hub_set_actor(pending->daemon->events, &pending->actor);
}

static void on_made(nt_status status, Login *login, void *context)
{
    struct pending *pending = context;
    nt_status st = status;
    struct answer answer;

    event_hub_set_actor(pending->daemon->events, NULL);
    answer_init(&answer);
    if (!nt_failed(st))
        st = answer_login(&answer, pending->daemon, login->node.id);
    metrics_let_in(pending->daemon->metrics, st, answer.login.logon_type);
    pending_answer(pending, &answer, st);
    answer_done(&answer);
    pending_done(pending);
    free(pending);
}

static nt_status start(struct call *call, struct pending *pending)
{
    const Openlogon__LoginOpenRequest *request = call->request->login_open;
    const struct login_question question = {
        .facts = { request->service, request->tty, request->remote_host, request->remote_user },
        .user = request->user,
        .leader = call->client->pid,
        .logon_time = filetime_now(),
    };
    const struct login_listener listener = {
        .wanted = is_wanted, .placed = on_placed, .made = on_made, .context = pending
    };
    nt_status st;

    pending_init(pending, call->daemon, call->client, call->request);
    st = pending_charge(pending, call->client);
    if (nt_failed(st))
        return st;
    st = login_job_start(call->daemon, &question, &listener);
    if (nt_failed(st))
        pending_done(pending);
    return st;
}

nt_status call_login_open(struct call *call)
{
    _cleanup_(freep) struct pending *pending = malloc(sizeof(*pending));
    nt_status st = check_caller(call);

    if (!nt_failed(st) && !pending)
        st = NT(NO_MEMORY);
    if (!nt_failed(st))
        st = start(call, pending);
    if (nt_failed(st))
        return st;
    (void)TAKE(pending);
    return NT(PENDING);
}

nt_status call_login_close(struct call *call)
{
    LoginTable *logins = call->daemon->authority->logins;
    uint64_t luid = call->request->login_close->luid;
    nt_status st = check_caller(call);
    Login *login;

    if (nt_failed(st))
        return st;
    login = login_table_find(logins, luid);
    if (!login)
        return NT(NO_SUCH_LOGON_SESSION);
    st = answer_login(&call->answer, call->daemon, luid); /* what it was: it may end by this */
    if (!nt_failed(st))
        login_close(logins, login, call->client->pid);
    return st;
}
