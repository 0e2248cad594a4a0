/* SPDX-License-Identifier: MIT */
#include "replace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int write_text(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, text, size);

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            text += n;
            size -= (size_t)n;
        }
    }
    return 0;
}

static int make_like(int fd, const struct stat *like)
{
    if (fchown(fd, like->st_uid, like->st_gid) < 0 || fchmod(fd, like->st_mode & 07777) < 0 ||
        fsync(fd) < 0)
        return -errno;
    return 0;
}

int replace_file(const char *path, const char *text, size_t size, const struct stat *like)
{
    char beside[PATH_MAX];
    int fd, r;

    if (snprintf(beside, sizeof(beside), "%s.new-XXXXXX", path) >= (int)sizeof(beside))
        return -ENAMETOOLONG;
    fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    r = write_text(fd, text, size);
    if (r >= 0)
        r = make_like(fd, like);
    if (close(fd) < 0 && r >= 0)
        r = -errno;
    if (r >= 0 && rename(beside, path) < 0)
        r = -errno;
    if (r < 0)
        (void)unlink(beside);
    return r;
}
