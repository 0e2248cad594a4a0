/* SPDX-License-Identifier: MIT */
#include "security/object_security.h"

#include "security/privilege.h"

#define SEF_KNOWN                                                                                  \
    (SEF_DACL_AUTO_INHERIT | SEF_SACL_AUTO_INHERIT | SEF_DEFAULT_DESCRIPTOR_FOR_OBJECT |           \
     SEF_AVOID_PRIVILEGE_CHECK | SEF_AVOID_OWNER_CHECK | SEF_DEFAULT_OWNER_FROM_PARENT |           \
     SEF_DEFAULT_GROUP_FROM_PARENT | SEF_MACL_VALID_FLAGS | SEF_AVOID_OWNER_RESTRICTION)

enum {
    RESOURCE_ATTRIBUTE = 0x12,
    SCOPED_POLICY = 0x13,
    PROCESS_TRUST_LABEL = 0x14,
    ACCESS_FILTER = 0x15,
};

/* What tells the two lists of a descriptor apart. */
struct side {
    uint16_t present;
    uint16_t defaulted;
    uint16_t auto_inherited;
    uint16_t auto_inherit_req;
    uint16_t protected;
    uint32_t auto_inherit; /* SEF_* */
};

static const struct side dacl_side = { SE_DACL_PRESENT,        SE_DACL_DEFAULTED,
                                       SE_DACL_AUTO_INHERITED, SE_DACL_AUTO_INHERIT_REQ,
                                       SE_DACL_PROTECTED,      SEF_DACL_AUTO_INHERIT };
static const struct side sacl_side = { SE_SACL_PRESENT,        SE_SACL_DEFAULTED,
                                       SE_SACL_AUTO_INHERITED, SE_SACL_AUTO_INHERIT_REQ,
                                       SE_SACL_PROTECTED,      SEF_SACL_AUTO_INHERIT };

static const ACL *list_of(const struct descriptor *d, const struct side *side)
{
    if (!d)
        return NULL;
    return side == &dacl_side ? d->dacl : d->sacl;
}

static bool has_control(const struct descriptor *d, uint16_t bit)
{
    return d && (d->control & bit);
}

/* A list of the result: the ACL, and the control bits that speak of it. */
struct result_list {
    ACL *acl;
    uint16_t control;
};

static void result_list_done(struct result_list *l)
{
    free(l->acl);
}

static nt_status take_list(struct result_list *ret, struct acl_writer *w)
{
    nt_status st = acl_writer_take(w, &ret->acl);

    return NT_IS(st, ALLOTTED_SPACE_EXCEEDED) ? NT(BAD_INHERITANCE_ACL) : st;
}

/* The SECURITY_INFORMATION bit that an ACE of a SACL belongs to. */
static uint32_t part_of(uint8_t type)
{
    switch (type) {
    case SYSTEM_MANDATORY_LABEL_ACE_TYPE:
        return LABEL_SECURITY_INFORMATION;
    case RESOURCE_ATTRIBUTE:
        return ATTRIBUTE_SECURITY_INFORMATION;
    case SCOPED_POLICY:
        return SCOPE_SECURITY_INFORMATION;
    case PROCESS_TRUST_LABEL:
        return PROCESS_TRUST_LABEL_SECURITY_INFORMATION;
    case ACCESS_FILTER:
        return ACCESS_FILTER_SECURITY_INFORMATION;
    default:
        return SACL_SECURITY_INFORMATION;
    }
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

static uint32_t parts_in(const ACL *sacl)
{
    uint32_t parts = 0;
    struct acl_walk walk;
    struct ace ace;

    if (!sacl)
        return 0;
    acl_walk_start(&walk, sacl);
    while (acl_walk_next(&walk, &ace))
        parts |= part_of(ace.type);
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
        if (part_of(ace.type) == LABEL_SECURITY_INFORMATION && sid_rid(ace.sid) > highest)
            highest = sid_rid(ace.sid);
    }
    return highest;
}

/*
 * Whether the token may give such parts of a SACL: audit needs SeSecurity, a label above the
 * token's own SeRelabel.
 */
static nt_status check_sacl(const ACL *sacl, uint32_t parts, uint32_t unlabelled,
                            const struct object_security_request *request)
{
    uint32_t found = parts_in(sacl);

    if (request->flags & SEF_AVOID_PRIVILEGE_CHECK)
        return NT_OK;
    /* An empty list is about audit: it says that there is to be none. */
    found = parts & (found ? found : SACL_SECURITY_INFORMATION);
    if ((object_security_write_access(found) & ACCESS_SYSTEM_SECURITY) &&
        !has_privilege(request->token, PRIVILEGE_SECURITY))
        return NT(PRIVILEGE_NOT_HELD);
    if ((parts & LABEL_SECURITY_INFORMATION) && !has_privilege(request->token, PRIVILEGE_RELABEL) &&
        highest_label(sacl, unlabelled) >
            (request->token ? token_image_integrity(request->token) : 0))
        return NT(INVALID_LABEL);
    return NT_OK;
}

static nt_status check_owner(const SID *owner, const struct object_security_request *request)
{
    if (!owner)
        return NT(INVALID_OWNER);
    if ((request->flags & SEF_AVOID_OWNER_CHECK) || may_own(request->token, owner))
        return NT_OK;
    return NT(INVALID_OWNER);
}

static nt_status check_request(const struct object_security_request *request)
{
    if (!request->mapping || (request->flags & ~(uint32_t)SEF_KNOWN))
        return NT(INVALID_PARAMETER);
    return NT_OK;
}

/* --- Creating ------------------------------------------------------------------------------- */

static const SID *new_owner(const struct object_security_request *r)
{
    if (r->creator && r->creator->owner)
        return r->creator->owner;
    if (r->flags & SEF_DEFAULT_OWNER_FROM_PARENT)
        return r->parent ? r->parent->owner : NULL;
    return r->token ? token_image_sid(r->token, token_image_owner_index(r->token)) : NULL;
}

static const SID *new_group(const struct object_security_request *r)
{
    if (r->creator && r->creator->group)
        return r->creator->group;
    if (r->flags & SEF_DEFAULT_GROUP_FROM_PARENT)
        return r->parent ? r->parent->group : NULL;
    return r->token ? token_image_sid(r->token, token_image_primary_group_index(r->token)) : NULL;
}

/* Whether one of the parent's ACEs is meant for objects of just this type. */
static bool inherits_specific(const ACL *parent, const struct inherit_target *target)
{
    struct acl_walk walk;
    struct ace ace;
    bool found = false;

    if (!parent)
        return false;
    acl_walk_start(&walk, parent);
    while (!found && acl_walk_next(&walk, &ace))
        found = inherit_is_specific(&ace, target);
    return found;
}

static void put_own(struct acl_writer *w, const ACL *own, const struct inherit_target *target,
                    uint8_t without)
{
    struct acl_walk walk;
    struct ace ace;

    acl_writer_raise(w, own);
    acl_walk_start(&walk, own);
    while (acl_walk_next(&walk, &ace)) {
        if (ace.flags & without)
            continue;
        ace.flags &= (uint8_t)~INHERITED_ACE;
        inherit_own_ace(w, &ace, target);
    }
    if (walk.malformed)
        writer_fail(&w->bytes, NT(INVALID_ACL));
}

/* Attributes and policies of the parent get through where a SACL is protected. */
static void inherit_unstoppable(struct acl_writer *w, const ACL *parent,
                                const struct inherit_target *target)
{
    struct acl_walk walk;
    struct ace ace;

    if (!parent)
        return;
    acl_walk_start(&walk, parent);
    while (acl_walk_next(&walk, &ace)) {
        if (ace.type == RESOURCE_ATTRIBUTE || ace.type == SCOPED_POLICY)
            inherit_ace(w, &ace, target, INHERITED_ACE);
    }
}

/* The creator's list, and behind it what is inherited. */
static nt_status list_from_creator(struct result_list *ret, const struct side *side,
                                   const struct object_security_request *r,
                                   const struct inherit_target *target)
{
    _cleanup_(acl_writer_done) struct acl_writer w = { 0 };
    const ACL *own = list_of(r->creator, side), *parent = list_of(r->parent, side);
    bool automatic = r->flags & side->auto_inherit;
    bool protected = r->creator->control & side->protected;

    ret->control |= side->present | (r->creator->control & side->protected);
    if (!own)
        return NT_OK; /* everyone may do everything, whatever could be inherited */
    acl_writer_init(&w);
    put_own(&w, own, target, automatic && !protected ? INHERITED_ACE : 0);
    if (automatic && !protected)
        inherit_acl(&w, parent, target, INHERITED_ACE);
    else if (automatic)
        inherit_unstoppable(&w, parent, target);
    return take_list(ret, &w);
}

/* What is inherited, or else the default; nothing at all is no list. */
static nt_status list_without_creator(struct result_list *ret, const struct side *side,
                                      const struct object_security_request *r,
                                      const struct inherit_target *target)
{
    _cleanup_(acl_writer_done) struct acl_writer w = { 0 };
    const ACL *standard =
        side == &dacl_side && r->token ? token_image_default_dacl(r->token) : NULL;

    acl_writer_init(&w);
    inherit_acl(&w, list_of(r->parent, side), target,
                r->flags & side->auto_inherit ? INHERITED_ACE : 0);
    if (w.n_aces == 0 && !nt_failed(w.bytes.status)) {
        if (!standard)
            return NT_OK;
        put_own(&w, standard, target, 0);
    }
    ret->control |= side->present;
    return take_list(ret, &w);
}

/* Whether anything of the parent's list reaches the target. */
static nt_status inherits_something(bool *ret, const ACL *parent,
                                    const struct inherit_target *target)
{
    _cleanup_(acl_writer_done) struct acl_writer w = { 0 };

    acl_writer_init(&w);
    inherit_acl(&w, parent, target, 0);
    *ret = w.n_aces > 0;
    return w.bytes.status;
}

/* A list that is only a default of the creator's gives way to what is inherited. */
static nt_status creator_counts(bool *ret, const struct side *side,
                                const struct object_security_request *r,
                                const struct inherit_target *target)
{
    const ACL *parent = list_of(r->parent, side);
    bool inherits = false;

    *ret = has_control(r->creator, side->present);
    if (*ret && (r->flags & SEF_DEFAULT_DESCRIPTOR_FOR_OBJECT))
        *ret = !inherits_specific(parent, target);
    if (!*ret || !has_control(r->creator, side->defaulted))
        return NT_OK;
    nt_status st = inherits_something(&inherits, parent, target);
    *ret = !inherits;
    return st;
}

static nt_status new_list(struct result_list *ret, const struct side *side,
                          const struct object_security_request *r,
                          const struct inherit_target *target)
{
    bool counts;

    nt_status st = creator_counts(&counts, side, r, target);
    if (nt_failed(st))
        return st;
    ret->control |= r->flags & side->auto_inherit ? side->auto_inherited : 0;
    if (!counts)
        return list_without_creator(ret, side, r, target);
    if (side == &sacl_side) {
        st = check_sacl(r->creator->sacl, OBJECT_SECURITY_SACL_PARTS, 0, r);
        if (nt_failed(st))
            return st;
    }
    return list_from_creator(ret, side, r, target);
}

static const SID *integrity_of(const token_image *token)
{
    for (size_t i = 0; token && i < token_image_n_sids(token); i++) {
        if (token_image_sid_attributes(token, i) & SE_GROUP_INTEGRITY)
            return token_image_sid(token, i);
    }
    return NULL;
}

/* SEF_MACL_*: the token's own label takes the place of any that was given. */
static nt_status put_token_label(struct result_list *sacl, const struct object_security_request *r)
{
    _cleanup_(acl_writer_done) struct acl_writer w = { 0 };
    _cleanup_(freep) ACL *old = TAKE(sacl->acl);
    /* These flags are the label's policy, 8 bits up. */
    struct ace label = { .type = SYSTEM_MANDATORY_LABEL_ACE_TYPE,
                         .mask = (r->flags & SEF_MACL_VALID_FLAGS) >> 8,
                         .sid = integrity_of(r->token) };
    struct acl_walk walk;
    struct ace ace;

    if (!label.sid)
        return NT(INVALID_PARAMETER);
    acl_writer_init(&w);
    acl_writer_add(&w, &label);
    if (old)
        acl_walk_start(&walk, old);
    while (old && acl_walk_next(&walk, &ace)) {
        if (ace.type != SYSTEM_MANDATORY_LABEL_ACE_TYPE || (ace.flags & INHERITED_ACE))
            acl_writer_copy(&w, &ace, ace.flags);
    }
    sacl->control |= SE_SACL_PRESENT;
    return take_list(sacl, &w);
}

static nt_status build(void **ret, size_t *ret_size, const struct descriptor *rest,
                       const struct result_list *dacl, const struct result_list *sacl)
{
    struct descriptor d = *rest;

    d.control |= dacl->control | sacl->control;
    d.dacl = dacl->acl;
    d.sacl = sacl->acl;
    return descriptor_build(ret, ret_size, &d);
}

static nt_status create_lists(void **ret, size_t *ret_size, const struct descriptor *rest,
                              const struct object_security_request *r)
{
    _cleanup_(result_list_done) struct result_list dacl = { 0 };
    _cleanup_(result_list_done) struct result_list sacl = { 0 };
    const struct inherit_target target = { .kind = r->kind,
                                           .object_types = r->object_types,
                                           .n_object_types = r->n_object_types,
                                           .owner = rest->owner,
                                           .group = rest->group,
                                           .mapping = r->mapping };

    nt_status st = new_list(&dacl, &dacl_side, r, &target);
    if (!nt_failed(st))
        st = new_list(&sacl, &sacl_side, r, &target);
    if (!nt_failed(st) && (r->flags & SEF_MACL_VALID_FLAGS))
        st = put_token_label(&sacl, r);
    return nt_failed(st) ? st : build(ret, ret_size, rest, &dacl, &sacl);
}

nt_status object_security_create(void **ret, size_t *ret_size,
                                 const struct object_security_request *request)
{
    const uint32_t avoid_all = SEF_AVOID_PRIVILEGE_CHECK | SEF_AVOID_OWNER_CHECK;
    struct descriptor d = { .owner = new_owner(request), .group = new_group(request) };

    nt_status st = check_request(request);
    if (nt_failed(st))
        return st;
    if (!request->token && (request->flags & avoid_all) != avoid_all)
        return NT(INVALID_PARAMETER);
    st = check_owner(d.owner, request);
    if (nt_failed(st))
        return st;
    if (!d.group)
        return NT(INVALID_PRIMARY_GROUP);
    if (has_control(request->creator, SE_RM_CONTROL_VALID)) {
        d.control = SE_RM_CONTROL_VALID;
        d.resource_control = request->creator->resource_control;
    }
    return create_lists(ret, ret_size, &d, request);
}

/* --- Setting -------------------------------------------------------------------------------- */

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
        if (!(part_of(ace.type) & parts) || (rule == INHERITED_KEEP && (ace.flags & INHERITED_ACE)))
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

        if (!(part_of(ace.type) & parts) || inherited)
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
    return nt_failed(st) ? st : build(ret, ret_size, rest, &dacl, &sacl);
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
