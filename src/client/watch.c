/* SPDX-License-Identifier: MIT */
#include "client/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/secret.h"
#include "client/authority.h"
#include "client/handshake.h"
#include "client/impersonation.h"
#include "client/last_error.h"

enum {
    WATCH_SERIAL = 2, /* the hello had 1 */
    REPLY_TIMEOUT_MS = 10000,
    RETRY_FIRST_NS = 10 * 1000 * 1000,
    RETRY_DOUBLINGS_MAX = 7, /* of that: a try each 1.3 s at most */
    NS_PER_S = 1000 * 1000 * 1000,
};

struct OPENLOGON_WATCH {
    int epoll; /* what the program polls: has either of the two below */
    int fd;    /* -1: not connected */
    int timer; /* when to try again */
    unsigned n_tries;
    uint32_t types;
    bool as_process; /* else what it may see was the thread's token's, which may have gone */
    nt_status end;   /* a failure: it has ended for good */
    Openlogon__Reply *reply; /* of which events are taken; NULL: none */
    size_t next;
    Openlogon__Event mark; /* that it does not know what was lost */
    bool has_mark;
    struct channel_buffer buffer;
};

int watch_fd(const OPENLOGON_WATCH *w)
{
    return w->epoll;
}

static nt_status poll_for(const OPENLOGON_WATCH *w, int operation, int fd)
{
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

    return epoll_ctl(w->epoll, operation, fd, &event) < 0 ? nt_from_errno(errno) : NT_OK;
}

static void drop_reply(OPENLOGON_WATCH *w)
{
    if (w->reply)
        openlogon__reply__free_unpacked(w->reply, NULL);
    w->reply = NULL;
    w->next = 0;
}

/* Closing takes it out of the epoll instance, unless a forked child still has it. */
static void disconnect(OPENLOGON_WATCH *w)
{
    if (w->fd < 0)
        return;
    (void)epoll_ctl(w->epoll, EPOLL_CTL_DEL, w->fd, NULL);
    (void)close(w->fd);
    w->fd = -1;
}

/* --- connecting --------------------------------------------------------------------------- */

/* Receives one reply to the watch. False: there is none, and none will come. */
static bool receive_reply(OPENLOGON_WATCH *w, int fd)
{
    struct channel_message message = { 0 };

    drop_reply(w);
    if (channel_receive(fd, &w->buffer, &message) <= 0)
        return false;
    w->reply = openlogon__reply__unpack(NULL, message.size, message.bytes);
    channel_message_done(&message);
    return w->reply && w->reply->serial == WATCH_SERIAL;
}

static nt_status wait_for_reply(int fd)
{
    struct pollfd pollfd = { .fd = fd, .events = POLLIN };
    int r;

    do {
        r = poll(&pollfd, 1, REPLY_TIMEOUT_MS);
    } while (r < 0 && errno == EINTR);
    return r > 0 ? NT_OK : NT_NO_AUTHORITY;
}

static nt_status ask_to_watch(OPENLOGON_WATCH *w, int fd, uint64_t token)
{
    Openlogon__WatchRequest start = OPENLOGON__WATCH_REQUEST__INIT;
    Openlogon__Request request = REQUEST(WATCH, watch, &start);
    nt_status st;

    start.types = w->types;
    request.serial = WATCH_SERIAL;
    request.effective_token = token;
    if (channel_send(fd, &request.base, NULL, 0) < 0)
        return NT_NO_AUTHORITY;
    st = wait_for_reply(fd);
    if (nt_failed(st))
        return st;
    if (!receive_reply(w, fd))
        return NT_NO_AUTHORITY;
    st = nt_make(w->reply->status);
    if (!nt_failed(st) && w->reply->result_case != REPLY_OF(WATCH))
        st = NT(REPLY_MESSAGE_MISMATCH);
    drop_reply(w);
    return st;
}

/* @cookie  of a lease of the token, if there is one */
static nt_status connect_watch(OPENLOGON_WATCH *w, uint64_t token,
                               const ProtobufCBinaryData *cookie)
{
    _cleanup_(handshake_done) struct handshake link = HANDSHAKE_NONE;
    struct handshake_order order = { .buffer = &w->buffer, .cookie = cookie, .lifeline = -1 };
    nt_status st = handshake_do(&link, &order);

    if (order.lifeline >= 0)
        (void)close(order.lifeline); /* it holds nothing that a successor could keep */
    if (!nt_failed(st))
        st = ask_to_watch(w, link.fd, token);
    if (!nt_failed(st))
        st = poll_for(w, EPOLL_CTL_ADD, link.fd);
    if (nt_failed(st))
        return st;
    w->fd = link.fd;
    link.fd = -1;
    return NT_OK;
}

/* The token is held by the program's connection: a lease brings it to the watch's own, which the
 * authority takes it from again as soon as the watch has started. */
static nt_status connect_with_token(OPENLOGON_WATCH *w, const remote_token *token)
{
    Openlogon__ForkLeaseRequest lease = OPENLOGON__FORK_LEASE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(FORK_LEASE, fork_lease, &lease);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    const ProtobufCBinaryData *cookie;
    nt_status st = remote_token_call(token, &request, -1, REPLY_OF(FORK_LEASE), &reply);

    if (nt_failed(st))
        return st;
    cookie = &reply.message->fork_lease->cookie;
    st = connect_watch(w, remote_token_id(token), cookie);
    secret_wipe(cookie->data, cookie->len);
    return st;
}

static nt_status connect_as_caller(OPENLOGON_WATCH *w)
{
    const remote_token *token = NULL;
    nt_status st = impersonation_acting_token(&token);

    if (nt_failed(st))
        return st;
    w->as_process = !token;
    return token ? connect_with_token(w, token) : connect_watch(w, 0, NULL);
}

/* --- connecting anew ---------------------------------------------------------------------- */

/* For good; what the program polls says so. */
static void give_up(OPENLOGON_WATCH *w, nt_status st)
{
    const struct itimerspec at_once = { .it_value = { .tv_nsec = 1 } };

    disconnect(w);
    w->end = st;
    (void)timerfd_settime(w->timer, 0, &at_once, NULL);
}

static void arm_timer(OPENLOGON_WATCH *w)
{
    uint64_t ns = (uint64_t)RETRY_FIRST_NS << w->n_tries;
    const struct itimerspec when = { .it_value = { .tv_sec = (time_t)(ns / NS_PER_S),
                                                   .tv_nsec = (long)(ns % NS_PER_S) } };

    if (w->n_tries < RETRY_DOUBLINGS_MAX)
        w->n_tries++;
    (void)timerfd_settime(w->timer, 0, &when, NULL);
}

/* What happens until it is connected again, nobody tells. */
static void lose_connection(OPENLOGON_WATCH *w)
{
    if (!w->as_process) {
        give_up(w, NT_NO_AUTHORITY);
        return;
    }
    disconnect(w);
    w->n_tries = 0;
    arm_timer(w);
}

static void connect_again(OPENLOGON_WATCH *w)
{
    uint64_t expirations;
    nt_status st;

    if (read(w->timer, &expirations, sizeof(expirations)) < 0)
        return; /* not yet */
    st = connect_watch(w, 0, NULL);
    if (st.code == NT_NO_AUTHORITY.code) {
        arm_timer(w);
        return;
    }
    if (nt_failed(st)) {
        give_up(w, st);
        return;
    }
    openlogon__event__init(&w->mark);
    w->mark.type = OPENLOGON_EVENT_LOST;
    w->mark.lost = OPENLOGON_LOST_UNKNOWN;
    w->has_mark = true;
}

/* --- events ------------------------------------------------------------------------------- */

const Openlogon__Event *watch_take(OPENLOGON_WATCH *w)
{
    if (w->has_mark) {
        w->has_mark = false;
        return &w->mark;
    }
    if (w->reply && w->next < w->reply->n_events)
        return w->reply->events[w->next++];
    return NULL;
}

nt_status watch_receive(OPENLOGON_WATCH *w)
{
    struct pollfd pollfd = { .fd = w->fd, .events = POLLIN };

    if (nt_failed(w->end))
        return w->end;
    if (w->fd < 0)
        connect_again(w);
    else if (poll(&pollfd, 1, 0) > 0 && !receive_reply(w, w->fd))
        lose_connection(w);
    return w->end;
}

/* --- its life ----------------------------------------------------------------------------- */

static nt_status make_descriptors(OPENLOGON_WATCH *w)
{
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (w->epoll < 0 || w->timer < 0)
        return nt_from_errno(errno);
    return poll_for(w, EPOLL_CTL_ADD, w->timer);
}

nt_status watch_open(OPENLOGON_WATCH **ret, uint32_t types)
{
    _cleanup_(watch_closep) OPENLOGON_WATCH *w = calloc(1, sizeof(*w));
    nt_status st;

    if (!w)
        return NT(NO_MEMORY);
    w->types = types;
    w->epoll = w->fd = w->timer = -1;
    st = make_descriptors(w);
    if (!nt_failed(st))
        st = connect_as_caller(w);
    if (nt_failed(st))
        return st;
    *ret = TAKE(w);
    return NT_OK;
}

OPENLOGON_WATCH *watch_close(OPENLOGON_WATCH *w)
{
    if (!w)
        return NULL;
    drop_reply(w);
    if (w->fd >= 0)
        (void)close(w->fd);
    if (w->timer >= 0)
        (void)close(w->timer);
    if (w->epoll >= 0)
        (void)close(w->epoll);
    free(w);
    return NULL;
}
