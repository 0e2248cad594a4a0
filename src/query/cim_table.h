/* SPDX-License-Identifier: MIT */
/*
 * The instances of CIM classes, as tables of the same model: a column for each property, and the
 * system properties (__CLASS, __PATH ...) as hidden ones. Instances of the classes below it are
 * among those of a class, each with the properties of its own class, class after class.
 *
 * A datetime is a text as CIM writes it, in UTC; a reference is the path of an object.
 */
#ifndef OPENLOGON_QUERY_CIM_TABLE_H
#define OPENLOGON_QUERY_CIM_TABLE_H

#include "query/cim_class.h"
#include "query/object_path.h"

/* Its columns are those of cim_class_property(), then the system properties. Never NULL. */
const struct query_table *cim_table(const struct cim_class *class);

/* The class that a table is of; NULL: of none. */
const struct cim_class *cim_class_of_table(const struct query_table *table);

/* Of the row where a cursor of such a table is. */
const struct cim_class *cim_row_class(const query_cursor *c);
/* By the place in the row's own class. @ret  as query_cursor_value() */
_must_check_ query_status cim_row_value(query_cursor *c, size_t property, struct query_value *ret);
/* Class.Key="value"; with a machine \\machine\root\cimv2: in front. From malloc(). */
_must_check_ query_status cim_row_path(query_cursor *c, const char *machine, char **ret);
/* The same without a machine, taken apart. @ret  all zeros before */
_must_check_ query_status cim_row_object(query_cursor *c, struct object_path *ret);

/**
 * Filters a cursor to the one object that a path names.
 * @possible  false: there can be none (another class, a key is missing); the cursor is as before
 */
_must_check_ query_status cim_filter_to_path(query_cursor *c, const struct object_path *path,
                                             bool *possible);

#endif
