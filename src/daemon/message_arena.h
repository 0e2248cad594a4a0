/* SPDX-License-Identifier: MIT */
/*
 * Memory for one message at a time: what it is unpacked into, and what is made to answer it. The
 * memory is locked, since messages carry passwords, and wiped when it is emptied. Its size bounds
 * what a message can make the daemon allocate.
 */
#ifndef OPENLOGON_DAEMON_MESSAGE_ARENA_H
#define OPENLOGON_DAEMON_MESSAGE_ARENA_H

#include "base/status.h"
#include "ipc/channel.h"

typedef struct MessageArena MessageArena;

_must_check_ nt_status message_arena_new(MessageArena **ret, size_t size);
MessageArena *message_arena_free(MessageArena *arena);
DEFINE_CLEANUP(MessageArena *, message_arena_free);

/* Zero-filled, fit for any type; NULL: the arena is full. */
void *message_arena_alloc(MessageArena *arena, size_t size);
char *message_arena_text(MessageArena *arena, const char *text); /* a copy; NULL: full */

/* Wipes and gives back everything. */
void message_arena_empty(MessageArena *arena);

/* For unpacking into the arena. What it frees stays until the arena is emptied. */
ProtobufCAllocator *message_arena_allocator(MessageArena *arena);

#endif
