/* SPDX-License-Identifier: MIT */
#include "client/token_ledger.h"

#include <stdlib.h>

enum { FIRST_BUCKETS = 16 };

static struct ledger_entry **bucket_of(struct token_ledger *ledger, uint64_t id)
{
    if (ledger->n_buckets == 0)
        return &ledger->only;
    return &ledger->buckets[(id * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (ledger->n_buckets - 1)];
}

static void link_entry(struct token_ledger *ledger, struct ledger_entry *entry)
{
    struct ledger_entry **bucket = bucket_of(ledger, entry->id);

    entry->next = *bucket;
    *bucket = entry;
}

static void move_all(struct token_ledger *ledger, struct ledger_entry *first)
{
    while (first) {
        struct ledger_entry *entry = first;

        first = entry->next;
        link_entry(ledger, entry);
    }
}

/* Without memory the lists just get longer. */
static void grow(struct token_ledger *ledger)
{
    const struct token_ledger old = *ledger;
    size_t n = old.n_buckets ? old.n_buckets * 2 : FIRST_BUCKETS;
    struct ledger_entry **buckets = calloc(n, sizeof(struct ledger_entry *));

    if (!buckets)
        return;
    ledger->buckets = buckets;
    ledger->n_buckets = n;
    ledger->only = NULL;
    move_all(ledger, old.only);
    for (size_t i = 0; i < old.n_buckets; i++)
        move_all(ledger, old.buckets[i]);
    free(old.buckets);
}

static void free_list(struct ledger_entry *first)
{
    while (first) {
        struct ledger_entry *entry = first;

        first = entry->next;
        free(entry);
    }
}

void token_ledger_done(struct token_ledger *ledger)
{
    free_list(ledger->only);
    for (size_t i = 0; i < ledger->n_buckets; i++)
        free_list(ledger->buckets[i]);
    free(ledger->buckets);
    *ledger = (struct token_ledger){ 0 };
}

/* Where the entry is linked; what is there is NULL when there is none. */
static struct ledger_entry **find(struct token_ledger *ledger, uint64_t id)
{
    struct ledger_entry **at = bucket_of(ledger, id);

    while (*at && (*at)->id != id)
        at = &(*at)->next;
    return at;
}

void token_ledger_add(struct token_ledger *ledger, uint64_t id, struct ledger_entry **spare)
{
    struct ledger_entry *entry = *find(ledger, id);

    if (!entry) {
        entry = *spare;
        *spare = NULL;
        *entry = (struct ledger_entry){ .id = id };
        if (ledger->n_entries >= ledger->n_buckets)
            grow(ledger);
        link_entry(ledger, entry);
        ledger->n_entries++;
    }
    entry->count++;
}

void token_ledger_drop(struct token_ledger *ledger, uint64_t id)
{
    struct ledger_entry **at = find(ledger, id);
    struct ledger_entry *entry = *at;

    if (!entry || --entry->count > 0)
        return;
    *at = entry->next;
    free(entry);
    ledger->n_entries--;
}

static void list_bucket(const struct ledger_entry *entry, struct ledger_claims *claims)
{
    for (; entry; entry = entry->next) {
        claims->ids[claims->n] = entry->id;
        claims->counts[claims->n++] = entry->count;
    }
}

nt_status token_ledger_list(const struct token_ledger *ledger, struct ledger_claims *ret)
{
    struct ledger_claims claims = { .ids = calloc(ledger->n_entries + 1, sizeof(uint64_t)),
                                   .counts = calloc(ledger->n_entries + 1, sizeof(uint32_t)) };

    if (!claims.ids || !claims.counts) {
        ledger_claims_done(&claims);
        return NT(NO_MEMORY);
    }
    list_bucket(ledger->only, &claims);
    for (size_t i = 0; i < ledger->n_buckets; i++)
        list_bucket(ledger->buckets[i], &claims);
    *ret = claims;
    return NT_OK;
}

void ledger_claims_done(struct ledger_claims *claims)
{
    free(claims->ids);
    free(claims->counts);
    *claims = (struct ledger_claims){ 0 };
}
