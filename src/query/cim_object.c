/* SPDX-License-Identifier: MIT */
#include "query/cim_object.h"

static bool same_keys(const struct object_path *a, const struct object_path *b)
{
    for (size_t i = 0; i < a->n_keys; i++) {
        const char *name = a->keys[i].name ? a->keys[i].name : "";
        const char *other = object_path_key(b, name);

        if (!a->keys[i].name && b->n_keys == 1)
            other = b->keys[0].value;
        if (!other || (!query_same_text(a->keys[i].value, other) &&
                       !cim_same_object(a->keys[i].value, other)))
            return false;
    }
    return a->n_keys == b->n_keys;
}

bool cim_same_object(const char *a, const char *b)
{
    struct object_path x = { 0 }, y = { 0 };
    bool same = object_path_parse(&x, a, NULL) && object_path_parse(&y, b, NULL) && x.n_keys > 0 &&
                cim_class_is_of_line(cim_class_find(x.class_name), cim_class_find(y.class_name)) &&
                same_keys(&x, &y);

    object_path_done(&x);
    object_path_done(&y);
    return same;
}

/* A source may give more than the object that is looked for. */
static query_status is_the_one(query_cursor *c, const char *wanted, bool *ret)
{
    _cleanup_(freep) char *own = NULL;
    query_status status = cim_row_path(c, NULL, &own);

    *ret = !query_failed(status) && cim_same_object(own, wanted);
    return status;
}

static query_status search(query_cursor *c, const char *wanted, bool *found)
{
    query_status status = QUERY_OK;
    bool is_row = true;

    *found = false;
    while (!*found && is_row && !query_failed(status)) {
        status = query_cursor_next(c, &is_row);
        if (!query_failed(status) && is_row)
            status = is_the_one(c, wanted, found);
    }
    return status;
}

query_status cim_object_find(const struct object_path *path, cim_visit visit, void *context,
                             bool *found, bool *stopped)
{
    const struct cim_class *class = cim_class_find(path->class_name);
    _cleanup_(freep) char *wanted = object_path_text(path, NULL);
    _cleanup_(query_cursor_freep) query_cursor *c = NULL;
    query_status status = wanted ? QUERY_OK : QUERY_NO_MEMORY;
    bool possible = false;

    *found = false;
    if (!query_failed(status) && class)
        status = query_cursor_new(&c, cim_table(class));
    if (!query_failed(status) && class)
        status = cim_filter_to_path(c, path, &possible);
    if (!query_failed(status) && possible)
        status = search(c, wanted, found);
    if (!query_failed(status) && *found && visit && !visit(context, c) && stopped)
        *stopped = true;
    return status;
}
