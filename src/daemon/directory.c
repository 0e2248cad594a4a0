/* SPDX-License-Identifier: MIT */
#include "daemon/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_parents(const char *path)
{
    _cleanup_(freep) char *copy = strdup(path);

    if (!copy)
        return -ENOMEM;
    for (char *slash = copy + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(copy, 0755) < 0 && errno != EEXIST)
            return -errno;
        *slash = '/';
    }
    return 0;
}

static int check(int fd)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -errno;
    if (status.st_uid != geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)))
        return -EPERM;
    return 0;
}

int directory_open(const char *path, unsigned mode)
{
    int r = make_parents(path);
    int fd;

    if (r < 0)
        return r;
    if (mkdir(path, (mode_t)mode) < 0 && errno != EEXIST)
        return -errno;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    r = check(fd);
    if (r < 0) {
        (void)close(fd);
        return r;
    }
    return fd;
}
