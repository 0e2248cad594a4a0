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
#include "daemon/lease.h"
#include "daemon/message_arena.h"
#include "daemon/options.h"
#include "daemon/outbox.h"
#include "daemon/refusals.h"
#include "daemon/worker_pool.h"

typedef struct Daemon {
    const struct options *options;
    const struct config *config;
    int state_dirfd;
    char state_dir[PATH_MAX]; /* absolute: workers are told of it */
    sd_event *event;
    Authority *authority;
    CgroupTree *cgroups; /* NULL: there are none */
    sd_event_source *cgroup_source;
    MessageArena *arena;
    struct channel_buffer *buffer; /* in locked memory; what is received lies here */
    secret *buffer_memory;
    Outbox *outbox;
    EventHub *events;
    sd_event_source *events_due; /* armed: events wait for the end of a turn */
    WorkerPool *pool;
    Refusals *refusals;
    ClientSet *clients;
    struct lease_set leases;
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

/* Watches a new record's process for its end. */
nt_status daemon_watch_process(Daemon *daemon, ProcessRecord *record);

#endif
