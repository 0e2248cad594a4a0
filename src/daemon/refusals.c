/* SPDX-License-Identifier: MIT */
#include "daemon/refusals.h"

#include <stdlib.h>

enum {
    TIMER_ACCURACY_USEC = 1,
    LEVEL_USEC_MIN = 1000,
    STRAIN_OF_ONE = 16,
    STRAIN_MAX = 64,
};

/* A refused logon that is not answered yet. */
struct refusal {
    struct refusal *previous, *next;
    Refusals *all;
    sd_event_source *timer;
    void (*answer)(void *context);
    void *context;
};

struct Refusals {
    struct refusals_spec spec;
    struct refusal_pace pace;
    struct refusal *first;
};

/* The lower level; also what may be taken within a level. */
static uint64_t one_below(uint64_t level_usec)
{
    return level_usec - level_usec / 5;
}

/* The first one tells where to begin. */
static void begin(struct refusal_pace *pace, uint64_t took)
{
    pace->level_usec = LEVEL_USEC_MIN;
    while (took > one_below(pace->level_usec))
        pace->level_usec += pace->level_usec / 4;
}

static void raise_if_strained(struct refusal_pace *pace, uint64_t took)
{
    if (took <= one_below(pace->level_usec)) {
        pace->strain -= pace->strain > 0;
        return;
    }
    pace->strain += STRAIN_OF_ONE;
    if (pace->strain < STRAIN_MAX)
        return;
    pace->strain = 0;
    pace->level_usec += pace->level_usec / 4;
}

static void lower_if_easy(struct refusal_pace *pace, uint64_t took)
{
    uint64_t lower = one_below(pace->level_usec);

    pace->n_easy = took < one_below(lower) * 9 / 10 ? pace->n_easy + 1 : 0;
    if (pace->n_easy < REFUSAL_MEMORY || lower < LEVEL_USEC_MIN)
        return;
    pace->n_easy = 0;
    pace->level_usec = lower;
}

uint64_t refusal_pace_next(struct refusal_pace *pace, uint64_t took_usec)
{
    uint64_t took = took_usec < REFUSAL_USEC_MAX ? took_usec : REFUSAL_USEC_MAX;

    if (pace->level_usec == 0)
        begin(pace, took);
    raise_if_strained(pace, took);
    lower_if_easy(pace, took);
    return pace->level_usec;
}

uint64_t refusals_now_usec(const Refusals *refusals)
{
    uint64_t now = 0;

    (void)sd_event_now(refusals->spec.event, CLOCK_MONOTONIC, &now);
    return now;
}

static void refusal_end(struct refusal *refusal)
{
    if (refusal->previous)
        refusal->previous->next = refusal->next;
    else
        refusal->all->first = refusal->next;
    if (refusal->next)
        refusal->next->previous = refusal->previous;
    (void)sd_event_source_disable_unref(refusal->timer);
    refusal->answer(refusal->context);
    free(refusal);
}

static int on_due(sd_event_source *source, uint64_t usec, void *context)
{
    struct refusal *refusal = context;
    const Refusals *refusals = refusal->all;

    refusal_end(refusal);
    refusals->spec.turn_over(refusals->spec.context);
    return 0;
}

static struct refusal *refusal_new(Refusals *refusals, uint64_t due_usec)
{
    struct refusal *refusal = calloc(1, sizeof(*refusal));

    if (refusal && sd_event_add_time(refusals->spec.event, &refusal->timer, CLOCK_MONOTONIC,
                                     due_usec, TIMER_ACCURACY_USEC, on_due, refusal) >= 0)
        return refusal;
    free(refusal);
    return NULL;
}

void refusals_answer(Refusals *refusals, uint64_t started_usec, void (*answer)(void *context),
                     void *context)
{
    uint64_t took = refusals_now_usec(refusals) - started_usec;
    uint64_t due = started_usec + refusal_pace_next(&refusals->pace, took);
    struct refusal *refusal = refusal_new(refusals, due);

    if (!refusal) {
        answer(context);
        return;
    }
    refusal->all = refusals;
    refusal->answer = answer;
    refusal->context = context;
    refusal->next = refusals->first;
    if (refusals->first)
        refusals->first->previous = refusal;
    refusals->first = refusal;
}

nt_status refusals_new(Refusals **ret, const struct refusals_spec *spec)
{
    Refusals *refusals = calloc(1, sizeof(*refusals));

    if (!refusals)
        return NT(NO_MEMORY);
    refusals->spec = *spec;
    *ret = refusals;
    return NT_OK;
}

Refusals *refusals_free(Refusals *refusals)
{
    while (refusals && refusals->first)
        refusal_end(refusals->first);
    free(refusals);
    return NULL;
}
