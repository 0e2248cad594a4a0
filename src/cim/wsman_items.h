/* SPDX-License-Identifier: MIT */
/* What a search has found, each as the elements that tell it, in order. */
#ifndef OPENLOGON_CIM_WSMAN_ITEMS_H
#define OPENLOGON_CIM_WSMAN_ITEMS_H

#include "cim/xml_out.h"

/* Embedded: wsman_items_init() and wsman_items_done(). */
struct wsman_items {
    struct xml_out out; /* where the next one is written */
    size_t *ends;
    size_t n, room;
};

void wsman_items_init(struct wsman_items *items, size_t limit);
void wsman_items_done(struct wsman_items *items); /* for _cleanup_() too */

/* What was written since the last one is one item. False: no memory, or it is too much. */
_must_check_ bool wsman_items_end_one(struct wsman_items *items);

/* What it is counted as: memory is at most twice that. */
size_t wsman_items_size(const struct wsman_items *items);
/* The place of the i-th; @ret_size of it */
const void *wsman_item(const struct wsman_items *items, size_t i, size_t *ret_size);

#endif
