/* SPDX-License-Identifier: MIT */
/* Requests to the authority: as the process, or as whom the calling thread acts for. */
#ifndef OPENLOGON_CLIENT_AUTHORITY_H
#define OPENLOGON_CLIENT_AUTHORITY_H

#include "client/connection.h"

/* Who asks. */
enum caller {
    AS_PROCESS,
    AS_THREAD, /* with the token that it impersonates, if it does */
};

/**
 * Tried once more on a new connection when the old one turns out to be broken.
 * @ret_connection where the reply came from: a reference, the caller's; may be NULL
 * Errors: those of connection_call(); AS_THREAD: INVALID_HANDLE (the authority that its token was
 *         of is gone), BAD_IMPERSONATION_LEVEL (it may identify its client but not act for him)
 */
_must_check_ nt_status authority_call(enum caller caller, Openlogon__Request *request,
                                      reply_kind expect, struct reply *ret,
                                      connection **ret_connection);

/* The same with a descriptor that travels along; it stays the caller's. -1: none. */
_must_check_ nt_status authority_call_with(enum caller caller, Openlogon__Request *request, int fd,
                                           reply_kind expect, struct reply *ret,
                                           connection **ret_connection);

#endif
