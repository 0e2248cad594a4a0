/* SPDX-License-Identifier: MIT */
#include "daemon/event_hub.h"

#include <errno.h>
#include <string.h>

#include "base/ascii.h"
#include "base/filetime.h"
#include "daemon/event_queue.h"

struct Watcher {
    Watcher *previous, *next;
    EventHub *hub;
    uint64_t client;
    uint32_t serial, types;
    bool sees_all;
    sid_buffer user;
    char *user_name, *domain_name; /* NULL: none is told by name */
    bool blocked;                  /* its socket is full, until watcher_ready() */
    struct event_queue queue;
};

struct EventHub {
    struct event_hub_spec spec;
    Watcher *first;
    uint64_t sequence;
    struct event_actor actor;
    bool awake;
    struct event_batch batch; /* what is being sent */
};

/* --- who sees what -----------------------------------------------------------------------------
 */

static bool same_text(const char *a, const char *b)
{
    return a && b && ascii_equal(a, strlen(a), b);
}

/* Of a logon that failed nothing is known but the name that was given. */
static bool is_about_user(const Watcher *watcher, const struct event *event)
{
    if (event->sid)
        return sid_equal(event->sid, &watcher->user.sid);
    return same_text(watcher->user_name, event->user) &&
           same_text(watcher->domain_name, event->domain);
}

static bool wants(const Watcher *watcher, const struct event *event)
{
    if (watcher->types && !(watcher->types & UINT32_C(1) << event->type))
        return false;
    return watcher->sees_all || is_about_user(watcher, event);
}

/* --- publishing --------------------------------------------------------------------------------
 */

static void wake(EventHub *hub)
{
    if (!hub->awake)
        hub->spec.wake(hub->spec.context);
    hub->awake = true;
}

void event_publish(EventHub *hub, const struct event *event)
{
    _cleanup_(event_block_unrefp) struct event_block *block = NULL;
    int64_t now = hub->first ? filetime_now() : 0;
    bool packed = false;

    hub->sequence++;
    for (Watcher *watcher = hub->first; watcher; watcher = watcher->next) {
        if (!wants(watcher, event))
            continue;
        if (!packed)
            block = event_block_new(event, hub->sequence, now);
        packed = true;
        event_queue_add(&watcher->queue, block);
        wake(hub);
    }
}

void event_hub_set_actor(EventHub *hub, const struct event_actor *actor)
{
    hub->actor = actor ? *actor : (struct event_actor){ 0 };
}

uint64_t event_hub_sequence(const EventHub *hub)
{
    return hub->sequence;
}

static void on_session_started(const Session *session, void *context)
{
    EventHub *hub = context;
    struct event event = { .type = EVENT_SESSION_STARTED, .actor = hub->actor };

    event_about_session(&event, session);
    event_publish(hub, &event);
}

/* One that never was active has not started either. */
static void on_session_ended(const Session *session, void *context)
{
    struct event event = { .type = EVENT_SESSION_ENDED };

    if (!session->facts)
        return;
    event_about_session(&event, session);
    event_publish(context, &event);
}

static void publish_wts(EventHub *hub, enum event_type type, const WtsSession *wts,
                        const Session *session)
{
    struct event event = { .type = type };

    if (session)
        event_about_session(&event, session);
    event.wts_session = wts_number(wts);
    event_publish(hub, &event);
}

static void on_wts_opened(const WtsSession *wts, void *context)
{
    EventHub *hub = context;
    Session *session;

    publish_wts(hub, EVENT_WTS_OPENED, wts,
                nt_failed(session_store_find(hub->spec.sessions, wts->logon, &session)) ? NULL
                                                                                        : session);
}

static void on_wts_closed(const WtsSession *wts, const Session *last, void *hub)
{
    publish_wts(hub, EVENT_WTS_CLOSED, wts, last);
}

/* --- sending -----------------------------------------------------------------------------------
 */

/* The watcher may be gone afterwards. */
static void flush_watcher(EventHub *hub, Watcher *watcher, int64_t now)
{
    while (!watcher->blocked && !event_queue_is_empty(&watcher->queue)) {
        int r;

        event_queue_peek(&watcher->queue, &hub->batch, watcher->serial, now);
        r = hub->spec.send(watcher->client, hub->batch.vectors, hub->batch.n_vectors,
                           hub->spec.context);
        if (r == -EAGAIN)
            watcher->blocked = true;
        else if (r < 0)
            return;
        else
            event_queue_pop(&watcher->queue, &hub->batch);
    }
}

void event_hub_flush(EventHub *hub)
{
    int64_t now;

    if (!hub->awake)
        return;
    hub->awake = false;
    now = filetime_now();
    for (Watcher *watcher = hub->first, *next; watcher; watcher = next) {
        next = watcher->next;
        flush_watcher(hub, watcher, now);
    }
}

void watcher_ready(Watcher *watcher)
{
    watcher->blocked = false;
    wake(watcher->hub);
}

/* --- watchers ----------------------------------------------------------------------------------
 */

static void link_watcher(EventHub *hub, Watcher *watcher)
{
    watcher->hub = hub;
    watcher->next = hub->first;
    if (hub->first)
        hub->first->previous = watcher;
    hub->first = watcher;
}

static void unlink_watcher(Watcher *watcher)
{
    if (watcher->previous)
        watcher->previous->next = watcher->next;
    else
        watcher->hub->first = watcher->next;
    if (watcher->next)
        watcher->next->previous = watcher->previous;
}

static nt_status copy_names(Watcher *watcher, const struct watcher_spec *spec)
{
    if (!spec->user_name || !spec->domain_name)
        return NT_OK;
    watcher->user_name = strdup(spec->user_name);
    watcher->domain_name = strdup(spec->domain_name);
    return watcher->user_name && watcher->domain_name ? NT_OK : NT(NO_MEMORY);
}

nt_status watcher_new(Watcher **ret, EventHub *hub, const struct watcher_spec *spec)
{
    _cleanup_(watcher_freep) Watcher *watcher = calloc(1, sizeof(*watcher));
    nt_status st = watcher ? event_queue_init(&watcher->queue) : NT(NO_MEMORY);

    if (nt_failed(st))
        return st;
    watcher->client = spec->client;
    watcher->serial = spec->serial;
    watcher->types = spec->types;
    watcher->sees_all = spec->sees_all;
    memcpy(watcher->user.bytes, spec->user, sid_length(spec->user));
    st = copy_names(watcher, spec);
    if (nt_failed(st))
        return st;
    link_watcher(hub, watcher);
    *ret = TAKE(watcher);
    return NT_OK;
}

Watcher *watcher_free(Watcher *watcher)
{
    if (!watcher)
        return NULL;
    if (watcher->hub)
        unlink_watcher(watcher);
    event_queue_done(&watcher->queue);
    free(watcher->user_name);
    free(watcher->domain_name);
    free(watcher);
    return NULL;
}

/* --- the hub -----------------------------------------------------------------------------------
 */

nt_status event_hub_new(EventHub **ret, const struct event_hub_spec *spec)
{
    EventHub *hub = calloc(1, sizeof(*hub));

    if (!hub)
        return NT(NO_MEMORY);
    hub->spec = *spec;
    session_store_listen(spec->sessions, (struct session_listener){ .started = on_session_started,
                                                                    .ended = on_session_ended,
                                                                    .context = hub });
    if (spec->wts)
        wts_table_listen(spec->wts, (struct wts_listener){ on_wts_opened, on_wts_closed, hub });
    *ret = hub;
    return NT_OK;
}

EventHub *event_hub_free(EventHub *hub)
{
    if (hub)
        session_store_unlisten(hub->spec.sessions, hub);
    if (hub && hub->spec.wts)
        wts_table_listen(hub->spec.wts, (struct wts_listener){ 0 });
    free(hub);
    return NULL;
}
