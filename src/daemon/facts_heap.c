/* SPDX-License-Identifier: MIT */
#include "daemon/facts_heap.h"

#include "linux/random.h"

/*
 * A block is two slots of book-keeping and the facts:
 *     references << 32 | the next block with the same hash (or the next free one)
 *     facts << 32 | hash
 * Blocks are named by the slot of their facts. Their sizes are multiples of GRAIN, and free ones of
 * one size are chained. 0 ends a chain.
 */
enum {
    HEAD = 2,
    GRAIN = 4,
    SIZES = (SESSION_FACTS_MAX + HEAD) / GRAIN + 2,
    BUCKETS_FIRST = 64,
};

struct FactsHeap {
    SharedPage *page;
    uint64_t seed;     /* secret, so that nobody can choose facts that share a bucket */
    uint32_t *buckets; /* as many as a power of two */
    uint32_t n_buckets;
    uint32_t n_blocks;
    uint32_t next; /* from this slot on none was ever used */
    uint32_t free[SIZES];
};

static uint64_t get(const FactsHeap *heap, uint32_t slot)
{
    return shared_page_get(heap->page, slot);
}

/* The slots are in range, and the page is the publisher's: anything else is a bug. */
static void put(const FactsHeap *heap, uint32_t slot, uint64_t value)
{
    if (shared_page_set(heap->page, slot, value) < 0)
        abort();
}

static uint32_t chain_of(const FactsHeap *heap, uint32_t block)
{
    return (uint32_t)get(heap, block - HEAD);
}

static void set_chain(const FactsHeap *heap, uint32_t block, uint32_t next)
{
    put(heap, block - HEAD, (get(heap, block - HEAD) & ~(uint64_t)UINT32_MAX) | next);
}

static uint32_t hash_of(const FactsHeap *heap, uint32_t block)
{
    return (uint32_t)get(heap, block - 1);
}

static size_t n_of(const FactsHeap *heap, uint32_t block)
{
    return (size_t)(get(heap, block - 1) >> 32);
}

static size_t grains_of(size_t n)
{
    return (n + HEAD + GRAIN - 1) / GRAIN;
}

nt_status facts_heap_new(FactsHeap **ret, SharedPage *page)
{
    _cleanup_(facts_heap_freep) FactsHeap *heap = calloc(1, sizeof(*heap));
    int r;

    if (!heap)
        return NT(NO_MEMORY);
    heap->page = page;
    heap->next = SESSION_FACTS + HEAD;
    heap->n_buckets = BUCKETS_FIRST;
    heap->buckets = calloc(heap->n_buckets, sizeof(*heap->buckets));
    if (!heap->buckets)
        return NT(NO_MEMORY);
    r = random_fill(&heap->seed, sizeof(heap->seed));
    if (r < 0)
        return nt_from_errno(r);
    *ret = TAKE(heap);
    return NT_OK;
}

FactsHeap *facts_heap_free(FactsHeap *heap)
{
    if (heap)
        free(heap->buckets);
    free(heap);
    return NULL;
}

static uint32_t hash(const FactsHeap *heap, const uint64_t *facts, size_t n)
{
    uint64_t x = heap->seed;

    for (size_t i = 0; i < n; i++) {
        x = (x ^ facts[i]) * UINT64_C(0x9e3779b97f4a7c15);
        x ^= x >> 32;
    }
    return (uint32_t)x;
}

static uint32_t *bucket_of(const FactsHeap *heap, uint32_t hashed)
{
    return &heap->buckets[hashed & (heap->n_buckets - 1)];
}

static void link_block(const FactsHeap *heap, uint32_t block)
{
    uint32_t *bucket = bucket_of(heap, hash_of(heap, block));

    set_chain(heap, block, *bucket);
    *bucket = block;
}

static void unlink_block(const FactsHeap *heap, uint32_t block)
{
    uint32_t *bucket = bucket_of(heap, hash_of(heap, block));
    uint32_t before = *bucket;

    if (before == block) {
        *bucket = chain_of(heap, block);
        return;
    }
    while (chain_of(heap, before) != block)
        before = chain_of(heap, before);
    set_chain(heap, before, chain_of(heap, block));
}

/* Without memory the chains get longer. */
static void grow(FactsHeap *heap)
{
    uint32_t n_old = heap->n_buckets;
    uint32_t *old = heap->buckets;
    uint32_t *buckets = calloc((size_t)n_old * 2, sizeof(*buckets));

    if (!buckets)
        return;
    heap->buckets = buckets;
    heap->n_buckets = n_old * 2;
    for (uint32_t i = 0; i < n_old; i++) {
        for (uint32_t block = old[i], next; block != 0; block = next) {
            next = chain_of(heap, block);
            link_block(heap, block);
        }
    }
    free(old);
}

static bool is_block(const FactsHeap *heap, uint32_t block, const uint64_t *facts, size_t n)
{
    if (n_of(heap, block) != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (get(heap, block + (uint32_t)i) != facts[i])
            return false;
    }
    return true;
}

static uint32_t find(const FactsHeap *heap, uint32_t hashed, const uint64_t *facts, size_t n)
{
    uint32_t block = *bucket_of(heap, hashed);

    while (block != 0 && (hash_of(heap, block) != hashed || !is_block(heap, block, facts, n)))
        block = chain_of(heap, block);
    return block;
}

/* Room for a block; 0: there is none. */
static uint32_t take_room(FactsHeap *heap, size_t n)
{
    size_t grains = grains_of(n);
    uint32_t block = heap->free[grains];

    if (block != 0) {
        heap->free[grains] = chain_of(heap, block);
        return block;
    }
    if (heap->next + grains * GRAIN > SESSION_DATA_SIZE)
        return 0;
    block = heap->next;
    heap->next += (uint32_t)(grains * GRAIN);
    return block;
}

uint32_t facts_heap_add(FactsHeap *heap, const uint64_t *facts, size_t n)
{
    uint32_t hashed = hash(heap, facts, n);
    uint32_t block = find(heap, hashed, facts, n);

    if (block != 0) {
        put(heap, block - HEAD, get(heap, block - HEAD) + (UINT64_C(1) << 32));
        return block;
    }
    block = take_room(heap, n);
    if (block == 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        put(heap, block + (uint32_t)i, facts[i]);
    put(heap, block - HEAD, UINT64_C(1) << 32);
    put(heap, block - 1, (uint64_t)n << 32 | hashed);
    link_block(heap, block);
    if (++heap->n_blocks > heap->n_buckets)
        grow(heap);
    return block;
}

void facts_heap_drop(FactsHeap *heap, uint32_t slot)
{
    uint64_t head = get(heap, slot - HEAD) - (UINT64_C(1) << 32);
    size_t grains = grains_of(n_of(heap, slot));

    put(heap, slot - HEAD, head);
    if (head >> 32 != 0)
        return;
    unlink_block(heap, slot);
    put(heap, slot - HEAD, heap->free[grains]);
    heap->free[grains] = slot;
    heap->n_blocks--;
}
