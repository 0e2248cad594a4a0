/* SPDX-License-Identifier: MIT */
#include "query/cim_table.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openlogon.h>

#include "base/filetime.h"

enum {
    PROPERTIES_MAX = 64,
    CLASSES_MAX = 16,
    NO_COLUMN = -1,
    NO_CLASS = CLASSES_MAX,
};

enum system_property {
    SYSTEM_CLASS,
    SYSTEM_PATH,
    SYSTEM_RELPATH,
    SYSTEM_SERVER,
    SYSTEM_NAMESPACE,
    SYSTEM_SUPERCLASS,
    SYSTEM_DYNASTY,
    N_SYSTEM,
};

static const struct query_column system_columns[N_SYSTEM] = {
    [SYSTEM_CLASS] = { "__CLASS", QUERY_TEXT, QUERY_HIDDEN },
    [SYSTEM_PATH] = { "__PATH", QUERY_TEXT, QUERY_HIDDEN | QUERY_KEY },
    [SYSTEM_RELPATH] = { "__RELPATH", QUERY_TEXT, QUERY_HIDDEN | QUERY_KEY },
    [SYSTEM_SERVER] = { "__SERVER", QUERY_TEXT, QUERY_HIDDEN },
    [SYSTEM_NAMESPACE] = { "__NAMESPACE", QUERY_TEXT, QUERY_HIDDEN },
    [SYSTEM_SUPERCLASS] = { "__SUPERCLASS", QUERY_TEXT, QUERY_HIDDEN },
    [SYSTEM_DYNASTY] = { "__DYNASTY", QUERY_TEXT, QUERY_HIDDEN },
};

/* One for each class, made of its description once. */
struct cim_table {
    struct query_table table;
    const struct cim_class *class;
    const struct cim_property *properties[PROPERTIES_MAX];
    size_t n_properties;
    struct query_column columns[PROPERTIES_MAX + N_SYSTEM];
    int native[PROPERTIES_MAX]; /* the source's column of a property; NO_COLUMN */
    int where;                  /* and of the class's condition */
};

static struct cim_table tables[CLASSES_MAX];
static size_t n_tables;

/* What is looked for in a column, kept while class after class is read. */
struct wanted {
    size_t column;
    struct query_value value;
};

struct cim_cursor {
    query_cursor base;
    const struct cim_table *asked;
    struct wanted *wanted;
    size_t n_wanted;
    size_t at;                          /* the class that is read; NO_CLASS: none */
    query_cursor *sources[CLASSES_MAX]; /* kept: what they have read may be used again */
};

static query_status filter(query_cursor *c, const struct query_match *matches, size_t n);
static query_status next(query_cursor *c, bool *ret_found);
static query_status value(query_cursor *c, size_t column, struct query_value *ret);
static void done(query_cursor *c);

/* --- making the tables ----------------------------------------------------------------------- */

static enum query_kind kind_of(enum cim_type type)
{
    switch (type) {
    case CIM_BOOLEAN:
        return QUERY_BOOL;
    case CIM_STRING:
    case CIM_DATETIME:
    case CIM_REFERENCE:
        return QUERY_TEXT;
    default:
        return QUERY_INTEGER;
    }
}

static int native_column(const struct query_table *source, const char *name)
{
    size_t i;

    return source && name && query_column_find(source, name, &i) ? (int)i : NO_COLUMN;
}

static unsigned native_flags(const struct query_table *source, const char *name)
{
    const int i = native_column(source, name);

    return i == NO_COLUMN ? 0 : source->columns[i].flags & (QUERY_KEY | QUERY_UNIQUE);
}

/* How the property of one class can be looked up in the class's own source. */
static unsigned own_flags(const struct cim_class *class, const struct cim_property *p)
{
    unsigned flags = 0;

    if (p->type != CIM_REFERENCE)
        return native_flags(class->source, p->from);
    for (size_t i = 0; i < CIM_KEYS_MAX && p->target->keys[i].column; i++)
        flags |= native_flags(class->source, p->target->keys[i].column);
    return flags;
}

/* A class that others derive from can look up what one of them can. */
static unsigned flags_of(const struct cim_class *class, const char *name)
{
    unsigned flags = 0;
    size_t n, i;
    const struct cim_class *all = cim_classes(&n);

    for (size_t k = 0; k < n; k++) {
        if (all[k].source && cim_class_is_a(&all[k], class) &&
            cim_class_property_find(&all[k], name, &i))
            flags |= own_flags(&all[k], cim_class_property(&all[k], i));
    }
    return class->source ? flags : flags & ~(unsigned)QUERY_UNIQUE;
}

static size_t rows_of(const struct cim_class *class)
{
    size_t n, rows = 0;
    const struct cim_class *all = cim_classes(&n);

    for (size_t i = 0; i < n; i++) {
        if (all[i].source && cim_class_is_a(&all[i], class))
            rows += all[i].source->rows_expected;
    }
    return rows;
}

static void make(struct cim_table *t, const struct cim_class *class)
{
    const struct cim_property *p;

    t->class = class;
    t->where = native_column(class->source, class->where_column);
    while (t->n_properties < PROPERTIES_MAX && (p = cim_class_property(class, t->n_properties))) {
        const size_t i = t->n_properties++;

        t->properties[i] = p;
        t->native[i] =
            p->source == CIM_FROM_COLUMN ? native_column(class->source, p->from) : NO_COLUMN;
        t->columns[i] =
            (struct query_column){ p->name, kind_of(p->type), flags_of(class, p->name) };
    }
    memcpy(&t->columns[t->n_properties], system_columns, sizeof(system_columns));
    t->table = (struct query_table){
        .name = class->name,
        .summary = "a CIM class",
        .columns = t->columns,
        .n_columns = t->n_properties + N_SYSTEM,
        .rows_expected = rows_of(class),
        .context = t,
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
    return table->filter == filter ? ((const struct cim_table *)table->context)->class : NULL;
}

/* --- from what is looked for to what the source can look up ---------------------------------- */

/* Of one class. `possible` becomes false when no row can have what is looked for. */
struct translation {
    const struct cim_table *to;
    struct query_match matches[PROPERTIES_MAX];
    struct query_value values[PROPERTIES_MAX];
    size_t n;
    bool possible;
};

static void translation_done(struct translation *t)
{
    for (size_t i = 0; i < t->n; i++)
        query_value_done(&t->values[i]);
}

static query_status add_native(struct translation *t, int column, const struct query_value *from)
{
    const struct query_table *source = t->to->class->source;
    query_status status;

    if (column == NO_COLUMN || !(source->columns[column].flags & QUERY_KEY) ||
        t->n == PROPERTIES_MAX || query_match_of(t->matches, t->n, (size_t)column))
        return QUERY_OK; /* what is not looked up is compared */
    status = query_copy(&t->values[t->n], from);
    if (query_failed(status))
        return status;
    t->matches[t->n] = (struct query_match){ (size_t)column, &t->values[t->n] };
    t->n++;
    return QUERY_OK;
}

static bool related(const char *name, const char *other)
{
    return cim_class_is_of_line(cim_class_find(name), cim_class_find(other));
}

static query_status add_reference(struct translation *t, const struct cim_target *target,
                                  const char *text)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };
    query_status status = QUERY_OK;

    if (!object_path_parse(&path, text, NULL) || !related(path.class_name, target->class_name)) {
        t->possible = false;
        return QUERY_OK;
    }
    for (size_t i = 0; i < CIM_KEYS_MAX && target->keys[i].column && !query_failed(status); i++) {
        const char *key = object_path_key(&path, target->keys[i].property);
        const struct query_value as_text = { QUERY_TEXT, 0, (char *)(uintptr_t)key };

        if (key)
            status = add_native(t, native_column(t->to->class->source, target->keys[i].column),
                                &as_text);
    }
    return status;
}

static query_status add_property(struct translation *t, size_t i, const struct query_value *from)
{
    const struct cim_property *p = t->to->properties[i];

    if (p->type == CIM_REFERENCE && from->kind == QUERY_TEXT)
        return add_reference(t, p->target, from->text);
    return add_native(t, t->to->native[i], from);
}

/* Each key of the class has to be there. */
static query_status add_path(struct translation *t, const struct object_path *path)
{
    query_status status = QUERY_OK;

    t->possible = t->possible && path->n_keys > 0 && related(path->class_name, t->to->class->name);
    for (size_t i = 0; i < t->to->n_properties && !query_failed(status); i++) {
        const struct cim_property *p = t->to->properties[i];
        const char *key = p->flags & CIM_KEY ? object_path_key(path, p->name) : NULL;
        const struct query_value as_text = { QUERY_TEXT, 0, (char *)(uintptr_t)key };

        if (key)
            status = add_property(t, i, &as_text);
        else if (p->flags & CIM_KEY)
            t->possible = false;
    }
    return status;
}

static query_status add_wanted(struct translation *t, const struct cim_table *asked,
                               const struct wanted *wanted)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };
    size_t i;

    if (wanted->column < asked->n_properties) {
        if (!cim_class_property_find(t->to->class, asked->properties[wanted->column]->name, &i))
            return QUERY_OK;
        return add_property(t, i, &wanted->value);
    }
    if (wanted->value.kind == QUERY_TEXT && object_path_parse(&path, wanted->value.text, NULL))
        return add_path(t, &path);
    t->possible = false;
    return QUERY_OK;
}

static query_status add_where(struct translation *t)
{
    const struct query_value kind = { QUERY_TEXT, 0, (char *)(uintptr_t)t->to->class->where_value };

    return t->to->where == NO_COLUMN ? QUERY_OK : add_native(t, t->to->where, &kind);
}

/* --- class after class ------------------------------------------------------------------------ */

static const struct cim_table *row_table(const struct cim_cursor *c)
{
    return &tables[c->at];
}

static query_cursor *row_source(const struct cim_cursor *c)
{
    return c->sources[c->at];
}

/* Begins to read the class. False in `possible`: it has nothing of what is looked for. */
static query_status begin(struct cim_cursor *c, size_t at, bool *possible)
{
    _cleanup_(translation_done) struct translation t = { .to = &tables[at], .possible = true };
    query_status status = QUERY_OK;

    for (size_t i = 0; i < c->n_wanted && !query_failed(status); i++)
        status = add_wanted(&t, c->asked, &c->wanted[i]);
    if (!query_failed(status))
        status = add_where(&t);
    if (!query_failed(status) && !c->sources[at])
        status = query_cursor_new(&c->sources[at], t.to->class->source);
    *possible = t.possible;
    if (!query_failed(status) && t.possible)
        status = query_cursor_filter(c->sources[at], t.matches, t.n);
    return status;
}

/* To the next class that has instances, after `at`; NO_CLASS: there is none. */
static query_status advance(struct cim_cursor *c, size_t at)
{
    query_status status = QUERY_OK;
    bool possible = false;

    for (; at < n_tables && !possible && !query_failed(status); at++) {
        if (tables[at].class->source && cim_class_is_a(tables[at].class, c->asked->class))
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
    struct cim_cursor *c = (struct cim_cursor *)base;
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

query_status cim_filter_to_path(query_cursor *c, const struct object_path *path, bool *possible)
{
    const struct cim_table *asked = c->table->context;
    char *text = object_path_text(path, NULL);
    const struct query_value as_text = { QUERY_TEXT, 0, text };
    const struct query_match match = { asked->n_properties + SYSTEM_RELPATH, &as_text };
    query_status status;

    if (!text)
        return QUERY_NO_MEMORY;
    *possible = path->n_keys > 0 && related(path->class_name, asked->class->name);
    status = *possible ? query_cursor_filter(c, &match, 1) : QUERY_OK;
    free(text);
    return status;
}

static void done(query_cursor *base)
{
    struct cim_cursor *c = (struct cim_cursor *)base;

    forget_wanted(c);
    for (size_t i = 0; i < CLASSES_MAX; i++)
        query_cursor_free(c->sources[i]);
}

/* --- values ----------------------------------------------------------------------------------- */

bool cim_datetime_text(char *ret, int64_t filetime)
{
    const time_t seconds = (time_t)filetime_to_unix(filetime);
    char date[24];
    struct tm tm;

    if (!gmtime_r(&seconds, &tm) || strftime(date, sizeof(date), "%Y%m%d%H%M%S", &tm) != 14)
        return false;
    snprintf(ret, CIM_DATETIME_SIZE, "%s.%06u+000", date,
             (unsigned)(filetime % FILETIME_PER_SECOND / 10) % 1000000);
    return true;
}

/* A fixed number of digits. */
static bool read_digits(const char **text, size_t n, int *ret)
{
    *ret = 0;
    for (; n > 0; n--, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        *ret = *ret * 10 + (**text - '0');
    }
    return true;
}

bool cim_datetime_parse(const char *text, int64_t *ret)
{
    int year, month, fraction, offset;
    struct tm tm = { 0 };
    char sign;

    if (!read_digits(&text, 4, &year) || !read_digits(&text, 2, &month) ||
        !read_digits(&text, 2, &tm.tm_mday) || !read_digits(&text, 2, &tm.tm_hour) ||
        !read_digits(&text, 2, &tm.tm_min) || !read_digits(&text, 2, &tm.tm_sec) ||
        *text++ != '.' || !read_digits(&text, 6, &fraction))
        return false;
    sign = *text++;
    if ((sign != '+' && sign != '-') || !read_digits(&text, 3, &offset) || *text)
        return false;
    if (year < 1601 || month < 1 || month > 12 || tm.tm_mday < 1 || tm.tm_mday > 31 ||
        tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
        return false;
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    *ret = filetime_from_unix(timegm(&tm) - (sign == '-' ? -offset : offset) * 60) + fraction * 10;
    return true;
}

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

    if (v->kind == QUERY_INTEGER && kind_of(type) == QUERY_INTEGER &&
        (v->number < 0 || v->number > most_of(type)))
        query_value_done(v);
    if (v->kind == QUERY_NULL || kind_of(type) == v->kind)
        return QUERY_OK;
    if (type == CIM_DATETIME && v->kind == QUERY_TIME)
        return query_set_text(v, cim_datetime_text(time, v->number) ? time : NULL);
    if (kind_of(type) == QUERY_TEXT)
        return query_take_text(v, query_value_text(v));
    v->kind = kind_of(type);
    return QUERY_OK;
}

/* NULL when a key of it is: it refers to nothing. */
static query_status reference_value(struct cim_cursor *c, const struct cim_target *target,
                                    struct query_value *ret)
{
    struct object_path path = { .class_name = (char *)(uintptr_t)target->class_name };
    query_cursor *source = row_source(c);
    query_status status = QUERY_OK;
    bool complete = true;

    for (size_t i = 0; i < CIM_KEYS_MAX && target->keys[i].column && complete; i++) {
        _cleanup_(query_value_done) struct query_value key = { 0 };

        status = query_cursor_value(
            source, (size_t)native_column(source->table, target->keys[i].column), &key);
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

static query_status property_value(struct cim_cursor *c, size_t i, struct query_value *ret)
{
    const struct cim_table *t = row_table(c);
    const struct cim_property *p = t->properties[i];
    query_status status;

    switch (p->source) {
    case CIM_FROM_TEXT:
        return text_of_type(ret, p);
    case CIM_FROM_MACHINE:
        return set_machine(ret);
    case CIM_FROM_COLUMN:
        if (p->type == CIM_REFERENCE)
            return reference_value(c, p->target, ret);
        status = query_cursor_value(row_source(c), (size_t)t->native[i], ret);
        return query_failed(status) ? status : convert(ret, p->type);
    default:
        return QUERY_OK;
    }
}

query_status cim_row_value(query_cursor *base, size_t property, struct query_value *ret)
{
    query_value_done(ret);
    return property_value((struct cim_cursor *)base, property, ret);
}

const struct cim_class *cim_row_class(const query_cursor *base)
{
    return row_table((const struct cim_cursor *)base)->class;
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

static query_status add_key(struct cim_cursor *c, struct object_path *path, size_t property)
{
    _cleanup_(query_value_done) struct query_value key = { 0 };
    const char *name = row_table(c)->properties[property]->name;
    query_status status = property_value(c, property, &key);
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

query_status cim_row_path(query_cursor *base, const char *machine, char **ret)
{
    struct cim_cursor *c = (struct cim_cursor *)base;
    const struct cim_table *t = row_table(c);
    struct object_path path = { .class_name = (char *)(uintptr_t)t->class->name };
    query_status status = QUERY_OK;

    for (size_t i = 0; i < t->n_properties && !query_failed(status); i++) {
        if (t->properties[i]->flags & CIM_KEY && path.n_keys < OBJECT_PATH_KEYS_MAX - 1)
            status = add_key(c, &path, i);
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

static query_status path_value(struct cim_cursor *c, const char *machine, struct query_value *ret)
{
    char *text = NULL;
    query_status status = cim_row_path(&c->base, machine, &text);

    return query_failed(status) ? status : query_take_text(ret, text);
}

static query_status system_value(struct cim_cursor *c, size_t property, struct query_value *ret)
{
    const struct cim_class *class = row_table(c)->class;
    OPENLOGON_AUTHORITY authority;

    switch (property) {
    case SYSTEM_CLASS:
        return query_set_text(ret, class->name);
    case SYSTEM_PATH:
        if (!openlogon_query_authority(&authority))
            return query_last_error();
        return path_value(c, authority.machine_name, ret);
    case SYSTEM_RELPATH:
        return path_value(c, NULL, ret);
    case SYSTEM_SERVER:
        return set_machine(ret);
    case SYSTEM_NAMESPACE:
        return query_set_text(ret, "root\\cimv2");
    case SYSTEM_SUPERCLASS:
        return query_set_text(ret, class->superclass);
    default:
        return query_set_text(ret, dynasty(class));
    }
}

static query_status value(query_cursor *base, size_t column, struct query_value *ret)
{
    struct cim_cursor *c = (struct cim_cursor *)base;
    size_t i;

    if (column >= c->asked->n_properties)
        return system_value(c, column - c->asked->n_properties, ret);
    if (row_table(c) == c->asked)
        return property_value(c, column, ret);
    if (!cim_class_property_find(row_table(c)->class, c->asked->properties[column]->name, &i))
        return QUERY_OK;
    return property_value(c, i, ret);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* A source may give more than was looked for. */
static query_status fits_where(struct cim_cursor *c, bool *ret)
{
    _cleanup_(query_value_done) struct query_value kind = { 0 };
    const struct cim_table *t = row_table(c);
    query_status status = QUERY_OK;

    *ret = true;
    if (t->where == NO_COLUMN)
        return QUERY_OK;
    status = query_cursor_value(row_source(c), (size_t)t->where, &kind);
    *ret = kind.kind == QUERY_TEXT && query_same_text(kind.text, t->class->where_value);
    return status;
}

/* An association has two ends: a session without a user is in none. */
static query_status has_both_ends(struct cim_cursor *c, bool *ret)
{
    const struct cim_table *t = row_table(c);
    query_status status = QUERY_OK;

    for (size_t i = 0; i < t->n_properties && *ret && !query_failed(status); i++) {
        _cleanup_(query_value_done) struct query_value end = { 0 };

        if (t->properties[i]->type != CIM_REFERENCE)
            continue;
        status = property_value(c, i, &end);
        *ret = end.kind != QUERY_NULL;
    }
    return status;
}

static query_status is_instance(struct cim_cursor *c, bool *ret)
{
    query_status status = fits_where(c, ret);

    return query_failed(status) ? status : has_both_ends(c, ret);
}

static query_status next(query_cursor *base, bool *ret_found)
{
    struct cim_cursor *c = (struct cim_cursor *)base;
    query_status status = QUERY_OK;

    *ret_found = false;
    while (c->at != NO_CLASS && !*ret_found && !query_failed(status)) {
        status = query_cursor_next(row_source(c), ret_found);
        if (query_failed(status))
            break;
        if (*ret_found)
            status = is_instance(c, ret_found);
        else
            status = advance(c, c->at + 1);
    }
    return status;
}
