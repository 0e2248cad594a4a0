/* SPDX-License-Identifier: MIT */
/*
 * Password hashes of OpenLogon accounts: yescrypt at libxcrypt's default cost. Passwords are UTF-8
 * bytes without a terminating zero.
 */
#ifndef OPENLOGON_WORKER_PASSWORD_HASH_H
#define OPENLOGON_WORKER_PASSWORD_HASH_H

#include <stddef.h>

#include "base/status.h"

enum {
    PASSWORD_SIZE_MAX = 511,  /* what crypt(3) takes */
    PASSWORD_HASH_SIZE = 384, /* CRYPT_OUTPUT_SIZE */
};

/* Errors: PASSWORD_RESTRICTION (too long, or has a zero byte), NO_MEMORY, INTERNAL_ERROR */
_must_check_ nt_status password_hash_make(char ret[static PASSWORD_HASH_SIZE], const void *password,
                                          size_t size);

/* Spends the time of one hash whatever the answer. Errors: WRONG_PASSWORD, NO_MEMORY,
 * INTERNAL_ERROR (the hash is of no method that crypt(3) knows) */
_must_check_ nt_status password_hash_verify(const char *hash, const void *password, size_t size);

/* Spends what password_hash_verify() spends on a hash of password_hash_make(), so that an unknown
 * name is answered no faster than a wrong password. Errors: NO_MEMORY, INTERNAL_ERROR */
_must_check_ nt_status password_hash_spend(void);

#endif
