/* SPDX-License-Identifier: MIT */
/* One connection: who is at its other end, and what it holds. */
#ifndef OPENLOGON_DAEMON_CLIENT_H
#define OPENLOGON_DAEMON_CLIENT_H

#include "authority/authority.h"
#include "daemon/event_hub.h"
#include "daemon/holder.h"
#include "daemon/policy_handles.h"
#include "daemon/socket_set.h"
#include "ipc/channel.h"

enum client_state {
    CLIENT_NEW = 1 << 0,     /* a hello is to come, or something of a login */
    CLIENT_WAITING = 1 << 1, /* its account is being looked up; nothing is read from it */
    CLIENT_READY = 1 << 2,
    CLIENT_WATCHING = 1 << 3,   /* it is told of events, and asks nothing more */
    CLIENT_RECLAIMING = 1 << 4, /* it tells what of its former connection's tokens it has */
};

/* Owned by the set of clients. Others keep its id and look it up: it may be gone any time. */
typedef struct Client {
    struct id_node node;
    Authority *authority;
    enum client_state state;
    int fd;
    struct socket_watch watch;
    struct ClientSet *set;
    int pidfd; /* of the peer, until a record takes it; -1 */
    pid_t pid;
    uint32_t uid;
    struct holder holder; /* from the hello on */
    struct token_refs tokens;
    struct policy_handles policy_handles;
    struct id_map prepared; /* processes about to be started, by ticket */
    uint64_t last_ticket;
    Watcher *watcher;          /* NULL: it does not watch */
    uint64_t elevated_session; /* of which it may start processes, since it has proved itself; 0 */
    struct quota_charge charge, watch_charge;
} Client;

/**
 * @fd       consumed, also on failure
 * Errors:   QUOTA_EXCEEDED, those of nt_from_errno()
 */
_must_check_ nt_status client_new(Client **ret, Authority *authority, int fd);

/* Drops all that it holds: tokens, and with them sessions. */
Client *client_free(Client *client);
DEFINE_CLEANUP(Client *, client_free);

/* Drops that much alone. */
void client_drop_holdings(Client *client);

/* Drops what it holds of such sessions: references, and processes about to be started. */
void client_revoke(Client *client, const struct session_filter *filter);

/* The sender that the kernel stamped is the process that connected, still under the same uid. */
bool client_is_sender(const Client *client, const struct channel_sender *sender);

/* The client's own process; NULL: it has ended. Borrowed. */
ProcessRecord *client_process(const Client *client);

/* Adds a prepared process under a new ticket. Takes it over. */
uint64_t client_add_prepared(Client *client, PreparedProcess *prepared);

/* Takes one out. Errors: INVALID_HANDLE (no such ticket) */
_must_check_ nt_status client_take_prepared(Client *client, uint64_t ticket, PreparedProcess **ret);

#endif
