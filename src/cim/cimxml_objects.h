/* SPDX-License-Identifier: MIT */
/* Objects and classes as DSP0201 writes them. */
#ifndef OPENLOGON_CIM_CIMXML_OBJECTS_H
#define OPENLOGON_CIM_CIMXML_OBJECTS_H

#include "cim/xml_in.h"
#include "cim/xml_out.h"
#include "query/cim_table.h"

enum cimxml_detail {
    CIMXML_QUALIFIERS = 1 << 0,
    CIMXML_CLASS_ORIGIN = 1 << 1,
    CIMXML_OWN_ONLY = 1 << 2, /* of a class: what it does not inherit */
};

/* How much of an object is told. */
struct cimxml_view {
    unsigned detail;
    const struct xml_node *properties; /* VALUE.ARRAY of names; NULL: all */
    const struct cim_class *up_to;     /* what classes below it add is left out; NULL: nothing is */
    const char *host;
};

/* Of the row where the cursor is. */
_must_check_ query_status cimxml_instance(struct xml_out *out, query_cursor *c,
                                          const struct cimxml_view *view);
_must_check_ query_status cimxml_instance_name(struct xml_out *out, query_cursor *c,
                                               const struct cimxml_view *view);
_must_check_ query_status cimxml_instance_path(struct xml_out *out, query_cursor *c,
                                               const struct cimxml_view *view);

void cimxml_class_declaration(struct xml_out *out, const struct cim_class *class,
                              const struct cimxml_view *view);
void cimxml_class_path(struct xml_out *out, const struct cim_class *class, const char *host);

/* One property of an object that has this value. */
void cimxml_property(struct xml_out *out, const struct cim_class *class, size_t i,
                     const struct query_value *value, const struct cimxml_view *view);

#endif
