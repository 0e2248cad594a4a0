/* SPDX-License-Identifier: MIT */
/*
 * The sockets of clients and of workers, in one epoll instance behind one event source: a turn of
 * the event loop takes what has come by all of them, and what that makes come at once, up to
 * EVENTS_PER_TURN. What it changed is written down, and what it answers sent, at its end.
 */
#ifndef OPENLOGON_DAEMON_SOCKET_SET_H
#define OPENLOGON_DAEMON_SOCKET_SET_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "authority/id_map.h"
#include "base/macros.h"

typedef struct SocketSet SocketSet;

/* Part of what has the socket, which sets the last two before it is added. */
struct socket_watch {
    struct id_node node; /* 0: in no set */
    int fd;
    void (*ready)(void *owner, uint32_t events); /* EPOLL*; may remove any watch */
    void *owner;
};

/* turn_over() is called after each turn. Returns 0 or -errno. */
_must_check_ int socket_set_new(SocketSet **ret, sd_event *event, void (*turn_over)(void *context),
                                void *context);
SocketSet *socket_set_free(SocketSet *set); /* nothing is in it any more */
DEFINE_CLEANUP(SocketSet *, socket_set_free);

/* The descriptor stays the caller's. Returns 0 or -errno. */
_must_check_ int socket_set_add(SocketSet *set, struct socket_watch *watch, int fd,
                                uint32_t events);
_must_check_ int socket_set_change(const SocketSet *set, const struct socket_watch *watch,
                                   uint32_t events);
/* Before the descriptor is closed. One that is in no set is left alone. */
void socket_set_remove(SocketSet *set, struct socket_watch *watch);

#endif
