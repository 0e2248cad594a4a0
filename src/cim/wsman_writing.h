/* SPDX-License-Identifier: MIT */
/* The items of a search while they are written: for the files that search. */
#ifndef OPENLOGON_CIM_WSMAN_WRITING_H
#define OPENLOGON_CIM_WSMAN_WRITING_H

#include "cim/wsman_objects.h"
#include "cim/wsman_search.h"

struct wsman_writing {
    const struct wsman_search *search;
    struct wsman_items *items;
    struct wsman_fault *fault; /* why it has ended, if it has not come to its end */
    struct wsman_view view;
};

/* The item that has been written is one. False, with the fault: there must be no more. */
_must_check_ bool wsman_writing_end_one(struct wsman_writing *w);

/* Runs the text of a filter that is WQL. */
_must_check_ bool wsman_write_query(struct wsman_writing *w, const char *text);

#endif
