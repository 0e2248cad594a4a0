/* SPDX-License-Identifier: MIT */
#include "nss/nss_openlogon.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nss/name_file.h"

/* The two files differ in what an entry is. */
struct kind {
    const char *file;
    enum entry_result (*read)(void *ret, struct slice line, struct entry_memory memory);
};

static enum entry_result read_passwd(void *ret, struct slice line, struct entry_memory memory)
{
    return entry_read_passwd(ret, line, memory);
}

static enum entry_result read_group(void *ret, struct slice line, struct entry_memory memory)
{
    return entry_read_group(ret, line, memory);
}

static const struct kind passwd_kind = { "passwd", read_passwd };
static const struct kind group_kind = { "group", read_group };

/* Where nothing is published there are no accounts: that is no error, for programs would report it
 * about names that are nobody's. */
static enum nss_status failed(int error, int *ret_errno)
{
    *ret_errno = error == ENOENT ? ENOENT : error;
    return error == ENOENT ? NSS_STATUS_NOTFOUND : NSS_STATUS_UNAVAIL;
}

static enum nss_status no_room(int *ret_errno)
{
    *ret_errno = ERANGE; /* the C library comes again with more */
    return NSS_STATUS_TRYAGAIN;
}

/* --- one by its name or number -----------------------------------------------------------------
 */

/* NULL: it is looked for by the id. */
struct key {
    const char *name;
    unsigned id;
};

static bool matches(struct slice line, const struct key *key)
{
    struct slice name = entry_name(line);
    unsigned id;

    if (key->name)
        return name.length == strlen(key->name) && memcmp(name.text, key->name, name.length) == 0;
    return entry_id(line, &id) && id == key->id;
}

static enum nss_status find(const struct kind *kind, const struct key *key, void *ret,
                            struct entry_memory memory, int *ret_errno)
{
    _cleanup_(name_file_close) struct name_file file = { 0 };
    struct slice line;
    size_t at = 0;
    int r = name_file_open(&file, kind->file);

    if (r < 0)
        return failed(-r, ret_errno);
    while (name_file_next(&file, &at, &line)) {
        enum entry_result result;

        if (!matches(line, key))
            continue;
        result = kind->read(ret, line, memory);
        if (result == ENTRY_READ)
            return NSS_STATUS_SUCCESS;
        if (result == ENTRY_NO_ROOM)
            return no_room(ret_errno);
    }
    return failed(ENOENT, ret_errno);
}

_public_ enum nss_status _nss_openlogon_getpwnam_r(const char *name, struct passwd *ret,
                                                   char *buffer, size_t size, int *ret_errno)
{
    const struct key key = { .name = name };

    return find(&passwd_kind, &key, ret, (struct entry_memory){ buffer, size }, ret_errno);
}

_public_ enum nss_status _nss_openlogon_getpwuid_r(uid_t uid, struct passwd *ret, char *buffer,
                                                   size_t size, int *ret_errno)
{
    const struct key key = { .id = uid };

    return find(&passwd_kind, &key, ret, (struct entry_memory){ buffer, size }, ret_errno);
}

_public_ enum nss_status _nss_openlogon_getgrnam_r(const char *name, struct group *ret,
                                                   char *buffer, size_t size, int *ret_errno)
{
    const struct key key = { .name = name };

    return find(&group_kind, &key, ret, (struct entry_memory){ buffer, size }, ret_errno);
}

_public_ enum nss_status _nss_openlogon_getgrgid_r(gid_t gid, struct group *ret, char *buffer,
                                                   size_t size, int *ret_errno)
{
    const struct key key = { .id = gid };

    return find(&group_kind, &key, ret, (struct entry_memory){ buffer, size }, ret_errno);
}

/* --- all, one after the other ------------------------------------------------------------------
 */

/* The file stays as it was when the enumeration began. The C library has a lock around each of
 * these. */
struct enumeration {
    const struct kind *kind;
    struct name_file file;
    size_t at;
    bool open;
};

static struct enumeration all_passwd = { .kind = &passwd_kind };
static struct enumeration all_groups = { .kind = &group_kind };

static void end(struct enumeration *e)
{
    name_file_close(&e->file);
    e->at = 0;
    e->open = false;
}

static int begin(struct enumeration *e)
{
    int r;

    end(e);
    r = name_file_open(&e->file, e->kind->file);
    e->open = r >= 0;
    return r;
}

static enum nss_status set(struct enumeration *e)
{
    int r = begin(e);

    return r < 0 && r != -ENOENT ? NSS_STATUS_UNAVAIL : NSS_STATUS_SUCCESS;
}

static enum nss_status next(struct enumeration *e, void *ret, struct entry_memory memory,
                            int *ret_errno)
{
    struct slice line;
    size_t before;
    int r = e->open ? 0 : begin(e);

    if (r < 0)
        return failed(-r, ret_errno);
    for (before = e->at; name_file_next(&e->file, &e->at, &line); before = e->at) {
        enum entry_result result = e->kind->read(ret, line, memory);

        if (result == ENTRY_READ)
            return NSS_STATUS_SUCCESS;
        if (result == ENTRY_NO_ROOM) {
            e->at = before; /* it is asked for again */
            return no_room(ret_errno);
        }
    }
    return failed(ENOENT, ret_errno);
}

_public_ enum nss_status _nss_openlogon_setpwent(int stay_open)
{
    return set(&all_passwd);
}

_public_ enum nss_status _nss_openlogon_getpwent_r(struct passwd *ret, char *buffer, size_t size,
                                                   int *ret_errno)
{
    return next(&all_passwd, ret, (struct entry_memory){ buffer, size }, ret_errno);
}

_public_ enum nss_status _nss_openlogon_endpwent(void)
{
    end(&all_passwd);
    return NSS_STATUS_SUCCESS;
}

_public_ enum nss_status _nss_openlogon_setgrent(int stay_open)
{
    return set(&all_groups);
}

_public_ enum nss_status _nss_openlogon_getgrent_r(struct group *ret, char *buffer, size_t size,
                                                   int *ret_errno)
{
    return next(&all_groups, ret, (struct entry_memory){ buffer, size }, ret_errno);
}

_public_ enum nss_status _nss_openlogon_endgrent(void)
{
    end(&all_groups);
    return NSS_STATUS_SUCCESS;
}

/* --- the groups of a user ----------------------------------------------------------------------
 */

/* The array of getgrouplist(3) and initgroups(3): the C library's, from malloc(). */
struct gid_array {
    long *start, *size;
    gid_t **gids;
    long limit; /* of entries; 0 or less: none */
};

enum grown { GROWN, GROWN_FULL, GROWN_NO_MEMORY };

static enum grown grow(const struct gid_array *array)
{
    long size = *array->size > 0 ? *array->size : 8;
    gid_t *gids;

    if (size > INT32_MAX / 2)
        return GROWN_FULL;
    size *= 2;
    if (array->limit > 0 && size > array->limit)
        size = array->limit;
    if (*array->start >= size)
        return GROWN_FULL;
    gids = reallocarray(*array->gids, (size_t)size, sizeof(*gids));
    if (!gids)
        return GROWN_NO_MEMORY;
    *array->gids = gids;
    *array->size = size;
    return GROWN;
}

static enum grown put(const struct gid_array *array, gid_t gid)
{
    enum grown grown = *array->start < *array->size ? GROWN : grow(array);

    if (grown == GROWN)
        (*array->gids)[(*array->start)++] = gid;
    return grown;
}

_public_ enum nss_status _nss_openlogon_initgroups_dyn(const char *user, gid_t skip, long *start,
                                                       long *size, gid_t **groups, long limit,
                                                       int *ret_errno)
{
    const struct gid_array array = { start, size, groups, limit };
    _cleanup_(name_file_close) struct name_file file = { 0 };
    struct slice line;
    size_t at = 0;
    gid_t gid;
    int r = name_file_open(&file, group_kind.file);

    if (r < 0)
        return failed(-r, ret_errno);
    while (name_file_next(&file, &at, &line)) {
        enum grown grown = GROWN;

        if (entry_group_has(line, user, &gid) && gid != skip)
            grown = put(&array, gid);
        if (grown == GROWN_FULL) /* as the C library's own modules do */
            return NSS_STATUS_SUCCESS;
        if (grown == GROWN_NO_MEMORY) {
            *ret_errno = ENOMEM;
            return NSS_STATUS_TRYAGAIN;
        }
    }
    return NSS_STATUS_SUCCESS;
}
