/* SPDX-License-Identifier: MIT */
#include "worker/unix_account.h"

#include <errno.h>
#include <stdlib.h>

enum {
    ENTRY_SIZE_FIRST = 1024,
    ENTRY_SIZE_MAX = 1024 * 1024, /* a group of very many members */
    GROUPS_FIRST = 64,
};

/* The four get...r() functions, brought to one form: what is looked for, where it goes. */
union key {
    const char *name;
    id_t id;
};
typedef int (*fetch)(union key key, void *entry, char *memory, size_t size, void **found);

static int fetch_user_by_name(union key key, void *entry, char *memory, size_t size, void **found)
{
    return getpwnam_r(key.name, entry, memory, size, (struct passwd **)found);
}

static int fetch_user_by_uid(union key key, void *entry, char *memory, size_t size, void **found)
{
    return getpwuid_r(key.id, entry, memory, size, (struct passwd **)found);
}

static int fetch_group_by_name(union key key, void *entry, char *memory, size_t size, void **found)
{
    return getgrnam_r(key.name, entry, memory, size, (struct group **)found);
}

static int fetch_group_by_gid(union key key, void *entry, char *memory, size_t size, void **found)
{
    return getgrgid_r(key.id, entry, memory, size, (struct group **)found);
}

/* getpwnam_r(3) lists these as other ways to say that there is none. */
static bool means_absent(int error)
{
    return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

/* Tries with more and more memory. *ret_memory is the caller's when *found. */
static nt_status look_up(fetch function, union key key, void *entry, char **ret_memory,
                         nt_status absent)
{
    for (size_t size = ENTRY_SIZE_FIRST; size <= ENTRY_SIZE_MAX; size *= 4) {
        _cleanup_(freep) char *memory = malloc(size);
        void *found = NULL;
        int r;

        if (!memory)
            return NT(NO_MEMORY);
        do {
            r = function(key, entry, memory, size, &found);
        } while (r == EINTR);
        if (found) {
            *ret_memory = TAKE(memory);
            return NT_OK;
        }
        if (r != ERANGE)
            return means_absent(r) ? absent : nt_from_errno(r);
    }
    return NT(NO_MEMORY);
}

void unix_user_done(struct unix_user *u)
{
    free(u->memory);
    *u = (struct unix_user){ 0 };
}

void unix_group_done(struct unix_group *g)
{
    free(g->memory);
    *g = (struct unix_group){ 0 };
}

nt_status unix_user_by_name(struct unix_user *ret, const char *name)
{
    return look_up(fetch_user_by_name, (union key){ .name = name }, &ret->entry, &ret->memory,
                   NT(NO_SUCH_USER));
}

nt_status unix_user_by_uid(struct unix_user *ret, uid_t uid)
{
    return look_up(fetch_user_by_uid, (union key){ .id = uid }, &ret->entry, &ret->memory,
                   NT(NO_SUCH_USER));
}

nt_status unix_group_by_name(struct unix_group *ret, const char *name)
{
    return look_up(fetch_group_by_name, (union key){ .name = name }, &ret->entry, &ret->memory,
                   NT(NO_SUCH_GROUP));
}

nt_status unix_group_by_gid(struct unix_group *ret, gid_t gid)
{
    return look_up(fetch_group_by_gid, (union key){ .id = gid }, &ret->entry, &ret->memory,
                   NT(NO_SUCH_GROUP));
}

nt_status unix_user_groups(gid_t **ret, size_t *ret_n, const struct unix_user *user)
{
    for (int room = GROUPS_FIRST;;) {
        _cleanup_(freep) gid_t *gids = calloc((size_t)room, sizeof(*gids));
        int n = room;

        if (!gids)
            return NT(NO_MEMORY);
        if (getgrouplist(user->entry.pw_name, user->entry.pw_gid, gids, &n) >= 0 &&
            n <= UNIX_GROUPS_MAX) {
            *ret = TAKE(gids);
            *ret_n = (size_t)n;
            return NT_OK;
        }
        if (n <= room || n > UNIX_GROUPS_MAX)
            return NT(TOO_MANY_CONTEXT_IDS);
        room = n;
    }
}
