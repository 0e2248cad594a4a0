/* SPDX-License-Identifier: MIT */
#include "remote/row_store.h"

#include <string.h>

static struct row_shape *shape_free(struct row_shape *shape)
{
    if (!shape)
        return NULL;
    for (size_t i = 0; shape->names && i < shape->n; i++)
        free(shape->names[i]);
    free(shape->names);
    free(shape->class_name);
    free(shape);
    return NULL;
}
DEFINE_CLEANUP(struct row_shape *, shape_free);

static void values_free(struct query_value *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        query_value_done(&values[i]);
    free(values);
}

void row_store_done(struct row_store *store)
{
    for (size_t i = 0; i < store->n; i++)
        values_free(store->rows[i].values, store->rows[i].shape->n);
    free(store->rows);
    while (store->shapes) {
        struct row_shape *shape = store->shapes;

        store->shapes = shape->next;
        shape_free(shape);
    }
    *store = (struct row_store){ 0 };
}

static bool is_of_shape(const struct row_shape *shape, const struct answer_row *row)
{
    if (shape->n != row->n || strcmp(shape->class_name, row->class_name) != 0)
        return false;
    for (size_t i = 0; i < row->n; i++) {
        if (strcmp(shape->names[i], row->names[i]) != 0)
            return false;
    }
    return true;
}

static struct row_shape *shape_new(const struct answer_row *row)
{
    _cleanup_(shape_freep) struct row_shape *shape = calloc(1, sizeof(*shape));

    if (!shape)
        return NULL;
    shape->class_name = strdup(row->class_name);
    shape->names = calloc(row->n + 1, sizeof(*shape->names));
    if (!shape->class_name || !shape->names)
        return NULL;
    for (; shape->n < row->n; shape->n++) {
        shape->names[shape->n] = strdup(row->names[shape->n]);
        if (!shape->names[shape->n])
            return NULL;
    }
    return TAKE(shape);
}

/* Rows of one shape come one after the other. */
static const struct row_shape *find_shape(struct row_store *store, const struct answer_row *row)
{
    struct row_shape *shape = store->shapes;

    if (shape && is_of_shape(shape, row))
        return shape;
    shape = shape_new(row);
    if (!shape)
        return NULL;
    shape->next = store->shapes;
    store->shapes = shape;
    return shape;
}

static struct query_value *values_copy(const struct answer_row *row)
{
    struct query_value *values = calloc(row->n + 1, sizeof(*values));

    for (size_t i = 0; values && i < row->n; i++) {
        if (query_failed(query_copy(&values[i], &row->values[i]))) {
            values_free(values, i);
            return NULL;
        }
    }
    return values;
}

static bool make_room(struct row_store *store)
{
    const size_t room = store->room ? 2 * store->room : 16;
    struct stored_row *rows;

    if (store->n < store->room)
        return true;
    rows = reallocarray(store->rows, room, sizeof(*rows));
    if (!rows)
        return false;
    store->rows = rows;
    store->room = room;
    return true;
}

bool row_store_add(struct row_store *store, const struct answer_row *row)
{
    const struct row_shape *shape = find_shape(store, row);
    struct query_value *values = shape && make_room(store) ? values_copy(row) : NULL;

    if (!values)
        return false;
    store->rows[store->n++] = (struct stored_row){ shape, values };
    return true;
}

const struct query_value *stored_value(const struct stored_row *row, const char *name)
{
    for (size_t i = 0; i < row->shape->n; i++) {
        if (query_same_text(row->shape->names[i], name))
            return &row->values[i];
    }
    return NULL;
}
