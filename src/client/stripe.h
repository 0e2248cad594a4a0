/* SPDX-License-Identifier: MIT */
/*
 * A fixed set of locks that guard many small things: which one guards what is told by a number or
 * an address. Held for a few instructions only, never two at once and never across a call to the
 * authority; so fork() can take them all.
 */
#ifndef OPENLOGON_CLIENT_STRIPE_H
#define OPENLOGON_CLIENT_STRIPE_H

#include <stddef.h>
#include <stdint.h>

typedef struct stripe stripe;

stripe *stripe_at(size_t i); /* any number */
stripe *stripe_of(const void *address);

void stripe_lock(stripe *s);
void stripe_unlock(stripe *s);

void stripes_lock_all(void);
void stripes_unlock_all(void);

#endif
