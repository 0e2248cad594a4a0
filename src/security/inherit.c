/* SPDX-License-Identifier: MIT */
#include "security/inherit.h"

enum {
    GUID_SIZE = 16,
    INHERITABLE = OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE,
    CREATOR_AUTHORITY = 3, /* S-1-3 */
    CREATOR_OWNER = 0,
    CREATOR_GROUP = 1,
};

/* What an ACE does for its target; a mask. */
enum fate {
    FATE_EFFECTIVE = 1 << 0, /* counts in access checks */
    FATE_PASSED_ON = 1 << 1, /* is there for the target's children */
};

/* The flags for each of the two. */
struct fate_flags {
    uint8_t effective;
    uint8_t passed_on;
};

static bool is_of_type(const struct inherit_target *target, const void *guid)
{
    for (size_t i = 0; i < target->n_object_types; i++) {
        if (memcmp(target->object_types[i], guid, GUID_SIZE) == 0)
            return true;
    }
    return false;
}

bool inherit_is_specific(const struct ace *ace, const struct inherit_target *target)
{
    return (ace->flags & INHERITABLE) && ace->inherited_type &&
           is_of_type(target, ace->inherited_type);
}

static const SID *stands_for(const SID *sid, const struct inherit_target *target)
{
    if (sid_authority(sid) != CREATOR_AUTHORITY || sid_n_subs(sid) != 1)
        return NULL;
    switch (sid_sub(sid, 0)) {
    case CREATOR_OWNER:
        return target->owner;
    case CREATOR_GROUP:
        return target->group;
    default:
        return NULL;
    }
}

/* Labels, attributes and the like have masks of another kind, and no trustee. */
static bool is_for_trustee(const struct ace *ace)
{
    return ace->layout != ACE_LAYOUT_UNKNOWN && ace->type < SYSTEM_MANDATORY_LABEL_ACE_TYPE;
}

/* The ACE as it takes effect; false: it is already so. */
static bool make_effective(struct ace *ret, const struct ace *ace,
                           const struct inherit_target *target)
{
    if (!is_for_trustee(ace))
        return false;
    const SID *creator = stands_for(ace->sid, target);
    *ret = *ace;
    ret->mask = access_map_generic(ace->mask, target->mapping);
    ret->sid = creator ? creator : ace->sid;
    return creator || ret->mask != ace->mask;
}

static void put(struct acl_writer *w, const struct ace *ace, unsigned fate, struct fate_flags flags,
                const struct inherit_target *target)
{
    struct ace effective;
    bool differs = make_effective(&effective, ace, target);

    if (fate == (FATE_EFFECTIVE | FATE_PASSED_ON) && !differs) {
        acl_writer_copy(w, ace, flags.passed_on);
        return;
    }
    if ((fate & FATE_EFFECTIVE) && differs) {
        effective.flags = flags.effective;
        acl_writer_add(w, &effective);
    } else if (fate & FATE_EFFECTIVE) {
        acl_writer_copy(w, ace, flags.effective);
    }
    if (fate & FATE_PASSED_ON)
        acl_writer_copy(w, ace, flags.passed_on | INHERIT_ONLY_ACE);
}

static unsigned fate_of_inherited(const struct ace *ace, const struct inherit_target *target)
{
    bool container = target->kind == INHERIT_CONTAINER;
    unsigned fate = 0;

    if ((ace->flags & (container ? CONTAINER_INHERIT_ACE : OBJECT_INHERIT_ACE)) &&
        (!ace->inherited_type || is_of_type(target, ace->inherited_type)))
        fate |= FATE_EFFECTIVE;
    if (container && (ace->flags & INHERITABLE) && !(ace->flags & NO_PROPAGATE_INHERIT_ACE))
        fate |= FATE_PASSED_ON;
    return fate;
}

void inherit_ace(struct acl_writer *w, const struct ace *ace, const struct inherit_target *target,
                 uint8_t mark)
{
    uint8_t other = (ace->flags & (uint8_t)~VALID_INHERIT_FLAGS) | mark;
    struct fate_flags flags = { .effective = other,
                                .passed_on = (ace->flags & INHERITABLE) | other };

    put(w, ace, fate_of_inherited(ace, target), flags, target);
}

void inherit_acl(struct acl_writer *w, const ACL *parent, const struct inherit_target *target,
                 uint8_t mark)
{
    struct acl_walk walk;
    struct ace ace;

    if (!parent)
        return;
    acl_writer_raise(w, parent);
    acl_walk_start(&walk, parent);
    while (acl_walk_next(&walk, &ace))
        inherit_ace(w, &ace, target, mark);
    if (walk.malformed)
        writer_fail(&w->bytes, NT(INVALID_ACL));
}

static unsigned fate_of_own(const struct ace *ace, const struct inherit_target *target)
{
    unsigned fate = ace->flags & INHERIT_ONLY_ACE ? 0 : FATE_EFFECTIVE;

    if (target->kind == INHERIT_CONTAINER && (ace->flags & (INHERITABLE | INHERIT_ONLY_ACE)))
        fate |= FATE_PASSED_ON;
    return fate;
}

void inherit_own_ace(struct acl_writer *w, const struct ace *ace,
                     const struct inherit_target *target)
{
    const uint8_t of_heirs = INHERITABLE | NO_PROPAGATE_INHERIT_ACE | INHERIT_ONLY_ACE;
    struct fate_flags flags = { .effective = ace->flags & (uint8_t)~of_heirs,
                                .passed_on = ace->flags & (uint8_t)~INHERIT_ONLY_ACE };

    put(w, ace, fate_of_own(ace, target), flags, target);
}
