/* SPDX-License-Identifier: MIT */
#include "query/cim_instance.h"

#include <string.h>

#include <openlogon.h>

#include "query/cim_datetime.h"
#include "query/object_path.h"

/* The greatest number of a type. */
static int64_t most_of(enum cim_type type)
{
    switch (type) {
    case CIM_UINT8:
        return UINT8_MAX;
    case CIM_UINT16:
        return UINT16_MAX;
    case CIM_UINT32:
        return UINT32_MAX;
    default:
        return INT64_MAX;
    }
}

/* The value of a column as a property of that type has it. A number that it cannot have is not
 * told: the priority of a real-time process is negative. */
static query_status convert(struct query_value *v, enum cim_type type)
{
    char time[CIM_DATETIME_SIZE];

    if (v->kind == QUERY_INTEGER && cim_kind_of(type) == QUERY_INTEGER &&
        (v->number < 0 || v->number > most_of(type)))
        query_value_done(v);
    if (v->kind == QUERY_NULL || cim_kind_of(type) == v->kind)
        return QUERY_OK;
    if (type == CIM_DATETIME && v->kind == QUERY_TIME)
        return query_set_text(v, cim_datetime_text(time, v->number) ? time : NULL);
    if (cim_kind_of(type) == QUERY_TEXT)
        return query_take_text(v, query_value_text(v));
    v->kind = cim_kind_of(type);
    return QUERY_OK;
}

/* NULL when a key of it is: it refers to nothing. */
static query_status reference_value(const struct cim_instance *o, const struct cim_target *target,
                                    struct query_value *ret)
{
    struct object_path path = { .class_name = (char *)(uintptr_t)target->class_name };
    query_status status = QUERY_OK;
    bool complete = true;

    for (size_t i = 0; i < CIM_KEYS_MAX && target->keys[i].column && complete; i++) {
        _cleanup_(query_value_done) struct query_value key = { 0 };

        status = query_cursor_value(
            o->source, (size_t)cim_layout_native(o->layout, target->keys[i].column), &key);
        complete = !query_failed(status) && key.kind != QUERY_NULL;
        if (!complete)
            break;
        path.keys[i].name = (char *)(uintptr_t)target->keys[i].property;
        path.keys[i].value = query_value_text(&key);
        path.n_keys++;
        if (!path.keys[i].value)
            status = QUERY_NO_MEMORY;
        complete = !query_failed(status);
    }
    if (complete)
        status = query_take_text(ret, object_path_text(&path, "."));
    for (size_t i = 0; i < path.n_keys; i++)
        free(path.keys[i].value);
    return status;
}

static query_status set_machine(struct query_value *ret)
{
    OPENLOGON_AUTHORITY authority;

    return openlogon_query_authority(&authority) ? query_set_text(ret, authority.machine_name)
                                                 : query_last_error();
}

static query_status text_of_type(struct query_value *ret, const struct cim_property *p)
{
    if (p->type != CIM_BOOLEAN)
        return query_set_text(ret, p->from);
    query_set_bool(ret, strcmp(p->from, "true") == 0);
    return QUERY_OK;
}

query_status cim_instance_value(const struct cim_instance *o, size_t i, struct query_value *ret)
{
    const struct cim_layout *layout = o->layout;
    const struct cim_property *p = layout->properties[i];
    query_status status;

    switch (p->source) {
    case CIM_FROM_TEXT:
        return text_of_type(ret, p);
    case CIM_FROM_MACHINE:
        return set_machine(ret);
    case CIM_FROM_COLUMN:
        if (p->type == CIM_REFERENCE)
            return reference_value(o, p->target, ret);
        status = query_cursor_value(o->source, (size_t)layout->native[i], ret);
        return query_failed(status) ? status : convert(ret, p->type);
    default:
        return QUERY_OK;
    }
}

/* --- paths ------------------------------------------------------------------------------------ */

/* Keys stand in the order of their names. */
static size_t place_of(const struct object_path *path, const char *name)
{
    size_t i = path->n_keys;

    while (i > 0 && strcmp(path->keys[i - 1].name, name) > 0)
        i--;
    return i;
}

static query_status add_key(const struct cim_instance *o, struct object_path *path, size_t property)
{
    _cleanup_(query_value_done) struct query_value key = { 0 };
    const char *name = o->layout->properties[property]->name;
    query_status status = cim_instance_value(o, property, &key);
    const size_t at = place_of(path, name);
    char *text;

    if (query_failed(status))
        return status;
    text = query_value_text(&key);
    if (!text)
        return QUERY_NO_MEMORY;
    memmove(&path->keys[at + 1], &path->keys[at], (path->n_keys - at) * sizeof(path->keys[0]));
    path->keys[at].name = (char *)(uintptr_t)name;
    path->keys[at].value = text;
    path->n_keys++;
    return QUERY_OK;
}

query_status cim_instance_path(const struct cim_instance *o, const char *machine, char **ret)
{
    const struct cim_layout *layout = o->layout;
    struct object_path path = { .class_name = (char *)(uintptr_t)layout->class->name };
    query_status status = QUERY_OK;

    for (size_t i = 0; i < layout->n_properties && !query_failed(status); i++) {
        if (layout->properties[i]->flags & CIM_KEY && path.n_keys < OBJECT_PATH_KEYS_MAX - 1)
            status = add_key(o, &path, i);
    }
    if (!query_failed(status)) {
        *ret = object_path_text(&path, machine);
        status = *ret ? QUERY_OK : QUERY_NO_MEMORY;
    }
    for (size_t i = 0; i < path.n_keys; i++)
        free(path.keys[i].value);
    return status;
}

static const char *dynasty(const struct cim_class *class)
{
    while (cim_class_super(class))
        class = cim_class_super(class);
    return class->name;
}

static query_status path_value(const struct cim_instance *o, const char *machine,
                               struct query_value *ret)
{
    char *text = NULL;
    query_status status = cim_instance_path(o, machine, &text);

    return query_failed(status) ? status : query_take_text(ret, text);
}

query_status cim_instance_system_value(const struct cim_instance *o,
                                       enum cim_system_property property, struct query_value *ret)
{
    const struct cim_class *class = o->layout->class;
    OPENLOGON_AUTHORITY authority;

    switch (property) {
    case CIM_SYSTEM_CLASS:
        return query_set_text(ret, class->name);
    case CIM_SYSTEM_PATH:
        if (!openlogon_query_authority(&authority))
            return query_last_error();
        return path_value(o, authority.machine_name, ret);
    case CIM_SYSTEM_RELPATH:
        return path_value(o, NULL, ret);
    case CIM_SYSTEM_SERVER:
        return set_machine(ret);
    case CIM_SYSTEM_NAMESPACE:
        return query_set_text(ret, "root\\cimv2");
    case CIM_SYSTEM_SUPERCLASS:
        return query_set_text(ret, class->superclass);
    default:
        return query_set_text(ret, dynasty(class));
    }
}

/* --- rows ------------------------------------------------------------------------------------- */

/* A source may give more than was looked for. */
static query_status fits_where(const struct cim_instance *o, bool *ret)
{
    _cleanup_(query_value_done) struct query_value kind = { 0 };
    const struct cim_layout *layout = o->layout;
    query_status status = QUERY_OK;

    *ret = true;
    if (layout->where == CIM_NO_COLUMN)
        return QUERY_OK;
    status = query_cursor_value(o->source, (size_t)layout->where, &kind);
    *ret = kind.kind == QUERY_TEXT && query_same_text(kind.text, layout->class->where_value);
    return status;
}

/* An association has two ends: a session without a user is in none. */
static query_status has_both_ends(const struct cim_instance *o, bool *ret)
{
    const struct cim_layout *layout = o->layout;
    query_status status = QUERY_OK;

    for (size_t i = 0; i < layout->n_properties && *ret && !query_failed(status); i++) {
        _cleanup_(query_value_done) struct query_value end = { 0 };

        if (layout->properties[i]->type != CIM_REFERENCE)
            continue;
        status = cim_instance_value(o, i, &end);
        *ret = end.kind != QUERY_NULL;
    }
    return status;
}

query_status cim_instance_exists(const struct cim_instance *o, bool *ret)
{
    query_status status = fits_where(o, ret);

    return query_failed(status) ? status : has_both_ends(o, ret);
}
