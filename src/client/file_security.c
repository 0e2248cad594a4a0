/* SPDX-License-Identifier: MIT */
#include "client/file_security.h"

#include <stdlib.h>

#include "client/file_mode.h"
#include "client/file_state.h"
#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/machine_sid.h"
#include "security/idmap.h"
#include "security/privilege.h"
#include "security/sacl.h"
#include "security/well_known.h"

#define PROTECTION_BITS                                                                            \
    (PROTECTED_DACL_SECURITY_INFORMATION | UNPROTECTED_DACL_SECURITY_INFORMATION |                 \
     PROTECTED_SACL_SECURITY_INFORMATION | UNPROTECTED_SACL_SECURITY_INFORMATION)
#define KNOWN_PARTS                                                                                \
    ((DWORD)(OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION | \
             SACL_PARTS | PROTECTION_BITS))

/* --- who may ------------------------------------------------------------------------------ */

struct caller {
    uint64_t privileges;
    uint32_t integrity;
};

static nt_status caller_read(struct caller *ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;

    nt_status st = impersonation_effective_token(&token);
    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (nt_failed(st))
        return st;
    *ret = (struct caller){ token_image_privileges_enabled(image->image),
                            token_image_integrity(image->image) };
    return NT_OK;
}

/* A thread that only identifies a client must not act for it, nor for itself instead. */
static nt_status check_acting(void)
{
    const remote_token *acting;

    return impersonation_acting_token(&acting);
}

static nt_status need_security_privilege(SECURITY_INFORMATION parts, DWORD needing)
{
    struct caller caller;

    if (!(parts & needing))
        return NT_OK;
    nt_status st = caller_read(&caller);
    if (nt_failed(st))
        return st;
    return caller.privileges & PRIVILEGE_BIT(PRIVILEGE_SECURITY) ? NT_OK : NT(PRIVILEGE_NOT_HELD);
}

/* --- reading ------------------------------------------------------------------------------ */

/* The descriptor as a whole: the stored one if it counts, else what the permissions say. */
static nt_status whole_of(struct descriptor *ret, void **ret_mapped, const struct file_state *s,
                          const struct posix_security *posix, bool keeps_descriptors)
{
    size_t size;

    if (keeps_descriptors && s->in_step)
        return descriptor_parse(ret, s->stored.descriptor, s->stored.size);
    nt_status st = posix_to_descriptor(ret_mapped, &size, posix, machine_sid());
    return nt_failed(st) ? st : descriptor_parse(ret, *ret_mapped, size);
}

static const struct {
    uint32_t parts;
    uint16_t control;
} control_parts[] = {
    { OWNER_SECURITY_INFORMATION, SE_OWNER_DEFAULTED },
    { GROUP_SECURITY_INFORMATION, SE_GROUP_DEFAULTED },
    { DACL_SECURITY_INFORMATION, SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_DACL_AUTO_INHERITED |
                                     SE_DACL_AUTO_INHERIT_REQ | SE_DACL_PROTECTED },
    { SACL_PARTS,
      SE_SACL_DEFAULTED | SE_SACL_AUTO_INHERITED | SE_SACL_AUTO_INHERIT_REQ | SE_SACL_PROTECTED },
};

/* Keeps only what was asked for. */
static nt_status build_parts(void **ret, size_t *ret_size, const struct descriptor *whole,
                             SECURITY_INFORMATION parts)
{
    _cleanup_(freep) ACL *sacl = NULL;
    struct descriptor d = { 0 };

    nt_status st = sacl_combine(&sacl, whole->sacl, NULL, parts & SACL_PARTS);
    if (nt_failed(st))
        return st;
    for (size_t i = 0; i < ARRAY_SIZE(control_parts); i++) {
        if (parts & control_parts[i].parts)
            d.control |= whole->control & control_parts[i].control;
    }
    d.owner = parts & OWNER_SECURITY_INFORMATION ? whole->owner : NULL;
    d.group = parts & GROUP_SECURITY_INFORMATION ? whole->group : NULL;
    d.dacl = parts & DACL_SECURITY_INFORMATION ? whole->dacl : NULL;
    d.sacl = sacl;
    if (sacl)
        d.control |= SE_SACL_PRESENT;
    return descriptor_build(ret, ret_size, &d);
}

nt_status file_security_get(void **ret, size_t *ret_size, int fd, SECURITY_INFORMATION parts)
{
    _cleanup_(file_state_freep) struct file_state *s = NULL;
    _cleanup_(freep) void *mapped = NULL;
    struct descriptor whole;

    if (parts & ~KNOWN_PARTS)
        return NT(INVALID_PARAMETER);
    if (!machine_sid())
        return NT_NO_AUTHORITY;
    nt_status st = check_acting();
    if (!nt_failed(st))
        st =
            need_security_privilege(parts, SACL_SECURITY_INFORMATION | BACKUP_SECURITY_INFORMATION);
    if (!nt_failed(st))
        st = file_state_read(&s, fd);
    if (!nt_failed(st))
        st = whole_of(&whole, &mapped, s, &s->posix, file_mode_keeps_descriptors());
    return nt_failed(st) ? st : build_parts(ret, ret_size, &whole, parts);
}

/* --- changing ----------------------------------------------------------------------------- */

struct change {
    SECURITY_INFORMATION parts;
    const struct descriptor *given;
    const struct file_state *state;
    struct posix_security *posix; /* what the file is to have */
    bool keeps_descriptors;       /* asked once: another thread may change the mode */
};

static bool is_system(const SID *sid)
{
    return sid_n_subs(sid) == 1 && sid_authority(sid) == 5 &&
           sid_sub(sid, 0) == SECURITY_LOCAL_SYSTEM_RID;
}

/* SYSTEM is uid 0, but only a stored descriptor tells it from RID 500, which is uid 0 as well. */
static nt_status change_owner(const struct change *c)
{
    const SID *owner = c->given->owner;

    if (!(c->parts & OWNER_SECURITY_INFORMATION))
        return NT_OK;
    uint32_t uid = owner ? idmap_sid_to_uid(machine_sid(), owner) : IDMAP_NO_ID;
    if (owner && is_system(owner) && c->keeps_descriptors)
        uid = 0;
    if (uid == IDMAP_NO_ID)
        return NT(INVALID_OWNER);
    c->posix->uid = uid;
    return NT_OK;
}

/* A stored descriptor may name a group that Linux does not know; the file then keeps its own. */
static nt_status change_group(const struct change *c)
{
    const SID *group = c->given->group;

    if (!(c->parts & GROUP_SECURITY_INFORMATION))
        return NT_OK;
    uint32_t gid = group ? idmap_sid_to_gid(machine_sid(), group) : IDMAP_NO_ID;
    if (gid == IDMAP_NO_ID)
        return group && c->keeps_descriptors ? NT_OK : NT(INVALID_PRIMARY_GROUP);
    c->posix->gid = gid;
    return NT_OK;
}

/* Without stored descriptors a SACL has no place, and what a parent has is not inherited later. */
static nt_status check_sayable(const struct change *c)
{
    _cleanup_(freep) ACL *sacl = NULL;

    if (c->parts & (UNPROTECTED_DACL_SECURITY_INFORMATION | UNPROTECTED_SACL_SECURITY_INFORMATION))
        return NT(NOT_SUPPORTED);
    nt_status st = sacl_combine(&sacl, c->given->sacl, NULL, c->parts & SACL_PARTS);
    if (nt_failed(st))
        return st;
    return sacl ? NT(NOT_SUPPORTED) : NT_OK;
}

static nt_status change_permissions(const struct change *c)
{
    bool exact = true;

    nt_status st = check_sayable(c);
    if (!nt_failed(st) && (c->parts & DACL_SECURITY_INFORMATION))
        st = posix_set_dacl(c->posix, &exact, c->given->dacl, machine_sid());
    if (nt_failed(st))
        return st;
    return exact ? file_state_change(c->state, c->posix) : NT(NOT_SUPPORTED);
}

/* Nobody may make something more trustworthy than himself. */
static nt_status check_label(const struct change *c)
{
    const uint64_t relabel = PRIVILEGE_BIT(PRIVILEGE_RELABEL);
    struct caller caller;
    struct acl_walk walk;
    struct ace ace;

    if (!c->given->sacl || !(c->parts & (LABEL_SECURITY_INFORMATION | BACKUP_SECURITY_INFORMATION)))
        return NT_OK;
    nt_status st = caller_read(&caller);
    if (nt_failed(st))
        return st;
    acl_walk_start(&walk, c->given->sacl);
    while (acl_walk_next(&walk, &ace)) {
        if (ace.type != SYSTEM_MANDATORY_LABEL_ACE_TYPE)
            continue;
        if (!sid_is_integrity(ace.sid))
            return NT(INVALID_SID);
        if (sid_rid(ace.sid) > caller.integrity && !(caller.privileges & relabel))
            return NT(PRIVILEGE_NOT_HELD);
    }
    return walk.malformed ? NT(INVALID_ACL) : NT_OK;
}

/* A bit that is set by the descriptor or the call, and cleared by the call alone. */
static void change_protection(struct descriptor *whole, const struct change *c, uint16_t bit,
                              DWORD on, DWORD off)
{
    if ((c->given->control & bit) || (c->parts & on))
        whole->control |= bit;
    if (c->parts & off)
        whole->control &= (uint16_t)~bit;
}

/* That it was inherited is kept only when the caller asks for that, as on Windows. */
static void merge_dacl(struct descriptor *whole, const struct descriptor *given)
{
    const uint16_t inherited = SE_DACL_AUTO_INHERITED | SE_DACL_AUTO_INHERIT_REQ;

    whole->dacl = given->dacl;
    whole->control &= (uint16_t) ~(SE_DACL_PROTECTED | SE_DACL_AUTO_INHERITED);
    whole->control |= SE_DACL_PRESENT;
    if ((given->control & inherited) == inherited)
        whole->control |= SE_DACL_AUTO_INHERITED;
}

/* Puts what was given into the descriptor as it is. The SACL is the caller's to free. */
static nt_status merge(struct descriptor *whole, ACL **ret_sacl, const struct change *c)
{
    nt_status st = sacl_combine(ret_sacl, c->given->sacl, whole->sacl, c->parts & SACL_PARTS);
    if (nt_failed(st))
        return st;
    whole->sacl = *ret_sacl;
    whole->control = (uint16_t)(*ret_sacl ? whole->control | SE_SACL_PRESENT
                                          : whole->control & ~SE_SACL_PRESENT);
    if (c->parts & OWNER_SECURITY_INFORMATION)
        whole->owner = c->given->owner;
    if (c->parts & GROUP_SECURITY_INFORMATION)
        whole->group = c->given->group;
    if (c->parts & DACL_SECURITY_INFORMATION)
        merge_dacl(whole, c->given);
    change_protection(whole, c, SE_DACL_PROTECTED, PROTECTED_DACL_SECURITY_INFORMATION,
                      UNPROTECTED_DACL_SECURITY_INFORMATION);
    change_protection(whole, c, SE_SACL_PROTECTED, PROTECTED_SACL_SECURITY_INFORMATION,
                      UNPROTECTED_SACL_SECURITY_INFORMATION);
    return NT_OK;
}

/* The kernel gets what is nearest and not more permissive. */
static nt_status change_descriptor(const struct change *c)
{
    _cleanup_(freep) void *mapped = NULL;
    _cleanup_(freep) ACL *sacl = NULL;
    struct descriptor whole;
    bool exact;

    nt_status st = check_label(c);
    if (!nt_failed(st))
        st = whole_of(&whole, &mapped, c->state, c->posix, true);
    if (!nt_failed(st))
        st = merge(&whole, &sacl, c);
    if (!nt_failed(st) && ((c->parts & DACL_SECURITY_INFORMATION) || c->state->in_step))
        st = posix_set_dacl(c->posix, &exact, whole.dacl, machine_sid());
    return nt_failed(st) ? st : file_state_store(c->state, c->posix, &whole);
}

static nt_status change_file(struct change *c)
{
    _cleanup_(freep) struct posix_security *posix = malloc(sizeof(*posix));

    if (!posix)
        return NT(NO_MEMORY);
    *posix = c->state->posix;
    c->posix = posix;
    nt_status st = change_owner(c);
    if (!nt_failed(st))
        st = change_group(c);
    if (nt_failed(st))
        return st;
    return c->keeps_descriptors ? change_descriptor(c) : change_permissions(c);
}

static bool contradicts_itself(SECURITY_INFORMATION parts)
{
    const DWORD dacl = PROTECTED_DACL_SECURITY_INFORMATION | UNPROTECTED_DACL_SECURITY_INFORMATION;
    const DWORD sacl = PROTECTED_SACL_SECURITY_INFORMATION | UNPROTECTED_SACL_SECURITY_INFORMATION;

    return (parts & dacl) == dacl || (parts & sacl) == sacl;
}

nt_status file_security_set(int fd, SECURITY_INFORMATION parts, const struct descriptor *given)
{
    _cleanup_(file_state_freep) struct file_state *s = NULL;
    struct change change = { .parts = parts,
                             .given = given,
                             .keeps_descriptors = file_mode_keeps_descriptors() };

    if ((parts & ~KNOWN_PARTS) || contradicts_itself(parts))
        return NT(INVALID_PARAMETER);
    if (!machine_sid())
        return NT_NO_AUTHORITY;
    nt_status st = check_acting();
    if (!nt_failed(st))
        st = need_security_privilege(parts, SACL_SECURITY_INFORMATION | SCOPE_SECURITY_INFORMATION |
                                                BACKUP_SECURITY_INFORMATION);
    if (!nt_failed(st))
        st = file_state_read(&s, fd);
    if (nt_failed(st) || parts == 0)
        return st;
    change.state = s;
    return change_file(&change);
}
