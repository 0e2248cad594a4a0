/* SPDX-License-Identifier: MIT */
/* Where the rows of an answer go. All it is given is borrowed, for the call. */
#ifndef OPENLOGON_QUERY_SINK_H
#define OPENLOGON_QUERY_SINK_H

#include "query/value.h"

/* False from any of them ends the query: the sink has failed, and knows why. */
struct query_sink {
    /* Before the first row, and again when those that follow have other columns. */
    bool (*columns)(void *context, const char *const *names, size_t n);
    bool (*row)(void *context, const struct query_value *values, size_t n);
    void *context;
};

/* How a query ended that did not go through. Starts as all zeros. */
struct query_problem {
    char *message; /* NULL: the sink has failed, or nothing has; from malloc() */
    size_t offset; /* where in the text, in bytes */
    bool has_offset;
};

void query_problem_done(struct query_problem *problem); /* for _cleanup_() too */

/* False, for the function that has failed to return. */
bool query_problem_set(struct query_problem *problem, const char *format, ...) _printf_(2, 3);
bool query_problem_at(struct query_problem *problem, size_t offset, const char *format, ...)
    _printf_(3, 4);
bool query_problem_of(struct query_problem *problem, query_status status);

#endif
