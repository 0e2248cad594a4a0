/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct secret {
    uint8_t *pages;
    size_t pages_size;
    size_t size;
};

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
