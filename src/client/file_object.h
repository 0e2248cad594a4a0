/* SPDX-License-Identifier: MIT */
/* A file descriptor behind a handle. */
#ifndef OPENLOGON_CLIENT_FILE_OBJECT_H
#define OPENLOGON_CLIENT_FILE_OBJECT_H

#include "base/status.h"
#include "client/object.h"
#include "client/token_object.h"

enum file_object_flags {
    FILE_KEEPS_DESCRIPTOR = 1 << 0, /* it stays open when the object goes: 0, 1 and 2 */
};

/* An object of type OBJECT_FILE; the caller's reference. On failure the descriptor stays the
 * caller's. Errors: NO_MEMORY */
_must_check_ nt_status file_object_new(struct object **ret, int fd, unsigned flags);
/* From now on the descriptor goes with the object. */
void file_object_own(struct object *object);
int file_object_fd(const struct object *object);

/* What is known of the client at the other end of a connection. Owns the token. All zeros: nothing.
 */
struct file_client {
    uint64_t cookie; /* of the socket that the descriptor was */
    uint64_t link;   /* connection_link() when it was found out */
    token_object *token;
    bool settled; /* it is the right one until it is modified */
};
void file_client_done(struct file_client *client);

/* A copy, with a reference of its own; and what it is from now on, of which a copy is kept. */
void file_object_client(const struct object *object, struct file_client *ret);
void file_object_set_client(struct object *object, const struct file_client *client);

#endif
