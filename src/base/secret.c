/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct secret {
    uint8_t *pages;
    size_t pages_size;
    size_t size;
};

/*
 * Single pages that were given back, wiped and still locked: making a page costs more than what a
 * request does otherwise. Whoever swaps one out has it; no lock that a fork could leave taken.
 */
enum { SPARES = 32 };
static _Atomic(uint8_t *) spares[SPARES];

static uint8_t *take_spare(void)
{
    uint8_t *page = NULL;

    for (size_t i = 0; i < SPARES && !page; i++) {
        if (atomic_load_explicit(&spares[i], memory_order_relaxed))
            page = atomic_exchange(&spares[i], NULL);
    }
    return page;
}

/* False: there are enough. */
static bool keep_spare(uint8_t *page)
{
    for (size_t i = 0; i < SPARES; i++) {
        uint8_t *none = NULL;

        if (atomic_compare_exchange_strong(&spares[i], &none, page))
            return true;
    }
    return false;
}

/* RLIMIT_MEMLOCK is often small: a page that cannot be locked is still kept out of core dumps. */
static uint8_t *secret_pages(size_t pages_size)
{
    void *pages =
        mmap(NULL, pages_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED)
        return NULL;
    (void)mlock(pages, pages_size);
    (void)madvise(pages, pages_size, MADV_DONTDUMP);
    (void)madvise(pages, pages_size, MADV_WIPEONFORK);
    return pages;
}

nt_status secret_new(secret **ret, size_t size)
{
    _cleanup_(secret_freep) secret *s = NULL;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    if (size == 0 || size > SECRET_SIZE_MAX)
        return NT(INVALID_PARAMETER);
    s = calloc(1, sizeof(*s));
    if (!s)
        return NT(NO_MEMORY);
    s->size = size;
    s->pages_size = (size + page - 1) / page * page;
    s->pages = s->pages_size == page ? take_spare() : NULL;
    if (!s->pages)
        s->pages = secret_pages(s->pages_size);
    if (!s->pages)
        return NT(NO_MEMORY);
    *ret = TAKE(s);
    return NT_OK;
}

nt_status secret_new_from(secret **ret, const void *bytes, size_t size)
{
    nt_status st = secret_new(ret, size);

    if (!nt_failed(st))
        memcpy((*ret)->pages, bytes, size);
    return st;
}

secret *secret_free(secret *s)
{
    if (!s)
        return NULL;
    if (s->pages) {
        secret_wipe(s->pages, s->pages_size);
        if (s->pages_size != (size_t)sysconf(_SC_PAGESIZE) || !keep_spare(s->pages))
            (void)munmap(s->pages, s->pages_size);
    }
    free(s);
    return NULL;
}

uint8_t *secret_bytes(secret *s)
{
    return s->pages;
}

size_t secret_size(const secret *s)
{
    return s->size;
}

void secret_wipe(void *bytes, size_t size)
{
    if (size > 0)
        explicit_bzero(bytes, size);
}

bool secret_equal(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a;
    const uint8_t *right = b;
    volatile uint8_t difference = 0;

    for (size_t i = 0; i < size; i++)
        difference = (uint8_t)(difference | (left[i] ^ right[i]));
    return difference == 0;
}
