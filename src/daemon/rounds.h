/* SPDX-License-Identifier: MIT */
/*
 * Work that is done in rounds, one at a time: something is read whole, and whoever asks while it is
 * being read waits for another round, since what he has just changed may have been read before.
 */
#ifndef OPENLOGON_DAEMON_ROUNDS_H
#define OPENLOGON_DAEMON_ROUNDS_H

#include "base/status.h"

/* Called once, when the round is over. */
typedef void (*round_done)(nt_status status, void *context);

struct round_waiter;

/* Starts as all zeros. */
struct rounds {
    bool running;
    struct round_waiter *waiting;    /* for the one that runs */
    struct round_waiter *latecomers; /* for another */
};

/* Waits for a round that has not begun yet: the caller starts one if none is running.
 * Errors: NO_MEMORY */
_must_check_ nt_status rounds_wait(struct rounds *rounds, round_done done, void *context);

void rounds_begin(struct rounds *rounds);

/* Tells those who waited for it. Returns whether another is to be started. CANCELLED ends all. */
_must_check_ bool rounds_end(struct rounds *rounds, nt_status status);

/* Tells all that they are CANCELLED. */
void rounds_cancel(struct rounds *rounds);

#endif
