/* SPDX-License-Identifier: MIT */
#include "loaded.h"

enum { COLUMNS_MAX = 40 };

void loaded_done(struct loaded *l)
{
    for (size_t i = 0; i < l->n_rows * l->n_columns; i++)
        query_value_done(&l->values[i]);
    free(l->values);
    *l = (struct loaded){ 0 };
}

static query_status make_room(struct loaded *l)
{
    const size_t room = l->room ? 2 * l->room : 64;
    struct query_value *values;
    size_t n;

    if (l->n_rows < l->room)
        return QUERY_OK;
    if (!size_mul(room, l->n_columns, &n))
        return QUERY_NO_MEMORY;
    values = reallocarray(l->values, n, sizeof(*values));
    if (!values)
        return QUERY_NO_MEMORY;
    l->values = values;
    l->room = room;
    return QUERY_OK;
}

static query_status add_row(struct loaded *l, query_cursor *c, const size_t *columns)
{
    query_status status = make_room(l);
    struct query_value *row;

    if (query_failed(status))
        return status;
    row = &l->values[l->n_rows * l->n_columns];
    for (size_t i = 0; i < l->n_columns; i++)
        row[i] = (struct query_value){ 0 };
    l->n_rows++; /* now: so that what is in it is given back */
    for (size_t i = 0; i < l->n_columns && !query_failed(status); i++)
        status = query_cursor_value(c, columns[i], &row[i]);
    return status;
}

static bool is_same(const struct query_value *a, const struct query_value *b)
{
    if (a->kind == QUERY_TEXT || b->kind == QUERY_TEXT)
        return a->text && b->text && query_same_text(a->text, b->text);
    return a->kind != QUERY_NULL && a->number == b->number;
}

/* A cursor that looks something up may give other rows too. */
static query_status fits(query_cursor *c, const struct query_match *match, bool *ret)
{
    _cleanup_(query_value_done) struct query_value value = { 0 };
    const query_status status = query_cursor_value(c, match->column, &value);

    *ret = is_same(&value, match->value);
    return status;
}

static query_status add_fitting(struct loaded *l, query_cursor *c, const size_t *columns,
                                const struct query_match *match)
{
    bool found = true, fit = true;
    query_status status = query_cursor_filter(c, match, match ? 1 : 0);

    while (!query_failed(status)) {
        status = query_cursor_next(c, &found);
        if (query_failed(status) || !found)
            break;
        if (match)
            status = fits(c, match, &fit);
        if (!query_failed(status) && fit)
            status = add_row(l, c, columns);
    }
    return status;
}

/* False: the table has no such column. */
static bool find_columns(const struct loaded_spec *spec, size_t columns[static COLUMNS_MAX],
                         struct query_match *match)
{
    bool found = spec->n_columns <= COLUMNS_MAX;

    for (size_t i = 0; i < spec->n_columns && found; i++)
        found = query_column_find(spec->table, spec->columns[i], &columns[i]);
    match->value = spec->value;
    return found && (!spec->key || query_column_find(spec->table, spec->key, &match->column));
}

query_status loaded_add(struct loaded *l, const struct loaded_spec *spec)
{
    _cleanup_(query_cursor_freep) query_cursor *c = NULL;
    struct query_match match = { 0 };
    size_t columns[COLUMNS_MAX];
    query_status status;

    if (!find_columns(spec, columns, &match))
        return (query_status){ ERROR_INVALID_PARAMETER };
    l->n_columns = spec->n_columns;
    status = query_cursor_new(&c, spec->table);
    return query_failed(status) ? status : add_fitting(l, c, columns, spec->key ? &match : NULL);
}

const struct query_value *loaded_at(const struct loaded *l, size_t row, size_t column)
{
    return &l->values[row * l->n_columns + column];
}

const char *loaded_text(const struct loaded *l, size_t row, size_t column)
{
    return loaded_at(l, row, column)->text;
}

int64_t loaded_number(const struct loaded *l, size_t row, size_t column)
{
    return loaded_at(l, row, column)->number;
}
