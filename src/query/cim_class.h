/* SPDX-License-Identifier: MIT */
/*
 * The CIM classes of root\cimv2 that there are here, as one description: what they are called, what
 * they derive from, their properties with types and qualifiers, and which column of which table a
 * property comes from. Everything that shows a class reads this.
 */
#ifndef OPENLOGON_QUERY_CIM_CLASS_H
#define OPENLOGON_QUERY_CIM_CLASS_H

#include "query/table.h"

enum cim_type {
    CIM_STRING,
    CIM_BOOLEAN,
    CIM_UINT8,
    CIM_UINT16,
    CIM_UINT32,
    CIM_UINT64,
    CIM_DATETIME,
    CIM_REFERENCE,
};

enum cim_flags {
    CIM_KEY = 1 << 0,         /* of a property */
    CIM_ABSTRACT = 1 << 1,    /* of a class: its instances are those of classes below it */
    CIM_ASSOCIATION = 1 << 2, /* of a class */
};

/* Where the value of a property comes from. */
enum cim_source {
    CIM_FROM_NOTHING, /* it is not known here: NULL */
    CIM_FROM_COLUMN,  /* of the class's table */
    CIM_FROM_TEXT,    /* always the same */
    CIM_FROM_MACHINE, /* the machine's name */
};

/* ValueMap and Values; a table ends with NULL. */
struct cim_word {
    const char *value, *word;
};

/* The object that a reference refers to: its class, and the columns that its keys come from. */
enum { CIM_KEYS_MAX = 2 };
struct cim_target {
    const char *class_name;
    struct {
        const char *property, *column;
    } keys[CIM_KEYS_MAX]; /* unused ones are NULL */
};

struct cim_property {
    const char *name;
    enum cim_type type;
    unsigned flags;
    enum cim_source source;
    const char *from;                /* column or text */
    const struct cim_target *target; /* of a reference */
    unsigned max_length;             /* MaxLen; 0: none */
    const char *units;               /* Units; NULL: none */
    const struct cim_word *words;
};

struct cim_class {
    const char *name;
    const char *superclass; /* NULL: it is the first of its line */
    unsigned flags;
    /* Its own, and those that it has otherwise than its superclass; a table ends with no name. */
    const struct cim_property *properties;
    const struct query_table *source; /* NULL: it has no instances of its own */
    /* Only these rows: of a column that is a key. NULL: all. */
    const char *where_column, *where_value;
};

const struct cim_class *cim_classes(size_t *ret_n);
const struct cim_class *cim_class_find(const char *name); /* NULL: there is none */
const struct cim_class *cim_class_super(const struct cim_class *class);
bool cim_class_is_a(const struct cim_class *class, const struct cim_class *ancestor);
/* Whether one is the other, or derives from it: an object may be of both. NULL is of no line. */
bool cim_class_is_of_line(const struct cim_class *a, const struct cim_class *b);

/* "Abstract", "Association", "Dynamic" and so on: whether the class has it. */
bool cim_class_has_qualifier(const struct cim_class *class, const char *name);

/* All properties, those of the first of its line first. NULL at their end. */
const struct cim_property *cim_class_property(const struct cim_class *class, size_t i);
size_t cim_class_size(const struct cim_class *class);
bool cim_class_property_find(const struct cim_class *class, const char *name, size_t *ret);

/* "uint32", as CIM writes it. */
const char *cim_type_word(enum cim_type type);

#endif
