/* SPDX-License-Identifier: MIT */
#include "query/cim_relations.h"

/* One search. */
struct search {
    const struct cim_relations *what;
    const char *path; /* of the source, as text */
    cim_visit visit;
    void *context;
    bool stopped;
};

/* Of an association, by the properties that are its ends. */
struct way {
    const struct cim_class *association;
    size_t from, to; /* `to` is not looked at for references */
};

/* The object that was found at the other end, if it is of the class that is wanted. */
static bool visit_found(void *context, query_cursor *c)
{
    struct search *s = context;

    return (s->what->result_class && !cim_class_is_a(cim_row_class(c), s->what->result_class)) ||
           s->visit(s->context, c);
}

/* --- associations ----------------------------------------------------------------------------- */

/* The object at the other end of the association where the cursor is. */
static query_status visit_other_end(query_cursor *c, const struct way *way, struct search *s)
{
    _cleanup_(query_value_done) struct query_value other = { 0 };
    _cleanup_(object_path_done) struct object_path path = { 0 };
    query_status status = cim_row_value(c, way->to, &other);
    bool found;

    if (query_failed(status) || other.kind != QUERY_TEXT ||
        !object_path_parse(&path, other.text, NULL))
        return status;
    return cim_object_find(&path, visit_found, s, &found, &s->stopped);
}

static query_status visit_row(query_cursor *c, const struct way *way, struct search *s,
                              bool wants_other_end)
{
    _cleanup_(query_value_done) struct query_value end = { 0 };
    query_status status = cim_row_value(c, way->from, &end);

    if (query_failed(status) || end.kind != QUERY_TEXT || !cim_same_object(end.text, s->path))
        return status;
    if (wants_other_end)
        return visit_other_end(c, way, s);
    s->stopped = !s->visit(s->context, c);
    return QUERY_OK;
}

/* All associations of a class whose end is the source: a property is a column of the same place. */
static query_status go(const struct way *way, struct search *s, bool wants_other_end)
{
    _cleanup_(query_cursor_freep) query_cursor *c = NULL;
    const struct query_value path = { QUERY_TEXT, 0, (char *)(uintptr_t)s->path };
    const struct query_match match = { way->from, &path };
    query_status status = query_cursor_new(&c, cim_table(way->association));
    bool found = true;

    if (!query_failed(status))
        status = query_cursor_filter(c, &match, 1);
    while (!query_failed(status) && !s->stopped) {
        status = query_cursor_next(c, &found);
        if (query_failed(status) || !found)
            break;
        status = visit_row(c, way, s, wants_other_end);
    }
    return status;
}

/* --- which of them ---------------------------------------------------------------------------- */

static bool has_name(const struct cim_property *p, const char *name)
{
    return !name || query_same_text(p->name, name);
}

/* Whether the source can be at that end. */
static bool starts_at(const struct cim_property *p, const struct cim_relations *what)
{
    return p->type == CIM_REFERENCE && has_name(p, what->role) &&
           cim_class_is_of_line(cim_class_find(what->source->class_name),
                                cim_class_find(p->target->class_name));
}

static bool class_has_qualifier(const struct cim_class *class, const char *name)
{
    return !name || cim_class_has_qualifier(class, name);
}

/* Whether what is looked for can be at that end. */
static bool ends_at(const struct cim_property *p, const struct cim_relations *what)
{
    const struct cim_class *target =
        p->type == CIM_REFERENCE ? cim_class_find(p->target->class_name) : NULL;

    return target && has_name(p, what->result_role) &&
           (!what->result_class || cim_class_is_of_line(target, what->result_class)) &&
           class_has_qualifier(target, what->required_qualifier);
}

static query_status go_from(const struct cim_class *association, size_t from, struct search *s)
{
    const struct cim_property *p;
    query_status status = QUERY_OK;

    for (size_t to = 0; !query_failed(status) && (p = cim_class_property(association, to)); to++) {
        if (to != from && ends_at(p, s->what))
            status = go(&(struct way){ association, from, to }, s, true);
    }
    return status;
}

static query_status each_association(struct search *s, bool wants_other_end)
{
    size_t n;
    const struct cim_class *all = cim_classes(&n);
    const struct cim_property *p;
    query_status status = QUERY_OK;

    for (size_t k = 0; k < n && !query_failed(status); k++) {
        const struct cim_class *class = &all[k];
        const struct cim_class *wanted =
            wants_other_end ? s->what->assoc_class : s->what->result_class;
        const char *qualifier =
            wants_other_end ? s->what->required_assoc_qualifier : s->what->required_qualifier;

        if (!(class->flags & CIM_ASSOCIATION) || !class->source ||
            (wanted && !cim_class_is_a(class, wanted)) || !class_has_qualifier(class, qualifier))
            continue;
        for (size_t i = 0; !query_failed(status) && (p = cim_class_property(class, i)); i++) {
            if (!starts_at(p, s->what))
                continue;
            status = wants_other_end
                         ? go_from(class, i, s)
                         : go(&(struct way){ .association = class, .from = i }, s, false);
        }
    }
    return status;
}

static query_status search(const struct cim_relations *what, cim_visit visit, void *context,
                           bool *stopped, bool wants_other_end)
{
    _cleanup_(freep) char *path = object_path_text(what->source, NULL);
    struct search s = { what, path, visit, context, false };
    query_status status = path ? each_association(&s, wants_other_end) : QUERY_NO_MEMORY;

    *stopped = s.stopped;
    return status;
}

query_status cim_each_associator(const struct cim_relations *what, cim_visit visit, void *context,
                                 bool *stopped)
{
    return search(what, visit, context, stopped, true);
}

query_status cim_each_reference(const struct cim_relations *what, cim_visit visit, void *context,
                                bool *stopped)
{
    return search(what, visit, context, stopped, false);
}
