/* SPDX-License-Identifier: MIT */
/* Conditions of WQL over the rows of a class: what they say of a row, and what can be looked up. */
#ifndef OPENLOGON_QUERY_WQL_CONDITION_H
#define OPENLOGON_QUERY_WQL_CONDITION_H

#include "query/cim_table.h"
#include "query/wql_query.h"

/* A condition whose names and values were found to fit a class. Owned by who made it. */
typedef struct wql_filter wql_filter;

/* False: a name is no property of the class, or a value is none of its type; and where. */
_must_check_ bool wql_filter_new(wql_filter **ret, const struct wql_condition *condition,
                                 const struct query_table *table, struct query_problem *problem);
wql_filter *wql_filter_free(wql_filter *filter);
DEFINE_CLEANUP(wql_filter *, wql_filter_free);

/* What each row has to have: for query_cursor_filter(). Borrowed. @ret_n  at most WQL_MATCHES_MAX
 */
enum { WQL_MATCHES_MAX = 8 };
void wql_filter_matches(const wql_filter *filter, struct query_match ret[WQL_MATCHES_MAX],
                        size_t *ret_n);

/* Whether the row where the cursor is fits. What compares with NULL is neither true nor false. */
_must_check_ query_status wql_filter_fits(const wql_filter *filter, query_cursor *c, bool *ret);

/* Patterns: % any characters, _ one, [abc] [a-z] [^a] one of them; ASCII letters in either case. */
bool wql_like(const char *text, const char *pattern);

#endif
