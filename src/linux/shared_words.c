/* SPDX-License-Identifier: MIT */
#include "linux/shared_words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL };

struct SharedWords {
    SharedWord *words;
    size_t size;
    int fd;
};

_Static_assert(sizeof(SharedWord) == sizeof(uint64_t), "a word is what is written into the file");

static int words_map(SharedWords *w)
{
    void *words = mmap(NULL, w->size, PROT_READ | PROT_WRITE, MAP_SHARED, w->fd, 0);

    if (words == MAP_FAILED)
        return -errno;
    w->words = words;
    return 0;
}

/* Written, not only made longer: whether there is a page for it shows here, not at a touch. */
static int words_fill(SharedWords *w, const uint64_t *values)
{
    ssize_t written = write(w->fd, values, w->size);

    if (written != (ssize_t)w->size)
        return written < 0 ? -errno : -ENOSPC;
    return fcntl(w->fd, F_ADD_SEALS, SEALS) < 0 ? -errno : 0;
}

static int words_publish(SharedWords *w, const uint64_t *values)
{
    int r;

    w->fd = memfd_create("openlogon-words", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (w->fd < 0)
        return -errno;
    r = words_fill(w, values);
    return r < 0 ? r : words_map(w);
}

static SharedWords *words_new(size_t n, int fd)
{
    SharedWords *w = calloc(1, sizeof(*w));

    if (w) {
        w->size = n * sizeof(SharedWord);
        w->fd = fd;
    }
    return w;
}

int shared_words_create(SharedWords **ret, const uint64_t *values, size_t n)
{
    _cleanup_(shared_words_freep) SharedWords *w = NULL;
    int r;

    if (n == 0 || n > SHARED_WORDS_MAX)
        return -EINVAL;
    w = words_new(n, -1);
    if (!w)
        return -ENOMEM;
    r = words_publish(w, values);
    if (r < 0)
        return r;
    *ret = TAKE(w);
    return 0;
}

static int check_sealed(int fd, size_t n)
{
    struct stat info;
    int seals = fcntl(fd, F_GET_SEALS);

    if (seals < 0)
        return errno == EBADF ? -EBADF : -EBADMSG; /* EINVAL: another kind of file */
    if ((seals & SEALS) != SEALS)
        return -EBADMSG;
    if (fstat(fd, &info) < 0)
        return -errno;
    return info.st_size == (off_t)(n * sizeof(SharedWord)) ? 0 : -EBADMSG;
}

static int map_privately(SharedWords *w)
{
    int r = words_map(w);

    if (r < 0)
        return r;
    return madvise((void *)w->words, w->size, MADV_DONTFORK) < 0 ? -errno : 0;
}

int shared_words_map(SharedWords **ret, int fd, size_t n)
{
    _cleanup_(shared_words_freep) SharedWords *w = NULL;
    int r = n > 0 && n <= SHARED_WORDS_MAX ? check_sealed(fd, n) : -EINVAL;

    if (r < 0)
        return r;
    w = words_new(n, fd);
    if (!w)
        return -ENOMEM;
    r = map_privately(w);
    w->fd = -1;
    if (r < 0)
        return r;
    *ret = TAKE(w);
    return 0;
}

/* A second look at the same file. */
static int words_look(SharedWords **ret, const SharedWords *words)
{
    void *again = mremap((void *)words->words, 0, words->size, MREMAP_MAYMOVE);
    SharedWords *w;

    if (again == MAP_FAILED)
        return -errno;
    w = words_new(words->size / sizeof(SharedWord), -1);
    if (!w) {
        (void)munmap(again, words->size);
        return -ENOMEM;
    }
    w->words = again;
    *ret = w;
    return 0;
}

int shared_words_replace(SharedWords *words, int fd, SharedWords **ret_old)
{
    _cleanup_(shared_words_freep) SharedWords *old = NULL;
    int r = check_sealed(fd, words->size / sizeof(SharedWord));

    if (r >= 0)
        r = words_look(&old, words);
    if (r < 0)
        return r;
    if (mmap((void *)words->words, words->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
             0) == MAP_FAILED)
        return -errno;
    if (madvise((void *)words->words, words->size, MADV_DONTFORK) < 0)
        return -errno;
    *ret_old = TAKE(old);
    return 0;
}

SharedWords *shared_words_free(SharedWords *words)
{
    if (!words)
        return NULL;
    if (words->words)
        (void)munmap((void *)words->words, words->size);
    if (words->fd >= 0)
        (void)close(words->fd);
    free(words);
    return NULL;
}

void shared_words_abandon(SharedWords *words)
{
    free(words);
}

int shared_words_fd(const SharedWords *words)
{
    return words->fd;
}

SharedWord *shared_words_at(const SharedWords *words)
{
    return words->words;
}
