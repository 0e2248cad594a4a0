/* SPDX-License-Identifier: MIT */
/* The rows of a query in WQL as parts of objects, each with its class. */
#ifndef OPENLOGON_CIM_QUERY_ROWS_H
#define OPENLOGON_CIM_QUERY_ROWS_H

#include "query/cim_class.h"
#include "query/wql_query.h"

/* All is borrowed, for the call. */
struct query_row {
    const struct cim_class *class;
    const char *const *names; /* of its values: properties of the class, or __PATH and its like */
    const struct query_value *values;
    size_t n;
};

/* Returns false to end the query. */
typedef bool (*query_row_visit)(void *context, const struct query_row *row);

/**
 * Runs a query that has been taken apart from this very text.
 * False: the problem tells; if it does not, the visit has ended it
 */
_must_check_ bool query_rows_each(const char *text, const struct wql_query *query,
                                  query_row_visit visit, void *context,
                                  struct query_problem *problem);

#endif
