/* SPDX-License-Identifier: MIT */
/* The columns that a class's instances have as a table, and where in the class's source each comes
 * from: made of the description once. */
#ifndef OPENLOGON_QUERY_CIM_LAYOUT_H
#define OPENLOGON_QUERY_CIM_LAYOUT_H

#include "query/cim_class.h"

enum {
    CIM_PROPERTIES_MAX = 64,
    CIM_NO_COLUMN = -1,
};

/* They follow the properties. */
enum cim_system_property {
    CIM_SYSTEM_CLASS,
    CIM_SYSTEM_PATH,
    CIM_SYSTEM_RELPATH,
    CIM_SYSTEM_SERVER,
    CIM_SYSTEM_NAMESPACE,
    CIM_SYSTEM_SUPERCLASS,
    CIM_SYSTEM_DYNASTY,
    CIM_N_SYSTEM,
};

struct cim_layout {
    const struct cim_class *class;
    const struct cim_property *properties[CIM_PROPERTIES_MAX];
    size_t n_properties;
    struct query_column columns[CIM_PROPERTIES_MAX + CIM_N_SYSTEM];
    int native[CIM_PROPERTIES_MAX]; /* the source's column of a property; CIM_NO_COLUMN */
    int where;                      /* and of the class's condition */
    size_t rows_expected;
};

/* @ret  all zeros before */
void cim_layout_make(struct cim_layout *ret, const struct cim_class *class);

/* The source's column of that name; CIM_NO_COLUMN. */
int cim_layout_native(const struct cim_layout *layout, const char *name);

/* What a value of the type is in a table. */
enum query_kind cim_kind_of(enum cim_type type);

#endif
