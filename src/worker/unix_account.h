/* SPDX-License-Identifier: MIT */
/* Users and groups of the machine, as NSS knows them. Blocks: openlogond never calls this. */
#ifndef OPENLOGON_WORKER_UNIX_ACCOUNT_H
#define OPENLOGON_WORKER_UNIX_ACCOUNT_H

#include <grp.h>
#include <pwd.h>
#include <stddef.h>

#include "base/status.h"

/* One passwd or group entry and the memory that its texts lie in. */
struct unix_user {
    struct passwd entry;
    char *memory;
};
struct unix_group {
    struct group entry;
    char *memory;
};

void unix_user_done(struct unix_user *u);   /* for _cleanup_(unix_user_done) too */
void unix_group_done(struct unix_group *g); /* for _cleanup_(unix_group_done) too */

/* Errors: NO_SUCH_USER or NO_SUCH_GROUP; NO_MEMORY; what NSS failed with */
_must_check_ nt_status unix_user_by_name(struct unix_user *ret, const char *name);
_must_check_ nt_status unix_user_by_uid(struct unix_user *ret, uid_t uid);
_must_check_ nt_status unix_group_by_name(struct unix_group *ret, const char *name);
_must_check_ nt_status unix_group_by_gid(struct unix_group *ret, gid_t gid);

enum { UNIX_GROUPS_MAX = 1000 };

/**
 * The groups of a user, the primary one among them.
 * @ret    the caller's, free with free()
 * Errors: TOO_MANY_CONTEXT_IDS (above UNIX_GROUPS_MAX; never cut short, for a group may be one that
 *         something is denied to), NO_MEMORY
 */
_must_check_ nt_status unix_user_groups(gid_t **ret, size_t *ret_n, const struct unix_user *user);

#endif
