/* SPDX-License-Identifier: MIT */
/* Objects as DSP0230 writes them. */
#ifndef OPENLOGON_CIM_WSMAN_OBJECTS_H
#define OPENLOGON_CIM_WSMAN_OBJECTS_H

#include "cim/wsman_epr.h"
#include "query/cim_table.h"

/* How an object is told. */
struct wsman_view {
    const struct wsman_base *base;
    const struct cim_class *up_to; /* what classes below it add is left out; NULL: nothing is */
};

/* Of the row where the cursor is. */
_must_check_ query_status wsman_instance(struct xml_out *out, query_cursor *c,
                                         const struct wsman_view *view);
/* The same, as an element EndpointReference. */
_must_check_ query_status wsman_instance_epr(struct xml_out *out, query_cursor *c,
                                             const struct wsman_view *view);

/* An object, or a part of one. The properties follow; xml_close() ends it. */
void wsman_open_object(struct xml_out *out, const struct cim_class *class,
                       const struct wsman_view *view);
void wsman_open_fragment(struct xml_out *out, const struct cim_class *class,
                         const struct wsman_view *view);
/* One property of what is open. */
void wsman_property(struct xml_out *out, const struct cim_class *class, size_t i,
                    const struct query_value *value, const struct wsman_view *view);
/* __PATH and its like are properties of no class. */
void wsman_system_property(struct xml_out *out, const char *name, const struct query_value *value);

/* "2026-11-28T21:42:50.123456Z" of a CIM datetime; false: it is no time, but an interval or less.
 * @ret  has CIM_DATETIME_SIZE */
_must_check_ bool wsman_time_text(char *ret, const char *datetime);

#endif
