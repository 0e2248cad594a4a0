/* SPDX-License-Identifier: MIT */
/*
 * Comparing a password with an account's, counted.
 *
 * Before a hash is computed its attempt is written down, and none is when wrong passwords and
 * attempts together reach the lockout threshold: so in one observation window never more wrong
 * passwords are hashed than the threshold says, in whatever processes. One whose process died
 * counts as a wrong password after ATTEMPT_LIFE_SECONDS. The counts survive the death of processes,
 * but the last ones may be lost with the machine's power: waiting for the disk would take longer
 * than the answer for a name that does not exist.
 */
#ifndef OPENLOGON_WORKER_ACCOUNT_ATTEMPT_H
#define OPENLOGON_WORKER_ACCOUNT_ATTEMPT_H

#include "worker/account_store.h"

enum { ATTEMPT_LIFE_SECONDS = 60 }; /* as long as openlogond, unless told, gives a job */

/**
 * Compares a password. Costs one hash when the account exists and is not locked, else none.
 * @ret    the account as it was before; on success only
 * @ret_locks  with WRONG_PASSWORD: it was this one that locked the account; may be NULL
 * Errors: NO_SUCH_USER, WRONG_PASSWORD, ACCOUNT_LOCKED_OUT (whatever the password). What else
 *         speaks against a logon is for account_check.h, after success.
 */
_must_check_ nt_status account_attempt(account_store *store, struct account *ret, const char *name,
                                       const void *password, size_t size, bool *ret_locks);

#endif
