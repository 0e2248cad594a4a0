/* SPDX-License-Identifier: MIT */
#include "client/client_window.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/secret.h"

enum { WINDOW_SIZE = 128 * 1024 };

/* A buffer that a program has, and the pages that it lies in. */
struct client_buffer {
    struct client_buffer *next;
    void *buffer;
    uint8_t *pages;
    size_t size;
};

static pthread_mutex_t buffers_lock = PTHREAD_MUTEX_INITIALIZER;
static struct client_buffer *buffers;
static atomic_size_t n_buffers; /* most programs have none, and free much else */

void client_buffers_lock(void)
{
    (void)pthread_mutex_lock(&buffers_lock);
}

void client_buffers_unlock(void)
{
    (void)pthread_mutex_unlock(&buffers_lock);
}

nt_status client_window_open(struct client_window *ret)
{
    void *start = mmap(NULL, WINDOW_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (start == MAP_FAILED)
        return NT(NO_MEMORY);
    *ret = (struct client_window){ start, WINDOW_SIZE };
    return NT_OK;
}

void client_window_done(struct client_window *window)
{
    if (window->start)
        (void)munmap(window->start, window->size);
    *window = (struct client_window){ 0 };
}

/* Where the buffer begins in the window; SIZE_MAX: not in it. */
static size_t offset_in(const struct client_window *window, const struct returned *returned)
{
    uint64_t offset = returned->address - (uintptr_t)window->start;

    if (!window->start || offset > window->size || returned->size > window->size - offset)
        return SIZE_MAX;
    return (size_t)offset;
}

/* Gives back the pages before and behind the buffer. */
static void trim(struct client_window *window, size_t offset, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t first = offset / page * page;
    size_t end = (offset + size + page - 1) / page * page;

    if (end == first)
        end = first + page; /* an empty buffer has an address, too */
    if (end < window->size)
        (void)munmap(window->start + end, window->size - end);
    if (first > 0)
        (void)munmap(window->start, first);
    *window = (struct client_window){ window->start + first, end - first };
}

static void add(struct client_buffer *kept)
{
    client_buffers_lock();
    kept->next = buffers;
    buffers = kept;
    atomic_fetch_add(&n_buffers, 1);
    client_buffers_unlock();
}

nt_status client_window_take(void **ret, struct client_window *window,
                             const struct returned *returned)
{
    size_t offset = offset_in(window, returned);
    struct client_buffer *kept;

    if (returned->address == 0) {
        *ret = NULL;
        return NT_OK;
    }
    if (offset >= window->size)
        return NT(REPLY_MESSAGE_MISMATCH);
    kept = malloc(sizeof(*kept));
    if (!kept)
        return NT(NO_MEMORY);
    if (returned->size > 0)
        memcpy(window->start + offset, returned->bytes, returned->size);
    kept->buffer = window->start + offset;
    trim(window, offset, returned->size);
    kept->pages = window->start;
    kept->size = window->size;
    *window = (struct client_window){ 0 };
    *ret = kept->buffer;
    add(kept);
    return NT_OK;
}

static struct client_buffer *take_out(const void *buffer)
{
    struct client_buffer *found = NULL;

    client_buffers_lock();
    for (struct client_buffer **at = &buffers; *at && !found; at = &(*at)->next) {
        if ((*at)->buffer == buffer) {
            found = *at;
            *at = found->next;
            atomic_fetch_sub(&n_buffers, 1);
            break;
        }
    }
    client_buffers_unlock();
    return found;
}

bool client_buffer_free(void *buffer)
{
    struct client_buffer *found = atomic_load(&n_buffers) > 0 ? take_out(buffer) : NULL;

    if (!found)
        return false;
    secret_wipe(found->pages, found->size);
    (void)munmap(found->pages, found->size);
    free(found);
    return true;
}
