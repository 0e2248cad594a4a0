/* SPDX-License-Identifier: MIT */
#include "worker/client_request.h"

#include <string.h>

#include "base/secret.h"

nt_status client_request_allocate(struct client_request *r, void **ret, size_t size)
{
    struct client_buffer *b = &r->buffers[r->n_buffers];

    if (size == 0)
        return NT(INVALID_PARAMETER);
    if (size > CLIENT_BUFFER_MAX || r->n_buffers == CLIENT_BUFFERS_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    b->bytes = arena_alloc(r->memory, size);
    if (!b->bytes)
        return NT(NO_MEMORY);
    b->size = size;
    r->n_buffers++;
    *ret = b->bytes;
    return NT_OK;
}

const struct client_buffer *client_request_find(const struct client_request *r, const void *base)
{
    for (size_t i = 0; i < r->n_buffers; i++) {
        if (r->buffers[i].bytes == base)
            return &r->buffers[i];
    }
    return NULL;
}

nt_status client_request_free(struct client_request *r, const void *base)
{
    const struct client_buffer *found = client_request_find(r, base);
    size_t i;

    if (!found)
        return NT(INVALID_PARAMETER);
    i = (size_t)(found - r->buffers);
    secret_wipe(r->buffers[i].bytes, r->buffers[i].size);
    r->buffers[i] = r->buffers[--r->n_buffers];
    return NT_OK;
}

/* The bytes behind an address of the client; NULL unless one buffer holds all of them. */
static uint8_t *client_bytes(struct client_request *r, const void *base, size_t size)
{
    uintptr_t start = (uintptr_t)base;

    for (size_t i = 0; i < r->n_buffers; i++) {
        uintptr_t first = (uintptr_t)r->buffers[i].bytes;
        size_t room = r->buffers[i].size;

        if (start >= first && start - first <= room && size <= room - (start - first))
            return r->buffers[i].bytes + (start - first);
    }
    return NULL;
}

nt_status client_request_write(struct client_request *r, void *base, const void *bytes, size_t size)
{
    uint8_t *to = client_bytes(r, base, size);

    if (!to)
        return NT(ACCESS_VIOLATION);
    if (size > 0)
        memcpy(to, bytes, size);
    return NT_OK;
}

nt_status client_request_read(struct client_request *r, void *bytes, const void *base, size_t size)
{
    const uint8_t *from = client_bytes(r, base, size);

    if (!from)
        return NT(ACCESS_VIOLATION);
    if (size > 0)
        memcpy(bytes, from, size);
    return NT_OK;
}

bool client_request_has_session(const struct client_request *r, uint64_t luid)
{
    for (size_t i = 0; i < r->n_sessions; i++) {
        if (r->sessions[i] == luid)
            return true;
    }
    return false;
}

bool client_request_add_session(struct client_request *r, uint64_t luid)
{
    if (r->n_sessions == CLIENT_SESSIONS_MAX)
        return false;
    r->sessions[r->n_sessions++] = luid;
    return true;
}

void client_request_remove_session(struct client_request *r, uint64_t luid)
{
    for (size_t i = 0; i < r->n_sessions; i++) {
        if (r->sessions[i] == luid) {
            r->sessions[i] = r->sessions[--r->n_sessions];
            return;
        }
    }
}
