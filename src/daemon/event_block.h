/* SPDX-License-Identifier: MIT */
/* One event, packed once for all who are told of it. */
#ifndef OPENLOGON_DAEMON_EVENT_BLOCK_H
#define OPENLOGON_DAEMON_EVENT_BLOCK_H

#include "daemon/event.h"

enum {
    EVENT_TEXT_MAX = 1024, /* bytes; longer texts are cut */
    EVENT_MARK_MAX = 64,   /* bytes of a mark of loss */
};

/* Counted. The bytes are one element of Reply.events, with its tag. */
struct event_block {
    size_t n_references;
    size_t size;
    uint8_t bytes[];
};

/* NULL: no memory. The result is a reference. */
struct event_block *event_block_new(const struct event *event, uint64_t sequence, int64_t time);
struct event_block *event_block_ref(struct event_block *block);
struct event_block *event_block_unref(struct event_block *block);
DEFINE_CLEANUP(struct event_block *, event_block_unref);

/* Packs a mark of loss in the same form; returns its size. */
size_t event_mark_pack(uint8_t ret[static EVENT_MARK_MAX], uint64_t lost, int64_t time);

/* What goes before such elements to make them one Reply; returns its size. */
enum { EVENT_HEADER_MAX = 8 };
size_t event_header_pack(uint8_t ret[static EVENT_HEADER_MAX], uint32_t serial);

#endif
