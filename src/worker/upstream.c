/* SPDX-License-Identifier: MIT */
#include "worker/upstream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "ipc/channel.h"

enum {
    ENDED_MAX = 65536,
    POSTED_MAX = 64,
    POSTED_SIZE_MAX = POSTED_MAX * 16, /* bytes of a message */
};

struct upstream {
    int fd;
    arena *memory;
    const char *error;
    uint64_t *ended; /* sessions that ended during a Call, oldest first */
    size_t n_ended;
    size_t ended_capacity;
    Openlogon__Worker__PostedCall posted[POSTED_MAX]; /* oldest first */
    size_t n_posted;
    secret *buffer; /* a struct channel_buffer: what comes in may be a password */
};

nt_status upstream_new(upstream **ret, int fd, arena *memory)
{
    _cleanup_(upstream_freep) upstream *u = calloc(1, sizeof(*u));
    nt_status st;

    if (!u)
        return NT(NO_MEMORY);
    st = secret_new(&u->buffer, sizeof(struct channel_buffer));
    if (nt_failed(st))
        return st;
    u->fd = fd;
    u->memory = memory;
    *ret = TAKE(u);
    return NT_OK;
}

upstream *upstream_free(upstream *u)
{
    if (!u)
        return NULL;
    (void)secret_free(u->buffer);
    free(u->ended);
    free(u);
    return NULL;
}

const char *upstream_error(const upstream *u)
{
    return u->error;
}

static enum upstream_event upstream_fail(upstream *u, const char *error)
{
    if (!u->error)
        u->error = error;
    return UPSTREAM_FAILED;
}

enum upstream_event upstream_receive(upstream *u, Openlogon__Worker__ToWorker **ret)
{
    struct channel_message message = { 0 };
    Openlogon__Worker__ToWorker *unpacked;
    int r = channel_receive(u->fd, (struct channel_buffer *)secret_bytes(u->buffer), &message);

    if (r == 0 || r == -ECONNRESET)
        return UPSTREAM_CLOSED;
    if (r < 0)
        return upstream_fail(u, strerror(-r));
    unpacked = openlogon__worker__to_worker__unpack(arena_allocator(u->memory), message.size,
                                                    message.bytes);
    channel_message_done(&message);
    if (!unpacked)
        return upstream_fail(u, "malformed message");
    *ret = unpacked;
    return UPSTREAM_MESSAGE;
}

static void send_with_posted(upstream *u, const Openlogon__Worker__FromWorker *message)
{
    Openlogon__Worker__FromWorker whole = *message;
    Openlogon__Worker__PostedCall *pointers[POSTED_MAX];
    int r;

    for (size_t i = 0; i < u->n_posted; i++)
        pointers[i] = &u->posted[i];
    whole.n_posted = u->n_posted;
    whole.posted = pointers;
    u->n_posted = 0;
    r = channel_send(u->fd, &whole.base, NULL, 0);
    if (r == -EPIPE || r == -ECONNRESET)
        return; /* openlogond has ended: the next receive tells */
    if (r < 0)
        (void)upstream_fail(u, strerror(-r));
}

void upstream_send(upstream *u, const Openlogon__Worker__FromWorker *message)
{
    if (!u->error)
        send_with_posted(u, message);
}

void upstream_post(upstream *u, const Openlogon__Worker__PostedCall *call)
{
    const Openlogon__Worker__FromWorker only_posted = OPENLOGON__WORKER__FROM_WORKER__INIT;

    u->posted[u->n_posted++] = *call;
    if (u->n_posted == POSTED_MAX)
        upstream_send(u, &only_posted);
}

bool upstream_wait(const upstream *u, int timeout_ms)
{
    struct pollfd event = { .fd = u->fd, .events = POLLIN };

    if (timeout_ms < 0)
        return true;                         /* the receipt waits */
    return poll(&event, 1, timeout_ms) != 0; /* an error shows at the receipt */
}

static void remember_ended(upstream *u, uint64_t luid)
{
    uint64_t *grown = u->ended;

    if (u->n_ended == u->ended_capacity) {
        size_t capacity = u->ended_capacity ? 2 * u->ended_capacity : 16;

        grown = capacity > ENDED_MAX ? NULL : reallocarray(u->ended, capacity, sizeof(*grown));
        if (!grown) {
            (void)upstream_fail(u, "too many sessions ended during one job");
            return;
        }
        u->ended = grown;
        u->ended_capacity = capacity;
    }
    u->ended[u->n_ended++] = luid;
}

bool upstream_take_ended(upstream *u, uint64_t *ret_luid)
{
    if (u->n_ended == 0)
        return false;
    *ret_luid = u->ended[0];
    u->n_ended--;
    memmove(u->ended, u->ended + 1, u->n_ended * sizeof(*u->ended));
    return true;
}

static Openlogon__Worker__CallResult *wait_for_result(upstream *u)
{
    while (!u->error) {
        Openlogon__Worker__ToWorker *message = NULL;
        enum upstream_event event = upstream_receive(u, &message);

        if (event == UPSTREAM_CLOSED)
            (void)upstream_fail(u, "closed during a call");
        if (event != UPSTREAM_MESSAGE)
            return NULL;
        switch (message->message_case) {
        case OPENLOGON__WORKER__TO_WORKER__MESSAGE_CALL_RESULT:
            return message->call_result;
        case OPENLOGON__WORKER__TO_WORKER__MESSAGE_SESSIONS_ENDED:
            for (size_t i = 0; i < message->sessions_ended->n_luids; i++)
                remember_ended(u, message->sessions_ended->luids[i]);
            break;
        default:
            (void)upstream_fail(u, "a message that is not the answer to a call");
        }
    }
    return NULL;
}

nt_status upstream_call(upstream *u, Openlogon__Worker__Call *call,
                        Openlogon__Worker__CallResult **ret)
{
    Openlogon__Worker__FromWorker message = OPENLOGON__WORKER__FROM_WORKER__INIT;
    Openlogon__Worker__CallResult *result;
    nt_status st;

    message.message_case = OPENLOGON__WORKER__FROM_WORKER__MESSAGE_CALL;
    message.call = call;
    if (protobuf_c_message_get_packed_size(&message.base) > CHANNEL_MESSAGE_MAX - POSTED_SIZE_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    upstream_send(u, &message);
    result = wait_for_result(u);
    if (!result)
        return NT(PIPE_DISCONNECTED);
    st = nt_make(result->status);
    if (!nt_failed(st))
        *ret = result;
    return st;
}
