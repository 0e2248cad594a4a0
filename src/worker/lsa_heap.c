/* SPDX-License-Identifier: MIT */
#include "worker/lsa_heap.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/macros.h"
#include "base/secret.h"

/* In front of each block. */
union heap_header {
    size_t size;
    max_align_t align;
};

void *lsa_heap_allocate(size_t size)
{
    union heap_header *header;
    size_t total;

    if (!size_add(size, sizeof(*header), &total))
        return NULL;
    header = calloc(1, total);
    if (!header)
        return NULL;
    header->size = size;
    return header + 1;
}

void lsa_heap_free(void *base)
{
    union heap_header *header = base;

    if (!base)
        return;
    header--;
    secret_wipe(header, header->size + sizeof(*header));
    free(header);
}
