/* SPDX-License-Identifier: MIT */
#include "client/socket_client.h"

#include <errno.h>
#include <sys/socket.h>

#include "client/authority.h"
#include "client/file_object.h"

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

static nt_status status_of(int error)
{
    if (error == ENOTSOCK || error == ENOPROTOOPT || error == EOPNOTSUPP)
        return NT(INVALID_DEVICE_REQUEST);
    return error == ENOTCONN ? NT(PIPE_DISCONNECTED) : nt_from_errno(error);
}

/* By it a socket is told from another that has got the descriptor's number since. */
static nt_status read_cookie(const struct object *file, uint64_t *ret)
{
    socklen_t size = sizeof(*ret);

    if (getsockopt(file_object_fd(file), SOL_SOCKET, SO_COOKIE, ret, &size) < 0)
        return status_of(errno);
    return NT_OK;
}

nt_status socket_client_pid(const struct object *file, pid_t *ret)
{
    struct ucred ids;
    socklen_t size = sizeof(ids);

    if (getsockopt(file_object_fd(file), SOL_SOCKET, SO_PEERCRED, &ids, &size) < 0)
        return status_of(errno);
    if (ids.pid <= 0) /* what the kernel says of a socket that is not connected */
        return NT(PIPE_DISCONNECTED);
    *ret = ids.pid;
    return NT_OK;
}

nt_status socket_client_session(const struct object *file, uint32_t *ret)
{
    Openlogon__SocketSessionRequest session = OPENLOGON__SOCKET_SESSION_REQUEST__INIT;
    Openlogon__Request request = REQUEST(SOCKET_SESSION, socket_session, &session);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = authority_call_with(AS_PROCESS, &request, file_object_fd(file),
                                       REPLY_OF(SOCKET_SESSION), &reply, NULL);

    if (!nt_failed(st))
        *ret = reply.message->socket_session->wts_session;
    return st;
}

static uint64_t link_of(const token_object *token)
{
    return connection_link(remote_token_connection(token_object_remote(token)));
}

/* The authority would have modified it if its client had changed its mind; but another authority
 * does not know whom it gave what. */
static bool still_stands(const struct file_client *client, uint64_t cookie)
{
    shared_image *image = NULL;

    if (client->token && client->settled && client->cookie == cookie &&
        client->link == link_of(client->token))
        image = token_object_image_at_hand(client->token);
    shared_image_unref(image);
    return image != NULL;
}

static nt_status take_reply(struct file_client *client, connection *c, const struct reply *reply,
                            token_object **ret)
{
    token_object *token;
    nt_status st;

    if (reply->message->result_case != REPLY_OF(TOKEN)) { /* it is the one that is there */
        if (!client->token)
            return NT(REPLY_MESSAGE_MISMATCH);
        client->link = link_of(client->token);
        *ret = token_object_ref(client->token);
        return NT_OK;
    }
    st = token_object_from_reply(&token, c, reply->message->token, -1);
    if (nt_failed(st))
        return st;
    token_object_unref(client->token);
    client->token = token_object_ref(token);
    client->settled = reply->message->token->settled;
    client->link = link_of(token);
    *ret = token;
    return NT_OK;
}

static nt_status ask(struct file_client *client, const struct object *file, token_object **ret)
{
    Openlogon__ImpersonateSocketRequest impersonate = OPENLOGON__IMPERSONATE_SOCKET_REQUEST__INIT;
    Openlogon__Request request = REQUEST(IMPERSONATE_SOCKET, impersonate_socket, &impersonate);
    _cleanup_(connection_unrefp) connection *c = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    if (client->token)
        impersonate.have = remote_token_id(token_object_remote(client->token));
    st = authority_call_with(AS_PROCESS, &request, file_object_fd(file), REPLY_EMPTY, &reply, &c);
    return nt_failed(st) ? st : take_reply(client, c, &reply, ret);
}

nt_status socket_client_token(struct object *file, token_object **ret)
{
    _cleanup_(file_client_done) struct file_client client = { 0 };
    uint64_t cookie;
    nt_status st = read_cookie(file, &cookie);

    if (nt_failed(st))
        return st;
    file_object_client(file, &client);
    if (still_stands(&client, cookie)) {
        *ret = token_object_ref(client.token);
        return NT_OK;
    }
    if (client.cookie != cookie)
        client.token = token_object_unref(client.token);
    st = ask(&client, file, ret);
    if (nt_failed(st))
        return st;
    client.cookie = cookie;
    file_object_set_client(file, &client);
    return NT_OK;
}
