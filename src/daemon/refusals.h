/* SPDX-License-Identifier: MIT */
/*
 * When refused logons are answered. Why one was refused must not show in the time that it took: a
 * name that nobody has goes another way than a wrong password, through other packages, files and
 * hashes. So all are answered the same time after their request, somewhat longer than nearly all
 * recent ones took to be decided. No worker is held up meanwhile.
 */
#ifndef OPENLOGON_DAEMON_REFUSALS_H
#define OPENLOGON_DAEMON_REFUSALS_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/status.h"

enum {
    REFUSAL_MEMORY = 256,           /* so many refusals are recent */
    REFUSAL_USEC_MAX = 2000 * 1000, /* what took longer is not waited for */
};

/*
 * The rule alone. Starts as all zeros. The level is when refusals are answered. It is raised by a
 * quarter when more than one in seventeen took longer than four fifths of it, and lowered only
 * after many that would fit the lower one easily: so it stands still, and what one refusal took
 * shows neither in its own answer nor in the next.
 */
struct refusal_pace {
    uint64_t level_usec;
    unsigned n_easy; /* in a row */
    unsigned strain; /* grows with each that took too long, and relaxes with the others */
};

/* How long after its request a refusal is to be answered that took so long to be decided. */
uint64_t refusal_pace_next(struct refusal_pace *pace, uint64_t took_usec);

typedef struct Refusals Refusals;

struct refusals_spec {
    sd_event *event;
    void (*turn_over)(void *context); /* after each turn in which there were answers */
    void *context;
};

_must_check_ nt_status refusals_new(Refusals **ret, const struct refusals_spec *spec);
/* Those that wait are answered now. */
Refusals *refusals_free(Refusals *refusals);
DEFINE_CLEANUP(Refusals *, refusals_free);

uint64_t refusals_now_usec(const Refusals *refusals);

/**
 * Answers a refused logon in time.
 * @started_usec  when it was asked for, by refusals_now_usec()
 * @answer        called exactly once; at once when there is no memory to wait
 */
void refusals_answer(Refusals *refusals, uint64_t started_usec, void (*answer)(void *context),
                     void *context);

#endif
