/* SPDX-License-Identifier: MIT */
/*
 * What an Enumerate asks, and its answer: the objects of a class, those that a filter lets
 * through, those that an association ties to one. As the thread's user. Source: DSP0226, 8.2 and
 * annex E (selector filter); DSP0227, 8 and 17 (polymorphism, association filter).
 */
#ifndef OPENLOGON_CIM_WSMAN_SEARCH_H
#define OPENLOGON_CIM_WSMAN_SEARCH_H

#include "cim/wsman_items.h"
#include "cim/wsman_request.h"

enum wsman_mode {
    WSMAN_OBJECTS,
    WSMAN_EPRS,
    WSMAN_OBJECTS_AND_EPRS,
};

/* DSP0227, 8.1. */
enum wsman_polymorphism {
    WSMAN_WITH_SUBCLASSES,
    WSMAN_SUBCLASSES_CUT, /* to what the class itself has */
    WSMAN_NO_SUBCLASSES,
};

/* Elements are the document's. */
struct wsman_search {
    struct wsman_resource resource;
    enum wsman_mode mode;
    enum wsman_polymorphism polymorphism;
    const struct xml_node *filter; /* NULL: all there are */
    bool is_optimized;             /* the first items come with the answer */
    size_t n_items;                /* at most so many */
    unsigned seconds;              /* that the enumeration is kept; 0: as long as usual */
};

_must_check_ bool wsman_search_read(struct wsman_search *ret, const struct wsman_request *request,
                                    struct wsman_fault *fault);
/* @items  is initialised */
_must_check_ bool wsman_search_run(const struct wsman_search *search, struct wsman_items *items,
                                   struct wsman_fault *fault);

#endif
