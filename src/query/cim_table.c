/* SPDX-License-Identifier: MIT */
#include "query/cim_table.h"

#include <pthread.h>

#include "query/cim_instance.h"
#include "query/cim_lookup.h"

enum {
    CLASSES_MAX = 16,
    NO_CLASS = CLASSES_MAX,
};

/* One for each class. */
struct cim_table {
    struct query_table table;
    struct cim_layout layout;
};

static struct cim_table tables[CLASSES_MAX];
static size_t n_tables;

struct cim_cursor {
    query_cursor base;
    const struct cim_layout *asked;
    struct cim_wanted *wanted; /* kept while class after class is read */
    size_t n_wanted;
    size_t at;                          /* the class that is read; NO_CLASS: none */
    query_cursor *sources[CLASSES_MAX]; /* kept: what they have read may be used again */
};

static struct cim_cursor *cursor_of(query_cursor *base)
{
    return container_of(base, struct cim_cursor, base);
}

static struct cim_instance row_of(const struct cim_cursor *c)
{
    return (struct cim_instance){ &tables[c->at].layout, c->sources[c->at] };
}

/* --- class after class ------------------------------------------------------------------------ */

/* Begins to read the class. False in `possible`: it has nothing of what is looked for. */
static query_status begin(struct cim_cursor *c, size_t at, bool *possible)
{
    const struct cim_layout *layout = &tables[at].layout;
    _cleanup_(cim_lookup_done) struct cim_lookup lookup = { .to = layout, .possible = true };
    query_status status = QUERY_OK;

    for (size_t i = 0; i < c->n_wanted && !query_failed(status); i++)
        status = cim_lookup_add(&lookup, c->asked, &c->wanted[i]);
    if (!query_failed(status))
        status = cim_lookup_add_where(&lookup);
    if (!query_failed(status) && !c->sources[at])
        status = query_cursor_new(&c->sources[at], layout->class->source);
    *possible = lookup.possible;
    if (!query_failed(status) && lookup.possible)
        status = query_cursor_filter(c->sources[at], lookup.matches, lookup.n);
    return status;
}

/* To the next class that has instances, after `at`; NO_CLASS: there is none. */
static query_status advance(struct cim_cursor *c, size_t at)
{
    query_status status = QUERY_OK;
    bool possible = false;

    for (; at < n_tables && !possible && !query_failed(status); at++) {
        const struct cim_class *class = tables[at].layout.class;

        if (class->source && cim_class_is_a(class, c->asked->class))
            status = begin(c, at, &possible);
    }
    c->at = possible ? at - 1 : NO_CLASS;
    return status;
}

static void forget_wanted(struct cim_cursor *c)
{
    for (size_t i = 0; i < c->n_wanted; i++)
        query_value_done(&c->wanted[i].value);
    free(c->wanted);
    c->wanted = NULL;
    c->n_wanted = 0;
}

static query_status filter(query_cursor *base, const struct query_match *matches, size_t n)
{
    struct cim_cursor *c = cursor_of(base);
    query_status status = QUERY_OK;

    forget_wanted(c);
    c->asked = base->table->context;
    c->at = NO_CLASS;
    c->wanted = calloc(n + 1, sizeof(*c->wanted));
    if (!c->wanted)
        return QUERY_NO_MEMORY;
    for (size_t i = 0; i < n && !query_failed(status); i++) {
        c->wanted[i].column = matches[i].column;
        status = query_copy(&c->wanted[i].value, matches[i].value);
        c->n_wanted++;
    }
    return query_failed(status) ? status : advance(c, 0);
}

static query_status next(query_cursor *base, bool *ret_found)
{
    struct cim_cursor *c = cursor_of(base);
    query_status status = QUERY_OK;

    *ret_found = false;
    while (c->at != NO_CLASS && !*ret_found && !query_failed(status)) {
        const struct cim_instance row = row_of(c);

        status = query_cursor_next(row.source, ret_found);
        if (query_failed(status))
            break;
        if (*ret_found)
            status = cim_instance_exists(&row, ret_found);
        else
            status = advance(c, c->at + 1);
    }
    return status;
}

static query_status value(query_cursor *base, size_t column, struct query_value *ret)
{
    struct cim_cursor *c = cursor_of(base);
    const struct cim_instance row = row_of(c);
    const size_t n = c->asked->n_properties;
    size_t i;

    if (column >= n)
        return cim_instance_system_value(&row, (enum cim_system_property)(column - n), ret);
    if (row.layout == c->asked)
        return cim_instance_value(&row, column, ret);
    if (!cim_class_property_find(row.layout->class, c->asked->properties[column]->name, &i))
        return QUERY_OK;
    return cim_instance_value(&row, i, ret);
}

static void done(query_cursor *base)
{
    struct cim_cursor *c = cursor_of(base);

    forget_wanted(c);
    for (size_t i = 0; i < CLASSES_MAX; i++)
        query_cursor_free(c->sources[i]);
}

/* --- the row where a cursor is ---------------------------------------------------------------- */

const struct cim_class *cim_row_class(const query_cursor *base)
{
    return row_of(container_of(base, const struct cim_cursor, base)).layout->class;
}

query_status cim_row_value(query_cursor *base, size_t property, struct query_value *ret)
{
    const struct cim_instance row = row_of(cursor_of(base));

    query_value_done(ret);
    return cim_instance_value(&row, property, ret);
}

query_status cim_row_path(query_cursor *base, const char *machine, char **ret)
{
    const struct cim_instance row = row_of(cursor_of(base));

    return cim_instance_path(&row, machine, ret);
}

query_status cim_row_object(query_cursor *c, struct object_path *ret)
{
    _cleanup_(freep) char *text = NULL;
    query_status status = cim_row_path(c, NULL, &text);

    if (query_failed(status))
        return status;
    return object_path_parse(ret, text, NULL) ? QUERY_OK : QUERY_NO_MEMORY;
}

query_status cim_filter_to_path(query_cursor *c, const struct object_path *path, bool *possible)
{
    const struct cim_layout *asked = c->table->context;
    char *text = object_path_text(path, NULL);
    const struct query_value as_text = { QUERY_TEXT, 0, text };
    const struct query_match match = { asked->n_properties + CIM_SYSTEM_RELPATH, &as_text };
    query_status status;

    if (!text)
        return QUERY_NO_MEMORY;
    *possible = path->n_keys > 0 && cim_related(path->class_name, asked->class->name);
    status = *possible ? query_cursor_filter(c, &match, 1) : QUERY_OK;
    free(text);
    return status;
}

/* --- the tables themselves -------------------------------------------------------------------- */

static void make(struct cim_table *t, const struct cim_class *class)
{
    cim_layout_make(&t->layout, class);
    t->table = (struct query_table){
        .name = class->name,
        .summary = "a CIM class",
        .columns = t->layout.columns,
        .n_columns = t->layout.n_properties + CIM_N_SYSTEM,
        .rows_expected = t->layout.rows_expected,
        .context = &t->layout,
        .cursor_size = sizeof(struct cim_cursor),
        .filter = filter,
        .next = next,
        .value = value,
        .done = done,
    };
}

static void make_all(void)
{
    const struct cim_class *all = cim_classes(&n_tables);

    for (size_t i = 0; i < n_tables; i++)
        make(&tables[i], &all[i]);
}

const struct query_table *cim_table(const struct cim_class *class)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    size_t n;

    (void)pthread_once(&once, make_all);
    return &tables[class - cim_classes(&n)].table;
}

const struct cim_class *cim_class_of_table(const struct query_table *table)
{
    return table->filter == filter ? ((const struct cim_layout *)table->context)->class : NULL;
}
