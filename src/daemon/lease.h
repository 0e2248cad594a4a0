/* SPDX-License-Identifier: MIT */
/*
 * A fork lease: a second holder of all that a connection refers to. Its other end is a descriptor
 * that a forked child inherits. When the last copy of that is closed (the child adopted the lease,
 * executed a program, or ended) the lease goes, and its references with it.
 */
#ifndef OPENLOGON_DAEMON_LEASE_H
#define OPENLOGON_DAEMON_LEASE_H

#include <systemd/sd-event.h>

#include "daemon/bounds.h"
#include "daemon/token_refs.h"

struct lease;

/* Embedded; owns its leases. Starts as all zeros. */
struct lease_set {
    struct lease *first;
};

void lease_set_done(struct lease_set *set);

/**
 * Makes a lease of what `refs` holds.
 * @ret_fd   the other end; the caller closes it
 * Errors:   QUOTA_EXCEEDED, NO_MEMORY, those of nt_from_errno()
 */
_must_check_ nt_status lease_new(struct lease_set *set, sd_event *event,
                                 const struct token_refs *refs, uint8_t cookie[LEASE_COOKIE_SIZE],
                                 int *ret_fd);

/**
 * Moves a lease's references to a connection of the same uid, and ends the lease.
 * Errors:   ACCESS_DENIED (no such lease, or another uid's), those of token_refs_copy()
 */
_must_check_ nt_status lease_adopt(struct lease_set *set, const uint8_t *cookie, size_t cookie_size,
                                   struct token_refs *refs);

#endif
