/* SPDX-License-Identifier: MIT */
/*
 * openlogond's parts in one place, for those who answer requests. Everything runs on the one thread
 * of the event loop, and nothing in it blocks.
 */
#ifndef OPENLOGON_DAEMON_DAEMON_H
#define OPENLOGON_DAEMON_DAEMON_H

#include <limits.h>
#include <systemd/sd-event.h>

#include "authority/authority.h"
#include "daemon/client_set.h"
#include "daemon/config.h"
#include "daemon/event_hub.h"
#include "daemon/group_loader.h"
#include "daemon/holder.h"
#include "daemon/lease.h"
#include "daemon/message_arena.h"
#include "daemon/metrics.h"
#include "daemon/name_publisher.h"
#include "daemon/object_number.h"
#include "daemon/options.h"
#include "daemon/outbox.h"
#include "daemon/refusals.h"
#include "daemon/session_pages.h"
#include "daemon/socket_permits.h"
#include "daemon/spawn_host.h"
#include "daemon/system.h"
#include "daemon/worker_pool.h"

typedef struct LogoffSet LogoffSet;

enum { DAEMON_TAG_SIZE = 64 };

typedef struct Daemon {
    const struct options *options;
    const struct config *config;
    int state_dirfd;
    char state_dir[PATH_MAX]; /* absolute: workers are told of it */
    char socket_path[PATH_MAX];
    int runtime_dirfd;
    sd_event *event;
    SocketSet *sockets;
    Journal *journal;
    sd_event_source *retry; /* writes the journal again that could not be written */
    Authority *authority;
    const char *package_names[CONFIG_LIST_MAX]; /* by their numbers; the configuration's */
    SessionPages *session_pages;
    char tag[DAEMON_TAG_SIZE]; /* names what the kernel has of this authority's */
    struct kernel kernel;
    sd_event_source *cgroup_source;
    sd_event_source *turn_end; /* armed while events of a turn wait for its end */
    unsigned n_events;         /* of the turn */
    MessageArena *arena;
    struct channel_buffer *buffer; /* in locked memory; what is received lies here */
    secret *buffer_memory;
    Outbox *outbox;
    EventHub *events;
    sd_event_source *events_due; /* armed: events wait for the end of a turn */
    WorkerPool *pool;
    SpawnHost *spawn;
    GroupLoader *groups;
    NamePublisher *names;
    Refusals *refusals;
    Metrics *metrics;
    struct object_key object_key; /* names objects to who debugs */
    ClientSet *clients;
    struct lifelines lines;
    struct lease_set leases;
    LogoffSet *logoffs;
    bool policy_loading; /* policy_source.h */
    OrphanSet *orphans;
    SocketPermits *permits;
} Daemon;

/**
 * Makes everything ready to run.
 * @options  borrowed, as the config is
 * Returns:  0; negative: it was logged what failed
 */
_must_check_ int daemon_new(Daemon **ret, const struct options *options,
                            const struct config *config);
Daemon *daemon_free(Daemon *daemon);
DEFINE_CLEANUP(Daemon *, daemon_free);

/* Runs until SIGTERM or SIGINT. Negative: it was logged what failed. */
_must_check_ int daemon_run(Daemon *daemon);

/*
 * An event has been dealt with. What it changed is written down, and what it answers sent, when no
 * other event waits, or after EVENTS_PER_TURN of them: what comes together costs one transaction.
 */
void daemon_turn_over(void *daemon);

/* Watches the leader of a login that needs it. If that fails the login ends. */
nt_status daemon_watch_login(Daemon *daemon, Login *login);

/* Watches a new record's process for its end. */
nt_status daemon_watch_process(Daemon *daemon, ProcessRecord *record);

#endif
