/* SPDX-License-Identifier: MIT */
/*
 * Whom the calling thread acts for: its impersonation token, and with it, at level Impersonation
 * and above, the token's kernel identity. Below that level the kernel identity does not change, but
 * for who acts as a client that he did not choose.
 */
#ifndef OPENLOGON_CLIENT_IMPERSONATION_H
#define OPENLOGON_CLIENT_IMPERSONATION_H

#include "client/token_object.h"

/**
 * Makes the thread impersonate, instead of what it impersonated before.
 * @source a primary token acts at level Impersonation, an impersonation token at its own; both are
 *         lowered to Identification where the process may not act for that user
 * Errors: PRIVILEGE_NOT_HELD (the kernel does not let this process change its identity),
 *         NONE_MAPPED (the token has no Unix identity), those of a request. Nothing has changed
 */
_must_check_ nt_status impersonation_start(token_object *source);

/**
 * The same for a client that decides itself how far that goes: below level Impersonation the thread
 * is nobody to the kernel, so that a server which does not look at the level does not do as itself
 * what it wanted to do as its client. Errors: as impersonation_start(), PRIVILEGE_NOT_HELD there,
 * too
 */
_must_check_ nt_status impersonation_start_as_client(token_object *source);

/* Back to the process's own; aborts when the kernel refuses. */
void impersonation_end(void);

/* Borrowed; NULL: the thread does not impersonate. */
token_object *impersonation_token(void);

/* Whether the thread has its token's kernel identity. */
bool impersonation_wears(void);

/* The thread's token has changed: its kernel identity follows. Errors: as impersonation_start();
 * the thread then goes on as it was */
_must_check_ nt_status impersonation_wear_again(void);

/* The thread's token, else the process's. A reference. Errors: those of a request */
_must_check_ nt_status impersonation_effective_token(token_object **ret);

/* What the authority knows the thread's token by; NULL: it does not impersonate. A token that was
 * made here and differs from its origin becomes known.
 * Errors: BAD_IMPERSONATION_LEVEL (below Impersonation), those of token_object_make_known() */
_must_check_ nt_status impersonation_acting_token(const remote_token **ret);

#endif
