/* SPDX-License-Identifier: MIT */
/* One instance of a class: a row of the class's source, read as the class describes it. */
#ifndef OPENLOGON_QUERY_CIM_INSTANCE_H
#define OPENLOGON_QUERY_CIM_INSTANCE_H

#include "query/cim_layout.h"

/* Both borrowed; it is the row where the source's cursor is. */
struct cim_instance {
    const struct cim_layout *layout;
    query_cursor *source;
};

/* The value of a property, by its place in the class. @ret  NULL before, as for all of these */
_must_check_ query_status cim_instance_value(const struct cim_instance *o, size_t property,
                                             struct query_value *ret);
_must_check_ query_status cim_instance_system_value(const struct cim_instance *o,
                                                    enum cim_system_property property,
                                                    struct query_value *ret);

/* As cim_row_path(). */
_must_check_ query_status cim_instance_path(const struct cim_instance *o, const char *machine,
                                            char **ret);

/* Whether the row is one: the source may give more than was looked for. */
_must_check_ query_status cim_instance_exists(const struct cim_instance *o, bool *ret);

#endif
