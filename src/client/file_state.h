/* SPDX-License-Identifier: MIT */
/* What is known of a file's security: the permissions, and the descriptor stored beside them. */
#ifndef OPENLOGON_CLIENT_FILE_STATE_H
#define OPENLOGON_CLIENT_FILE_STATE_H

#include "security/ntacl.h"

struct file_state {
    int fd; /* borrowed */
    struct posix_security posix;
    void *attribute; /* as it was read; NULL: the file has none */
    size_t attribute_size;
    struct ntacl stored;
    bool in_step; /* the permissions are still those that were set with the stored descriptor */
};

/* Large: on the heap. Errors: NO_MEMORY, those of the system calls */
_must_check_ nt_status file_state_read(struct file_state **ret, int fd);
struct file_state *file_state_free(struct file_state *s); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(struct file_state *, file_state_free);

/**
 * Changes the permissions alone.
 * Errors: ACCESS_DENIED, NOT_SUPPORTED (no ACLs there) and the like; the file is then as it was
 */
_must_check_ nt_status file_state_change(const struct file_state *s,
                                         const struct posix_security *new);

/* The same, and stores the descriptor. Errors: also PRIVILEGE_NOT_HELD (needs CAP_SYS_ADMIN);
 * NOT_SUPPORTED when the file system keeps something else than it was given, or somebody else
 * changed it at the same moment: the file's permissions then are what counts */
_must_check_ nt_status file_state_store(const struct file_state *s,
                                        const struct posix_security *new,
                                        const struct descriptor *whole);

#endif
