/* SPDX-License-Identifier: MIT */
/* Bytes that must not leave memory: passwords, keys, hashes. */
#ifndef OPENLOGON_BASE_SECRET_H
#define OPENLOGON_BASE_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/*
 * A buffer of its own pages: locked as far as RLIMIT_MEMLOCK allows, absent from core dumps and
 * from the memory of forked children, wiped by secret_free(), which keeps a few wiped pages for the
 * next ones. Owned by who made it.
 */
typedef struct secret secret;

/* Zero-filled. Errors: NO_MEMORY, INVALID_PARAMETER (size 0 or beyond SECRET_SIZE_MAX). */
_must_check_ nt_status secret_new(secret **ret, size_t size);
_must_check_ nt_status secret_new_from(secret **ret, const void *bytes, size_t size);
secret *secret_free(secret *s); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(secret *, secret_free);

uint8_t *secret_bytes(secret *s);
size_t secret_size(const secret *s);

enum { SECRET_SIZE_MAX = 1 << 20 };

/* Overwrites memory in a way that no compiler leaves out. */
void secret_wipe(void *bytes, size_t size);

/* Compares in a time that depends on size only. */
bool secret_equal(const void *a, const void *b, size_t size);

#endif
