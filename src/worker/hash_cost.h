/* SPDX-License-Identifier: MIT */
/*
 * What a hash costs, in processor time, and whether one was computed: packages hash with code of
 * their own, or in processes of their own, or not at all.
 */
#ifndef OPENLOGON_WORKER_HASH_COST_H
#define OPENLOGON_WORKER_HASH_COST_H

#include <stdint.h>

#include "base/status.h"

/* Starts as all zeros. */
struct hash_cost {
    int64_t least_ns; /* of those that were computed here; 0: none yet */
};

/* The processor time of this process, and of its processes that have ended. */
int64_t hash_cost_now_ns(void);

/* Computes a hash, unless as much processor time was spent since then. The first time it computes
 * one anyway, to learn its cost. Errors: NO_MEMORY, INTERNAL_ERROR */
_must_check_ nt_status hash_cost_even_out(struct hash_cost *cost, int64_t since_ns);

#endif
