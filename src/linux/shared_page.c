/* SPDX-License-Identifier: MIT */
#include "linux/shared_page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum {
    /* Without the first a reader could be killed by SIGBUS; without the last be told lies by
       another. */
    SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE,
    SLOTS_MAX = 1 << 28,
};

typedef _Atomic(uint64_t) Slot;

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "a slot is shared between processes");

struct SharedPage {
    Slot *slots;
    size_t n_slots;
    int fd; /* -1 at a reader's end, which has mapped the slots read-only */
};

static int page_map(SharedPage *page, int fd, int protection)
{
    void *slots = mmap(NULL, page->n_slots * sizeof(Slot), protection, MAP_SHARED, fd, 0);

    if (slots == MAP_FAILED)
        return -errno;
    page->slots = slots;
    return 0;
}

static int page_publish(SharedPage *page)
{
    int r;

    page->fd = memfd_create("openlogon-slots", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (page->fd < 0)
        return -errno;
    if (ftruncate(page->fd, (off_t)(page->n_slots * sizeof(Slot))) < 0)
        return -errno;
    /* The one writable map must be there before the seal that forbids any other. */
    r = page_map(page, page->fd, PROT_READ | PROT_WRITE);
    if (r < 0)
        return r;
    return fcntl(page->fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) < 0 ? -errno : 0;
}

int shared_page_create(SharedPage **ret, size_t n_slots)
{
    _cleanup_(shared_page_freep) SharedPage *page = NULL;
    int r;

    if (n_slots == 0 || n_slots > SLOTS_MAX)
        return -EINVAL;
    page = calloc(1, sizeof(*page));
    if (!page)
        return -ENOMEM;
    page->fd = -1;
    page->n_slots = n_slots;
    r = page_publish(page);
    if (r < 0)
        return r;
    *ret = TAKE(page);
    return 0;
}

static int sealed_slots(int fd, size_t *ret)
{
    struct stat info;
    int seals = fcntl(fd, F_GET_SEALS);

    if (seals < 0)
        return errno == EBADF ? -EBADF : -EBADMSG; /* EINVAL: another kind of file */
    if ((seals & SEALS) != SEALS)
        return -EBADMSG;
    if (fstat(fd, &info) < 0)
        return -errno;
    if (info.st_size <= 0 || (uint64_t)info.st_size % sizeof(Slot) != 0 ||
        (uint64_t)info.st_size / sizeof(Slot) > SLOTS_MAX)
        return -EBADMSG;
    *ret = (size_t)info.st_size / sizeof(Slot);
    return 0;
}

int shared_page_map(SharedPage **ret, int fd)
{
    _cleanup_(shared_page_freep) SharedPage *page = NULL;
    size_t n_slots = 0;
    int r = sealed_slots(fd, &n_slots);

    if (r < 0)
        return r;
    page = calloc(1, sizeof(*page));
    if (!page)
        return -ENOMEM;
    page->fd = -1;
    page->n_slots = n_slots;
    r = page_map(page, fd, PROT_READ);
    if (r < 0)
        return r;
    *ret = TAKE(page);
    return 0;
}

int shared_page_replace(SharedPage *page, SharedPage *by)
{
    size_t size = page->n_slots * sizeof(Slot);

    if (page->n_slots != by->n_slots)
        return -EINVAL;
    if (mremap((void *)by->slots, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)page->slots) ==
        MAP_FAILED)
        return -errno;
    by->slots = NULL;
    shared_page_free(by);
    return 0;
}

SharedPage *shared_page_free(SharedPage *page)
{
    if (!page)
        return NULL;
    if (page->slots)
        (void)munmap((void *)page->slots, page->n_slots * sizeof(Slot));
    if (page->fd >= 0)
        (void)close(page->fd);
    free(page);
    return NULL;
}

int shared_page_fd(const SharedPage *page)
{
    return page->fd;
}

size_t shared_page_n_slots(const SharedPage *page)
{
    return page->n_slots;
}

int shared_page_set(SharedPage *page, size_t slot, uint64_t value)
{
    if (page->fd < 0)
        return -EPERM;
    if (slot >= page->n_slots)
        return -ERANGE;
    atomic_store_explicit(&page->slots[slot], value, memory_order_release);
    return 0;
}

uint64_t shared_page_get(const SharedPage *page, size_t slot)
{
    if (slot >= page->n_slots)
        return 0;
    return atomic_load_explicit(&page->slots[slot], memory_order_seq_cst);
}

/* How many of the n slots from `first` on the page has. */
static size_t within(const SharedPage *page, size_t first, size_t n)
{
    size_t left = first < page->n_slots ? page->n_slots - first : 0;

    return n < left ? n : left;
}

size_t shared_page_copy(const SharedPage *page, size_t first, size_t n, uint64_t *ret)
{
    size_t size = within(page, first, n);
    const Slot *slots = page->slots + (size > 0 ? first : 0);

    for (size_t i = 0; i < size; i++)
        ret[i] = atomic_load_explicit(&slots[i], memory_order_relaxed);
    return size;
}

size_t shared_page_gather(const SharedPage *page, size_t first, size_t n, uint64_t *ret)
{
    size_t size = within(page, first, n), n_found = 0;
    const Slot *slots = page->slots + (size > 0 ? first : 0);

    for (size_t i = 0; i < size; i++) {
        uint64_t value = atomic_load_explicit(&slots[i], memory_order_relaxed);

        ret[n_found] = value;
        n_found += value != 0;
    }
    return n_found;
}

/* One system call instead of a page fault every few kilobytes. */
void shared_page_expect(const SharedPage *page, size_t first, size_t n)
{
    size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
    size_t begin = first * sizeof(Slot) & ~(page_size - 1);
    size_t end = (first + within(page, first, n)) * sizeof(Slot);

    if (end > begin)
        (void)madvise((char *)(void *)page->slots + begin, end - begin, MADV_POPULATE_READ);
}

int shared_page_keep_from_children(const SharedPage *page)
{
    if (madvise((void *)page->slots, page->n_slots * sizeof(Slot), MADV_DONTFORK) < 0)
        return -errno;
    return 0;
}

SharedPage *shared_page_forget(SharedPage *page)
{
    if (page && page->fd >= 0)
        (void)close(page->fd);
    free(page);
    return NULL;
}
