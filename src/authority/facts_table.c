/* SPDX-License-Identifier: MIT */
#include "authority/facts_table.h"

#include <string.h>

#include "linux/random.h"

enum { BUCKETS_FIRST = 64 };

/* One block: this, the SID, the texts. */
struct shared {
    struct shared *next; /* in its bucket */
    uint64_t hash;
    size_t references;
    struct session_facts facts;
};

struct FactsTable {
    struct shared **buckets; /* as many as a power of two */
    size_t n_buckets, n_shared;
    uint64_t seed; /* secret, so that nobody can choose names that share a bucket */
};

/* The numbers and times are the struct's tail, without hidden bytes. */
enum {
    NUMBERS_AT = offsetof(struct session_facts, logon_type),
    NUMBERS_SIZE = sizeof(struct session_facts) - NUMBERS_AT,
};

nt_status facts_table_new(FactsTable **ret)
{
    _cleanup_(facts_table_freep) FactsTable *table = calloc(1, sizeof(*table));
    int r;

    if (!table)
        return NT(NO_MEMORY);
    table->n_buckets = BUCKETS_FIRST;
    table->buckets = calloc(table->n_buckets, sizeof(*table->buckets));
    if (!table->buckets)
        return NT(NO_MEMORY);
    r = random_fill(&table->seed, sizeof(table->seed));
    if (r < 0)
        return nt_from_errno(r);
    *ret = TAKE(table);
    return NT_OK;
}

FactsTable *facts_table_free(FactsTable *table)
{
    if (table)
        free(table->buckets);
    free(table);
    return NULL;
}

size_t facts_table_size(const FactsTable *table)
{
    return table->n_shared;
}

/* --- what is the same --------------------------------------------------------------------------
 */

static const void *numbers(const struct session_facts *facts)
{
    return (const char *)facts + NUMBERS_AT;
}

static const char *text(const struct session_facts *facts, size_t i)
{
    return *session_text((struct session_facts *)(uintptr_t)facts, i);
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    for (; size > 0; at += sizeof(uint64_t)) {
        size_t n = size < sizeof(uint64_t) ? size : sizeof(uint64_t);
        uint64_t word = n;

        memcpy(&word, at, n);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
        size -= n;
    }
    return hash;
}

static uint64_t hash_of(const FactsTable *table, const struct session_facts *facts)
{
    uint64_t hash = mix(table->seed, numbers(facts), NUMBERS_SIZE);

    if (facts->sid)
        hash = mix(hash, facts->sid, sid_length(facts->sid));
    for (size_t i = 0; i < SESSION_TEXTS_N; i++)
        hash = text(facts, i) ? mix(hash, text(facts, i), strlen(text(facts, i)) + 1)
                              : mix(hash, &i, sizeof(i));
    return hash;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_sid(const SID *a, const SID *b)
{
    return a && b ? sid_equal(a, b) : a == b;
}

static bool same(const struct session_facts *a, const struct session_facts *b)
{
    bool equal = memcmp(numbers(a), numbers(b), NUMBERS_SIZE) == 0 && same_sid(a->sid, b->sid);

    for (size_t i = 0; i < SESSION_TEXTS_N && equal; i++)
        equal = same_text(text(a, i), text(b, i));
    return equal;
}

/* --- the table ---------------------------------------------------------------------------------
 */

static struct shared **bucket_of(const FactsTable *table, uint64_t hash)
{
    return &table->buckets[hash & (table->n_buckets - 1)];
}

static struct shared *shared_new(const struct session_facts *facts, uint64_t hash)
{
    struct shared *shared;
    size_t size = sizeof(*shared) + (facts->sid ? sid_length(facts->sid) : 0);
    char *end;

    for (size_t i = 0; i < SESSION_TEXTS_N; i++)
        size += text(facts, i) ? strlen(text(facts, i)) + 1 : 0;
    shared = malloc(size);
    if (!shared)
        return NULL;
    *shared = (struct shared){ .hash = hash, .facts = *facts };
    end = (char *)(shared + 1);
    if (facts->sid) {
        shared->facts.sid = memcpy(end, facts->sid, sid_length(facts->sid));
        end += sid_length(facts->sid);
    }
    for (size_t i = 0; i < SESSION_TEXTS_N; i++) {
        if (text(facts, i)) {
            *session_text(&shared->facts, i) = end;
            end = stpcpy(end, text(facts, i)) + 1;
        }
    }
    return shared;
}

/* Without memory the chains get longer. */
static void grow(FactsTable *table)
{
    size_t n_old = table->n_buckets;
    struct shared **old = table->buckets;
    struct shared **buckets = calloc(n_old * 2, sizeof(struct shared *));

    if (!buckets)
        return;
    table->buckets = buckets;
    table->n_buckets = n_old * 2;
    for (size_t i = 0; i < n_old; i++) {
        for (struct shared *shared = old[i], *next; shared; shared = next) {
            struct shared **bucket = bucket_of(table, shared->hash);

            next = shared->next;
            shared->next = *bucket;
            *bucket = shared;
        }
    }
    free(old);
}

static void insert(FactsTable *table, struct shared *shared)
{
    struct shared **bucket;

    if (table->n_shared >= table->n_buckets)
        grow(table);
    bucket = bucket_of(table, shared->hash);
    shared->next = *bucket;
    *bucket = shared;
    table->n_shared++;
}

const struct session_facts *facts_table_add(FactsTable *table, const struct session_facts *facts)
{
    uint64_t hash = hash_of(table, facts);
    struct shared *shared = *bucket_of(table, hash);

    while (shared && (shared->hash != hash || !same(&shared->facts, facts)))
        shared = shared->next;
    if (!shared) {
        shared = shared_new(facts, hash);
        if (!shared)
            return NULL;
        insert(table, shared);
    }
    shared->references++;
    return &shared->facts;
}

void facts_table_drop(FactsTable *table, const struct session_facts *facts)
{
    struct shared *shared;
    struct shared **link;

    if (!facts)
        return;
    shared = (struct shared *)(uintptr_t)((const char *)facts - offsetof(struct shared, facts));
    if (--shared->references > 0)
        return;
    link = bucket_of(table, shared->hash);
    while (*link != shared)
        link = &(*link)->next;
    *link = shared->next;
    table->n_shared--;
    free(shared);
}
