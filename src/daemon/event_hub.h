/* SPDX-License-Identifier: MIT */
/*
 * Tells watchers what happens. An event is published where it happens, kept in the queue of each
 * watcher that may see it, and sent at the end of the event loop's turn, after the replies. Nothing
 * waits for a watcher: one that does not read loses events, and is told how many.
 */
#ifndef OPENLOGON_DAEMON_EVENT_HUB_H
#define OPENLOGON_DAEMON_EVENT_HUB_H

#include <sys/uio.h>

#include "authority/quota.h"
#include "authority/session_store.h"
#include "authority/wts.h"
#include "daemon/event.h"
#include "security/token_image.h"

typedef struct EventHub EventHub;

/* Owned by the connection that is told. */
typedef struct Watcher Watcher;

struct event_hub_spec {
    SessionStore *sessions; /* whose sessions' beginnings and ends are events; both borrowed */
    WtsTable *wts;          /* the same; NULL: there is none */

    /* Sends one message. 0; -EAGAIN: no room, watcher_ready() follows when there is; else the
     * client, and with it its watcher, is gone. */
    int (*send)(uint64_t client, const struct iovec *vectors, size_t n, void *context);
    /* The first event since the last flush: event_hub_flush() is to be called at the end of this
     * turn of the event loop, or in the next. */
    void (*wake)(void *context);
    void *context;
};

_must_check_ nt_status event_hub_new(EventHub **ret, const struct event_hub_spec *spec);
EventHub *event_hub_free(EventHub *hub); /* after all watchers */
DEFINE_CLEANUP(EventHub *, event_hub_free);

void event_publish(EventHub *hub, const struct event *event);

/* Sessions that start from now on were asked for by him; NULL: by nobody. */
void event_hub_set_actor(EventHub *hub, const struct event_actor *actor);

/* Sends what there is to send. */
void event_hub_flush(EventHub *hub);

uint64_t event_hub_sequence(const EventHub *hub); /* of the last event */

struct watcher_spec {
    uint64_t client;
    uint32_t serial; /* of the messages */
    uint32_t types;  /* bits 1 << enum event_type; 0: all */
    bool sees_all;   /* otherwise only what is about the user */
    const SID *user; /* copied, as the names are */
    /* The user's account: a logon that failed is told by name. NULL: none is his. */
    const char *user_name, *domain_name;
};

/* Errors: NO_MEMORY */
_must_check_ nt_status watcher_new(Watcher **ret, EventHub *hub, const struct watcher_spec *spec);
Watcher *watcher_free(Watcher *watcher);
DEFINE_CLEANUP(Watcher *, watcher_free);

/* There is room again; it is sent to with the next flush, which is to come. */
void watcher_ready(Watcher *watcher);

#endif
