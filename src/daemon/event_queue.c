/* SPDX-License-Identifier: MIT */
#include "daemon/event_queue.h"

#include "ipc/channel.h"

/* Three texts, and numbers and a SID, which take less than their share here. */
enum { EVENT_SIZE_MAX = 3 * (EVENT_TEXT_MAX + 4) + 256 };
_Static_assert(EVENT_BATCH_MAX *(EVENT_SIZE_MAX + EVENT_MARK_MAX) + EVENT_HEADER_MAX <=
                   CHANNEL_MESSAGE_MAX,
               "a batch of the longest events is a message");

nt_status event_queue_init(struct event_queue *queue)
{
    *queue = (struct event_queue){ .entries = calloc(EVENT_QUEUE_MAX, sizeof(*queue->entries)) };
    return queue->entries ? NT_OK : NT(NO_MEMORY);
}

static struct event_entry *entry_at(const struct event_queue *queue, size_t i)
{
    return &queue->entries[(queue->first + i) % EVENT_QUEUE_MAX];
}

static void drop_first(struct event_queue *queue)
{
    struct event_entry *entry = entry_at(queue, 0);

    queue->bytes -= entry->block->size;
    event_block_unref(entry->block);
    queue->first = (queue->first + 1) % EVENT_QUEUE_MAX;
    queue->size--;
}

void event_queue_done(struct event_queue *queue)
{
    while (queue->size > 0)
        drop_first(queue);
    free(queue->entries);
    *queue = (struct event_queue){ 0 };
}

void event_queue_add(struct event_queue *queue, struct event_block *block)
{
    if (!block || queue->size == EVENT_QUEUE_MAX ||
        block->size > EVENT_QUEUE_BYTES_MAX - queue->bytes) {
        queue->lost++;
        return;
    }
    *entry_at(queue, queue->size++) = (struct event_entry){ event_block_ref(block), queue->lost };
    queue->bytes += block->size;
    queue->lost = 0;
}

static void put(struct event_batch *batch, const void *bytes, size_t size)
{
    batch->vectors[batch->n_vectors++] =
        (struct iovec){ .iov_base = (void *)(uintptr_t)bytes, .iov_len = size };
}

static void put_mark(struct event_batch *batch, size_t i, uint64_t lost, int64_t now)
{
    if (lost > 0)
        put(batch, batch->marks[i], event_mark_pack(batch->marks[i], lost, now));
}

/* The mark of the end takes the place of an entry, so that each has its own bytes. */
void event_queue_peek(const struct event_queue *queue, struct event_batch *ret, uint32_t serial,
                      int64_t now)
{
    size_t n = queue->size < EVENT_BATCH_MAX ? queue->size : EVENT_BATCH_MAX;

    ret->n_vectors = 0;
    ret->n_entries = n;
    put(ret, ret->header, event_header_pack(ret->header, serial));
    for (size_t i = 0; i < n; i++) {
        const struct event_entry *entry = entry_at(queue, i);

        put_mark(ret, i, entry->lost_before, now);
        put(ret, entry->block->bytes, entry->block->size);
    }
    ret->ends_in_mark = queue->lost > 0 && n == queue->size && n < EVENT_BATCH_MAX;
    if (ret->ends_in_mark)
        put_mark(ret, n, queue->lost, now);
}

void event_queue_pop(struct event_queue *queue, const struct event_batch *batch)
{
    for (size_t i = 0; i < batch->n_entries; i++)
        drop_first(queue);
    if (batch->ends_in_mark)
        queue->lost = 0;
}
