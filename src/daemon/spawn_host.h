/* SPDX-License-Identifier: MIT */
/*
 * The openlogon-spawn that this openlogond has. It is started for the first order, and again when
 * it has died. When openlogond goes it stays for those who wait for the end of what it started.
 */
#ifndef OPENLOGON_DAEMON_SPAWN_HOST_H
#define OPENLOGON_DAEMON_SPAWN_HOST_H

#include <systemd/sd-event.h>

#include "base/status.h"
#include "ipc/spawn_message.h"

typedef struct SpawnHost SpawnHost;

/* @path  of the program; borrowed. Errors: NO_MEMORY */
_must_check_ nt_status spawn_host_new(SpawnHost **ret, sd_event *event, const char *path);
SpawnHost *spawn_host_free(SpawnHost *host);
DEFINE_CLEANUP(SpawnHost *, spawn_host_free);

/**
 * Sends an order. What comes of it is told to who waits at the socket among the descriptors.
 * @fds      of the order, see ipc/spawn_message.h; they stay the caller's
 * Errors:   INSUFFICIENT_RESOURCES (too many orders wait), those of starting a program
 */
_must_check_ nt_status spawn_host_order(SpawnHost *host, const struct spawn_order *order,
                                        const int *fds, size_t n_fds);

#endif
