/* SPDX-License-Identifier: MIT */
/*
 * A fork lease: a second holder of all that a connection refers to. Its other end is a descriptor
 * that a forked child inherits: a lifeline. When the last copy of that is closed (the child adopted
 * the lease, executed a program, or ended) the lease goes, and its references with it.
 *
 * A parcel is the same for one token on its way to another process: whoever has the descriptor may
 * have the token, and shows it instead of a cookie.
 */
#ifndef OPENLOGON_DAEMON_LEASE_H
#define OPENLOGON_DAEMON_LEASE_H

#include <systemd/sd-event.h>

#include "daemon/bounds.h"
#include "daemon/lifeline.h"
#include "daemon/token_refs.h"

struct lease;

struct lease_set_spec {
    sd_event *event;
    const Authority *authority;
    struct lifelines *lines;          /* borrowed */
    void (*turn_over)(void *context); /* something has changed outside a client's turn */
    void *context;
};

/* Embedded; owns its leases. All zeros is fine for lease_set_done(). */
struct lease_set {
    struct lease_set_spec spec;
    struct lease *first;
};

void lease_set_init(struct lease_set *set, const struct lease_set_spec *spec);
void lease_set_done(struct lease_set *set);

/**
 * Makes a lease of what `refs` holds.
 * @ret_fd   the other end; the caller closes it
 * Errors:   QUOTA_EXCEEDED, NO_MEMORY, those of luid_take() and nt_from_errno()
 */
_must_check_ nt_status lease_new(struct lease_set *set, const struct token_refs *refs,
                                 uint8_t cookie[LEASE_COOKIE_SIZE], int *ret_fd);

/**
 * A lease as the journal has it.
 * @ret      borrowed, to restore its references to; NULL: its lifeline is gone
 * Errors:   those of lease_new()
 */
_must_check_ nt_status lease_restore(struct lease_set *set, struct token_refs **ret,
                                     uint64_t record, const struct lease_record *stored);

/* Drops what any of them refers to of such sessions. */
void lease_set_revoke(const struct lease_set *set, const struct session_filter *filter);

/**
 * Moves a lease's references to a connection of the same uid, and ends the lease.
 * Errors:   ACCESS_DENIED (no such lease, or another uid's), those of token_refs_copy()
 */
_must_check_ nt_status lease_adopt(struct lease_set *set, const uint8_t *cookie, size_t cookie_size,
                                   struct token_refs *refs);

struct parcel_spec {
    uint32_t uid; /* who pays for it */
    Token *token;
    uint32_t granted;
};

/**
 * Makes a parcel of one token.
 * @ret_fd   as for lease_new()
 * Errors:   as lease_new()
 */
_must_check_ nt_status parcel_new(struct lease_set *set, const struct parcel_spec *spec,
                                  int *ret_fd);

/* A parcel as the journal has it; as lease_restore(). */
_must_check_ nt_status parcel_restore(struct lease_set *set, struct token_refs **ret,
                                      uint64_t record, const struct parcel_record *stored);

/* What is in a parcel, borrowed; it stays in it. Errors: INVALID_HANDLE (fd is none of one) */
_must_check_ nt_status parcel_peek(const struct lease_set *set, int fd, struct token_ref **ret);

#endif
