/* SPDX-License-Identifier: MIT */
/* Who is at the other end of a connection that a handle was made of. */
#ifndef OPENLOGON_CLIENT_SOCKET_CLIENT_H
#define OPENLOGON_CLIENT_SOCKET_CLIENT_H

#include "client/token_object.h"

/*
 * The token to act with as the client. The authority is asked, unless the token that it gave before
 * for this very socket stands until it is modified, and was not.
 * @file     an object of type OBJECT_FILE, which keeps the token
 * @ret      a reference, the caller's
 * Errors:   INVALID_DEVICE_REQUEST (no connection of AF_UNIX), PIPE_DISCONNECTED, those of a
 * request
 */
_must_check_ nt_status socket_client_token(struct object *file, token_object **ret);

/* What the kernel says: the process that connected. Errors: INVALID_DEVICE_REQUEST,
 * PIPE_DISCONNECTED */
_must_check_ nt_status socket_client_pid(const struct object *file, pid_t *ret);

/* The number of its WTS session. Errors: as socket_client_token() */
_must_check_ nt_status socket_client_session(const struct object *file, uint32_t *ret);

#endif
