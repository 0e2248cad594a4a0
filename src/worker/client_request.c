/* SPDX-License-Identifier: MIT */
#include "worker/client_request.h"

#include <string.h>

#include "base/secret.h"

enum { CLIENT_ALIGN = 16 };

/* Where buffers of a client without a window "lie": on Linux no process has memory so far up. */
#define NOWHERE UINT64_C(0xf000000000000000)

static uint64_t window_base(const struct client_request *r)
{
    return r->window.size ? r->window.address : NOWHERE;
}

/* The place of the next buffer. False: there is no room for it. */
static bool find_room(const struct client_request *r, size_t size, uint64_t *ret)
{
    const uint64_t room = r->window.size ? r->window.size : CLIENT_BUFFER_MAX * CLIENT_BUFFERS_MAX;
    const uint64_t base = window_base(r);
    const uint64_t start =
        (base + r->window.used + CLIENT_ALIGN - 1) & ~(uint64_t)(CLIENT_ALIGN - 1);

    *ret = start;
    return start - base <= room && size <= room - (start - base);
}

nt_status client_request_allocate(struct client_request *r, void **ret, size_t size)
{
    const uint64_t base = window_base(r);
    struct client_buffer b = { .size = size };

    if (size == 0)
        return NT(INVALID_PARAMETER);
    if (size > CLIENT_BUFFER_MAX || r->n_buffers == CLIENT_BUFFERS_MAX ||
        !find_room(r, size, &b.address))
        return NT(INSUFFICIENT_RESOURCES);
    b.bytes = arena_alloc(r->memory, size);
    if (!b.bytes)
        return NT(NO_MEMORY);
    r->window.used = b.address + size - base;
    r->buffers[r->n_buffers++] = b;
    *ret = (void *)(uintptr_t)b.address;
    return NT_OK;
}

nt_status client_request_add_sent(struct client_request *r, uint64_t address, const void *bytes,
                                  size_t size)
{
    struct client_buffer b = { .address = address, .size = size, .was_sent = true };

    if (size == 0 || address == 0 || size > UINT64_MAX - address)
        return NT(INVALID_PARAMETER);
    if (r->n_buffers == CLIENT_BUFFERS_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    b.bytes = arena_copy(r->memory, bytes, size);
    if (!b.bytes)
        return NT(NO_MEMORY);
    r->buffers[r->n_buffers++] = b;
    return NT_OK;
}

const struct client_buffer *client_request_find(const struct client_request *r, const void *base)
{
    for (size_t i = 0; i < r->n_buffers; i++) {
        if (r->buffers[i].address == (uintptr_t)base && !r->buffers[i].was_sent)
            return &r->buffers[i];
    }
    return NULL;
}

/* The place of the last one that was allocated is free again. */
nt_status client_request_free(struct client_request *r, const void *base)
{
    const uint64_t window = window_base(r);
    const struct client_buffer *found = client_request_find(r, base);
    size_t i;

    if (!found)
        return NT(INVALID_PARAMETER);
    i = (size_t)(found - r->buffers);
    secret_wipe(r->buffers[i].bytes, r->buffers[i].size);
    if (found->address - window + found->size == r->window.used)
        r->window.used = found->address - window;
    r->buffers[i] = r->buffers[--r->n_buffers];
    return NT_OK;
}

/* The bytes behind an address of the client; NULL unless one buffer holds all of them. */
static uint8_t *client_bytes(struct client_request *r, const void *base, size_t size)
{
    const uint64_t start = (uintptr_t)base;

    for (size_t i = 0; i < r->n_buffers; i++) {
        const uint64_t first = r->buffers[i].address;
        const size_t room = r->buffers[i].size;

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
