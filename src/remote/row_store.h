/* SPDX-License-Identifier: MIT */
/* The rows of one machine's answer until it is known to be whole. */
#ifndef OPENLOGON_REMOTE_ROW_STORE_H
#define OPENLOGON_REMOTE_ROW_STORE_H

#include "remote/answer.h"

/* What rows of one class have in common. */
struct row_shape {
    struct row_shape *next;
    char *class_name;
    char **names;
    size_t n;
};

struct stored_row {
    const struct row_shape *shape;
    struct query_value *values; /* as many as the shape has names */
};

/* Owns all. Starts as all zeros. */
struct row_store {
    struct row_shape *shapes; /* the last one first */
    struct stored_row *rows;
    size_t n, room;
};

void row_store_done(struct row_store *store);

_must_check_ bool row_store_add(struct row_store *store, const struct answer_row *row);

/* The value of a property, its name in either case; NULL: the row has none. */
const struct query_value *stored_value(const struct stored_row *row, const char *name);

#endif
