/* SPDX-License-Identifier: MIT */
/* Which object a path names. */
#ifndef OPENLOGON_QUERY_CIM_OBJECT_H
#define OPENLOGON_QUERY_CIM_OBJECT_H

#include "query/cim_table.h"

/* Whether two paths name one object: without regard to the machine, to the case of ASCII letters,
 * and to which class of one line they name. What is no path names none. */
bool cim_same_object(const char *a, const char *b);

/* Called for an object, where the cursor is. False ends the search. */
typedef bool (*cim_visit)(void *context, query_cursor *c);

/**
 * Looks for the object that a path names, among those of the class that it names.
 * @visit    NULL: it is only looked
 * @stopped  may be NULL: the visit has ended it
 */
_must_check_ query_status cim_object_find(const struct object_path *path, cim_visit visit,
                                          void *context, bool *found, bool *stopped);

#endif
