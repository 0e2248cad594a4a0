/* SPDX-License-Identifier: MIT */
/*
 * The references to tokens that this process has over a connection: what it claims when openlogond
 * has died and come again. The connection's mutex guards it.
 */
#ifndef OPENLOGON_CLIENT_TOKEN_LEDGER_H
#define OPENLOGON_CLIENT_TOKEN_LEDGER_H

#include "base/status.h"

struct ledger_entry {
    struct ledger_entry *next;
    uint64_t id;
    uint32_t count;
};

/* Embedded; owns its entries. Starts as all zeros. */
struct token_ledger {
    struct ledger_entry **buckets;
    struct ledger_entry *only; /* the bucket that there is without memory for others */
    size_t n_buckets;
    size_t n_entries;
};

void token_ledger_done(struct token_ledger *ledger);

/* One reference more. Cannot fail: `spare`, from malloc(), is taken if it is needed. */
void token_ledger_add(struct token_ledger *ledger, uint64_t id, struct ledger_entry **spare);

/* One less, if there is one. */
void token_ledger_drop(struct token_ledger *ledger, uint64_t id);

/* All of it; both arrays are the caller's, from malloc(). Errors: NO_MEMORY */
struct ledger_claims {
    uint64_t *ids;
    uint32_t *counts;
    size_t n;
};
_must_check_ nt_status token_ledger_list(const struct token_ledger *ledger,
                                         struct ledger_claims *ret);
void ledger_claims_done(struct ledger_claims *claims);

#endif
