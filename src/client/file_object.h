/* SPDX-License-Identifier: MIT */
/* A file descriptor behind a handle. */
#ifndef OPENLOGON_CLIENT_FILE_OBJECT_H
#define OPENLOGON_CLIENT_FILE_OBJECT_H

#include "base/status.h"
#include "client/object.h"

enum file_object_flags {
    FILE_KEEPS_DESCRIPTOR = 1 << 0, /* it stays open when the object goes: 0, 1 and 2 */
};

/* An object of type OBJECT_FILE; the caller's reference. On failure the descriptor stays the
 * caller's. Errors: NO_MEMORY */
_must_check_ nt_status file_object_new(struct object **ret, int fd, unsigned flags);
/* From now on the descriptor goes with the object. */
void file_object_own(struct object *object);
int file_object_fd(const struct object *object);

#endif
