/* SPDX-License-Identifier: MIT */
/*
 * OpenLogon's own accounts, in accounts.db of the state directory; several processes may have it
 * open. Its other modules: account_policy.h (the rules for passwords and lockout),
 * account_attempt.h (passwords are compared there, and wrong ones counted), account_check.h (who
 * may log on when), alias_store.h (local groups).
 *
 * Errors of all functions, besides their own: those of database.h.
 */
#ifndef OPENLOGON_WORKER_ACCOUNT_STORE_H
#define OPENLOGON_WORKER_ACCOUNT_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct account_store account_store;

enum {
    /* The UF_ flags of USER_INFO_1 that are kept. */
    ACCOUNT_DISABLED = 0x2,
    ACCOUNT_PASSWORD_NOT_REQUIRED = 0x20,
    ACCOUNT_PASSWORD_CANT_CHANGE = 0x40,
    ACCOUNT_PASSWORD_NEVER_EXPIRES = 0x10000,
    ACCOUNT_FLAGS = ACCOUNT_DISABLED | ACCOUNT_PASSWORD_NOT_REQUIRED |
                    ACCOUNT_PASSWORD_CANT_CHANGE | ACCOUNT_PASSWORD_NEVER_EXPIRES,

    ACCOUNT_PAGE_MAX = 64,
    ACCOUNT_HOURS_SIZE = 21, /* bytes: a bit for each hour of the week */
};

/* One account; owns its strings. Without the password's hash, which never leaves the store. Times
 * are FILETIMEs, 0 where there is none. */
struct account {
    char *name;
    char *full_name;
    char *comment;
    char *home_directory;
    char *profile_path;
    char *script_path;
    uint32_t uid;
    uint32_t flags;
    int64_t password_last_set; /* 0: it must be changed before the next logon */
    int64_t created;
    int64_t expires;
    bool has_hours; /* else every hour is one */
    uint8_t hours[ACCOUNT_HOURS_SIZE];
    uint32_t bad_passwords; /* that count towards the lockout */
    int64_t last_bad_password;
    int64_t locked_at; /* see account_policy_locked_until() */
    int64_t last_logon;
    uint32_t logons;
    uint32_t failures; /* since last_logon */
};

void account_done(struct account *account); /* for _cleanup_(account_done) too; zeroed is fine */

/* What is to be changed; everything is borrowed. Texts: NULL, stay as they are. */
struct account_change {
    const char *name;
    const char *full_name;
    const char *comment;
    const char *home_directory;
    const char *profile_path;
    const char *script_path;
    uint32_t flags, flags_mask; /* which of ACCOUNT_FLAGS are set, and to what */
    const int64_t *expires;
    const uint8_t *hours; /* ACCOUNT_HOURS_SIZE; a bit for each hour, from Sunday 0:00 UTC */
    bool every_hour;
    bool must_change, need_not_change; /* the password before the next logon; at most one */
    bool unlock; /* one that is locked; else the wrong passwords go on to count */
};

/* What a new account is made of. Borrowed. */
struct account_spec {
    const char *name;
    const void *password; /* UTF-8 */
    size_t password_size;
    uint32_t uid_first; /* the range that uids are taken from; none is ever given twice */
    uint32_t uid_last;
    int64_t now;
    struct account_change rest; /* its name is not looked at */
};

/* Makes the database when there is none, and brings an older one up to date.
 * Errors: REVISION_MISMATCH (made by a newer OpenLogon) */
_must_check_ nt_status account_store_open(account_store **ret, const char *state_dir);
account_store *account_store_close(account_store *store); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(account_store *, account_store_close);

/* Errors: INVALID_ACCOUNT_NAME, INVALID_PARAMETER (another text is too long or malformed),
 * USER_EXISTS, ALIAS_EXISTS (a local group has the name), PASSWORD_RESTRICTION, QUOTA_EXCEEDED (no
 * uid left) */
_must_check_ nt_status account_store_add(account_store *store, uint32_t *ret_uid,
                                         const struct account_spec *spec);

/* Errors: NO_SUCH_USER */
_must_check_ nt_status account_store_find(account_store *store, struct account *ret,
                                          const char *name);
_must_check_ nt_status account_store_find_uid(account_store *store, struct account *ret,
                                              uint32_t uid);
/* Errors: NO_SUCH_USER. The local groups that `sid`, the account's, is in forget it; may be NULL */
_must_check_ nt_status account_store_delete(account_store *store, const char *name, const void *sid,
                                            size_t sid_size);
/* Errors: NO_SUCH_USER, and as account_store_add() */
_must_check_ nt_status account_store_change(account_store *store, const char *name,
                                            const struct account_change *change, int64_t now);

enum account_password_change {
    ACCOUNT_PASSWORD_RESET,  /* by an administrator: age and history do not count */
    ACCOUNT_PASSWORD_CHANGE, /* by its owner, whose old password was right */
};

/* Errors: NO_SUCH_USER, PASSWORD_RESTRICTION (the policy's, of which those for a change hold back
 * too early a one and an old password), ACCESS_DENIED (the account may not change its own) */
_must_check_ nt_status account_store_set_password(account_store *store, const char *name,
                                                  enum account_password_change kind,
                                                  const void *password, size_t size, int64_t now);

/* A logon succeeded. Errors: NO_SUCH_USER */
_must_check_ nt_status account_store_logged_on(account_store *store, uint32_t uid, int64_t now);

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
