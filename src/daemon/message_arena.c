/* SPDX-License-Identifier: MIT */
#include "daemon/message_arena.h"

#include <stdalign.h>
#include <string.h>

#include "base/secret.h"

struct MessageArena {
    ProtobufCAllocator allocator;
    secret *memory; /* zero from `used` on */
    size_t used;
};

static void *arena_alloc(void *arena, size_t size)
{
    return message_arena_alloc(arena, size);
}

static void arena_keep(void *arena, void *pointer)
{
    (void)arena;
    (void)pointer;
}

nt_status message_arena_new(MessageArena **ret, size_t size)
{
    _cleanup_(message_arena_freep) MessageArena *arena = calloc(1, sizeof(*arena));
    nt_status st;

    if (!arena)
        return NT(NO_MEMORY);
    st = secret_new(&arena->memory, size);
    if (nt_failed(st))
        return st;
    arena->allocator =
        (ProtobufCAllocator){ .alloc = arena_alloc, .free = arena_keep, .allocator_data = arena };
    *ret = TAKE(arena);
    return NT_OK;
}

MessageArena *message_arena_free(MessageArena *arena)
{
    if (arena)
        secret_free(arena->memory);
    free(arena);
    return NULL;
}

void *message_arena_alloc(MessageArena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t rounded;
    void *memory;

    if (!size_add(size, align - 1, &rounded))
        return NULL;
    rounded &= ~(align - 1);
    if (rounded > secret_size(arena->memory) - arena->used)
        return NULL;
    memory = secret_bytes(arena->memory) + arena->used;
    arena->used += rounded;
    return memory;
}

char *message_arena_text(MessageArena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = message_arena_alloc(arena, size);

    return copy ? memcpy(copy, text, size) : NULL;
}

void message_arena_empty(MessageArena *arena)
{
    secret_wipe(secret_bytes(arena->memory), arena->used);
    arena->used = 0;
}

ProtobufCAllocator *message_arena_allocator(MessageArena *arena)
{
    return &arena->allocator;
}
