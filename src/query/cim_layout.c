/* SPDX-License-Identifier: MIT */
#include "query/cim_layout.h"

#include <string.h>

static const struct query_column system_columns[CIM_N_SYSTEM] = {
    [CIM_SYSTEM_CLASS] = { "__CLASS", QUERY_TEXT, QUERY_HIDDEN },
    [CIM_SYSTEM_PATH] = { "__PATH", QUERY_TEXT, QUERY_HIDDEN | QUERY_KEY },
    [CIM_SYSTEM_RELPATH] = { "__RELPATH", QUERY_TEXT, QUERY_HIDDEN | QUERY_KEY },
    [CIM_SYSTEM_SERVER] = { "__SERVER", QUERY_TEXT, QUERY_HIDDEN },
    [CIM_SYSTEM_NAMESPACE] = { "__NAMESPACE", QUERY_TEXT, QUERY_HIDDEN },
    [CIM_SYSTEM_SUPERCLASS] = { "__SUPERCLASS", QUERY_TEXT, QUERY_HIDDEN },
    [CIM_SYSTEM_DYNASTY] = { "__DYNASTY", QUERY_TEXT, QUERY_HIDDEN },
};

enum query_kind cim_kind_of(enum cim_type type)
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

    return source && name && query_column_find(source, name, &i) ? (int)i : CIM_NO_COLUMN;
}

static unsigned native_flags(const struct query_table *source, const char *name)
{
    const int i = native_column(source, name);

    return i == CIM_NO_COLUMN ? 0 : source->columns[i].flags & (QUERY_KEY | QUERY_UNIQUE);
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

int cim_layout_native(const struct cim_layout *layout, const char *name)
{
    return native_column(layout->class->source, name);
}

void cim_layout_make(struct cim_layout *ret, const struct cim_class *class)
{
    const struct cim_property *p;

    ret->class = class;
    ret->where = native_column(class->source, class->where_column);
    ret->rows_expected = rows_of(class);
    while (ret->n_properties < CIM_PROPERTIES_MAX &&
           (p = cim_class_property(class, ret->n_properties))) {
        const size_t i = ret->n_properties++;

        ret->properties[i] = p;
        ret->native[i] =
            p->source == CIM_FROM_COLUMN ? native_column(class->source, p->from) : CIM_NO_COLUMN;
        ret->columns[i] =
            (struct query_column){ p->name, cim_kind_of(p->type), flags_of(class, p->name) };
    }
    memcpy(&ret->columns[ret->n_properties], system_columns, sizeof(system_columns));
}
