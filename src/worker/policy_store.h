/* SPDX-License-Identifier: MIT */
/*
 * The policy of the machine, in policy.db of the state directory: rights of accounts, settings and
 * secrets. A new one holds the rights that a machine starts with (security/account_right.h). What
 * settings mean is not known here. Each change is one transaction, and raises the generation.
 *
 * Errors of all functions, besides their own: those of worker/database.h.
 */
#ifndef OPENLOGON_WORKER_POLICY_STORE_H
#define OPENLOGON_WORKER_POLICY_STORE_H

#include "base/secret.h"
#include "security/account_right.h"

typedef struct policy_store policy_store;

enum {
    POLICY_ACCOUNTS_MAX = 1024,
    POLICY_SETTINGS_MAX = 64,
    POLICY_SETTING_NAME_MAX = 64,    /* bytes */
    POLICY_SETTING_VALUE_MAX = 1024, /* bytes */
    POLICY_SECRETS_MAX = 4096,
    POLICY_SECRET_NAME_MAX = 512, /* bytes */
    POLICY_SECRET_SIZE_MAX = 65535,
};

/* Errors: REVISION_MISMATCH (made by a newer OpenLogon) */
_must_check_ nt_status policy_store_open(policy_store **ret, const char *state_dir);
policy_store *policy_store_close(policy_store *store); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(policy_store *, policy_store_close);

struct policy_store_account {
    sid_buffer sid;
    struct account_rights rights;
};

struct policy_store_value {
    char *name;
    void *bytes;
    size_t size;
};

/* All but the secrets, as of one moment. Owned by the caller. */
struct policy_snapshot {
    uint64_t generation;
    struct policy_store_account *accounts;
    size_t n_accounts;
    struct policy_store_value *values;
    size_t n_values;
};

void policy_snapshot_done(struct policy_snapshot *snapshot); /* for _cleanup_() too */
/* Errors: INTERNAL_DB_CORRUPTION (also what no SID or right is) */
_must_check_ nt_status policy_store_read(policy_store *store, struct policy_snapshot *ret);

/**
 * Adds rights to an account, then removes some; one that has none left is forgotten.
 * Errors: OBJECT_NAME_NOT_FOUND (nothing is added, and it has none), INSUFFICIENT_RESOURCES
 *         (POLICY_ACCOUNTS_MAX), INVALID_PARAMETER (bits that are no rights)
 */
_must_check_ nt_status policy_store_change_rights(policy_store *store, const SID *sid,
                                                  struct account_rights add,
                                                  struct account_rights remove);

/* One setting; NULL bytes: none, which is the default. */
struct policy_store_setting {
    const char *name;
    const void *bytes;
    size_t size;
};

/* Sets all of them, or none. Errors: INVALID_PARAMETER (a bound above) */
_must_check_ nt_status policy_store_set(policy_store *store,
                                        const struct policy_store_setting *settings, size_t n);

/**
 * Stores a secret, encrypted.
 * @name   ASCII letters in either case
 * Errors: INVALID_PARAMETER (no name), NAME_TOO_LONG, SECRET_TOO_LONG, TOO_MANY_SECRETS,
 *         DECRYPTION_FAILED (the key is lost, or not that of the other secrets), those of
 *         policy_seal_open()
 */
_must_check_ nt_status policy_store_put_secret(policy_store *store, const char *name,
                                               const void *bytes, size_t size);
/* Works without the key, too. Errors: OBJECT_NAME_NOT_FOUND */
_must_check_ nt_status policy_store_delete_secret(policy_store *store, const char *name);
/* @ret holds *ret_size bytes. Errors: OBJECT_NAME_NOT_FOUND, DECRYPTION_FAILED, those of
 * policy_seal_open() */
_must_check_ nt_status policy_store_get_secret(policy_store *store, secret **ret, size_t *ret_size,
                                               const char *name);

#endif
