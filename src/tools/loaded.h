/* SPDX-License-Identifier: MIT */
/* Rows of a table of the query layer in memory, with the columns that are wanted. */
#ifndef OPENLOGON_TOOLS_LOADED_H
#define OPENLOGON_TOOLS_LOADED_H

#include "query/table.h"

/* Which rows, and what of them. All borrowed. */
struct loaded_spec {
    const struct query_table *table;
    const char *const *columns; /* by name */
    size_t n_columns;
    const char *key; /* only rows that have the value in this column; NULL: all */
    const struct query_value *value;
};

/* Owns its values. Starts as all zeros. */
struct loaded {
    struct query_value *values; /* row after row */
    size_t n_columns, n_rows, room;
};

void loaded_done(struct loaded *l); /* leaves it empty; for _cleanup_() too */

/* Adds rows; all that are added have the same columns. */
_must_check_ query_status loaded_add(struct loaded *l, const struct loaded_spec *spec);

const struct query_value *loaded_at(const struct loaded *l, size_t row, size_t column);
/* NULL where it is no text; 0 where it is no number. */
const char *loaded_text(const struct loaded *l, size_t row, size_t column);
int64_t loaded_number(const struct loaded *l, size_t row, size_t column);

#endif
