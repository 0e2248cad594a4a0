/* SPDX-License-Identifier: MIT */
#include "client/handle.h"

#include <pthread.h>
#include <stdlib.h>

#include "client/stripe.h"

enum {
    INDEX_BITS = 20,
    GENERATION_BITS = 9, /* a handle fits 31 bits, as Windows promises that 32 are enough */
    SLOTS_PER_CHUNK = 1024,
    N_CHUNKS = (1 << INDEX_BITS) / SLOTS_PER_CHUNK,
    /* So many slots lie idle before one is used again, while there are fresh ones. */
    IDLE_SLOTS_MIN = 256,
    NO_SLOT = -1,
};

/* Guarded by the stripe of its index, except `next_idle` (by the pool). Unused: object is NULL. */
struct slot {
    struct object *object;
    uint32_t access;
    uint16_t flags;
    uint16_t generation;
    int32_t next_idle;
};

static struct slot *_Atomic chunks[N_CHUNKS];

/* The slots that have been used before, oldest first, and how many there are at all. */
static struct {
    pthread_mutex_t mutex;
    int32_t first_idle, last_idle;
    int32_t n_idle, n_slots;
} pool = { PTHREAD_MUTEX_INITIALIZER, NO_SLOT, NO_SLOT, 0, 0 };

void handles_lock(void)
{
    (void)pthread_mutex_lock(&pool.mutex);
}

void handles_unlock(void)
{
    (void)pthread_mutex_unlock(&pool.mutex);
}

static struct slot *slot_at(int32_t index)
{
    struct slot *chunk =
        atomic_load_explicit(&chunks[index / SLOTS_PER_CHUNK], memory_order_acquire);

    return chunk ? &chunk[index % SLOTS_PER_CHUNK] : NULL;
}

static HANDLE handle_make(int32_t index, uint32_t generation)
{
    return (HANDLE)((uintptr_t)((generation << INDEX_BITS | (uint32_t)index) + 1) * 4);
}

/* The slot that a number names, whatever is in it; NULL: no such number. */
static struct slot *handle_parse(HANDLE handle, int32_t *ret_index, uint32_t *ret_generation)
{
    uintptr_t value = (uintptr_t)handle;
    uintptr_t number = value / 4 - 1;

    if (value == 0 || value % 4 != 0 || number >> (INDEX_BITS + GENERATION_BITS) != 0)
        return NULL;
    *ret_index = (int32_t)(number & ((1 << INDEX_BITS) - 1));
    *ret_generation = (uint32_t)(number >> INDEX_BITS);
    return slot_at(*ret_index);
}

static nt_status pool_grow(int32_t *ret)
{
    int32_t index = pool.n_slots;

    if (index >= HANDLES_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    if (!slot_at(index)) {
        struct slot *chunk = calloc(SLOTS_PER_CHUNK, sizeof(*chunk));

        if (!chunk)
            return NT(NO_MEMORY);
        atomic_store_explicit(&chunks[index / SLOTS_PER_CHUNK], chunk, memory_order_release);
    }
    pool.n_slots++;
    *ret = index;
    return NT_OK;
}

static int32_t pool_pop(void)
{
    int32_t index = pool.first_idle;

    pool.first_idle = slot_at(index)->next_idle;
    if (pool.first_idle == NO_SLOT)
        pool.last_idle = NO_SLOT;
    pool.n_idle--;
    return index;
}

static nt_status pool_take(int32_t *ret)
{
    nt_status st = NT_OK;

    handles_lock();
    if (pool.n_idle > IDLE_SLOTS_MIN)
        *ret = pool_pop();
    else
        st = pool_grow(ret);
    if (nt_failed(st) && pool.n_idle > 0) {
        *ret = pool_pop();
        st = NT_OK;
    }
    handles_unlock();
    return st;
}

static void pool_give_back(int32_t index)
{
    handles_lock();
    slot_at(index)->next_idle = NO_SLOT;
    if (pool.last_idle == NO_SLOT)
        pool.first_idle = index;
    else
        slot_at(pool.last_idle)->next_idle = index;
    pool.last_idle = index;
    pool.n_idle++;
    handles_unlock();
}

nt_status handle_open(HANDLE *ret, struct object *object, uint32_t access, uint32_t flags)
{
    struct slot *slot;
    int32_t index;
    nt_status st = pool_take(&index);

    if (nt_failed(st))
        return st;
    slot = slot_at(index);
    stripe_lock(stripe_at((size_t)index));
    slot->object = object_ref(object);
    slot->access = access;
    slot->flags = (uint16_t)flags;
    *ret = handle_make(index, slot->generation);
    stripe_unlock(stripe_at((size_t)index));
    return NT_OK;
}

/* Returns with the stripe locked when the handle is open. */
static struct slot *slot_lock(HANDLE handle, int32_t *ret_index)
{
    uint32_t generation;
    struct slot *slot = handle_parse(handle, ret_index, &generation);

    if (!slot)
        return NULL;
    stripe_lock(stripe_at((size_t)*ret_index));
    if (slot->object && slot->generation == generation)
        return slot;
    stripe_unlock(stripe_at((size_t)*ret_index));
    return NULL;
}

nt_status handle_query(HANDLE handle, struct handle_info *ret)
{
    int32_t index;
    struct slot *slot = slot_lock(handle, &index);

    if (!slot)
        return NT(INVALID_HANDLE);
    *ret = (struct handle_info){ object_ref(slot->object), slot->access, slot->flags };
    stripe_unlock(stripe_at((size_t)index));
    return NT_OK;
}

nt_status handle_peek(HANDLE handle, enum object_type type, uint32_t access,
                      void (*peek)(struct object *object, void *context), void *context)
{
    nt_status st = NT_OK;
    int32_t index;
    struct slot *slot = slot_lock(handle, &index);

    if (!slot)
        return NT(INVALID_HANDLE);
    if (slot->object->type != type)
        st = NT(OBJECT_TYPE_MISMATCH);
    else if (access & ~slot->access)
        st = NT(ACCESS_DENIED);
    else
        peek(slot->object, context);
    stripe_unlock(stripe_at((size_t)index));
    return st;
}

static void take_reference(struct object *object, void *context)
{
    *(struct object **)context = object_ref(object);
}

nt_status handle_get(HANDLE handle, enum object_type type, uint32_t access, struct object **ret)
{
    return handle_peek(handle, type, access, take_reference, ret);
}

nt_status handle_set_flags(HANDLE handle, uint32_t mask, uint32_t flags)
{
    int32_t index;
    struct slot *slot = slot_lock(handle, &index);

    if (!slot)
        return NT(INVALID_HANDLE);
    slot->flags = (uint16_t)((slot->flags & ~mask) | (flags & mask));
    stripe_unlock(stripe_at((size_t)index));
    return NT_OK;
}

nt_status handle_close(HANDLE handle)
{
    struct object *object;
    int32_t index;
    struct slot *slot = slot_lock(handle, &index);

    if (!slot)
        return NT(INVALID_HANDLE);
    if (slot->flags & HANDLE_FLAG_PROTECT_FROM_CLOSE) {
        stripe_unlock(stripe_at((size_t)index));
        return NT(HANDLE_NOT_CLOSABLE);
    }
    object = TAKE(slot->object);
    slot->generation = (slot->generation + 1) & ((1 << GENERATION_BITS) - 1);
    stripe_unlock(stripe_at((size_t)index));
    pool_give_back(index);
    object_unref(object);
    return NT_OK;
}
