/* SPDX-License-Identifier: MIT */
#include "security/sacl.h"

#include <stdlib.h>

#include "security/acl_writer.h"

static const struct {
    uint8_t type;
    uint32_t part;
} parts_by_type[] = {
    { SYSTEM_MANDATORY_LABEL_ACE_TYPE, LABEL_SECURITY_INFORMATION },
    { SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE, ATTRIBUTE_SECURITY_INFORMATION },
    { SYSTEM_SCOPED_POLICY_ID_ACE_TYPE, SCOPE_SECURITY_INFORMATION },
    { SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE, PROCESS_TRUST_LABEL_SECURITY_INFORMATION },
    { SYSTEM_ACCESS_FILTER_ACE_TYPE, ACCESS_FILTER_SECURITY_INFORMATION },
};

uint32_t sacl_part_of(uint8_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(parts_by_type); i++) {
        if (parts_by_type[i].type == type)
            return parts_by_type[i].part;
    }
    return SACL_SECURITY_INFORMATION;
}

/* Copies the ACEs whose part is among the given. */
static nt_status copy_parts(struct acl_writer *w, const ACL *from, uint32_t parts)
{
    struct acl_walk walk;
    struct ace ace;

    acl_writer_raise(w, from);
    if (!from)
        return NT_OK;
    acl_walk_start(&walk, from);
    while (acl_walk_next(&walk, &ace)) {
        if (sacl_part_of(ace.type) & parts)
            acl_writer_copy(w, &ace, ace.flags);
    }
    return walk.malformed ? NT(INVALID_ACL) : NT_OK;
}

nt_status sacl_combine(ACL **ret, const ACL *picked, const ACL *rest, uint32_t parts)
{
    _cleanup_(acl_writer_done) struct acl_writer w;
    _cleanup_(freep) ACL *acl = NULL;

    if (parts & BACKUP_SECURITY_INFORMATION)
        parts = UINT32_MAX;
    acl_writer_init(&w);
    nt_status st = copy_parts(&w, picked, parts);
    if (!nt_failed(st))
        st = copy_parts(&w, rest, ~parts);
    if (!nt_failed(st))
        st = acl_writer_take(&w, &acl);
    if (nt_failed(st))
        return st;
    *ret = acl_n_aces(acl) > 0 ? TAKE(acl) : NULL;
    return NT_OK;
}
