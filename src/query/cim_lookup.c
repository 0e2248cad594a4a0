/* SPDX-License-Identifier: MIT */
#include "query/cim_lookup.h"

#include "query/object_path.h"

void cim_lookup_done(struct cim_lookup *l)
{
    for (size_t i = 0; i < l->n; i++)
        query_value_done(&l->values[i]);
}

static query_status add_native(struct cim_lookup *l, int column, const struct query_value *from)
{
    const struct query_table *source = l->to->class->source;
    query_status status;

    if (column == CIM_NO_COLUMN || !(source->columns[column].flags & QUERY_KEY) ||
        l->n == CIM_PROPERTIES_MAX || query_match_of(l->matches, l->n, (size_t)column))
        return QUERY_OK; /* what is not looked up is compared */
    status = query_copy(&l->values[l->n], from);
    if (query_failed(status))
        return status;
    l->matches[l->n] = (struct query_match){ (size_t)column, &l->values[l->n] };
    l->n++;
    return QUERY_OK;
}

bool cim_related(const char *class_name, const char *other)
{
    return cim_class_is_of_line(cim_class_find(class_name), cim_class_find(other));
}

static query_status add_reference(struct cim_lookup *l, const struct cim_target *target,
                                  const char *text)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };
    query_status status = QUERY_OK;

    if (!object_path_parse(&path, text, NULL) ||
        !cim_related(path.class_name, target->class_name)) {
        l->possible = false;
        return QUERY_OK;
    }
    for (size_t i = 0; i < CIM_KEYS_MAX && target->keys[i].column && !query_failed(status); i++) {
        const char *key = object_path_key(&path, target->keys[i].property);
        const struct query_value as_text = { QUERY_TEXT, 0, (char *)(uintptr_t)key };

        if (key)
            status = add_native(l, cim_layout_native(l->to, target->keys[i].column), &as_text);
    }
    return status;
}

static query_status add_property(struct cim_lookup *l, size_t i, const struct query_value *from)
{
    const struct cim_property *p = l->to->properties[i];

    if (p->type == CIM_REFERENCE && from->kind == QUERY_TEXT)
        return add_reference(l, p->target, from->text);
    return add_native(l, l->to->native[i], from);
}

/* Each key of the class has to be there. */
static query_status add_path(struct cim_lookup *l, const struct object_path *path)
{
    query_status status = QUERY_OK;

    l->possible =
        l->possible && path->n_keys > 0 && cim_related(path->class_name, l->to->class->name);
    for (size_t i = 0; i < l->to->n_properties && !query_failed(status); i++) {
        const struct cim_property *p = l->to->properties[i];
        const char *key = p->flags & CIM_KEY ? object_path_key(path, p->name) : NULL;
        const struct query_value as_text = { QUERY_TEXT, 0, (char *)(uintptr_t)key };

        if (key)
            status = add_property(l, i, &as_text);
        else if (p->flags & CIM_KEY)
            l->possible = false;
    }
    return status;
}

query_status cim_lookup_add(struct cim_lookup *l, const struct cim_layout *asked,
                            const struct cim_wanted *wanted)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };
    size_t i;

    if (wanted->column < asked->n_properties) {
        if (!cim_class_property_find(l->to->class, asked->properties[wanted->column]->name, &i))
            return QUERY_OK;
        return add_property(l, i, &wanted->value);
    }
    if (wanted->value.kind == QUERY_TEXT && object_path_parse(&path, wanted->value.text, NULL))
        return add_path(l, &path);
    l->possible = false;
    return QUERY_OK;
}

query_status cim_lookup_add_where(struct cim_lookup *l)
{
    const struct query_value kind = { QUERY_TEXT, 0, (char *)(uintptr_t)l->to->class->where_value };

    return l->to->where == CIM_NO_COLUMN ? QUERY_OK : add_native(l, l->to->where, &kind);
}
