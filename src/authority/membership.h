/* SPDX-License-Identifier: MIT */
/*
 * Who is in which local group: a copy of what the account database says, for logons. Built once and
 * then only asked; a change makes a new one.
 */
#ifndef OPENLOGON_AUTHORITY_MEMBERSHIP_H
#define OPENLOGON_AUTHORITY_MEMBERSHIP_H

#include "security/sid.h"

typedef struct Membership Membership;

_must_check_ nt_status membership_new(Membership **ret);
Membership *membership_free(Membership *m); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(Membership *, membership_free);

/* Copies both. Errors: NO_MEMORY */
_must_check_ nt_status membership_add(Membership *m, const SID *alias, const SID *member);
/* No more are added; it may be asked from now on. */
void membership_seal(Membership *m);

/* Local groups; borrowed from the membership, the array is the caller's: free(). */
struct membership_groups {
    const SID **sids;
    size_t n;
};

/**
 * The local groups that any of the SIDs is in, directly or through other groups, each once.
 * @m      NULL: none
 * @n_max  how many may come of it
 * Errors: NO_MEMORY, TOO_MANY_CONTEXT_IDS
 */
_must_check_ nt_status membership_expand(const Membership *m, struct membership_groups *ret,
                                         const SID *const *sids, size_t n_sids, size_t n_max);

#endif
