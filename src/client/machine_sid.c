/* SPDX-License-Identifier: MIT */
#include "client/machine_sid.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "client/connection.h"

static struct {
    pthread_mutex_t lock;
    atomic_bool known; /* sid is complete and does not change any more */
    sid_buffer sid;
} machine = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void ask(void)
{
    _cleanup_(connection_unrefp) connection *c = NULL;

    if (nt_failed(connection_current(&c)))
        return;
    (void)pthread_mutex_lock(&machine.lock);
    if (!atomic_load(&machine.known)) {
        machine.sid = connection_authority(c)->machine_sid;
        atomic_store(&machine.known, true);
    }
    (void)pthread_mutex_unlock(&machine.lock);
}

const SID *machine_sid_known(void)
{
    return atomic_load(&machine.known) ? &machine.sid.sid : NULL;
}

const SID *machine_sid(void)
{
    if (!atomic_load(&machine.known))
        ask();
    return machine_sid_known();
}

static int64_t seconds_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec;
}

const SID *machine_sid_at_hand(void)
{
    static atomic_int_least64_t asked = -1; /* when in vain */
    const SID *known = machine_sid_known();

    if (known || atomic_load(&asked) == seconds_now())
        return known;
    known = machine_sid();
    if (!known)
        atomic_store(&asked, seconds_now());
    return known;
}
