/* SPDX-License-Identifier: MIT */
/*
 * Tokens on their way from process to process. What travels is one byte and a descriptor that the
 * authority made: it tells nothing, and only the authority can tell what it is for.
 */
#include <openlogon.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/authority.h"
#include "client/last_error.h"
#include "client/token_change.h"
#include "client/token_handle.h"

enum {
    TOKEN_BYTE = 'T',
    STRAY_FDS_MAX = 8, /* so many more are received, to be closed */
};

/* --- sending -----------------------------------------------------------------------------------
 */

static nt_status status_of(int error)
{
    switch (error) {
    case EAGAIN:
        return NT(PIPE_EMPTY); /* or full */
    case ENOTSOCK:
    case EOPNOTSUPP:
    case EINVAL: /* no AF_UNIX socket: descriptors do not travel there */
        return NT(INVALID_DEVICE_REQUEST);
    case ENOTCONN:
        return NT(PIPE_DISCONNECTED);
    default:
        return nt_from_errno(error);
    }
}

static nt_status check_family(int socket)
{
    int domain;
    socklen_t size = sizeof(domain);

    if (getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0)
        return status_of(errno);
    return domain == AF_UNIX ? NT_OK : NT(INVALID_DEVICE_REQUEST);
}

static nt_status send_descriptor(int socket, int fd)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(fd))];
    } control = { 0 };
    char byte = TOKEN_BYTE;
    struct iovec vector = { &byte, 1 };
    struct msghdr header = { .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes) };
    struct cmsghdr *c = CMSG_FIRSTHDR(&header);

    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(fd));
    memcpy(CMSG_DATA(c), &fd, sizeof(fd));
    while (sendmsg(socket, &header, MSG_NOSIGNAL) < 0) {
        if (errno != EINTR)
            return status_of(errno);
    }
    return NT_OK;
}

static nt_status make_parcel(const token_object *token, uint32_t access, struct reply *reply)
{
    Openlogon__SendTokenRequest send = OPENLOGON__SEND_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(SEND_TOKEN, send_token, &send);
    nt_status st;

    send.token_id = remote_token_id(token_object_remote(token));
    send.access = access;
    st = remote_token_call(token_object_remote(token), &request, -1, REPLY_EMPTY, reply);
    return !nt_failed(st) && reply->fd < 0 ? NT(REPLY_MESSAGE_MISMATCH) : st;
}

static nt_status send_token(int socket, HANDLE handle, DWORD desired)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    uint32_t most, access;
    nt_status st = check_family(socket);

    if (!nt_failed(st))
        st = token_handle_get(handle, 0, &token);
    if (!nt_failed(st))
        st = token_handle_access(handle, &most);
    if (!nt_failed(st))
        st = token_access_decide(&access, desired, most);
    if (!nt_failed(st))
        st = token_object_introduce(token);
    if (!nt_failed(st))
        st = make_parcel(token, access, &reply);
    return nt_failed(st) ? st : send_descriptor(socket, reply.fd);
}

BOOL openlogon_token_send(int socket, HANDLE token, DWORD access)
{
    return finish(send_token(socket, token, access));
}

/* --- receiving ---------------------------------------------------------------------------------
 */

/* Keeps the first descriptor, closes all others. */
static int take_descriptor(struct msghdr *header)
{
    int first = -1;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
            int fd;

            memcpy(&fd, CMSG_DATA(c) + i * sizeof(fd), sizeof(fd));
            if (first < 0)
                first = fd;
            else
                (void)close(fd);
        }
    }
    return first;
}

static nt_status receive_descriptor(int socket, int *ret)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * (1 + STRAY_FDS_MAX)) +
                   CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int))];
    } control;
    char byte = 0;
    struct iovec vector = { &byte, 1 };
    struct msghdr header = { .msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes) };
    ssize_t n;
    int fd;

    do {
        n = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return status_of(errno);
    fd = take_descriptor(&header);
    if (n == 1 && byte == TOKEN_BYTE && fd >= 0 && !(header.msg_flags & MSG_TRUNC)) {
        *ret = fd;
        return NT_OK;
    }
    if (fd >= 0)
        (void)close(fd);
    return n == 0 ? NT(PIPE_BROKEN) : NT(DATA_ERROR);
}

static nt_status open_parcel(int fd, HANDLE *ret)
{
    Openlogon__ReceiveTokenRequest receive = OPENLOGON__RECEIVE_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(RECEIVE_TOKEN, receive_token, &receive);
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(connection_unrefp) connection *c = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = authority_call_with(AS_PROCESS, &request, fd, REPLY_OF(TOKEN), &reply, &c);

    if (!nt_failed(st))
        st = token_object_from_reply(&token, c, reply.message->token, -1);
    return nt_failed(st) ? st
                         : handle_open(ret, token_object_base(token),
                                       reply.message->token->granted_access, 0);
}

static nt_status receive_token(int socket, HANDLE *ret)
{
    int fd = -1;
    nt_status st = check_family(socket);

    if (!nt_failed(st))
        st = receive_descriptor(socket, &fd);
    if (nt_failed(st))
        return st;
    st = open_parcel(fd, ret);
    (void)close(fd);
    return NT_IS(st, INVALID_HANDLE) ? NT(NO_TOKEN) : st;
}

BOOL openlogon_token_receive(int socket, PHANDLE token)
{
    if (!token)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(receive_token(socket, token));
}
