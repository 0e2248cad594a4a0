/* SPDX-License-Identifier: MIT */
#include "client/connection.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/secret.h"
#include "client/handshake.h"
#include "client/last_error.h"

enum connection_state {
    LIVE,
    LOST,      /* the authority went away, and may come again */
    INHERITED, /* in a forked child that has not used it: a lease keeps what it refers to */
    BROKEN,    /* for good */
};

enum {
    RECONNECT_TIMEOUT_S = 10,
    RECONNECT_TIMEOUT_MAX_S = 3600,
    PAUSE_FIRST_MS = 2,
    PAUSE_MAX_MS = 20,
    HANG_UPS_MAX = 3, /* of a server that nothing was known of before */
};

/* One call that waits; on its thread's stack, in the list while it is not done. */
struct waiter {
    uint32_t serial;
    bool done;
    bool lost;                  /* the connection went away instead of an answer */
    bool gives_token;           /* a success is one reference more */
    struct ledger_entry *spare; /* then: for it */
    nt_status status;           /* of the transport; NT_OK: `reply` is there */
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
    atomic_ullong link_number;
    atomic_bool unsettled; /* something was given back, and nothing asked since */

    /* Set before the connection is shared; its descriptor is renewed under current_lock, while
     * neither LIVE nor in use. */
    struct handshake link;
    dev_t device; /* which socket `link.fd` was: a program may close descriptors it does not know */
    ino_t inode;
    struct lease lease;
    uint64_t holder;     /* what the authority knows it by; 0: it keeps nothing */
    int lifeline;        /* open for as long as it is to be known by that; -1: none */
    int64_t deadline_ms; /* while it is not LIVE: until when calls wait for it */

    pthread_mutex_t mutex; /* guards what follows, and LIVE's end */
    uint32_t last_serial;
    struct waiter *waiters;
    bool has_reader;
    unsigned n_senders;
    pthread_cond_t quiet; /* neither a reader nor a sender is left */
    bool descriptor_lost; /* link.fd is somebody else's by now */
    struct token_ledger ledger;
    struct channel_buffer buffer; /* the reader's */
};

/* Guards `current` and the making of connections. Taken before any connection's mutex. */
static pthread_mutex_t current_lock = PTHREAD_MUTEX_INITIALIZER;
static connection *current;
static uint64_t n_links;

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

static void lifeline_close(connection *c)
{
    if (c->lifeline >= 0)
        (void)close(c->lifeline);
    c->lifeline = -1;
}

connection *connection_unref(connection *c)
{
    if (!c || atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) != 1)
        return NULL;
    if (c->descriptor_lost)
        c->link.fd = -1;
    handshake_done(&c->link);
    lifeline_close(c);
    lease_done(&c->lease);
    token_ledger_done(&c->ledger);
    (void)pthread_cond_destroy(&c->quiet);
    (void)pthread_mutex_destroy(&c->mutex);
    free(c);
    return NULL;
}

bool connection_alive(const connection *c)
{
    return state_of(c) != BROKEN;
}

uint64_t connection_link(const connection *c)
{
    return atomic_load_explicit(&c->link_number, memory_order_acquire);
}

/* Whether the descriptor still is the socket that was connected. */
static bool still_ours(const connection *c)
{
    struct stat info;

    return fstat(c->link.fd, &info) == 0 && info.st_dev == c->device && info.st_ino == c->inode;
}

/* LIVE ends under the mutex only, and the descriptor is not renewed before that. */
bool connection_is_up(connection *c)
{
    bool up;

    (void)pthread_mutex_lock(&c->mutex);
    up = state_of(c) == LIVE && still_ours(c);
    if (up) {
        struct pollfd end = { .fd = c->link.fd };

        up = poll(&end, 1, 0) == 0;
    }
    (void)pthread_mutex_unlock(&c->mutex);
    return up;
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

/* --- waiting for it ----------------------------------------------------------------------- */

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t deadline_from_now(void)
{
    const char *text = secure_getenv("OPENLOGON_RECONNECT_TIMEOUT");
    char *end = NULL;
    unsigned long seconds = text ? strtoul(text, &end, 10) : RECONNECT_TIMEOUT_S;

    if (text && (end == text || *end != '\0' || *text == '-'))
        seconds = RECONNECT_TIMEOUT_S;
    if (seconds > RECONNECT_TIMEOUT_MAX_S)
        seconds = RECONNECT_TIMEOUT_MAX_S;
    return now_ms() + (int64_t)seconds * 1000;
}

/* What is to be tried until a deadline, with pauses. */
struct patience {
    int64_t deadline_ms;
    unsigned pause_ms;
    unsigned n_hang_ups;
};

/* False: it is over. */
static bool patience_wait(struct patience *p)
{
    struct timespec pause = { .tv_nsec = (long)p->pause_ms * 1000000 };

    if (now_ms() >= p->deadline_ms)
        return false;
    (void)nanosleep(&pause, NULL);
    p->pause_ms = p->pause_ms * 2 < PAUSE_MAX_MS ? p->pause_ms * 2 : PAUSE_MAX_MS;
    return true;
}

/* --- making it ---------------------------------------------------------------------------- */

/* Of the rest others may be reading: it is the same authority, or its successor. */
static nt_status link_take(connection *c, struct handshake *link)
{
    int r = 0;

    if (state_of(c) == BROKEN) { /* a new one */
        c->link = *link;
        *link = HANDSHAKE_NONE;
        return NT_OK;
    }
    if (c->link.page && link->page)
        r = shared_page_replace(c->link.page, link->page);
    if (r < 0)
        return nt_from_errno(r);
    link->page = NULL;
    if (c->link.fd >= 0 && !c->descriptor_lost)
        (void)close(c->link.fd);
    c->descriptor_lost = false;
    c->link.fd = link->fd;
    link->fd = -1;
    return NT_OK;
}

/* Nobody uses the old socket any more: it was shut down, so this is not long. */
static void wait_until_quiet(connection *c)
{
    (void)pthread_mutex_lock(&c->mutex);
    while (c->has_reader || c->n_senders > 0)
        (void)pthread_cond_wait(&c->quiet, &c->mutex);
    (void)pthread_mutex_unlock(&c->mutex);
}

/* While it is not LIVE references only come to be fewer by what calls_give_up() does, under
 * current_lock as this. */
static nt_status list_claims(connection *c, struct ledger_claims *ret)
{
    nt_status st;

    (void)pthread_mutex_lock(&c->mutex);
    st = token_ledger_list(&c->ledger, ret);
    (void)pthread_mutex_unlock(&c->mutex);
    return st;
}

static nt_status link_use(connection *c, struct handshake *link)
{
    struct stat info;
    nt_status st;

    if (fstat(link->fd, &info) < 0)
        return nt_from_errno(errno);
    st = link_take(c, link);
    if (nt_failed(st))
        return st;
    c->device = info.st_dev;
    c->inode = info.st_ino;
    lease_done(&c->lease);
    atomic_store_explicit(&c->link_number, ++n_links, memory_order_release);
    state_set(c, LIVE);
    return NT_OK;
}

static nt_status establish_once(connection *c, enum handshake_failure *ret_failure)
{
    _cleanup_(handshake_done) struct handshake link = HANDSHAKE_NONE;
    _cleanup_(ledger_claims_done) struct ledger_claims claims = { 0 };
    struct handshake_order order = { .buffer = &c->buffer,
                                     .cookie = c->lease.fd >= 0 ? &c->lease.cookie : NULL,
                                     .holder = c->holder,
                                     .claims = &claims,
                                     .lifeline = c->lifeline };
    nt_status st = list_claims(c, &claims);

    if (!nt_failed(st))
        st = handshake_do(&link, &order);
    *ret_failure = order.failure;
    c->lifeline = order.lifeline;
    if (!nt_failed(st) || state_of(c) == INHERITED)
        c->holder = order.holder;
    return nt_failed(st) ? st : link_use(c, &link);
}

/*
 * Whether trying again can help. An authority that was there comes back, or not; where none was
 * known, only one that has just died does.
 */
static bool may_come(const connection *c, enum handshake_failure failure, struct patience *patience)
{
    if (failure == HANDSHAKE_GONE)
        return false;
    if (failure == HANDSHAKE_REFUSED)
        patience->n_hang_ups = 0; /* so that was why */
    if (state_of(c) != BROKEN || failure == HANDSHAKE_REFUSED)
        return true;
    return failure == HANDSHAKE_HUNG_UP && ++patience->n_hang_ups < HANG_UPS_MAX;
}

/* With current_lock, unless nobody else has the connection yet. */
static nt_status connection_establish(connection *c)
{
    struct patience patience = { c->deadline_ms, PAUSE_FIRST_MS, 0 };
    enum handshake_failure failure;
    nt_status st;

    wait_until_quiet(c);
    do {
        st = establish_once(c, &failure);
    } while (nt_failed(st) && st.code == NT_NO_AUTHORITY.code && may_come(c, failure, &patience) &&
             patience_wait(&patience));
    return st;
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
    c->lifeline = -1;
    c->deadline_ms = deadline_from_now();
    (void)pthread_mutex_init(&c->mutex, NULL);
    (void)pthread_cond_init(&c->quiet, NULL);
    st = connection_establish(c);
    if (nt_failed(st))
        connection_unref(c);
    else
        *ret = c;
    return st;
}

/* Of a connection that the authority knows nothing of, nothing is left. */
static nt_status revive_locked(connection *c)
{
    nt_status st;

    if (state_of(c) != INHERITED && state_of(c) != LOST)
        return NT_OK;
    if (state_of(c) == INHERITED && c->deadline_ms == 0)
        c->deadline_ms = deadline_from_now();
    st = connection_establish(c);
    if (NT_IS(st, INVALID_HANDLE)) {
        state_set(c, BROKEN);
        return NT_NO_AUTHORITY;
    }
    return st;
}

static nt_status current_locked(void)
{
    nt_status st = current ? revive_locked(current) : NT_OK;

    if (current && connection_alive(current))
        return st;
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
    w->lost = nt_failed(st);
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
    if (state_of(c) == LIVE) {
        stop_socket(c);
        c->deadline_ms = deadline_from_now();
        state_set(c, c->holder ? LOST : BROKEN);
    }
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
    if (w->gives_token && reply->message->result_case == REPLY_OF(TOKEN) &&
        !nt_failed(nt_make(reply->message->status)))
        token_ledger_add(&c->ledger, reply->message->token->token_id, &w->spare);
    w->reply = *reply;
    *reply = REPLY_NONE;
    waiter_finish(w, NT_OK);
}

static void tell_if_quiet(connection *c)
{
    if (!c->has_reader && c->n_senders == 0 && state_of(c) != LIVE)
        (void)pthread_cond_broadcast(&c->quiet);
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
    tell_if_quiet(c);
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

/* One request, as often as it is sent. */
struct call {
    connection *c;
    Openlogon__Request *request;
    int fd;
    bool has_current_lock;
    bool released; /* the reference that it gives back is not claimed any more */
    bool unread;   /* the authority has certainly not seen it */
};

/* A reference counts as given back when that is asked for: if the authority dies before it says so,
 * it is not claimed from its successor. */
static void count_release(struct call *call)
{
    const Openlogon__ReleaseTokenRequest *release = call->request->release_token;

    if (call->request->call_case != OPENLOGON__REQUEST__CALL_RELEASE_TOKEN || call->released)
        return;
    for (uint32_t i = 0; i < release->count; i++)
        token_ledger_drop(&call->c->ledger, release->token_id);
    call->released = true;
}

/* False: the connection is not live. Else the caller is a sender until sender_leave(). */
static bool sender_enter(struct call *call)
{
    connection *c = call->c;

    if (state_of(c) == LIVE && !still_ours(c)) {
        c->descriptor_lost = true;
        break_locked(c);
    }
    if (state_of(c) != LIVE)
        return false;
    c->n_senders++;
    count_release(call);
    return true;
}

static bool was_not_sent(int r)
{
    return r == -EMSGSIZE || r == -ENOMEM;
}

static void sender_leave(connection *c, int r)
{
    c->n_senders--;
    if (r < 0 && !was_not_sent(r))
        break_locked(c);
    tell_if_quiet(c);
}

static bool waiter_enter(struct call *call, struct waiter *w)
{
    connection *c = call->c;
    bool live;

    (void)pthread_mutex_lock(&c->mutex);
    live = sender_enter(call);
    if (live) {
        do {
            w->serial = ++c->last_serial;
        } while (w->serial == 0);
        w->next = c->waiters;
        c->waiters = w;
    }
    (void)pthread_mutex_unlock(&c->mutex);
    return live;
}

static nt_status waiter_send(struct call *call, struct waiter *w)
{
    connection *c = call->c;
    int r;

    call->request->serial = w->serial;
    r = channel_send(c->link.fd, &call->request->base, &call->fd, call->fd >= 0 ? 1 : 0);
    (void)pthread_mutex_lock(&c->mutex);
    if (was_not_sent(r))
        (void)waiter_unlink(c, w->serial);
    sender_leave(c, r);
    (void)pthread_mutex_unlock(&c->mutex);
    if (r == 0)
        return NT_OK;
    if (r == -EMSGSIZE)
        return NT(INVALID_PARAMETER);
    w->lost = r != -ENOMEM;
    return r == -ENOMEM ? NT(NO_MEMORY) : NT_NO_AUTHORITY;
}

/* Once. *ret_lost: it was sent, or was to be, and the connection went away. */
static nt_status call_live(struct call *call, struct waiter *w, struct reply *ret)
{
    connection *c = call->c;
    nt_status st;

    if (!waiter_enter(call, w)) {
        w->lost = true;
        return NT_NO_AUTHORITY;
    }
    st = waiter_send(call, w);
    if (nt_failed(st))
        return st;
    call->unread = false;
    (void)pthread_mutex_lock(&c->mutex);
    wait_locked(c, w);
    (void)pthread_mutex_unlock(&c->mutex);
    *ret = w->reply;
    w->reply = REPLY_NONE;
    return w->status;
}

/* An answer to these that is a success is a reference more. */
static bool gives_token(const Openlogon__Request *request)
{
    static const Openlogon__Request__CallCase calls[] = {
        OPENLOGON__REQUEST__CALL_OPEN_PROCESS_TOKEN,
        OPENLOGON__REQUEST__CALL_LOGON,
        OPENLOGON__REQUEST__CALL_DERIVE_TOKEN,
        OPENLOGON__REQUEST__CALL_LINKED_TOKEN,
        OPENLOGON__REQUEST__CALL_ELEVATE,
        OPENLOGON__REQUEST__CALL_ANONYMOUS_TOKEN,
        OPENLOGON__REQUEST__CALL_IMPERSONATE_SOCKET,
        OPENLOGON__REQUEST__CALL_RECEIVE_TOKEN,
        OPENLOGON__REQUEST__CALL_WTS_USER_TOKEN,
    };

    for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
        if (calls[i] == request->call_case)
            return true;
    }
    return false;
}

static nt_status call_once(struct call *call, struct reply *ret, bool *ret_lost)
{
    struct waiter w = { .reply = REPLY_NONE,
                        .wake = PTHREAD_COND_INITIALIZER,
                        .gives_token = gives_token(call->request) };
    nt_status st;

    if (w.gives_token) {
        w.spare = malloc(sizeof(*w.spare));
        if (!w.spare)
            return NT(NO_MEMORY);
    }
    st = call_live(call, &w, ret);
    *ret_lost = w.lost;
    reply_done(&w.reply);
    free(w.spare);
    return st;
}

/* What it was to give back is not claimed when the connection is made again later. */
static void calls_give_up(struct call *call)
{
    (void)pthread_mutex_lock(&call->c->mutex);
    count_release(call);
    (void)pthread_mutex_unlock(&call->c->mutex);
}

static nt_status revive(struct call *call)
{
    connection *c = call->c;
    nt_status st;

    if (state_of(c) == LIVE)
        return NT_OK;
    if (!call->has_current_lock)
        (void)pthread_mutex_lock(&current_lock);
    st = revive_locked(c);
    if (nt_failed(st))
        calls_give_up(call);
    if (!call->has_current_lock)
        (void)pthread_mutex_unlock(&current_lock);
    return st;
}

/* Until it is answered. What was given back by not being claimed any more needs no answer. */
static nt_status call_until_answered(struct call *call, struct reply *ret)
{
    int64_t deadline_ms = 0;

    for (;;) {
        bool was_released = call->released, lost = false;
        nt_status st = revive(call);

        if (nt_failed(st) || was_released)
            return st;
        st = call_once(call, ret, &lost);
        if (!lost || !connection_alive(call->c))
            return st;
        if (deadline_ms == 0)
            deadline_ms = deadline_from_now();
        else if (now_ms() >= deadline_ms)
            return st; /* perhaps it is this request that the authority dies of */
    }
}

static nt_status check_reply(const struct reply *reply, reply_kind expect)
{
    nt_status st = nt_make(reply->message->status);

    if (!nt_failed(st) && expect != REPLY_EMPTY && reply->message->result_case != expect)
        return NT(REPLY_MESSAGE_MISMATCH);
    return st;
}

static nt_status call_checked(struct call *call, reply_kind expect, struct reply *ret)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = call_until_answered(call, &reply);

    if (!nt_failed(st) && reply.message)
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

/* A thread that is cancelled while it reads for all would leave the others waiting. */
static nt_status call_undisturbed(struct call *call, reply_kind expect, struct reply *ret)
{
    int cancel_state;
    nt_status st;

    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    st = call_checked(call, expect, ret);
    (void)pthread_setcancelstate(cancel_state, NULL);
    return st;
}

nt_status connection_call(connection *c, Openlogon__Request *request, int fd, reply_kind expect,
                          struct reply *ret, bool *ret_unread)
{
    struct call call = { .c = c, .request = request, .fd = fd, .unread = true };
    nt_status st = call_undisturbed(&call, expect, ret);

    if (ret_unread)
        *ret_unread = call.unread;
    return st;
}

/* False: the connection is not live, or has just gone. */
static bool post(struct call *call)
{
    connection *c = call->c;
    int r;

    (void)pthread_mutex_lock(&c->mutex);
    if (!sender_enter(call)) {
        (void)pthread_mutex_unlock(&c->mutex);
        return false;
    }
    atomic_store_explicit(&c->unsettled, true, memory_order_relaxed);
    (void)pthread_mutex_unlock(&c->mutex);
    r = channel_send(c->link.fd, &call->request->base, NULL, 0);
    (void)pthread_mutex_lock(&c->mutex);
    sender_leave(c, r);
    (void)pthread_mutex_unlock(&c->mutex);
    return r == 0;
}

/* Where there is an authority again it is to know what is still held, also when no call follows. */
void connection_release_token(connection *c, uint64_t token_id)
{
    Openlogon__ReleaseTokenRequest message = OPENLOGON__RELEASE_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(RELEASE_TOKEN, release_token, &message);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    struct call call = { .c = c, .request = &request, .fd = -1 };
    int cancel_state;

    message.token_id = token_id;
    message.count = 1;
    if (!connection_alive(c))
        return;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    if (!post(&call))
        (void)call_checked(&call, REPLY_EMPTY, &reply).code;
    (void)pthread_setcancelstate(cancel_state, NULL);
}

void connection_settle(connection *c)
{
    Openlogon__SyncRequest message = OPENLOGON__SYNC_REQUEST__INIT;
    Openlogon__Request request = REQUEST(SYNC, sync, &message);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;

    if (atomic_exchange_explicit(&c->unsettled, false, memory_order_relaxed))
        (void)connection_call(c, &request, -1, REPLY_EMPTY, &reply, NULL).code;
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
    struct call call = { .c = c, .request = &request, .fd = -1, .has_current_lock = true };
    nt_status st = call_undisturbed(&call, REPLY_OF(FORK_LEASE), &reply);

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
    lifeline_close(c);
    c->descriptor_lost = false;
    c->waiters = NULL;
    c->has_reader = false;
    c->n_senders = 0;
    c->quiet = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    c->holder = 0;
    c->deadline_ms = 0;
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
