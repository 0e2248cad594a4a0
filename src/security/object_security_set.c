/* SPDX-License-Identifier: MIT */
/* The descriptors of objects that there are: changed, and shown, in parts. */
#include "security/object_security_lists.h"

/* How much of the inherited ACEs, old and given, there is in the result. */
enum inherited_rule {
    INHERITED_AS_GIVEN, /* the caller's marks stand */
    INHERITED_KEEP,     /* the object's own stay, those given are left out */
    INHERITED_UNMARK,   /* those given become explicit ones */
};

static enum inherited_rule rule_of(const struct side *side, const struct descriptor *current,
                                   const struct object_security_request *r)
{
    if (!(r->flags & side->auto_inherit))
        return INHERITED_AS_GIVEN;
    if (r->creator->control & side->protected)
        return INHERITED_UNMARK;
    return current->control & side->protected ? INHERITED_AS_GIVEN : INHERITED_KEEP;
}

static void put_given(struct acl_writer *w, const ACL *given, uint32_t parts,
                      enum inherited_rule rule, const struct inherit_target *target)
{
    struct acl_walk walk;
    struct ace ace;

    if (!given)
        return;
    acl_writer_raise(w, given);
    acl_walk_start(&walk, given);
    while (acl_walk_next(&walk, &ace)) {
        if (!(sacl_part_of(ace.type) & parts) ||
            (rule == INHERITED_KEEP && (ace.flags & INHERITED_ACE)))
            continue;
        if (rule == INHERITED_UNMARK)
            ace.flags &= (uint8_t)~INHERITED_ACE;
        inherit_own_ace(w, &ace, target);
    }
    if (walk.malformed)
        writer_fail(&w->bytes, NT(INVALID_ACL));
}

/* What stays of the object's list: other parts than those set, and inherited ACEs where kept. */
static void put_kept(struct acl_writer *w, const ACL *current, uint32_t parts,
                     enum inherited_rule rule)
{
    struct acl_walk walk;
    struct ace ace;

    if (!current)
        return;
    acl_walk_start(&walk, current);
    while (acl_walk_next(&walk, &ace)) {
        bool inherited = rule == INHERITED_KEEP && (ace.flags & INHERITED_ACE);

        if (!(sacl_part_of(ace.type) & parts) || inherited)
            acl_writer_copy(w, &ace, ace.flags);
    }
    if (walk.malformed)
        writer_fail(&w->bytes, NT(INVALID_ACL));
}

static uint16_t control_after(const struct side *side, const struct object_security_request *r)
{
    const uint16_t automatic = side->auto_inherit_req | side->auto_inherited;
    uint16_t given = r->creator->control;
    bool marked = (r->flags & side->auto_inherit) || (given & automatic) == automatic;

    return (given & side->protected) | (marked ? side->auto_inherited : 0);
}

static nt_status set_dacl(struct result_list *ret, const struct descriptor *current,
                          const struct object_security_request *r,
                          const struct inherit_target *target)
{
    _cleanup_(acl_writer_done) struct acl_writer w = { 0 };
    enum inherited_rule rule = rule_of(&dacl_side, current, r);

    ret->control = control_after(&dacl_side, r) | (r->creator->control & SE_DACL_PRESENT);
    if (!r->creator->dacl)
        return NT_OK;
    acl_writer_init(&w);
    /* Every type of ACE is a DACL's where it stands in one. */
    put_given(&w, r->creator->dacl, UINT32_MAX, rule, target);
    put_kept(&w, current->dacl, UINT32_MAX, rule);
    return take_list(ret, &w);
}

static nt_status set_sacl(struct result_list *ret, const struct descriptor *current, uint32_t parts,
                          const struct object_security_request *r,
                          const struct inherit_target *target)
{
    _cleanup_(acl_writer_done) struct acl_writer w = { 0 };
    enum inherited_rule rule = rule_of(&sacl_side, current, r);
    bool audit = parts & SACL_SECURITY_INFORMATION;

    /* Without a label an object counts as one of medium integrity. */
    nt_status st = check_sacl(r->creator->sacl, parts, SECURITY_MANDATORY_MEDIUM_RID, r);
    if (nt_failed(st))
        return st;
    ret->control = control_after(&sacl_side, r);
    if (!audit)
        ret->control = current->control & (SE_SACL_AUTO_INHERITED | SE_SACL_PROTECTED);
    acl_writer_init(&w);
    put_given(&w, r->creator->sacl, parts, rule, target);
    put_kept(&w, current->sacl, parts, rule);
    if (w.n_aces == 0 && !(audit && has_control(r->creator, SE_SACL_PRESENT)))
        return w.bytes.status;
    ret->control |= SE_SACL_PRESENT;
    return take_list(ret, &w);
}

static nt_status keep_list(struct result_list *ret, const struct descriptor *current,
                           const struct side *side)
{
    _cleanup_(acl_writer_done) struct acl_writer w = { 0 };
    const ACL *acl = list_of(current, side);

    ret->control = current->control & (side->present | side->auto_inherited | side->protected);
    if (!acl)
        return NT_OK;
    acl_writer_init(&w);
    acl_writer_copy_all(&w, acl);
    return take_list(ret, &w);
}

/* PROTECTED_ and UNPROTECTED_*_SECURITY_INFORMATION are another way to write the control bits. */
static nt_status apply_protection(struct descriptor *given, uint32_t parts)
{
    static const struct {
        uint32_t on, off;
        uint16_t bit;
    } bits[] = {
        { PROTECTED_DACL_SECURITY_INFORMATION, UNPROTECTED_DACL_SECURITY_INFORMATION,
          SE_DACL_PROTECTED },
        { PROTECTED_SACL_SECURITY_INFORMATION, UNPROTECTED_SACL_SECURITY_INFORMATION,
          SE_SACL_PROTECTED },
    };

    for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
        if ((parts & bits[i].on) && (parts & bits[i].off))
            return NT(INVALID_PARAMETER);
        if (parts & bits[i].on)
            given->control |= bits[i].bit;
        if (parts & bits[i].off)
            given->control &= (uint16_t)~bits[i].bit;
    }
    return NT_OK;
}

static nt_status set_ids(struct descriptor *d, uint32_t parts,
                         const struct object_security_request *r)
{
    if (parts & OWNER_SECURITY_INFORMATION) {
        nt_status st = check_owner(r->creator->owner, r);
        if (nt_failed(st))
            return st;
        d->owner = r->creator->owner;
    }
    if (parts & GROUP_SECURITY_INFORMATION) {
        if (!r->creator->group)
            return NT(INVALID_PRIMARY_GROUP);
        d->group = r->creator->group;
    }
    return NT_OK;
}

static nt_status set_lists(void **ret, size_t *ret_size, const struct descriptor *current,
                           uint32_t parts, const struct descriptor *rest,
                           const struct object_security_request *r)
{
    _cleanup_(result_list_done) struct result_list dacl = { 0 };
    _cleanup_(result_list_done) struct result_list sacl = { 0 };
    /* Whether it is a container is not told: what is for heirs is kept. */
    const struct inherit_target target = {
        .kind = INHERIT_CONTAINER, .owner = rest->owner, .group = rest->group, .mapping = r->mapping
    };

    nt_status st = parts & DACL_SECURITY_INFORMATION ? set_dacl(&dacl, current, r, &target)
                                                     : keep_list(&dacl, current, &dacl_side);
    if (nt_failed(st))
        return st;
    st = parts & OBJECT_SECURITY_SACL_PARTS ? set_sacl(&sacl, current, parts, r, &target)
                                            : keep_list(&sacl, current, &sacl_side);
    return nt_failed(st) ? st : build_result(ret, ret_size, rest, &dacl, &sacl);
}

/* All the parts there are. */
static uint32_t expand_backup(uint32_t parts)
{
    if (!(parts & BACKUP_SECURITY_INFORMATION))
        return parts;
    return parts | OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
           DACL_SECURITY_INFORMATION | OBJECT_SECURITY_SACL_PARTS;
}

nt_status object_security_set(void **ret, size_t *ret_size, const struct descriptor *current,
                              uint32_t parts, const struct object_security_request *request)
{
    struct object_security_request r = *request;
    struct descriptor given, d = { .owner = current->owner,
                                   .group = current->group,
                                   .control = current->control & SE_RM_CONTROL_VALID,
                                   .resource_control = current->resource_control };

    nt_status st = check_request(request);
    if (!request->creator)
        return NT(INVALID_PARAMETER);
    parts = expand_backup(parts);
    given = *request->creator;
    r.creator = &given;
    if (!nt_failed(st))
        st = apply_protection(&given, parts);
    if (!nt_failed(st))
        st = set_ids(&d, parts, &r);
    return nt_failed(st) ? st : set_lists(ret, ret_size, current, parts, &d, &r);
}

/* --- Showing -------------------------------------------------------------------------------- */

static nt_status select_sacl(struct result_list *ret, const struct descriptor *d, uint32_t parts)
{
    _cleanup_(acl_writer_done) struct acl_writer w = { 0 };
    bool audit = parts & SACL_SECURITY_INFORMATION;

    if (audit)
        ret->control =
            d->control & (SE_SACL_DEFAULTED | SE_SACL_AUTO_INHERITED | SE_SACL_PROTECTED);
    if (audit)
        ret->control |= d->control & SE_SACL_PRESENT;
    if (!d->sacl)
        return NT_OK;
    acl_writer_init(&w);
    acl_writer_raise(&w, d->sacl);
    put_kept(&w, d->sacl, ~parts, INHERITED_AS_GIVEN);
    if (w.n_aces == 0 && !audit)
        return w.bytes.status;
    ret->control |= SE_SACL_PRESENT;
    return take_list(ret, &w);
}

nt_status object_security_get(void **ret, size_t *ret_size, const struct descriptor *d,
                              uint32_t parts)
{
    const uint16_t of_dacl =
        SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_DACL_AUTO_INHERITED | SE_DACL_PROTECTED;
    _cleanup_(result_list_done) struct result_list sacl = { 0 };
    struct descriptor shown = { .control = d->control & SE_RM_CONTROL_VALID,
                                .resource_control = d->resource_control };

    parts = expand_backup(parts);
    nt_status st = select_sacl(&sacl, d, parts & OBJECT_SECURITY_SACL_PARTS);
    if (nt_failed(st))
        return st;
    shown.sacl = sacl.acl;
    shown.control |= sacl.control;
    if (parts & OWNER_SECURITY_INFORMATION) {
        shown.owner = d->owner;
        shown.control |= d->control & SE_OWNER_DEFAULTED;
    }
    if (parts & GROUP_SECURITY_INFORMATION) {
        shown.group = d->group;
        shown.control |= d->control & SE_GROUP_DEFAULTED;
    }
    if (parts & DACL_SECURITY_INFORMATION) {
        shown.dacl = d->dacl;
        shown.control |= d->control & of_dacl;
    }
    return descriptor_build(ret, ret_size, &shown);
}
