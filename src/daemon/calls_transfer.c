/* SPDX-License-Identifier: MIT */
/* Tokens that one process sends to another. */
#include "daemon/calls.h"

#include <unistd.h>

nt_status call_send_token(struct call *call)
{
    const Openlogon__SendTokenRequest *request = call->request->send_token;
    struct token_ref *ref;
    nt_status st = token_refs_find(&call->client->tokens, request->token_id, &ref);

    if (nt_failed(st))
        return st;
    if (request->access & ~ref->granted)
        return NT(ACCESS_DENIED);
    return parcel_new(&call->daemon->leases,
                      &(struct parcel_spec){ .uid = call->client->uid,
                                             .token = ref->token,
                                             .granted = request->access },
                      &call->answer.fd);
}

nt_status call_receive_token(struct call *call)
{
    int fd = channel_message_take_fd(call->message, 0);
    struct token_ref *ref;
    nt_status st = parcel_peek(&call->daemon->leases, fd, &ref);

    if (fd >= 0)
        (void)close(fd);
    return nt_failed(st) ? st
                         : answer_give_token(&call->answer, call->client, ref->token, ref->granted);
}
