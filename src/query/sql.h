/* SPDX-License-Identifier: MIT */
/* SQL over the tables, as SQLite understands it: in a database of its own that holds nothing. */
#ifndef OPENLOGON_QUERY_SQL_H
#define OPENLOGON_QUERY_SQL_H

#include "query/sink.h"

typedef struct query_sql query_sql;

query_sql *query_sql_new(void); /* NULL: no memory */
query_sql *query_sql_free(query_sql *sql);
DEFINE_CLEANUP(query_sql *, query_sql_free);

/**
 * Runs one statement after the other, to the first that fails.
 * Returns false and what was wrong; what rows there were until then the sink has got.
 */
_must_check_ bool query_sql_run(query_sql *sql, const char *text, const struct query_sink *sink,
                                struct query_problem *problem);

/* Whether the text is one or more whole statements: for a prompt that waits for the rest. */
bool query_sql_is_complete(const char *text);

#endif
