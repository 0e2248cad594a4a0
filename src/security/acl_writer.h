/* SPDX-License-Identifier: MIT */
/*
 * Builds an ACL ACE by ACE, out of new ones and out of copies. The first failure stays; later calls
 * do nothing. So a builder adds everything and asks once, at the end.
 */
#ifndef OPENLOGON_SECURITY_ACL_WRITER_H
#define OPENLOGON_SECURITY_ACL_WRITER_H

#include "base/writer.h"
#include "security/acl.h"

/* Owns its bytes until acl_writer_take(). Embedded: acl_writer_init() and acl_writer_done(). */
struct acl_writer {
    struct writer bytes;
    size_t n_aces;
    uint8_t revision; /* the highest that an ACE or acl_writer_raise() asked for */
};

void acl_writer_init(struct acl_writer *w);
void acl_writer_done(struct acl_writer *w); /* for _cleanup_(acl_writer_done) too */

/* The result's revision is at least that of this list, which ACEs come from; NULL is fine. */
void acl_writer_raise(struct acl_writer *w, const ACL *source);

/* An ACE as builders describe it: acl.h. */
void acl_writer_add(struct acl_writer *w, const struct ace *spec);

/* A copy with other flags, of an ACE that a walk gave. Its layout need not be known. */
void acl_writer_copy(struct acl_writer *w, const struct ace *ace, uint8_t flags);

/* Copies all ACEs. A malformed list fails. */
void acl_writer_copy_all(struct acl_writer *w, const ACL *acl);

/**
 * Hands the ACL over and leaves the writer empty.
 * @ret    the caller's, free with free()
 * Errors: ALLOTTED_SPACE_EXCEEDED (longer than an ACL may be), INVALID_ACL, INVALID_PARAMETER,
 *         NO_MEMORY
 */
_must_check_ nt_status acl_writer_take(struct acl_writer *w, ACL **ret);

#endif
