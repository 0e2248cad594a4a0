/* SPDX-License-Identifier: MIT */
#include "daemon/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "ipc/channel.h"

struct entry {
    uint64_t client;
    size_t offset, size;
    int fd; /* -1: none */
    enum outbox_reply kind;
};

struct Outbox {
    struct outbox_sink sink;
    struct entry *entries;
    size_t n_entries, entries_capacity;
    uint8_t *bytes;
    size_t size, capacity;
};

nt_status outbox_new(Outbox **ret, struct outbox_sink sink)
{
    Outbox *outbox = calloc(1, sizeof(*outbox));

    if (!outbox)
        return NT(NO_MEMORY);
    outbox->sink = sink;
    *ret = outbox;
    return NT_OK;
}

static void empty(Outbox *outbox)
{
    for (size_t i = 0; i < outbox->n_entries; i++) {
        if (outbox->entries[i].fd >= 0)
            (void)close(outbox->entries[i].fd);
    }
    if (outbox->size > 0)
        secret_wipe(outbox->bytes, outbox->size); /* cookies of leases, private data */
    outbox->n_entries = 0;
    outbox->size = 0;
}

Outbox *outbox_free(Outbox *outbox)
{
    if (outbox) {
        empty(outbox);
        free(outbox->entries);
        free(outbox->bytes);
    }
    free(outbox);
    return NULL;
}

/* Makes room for `more` items behind `used`. Replies may be secrets: the old memory is wiped. */
static nt_status grow(void **items, size_t *capacity, size_t used, size_t more, size_t item_size)
{
    size_t needed, doubled;
    void *larger;

    if (!size_add(used, more, &needed) || !size_mul(needed, 2, &doubled))
        return NT(NO_MEMORY);
    if (needed <= *capacity)
        return NT_OK;
    larger = calloc(doubled, item_size);
    if (!larger)
        return NT(NO_MEMORY);
    if (used > 0) {
        memcpy(larger, *items, used * item_size);
        secret_wipe(*items, used * item_size);
    }
    free(*items);
    *items = larger;
    *capacity = doubled;
    return NT_OK;
}

static nt_status make_room(Outbox *outbox, size_t size)
{
    void *entries = outbox->entries;
    void *bytes = outbox->bytes;
    nt_status st =
        grow(&entries, &outbox->entries_capacity, outbox->n_entries, 1, sizeof(*outbox->entries));

    outbox->entries = entries;
    if (nt_failed(st))
        return st;
    st = grow(&bytes, &outbox->capacity, outbox->size, size, 1);
    outbox->bytes = bytes;
    return st;
}

nt_status outbox_add(Outbox *outbox, uint64_t client, const Openlogon__Reply *reply, int fd,
                     enum outbox_reply kind)
{
    struct entry entry = { .client = client, .offset = outbox->size, .fd = -1, .kind = kind };
    nt_status st;

    entry.size = openlogon__reply__get_packed_size(reply);
    if (entry.size > CHANNEL_MESSAGE_MAX)
        return NT(BUFFER_OVERFLOW);
    st = make_room(outbox, entry.size);
    if (nt_failed(st))
        return st;
    if (fd >= 0) {
        entry.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (entry.fd < 0)
            return nt_from_errno(errno);
    }
    (void)openlogon__reply__pack(reply, outbox->bytes + entry.offset);
    outbox->size += entry.size;
    outbox->entries[outbox->n_entries++] = entry;
    return NT_OK;
}

void outbox_flush(Outbox *outbox)
{
    const bool written = outbox->sink.commit(outbox->sink.context);

    for (size_t i = 0; i < outbox->n_entries; i++) {
        const struct entry *entry = &outbox->entries[i];

        if (!written && entry->kind == OUTBOX_CHANGES)
            outbox->sink.cut(entry->client, outbox->sink.context);
        else
            outbox->sink.send(entry->client, outbox->bytes + entry->offset, entry->size, entry->fd,
                              outbox->sink.context);
    }
    empty(outbox);
    outbox->sink.flushed(outbox->sink.context);
}
