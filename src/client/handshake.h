/* SPDX-License-Identifier: MIT */
/* From nothing to a connected socket whose server is known: what a new connection starts with. */
#ifndef OPENLOGON_CLIENT_HANDSHAKE_H
#define OPENLOGON_CLIENT_HANDSHAKE_H

#include "client/connection.h"
#include "ipc/channel.h"
#include "linux/shared_page.h"

enum { PROTOCOL_VERSION = 1 };

/* Owns all of it; starts as HANDSHAKE_NONE. */
struct handshake {
    int fd;
    struct authority_info authority;
    SharedPage *page; /* NULL: the authority publishes none */
};
#define HANDSHAKE_NONE ((struct handshake){ .fd = -1 })

/**
 * Connects as the process itself, whatever the thread wears; checks the server; says hello; takes
 * over a lease.
 * @buffer  where the replies land
 * @cookie  of the lease; NULL: none
 * Errors:  as connection_current()
 */
_must_check_ nt_status handshake_do(struct handshake *ret, struct channel_buffer *buffer,
                                    const ProtobufCBinaryData *cookie);
void handshake_done(struct handshake *h);

#endif
