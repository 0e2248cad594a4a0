/* SPDX-License-Identifier: MIT */
/* All connections, and the socket that they come in by. */
#ifndef OPENLOGON_DAEMON_CLIENT_SET_H
#define OPENLOGON_DAEMON_CLIENT_SET_H

#include "daemon/client.h"

typedef struct ClientSet ClientSet;

struct client_set_spec {
    SocketSet *sockets;
    Authority *authority;
    OrphanSet *orphans;
    const char *socket_path; /* copied; unlinked at the end */
    unsigned mode;           /* of the socket */
    bool only_own_uid;       /* of others none but uid 0 may connect */

    /* Answers one message. False: the client is to be cut off. */
    bool (*message)(Client *client, struct channel_message *message, void *context);
    /* After client_set_offer() had no room: there is some again. */
    void (*writable)(Client *client, void *context);
    struct channel_buffer *buffer;
    void *context;
};

/* Listens; nobody is answered before client_set_start(). Returns 0 or negative; it was logged what
 * failed. */
_must_check_ int client_set_new(ClientSet **ret, const struct client_set_spec *spec);

void client_set_start(ClientSet *set);

/* Stops listening and drops all connections. */
ClientSet *client_set_free(ClientSet *set);
DEFINE_CLEANUP(ClientSet *, client_set_free);

Client *client_set_next(const ClientSet *set, const Client *previous); /* NULL: first, none */
Client *client_set_find(const ClientSet *set, uint64_t id); /* NULL: it has gone. Borrowed */
/* Of each: client_revoke(). */
void client_set_revoke(const ClientSet *set, const struct session_filter *filter);
void client_set_close(ClientSet *set, Client *client);
/* Cuts it off, but keeps what it holds for it to come again. Unknown ids are ignored. */
void client_set_cut(ClientSet *set, uint64_t id);

/* Stops reading from the client, and goes on. Its end is noticed all the same. */
void client_set_pause(ClientSet *set, Client *client);
void client_set_resume(ClientSet *set, Client *client);

/* Sends one message if there is room. 0; -EAGAIN: none now, spec.writable() follows; else the
 * client was closed. */
_must_check_ int client_set_offer(ClientSet *set, Client *client, const struct iovec *vectors,
                                  size_t n);

/* Sends packed bytes now; a client that does not take them is closed. Unknown ids are ignored. */
void client_set_send(ClientSet *set, uint64_t id, const void *bytes, size_t size, int fd);

#endif
