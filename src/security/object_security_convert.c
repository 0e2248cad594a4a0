/* SPDX-License-Identifier: MIT */
/* From descriptors that do not tell which ACEs were inherited to those that do. */
#include "security/object_security.h"

#include <stdlib.h>

enum { GUID_SIZE = 16 };

/* A list taken apart; the ACEs borrow from it. */
struct ace_list {
    struct ace *aces;
    bool *inherited; /* by index: what was found of each */
    size_t n;
};

static void ace_list_done(struct ace_list *l)
{
    free(l->aces);
    free(l->inherited);
}

static nt_status ace_list_read(struct ace_list *ret, const ACL *acl)
{
    struct acl_walk walk;
    size_t n = acl_n_aces(acl);

    ret->aces = calloc(n + 1, sizeof(*ret->aces));
    ret->inherited = calloc(n + 1, sizeof(*ret->inherited));
    if (!ret->aces || !ret->inherited)
        return NT(NO_MEMORY);
    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ret->aces[ret->n]))
        ret->n++;
    return walk.malformed ? NT(INVALID_ACL) : NT_OK;
}

static bool same_guid(const void *a, const void *b)
{
    if (!a || !b)
        return a == b;
    return memcmp(a, b, GUID_SIZE) == 0;
}

/* Whether they say the same of the same trustee, if need be about different rights. */
static bool same_but_rights(const struct ace *a, const struct ace *b)
{
    if (a->type != b->type || (a->flags | INHERITED_ACE) != (b->flags | INHERITED_ACE))
        return false;
    if (a->layout == ACE_LAYOUT_UNKNOWN)
        return a->size == b->size && memcmp((const uint8_t *)a->bytes + sizeof(ACE_HEADER),
                                            (const uint8_t *)b->bytes + sizeof(ACE_HEADER),
                                            a->size - sizeof(ACE_HEADER)) == 0;
    return sid_equal(a->sid, b->sid) && same_guid(a->object_type, b->object_type) &&
           same_guid(a->inherited_type, b->inherited_type) && a->extra_size == b->extra_size &&
           (a->extra_size == 0 || memcmp(a->extra, b->extra, a->extra_size) == 0);
}

/* All rights that the list has in ACEs like that one. */
static uint32_t rights_of(const struct ace_list *list, const struct ace *like)
{
    uint32_t rights = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (same_but_rights(&list->aces[i], like))
            rights |= list->aces[i].mask;
    }
    return rights;
}

/* Marks the ACEs that are together what is inherited; false: something is missing. */
static bool mark(struct ace_list *own, const struct ace *like, uint32_t rights)
{
    uint32_t covered = 0;
    bool found = false;

    for (size_t i = 0; i < own->n; i++) {
        if ((own->aces[i].mask & ~rights) || !same_but_rights(&own->aces[i], like))
            continue;
        own->inherited[i] = true;
        covered |= own->aces[i].mask;
        found = true;
    }
    return found && covered == rights;
}

static bool mark_all(struct ace_list *own, const struct ace_list *from_parent)
{
    for (size_t i = 0; i < from_parent->n; i++) {
        const struct ace *ace = &from_parent->aces[i];

        if (!mark(own, ace, rights_of(from_parent, ace)))
            return false;
    }
    return from_parent->n > 0;
}

enum effect { EFFECT_ALLOW, EFFECT_DENY, EFFECT_OTHER };

static enum effect effect_of(uint8_t type)
{
    switch (type) {
    case ACCESS_ALLOWED_ACE_TYPE:
    case ACCESS_ALLOWED_OBJECT_ACE_TYPE:
    case ACCESS_ALLOWED_CALLBACK_ACE_TYPE:
    case ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE:
        return EFFECT_ALLOW;
    case ACCESS_DENIED_ACE_TYPE:
    case ACCESS_DENIED_OBJECT_ACE_TYPE:
    case ACCESS_DENIED_CALLBACK_ACE_TYPE:
    case ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE:
        return EFFECT_DENY;
    default:
        return EFFECT_OTHER;
    }
}

/* Whether putting the inherited ACEs last would let an allowance and a denial change places. */
static bool order_matters(const struct ace_list *own)
{
    bool passed[EFFECT_OTHER + 1] = { false }; /* effects of inherited ACEs so far */

    for (size_t i = 0; i < own->n; i++) {
        enum effect effect = effect_of(own->aces[i].type);

        if (own->inherited[i])
            passed[effect] = true;
        else if ((effect == EFFECT_ALLOW && passed[EFFECT_DENY]) ||
                 (effect == EFFECT_DENY && passed[EFFECT_ALLOW]))
            return true;
    }
    return false;
}

static void put_marked(struct acl_writer *w, const struct ace_list *own, bool inherited)
{
    for (size_t i = 0; i < own->n; i++) {
        const struct ace *ace = &own->aces[i];
        uint8_t flags = ace->flags & (uint8_t)~INHERITED_ACE;

        if (own->inherited[i] == inherited)
            acl_writer_copy(w, ace, inherited ? flags | INHERITED_ACE : flags);
    }
}

/* The converted list; NULL: it cannot be converted. */
static nt_status convert_list(ACL **ret, const ACL *own, const ACL *parent,
                              const struct inherit_target *target)
{
    _cleanup_(acl_writer_done) struct acl_writer inherited = { 0 }, w = { 0 };
    _cleanup_(ace_list_done) struct ace_list own_list = { 0 };
    _cleanup_(ace_list_done) struct ace_list parent_list = { 0 };
    _cleanup_(freep) ACL *from_parent = NULL;

    acl_writer_init(&w);
    acl_writer_init(&inherited);
    inherit_acl(&inherited, parent, target, INHERITED_ACE);
    nt_status st = acl_writer_take(&inherited, &from_parent);
    if (NT_IS(st, ALLOTTED_SPACE_EXCEEDED))
        return NT_OK; /* more than a list can hold is not in this one */
    if (!nt_failed(st))
        st = ace_list_read(&own_list, own);
    if (!nt_failed(st))
        st = ace_list_read(&parent_list, from_parent);
    if (nt_failed(st) || !mark_all(&own_list, &parent_list) || order_matters(&own_list))
        return st;
    acl_writer_raise(&w, own);
    put_marked(&w, &own_list, false);
    put_marked(&w, &own_list, true);
    return acl_writer_take(&w, ret);
}

nt_status object_security_convert(void **ret, size_t *ret_size, const struct descriptor *current,
                                  const struct object_security_request *request)
{
    _cleanup_(freep) ACL *dacl = NULL, *sacl = NULL;
    const struct descriptor *parent = request->parent;
    struct descriptor d = *current;
    const struct inherit_target target = { .kind = request->kind,
                                           .object_types = request->object_types,
                                           .n_object_types = request->n_object_types,
                                           .owner = current->owner,
                                           .group = current->group,
                                           .mapping = request->mapping };
    nt_status st = request->mapping ? NT_OK : NT(INVALID_PARAMETER);

    if (!nt_failed(st) && d.dacl && !(d.control & SE_DACL_AUTO_INHERITED))
        st = convert_list(&dacl, d.dacl, parent ? parent->dacl : NULL, &target);
    if (!nt_failed(st) && d.sacl && !(d.control & SE_SACL_AUTO_INHERITED))
        st = convert_list(&sacl, d.sacl, parent ? parent->sacl : NULL, &target);
    if (nt_failed(st))
        return st;
    if (!dacl && !(d.control & SE_DACL_AUTO_INHERITED))
        d.control |= SE_DACL_PROTECTED;
    if (!sacl && !(d.control & SE_SACL_AUTO_INHERITED))
        d.control |= SE_SACL_PROTECTED;
    d.control |= SE_DACL_AUTO_INHERITED | SE_SACL_AUTO_INHERITED;
    d.dacl = dacl ? dacl : d.dacl;
    d.sacl = sacl ? sacl : d.sacl;
    return descriptor_build(ret, ret_size, &d);
}
