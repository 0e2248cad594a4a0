/* SPDX-License-Identifier: MIT */
#include "client/handshake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "client/last_error.h"
#include "client/thread_identity.h"

enum {
    FIRST_SERIAL = 1,
    TIMEOUT_SECONDS = 10, /* an authority that takes longer for a hello hangs */
};

const char *connection_socket_path(void)
{
    const char *path = secure_getenv("OPENLOGON_SOCKET");

    return path && *path ? path : OPENLOGON_SOCKET_DEFAULT;
}

void handshake_done(struct handshake *h)
{
    if (h->fd >= 0)
        (void)close(h->fd);
    free(h->authority.machine_name);
    shared_page_free(h->page);
    *h = HANDSHAKE_NONE;
}

static nt_status set_timeout(int fd, time_t seconds)
{
    const struct timeval time = { .tv_sec = seconds };

    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) < 0)
        return nt_from_errno(errno);
    return NT_OK;
}

/* A program that runs as root must not hand passwords to whoever put up a socket. */
static nt_status check_server(int fd)
{
    struct ucred server;
    socklen_t size = sizeof(server);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &server, &size) < 0)
        return nt_from_errno(errno);
    return server.uid == 0 || server.uid == getuid() ? NT_OK : NT(ACCESS_DENIED);
}

static nt_status connect_to(int fd, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int r;

    if (strlen(path) >= sizeof(address.sun_path))
        return NT_NO_AUTHORITY;
    memcpy(address.sun_path, path, strlen(path));
    do {
        r = connect(fd, (const struct sockaddr *)&address, sizeof(address));
    } while (r < 0 && errno == EINTR);
    return r < 0 ? NT_NO_AUTHORITY : NT_OK;
}

static nt_status open_socket(int *ret)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    nt_status st;

    if (fd < 0)
        return nt_from_errno(errno);
    st = set_timeout(fd, TIMEOUT_SECONDS);
    if (!nt_failed(st))
        st = connect_to(fd, connection_socket_path());
    if (!nt_failed(st))
        st = check_server(fd);
    if (nt_failed(st))
        (void)close(fd);
    else
        *ret = fd;
    return st;
}

/* One request and its reply, before anybody else uses the socket. */
static nt_status ask(int fd, struct channel_buffer *buffer, Openlogon__Request *request,
                     reply_kind expect, struct reply *ret)
{
    struct channel_message message = { 0 };

    request->serial = FIRST_SERIAL;
    if (channel_send(fd, &request->base, NULL, 0) < 0)
        return NT_NO_AUTHORITY;
    if (channel_receive(fd, buffer, &message) <= 0)
        return NT_NO_AUTHORITY;
    ret->message = openlogon__reply__unpack(NULL, message.size, message.bytes);
    ret->fd = channel_message_take_fd(&message, 0);
    channel_message_done(&message);
    if (!ret->message || ret->message->serial != FIRST_SERIAL)
        return NT_NO_AUTHORITY;
    if (nt_failed(nt_make(ret->message->status)))
        return nt_make(ret->message->status);
    return ret->message->result_case == expect ? NT_OK : NT(REPLY_MESSAGE_MISMATCH);
}

static nt_status take_hello(struct handshake *h, const Openlogon__HelloReply *hello)
{
    const ProtobufCBinaryData *sid = &hello->machine_sid;

    if (hello->version != PROTOCOL_VERSION || !sid_valid(sid->data, sid->len))
        return NT(REVISION_MISMATCH);
    memcpy(&h->authority.machine_sid, sid->data, sid_length((const SID *)sid->data));
    h->authority.enforces_identity = hello->enforces_identity;
    h->authority.machine_name = strdup(hello->machine_name);
    return h->authority.machine_name ? NT_OK : NT(NO_MEMORY);
}

static nt_status say_hello(struct handshake *h, struct channel_buffer *buffer)
{
    Openlogon__HelloRequest hello = OPENLOGON__HELLO_REQUEST__INIT;
    Openlogon__Request request = REQUEST(HELLO, hello, &hello);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    hello.version = PROTOCOL_VERSION;
    st = ask(h->fd, buffer, &request, REPLY_OF(HELLO), &reply);
    if (nt_failed(st))
        return st;
    st = take_hello(h, reply.message->hello);
    if (nt_failed(st) || reply.fd < 0)
        return st;
    return nt_from_errno(shared_page_map(&h->page, reply.fd));
}

static nt_status adopt_lease(struct handshake *h, struct channel_buffer *buffer,
                             const ProtobufCBinaryData *cookie)
{
    Openlogon__AdoptLeaseRequest adopt = OPENLOGON__ADOPT_LEASE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ADOPT_LEASE, adopt_lease, &adopt);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;

    adopt.cookie = *cookie;
    return ask(h->fd, buffer, &request, REPLY_EMPTY, &reply);
}

nt_status handshake_do(struct handshake *ret, struct channel_buffer *buffer,
                       const ProtobufCBinaryData *cookie)
{
    _cleanup_(handshake_done) struct handshake h = HANDSHAKE_NONE;
    nt_status st;

    thread_identity_suspend();
    st = open_socket(&h.fd);
    thread_identity_resume();
    if (!nt_failed(st))
        st = say_hello(&h, buffer);
    if (!nt_failed(st) && cookie)
        st = adopt_lease(&h, buffer, cookie);
    if (!nt_failed(st))
        st = set_timeout(h.fd, 0);
    if (nt_failed(st))
        return st;
    *ret = h;
    h = HANDSHAKE_NONE;
    return NT_OK;
}
