/* SPDX-License-Identifier: MIT */
#include "cim/wsman_items.h"

enum { ROOM_FIRST = 64 };

void wsman_items_init(struct wsman_items *items, size_t limit)
{
    *items = (struct wsman_items){ 0 };
    xml_out_init_part(&items->out, limit);
}

void wsman_items_done(struct wsman_items *items)
{
    xml_out_done(&items->out);
    free(items->ends);
    *items = (struct wsman_items){ 0 };
}

static bool make_room(struct wsman_items *items)
{
    size_t room = items->room > 0 ? 2 * items->room : ROOM_FIRST, size;
    size_t *ends = size_mul(room, sizeof(*ends), &size) ? realloc(items->ends, size) : NULL;

    if (!ends)
        return false;
    items->ends = ends;
    items->room = room;
    return true;
}

bool wsman_items_end_one(struct wsman_items *items)
{
    const struct xml_mark mark = xml_mark(&items->out);

    if (nt_failed(items->out.writer.status) || (items->n == items->room && !make_room(items)))
        return false;
    items->ends[items->n++] = mark.size;
    return true;
}

size_t wsman_items_size(const struct wsman_items *items)
{
    return items->out.writer.size + items->n * sizeof(*items->ends);
}

const void *wsman_item(const struct wsman_items *items, size_t i, size_t *ret_size)
{
    const size_t begin = i > 0 ? items->ends[i - 1] : 0;

    *ret_size = items->ends[i] - begin;
    return items->out.writer.bytes + begin;
}
