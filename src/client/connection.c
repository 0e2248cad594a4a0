/* SPDX-License-Identifier: MIT */
#include "client/connection.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "client/handshake.h"
#include "client/last_error.h"

enum connection_state {
    LIVE,
    INHERITED, /* in a forked child that has not used it: a lease keeps what it refers to */
    BROKEN,    /* for good */
};

/* One call that waits; on its thread's stack, in the list while it is not done. */
struct waiter {
    uint32_t serial;
    bool done;
    nt_status status; /* of the transport; NT_OK: `reply` is there */
    struct reply reply;
    pthread_cond_t wake;
    struct waiter *next;
};

struct lease {
    int fd; /* -1: none */
    ProtobufCBinaryData cookie;
};
#define LEASE_NONE ((struct lease){ .fd = -1 })

struct connection {
    atomic_uint refs;
    atomic_uint n_tokens;
    atomic_int state;

    /* Set before the connection is shared; renewed under current_lock while INHERITED. */
    struct handshake link;
    dev_t device; /* which socket `link.fd` was: a program may close descriptors it does not know */
    ino_t inode;
    struct lease lease;

    pthread_mutex_t mutex; /* guards what follows; before BROKEN is set, too */
    uint32_t last_serial;
    struct waiter *waiters;
    bool has_reader;
    bool descriptor_lost;         /* link.fd is somebody else's by now */
    struct channel_buffer buffer; /* the reader's */
};

/* Guards `current` and the making of connections. Taken before any connection's mutex. */
static pthread_mutex_t current_lock = PTHREAD_MUTEX_INITIALIZER;
static connection *current;

/* Between the handlers of a fork: what the child is to have. Guarded by current_lock. */
static struct lease lease_for_child = LEASE_NONE;

void reply_done(struct reply *reply)
{
    if (reply->message)
        openlogon__reply__free_unpacked(reply->message, NULL);
    if (reply->fd >= 0)
        (void)close(reply->fd);
    *reply = REPLY_NONE;
}

static void lease_done(struct lease *lease)
{
    if (lease->fd >= 0)
        (void)close(lease->fd);
    if (lease->cookie.data)
        secret_wipe(lease->cookie.data, lease->cookie.len);
    free(lease->cookie.data);
    *lease = LEASE_NONE;
}

static enum connection_state state_of(const connection *c)
{
    return (enum connection_state)atomic_load_explicit(&c->state, memory_order_acquire);
}

static void state_set(connection *c, enum connection_state state)
{
    atomic_store_explicit(&c->state, (int)state, memory_order_release);
}

connection *connection_ref(connection *c)
{
    atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
    return c;
}

connection *connection_unref(connection *c)
{
    if (!c || atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) != 1)
        return NULL;
    if (c->descriptor_lost)
        c->link.fd = -1;
    handshake_done(&c->link);
    lease_done(&c->lease);
    (void)pthread_mutex_destroy(&c->mutex);
    free(c);
    return NULL;
}

bool connection_alive(const connection *c)
{
    return state_of(c) != BROKEN;
}

const struct authority_info *connection_authority(const connection *c)
{
    return &c->link.authority;
}

uint64_t connection_modified_id(const connection *c, uint32_t slot)
{
    return c->link.page ? shared_page_get(c->link.page, slot) : 0;
}

void connection_count_token(connection *c)
{
    atomic_fetch_add_explicit(&c->n_tokens, 1, memory_order_relaxed);
}

void connection_uncount_token(connection *c)
{
    atomic_fetch_sub_explicit(&c->n_tokens, 1, memory_order_relaxed);
}

/* --- making it ---------------------------------------------------------------------------- */

/* An inherited connection only needs a new socket: of the rest others may be reading. */
static void link_take(connection *c, struct handshake *link)
{
    if (state_of(c) == INHERITED) {
        c->link.fd = link->fd;
        link->fd = -1;
    } else {
        c->link = *link;
        *link = HANDSHAKE_NONE;
    }
}

static nt_status connection_establish(connection *c)
{
    _cleanup_(handshake_done) struct handshake link = HANDSHAKE_NONE;
    struct stat info;
    nt_status st = handshake_do(&link, &c->buffer, c->lease.fd >= 0 ? &c->lease.cookie : NULL);

    if (nt_failed(st))
        return st;
    if (fstat(link.fd, &info) < 0)
        return nt_from_errno(errno);
    link_take(c, &link);
    c->device = info.st_dev;
    c->inode = info.st_ino;
    lease_done(&c->lease);
    state_set(c, LIVE);
    return NT_OK;
}

static nt_status connection_new(connection **ret)
{
    connection *c = calloc(1, sizeof(*c));
    nt_status st;

    if (!c)
        return NT(NO_MEMORY);
    atomic_init(&c->refs, 1);
    atomic_init(&c->state, BROKEN);
    c->link = HANDSHAKE_NONE;
    c->lease = LEASE_NONE;
    (void)pthread_mutex_init(&c->mutex, NULL);
    st = connection_establish(c);
    if (nt_failed(st))
        connection_unref(c);
    else
        *ret = c;
    return st;
}

/* Of an inherited connection whose lease cannot be taken over, nothing is left. */
static nt_status revive_locked(connection *c)
{
    nt_status st = NT_OK;

    if (state_of(c) == INHERITED) {
        st = connection_establish(c);
        if (nt_failed(st))
            state_set(c, BROKEN);
    }
    return st;
}

static nt_status current_locked(void)
{
    if (current)
        (void)revive_locked(current).code;
    if (current && connection_alive(current))
        return NT_OK;
    current = connection_unref(current);
    return connection_new(&current);
}

nt_status connection_current(connection **ret)
{
    nt_status st;

    (void)pthread_mutex_lock(&current_lock);
    st = current_locked();
    if (!nt_failed(st))
        *ret = connection_ref(current);
    (void)pthread_mutex_unlock(&current_lock);
    return st;
}

/* --- calls -------------------------------------------------------------------------------- */

static void waiter_finish(struct waiter *w, nt_status st)
{
    w->status = st;
    w->done = true;
    (void)pthread_cond_signal(&w->wake);
}

/* Ends the reader's wait. The descriptor is closed with the last reference. */
static void stop_socket(connection *c)
{
    if (!c->descriptor_lost)
        (void)shutdown(c->link.fd, SHUT_RDWR);
}

static void break_locked(connection *c)
{
    if (state_of(c) == LIVE)
        stop_socket(c);
    state_set(c, BROKEN);
    for (struct waiter *w = c->waiters; w; w = w->next)
        waiter_finish(w, NT_NO_AUTHORITY);
    c->waiters = NULL;
}

static struct waiter *waiter_unlink(connection *c, uint32_t serial)
{
    for (struct waiter **at = &c->waiters; *at; at = &(*at)->next) {
        struct waiter *found = *at;

        if (found->serial == serial) {
            *at = found->next;
            return found;
        }
    }
    return NULL;
}

static void deliver_locked(connection *c, struct reply *reply)
{
    struct waiter *w = reply->message ? waiter_unlink(c, reply->message->serial) : NULL;

    if (!w) { /* not a reply, or to a question that nobody asked */
        break_locked(c);
        return;
    }
    w->reply = *reply;
    *reply = REPLY_NONE;
    waiter_finish(w, NT_OK);
}

/* Called and left with the mutex; without it meanwhile, as the one reader. */
static void read_one(connection *c)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    struct channel_message message = { 0 };
    int r;

    c->has_reader = true;
    (void)pthread_mutex_unlock(&c->mutex);
    r = channel_receive(c->link.fd, &c->buffer, &message);
    if (r > 0) {
        reply.message = openlogon__reply__unpack(NULL, message.size, message.bytes);
        reply.fd = channel_message_take_fd(&message, 0);
        channel_message_done(&message);
    }
    (void)pthread_mutex_lock(&c->mutex);
    c->has_reader = false;
    deliver_locked(c, &reply);
}

static void wait_locked(connection *c, struct waiter *w)
{
    while (!w->done) {
        if (c->has_reader)
            (void)pthread_cond_wait(&w->wake, &c->mutex);
        else
            read_one(c);
    }
    if (c->waiters && !c->has_reader)
        (void)pthread_cond_signal(&c->waiters->wake); /* somebody has to read on */
}

/* Whether the descriptor still is the socket that was connected. */
static bool still_ours(const connection *c)
{
    struct stat info;

    return fstat(c->link.fd, &info) == 0 && info.st_dev == c->device && info.st_ino == c->inode;
}

static nt_status waiter_enter(connection *c, struct waiter *w)
{
    nt_status st = NT_OK;

    (void)pthread_mutex_lock(&c->mutex);
    if (state_of(c) == LIVE && !still_ours(c)) {
        c->descriptor_lost = true;
        break_locked(c);
    }
    if (state_of(c) != LIVE) {
        st = NT_NO_AUTHORITY;
    } else {
        do {
            w->serial = ++c->last_serial;
        } while (w->serial == 0);
        w->next = c->waiters;
        c->waiters = w;
    }
    (void)pthread_mutex_unlock(&c->mutex);
    return st;
}

static nt_status waiter_send(connection *c, struct waiter *w, Openlogon__Request *request, int fd)
{
    int r;

    request->serial = w->serial;
    r = channel_send(c->link.fd, &request->base, &fd, fd >= 0 ? 1 : 0);
    if (r == 0)
        return NT_OK;
    (void)pthread_mutex_lock(&c->mutex);
    if (r == -EMSGSIZE || r == -ENOMEM)
        (void)waiter_unlink(c, w->serial);
    else
        break_locked(c);
    (void)pthread_mutex_unlock(&c->mutex);
    if (r == -EMSGSIZE)
        return NT(INVALID_PARAMETER);
    return r == -ENOMEM ? NT(NO_MEMORY) : NT_NO_AUTHORITY;
}

static nt_status call_live(connection *c, Openlogon__Request *request, int fd, struct reply *ret,
                           bool *unread)
{
    struct waiter w = { .reply = REPLY_NONE, .wake = PTHREAD_COND_INITIALIZER };
    nt_status st = waiter_enter(c, &w);

    *unread = true;
    if (!nt_failed(st))
        st = waiter_send(c, &w, request, fd);
    if (nt_failed(st)) {
        reply_done(&w.reply);
        return st;
    }
    *unread = false;
    (void)pthread_mutex_lock(&c->mutex);
    wait_locked(c, &w);
    (void)pthread_mutex_unlock(&c->mutex);
    *ret = w.reply;
    return w.status;
}

static nt_status ensure_revived(connection *c)
{
    nt_status st;

    if (state_of(c) != INHERITED)
        return NT_OK;
    (void)pthread_mutex_lock(&current_lock);
    st = revive_locked(c);
    (void)pthread_mutex_unlock(&current_lock);
    return st;
}

static nt_status check_reply(const struct reply *reply, reply_kind expect)
{
    nt_status st = nt_make(reply->message->status);

    if (!nt_failed(st) && expect != REPLY_EMPTY && reply->message->result_case != expect)
        return NT(REPLY_MESSAGE_MISMATCH);
    return st;
}

static nt_status call_checked(connection *c, Openlogon__Request *request, int fd, reply_kind expect,
                              struct reply *ret, bool *unread)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = call_live(c, request, fd, &reply, unread);

    if (!nt_failed(st))
        st = check_reply(&reply, expect);
    reply.sub_status = reply.message ? reply.message->sub_status : 0;
    if (nt_failed(st)) {
        ret->sub_status = reply.sub_status;
        return st;
    }
    *ret = reply;
    reply = REPLY_NONE;
    return st;
}

nt_status connection_call(connection *c, Openlogon__Request *request, int fd, reply_kind expect,
                          struct reply *ret, bool *ret_unread)
{
    bool unread = true;
    nt_status st = ensure_revived(c);
    int cancel_state;

    if (!nt_failed(st)) {
        /* A thread that is cancelled while it reads for all would leave the others waiting. */
        (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
        st = call_checked(c, request, fd, expect, ret, &unread);
        (void)pthread_setcancelstate(cancel_state, NULL);
    }
    if (ret_unread)
        *ret_unread = unread;
    return st;
}

/* --- fork --------------------------------------------------------------------------------- */

static nt_status lease_take(struct lease *ret, struct reply *reply)
{
    const ProtobufCBinaryData *cookie = &reply->message->fork_lease->cookie;
    struct lease lease = LEASE_NONE;

    lease.cookie.data = malloc(cookie->len + 1);
    if (!lease.cookie.data || reply->fd < 0) {
        free(lease.cookie.data);
        return NT(NO_MEMORY);
    }
    memcpy(lease.cookie.data, cookie->data, cookie->len);
    lease.cookie.len = cookie->len;
    lease.fd = reply->fd;
    reply->fd = -1;
    *ret = lease;
    return NT_OK;
}

/* Without a lease the child has no tokens; the fork itself is not disturbed. */
static void lease_ask(connection *c)
{
    Openlogon__ForkLeaseRequest ask = OPENLOGON__FORK_LEASE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(FORK_LEASE, fork_lease, &ask);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = revive_locked(c);

    if (!nt_failed(st))
        st = connection_call(c, &request, -1, REPLY_OF(FORK_LEASE), &reply, NULL);
    if (!nt_failed(st))
        (void)lease_take(&lease_for_child, &reply).code;
}

void connection_before_fork(void)
{
    (void)pthread_mutex_lock(&current_lock);
    if (!current)
        return;
    if (connection_alive(current) &&
        atomic_load_explicit(&current->n_tokens, memory_order_relaxed) > 0)
        lease_ask(current);
    (void)pthread_mutex_lock(&current->mutex);
}

void connection_after_fork_in_parent(void)
{
    lease_done(&lease_for_child);
    if (current)
        (void)pthread_mutex_unlock(&current->mutex);
    (void)pthread_mutex_unlock(&current_lock);
}

/* Its socket is the parent's; the waiters were on the stacks of threads that are not here. */
static void become_inherited(connection *c)
{
    if (c->link.fd >= 0 && !c->descriptor_lost)
        (void)close(c->link.fd);
    c->link.fd = -1;
    c->descriptor_lost = false;
    c->waiters = NULL;
    c->has_reader = false;
    lease_done(&c->lease);
    c->lease = lease_for_child;
    state_set(c, c->lease.fd >= 0 ? INHERITED : BROKEN);
    lease_for_child = LEASE_NONE;
}

void connection_after_fork_in_child(void)
{
    if (current) {
        become_inherited(current);
        (void)pthread_mutex_unlock(&current->mutex);
    }
    (void)pthread_mutex_unlock(&current_lock);
}
