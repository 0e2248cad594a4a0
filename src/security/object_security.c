/* SPDX-License-Identifier: MIT */
#include "security/object_security_lists.h"

#include "security/privilege.h"

#define SEF_KNOWN                                                                                  \
    (SEF_DACL_AUTO_INHERIT | SEF_SACL_AUTO_INHERIT | SEF_DEFAULT_DESCRIPTOR_FOR_OBJECT |           \
     SEF_AVOID_PRIVILEGE_CHECK | SEF_AVOID_OWNER_CHECK | SEF_DEFAULT_OWNER_FROM_PARENT |           \
     SEF_DEFAULT_GROUP_FROM_PARENT | SEF_MACL_VALID_FLAGS | SEF_AVOID_OWNER_RESTRICTION)

const struct side dacl_side = {
    SE_DACL_PRESENT,          SE_DACL_DEFAULTED, SE_DACL_AUTO_INHERITED,
    SE_DACL_AUTO_INHERIT_REQ, SE_DACL_PROTECTED, SEF_DACL_AUTO_INHERIT
};
const struct side sacl_side = {
    SE_SACL_PRESENT,          SE_SACL_DEFAULTED, SE_SACL_AUTO_INHERITED,
    SE_SACL_AUTO_INHERIT_REQ, SE_SACL_PROTECTED, SEF_SACL_AUTO_INHERIT
};

void result_list_done(struct result_list *l)
{
    free(l->acl);
}

nt_status take_list(struct result_list *ret, struct acl_writer *w)
{
    nt_status st = acl_writer_take(w, &ret->acl);

    return NT_IS(st, ALLOTTED_SPACE_EXCEEDED) ? NT(BAD_INHERITANCE_ACL) : st;
}

nt_status build_result(void **ret, size_t *ret_size, const struct descriptor *rest,
                       const struct result_list *dacl, const struct result_list *sacl)
{
    struct descriptor d = *rest;

    d.control |= dacl->control | sacl->control;
    d.dacl = dacl->acl;
    d.sacl = sacl->acl;
    return descriptor_build(ret, ret_size, &d);
}

/* --- What the token may do ------------------------------------------------------------------ */

static bool has_privilege(const token_image *token, enum privilege_number privilege)
{
    return token && (token_image_privileges_enabled(token) & PRIVILEGE_BIT(privilege));
}

static bool may_own(const token_image *token, const SID *owner)
{
    if (has_privilege(token, PRIVILEGE_RESTORE))
        return true;
    size_t i = token ? token_image_find_sid(token, owner) : SIZE_MAX;
    if (i == SIZE_MAX)
        return false;
    uint32_t attributes = token_image_sid_attributes(token, i);
    return !(attributes & SE_GROUP_USE_FOR_DENY_ONLY) && (i == 0 || (attributes & SE_GROUP_OWNER));
}

uint32_t parts_in(const ACL *sacl)
{
    uint32_t parts = 0;
    struct acl_walk walk;
    struct ace ace;

    if (!sacl || acl_n_aces(sacl) == 0)
        return SACL_SECURITY_INFORMATION;
    acl_walk_start(&walk, sacl);
    while (acl_walk_next(&walk, &ace))
        parts |= sacl_part_of(ace.type);
    return parts;
}

/* The highest level that a label in the list gives; `unlabelled` when there is none. */
static uint32_t highest_label(const ACL *sacl, uint32_t unlabelled)
{
    uint32_t highest = 0;
    struct acl_walk walk;
    struct ace ace;

    if (!(parts_in(sacl) & LABEL_SECURITY_INFORMATION))
        return unlabelled;
    acl_walk_start(&walk, sacl);
    while (acl_walk_next(&walk, &ace)) {
        if (sacl_part_of(ace.type) == LABEL_SECURITY_INFORMATION && sid_rid(ace.sid) > highest)
            highest = sid_rid(ace.sid);
    }
    return highest;
}

nt_status check_sacl(const ACL *sacl, uint32_t parts, uint32_t unlabelled,
                     const struct object_security_request *request)
{
    parts &= OBJECT_SECURITY_SACL_PARTS;
    if (request->flags & SEF_AVOID_PRIVILEGE_CHECK)
        return NT_OK;
    if ((object_security_write_access(parts) & ACCESS_SYSTEM_SECURITY) &&
        !has_privilege(request->token, PRIVILEGE_SECURITY))
        return NT(PRIVILEGE_NOT_HELD);
    if ((parts & LABEL_SECURITY_INFORMATION) && !has_privilege(request->token, PRIVILEGE_RELABEL) &&
        highest_label(sacl, unlabelled) >
            (request->token ? token_image_integrity(request->token) : 0))
        return NT(INVALID_LABEL);
    return NT_OK;
}

nt_status check_owner(const SID *owner, const struct object_security_request *request)
{
    if (!owner)
        return NT(INVALID_OWNER);
    if ((request->flags & SEF_AVOID_OWNER_CHECK) || may_own(request->token, owner))
        return NT_OK;
    return NT(INVALID_OWNER);
}

nt_status check_request(const struct object_security_request *request)
{
    if (!request->mapping || (request->flags & ~(uint32_t)SEF_KNOWN))
        return NT(INVALID_PARAMETER);
    return NT_OK;
}

/* --- Rights --------------------------------------------------------------------------------- */

/* winnt.h, SECURITY_INFORMATION. */
static const struct {
    uint32_t parts;
    uint32_t read;
    uint32_t write;
} part_rights[] = {
    { OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION,
      READ_CONTROL, WRITE_OWNER },
    { DACL_SECURITY_INFORMATION | ATTRIBUTE_SECURITY_INFORMATION |
          PROCESS_TRUST_LABEL_SECURITY_INFORMATION | ACCESS_FILTER_SECURITY_INFORMATION,
      READ_CONTROL, WRITE_DAC },
    { SACL_SECURITY_INFORMATION, ACCESS_SYSTEM_SECURITY, ACCESS_SYSTEM_SECURITY },
    { SCOPE_SECURITY_INFORMATION, READ_CONTROL, ACCESS_SYSTEM_SECURITY },
    { BACKUP_SECURITY_INFORMATION, READ_CONTROL | ACCESS_SYSTEM_SECURITY,
      WRITE_DAC | WRITE_OWNER | ACCESS_SYSTEM_SECURITY },
    { PROTECTED_DACL_SECURITY_INFORMATION | UNPROTECTED_DACL_SECURITY_INFORMATION, 0, WRITE_DAC },
    { PROTECTED_SACL_SECURITY_INFORMATION | UNPROTECTED_SACL_SECURITY_INFORMATION, 0,
      ACCESS_SYSTEM_SECURITY },
};

uint32_t object_security_read_access(uint32_t parts)
{
    uint32_t rights = 0;

    for (size_t i = 0; i < ARRAY_SIZE(part_rights); i++)
        rights |= parts & part_rights[i].parts ? part_rights[i].read : 0;
    return rights;
}

uint32_t object_security_write_access(uint32_t parts)
{
    uint32_t rights = 0;

    for (size_t i = 0; i < ARRAY_SIZE(part_rights); i++)
        rights |= parts & part_rights[i].parts ? part_rights[i].write : 0;
    return rights;
}
