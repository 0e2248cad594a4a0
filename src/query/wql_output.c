/* SPDX-License-Identifier: MIT */
#include "query/wql_output.h"

/* One row, with a name for each value. */
struct cells {
    const char **names;
    struct query_value *values;
    size_t n;
};

static void cells_done(struct cells *cells)
{
    for (size_t i = 0; cells->values && i < cells->n; i++)
        query_value_done(&cells->values[i]);
    free(cells->values);
    free(cells->names);
}

static bool cells_init(struct cells *cells, size_t room)
{
    cells->names = calloc(room + 1, sizeof(*cells->names));
    cells->values = calloc(room + 1, sizeof(*cells->values));
    return cells->names && cells->values;
}

static query_status add_class(struct cells *cells, const query_cursor *c)
{
    cells->names[cells->n] = "__CLASS";
    return query_set_text(&cells->values[cells->n++], cim_row_class(c)->name);
}

static query_status fill_chosen(const struct wql_output *out, query_cursor *c, struct cells *cells)
{
    query_status status = QUERY_OK;

    for (size_t i = 0; i < out->n_columns && !query_failed(status); i++) {
        cells->names[cells->n] = c->table->columns[out->columns[i]].name;
        status = query_cursor_value(c, out->columns[i], &cells->values[cells->n++]);
    }
    return status;
}

static query_status fill_properties(const struct wql_output *out, query_cursor *c,
                                    struct cells *cells)
{
    const struct cim_class *class = cim_row_class(c);
    query_status status = out->flags ? add_class(cells, c) : QUERY_OK;
    const struct cim_property *p;

    if (out->flags & WQL_OUTPUT_CLASS_ONLY)
        return status;
    for (size_t i = 0; !query_failed(status) && (p = cim_class_property(class, i)); i++) {
        if (out->flags & WQL_OUTPUT_KEYS_ONLY && !(p->flags & CIM_KEY))
            continue;
        cells->names[cells->n] = p->name;
        status = cim_row_value(c, i, &cells->values[cells->n++]);
    }
    return status;
}

/* Whether the class has been given already; it has from now on. */
static bool was_given(struct wql_output *out, const struct cim_class *class)
{
    size_t n;
    bool *given = &out->given[class - cim_classes(&n)];
    const bool before = *given;

    *given = true;
    return before;
}

/* Columns are told anew when they may be others. */
static bool tell_columns(struct wql_output *out, const struct cim_class *class,
                         const struct cells *cells)
{
    const bool are_the_same =
        out->class && (out->columns || out->flags & WQL_OUTPUT_CLASS_ONLY || out->class == class);

    out->class = class;
    return are_the_same || out->sink->columns(out->sink->context, cells->names, cells->n);
}

bool wql_output_row(struct wql_output *out, query_cursor *c)
{
    const struct cim_class *class = cim_row_class(c);
    _cleanup_(cells_done) struct cells cells = { 0 };
    query_status status;

    if (out->flags & WQL_OUTPUT_CLASS_ONLY && was_given(out, class))
        return true;
    if (!cells_init(&cells, out->columns ? out->n_columns : cim_class_size(class) + 1))
        return query_problem_of(out->problem, QUERY_NO_MEMORY);
    status = out->columns ? fill_chosen(out, c, &cells) : fill_properties(out, c, &cells);
    if (query_failed(status))
        return query_problem_of(out->problem, status);
    return tell_columns(out, class, &cells) &&
           out->sink->row(out->sink->context, cells.values, cells.n);
}
