/* SPDX-License-Identifier: MIT */
/* From one object to those that associations tie it to, and to the associations themselves. */
#ifndef OPENLOGON_QUERY_CIM_RELATIONS_H
#define OPENLOGON_QUERY_CIM_RELATIONS_H

#include "query/cim_object.h"

/* What is not looked at is NULL. Names are in any case. */
struct cim_relations {
    const struct object_path *source;
    const struct cim_class *assoc_class, *result_class;
    const char *role, *result_role; /* the source's own, and that of what is found */
    const char *required_qualifier, *required_assoc_qualifier;
};

/* @stopped  the visit has ended it */
_must_check_ query_status cim_each_associator(const struct cim_relations *what, cim_visit visit,
                                              void *context, bool *stopped);
_must_check_ query_status cim_each_reference(const struct cim_relations *what, cim_visit visit,
                                             void *context, bool *stopped);

#endif
