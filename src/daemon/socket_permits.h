/* SPDX-License-Identifier: MIT */
/*
 * Which process allowed whoever is at the other end of which of its connections to act as it. A
 * permit is found from that other end: the kernel tells which sockets are connected, and which
 * process connected. It counts for that process only, so that nobody allows anything for another.
 * It goes with its process, and some seconds after its socket. Main thread only.
 */
#ifndef OPENLOGON_DAEMON_SOCKET_PERMITS_H
#define OPENLOGON_DAEMON_SOCKET_PERMITS_H

#include <systemd/sd-event.h>

#include "authority/authority.h"
#include "authority/journal_record.h"
#include "linux/unix_socket.h"
#include "security/client_image.h"

enum permit_flags {
    PERMIT_DYNAMIC = 1 << 0, /* the token as it is when it is asked for; else as it was at first */
    PERMIT_EFFECTIVE_ONLY = 1 << 1,
    PERMIT_FLAGS_ALL = PERMIT_DYNAMIC | PERMIT_EFFECTIVE_ONLY,
};

typedef struct SocketPermits SocketPermits;

/* Owned by the set. Borrowed until the event loop goes on. */
typedef struct Permit Permit;

struct socket_permits_spec {
    sd_event *event;
    const Authority *authority;
    void (*turn_over)(void *context); /* something has changed outside a client's turn */
    void *context;
};

_must_check_ nt_status socket_permits_new(SocketPermits **ret,
                                          const struct socket_permits_spec *spec);
SocketPermits *socket_permits_free(SocketPermits *set);
DEFINE_CLEANUP(SocketPermits *, socket_permits_free);

struct permit_spec {
    const ProcessRecord *process;
    struct unix_socket socket; /* the process's end */
    SECURITY_IMPERSONATION_LEVEL level;
    unsigned flags;
    Token *token; /* the process's, or that of its thread */
};

/**
 * Makes a permit, or puts another in its place: what was given by the former is seen to have
 * changed. Level Identification takes it away, since that needs none.
 * Errors:   NOT_SUPPORTED (the kernel tells nothing of the socket: it is of another network
 *           namespace), QUOTA_EXCEEDED, NO_MEMORY, those of token_duplicate()
 */
_must_check_ nt_status socket_permits_set(SocketPermits *set, const struct permit_spec *spec);

/* A permit as the journal has it. token: NULL: none. Errors: NO_MEMORY, QUOTA_EXCEEDED,
 * INTERNAL_DB_CORRUPTION */
_must_check_ nt_status socket_permits_restore(SocketPermits *set, uint64_t record,
                                              const struct permit_record *stored, Token *token);

/* What a process allowed the holder of the other end of a connection; NULL: nothing. */
Permit *socket_permits_find(SocketPermits *set, const ProcessRecord *process,
                            const struct unix_socket *other_end);

SECURITY_IMPERSONATION_LEVEL permit_level(const Permit *permit);
unsigned permit_flags(const Permit *permit);
Token *permit_source(const Permit *permit); /* whose copies are given; NULL: nobody's (Anonymous) */

/**
 * The token that it gives, the same as long as nothing has changed.
 * @ret      borrowed, the permit's
 * Errors:   those of client_image_make() and token_derive()
 */
_must_check_ nt_status permit_token(Permit *permit, const struct client_ids *ids, Token **ret);

/* A process is no more. */
void socket_permits_process_ended(SocketPermits *set, const ProcessRecord *process);

#endif
