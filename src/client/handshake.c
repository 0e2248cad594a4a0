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
#include "client/token_words.h"

enum {
    FIRST_SERIAL = 1,
    TIMEOUT_SECONDS = 10, /* an authority that takes longer for a hello hangs */
    CLAIMS_PER_PAGE = 8192,
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

/* Why connect() failed. */
static enum handshake_failure failure_of(int error, const char *path)
{
    const char *slash = strrchr(path, '/');
    _cleanup_(freep) char *directory = slash ? strndup(path, (size_t)(slash - path) + 1) : NULL;

    if (error == ECONNREFUSED)
        return HANDSHAKE_REFUSED;
    if (error == ENOENT && directory && access(directory, F_OK) < 0)
        return HANDSHAKE_GONE;
    return HANDSHAKE_NOBODY;
}

static nt_status connect_to(int fd, const char *path, enum handshake_failure *failure)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int r;

    if (strlen(path) >= sizeof(address.sun_path))
        return NT_NO_AUTHORITY;
    memcpy(address.sun_path, path, strlen(path));
    do {
        r = connect(fd, (const struct sockaddr *)&address, sizeof(address));
    } while (r < 0 && errno == EINTR);
    if (r == 0)
        return NT_OK;
    *failure = failure_of(errno, path);
    return NT_NO_AUTHORITY;
}

static nt_status open_socket(int *ret, enum handshake_failure *failure)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    nt_status st;

    if (fd < 0)
        return nt_from_errno(errno);
    st = set_timeout(fd, TIMEOUT_SECONDS);
    if (!nt_failed(st))
        st = connect_to(fd, connection_socket_path(), failure);
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

static nt_status say_hello(struct handshake *h, struct handshake_order *order, bool *ret_reclaimed)
{
    Openlogon__HelloRequest hello = OPENLOGON__HELLO_REQUEST__INIT;
    Openlogon__Request request = REQUEST(HELLO, hello, &hello);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    hello.version = PROTOCOL_VERSION;
    hello.holder = order->holder;
    st = ask(h->fd, order->buffer, &request, REPLY_OF(HELLO), &reply);
    if (nt_failed(st))
        return st;
    st = take_hello(h, reply.message->hello);
    *ret_reclaimed = order->holder != 0 && reply.message->hello->reclaimed;
    order->holder = reply.message->hello->holder;
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

/* One page of what the process has. */
static nt_status claim_page(int fd, struct handshake_order *order, size_t first)
{
    Openlogon__ReclaimRequest claim = OPENLOGON__RECLAIM_REQUEST__INIT;
    Openlogon__Request request = REQUEST(RECLAIM, reclaim, &claim);
    const struct token_claims *claims = order->claims;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    size_t n = claims->n - first < CLAIMS_PER_PAGE ? claims->n - first : CLAIMS_PER_PAGE;

    claim.token_ids = claims->ids + first;
    claim.n_token_ids = n;
    claim.counts = claims->counts + first;
    claim.n_counts = n;
    claim.more = first + n < claims->n;
    return ask(fd, order->buffer, &request, REPLY_EMPTY, &reply);
}

static nt_status claim_all(int fd, struct handshake_order *order)
{
    size_t first = 0;
    nt_status st;

    do {
        st = claim_page(fd, order, first);
        first += CLAIMS_PER_PAGE;
    } while (!nt_failed(st) && first < order->claims->n);
    return st;
}

/* The words of the process's own token were of an authority that is no more. */
static nt_status renew_words(int fd, struct handshake_order *order)
{
    Openlogon__ShareWordsRequest share = OPENLOGON__SHARE_WORDS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(SHARE_WORDS, share_words, &share);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    if (!token_words_own(&share.token_id, &share.enabled))
        return NT_OK;
    st = ask(fd, order->buffer, &request, REPLY_EMPTY, &reply);
    if (nt_failed(st) || reply.fd < 0)
        return st;
    return token_words_renew(share.token_id, reply.fd, share.enabled);
}

static void drop_lifeline(struct handshake_order *order)
{
    if (order->lifeline >= 0)
        (void)close(order->lifeline);
    order->lifeline = -1;
}

/* Without it the authority keeps for a while what it would keep for this process. */
static nt_status ask_lifeline(struct handshake *h, struct handshake_order *order)
{
    Openlogon__KeepRequest keep = OPENLOGON__KEEP_REQUEST__INIT;
    Openlogon__Request request = REQUEST(KEEP, keep, &keep);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = ask(h->fd, order->buffer, &request, REPLY_EMPTY, &reply);

    if (st.code == NT_NO_AUTHORITY.code)
        return st;
    order->lifeline = reply.fd;
    reply.fd = -1;
    return NT_OK;
}

/* A child that got its holder, and lost its authority before it could say so, may have the lease
 * already. */
static nt_status take_back(struct handshake *h, struct handshake_order *order, bool reclaimed)
{
    nt_status st = NT_OK;

    if (order->cookie)
        st = adopt_lease(h, order->buffer, order->cookie);
    if (NT_IS(st, ACCESS_DENIED))
        st = reclaimed ? NT_OK : NT(INVALID_HANDLE);
    if (nt_failed(st) || !reclaimed)
        return st;
    st = claim_all(h->fd, order);
    if (nt_failed(st))
        return st;
    /* Without words the process still has its token. */
    st = renew_words(h->fd, order);
    return st.code == NT_NO_AUTHORITY.code ? st : NT_OK;
}

static nt_status introduce(struct handshake *h, struct handshake_order *order)
{
    const bool wanted = order->holder != 0 && !order->cookie;
    bool reclaimed = false;
    nt_status st = say_hello(h, order, &reclaimed);

    if (!nt_failed(st) && wanted && !reclaimed)
        st = NT(INVALID_HANDLE);
    if (!nt_failed(st) && !reclaimed)
        drop_lifeline(order);
    if (!nt_failed(st) && order->holder != 0 && order->lifeline < 0)
        st = ask_lifeline(h, order);
    if (!nt_failed(st))
        st = take_back(h, order, reclaimed);
    order->failure = HANDSHAKE_HUNG_UP;
    return st;
}

nt_status handshake_do(struct handshake *ret, struct handshake_order *order)
{
    _cleanup_(handshake_done) struct handshake h = HANDSHAKE_NONE;
    nt_status st;

    thread_identity_suspend();
    st = open_socket(&h.fd, &order->failure);
    thread_identity_resume();
    if (!nt_failed(st))
        st = introduce(&h, order);
    if (!nt_failed(st))
        st = set_timeout(h.fd, 0);
    if (nt_failed(st))
        return st;
    *ret = h;
    h = HANDSHAKE_NONE;
    return NT_OK;
}
