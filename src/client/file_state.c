/* SPDX-License-Identifier: MIT */
#include "client/file_state.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/filetime.h"
#include "linux/file_security.h"

static nt_status status_of(int r)
{
    return r == -E2BIG ? NT(NOT_SUPPORTED) : nt_from_errno(r);
}

struct file_state *file_state_free(struct file_state *s)
{
    if (!s)
        return NULL;
    ntacl_done(&s->stored);
    free(s->attribute);
    free(s);
    return NULL;
}

/* One that cannot be read is as good as none: the permissions are what counts. */
static nt_status read_stored(struct file_state *s)
{
    uint8_t digest[SHA256_SIZE];

    int r = file_attribute_read(&s->attribute, &s->attribute_size, s->fd, NTACL_NAME);
    if (r < 0)
        return r == -ENOMEM ? NT(NO_MEMORY) : NT_OK;
    nt_status st = ntacl_parse(&s->stored, s->attribute, s->attribute_size);
    if (nt_failed(st))
        return NT_IS(st, NO_MEMORY) ? st : NT_OK;
    st = ntacl_digest(digest, &s->posix);
    if (nt_failed(st))
        return st;
    s->in_step = s->stored.has_digest && memcmp(digest, s->stored.digest, SHA256_SIZE) == 0;
    return NT_OK;
}

nt_status file_state_read(struct file_state **ret, int fd)
{
    _cleanup_(file_state_freep) struct file_state *s = calloc(1, sizeof(*s));

    if (!s)
        return NT(NO_MEMORY);
    s->fd = fd;
    nt_status st = status_of(file_security_read(&s->posix, fd));
    if (!nt_failed(st))
        st = read_stored(s);
    if (nt_failed(st))
        return st;
    *ret = TAKE(s);
    return NT_OK;
}

/* As far as it goes: what stays is not in step with the permissions. */
static void put_attribute_back(const struct file_state *s)
{
    int r = s->attribute ? file_attribute_write(s->fd, NTACL_NAME, s->attribute, s->attribute_size)
                         : file_attribute_remove(s->fd, NTACL_NAME);

    (void)r;
}

/*
 * Whether the stored descriptor would pass for that of the new permissions, although it says what
 * was set before.
 */
static nt_status stays_in_step(bool *ret, const struct file_state *s,
                               const struct posix_security *new)
{
    uint8_t digest[SHA256_SIZE];

    *ret = false;
    if (!s->in_step)
        return NT_OK;
    nt_status st = ntacl_digest(digest, new);
    if (!nt_failed(st))
        *ret = memcmp(digest, s->stored.digest, SHA256_SIZE) == 0;
    return st;
}

nt_status file_state_change(const struct file_state *s, const struct posix_security *new)
{
    bool stays;

    nt_status st = stays_in_step(&stays, s, new);
    if (!nt_failed(st) && stays)
        st = status_of(file_attribute_remove(s->fd, NTACL_NAME));
    if (nt_failed(st))
        return st;
    st = status_of(file_security_write(s->fd, &s->posix, new));
    if (nt_failed(st) && stays)
        put_attribute_back(s);
    return st;
}

static nt_status write_stored(int fd, const struct posix_security *posix,
                              const struct descriptor *whole)
{
    _cleanup_(freep) void *bytes = NULL;
    uint8_t digest[SHA256_SIZE];
    size_t size;

    nt_status st = ntacl_digest(digest, posix);
    if (!nt_failed(st))
        st = ntacl_build(&bytes, &size, whole, (uint64_t)filetime_now(), digest);
    if (nt_failed(st))
        return st;
    int r = file_attribute_write(fd, NTACL_NAME, bytes, size);
    return r == -EPERM ? NT(PRIVILEGE_NOT_HELD) : status_of(r);
}

/* Whether it came as asked for; of set-id bits the kernel may have taken some. */
static bool is_as_asked(const struct posix_security *now, const struct posix_security *asked)
{
    uint32_t taken = asked->mode & ~now->mode & (S_ISUID | S_ISGID);

    return now->uid == asked->uid && now->gid == asked->gid &&
           now->mode == (asked->mode & ~taken) && posix_acl_equal(&now->access, &asked->access) &&
           posix_acl_equal(&now->initial, &asked->initial);
}

/*
 * The digest is of what came of it. Of anything else than what was asked for, as after somebody's
 * chmod(2) meanwhile, the descriptor must not say that it goes with it.
 */
static nt_status store_again_if_changed(int fd, const struct posix_security *asked,
                                        const struct descriptor *whole)
{
    _cleanup_(freep) struct posix_security *now = malloc(sizeof(*now));

    if (!now)
        return NT(NO_MEMORY);
    nt_status st = status_of(file_security_read(now, fd));
    if (nt_failed(st))
        return st;
    if (!is_as_asked(now, asked))
        return NT(NOT_SUPPORTED);
    return now->mode == asked->mode ? NT_OK : write_stored(fd, now, whole);
}

/* The descriptor first: what is stored without its permissions is not in step, and so harmless. */
nt_status file_state_store(const struct file_state *s, const struct posix_security *new,
                           const struct descriptor *whole)
{
    nt_status st = write_stored(s->fd, new, whole);
    if (nt_failed(st))
        return st;
    st = status_of(file_security_write(s->fd, &s->posix, new));
    if (nt_failed(st)) {
        put_attribute_back(s);
        return st;
    }
    return store_again_if_changed(s->fd, new, whole);
}
