/* SPDX-License-Identifier: MIT */
#include "client/machine_sid.h"

#include <pthread.h>
#include <stdatomic.h>

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
