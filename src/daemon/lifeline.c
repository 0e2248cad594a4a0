/* SPDX-License-Identifier: MIT */
#include "daemon/lifeline.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "line-"

enum { NAME_SIZE = sizeof(PREFIX) + 16, FIRST_CAPACITY = 16 };

static const char *name_of(uint64_t record, char name[NAME_SIZE])
{
    (void)snprintf(name, NAME_SIZE, PREFIX "%016" PRIx64, record);
    return name;
}

/* First the reading end, so that there is a reader. */
static int open_ends(int dirfd, const char *name, int fds[2])
{
    int r;

    fds[0] = openat(dirfd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (fds[0] < 0)
        return -errno;
    fds[1] = openat(dirfd, name, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (fds[1] >= 0)
        return 0;
    r = -errno;
    (void)close(fds[0]);
    return r;
}

int lifeline_make(const struct lifelines *lines, uint64_t record, int ret_fds[2])
{
    char name[NAME_SIZE];
    int fds[2];
    int r;

    if (mkfifoat(lines->dirfd, name_of(record, name), 0600) < 0 && errno != EEXIST)
        return -errno;
    r = open_ends(lines->dirfd, name, fds);
    if (r < 0) {
        (void)unlinkat(lines->dirfd, name, 0);
        return r;
    }
    ret_fds[0] = fds[0];
    ret_fds[1] = fds[1];
    return 0;
}

/* A reader hears that there is no writer any more only if there was one since it came: it is that
 * itself for a moment. */
int lifeline_find(const struct lifelines *lines, uint64_t record, int *ret_fd)
{
    char name[NAME_SIZE];
    int fds[2];
    int r = open_ends(lines->dirfd, name_of(record, name), fds);

    if (r < 0)
        return r;
    (void)close(fds[1]);
    *ret_fd = fds[0];
    return 0;
}

void lifelines_done(struct lifelines *lines)
{
    free(lines->ended);
    lines->ended = NULL;
}

/* Without memory the name stays, until a successor sweeps. */
void lifeline_end(struct lifelines *lines, uint64_t record)
{
    if (lines->n_ended == lines->capacity) {
        size_t larger = lines->capacity ? lines->capacity * 2 : FIRST_CAPACITY;
        uint64_t *ended = reallocarray(lines->ended, larger, sizeof(*ended));

        if (!ended)
            return;
        lines->ended = ended;
        lines->capacity = larger;
    }
    lines->ended[lines->n_ended++] = record;
}

void lifelines_clean(struct lifelines *lines)
{
    char name[NAME_SIZE];

    while (lines->n_ended > 0)
        (void)unlinkat(lines->dirfd, name_of(lines->ended[--lines->n_ended], name), 0);
}

void lifelines_sweep(const struct lifelines *lines,
                     bool (*is_there)(uint64_t record, void *context), void *context)
{
    int fd = openat(lines->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;
    uint64_t record;

    if (!dir) {
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    while ((entry = readdir(dir))) {
        if (sscanf(entry->d_name, PREFIX "%16" SCNx64, &record) == 1 && !is_there(record, context))
            (void)unlinkat(lines->dirfd, entry->d_name, 0);
    }
    (void)closedir(dir);
}
