/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cim/query_rows.h"
#include "cim/wsman_writing.h"

struct query_writing {
    struct wsman_writing *writing;
    bool is_part; /* rows have not all of an object */
};

/* --- the object of a row ---------------------------------------------------------------------- */

static bool add_key(struct object_path *path, const char *name, const struct query_value *value)
{
    path->keys[path->n_keys].name = strdup(name);
    path->keys[path->n_keys].value = query_value_text(value);
    path->n_keys++;
    return path->keys[path->n_keys - 1].name && path->keys[path->n_keys - 1].value;
}

static const struct query_value *find_value(const struct query_row *row, const char *name)
{
    for (size_t i = 0; i < row->n; i++) {
        if (query_same_text(row->names[i], name))
            return &row->values[i];
    }
    return NULL;
}

static bool find_keys(struct object_path *path, const struct query_row *row,
                      struct wsman_fault *fault)
{
    const struct cim_property *p;

    for (size_t i = 0; (p = cim_class_property(row->class, i)); i++) {
        const struct query_value *value = p->flags & CIM_KEY ? find_value(row, p->name) : NULL;

        if (!(p->flags & CIM_KEY))
            continue;
        if (!value || value->kind == QUERY_NULL || path->n_keys == OBJECT_PATH_KEYS_MAX)
            return wsman_fail(fault, WSMAN_CANNOT_PROCESS_FILTER, NULL,
                              "endpoint references need property %s in the query", p->name);
        if (!add_key(path, p->name, value))
            return wsman_check(fault, QUERY_NO_MEMORY);
    }
    return true;
}

static bool write_epr(struct wsman_writing *w, const struct query_row *row)
{
    _cleanup_(object_path_done) struct object_path path = { .class_name =
                                                                strdup(row->class->name) };

    if (!path.class_name)
        return wsman_check(w->fault, QUERY_NO_MEMORY);
    if (!find_keys(&path, row, w->fault))
        return false;
    xml_open(&w->items->out, "wsa:EndpointReference");
    wsman_epr_write(&w->items->out, &path, w->view.base);
    xml_close(&w->items->out);
    return true;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void write_object(const struct query_writing *q, const struct query_row *row)
{
    const struct wsman_view *view = &q->writing->view;
    struct xml_out *out = &q->writing->items->out;

    if (q->is_part)
        wsman_open_fragment(out, row->class, view);
    else
        wsman_open_object(out, row->class, view);
    for (size_t i = 0, property; i < row->n; i++) {
        if (cim_class_property_find(row->class, row->names[i], &property))
            wsman_property(out, row->class, property, &row->values[i], view);
        else if (q->is_part)
            wsman_system_property(out, row->names[i], &row->values[i]);
    }
    xml_close(out);
}

static bool write_row(void *context, const struct query_row *row)
{
    const struct query_writing *q = context;
    struct wsman_writing *w = q->writing;
    const enum wsman_mode mode = w->search->mode;

    if (mode == WSMAN_OBJECTS_AND_EPRS)
        xml_open(&w->items->out, "wsman:Item");
    if (mode != WSMAN_EPRS)
        write_object(q, row);
    if (mode != WSMAN_OBJECTS && !write_epr(w, row))
        return false;
    if (mode == WSMAN_OBJECTS_AND_EPRS)
        xml_close(&w->items->out);
    return wsman_writing_end_one(w);
}

/* --- the query -------------------------------------------------------------------------------- */

static bool cannot(struct wsman_writing *w, const struct query_problem *problem)
{
    if (w->fault->code != WSMAN_GOOD) /* the writing has */
        return false;
    if (query_time_is_up())
        return wsman_check(w->fault, (query_status){ ERROR_TIMEOUT });
    return wsman_fail(w->fault,
                      problem->has_offset ? WSMAN_CANNOT_PROCESS_FILTER : WSMAN_INTERNAL_ERROR,
                      NULL, "%s", problem->message ? problem->message : "no memory");
}

/* One that is asked of a class is about it. */
static bool is_of_resource(struct wsman_writing *w, const struct wql_query *query)
{
    const struct cim_class *class = w->search->resource.class;

    return !class ||
           (query->statement == WQL_SELECT &&
            query_same_text(query->class_name.text, class->name)) ||
           wsman_fail(w->fault, WSMAN_CANNOT_PROCESS_FILTER, NULL,
                      "the query is not about %s: ask it of all classes, *", class->name);
}

bool wsman_write_query(struct wsman_writing *w, const char *text)
{
    _cleanup_(query_problem_done) struct query_problem problem = { 0 };
    _cleanup_(wql_query_freep) struct wql_query *query = NULL;
    struct query_writing q = { .writing = w };

    if (!wql_query_parse(&query, text, &problem)) {
        problem.has_offset = true;
        return cannot(w, &problem);
    }
    if (!is_of_resource(w, query))
        return false;
    q.is_part = query->n_properties > 0 || query->flags;
    return query_rows_each(text, query, write_row, &q, &problem) || cannot(w, &problem);
}
