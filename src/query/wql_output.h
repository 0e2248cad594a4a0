/* SPDX-License-Identifier: MIT */
/* What a query gives of each object that it finds: which properties, in which columns. */
#ifndef OPENLOGON_QUERY_WQL_OUTPUT_H
#define OPENLOGON_QUERY_WQL_OUTPUT_H

#include "query/cim_table.h"
#include "query/sink.h"

enum wql_output_flags {
    WQL_OUTPUT_CLASS = 1 << 0,      /* __CLASS first */
    WQL_OUTPUT_KEYS_ONLY = 1 << 1,  /* only keys, and __CLASS first */
    WQL_OUTPUT_CLASS_ONLY = 1 << 2, /* only __CLASS, each class once */
};

/* Embedded; starts with sink, problem and flags, or columns. */
struct wql_output {
    const struct query_sink *sink;
    struct query_problem *problem;
    unsigned flags;
    /* Columns of the cursor's own table; NULL: properties of the row's class, after `flags`. */
    const size_t *columns;
    size_t n_columns;
    const struct cim_class *class; /* whose columns were told last; NULL: none yet */
    bool given[64];                /* classes, by their number: of WQL_OUTPUT_CLASS_ONLY */
};

/* The row where the cursor is. False: the problem tells, or the sink has failed. */
_must_check_ bool wql_output_row(struct wql_output *out, query_cursor *c);

#endif
