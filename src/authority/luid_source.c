/* SPDX-License-Identifier: MIT */
#include "authority/luid_source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LUID_FILE_NEW LUID_FILE ".new"

enum { LUID_FILE_SIZE_MAX = 128 };

struct LuidSource {
    int dirfd;
    char boot_id[BOOT_ID_LENGTH + 1];
    uint64_t next;     /* the next id to hand out */
    uint64_t reserved; /* the end, not included, of what is reserved on disk */
};

static void closep(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

/* 0 when there is no file. The text ends with a zero. */
static int read_file(int dirfd, char text[LUID_FILE_SIZE_MAX])
{
    _cleanup_(closep) int fd = openat(dirfd, LUID_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n;

    if (fd < 0)
        return errno == ENOENT ? 0 : -errno;
    n = read(fd, text, LUID_FILE_SIZE_MAX - 1);
    if (n < 0)
        return -errno;
    text[n] = '\0';
    return 1;
}

static nt_status parse_file(const char *text, char boot_id[BOOT_ID_LENGTH + 1], uint64_t *ret_end)
{
    int used = 0;
    uint64_t end = 0;

    if (sscanf(text, "openlogon-luid 1\nboot %36[0-9a-f-]\nend %" SCNx64 "\n%n", boot_id, &end,
               &used) != 2 ||
        used == 0 || text[used] != '\0' || strlen(boot_id) != BOOT_ID_LENGTH || end < LUID_FIRST)
        return NT(FILE_CORRUPT_ERROR);
    *ret_end = end;
    return NT_OK;
}

static nt_status load(LuidSource *source)
{
    char text[LUID_FILE_SIZE_MAX];
    char boot_id[BOOT_ID_LENGTH + 1] = "";
    uint64_t end = LUID_FIRST;
    int r = read_file(source->dirfd, text);

    if (r < 0)
        return nt_from_errno(r);
    if (r > 0) {
        nt_status st = parse_file(text, boot_id, &end);
        if (nt_failed(st))
            return st;
    }
    /* An earlier boot's ids are all dead. */
    source->next = strcmp(boot_id, source->boot_id) == 0 ? end : LUID_FIRST;
    source->reserved = source->next;
    return NT_OK;
}

static int write_new_file(int dirfd, const char *text, size_t size)
{
    _cleanup_(closep) int fd =
        openat(dirfd, LUID_FILE_NEW, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    ssize_t n;

    if (fd < 0)
        return -errno;
    n = write(fd, text, size);
    if (n < 0)
        return -errno;
    if ((size_t)n != size)
        return -ENOSPC;
    return fsync(fd) < 0 ? -errno : 0;
}

static int save(const LuidSource *source, uint64_t end)
{
    char text[LUID_FILE_SIZE_MAX];
    int size = snprintf(text, sizeof(text), "openlogon-luid 1\nboot %s\nend %" PRIx64 "\n",
                        source->boot_id, end);
    int r = write_new_file(source->dirfd, text, (size_t)size);

    if (r < 0)
        return r;
    if (renameat(source->dirfd, LUID_FILE_NEW, source->dirfd, LUID_FILE) < 0)
        return -errno;
    return fsync(source->dirfd) < 0 ? -errno : 0;
}

static nt_status reserve(LuidSource *source)
{
    uint64_t end;
    int r;

    if (__builtin_add_overflow(source->reserved, LUID_BLOCK, &end))
        return NT(LUIDS_EXHAUSTED);
    r = save(source, end);
    if (r < 0)
        return nt_from_errno(r);
    source->reserved = end;
    return NT_OK;
}

nt_status luid_source_open(LuidSource **ret, int dirfd, const char *boot_id)
{
    _cleanup_(luid_source_closep) LuidSource *source = calloc(1, sizeof(*source));
    nt_status st;

    if (!source)
        return NT(NO_MEMORY);
    source->dirfd = fcntl(dirfd, F_DUPFD_CLOEXEC, 3);
    if (source->dirfd < 0)
        return nt_from_errno(errno);
    if (strlen(boot_id) != BOOT_ID_LENGTH)
        return NT(INVALID_PARAMETER);
    memcpy(source->boot_id, boot_id, BOOT_ID_LENGTH + 1);
    st = load(source);
    if (nt_failed(st))
        return st;
    st = reserve(source);
    if (nt_failed(st))
        return st;
    *ret = TAKE(source);
    return NT_OK;
}

LuidSource *luid_source_close(LuidSource *source)
{
    if (source && source->dirfd >= 0)
        (void)close(source->dirfd);
    free(source);
    return NULL;
}

nt_status luid_take(LuidSource *source, uint32_t count, uint64_t *ret_first)
{
    if (count == 0 || count > LUID_TAKE_MAX)
        return NT(INVALID_PARAMETER);
    if (source->reserved - source->next < count) {
        nt_status st = reserve(source);
        if (nt_failed(st))
            return st;
    }
    *ret_first = source->next;
    source->next += count;
    return NT_OK;
}

bool luid_was_taken(const LuidSource *source, uint64_t luid)
{
    return luid >= LUID_FIRST && luid < source->next;
}
