/* SPDX-License-Identifier: MIT */
/*
 * Two fixed sets of locks that guard many small things: one the handles, by number, the other the
 * objects, by address. Held for a few instructions only and never across a call to the authority;
 * of two at once the first is a handle's, the second an object's. So fork() can take them all.
 */
#ifndef OPENLOGON_CLIENT_STRIPE_H
#define OPENLOGON_CLIENT_STRIPE_H

#include <stddef.h>
#include <stdint.h>

typedef struct stripe stripe;

stripe *stripe_at(size_t i);            /* of a handle: any number */
stripe *stripe_of(const void *address); /* of an object */

void stripe_lock(stripe *s);
void stripe_unlock(stripe *s);

void stripes_lock_all(void);
void stripes_unlock_all(void);

#endif
