/* SPDX-License-Identifier: MIT */
#include "security/sacl.h"

#include <stdlib.h>

enum { ACL_HEADER_SIZE = 8 };

static const struct {
    uint8_t type;
    uint32_t part;
} parts_by_type[] = {
    { SYSTEM_MANDATORY_LABEL_ACE_TYPE, LABEL_SECURITY_INFORMATION },
    { 0x12, ATTRIBUTE_SECURITY_INFORMATION },
    { 0x13, SCOPE_SECURITY_INFORMATION },
    { 0x14, PROCESS_TRUST_LABEL_SECURITY_INFORMATION },
    { 0x15, ACCESS_FILTER_SECURITY_INFORMATION },
};

uint32_t sacl_part_of(uint8_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(parts_by_type); i++) {
        if (parts_by_type[i].type == type)
            return parts_by_type[i].part;
    }
    return SACL_SECURITY_INFORMATION;
}

/* Appends the ACEs whose part is among the given. */
static nt_status append_parts(ACL *acl, const ACL *from, uint32_t parts)
{
    struct acl_walk walk;
    struct ace ace;

    if (!from)
        return NT_OK;
    acl_walk_start(&walk, from);
    while (acl_walk_next(&walk, &ace)) {
        if (!(sacl_part_of(ace.type) & parts))
            continue;
        nt_status st = acl_insert_bytes(acl, SIZE_MAX, ace.bytes, ace.size);
        if (nt_failed(st))
            return st;
    }
    return walk.malformed ? NT(INVALID_ACL) : NT_OK;
}

static uint8_t revision_of(const ACL *acl)
{
    return acl ? *(const uint8_t *)acl : ACL_REVISION;
}

/* Cuts off what is not used. */
static nt_status shrink(ACL *acl)
{
    uint16_t size;
    size_t used;

    nt_status st = acl_used(&used, acl);
    if (nt_failed(st))
        return st;
    size = (uint16_t)used;
    memcpy((uint8_t *)acl + 2, &size, sizeof(size));
    return NT_OK;
}

nt_status sacl_combine(ACL **ret, const ACL *picked, const ACL *rest, uint32_t parts)
{
    size_t room = ACL_HEADER_SIZE + (picked ? acl_size(picked) : 0) + (rest ? acl_size(rest) : 0);
    uint8_t revision =
        revision_of(picked) > revision_of(rest) ? revision_of(picked) : revision_of(rest);

    if (parts & BACKUP_SECURITY_INFORMATION)
        parts = UINT32_MAX;
    room = room > ACL_SIZE_MAX ? ACL_SIZE_MAX : (room + 3) / 4 * 4;
    _cleanup_(freep) ACL *acl = malloc(room);
    if (!acl)
        return NT(NO_MEMORY);
    nt_status st = acl_init(acl, room, revision);
    if (!nt_failed(st))
        st = append_parts(acl, picked, parts);
    if (!nt_failed(st))
        st = append_parts(acl, rest, ~parts);
    if (!nt_failed(st))
        st = shrink(acl);
    if (nt_failed(st))
        return st;
    *ret = acl_n_aces(acl) > 0 ? TAKE(acl) : NULL;
    return NT_OK;
}
