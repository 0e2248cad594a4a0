/* SPDX-License-Identifier: MIT */
/*
 * Encryption of the secrets in policy.db: XChaCha20-Poly1305 with a random nonce for each, the
 * secret's name as associated data, so that what is sealed under one name cannot be opened under
 * another. The key is 32 bytes outside the database: the systemd credential "openlogon-policy-key"
 * ($CREDENTIALS_DIRECTORY) if there is one, else policy.key (0600) in the state directory.
 */
#ifndef OPENLOGON_WORKER_POLICY_SEAL_H
#define OPENLOGON_WORKER_POLICY_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"

typedef struct policy_seal policy_seal;

enum policy_seal_flags {
    POLICY_SEAL_MAKE = 1 << 0, /* when there is no key, make policy.key of random bytes */
};

/* How much longer the sealed bytes are than what they hold. */
enum { POLICY_SEAL_OVERHEAD = 24 + 16 };

/**
 * Reads the key.
 * Errors: OBJECT_NAME_NOT_FOUND (there is none), FILE_CORRUPT_ERROR (not 32 bytes),
 *         ACCESS_DENIED (policy.key is another user's, or others may read it), those of
 *         nt_from_errno()
 */
_must_check_ nt_status policy_seal_open(policy_seal **ret, const char *state_dir, unsigned flags);
policy_seal *policy_seal_close(policy_seal *seal); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(policy_seal *, policy_seal_close);

/**
 * Seals bytes.
 * @ret    size + POLICY_SEAL_OVERHEAD bytes from malloc(), the caller's
 * Errors: NO_MEMORY, those of nt_from_errno() (no random bytes)
 */
_must_check_ nt_status policy_seal_lock(const policy_seal *seal, uint8_t **ret, const char *name,
                                        const void *bytes, size_t size);

/**
 * Opens what was sealed under the same name.
 * @ret      holds *ret_size bytes
 * Errors: DECRYPTION_FAILED (another key, another name, or changed bytes), NO_MEMORY
 */
_must_check_ nt_status policy_seal_unlock(const policy_seal *seal, secret **ret, size_t *ret_size,
                                          const char *name, const void *sealed, size_t size);

#endif
