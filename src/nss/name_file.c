/* SPDX-License-Identifier: MIT */
#include "nss/name_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_SIZE_MAX = 256 << 20 };

static int file_path(char path[static PATH_MAX], const char *name)
{
    const char *dir = secure_getenv(NAME_FILE_DIR_VARIABLE);
    int n = snprintf(path, PATH_MAX, "%s/%s", dir && *dir ? dir : OPENLOGON_RUNTIME_DIR, name);

    return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/* Neither a pipe, which would block, nor what somebody else could have written. */
static int check(int fd, size_t *ret_size)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IWGRP | S_IWOTH)) ||
        (status.st_uid != 0 && status.st_uid != geteuid()))
        return -EPERM;
    if (status.st_size > FILE_SIZE_MAX)
        return -EFBIG;
    *ret_size = (size_t)status.st_size;
    return 0;
}

static int map(struct name_file *ret, int fd)
{
    void *at = NULL;
    size_t size = 0;
    int r = check(fd, &size);

    if (r < 0)
        return r;
    if (size > 0)
        at = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
        return -errno;
    *ret = (struct name_file){ at, size };
    return 0;
}

int name_file_open(struct name_file *ret, const char *name)
{
    char path[PATH_MAX];
    int r = file_path(path, name);
    int fd;

    if (r < 0)
        return r;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return -errno;
    r = map(ret, fd);
    (void)close(fd);
    return r;
}

void name_file_close(struct name_file *file)
{
    if (file->bytes)
        (void)munmap((void *)(uintptr_t)file->bytes, file->size);
    *file = (struct name_file){ 0 };
}

bool name_file_next(const struct name_file *file, size_t *at, struct slice *ret)
{
    const char *start, *end;

    if (*at >= file->size)
        return false;
    start = file->bytes + *at;
    end = memchr(start, '\n', file->size - *at);
    *ret = (struct slice){ start, end ? (size_t)(end - start) : file->size - *at };
    *at += ret->length + 1;
    return true;
}
