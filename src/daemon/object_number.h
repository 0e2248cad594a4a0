/* SPDX-License-Identifier: MIT */
/*
 * Numbers for objects of openlogond that people compare while they debug: the same object has the
 * same number as long as openlogond runs, and two that exist at the same time never share one. A
 * number is the object's address in a cipher whose key nobody is told: it tells nothing of where
 * the memory is.
 */
#ifndef OPENLOGON_DAEMON_OBJECT_NUMBER_H
#define OPENLOGON_DAEMON_OBJECT_NUMBER_H

#include <stdint.h>

#include "base/macros.h"

enum { OBJECT_KEY_SIZE = 32 };

struct object_key {
    uint8_t bytes[OBJECT_KEY_SIZE];
};

/* Draws one. Returns 0 or -errno. */
_must_check_ int object_key_make(struct object_key *ret);

/* 0 for NULL alone. */
uint64_t object_number(const struct object_key *key, const void *object);

#endif
