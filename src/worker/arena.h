/* SPDX-License-Identifier: MIT */
/*
 * Memory for one job: a message as it came in, passwords and all, and the answer as it is put
 * together. Locked, not dumped, wiped as a whole when the job is over; nothing in it is freed
 * alone.
 */
#ifndef OPENLOGON_WORKER_ARENA_H
#define OPENLOGON_WORKER_ARENA_H

#include <stddef.h>

#include "base/status.h"
#include "ipc/worker.pb-c.h"

enum { ARENA_SIZE = 1 << 20 };

typedef struct arena arena;

_must_check_ nt_status arena_new(arena **ret);
arena *arena_free(arena *a); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(arena *, arena_free);

/* Zero-filled and aligned for anything; NULL when the arena is full. */
void *arena_alloc(arena *a, size_t size);
void *arena_copy(arena *a, const void *bytes, size_t size);
char *arena_text(arena *a, const char *text);

/* Everything that came after a mark is wiped and given back by a rewind to it; 0 is the start. */
size_t arena_mark(const arena *a);
void arena_rewind(arena *a, size_t mark);

/* For protobuf-c, which then needs no free_unpacked(). Lives as long as the arena. */
ProtobufCAllocator *arena_allocator(arena *a);

#endif
