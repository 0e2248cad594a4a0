/* SPDX-License-Identifier: MIT */
#include "linux/file_security.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/reader.h"
#include "base/writer.h"

#define ACCESS_NAME  "system.posix_acl_access"
#define DEFAULT_NAME "system.posix_acl_default"

enum {
    /* The kernel's format of an ACL, linux/posix_acl_xattr.h: a version, then entries. */
    XATTR_VERSION = 2,
    XATTR_HEADER_SIZE = 4,
    XATTR_ENTRY_SIZE = 8,
    XATTR_SIZE_MAX = XATTR_HEADER_SIZE + POSIX_ACL_MAX * XATTR_ENTRY_SIZE,
    READS_MAX = 16, /* before one gives up on a file that keeps changing */
    MODE_BITS = 07777,
    SPECIAL_BITS = 07000,
    SET_ID_BITS = S_ISUID | S_ISGID,
    FD_PATH_SIZE = sizeof("/proc/self/fd/-2147483648"),
};

/* The name by which calls that take no O_PATH descriptor reach the file behind one. */
static void fd_path(char ret[FD_PATH_SIZE], int fd)
{
    (void)snprintf(ret, FD_PATH_SIZE, "/proc/self/fd/%d", fd);
}

int file_security_open(const char *path)
{
    int fd = open(path, O_PATH | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

/* --- attributes --------------------------------------------------------------------------- */

int file_attribute_read(void **ret, size_t *ret_size, int fd, const char *name)
{
    char path[FD_PATH_SIZE];

    fd_path(path, fd);
    for (int i = 0; i < READS_MAX; i++) {
        ssize_t size = getxattr(path, name, NULL, 0);
        if (size < 0)
            return -errno;
        _cleanup_(freep) void *bytes = malloc((size_t)size + 1);
        if (!bytes)
            return -ENOMEM;
        ssize_t got = getxattr(path, name, bytes, (size_t)size);
        if (got >= 0 && (size > 0 || got == 0)) {
            *ret = TAKE(bytes);
            *ret_size = (size_t)got;
            return 0;
        }
        if (got < 0 && errno != ERANGE) /* else it has grown since */
            return -errno;
    }
    return -EAGAIN;
}

int file_attribute_write(int fd, const char *name, const void *bytes, size_t size)
{
    char path[FD_PATH_SIZE];

    fd_path(path, fd);
    return setxattr(path, name, bytes, size, 0) < 0 ? -errno : 0;
}

int file_attribute_remove(int fd, const char *name)
{
    char path[FD_PATH_SIZE];

    fd_path(path, fd);
    if (removexattr(path, name) == 0 || errno == ENODATA)
        return 0;
    return -errno;
}

/* --- reading ------------------------------------------------------------------------------ */

static int parse_acl(struct posix_acl *ret, const void *bytes, size_t size)
{
    struct reader r;

    if (size > XATTR_SIZE_MAX)
        return -E2BIG;
    reader_init(&r, bytes, size);
    ret->n = 0;
    if (reader_u32(&r) != XATTR_VERSION)
        return -EIO;
    while (reader_left(&r) >= XATTR_ENTRY_SIZE) {
        struct posix_entry *e = &ret->entries[ret->n++];

        e->tag = reader_u16(&r);
        e->perm = reader_u16(&r);
        e->id = reader_u32(&r);
        if (e->tag != POSIX_USER && e->tag != POSIX_GROUP)
            e->id = 0;
    }
    return reader_finished(&r) && posix_acl_valid(ret) ? 0 : -EIO;
}

/* Leaves n == 0 where there is none. */
static int read_acl(struct posix_acl *ret, int fd, const char *name)
{
    _cleanup_(freep) void *bytes = NULL;
    size_t size;
    int r = file_attribute_read(&bytes, &size, fd, name);

    ret->n = 0;
    if (r == -ENODATA || r == -EOPNOTSUPP)
        return 0;
    return r < 0 ? r : parse_acl(ret, bytes, size);
}

static int read_acls(struct posix_security *ret, int fd, const struct stat *st)
{
    *ret = (struct posix_security){ .uid = st->st_uid, .gid = st->st_gid, .mode = st->st_mode };
    int r = read_acl(&ret->access, fd, ACCESS_NAME);
    if (r < 0)
        return r;
    if (ret->access.n == 0)
        posix_acl_from_mode(&ret->access, st->st_mode);
    return S_ISDIR(st->st_mode) ? read_acl(&ret->initial, fd, DEFAULT_NAME) : 0;
}

static bool is_unchanged(const struct stat *a, const struct stat *b)
{
    return a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec &&
           a->st_uid == b->st_uid && a->st_gid == b->st_gid && a->st_mode == b->st_mode;
}

int file_security_read(struct posix_security *ret, int fd)
{
    for (int i = 0; i < READS_MAX; i++) {
        struct stat before, after;

        if (fstat(fd, &before) < 0)
            return -errno;
        int r = read_acls(ret, fd, &before);
        if (r < 0)
            return r;
        if (fstat(fd, &after) < 0)
            return -errno;
        if (is_unchanged(&before, &after))
            return 0;
    }
    return -EAGAIN;
}

/* --- writing ------------------------------------------------------------------------------ */

static int write_acl(int fd, const char *name, const struct posix_acl *acl)
{
    uint8_t bytes[XATTR_SIZE_MAX], *at = bytes + XATTR_HEADER_SIZE;
    uint32_t version = htole32(XATTR_VERSION);

    memcpy(bytes, &version, sizeof(version));
    for (size_t i = 0; i < acl->n; i++, at += XATTR_ENTRY_SIZE) {
        const struct posix_entry *e = &acl->entries[i];
        bool named = e->tag == POSIX_USER || e->tag == POSIX_GROUP;
        uint16_t tag = htole16(e->tag), perm = htole16(e->perm);
        uint32_t id = htole32(named ? e->id : UINT32_MAX);

        memcpy(at, &tag, sizeof(tag));
        memcpy(at + 2, &perm, sizeof(perm));
        memcpy(at + 4, &id, sizeof(id));
    }
    return file_attribute_write(fd, name, bytes, (size_t)(at - bytes));
}

static int write_mode(int fd, uint32_t mode)
{
    char path[FD_PATH_SIZE];
    struct stat st;

    if (fstat(fd, &st) < 0)
        return -errno;
    if ((st.st_mode & MODE_BITS) == (mode & MODE_BITS))
        return 0;
    fd_path(path, fd);
    return chmod(path, mode & MODE_BITS) < 0 ? -errno : 0;
}

static bool differ_in_ids(const struct posix_security *a, const struct posix_security *b)
{
    return a->uid != b->uid || a->gid != b->gid;
}

/*
 * A file that gets another owner or group was made by who had it: with set-id bits it would run his
 * program as the new ones. A directory's say whose new children are.
 */
static uint32_t mode_after(const struct posix_security *old, const struct posix_security *new)
{
    bool handed_over = differ_in_ids(old, new) && !S_ISDIR(old->mode);

    return new->mode &(handed_over ? MODE_BITS & ~SET_ID_BITS : MODE_BITS);
}

static bool differ_in_access(const struct posix_security *old, const struct posix_security *new)
{
    return (old->mode & MODE_BITS) != mode_after(old, new) ||
           !posix_acl_equal(&old->access, &new->access);
}

static int close_to_all(int fd, const struct posix_security *old)
{
    return write_mode(fd, S_ISDIR(old->mode) ? old->mode & SPECIAL_BITS : 0);
}

/*
 * While both change nobody gets anything: neither may the new owner use what the old one had, nor
 * the old one what the new one is to have. This takes set-id bits, too: chown(2) alone leaves a
 * set-group-id bit on a file that its group may not execute.
 */
static int close_for_change(int fd, const struct posix_security *old,
                            const struct posix_security *new)
{
    if (!differ_in_ids(old, new) || !differ_in_access(old, new))
        return 0;
    return close_to_all(fd, old);
}

/* Only what changes, so that a group can be changed by who may not change owners. */
static int write_ids(int fd, const struct posix_security *old, const struct posix_security *new)
{
    uid_t uid = old->uid == new->uid ? (uid_t)-1 : new->uid;
    gid_t gid = old->gid == new->gid ? (gid_t)-1 : new->gid;

    if (!differ_in_ids(old, new))
        return 0;
    return fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0 ? -errno : 0;
}

/*
 * An ACL that says no more than a mode also takes an old one away, in one step. Set-id bits are
 * never added: the kernel may have taken them since the state was read, as after a write(2).
 */
static int write_access(int fd, const struct posix_security *old, const struct posix_security *new)
{
    uint32_t mode = mode_after(old, new);
    struct stat st;

    if (!differ_in_access(old, new))
        return 0;
    if (!posix_acl_is_mode(&old->access) || !posix_acl_is_mode(&new->access)) {
        int r = write_acl(fd, ACCESS_NAME, &new->access);
        if (r < 0)
            return r;
    }
    if (fstat(fd, &st) < 0)
        return -errno;
    return write_mode(fd, mode & (st.st_mode | ~(uint32_t)SET_ID_BITS));
}

static int write_initial(int fd, const struct posix_security *old, const struct posix_security *new)
{
    if (posix_acl_equal(&old->initial, &new->initial))
        return 0;
    if (new->initial.n > 0)
        return write_acl(fd, DEFAULT_NAME, &new->initial);
    return file_attribute_remove(fd, DEFAULT_NAME);
}

static int (*const writes[])(int fd, const struct posix_security *old,
                             const struct posix_security *new) = {
    close_for_change,
    write_ids,
    write_access,
    write_initial,
};

static bool has_ids_of(const struct stat *st, const struct posix_security *s)
{
    return st->st_uid == s->uid && st->st_gid == s->gid;
}

/*
 * The mode to put back on a file that was found so after the failure. Once a file has been
 * another's, who may have written to it, its set-id bits are gone for good.
 */
static uint32_t mode_before(const struct posix_security *old, const struct posix_security *new,
                            const struct stat *found)
{
    if (!differ_in_ids(old, new))
        return old->mode & (found->st_mode | ~(uint32_t)SET_ID_BITS);
    return has_ids_of(found, old) ? old->mode : mode_after(new, old);
}

/* What was handed over is closed before it is taken back, and stays so where that fails. */
static int take_back(int fd, const struct posix_security *old, const struct posix_security *new,
                     const struct stat *found)
{
    if (has_ids_of(found, old))
        return 0;
    int r = close_to_all(fd, old);
    return r < 0 ? r : write_ids(fd, new, old);
}

/* After a failure. What was closed is opened last, when the old owner is back. */
static void put_back(int fd, const struct posix_security *old, const struct posix_security *new)
{
    struct stat found;

    (void)write_initial(fd, new, old);
    if (fstat(fd, &found) < 0 || take_back(fd, old, new, &found) < 0)
        return;
    if (!posix_acl_is_mode(&old->access) || !posix_acl_is_mode(&new->access))
        (void)write_acl(fd, ACCESS_NAME, &old->access);
    (void)write_mode(fd, mode_before(old, new, &found));
}

int file_security_write(int fd, const struct posix_security *old, const struct posix_security *new)
{
    for (size_t i = 0; i < ARRAY_SIZE(writes); i++) {
        int r = writes[i](fd, old, new);

        if (r < 0) {
            put_back(fd, old, new);
            return r;
        }
    }
    return 0;
}
