/* SPDX-License-Identifier: MIT */
/*
 * The model that every face of a query reads: a table, its columns, and a cursor over its rows. A
 * table is one file that describes itself; what its rows hold comes from the public functions, so
 * as the caller, and what the caller may not see is not there.
 *
 * Columns that are keys can be looked up: a cursor that is given a value for one of them reads what
 * has it, and does not scan. It may give rows that do not match, too: who asks compares.
 */
#ifndef OPENLOGON_QUERY_TABLE_H
#define OPENLOGON_QUERY_TABLE_H

#include "query/value.h"

enum query_column_flags {
    QUERY_KEY = 1 << 0,    /* can be looked up */
    QUERY_UNIQUE = 1 << 1, /* at most one row has a value of it */
    /* Costs a message for each row, or is about the row as such: only given when it is named. */
    QUERY_HIDDEN = 1 << 2,
};

struct query_column {
    const char *name;
    enum query_kind kind; /* of its values, unless they are NULL */
    unsigned flags;       /* enum query_column_flags */
};

/* A value that rows shall have in a column which is a key. Borrowed, never NULL. */
struct query_match {
    size_t column;
    const struct query_value *value;
};

struct query_cursor;

struct query_table {
    const char *name;
    const char *summary; /* for people, in a few words */
    const struct query_column *columns;
    size_t n_columns;
    size_t rows_expected; /* without a match: a guess for planning, not a limit */
    const void *context;  /* of the table's own */

    /* A cursor begins with struct query_cursor, all the rest zeros. filter() may come again: it
     * starts anew, and may use what the cursor has read. */
    size_t cursor_size;
    query_status (*filter)(struct query_cursor *c, const struct query_match *matches, size_t n);
    /* Goes to the first row, or the next one. */
    query_status (*next)(struct query_cursor *c, bool *ret_found);
    /* Of the row where it is. @ret is NULL before */
    query_status (*value)(struct query_cursor *c, size_t column, struct query_value *ret);
    void (*done)(struct query_cursor *c);
};

/* Owned by who made it. One thread at a time. */
typedef struct query_cursor {
    const struct query_table *table;
    size_t n_rows; /* that it has given, over all filters */
} query_cursor;

_must_check_ query_status query_cursor_new(query_cursor **ret, const struct query_table *table);
query_cursor *query_cursor_free(query_cursor *c);
DEFINE_CLEANUP(query_cursor *, query_cursor_free);

/* Starts over. @matches  of key columns, each at most once; more of them is less to read */
_must_check_ query_status query_cursor_filter(query_cursor *c, const struct query_match *matches,
                                              size_t n);
_must_check_ query_status query_cursor_next(query_cursor *c, bool *ret_found);
/* @ret  is replaced; the caller's, query_value_done() */
_must_check_ query_status query_cursor_value(query_cursor *c, size_t column,
                                             struct query_value *ret);

/* From then on cursors of this thread give no more rows, but ERROR_TIMEOUT. 0: they may take as
 * long as they like, as before the first call. */
void query_time_limit(unsigned seconds);
bool query_time_is_up(void);

/* The value that is looked for in a column; NULL: none. */
const struct query_value *query_match_of(const struct query_match *matches, size_t n,
                                         size_t column);

/* Names in either case. False: there is none. */
bool query_column_find(const struct query_table *table, const char *name, size_t *ret);

/* All tables, of the authority's facts and of CIM classes, in the order to list them. */
const struct query_table *const *query_tables(size_t *ret_n);

#endif
