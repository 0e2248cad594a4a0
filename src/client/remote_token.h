/* SPDX-License-Identifier: MIT */
/*
 * This process's reference to a token that the authority holds. Counted; when the last user goes,
 * the authority is told, and has answered, before the call returns: a session that ends with it is
 * gone by then.
 */
#ifndef OPENLOGON_CLIENT_REMOTE_TOKEN_H
#define OPENLOGON_CLIENT_REMOTE_TOKEN_H

#include "client/connection.h"

typedef struct remote_token remote_token;

/* For a reference that the authority has just given on this connection. On failure it is given
 * back. Errors: NO_MEMORY */
_must_check_ nt_status remote_token_new(remote_token **ret, connection *c, uint64_t id);
remote_token *remote_token_ref(remote_token *r);
remote_token *remote_token_unref(remote_token *r);
DEFINE_CLEANUP(remote_token *, remote_token_unref);

uint64_t remote_token_id(const remote_token *r);
connection *remote_token_connection(const remote_token *r); /* borrowed */

/* A request that names this token. Errors: INVALID_HANDLE (the authority that held it is gone), and
 * those of connection_call() */
_must_check_ nt_status remote_token_call(const remote_token *r, Openlogon__Request *request, int fd,
                                         reply_kind expect, struct reply *ret);

#endif
