/* SPDX-License-Identifier: MIT */
#include "daemon/rounds.h"

#include <stdlib.h>

struct round_waiter {
    struct round_waiter *next;
    round_done done;
    void *context;
};

nt_status rounds_wait(struct rounds *rounds, round_done done, void *context)
{
    struct round_waiter *waiter = malloc(sizeof(*waiter));

    if (!waiter)
        return NT(NO_MEMORY);
    *waiter = (struct round_waiter){ .next = rounds->latecomers, .done = done, .context = context };
    rounds->latecomers = waiter;
    return NT_OK;
}

void rounds_begin(struct rounds *rounds)
{
    rounds->running = true;
    rounds->waiting = TAKE(rounds->latecomers);
}

static void tell(struct round_waiter **list, nt_status status)
{
    struct round_waiter *waiter = TAKE(*list);

    while (waiter) {
        struct round_waiter *next = waiter->next;

        waiter->done(status, waiter->context);
        free(waiter);
        waiter = next;
    }
}

/* Who is told may ask again, and so start the next. */
bool rounds_end(struct rounds *rounds, nt_status status)
{
    rounds->running = false;
    tell(&rounds->waiting, status);
    if (NT_IS(status, CANCELLED))
        tell(&rounds->latecomers, status);
    return rounds->latecomers && !rounds->running;
}

void rounds_cancel(struct rounds *rounds)
{
    tell(&rounds->waiting, NT(CANCELLED));
    tell(&rounds->latecomers, NT(CANCELLED));
}
