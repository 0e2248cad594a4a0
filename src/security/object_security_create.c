/* SPDX-License-Identifier: MIT */
/* The descriptors of new objects. */
#include "security/object_security_lists.h"

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

/* How much of the parent's list a list with ACEs of its own inherits. */
enum inheriting {
    INHERITING_NOTHING,
    INHERITING_AUDIT,       /* a list of labels and the like leaves audit to the parent */
    INHERITING_UNSTOPPABLE, /* attributes and policies, which protection does not keep off */
    INHERITING_ALL,
};

/* The parts of a list that the creator sets. To protect a SACL is to set what is audited. */
static uint32_t given_parts(const struct descriptor *creator, const struct side *side)
{
    if (side == &dacl_side || (creator->control & SE_SACL_PROTECTED))
        return OBJECT_SECURITY_SACL_PARTS;
    return parts_in(creator->sacl);
}

static enum inheriting inheriting_of(const struct side *side,
                                     const struct object_security_request *r)
{
    if (!(r->flags & side->auto_inherit))
        return given_parts(r->creator, side) & SACL_SECURITY_INFORMATION ? INHERITING_NOTHING
                                                                         : INHERITING_AUDIT;
    return r->creator->control & side->protected ? INHERITING_UNSTOPPABLE : INHERITING_ALL;
}

static bool inherits_type(enum inheriting inheriting, uint8_t type)
{
    if (inheriting == INHERITING_AUDIT)
        return sacl_part_of(type) == SACL_SECURITY_INFORMATION;
    if (inheriting == INHERITING_UNSTOPPABLE)
        return type == SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE ||
               type == SYSTEM_SCOPED_POLICY_ID_ACE_TYPE;
    return inheriting == INHERITING_ALL;
}

/* A list's own ACEs; those that were inherited, and are not inherited anew, become its own. */
static void put_own(struct acl_writer *w, const ACL *own, const struct inherit_target *target,
                    enum inheriting inheriting)
{
    struct acl_walk walk;
    struct ace ace;

    acl_writer_raise(w, own);
    acl_walk_start(&walk, own);
    while (acl_walk_next(&walk, &ace)) {
        if ((ace.flags & INHERITED_ACE) && inherits_type(inheriting, ace.type))
            continue;
        ace.flags &= (uint8_t)~INHERITED_ACE;
        inherit_own_ace(w, &ace, target);
    }
    if (walk.malformed)
        writer_fail(&w->bytes, NT(INVALID_ACL));
}

static void put_inherited(struct acl_writer *w, const ACL *parent,
                          const struct inherit_target *target, enum inheriting inheriting)
{
    uint8_t flags = inheriting == INHERITING_AUDIT ? 0 : INHERITED_ACE;
    struct acl_walk walk;
    struct ace ace;

    if (!parent || inheriting == INHERITING_NOTHING)
        return;
    acl_writer_raise(w, parent);
    acl_walk_start(&walk, parent);
    while (acl_walk_next(&walk, &ace)) {
        if (inherits_type(inheriting, ace.type))
            inherit_ace(w, &ace, target, flags);
    }
    if (walk.malformed)
        writer_fail(&w->bytes, NT(INVALID_ACL));
}

/* The creator's list, and behind it what is inherited. */
static nt_status list_from_creator(struct result_list *ret, const struct side *side,
                                   const struct object_security_request *r,
                                   const struct inherit_target *target)
{
    _cleanup_(acl_writer_done) struct acl_writer w = { 0 };
    const ACL *own = list_of(r->creator, side);
    enum inheriting inheriting = inheriting_of(side, r);

    ret->control |= side->present | (r->creator->control & side->protected);
    if (!own)
        return NT_OK; /* a NULL list stays one, whatever could be inherited */
    acl_writer_init(&w);
    put_own(&w, own, target, inheriting);
    put_inherited(&w, list_of(r->parent, side), target, inheriting);
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
        put_own(&w, standard, target, INHERITING_NOTHING);
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
        st = check_sacl(r->creator->sacl, given_parts(r->creator, side), 0, r);
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
    return nt_failed(st) ? st : build_result(ret, ret_size, rest, &dacl, &sacl);
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
