/* SPDX-License-Identifier: MIT */
/*
 * The events that one watcher has not been sent yet, oldest first. Bounded in number and in bytes:
 * what does not fit is counted, and the count stands where the events would have stood.
 */
#ifndef OPENLOGON_DAEMON_EVENT_QUEUE_H
#define OPENLOGON_DAEMON_EVENT_QUEUE_H

#include <sys/uio.h>

#include "daemon/event_block.h"

enum {
    EVENT_QUEUE_MAX = 1024,
    EVENT_QUEUE_BYTES_MAX = 256 * 1024,
    EVENT_BATCH_MAX = 32, /* events in one message */
};

struct event_entry {
    struct event_block *block;
    uint64_t lost_before; /* events that are missing between the one before and this */
};

/* Embedded; holds references to its blocks. */
struct event_queue {
    struct event_entry *entries; /* a ring of EVENT_QUEUE_MAX */
    size_t first, size;
    size_t bytes;
    uint64_t lost; /* events that are missing after the last */
};

_must_check_ nt_status event_queue_init(struct event_queue *queue);
void event_queue_done(struct event_queue *queue);

/* Adds a reference to the block, or counts it as lost. NULL: an event that could not be packed. */
void event_queue_add(struct event_queue *queue, struct event_block *block);

static inline bool event_queue_is_empty(const struct event_queue *queue)
{
    return queue->size == 0 && queue->lost == 0;
}

/* One message's worth, from the front of a queue; valid until the queue changes. */
struct event_batch {
    struct iovec vectors[1 + 2 * EVENT_BATCH_MAX]; /* the first is the header's */
    size_t n_vectors;
    uint8_t header[EVENT_HEADER_MAX];
    uint8_t marks[EVENT_BATCH_MAX][EVENT_MARK_MAX];
    size_t n_entries;
    bool ends_in_mark; /* for what is missing after the last event */
};

void event_queue_peek(const struct event_queue *queue, struct event_batch *ret, uint32_t serial,
                      int64_t now);
/* It has been sent. */
void event_queue_pop(struct event_queue *queue, const struct event_batch *batch);

#endif
