/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include "authority/token_access.h"

static const uint32_t types_known = (UINT32_C(1) << EVENT_TYPES_END) - (UINT32_C(1) << EVENT_LOST);

/* What the caller's account is called: its session tells, if that is of the token's user. */
static void fill_names(struct watcher_spec *spec, const struct call *call)
{
    const SessionStore *sessions = call->daemon->authority->sessions;
    Session *session;

    if (nt_failed(
            session_store_find(sessions, token_image_authentication_id(call->caller), &session)) ||
        !sid_equal(session->facts->sid, spec->user))
        return;
    spec->user_name = session->facts->user;
    spec->domain_name = session->facts->domain;
}

static nt_status start(struct call *call)
{
    Client *client = call->client;
    struct watcher_spec spec = { .client = client->node.id,
                                 .serial = call->request->serial,
                                 .types = call->request->watch->types,
                                 .sees_all = caller_is_administrator(call->caller),
                                 .user = token_image_sid(call->caller, 0) };

    fill_names(&spec, call);
    return watcher_new(&client->watcher, call->daemon->events, &spec);
}

/* Who may see what is decided here, by the token that the caller acts with now. */
nt_status call_watch(struct call *call)
{
    Openlogon__WatchReply *reply = &call->answer.watch;
    Client *client = call->client;
    nt_status st;

    if (call->request->watch->types & ~types_known)
        return NT(INVALID_PARAMETER);
    st = quota_charge(&client->watch_charge, call->daemon->authority->quotas, client->uid,
                      QUOTA_WATCHES, 1);
    if (nt_failed(st))
        return st;
    st = start(call);
    if (nt_failed(st)) {
        quota_return(&client->watch_charge);
        return st;
    }
    openlogon__watch_reply__init(reply);
    reply->sequence = event_hub_sequence(call->daemon->events);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_WATCH;
    call->answer.reply.watch = reply;
    client->state = CLIENT_WATCHING;
    call->caller = NULL; /* it may go with what the connection held */
    client_drop_holdings(client);
    return NT_OK;
}
