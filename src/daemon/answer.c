/* SPDX-License-Identifier: MIT */
#include "daemon/answer.h"

#include <unistd.h>

#include "base/log.h"
#include "daemon/call.h"

void answer_init(struct answer *answer)
{
    openlogon__reply__init(&answer->reply);
    answer->fd = -1;
    answer->kind = OUTBOX_TELLS;
}

void answer_done(struct answer *answer)
{
    if (answer->fd >= 0)
        (void)close(answer->fd);
    answer->fd = -1;
}

void answer_send(Daemon *daemon, uint64_t client, uint32_t serial, struct answer *answer,
                 nt_status status)
{
    nt_status st;

    answer->reply.serial = serial;
    answer->reply.status = status.code;
    if (nt_failed(status)) {
        answer->kind = OUTBOX_TELLS; /* nothing has changed */
        answer->reply.result_case = OPENLOGON__REPLY__RESULT__NOT_SET;
        answer_done(answer);
    }
    st = outbox_add(daemon->outbox, client, &answer->reply, answer->fd, answer->kind);
    if (!nt_failed(st))
        return;
    log_error("cannot make a reply: %s", nt_status_name(st));
    answer_init(answer);
    answer->reply.serial = serial;
    answer->reply.status = st.code;
    if (nt_failed(outbox_add(daemon->outbox, client, &answer->reply, -1, OUTBOX_TELLS))) {
        Client *gone = client_set_find(daemon->clients, client);

        if (gone)
            client_set_close(daemon->clients, gone);
    }
}

void pending_init(struct pending *pending, Daemon *daemon, const Client *client,
                  const Openlogon__Request *request)
{
    const token_image *caller = NULL;

    if (nt_failed(call_caller_of(client, request->effective_token, &caller)))
        caller = NULL; /* before the hello nobody is known */
    *pending = (struct pending){ .daemon = daemon,
                                 .client = client->node.id,
                                 .serial = request->serial,
                                 .effective_token = request->effective_token,
                                 .actor = call_actor(client, caller),
                                 .kind = call_kind(request->call_case) };
}

nt_status pending_charge(struct pending *pending, const Client *client)
{
    return quota_charge(&pending->charge, pending->daemon->authority->quotas, client->uid,
                        QUOTA_JOBS, 1);
}

void pending_done(struct pending *pending)
{
    quota_return(&pending->charge);
}

Client *pending_client(const struct pending *pending)
{
    return client_set_find(pending->daemon->clients, pending->client);
}

void pending_answer(const struct pending *pending, struct answer *answer, nt_status status)
{
    answer->kind = pending->kind;
    answer_send(pending->daemon, pending->client, pending->serial, answer, status);
}

void answer_token(struct answer *answer, const Token *token, uint32_t granted)
{
    const token_image *image = token_peek_image(token);

    openlogon__token_reply__init(&answer->token);
    answer->token.token_id = token_id(token);
    answer->token.granted_access = granted;
    answer->token.image = (ProtobufCBinaryData){ token_image_size(image),
                                                 (uint8_t *)(uintptr_t)token_image_bytes(image) };
    answer->reply.result_case = OPENLOGON__REPLY__RESULT_TOKEN;
    answer->reply.token = &answer->token;
}

nt_status answer_give_token(struct answer *answer, Client *client, Token *token, uint32_t granted)
{
    nt_status st = token_refs_add(&client->tokens, token, granted);

    if (!nt_failed(st))
        answer_token(answer, token, granted);
    return st;
}
