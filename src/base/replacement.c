/* SPDX-License-Identifier: MIT */
#include "base/replacement.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ATTEMPTS = 16, /* at a name that nobody has */
    NAME_MAX_IN_NAME = 200,
};

struct replacement {
    int dirfd;
    char *path, *beside;
    int fd;
    FILE *stream;  /* over the descriptor; it says only that something has failed */
    int error;     /* what: 0 or negative errno */
    bool is_there; /* beside */
};

/* ".NAME.0123456789abcdef" in the same folder; it begins with a dot, so that nobody takes it for a
 * file of the folder's. */
static int name_beside(char **ret, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    uint64_t number;

    if (!*name)
        return -EINVAL;
    if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
        return -EIO;
    if (asprintf(ret, "%.*s.%.*s.%016llx", (int)(name - path), path, NAME_MAX_IN_NAME, name,
                 (unsigned long long)number) < 0)
        return -ENOMEM;
    return 0;
}

static int open_beside(replacement *r)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        int fd, error = name_beside(&r->beside, r->path);

        if (error < 0)
            return error;
        fd =
            openat(r->dirfd, r->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0 || errno != EEXIST)
            return fd < 0 ? -errno : fd;
        free(TAKE(r->beside));
    }
    return -EEXIST;
}

/* All of it; less is a failure that is kept. */
static ssize_t write_all(void *context, const char *bytes, size_t size)
{
    replacement *r = context;
    size_t written = 0;

    while (written < size) {
        const ssize_t n = write(r->fd, bytes + written, size - written);

        if (n < 0 && errno != EINTR) {
            r->error = -errno;
            return (ssize_t)written;
        }
        if (n > 0)
            written += (size_t)n;
    }
    return (ssize_t)size;
}

static int begin(replacement *r, const char *path)
{
    static const cookie_io_functions_t functions = { .write = write_all };

    r->path = strdup(path);
    if (!r->path)
        return -ENOMEM;
    r->fd = open_beside(r);
    if (r->fd < 0)
        return r->fd;
    r->is_there = true;
    r->stream = fopencookie(r, "w", functions);
    return r->stream ? 0 : -ENOMEM;
}

int replacement_new(replacement **ret, int dirfd, const char *path)
{
    _cleanup_(replacement_freep) replacement *r = calloc(1, sizeof(*r));
    int error;

    if (!r)
        return -ENOMEM;
    r->dirfd = dirfd;
    r->fd = -1;
    error = begin(r, path);
    if (error == 0)
        *ret = TAKE(r);
    return error;
}

replacement *replacement_free(replacement *r)
{
    if (!r)
        return NULL;
    if (r->stream)
        (void)fclose(r->stream);
    if (r->fd >= 0)
        (void)close(r->fd);
    if (r->is_there)
        (void)unlinkat(r->dirfd, r->beside, 0);
    free(r->beside);
    free(r->path);
    free(r);
    return NULL;
}

FILE *replacement_stream(replacement *r)
{
    return r->stream;
}

int replacement_fd(const replacement *r)
{
    return r->fd;
}

/* Where the file system cannot refuse to replace by rename it can by a second name. */
static int rename_to_new(const replacement *r)
{
    if (renameat2(r->dirfd, r->beside, r->dirfd, r->path, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL)
        return -errno;
    if (linkat(r->dirfd, r->beside, r->dirfd, r->path, 0) < 0)
        return -errno;
    (void)unlinkat(r->dirfd, r->beside, 0);
    return 0;
}

static int put_in_place(const replacement *r, unsigned flags)
{
    if (flags & REPLACEMENT_ONLY_NEW)
        return rename_to_new(r);
    return renameat(r->dirfd, r->beside, r->dirfd, r->path) < 0 ? -errno : 0;
}

/* The name is in the folder, which is written by itself. */
static void sync_folder(const replacement *r)
{
    const char *slash = strrchr(r->path, '/');
    _cleanup_(freep) char *folder =
        slash ? strndup(r->path, (size_t)(slash - r->path) + 1) : strdup(".");
    int fd = folder ? openat(r->dirfd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

static int finish(replacement *r, mode_t mode, unsigned flags)
{
    const int fd = r->fd;

    if (fflush(r->stream) != 0 || ferror(r->stream))
        return r->error < 0 ? r->error : -ENOMEM;
    if (fchmod(fd, mode) < 0 || (flags & REPLACEMENT_SYNC && fsync(fd) < 0))
        return -errno;
    r->fd = -1;
    return close(fd) < 0 ? -errno : put_in_place(r, flags);
}

int replacement_place(replacement *r, mode_t mode, unsigned flags)
{
    const int error = finish(r, mode, flags);

    if (error < 0)
        return error;
    r->is_there = false;
    if (flags & REPLACEMENT_SYNC)
        sync_folder(r);
    return 0;
}

int replace_file(int dirfd, const char *path, const void *bytes, size_t size, mode_t mode)
{
    _cleanup_(replacement_freep) replacement *r = NULL;
    int error = replacement_new(&r, dirfd, path);

    if (error < 0)
        return error;
    (void)fwrite(bytes, 1, size, r->stream); /* the stream keeps what fails */
    return replacement_place(r, mode, 0);
}
