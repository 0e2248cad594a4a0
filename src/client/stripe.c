/* SPDX-License-Identifier: MIT */
#include "client/stripe.h"

#include <pthread.h>

/* fork() takes them all; ThreadSanitizer follows no more than 64 locks of a thread. */
enum {
    N_OF_HANDLES = 32,
    N_OF_OBJECTS = 16,
};

/* Each in a cache line of its own, so that threads on different stripes do not meet. */
struct stripe {
    _Alignas(64) pthread_mutex_t mutex;
};

static struct stripe of_handles[N_OF_HANDLES] = {
    [0 ... N_OF_HANDLES - 1] = { PTHREAD_MUTEX_INITIALIZER },
};

static struct stripe of_objects[N_OF_OBJECTS] = {
    [0 ... N_OF_OBJECTS - 1] = { PTHREAD_MUTEX_INITIALIZER },
};

stripe *stripe_at(size_t i)
{
    return &of_handles[i % N_OF_HANDLES];
}

stripe *stripe_of(const void *address)
{
    return &of_objects[((uintptr_t)address >> 6) % N_OF_OBJECTS];
}

void stripe_lock(stripe *s)
{
    (void)pthread_mutex_lock(&s->mutex);
}

void stripe_unlock(stripe *s)
{
    (void)pthread_mutex_unlock(&s->mutex);
}

void stripes_lock_all(void)
{
    for (size_t i = 0; i < N_OF_HANDLES; i++)
        stripe_lock(&of_handles[i]);
    for (size_t i = 0; i < N_OF_OBJECTS; i++)
        stripe_lock(&of_objects[i]);
}

void stripes_unlock_all(void)
{
    for (size_t i = N_OF_OBJECTS; i-- > 0;)
        stripe_unlock(&of_objects[i]);
    for (size_t i = N_OF_HANDLES; i-- > 0;)
        stripe_unlock(&of_handles[i]);
}
