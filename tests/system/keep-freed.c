/* SPDX-License-Identifier: MIT */
/*
 * Preloaded by the test of secrets: memory that is freed is never used again, so that what a
 * program did not wipe stays there to be found.
 */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

/* By this the test knows the processes that have the library. */
EXPORT const char keep_freed_mark[] = "a-library-that-frees-nothing";

EXPORT void free(void *memory)
{
    (void)memory;
}

EXPORT void *realloc(void *memory, size_t size)
{
    const size_t had = malloc_usable_size(memory);
    void *moved = malloc(size);

    if (moved && memory)
        memcpy(moved, memory, had < size ? had : size);
    return moved;
}

EXPORT void *reallocarray(void *memory, size_t n, size_t size)
{
    if (size > 0 && n > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(memory, n * size);
}
