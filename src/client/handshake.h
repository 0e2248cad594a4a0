/* SPDX-License-Identifier: MIT */
/* From nothing to a connected socket whose server is known: what a new connection starts with, and
 * one that broke goes on with. */
#ifndef OPENLOGON_CLIENT_HANDSHAKE_H
#define OPENLOGON_CLIENT_HANDSHAKE_H

#include "client/connection.h"
#include "client/token_ledger.h"
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

/* Why there was no authority. */
enum handshake_failure {
    HANDSHAKE_NOBODY,  /* nor does it look as if there were one */
    HANDSHAKE_GONE,    /* nor is there the directory where its socket would be */
    HANDSHAKE_REFUSED, /* there is a socket, but nobody listens: one has died there */
    HANDSHAKE_HUNG_UP, /* it went away in the middle */
};

/* What it is to bring about. Also when it fails, holder and lifeline are what was got. */
struct handshake_order {
    struct channel_buffer *buffer;      /* where the replies land */
    const ProtobufCBinaryData *cookie;  /* of a lease to take over; NULL: none */
    uint64_t holder;                    /* to be reclaimed, 0: none; then the one that was got */
    const struct ledger_claims *claims; /* with it */
    int lifeline; /* of that holder, -1: none; then the one that was got. The caller's */
    enum handshake_failure failure; /* result: with NT_NO_AUTHORITY */
};

/**
 * Connects as the process itself, whatever the thread wears; checks the server; says hello; has
 * back what an earlier connection held, and takes over a lease.
 * Errors:  as connection_current(); INVALID_HANDLE (the authority does not know the holder, or, if
 *          none was to be reclaimed, the lease)
 */
_must_check_ nt_status handshake_do(struct handshake *ret, struct handshake_order *order);
void handshake_done(struct handshake *h);

#endif
