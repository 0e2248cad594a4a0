/* SPDX-License-Identifier: MIT */
/*
 * One logon or call as a package sees it: who asks, the client's memory, the sessions made so far.
 * Packages know it as PLSA_CLIENT_REQUEST.
 *
 * The client's memory is addresses here, with bytes of the worker's behind them: those of what it
 * sent, and those of its window, a range that it keeps free for what comes back. Pointers that a
 * package writes are so the client's own. A client without a window gets offsets instead, and the
 * addresses are nobody's. Every access is checked against what was sent and allocated.
 */
#ifndef OPENLOGON_WORKER_CLIENT_REQUEST_H
#define OPENLOGON_WORKER_CLIENT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "worker/arena.h"

enum {
    CLIENT_BUFFER_MAX = 64 * 1024, /* bytes; it has to fit into an answer */
    CLIENT_BUFFERS_MAX = 64,
    CLIENT_SESSIONS_MAX = 16,
};

/* The bytes are in the arena. The submit buffer is one of them, with the password. */
struct client_buffer {
    uint64_t address;
    uint8_t *bytes;
    size_t size;
    bool was_sent; /* by the client: not to be freed, nor returned to it */
};

struct client_window {
    uint64_t address;
    uint64_t size; /* 0: the client has none */
    uint64_t used;
};

/* Embedded; zeroed but for the first five is a new one. Ends with the arena's next rewind. */
struct client_request {
    arena *memory;
    struct client_window window;
    uint64_t luid; /* of the client's own session */
    uint32_t pid;
    bool has_tcb;
    uint32_t n_calls;
    struct client_buffer buffers[CLIENT_BUFFERS_MAX];
    size_t n_buffers;
    uint64_t sessions[CLIENT_SESSIONS_MAX]; /* made by CreateLogonSession and not deleted */
    size_t n_sessions;
};

/* What the client sent, and where it lies there. The bytes are copied.
 * Errors: INVALID_PARAMETER (an impossible address, or no bytes), INSUFFICIENT_RESOURCES, NO_MEMORY
 */
_must_check_ nt_status client_request_add_sent(struct client_request *r, uint64_t address,
                                               const void *bytes, size_t size);

/* In the window, zero-filled, aligned for anything.
 * Errors: INVALID_PARAMETER (size 0), INSUFFICIENT_RESOURCES (too large or too many), NO_MEMORY */
_must_check_ nt_status client_request_allocate(struct client_request *r, void **ret, size_t size);
/* Wipes it. Errors: INVALID_PARAMETER (not the start of an allocated buffer) */
_must_check_ nt_status client_request_free(struct client_request *r, const void *base);

/* The allocated buffer that begins there; NULL: none. */
const struct client_buffer *client_request_find(const struct client_request *r, const void *base);

/* Errors: ACCESS_VIOLATION (not wholly inside one allocated buffer) */
_must_check_ nt_status client_request_write(struct client_request *r, void *base, const void *bytes,
                                            size_t size);
_must_check_ nt_status client_request_read(struct client_request *r, void *bytes, const void *base,
                                           size_t size);

bool client_request_has_session(const struct client_request *r, uint64_t luid);
/* False: there are CLIENT_SESSIONS_MAX already. */
_must_check_ bool client_request_add_session(struct client_request *r, uint64_t luid);
void client_request_remove_session(struct client_request *r, uint64_t luid);

#endif
