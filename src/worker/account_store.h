/* SPDX-License-Identifier: MIT */
/*
 * OpenLogon's own accounts, in accounts.db of the state directory (SQLite, WAL; mode 0600). Several
 * processes may have it open. Every change is one transaction: done and on disk, or not done.
 *
 * Errors of all functions, besides their own: DISK_FULL, MEDIA_WRITE_PROTECTED, ACCESS_DENIED,
 * IO_DEVICE_ERROR, INTERNAL_DB_CORRUPTION (no database, or a damaged one), DEVICE_BUSY (another
 * process holds it for seconds), NO_MEMORY, INTERNAL_DB_ERROR.
 */
#ifndef OPENLOGON_WORKER_ACCOUNT_STORE_H
#define OPENLOGON_WORKER_ACCOUNT_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct account_store account_store;

enum {
    ACCOUNT_DISABLED = 0x2, /* UF_ACCOUNTDISABLE of USER_INFO_1: the right password is refused */
    ACCOUNT_PAGE_MAX = 64,
};

/* One account; owns its strings. Without the password's hash, which never leaves the store. */
struct account {
    char *name;
    char *full_name;
    uint32_t uid;
    uint32_t flags;
    int64_t password_last_set; /* FILETIME */
    int64_t created;           /* FILETIME */
};

void account_done(struct account *account); /* for _cleanup_(account_done) too; zeroed is fine */

/* What a new account is made of. Borrowed. */
struct account_spec {
    const char *name;
    const char *full_name;
    const void *password; /* UTF-8 */
    size_t password_size;
    uint32_t uid_first; /* the range that uids are taken from; none is ever given twice */
    uint32_t uid_last;
    int64_t now;
};

/* Makes the database when there is none, and brings an older one up to date.
 * Errors: REVISION_MISMATCH (made by a newer OpenLogon) */
_must_check_ nt_status account_store_open(account_store **ret, const char *state_dir);
account_store *account_store_close(account_store *store); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(account_store *, account_store_close);

/* Errors: INVALID_ACCOUNT_NAME, USER_EXISTS, PASSWORD_RESTRICTION, QUOTA_EXCEEDED (no uid left) */
_must_check_ nt_status account_store_add(account_store *store, uint32_t *ret_uid,
                                         const struct account_spec *spec);

/* Errors: NO_SUCH_USER */
_must_check_ nt_status account_store_find(account_store *store, struct account *ret,
                                          const char *name);
_must_check_ nt_status account_store_find_uid(account_store *store, struct account *ret,
                                              uint32_t uid);
_must_check_ nt_status account_store_delete(account_store *store, const char *name);
_must_check_ nt_status account_store_set_flags(account_store *store, const char *name,
                                               uint32_t flags);

/* Errors: NO_SUCH_USER, PASSWORD_RESTRICTION */
_must_check_ nt_status account_store_set_password(account_store *store, const char *name,
                                                  const void *password, size_t size, int64_t now);

/**
 * Compares a password. Costs one hash when the account exists and none when not.
 * @ret    the account; also on WRONG_PASSWORD
 * Errors: NO_SUCH_USER, WRONG_PASSWORD. Flags are the caller's to look at, after success.
 */
_must_check_ nt_status account_store_verify(account_store *store, struct account *ret,
                                            const char *name, const void *password, size_t size);

/* Accounts in the order of their uids; owned by the caller. */
struct account_page {
    struct account *accounts;
    size_t n_accounts;
    bool more; /* there are accounts behind the last one here */
};

void account_page_done(struct account_page *page); /* for _cleanup_(account_page_done) too */

/* The accounts whose uid is above `after`, at most `max` (and ACCOUNT_PAGE_MAX). */
_must_check_ nt_status account_store_list(account_store *store, struct account_page *ret,
                                          uint32_t after, size_t max);

#endif
