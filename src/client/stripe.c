/* SPDX-License-Identifier: MIT */
#include "client/stripe.h"

#include <pthread.h>

enum { N_STRIPES = 32 };

/* Each in a cache line of its own, so that threads on different stripes do not meet. */
struct stripe {
    _Alignas(64) pthread_mutex_t mutex;
};

static struct stripe of_handles[N_STRIPES] = {
    [0 ... N_STRIPES - 1] = { PTHREAD_MUTEX_INITIALIZER },
};

static struct stripe of_objects[N_STRIPES] = {
    [0 ... N_STRIPES - 1] = { PTHREAD_MUTEX_INITIALIZER },
};

stripe *stripe_at(size_t i)
{
    return &of_handles[i % N_STRIPES];
}

stripe *stripe_of(const void *address)
{
    return &of_objects[((uintptr_t)address >> 6) % N_STRIPES];
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
    for (size_t i = 0; i < N_STRIPES; i++)
        stripe_lock(&of_handles[i]);
    for (size_t i = 0; i < N_STRIPES; i++)
        stripe_lock(&of_objects[i]);
}

void stripes_unlock_all(void)
{
    for (size_t i = N_STRIPES; i-- > 0;)
        stripe_unlock(&of_objects[i]);
    for (size_t i = N_STRIPES; i-- > 0;)
        stripe_unlock(&of_handles[i]);
}
