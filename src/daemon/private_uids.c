/* SPDX-License-Identifier: MIT */
#include "daemon/private_uids.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "daemon/directory.h"
#include "daemon/text_file.h"

#define RANGE_FILE    "uid-range" /* of a state directory: which it has */
#define ACCOUNTS_FILE "accounts.db"
#define REGISTRY_LOCK "lock"

enum {
    NUMBER_SIZE = 16,
    SHARED = PRIVATE_UIDS_RANGES, /* a range without a lock */
};

/* One claim. */
struct claim {
    int registry, state;    /* descriptors */
    char path[PATH_MAX];    /* of the state directory */
    unsigned range;         /* that is looked at */
    char name[NUMBER_SIZE]; /* of the range, in the registry and in the state directory */
};

static void closep(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

static struct private_uids range_of(unsigned range, int lock)
{
    const uint32_t first = PRIVATE_UIDS_FIRST + (uint32_t)range * PRIVATE_UIDS_SIZE;

    return (struct private_uids){ first, first + PRIVATE_UIDS_SIZE - 1, lock };
}

void private_uids_done(struct private_uids *uids)
{
    closep(&uids->lock);
    uids->lock = -1;
}

static void look_at(struct claim *c, unsigned range)
{
    c->range = range;
    (void)snprintf(c->name, sizeof(c->name), "%u", range);
}

/* Whether the range is noted in a state directory that is still there. */
static bool is_noted_in(const struct claim *c, const char *path)
{
    _cleanup_(closep) int state = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    char noted[NUMBER_SIZE];

    return state >= 0 && text_file_read(state, RANGE_FILE, noted, sizeof(noted)) == 0 &&
           strcmp(noted, c->name) == 0;
}

/* The range's file in the registry: it is locked by who has it, and says which directory that was.
 */
static bool is_others(const struct claim *c, int fd)
{
    char owner[PATH_MAX];

    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return true;
    return text_file_read(c->registry, c->name, owner, sizeof(owner)) == 0 && *owner &&
           strcmp(owner, c->path) != 0 && is_noted_in(c, owner);
}

static int write_owner(int fd, const char *path)
{
    const ssize_t size = (ssize_t)strlen(path);

    if (ftruncate(fd, 0) < 0)
        return -errno;
    return pwrite(fd, path, (size_t)size, 0) == size ? 0 : -EIO;
}

/* The descriptor that holds the range. Errors: -EBUSY (it is another's), those of open(2) */
static int take(const struct claim *c)
{
    int fd = openat(c->registry, c->name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int r;

    if (fd < 0)
        return -errno;
    r = is_others(c, fd) ? -EBUSY : write_owner(fd, c->path);
    if (r < 0)
        (void)close(fd);
    return r < 0 ? r : fd;
}

static int note(const struct claim *c)
{
    return text_file_write_new(c->state, RANGE_FILE, c->name);
}

static int take_first_free(struct claim *c)
{
    int r = -EBUSY, fd;

    for (unsigned i = 0; r == -EBUSY && i < PRIVATE_UIDS_RANGES; i++) {
        look_at(c, i);
        r = take(c);
    }
    if (r < 0)
        return r == -EBUSY ? -ENOSPC : r;
    fd = r;
    r = note(c);
    if (r < 0)
        (void)close(fd);
    return r < 0 ? r : fd;
}

/* The range that is noted in the state directory. Errors: -ENOENT (none is), -EBADMSG */
static int look_at_noted(struct claim *c)
{
    char noted[NUMBER_SIZE];
    unsigned range;
    int r = text_file_read(c->state, RANGE_FILE, noted, sizeof(noted));

    if (r < 0)
        return r;
    if (sscanf(noted, "%u", &range) != 1 || range > SHARED)
        return -EBADMSG;
    look_at(c, range);
    return strcmp(c->name, noted) == 0 ? 0 : -EBADMSG;
}

/* For a directory that has none. The descriptor that holds it; 0: none is needed. */
static int find_range(struct claim *c)
{
    if (faccessat(c->state, ACCOUNTS_FILE, F_OK, 0) == 0)
        return -EEXIST;
    if (c->registry >= 0)
        return take_first_free(c);
    look_at(c, SHARED);
    return note(c);
}

static int claim(struct private_uids *ret, struct claim *c)
{
    int r = look_at_noted(c);
    const bool is_noted = r == 0;

    if (is_noted && c->range != SHARED && c->registry >= 0)
        r = take(c);
    else if (r == -ENOENT)
        r = find_range(c);
    if (r >= 0 || (is_noted && r == -EBUSY))
        *ret = range_of(c->range, r > 0 ? r : -1);
    return r < 0 ? r : 0;
}

/* One claim after the other, on the whole machine. Errors: those of open(2) and flock(2) */
static int lock_registry(int registry)
{
    int fd = openat(registry, REGISTRY_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int r = fd < 0 || flock(fd, LOCK_EX) < 0 ? -errno : fd;

    if (r < 0)
        closep(&fd);
    return r;
}

static int claim_in(struct private_uids *ret, int registry, const char *state)
{
    _cleanup_(closep) int state_fd = directory_open(state, 0700);
    struct claim c = { registry, state_fd };

    if (state_fd < 0)
        return state_fd;
    return realpath(state, c.path) ? claim(ret, &c) : -errno;
}

int private_uids_claim(struct private_uids *ret, const char *registry, const char *state)
{
    _cleanup_(closep) int fd = registry ? directory_open(registry, 0700) : -ENOENT;
    _cleanup_(closep) int lock = fd < 0 ? fd : lock_registry(fd);

    return registry && lock < 0 ? lock : claim_in(ret, fd, state);
}
