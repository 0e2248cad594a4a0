/* SPDX-License-Identifier: MIT */
/*
 * Buffers that authentication packages return. A package makes them where the program will have
 * them, so that pointers inside are right: the program offers a window of free addresses, and what
 * was returned is put where the package said, within it.
 */
#ifndef OPENLOGON_CLIENT_CLIENT_WINDOW_H
#define OPENLOGON_CLIENT_CLIENT_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Embedded; starts as all zeros. Owns its addresses until client_window_take(). */
struct client_window {
    uint8_t *start;
    size_t size;
};

/* Errors: NO_MEMORY */
_must_check_ nt_status client_window_open(struct client_window *ret);
void client_window_done(struct client_window *window); /* for _cleanup_() too */

/* What was returned: where it is to lie (0: nothing was), and its bytes. */
struct returned {
    uint64_t address;
    const void *bytes;
    size_t size;
};

/**
 * Puts what was returned into its place; of the window nothing else is left.
 * @ret      freed by client_buffer_free(); NULL: nothing was returned
 * Errors:   REPLY_MESSAGE_MISMATCH (not in the window), NO_MEMORY
 */
_must_check_ nt_status client_window_take(void **ret, struct client_window *window,
                                          const struct returned *returned);

/* Wipes and frees such a buffer. False: it is none. */
bool client_buffer_free(void *buffer);

/* Around fork(). */
void client_buffers_lock(void);
void client_buffers_unlock(void);

#endif
