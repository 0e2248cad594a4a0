/* SPDX-License-Identifier: MIT */
#include "daemon/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int text_file_read(int dirfd, const char *path, char *text, size_t size)
{
    int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return -errno;
    n = read(fd, text, size - 1);
    if (n < 0) {
        int error = -errno;

        (void)close(fd);
        return error;
    }
    (void)close(fd);
    text[n] = '\0';
    text[strcspn(text, "\n")] = '\0';
    return 0;
}

int text_file_write_new(int dirfd, const char *path, const char *text)
{
    int fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    int r = 0;

    if (fd < 0)
        return -errno;
    if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        r = -EIO;
    else if (fsync(fd) < 0 || fsync(dirfd) < 0)
        r = -errno;
    (void)close(fd);
    if (r < 0)
        (void)unlinkat(dirfd, path, 0);
    return r;
}
