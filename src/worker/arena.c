/* SPDX-License-Identifier: MIT */
#include "worker/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/secret.h"

struct arena {
    secret *memory;
    size_t used;
    ProtobufCAllocator allocator;
};

static void *allocate_for_protobuf(void *data, size_t size)
{
    return arena_alloc(data, size);
}

/* Memory goes back with the rewind. */
static void free_for_protobuf(void *data, void *pointer)
{
    (void)data;
    (void)pointer;
}

nt_status arena_new(arena **ret)
{
    _cleanup_(arena_freep) arena *a = calloc(1, sizeof(*a));
    nt_status st;

    if (!a)
        return NT(NO_MEMORY);
    st = secret_new(&a->memory, ARENA_SIZE);
    if (nt_failed(st))
        return st;
    a->allocator = (ProtobufCAllocator){ allocate_for_protobuf, free_for_protobuf, a };
    *ret = TAKE(a);
    return NT_OK;
}

arena *arena_free(arena *a)
{
    if (!a)
        return NULL;
    (void)secret_free(a->memory);
    free(a);
    return NULL;
}

void *arena_alloc(arena *a, size_t size)
{
    const size_t align = alignof(max_align_t);
    void *result;

    if (size > ARENA_SIZE - a->used)
        return NULL;
    result = secret_bytes(a->memory) + a->used;
    a->used += size;
    a->used += (align - a->used % align) % align; /* ARENA_SIZE is a multiple, so this fits */
    return result;
}

void *arena_copy(arena *a, const void *bytes, size_t size)
{
    void *copy = arena_alloc(a, size);

    if (copy && size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *arena_text(arena *a, const char *text)
{
    return arena_copy(a, text, strlen(text) + 1);
}

size_t arena_mark(const arena *a)
{
    return a->used;
}

void arena_rewind(arena *a, size_t mark)
{
    secret_wipe(secret_bytes(a->memory) + mark, a->used - mark);
    a->used = mark;
}

ProtobufCAllocator *arena_allocator(arena *a)
{
    return &a->allocator;
}
