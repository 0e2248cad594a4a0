/* SPDX-License-Identifier: MIT */
/* From what is looked for in the columns of a class to what the source of a class, that one or one
 * that derives from it, can look up. */
#ifndef OPENLOGON_QUERY_CIM_LOOKUP_H
#define OPENLOGON_QUERY_CIM_LOOKUP_H

#include "query/cim_layout.h"

/* A value that rows shall have in a column of the class that was asked for. Owns the value. */
struct cim_wanted {
    size_t column;
    struct query_value value;
};

/* Starts with `to`, and `possible` true; all the rest zeros. The matches borrow from `values`. */
struct cim_lookup {
    const struct cim_layout *to;
    struct query_match matches[CIM_PROPERTIES_MAX];
    struct query_value values[CIM_PROPERTIES_MAX];
    size_t n;
    bool possible; /* false: no row can have what is looked for */
};

void cim_lookup_done(struct cim_lookup *l); /* for _cleanup_() too */

/* @asked  whose column it is */
_must_check_ query_status cim_lookup_add(struct cim_lookup *l, const struct cim_layout *asked,
                                         const struct cim_wanted *wanted);

/* The class's own condition, of which of the source's rows it has. */
_must_check_ query_status cim_lookup_add_where(struct cim_lookup *l);

/* Whether an object can be of both. */
bool cim_related(const char *class_name, const char *other);

#endif
