/* SPDX-License-Identifier: MIT */
/*
 * Paths of CIM objects: \\.\root\cimv2:Win32_Account.Domain="X",Name="Y". What stands before the
 * class may be missing. A value may be quoted or not; the name of the only key may be missing.
 * Source: Learn, "Describing the Location of a WMI Object".
 */
#ifndef OPENLOGON_QUERY_OBJECT_PATH_H
#define OPENLOGON_QUERY_OBJECT_PATH_H

#include <stddef.h>

#include "base/macros.h"
#include "query/value.h"

enum { OBJECT_PATH_KEYS_MAX = 8 };

/* Owns its texts. Starts as all zeros. */
struct object_path {
    char *machine; /* NULL: none is named; "." */
    char *space;   /* "root\cimv2", with backslashes; NULL: none is named */
    char *class_name;
    struct {
        char *name; /* NULL: the only key, without a name */
        char *value;
    } keys[OBJECT_PATH_KEYS_MAX];
    size_t n_keys; /* 0: the class */
};

void object_path_done(struct object_path *path); /* for _cleanup_() too */

/**
 * @ret_end  NULL: the path has to be all of the text; else it ends where a path cannot go on, and
 *           that is told, in bytes
 * False: it is none, or there is no memory; @ret is empty and *ret_end where it stops being one
 */
_must_check_ bool object_path_parse(struct object_path *ret, const char *text, size_t *ret_end);

/* The value of a key by its name, or of the only one that has none; NULL: it is not there. */
const char *object_path_key(const struct object_path *path, const char *name);

/* Class.Key="value",...: from malloc(), NULL: no memory. With `machine` \\machine\root\cimv2: is
 * put in front. */
char *object_path_text(const struct object_path *path, const char *machine);

#endif
