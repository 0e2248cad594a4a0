/* SPDX-License-Identifier: MIT */
#include "security/token_security.h"

#include <stdlib.h>

#include "security/privilege.h"
#include "security/sacl.h"
#include "security/well_known.h"

/* Protection from inheritance is a part of the list that it protects. */
#define OF_DACL                                                                                    \
    (DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION |                             \
     UNPROTECTED_DACL_SECURITY_INFORMATION)
#define OF_SACL                                                                                    \
    (SACL_SECURITY_INFORMATION | PROTECTED_SACL_SECURITY_INFORMATION |                             \
     UNPROTECTED_SACL_SECURITY_INFORMATION)

enum {
    PARTS = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |
            SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION,
    IN_SACL = SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION,
    DACL_CONTROL = SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_DACL_AUTO_INHERITED | SE_DACL_PROTECTED,
    SACL_CONTROL = SE_SACL_PRESENT | SE_SACL_DEFAULTED | SE_SACL_AUTO_INHERITED | SE_SACL_PROTECTED,
};

nt_status token_security_default(void **ret, size_t *ret_size, const token_image *image)
{
    _cleanup_(freep) ACL *dacl = NULL;
    const SID *user = token_image_sid(image, 0);
    sid_buffer system, administrators;
    nt_status st = well_known_make(&system, WinLocalSystemSid, NULL);

    if (!nt_failed(st))
        st = well_known_make(&administrators, WinBuiltinAdministratorsSid, NULL);
    if (nt_failed(st))
        return st;
    const struct ace aces[] = {
        { .type = ACCESS_ALLOWED_ACE_TYPE, .mask = TOKEN_ALL_ACCESS, .sid = user },
        { .type = ACCESS_ALLOWED_ACE_TYPE, .mask = TOKEN_ALL_ACCESS, .sid = &system.sid },
        { .type = ACCESS_ALLOWED_ACE_TYPE,
          .mask = TOKEN_READ | TOKEN_QUERY_SOURCE,
          .sid = &administrators.sid },
    };
    st = acl_build(&dacl, aces, ARRAY_SIZE(aces));
    if (nt_failed(st))
        return st;
    const struct descriptor descriptor = {
        .control = SE_DACL_PRESENT,
        .owner = user,
        .group = token_image_sid(image, token_image_primary_group_index(image)),
        .dacl = dacl,
    };
    return descriptor_build(ret, ret_size, &descriptor);
}

uint32_t token_security_read_access(uint32_t information)
{
    const uint32_t control = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
                             DACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION;

    return (information & control ? (uint32_t)READ_CONTROL : 0) |
           (information & SACL_SECURITY_INFORMATION ? (uint32_t)ACCESS_SYSTEM_SECURITY : 0);
}

uint32_t token_security_write_access(uint32_t information)
{
    const uint32_t owner =
        OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION;

    return (information & owner ? (uint32_t)WRITE_OWNER : 0) |
           (information & OF_DACL ? (uint32_t)WRITE_DAC : 0) |
           (information & OF_SACL ? (uint32_t)ACCESS_SYSTEM_SECURITY : 0);
}

/* --- reading --- */

nt_status token_security_select(void **ret, size_t *ret_size, const struct descriptor *whole,
                                uint32_t information)
{
    _cleanup_(freep) ACL *sacl = NULL;
    struct descriptor parts = { 0 };

    if (information & ~(uint32_t)PARTS)
        return NT(INVALID_PARAMETER);
    nt_status st = sacl_combine(&sacl, whole->sacl, NULL, information & IN_SACL);
    if (nt_failed(st))
        return st;
    if (information & OWNER_SECURITY_INFORMATION)
        parts.owner = whole->owner;
    if (information & GROUP_SECURITY_INFORMATION)
        parts.group = whole->group;
    if (information & DACL_SECURITY_INFORMATION) {
        parts.dacl = whole->dacl;
        parts.control |= whole->control & DACL_CONTROL;
    }
    if (sacl) {
        parts.sacl = sacl;
        parts.control |= whole->control & SACL_CONTROL;
    }
    return descriptor_build(ret, ret_size, &parts);
}

/* --- writing --- */

static bool may_be_owner(const token_image *caller, const SID *owner)
{
    size_t i = token_image_find_sid(caller, owner);

    if (token_image_privileges_enabled(caller) & PRIVILEGE_BIT(PRIVILEGE_RESTORE))
        return true;
    if (i == SIZE_MAX || i == 0)
        return i == 0;
    uint32_t attributes = token_image_sid_attributes(caller, i);
    return (attributes & SE_GROUP_OWNER) && !(attributes & SE_GROUP_USE_FOR_DENY_ONLY);
}

static nt_status check_labels(const ACL *sacl, const token_image *caller)
{
    struct acl_walk walk;
    struct ace ace;

    if (!sacl || (token_image_privileges_enabled(caller) & PRIVILEGE_BIT(PRIVILEGE_RELABEL)))
        return NT_OK;
    acl_walk_start(&walk, sacl);
    while (acl_walk_next(&walk, &ace)) {
        if (ace.type == SYSTEM_MANDATORY_LABEL_ACE_TYPE &&
            (!sid_is_integrity(ace.sid) || sid_rid(ace.sid) > token_image_integrity(caller)))
            return NT(PRIVILEGE_NOT_HELD);
    }
    return NT_OK;
}

static nt_status check_parts(const struct descriptor *parts, uint32_t information,
                             const token_image *caller)
{
    if (information == 0 || (information & ~(uint32_t)(PARTS | OF_DACL | OF_SACL)))
        return NT(INVALID_PARAMETER);
    if ((information & OWNER_SECURITY_INFORMATION) &&
        (!parts->owner || !may_be_owner(caller, parts->owner)))
        return NT(INVALID_OWNER);
    if ((information & GROUP_SECURITY_INFORMATION) && !parts->group)
        return NT(INVALID_PRIMARY_GROUP);
    return information & LABEL_SECURITY_INFORMATION ? check_labels(parts->sacl, caller) : NT_OK;
}

static uint16_t protect(uint16_t control, bool on, bool off, uint16_t flag)
{
    if (off)
        return control & (uint16_t)~flag;
    return on ? control | flag : control;
}

static uint16_t merge_control(uint16_t whole, uint16_t parts, uint32_t information)
{
    uint16_t taken = (information & DACL_SECURITY_INFORMATION ? DACL_CONTROL : 0) |
                     (information & SACL_SECURITY_INFORMATION ? SACL_CONTROL : 0);
    uint16_t control = (whole & (uint16_t)~taken) | (parts & taken);

    control = protect(control, information & PROTECTED_DACL_SECURITY_INFORMATION,
                      information & UNPROTECTED_DACL_SECURITY_INFORMATION, SE_DACL_PROTECTED);
    return protect(control, information & PROTECTED_SACL_SECURITY_INFORMATION,
                   information & UNPROTECTED_SACL_SECURITY_INFORMATION, SE_SACL_PROTECTED);
}

static nt_status build_bounded(void **ret, size_t *ret_size, const struct descriptor *d)
{
    return descriptor_size(d) > TOKEN_SECURITY_SIZE_MAX ? NT(QUOTA_EXCEEDED)
                                                        : descriptor_build(ret, ret_size, d);
}

nt_status token_security_merge(void **ret, size_t *ret_size, const struct descriptor *whole,
                               const struct descriptor *parts, uint32_t information,
                               const token_image *caller)
{
    _cleanup_(freep) ACL *sacl = NULL;
    struct descriptor merged = *whole;
    nt_status st = check_parts(parts, information, caller);

    if (!nt_failed(st))
        st = sacl_combine(&sacl, parts->sacl, whole->sacl, information & IN_SACL);
    if (nt_failed(st))
        return st;
    if (information & OWNER_SECURITY_INFORMATION)
        merged.owner = parts->owner;
    if (information & GROUP_SECURITY_INFORMATION)
        merged.group = parts->group;
    if (information & DACL_SECURITY_INFORMATION)
        merged.dacl = parts->dacl;
    merged.sacl = sacl;
    merged.control = merge_control(whole->control, parts->control, information);
    merged.control = protect(merged.control, sacl, !sacl, SE_SACL_PRESENT);
    return build_bounded(ret, ret_size, &merged);
}

/* --- a new token --- */

static uint32_t parts_in_sacl(const ACL *sacl)
{
    uint32_t parts = 0;
    struct acl_walk walk;
    struct ace ace;

    if (!sacl)
        return 0;
    acl_walk_start(&walk, sacl);
    while (acl_walk_next(&walk, &ace))
        parts |= ace.type == SYSTEM_MANDATORY_LABEL_ACE_TYPE ? LABEL_SECURITY_INFORMATION
                                                             : SACL_SECURITY_INFORMATION;
    return parts;
}

/* The DACL always is: a descriptor without one says that everybody may everything. */
static uint32_t parts_given(const struct descriptor *given, const struct descriptor *at_first)
{
    uint32_t parts = DACL_SECURITY_INFORMATION | parts_in_sacl(given->sacl);

    if (given->owner && !sid_equal(given->owner, at_first->owner))
        parts |= OWNER_SECURITY_INFORMATION;
    return given->group ? parts | GROUP_SECURITY_INFORMATION : parts;
}

nt_status token_security_of_new(void **ret, size_t *ret_size, const token_image *token,
                                const struct descriptor *given, const token_image *caller)
{
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor at_first;
    uint32_t parts;
    size_t size;
    nt_status st = token_security_default(&bytes, &size, token);

    if (!nt_failed(st))
        st = descriptor_parse(&at_first, bytes, size);
    if (nt_failed(st))
        return st;
    parts = parts_given(given, &at_first);
    if ((token_security_write_access(parts) & ACCESS_SYSTEM_SECURITY) &&
        !(token_image_privileges_enabled(caller) & PRIVILEGE_BIT(PRIVILEGE_SECURITY)))
        return NT(PRIVILEGE_NOT_HELD);
    return token_security_merge(ret, ret_size, &at_first, given, parts, caller);
}
