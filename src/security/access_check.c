/* SPDX-License-Identifier: MIT */
#include "security/access_check.h"

#include "security/privilege.h"
#include "security/well_known.h"

enum {
    TYPE_TRUST_LABEL = 0x14,
    TYPE_ACCESS_FILTER = 0x15,
    EFFECTS_END = 0x15,
};

#define OWNER_RIGHTS (READ_CONTROL | WRITE_DAC)

/* What an ACE in a DACL does to the rights in its mask. */
enum effect {
    EFFECT_DENY_ALL = 0, /* of an unlisted type: it may deny anything to anyone */
    EFFECT_NONE,
    EFFECT_ALLOW,
    EFFECT_ALLOW_WHOLE, /* when it is not about a part of the object */
    EFFECT_DENY,
};

/*
 * A condition that is not evaluated is neither true nor false: such an ACE denies but does not
 * allow. Likewise an object ACE whose object type is not asked about.
 */
static const uint8_t effects[EFFECTS_END] = {
    [ACCESS_ALLOWED_ACE_TYPE] = EFFECT_ALLOW,
    [ACCESS_DENIED_ACE_TYPE] = EFFECT_DENY,
    [ACCESS_ALLOWED_OBJECT_ACE_TYPE] = EFFECT_ALLOW_WHOLE,
    [ACCESS_DENIED_OBJECT_ACE_TYPE] = EFFECT_DENY,
    [ACCESS_DENIED_CALLBACK_ACE_TYPE] = EFFECT_DENY,
    [ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE] = EFFECT_DENY,
    [ACCESS_ALLOWED_CALLBACK_ACE_TYPE] = EFFECT_NONE,
    [ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE] = EFFECT_NONE,
    [0x04] = EFFECT_NONE, /* compound: it allows, if anything */
    [SYSTEM_AUDIT_ACE_TYPE] = EFFECT_NONE,
    [SYSTEM_ALARM_ACE_TYPE] = EFFECT_NONE,
    [SYSTEM_AUDIT_OBJECT_ACE_TYPE] = EFFECT_NONE,
    [SYSTEM_ALARM_OBJECT_ACE_TYPE] = EFFECT_NONE,
    [SYSTEM_AUDIT_CALLBACK_ACE_TYPE] = EFFECT_NONE,
    [SYSTEM_ALARM_CALLBACK_ACE_TYPE] = EFFECT_NONE,
    [SYSTEM_AUDIT_CALLBACK_OBJECT_ACE_TYPE] = EFFECT_NONE,
    [SYSTEM_ALARM_CALLBACK_OBJECT_ACE_TYPE] = EFFECT_NONE,
    [SYSTEM_MANDATORY_LABEL_ACE_TYPE] = EFFECT_NONE,
    [0x12] = EFFECT_NONE, /* resource attribute */
    [0x13] = EFFECT_NONE, /* scoped policy id */
    [TYPE_TRUST_LABEL] = EFFECT_NONE,
};

/*
 * One way of looking at the DACL: with the token's SIDs, or with its restricting SIDs. The first
 * ACE that names a right decides on it, so a right is in one of the two sets at most.
 */
struct view {
    enum token_sid_use allow_use;
    enum token_sid_use deny_use;
    uint32_t granted;
    uint32_t denied;
};

struct check {
    const struct access_request *request;
    struct view views[2];
    size_t n_views;
    uint32_t wanted; /* rights that the DACL has to grant; mapped */
    bool maximum;
    bool owner_rights_ace;
};

static bool has_privilege(const token_image *token, enum privilege_number number)
{
    return token_image_privileges_enabled(token) & PRIVILEGE_BIT(number);
}

/* --- Mandatory integrity, [MS-DTYP] 2.5.3.3 --- */

/* The SACL's words on who may have which rights whatever the DACL says. */
struct label {
    uint32_t level;
    uint32_t policy;
    uint32_t limit; /* of ACEs that bound the rights of all who lack a trust level */
};

/* The first label counts; without one an object is medium and not written from below. */
static nt_status label_read(struct label *ret, const ACL *sacl)
{
    struct label label = { SECURITY_MANDATORY_MEDIUM_RID, SYSTEM_MANDATORY_LABEL_NO_WRITE_UP,
                           UINT32_MAX };
    bool found = false;
    struct acl_walk walk = { 0 };
    struct ace ace;

    if (sacl)
        acl_walk_start(&walk, sacl);
    while (acl_walk_next(&walk, &ace)) {
        if (ace.flags & INHERIT_ONLY_ACE)
            continue;
        if (ace.type == TYPE_TRUST_LABEL || ace.type == TYPE_ACCESS_FILTER)
            label.limit &= ace.mask;
        if (ace.type != SYSTEM_MANDATORY_LABEL_ACE_TYPE || found)
            continue;
        label.level = sid_rid(ace.sid);
        label.policy = ace.mask;
        found = true;
    }
    if (walk.malformed)
        return NT(INVALID_ACL);
    *ret = label;
    return NT_OK;
}

/* The rights that the label leaves to the token. */
static uint32_t label_allows(const struct label *label, const token_image *token,
                             const GENERIC_MAPPING *mapping)
{
    static const uint32_t all_policies = SYSTEM_MANDATORY_LABEL_VALID_MASK;
    uint32_t allowed = 0;

    if (!(token_image_mandatory_policy(token) & TOKEN_MANDATORY_POLICY_NO_WRITE_UP) ||
        token_image_integrity(token) >= label->level || !(label->policy & all_policies))
        return label->limit;
    if (!(label->policy & SYSTEM_MANDATORY_LABEL_NO_READ_UP))
        allowed |= mapping->GenericRead;
    if (!(label->policy & SYSTEM_MANDATORY_LABEL_NO_WRITE_UP))
        allowed |= mapping->GenericWrite;
    if (!(label->policy & SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP))
        allowed |= mapping->GenericExecute;
    if (has_privilege(token, PRIVILEGE_RELABEL))
        allowed |= WRITE_OWNER;
    return allowed & label->limit;
}

/* --- The DACL --- */

static bool is_single(const SID *sid, const uint8_t bytes[12])
{
    return memcmp(sid, bytes, 12) == 0;
}

static const uint8_t owner_rights_sid[12] = { 1, 1, 0, 0, 0, 0, 0, 3, 4 };
static const uint8_t self_sid[12] = { 1, 1, 0, 0, 0, 0, 0, 5, 10 };

/* Whom an ACE speaks of: OWNER RIGHTS stands for the owner, SELF for the object itself. */
static const SID *ace_subject(struct check *c, const struct ace *ace)
{
    if (sid_n_subs(ace->sid) != 1)
        return ace->sid;
    if (is_single(ace->sid, owner_rights_sid)) {
        c->owner_rights_ace = true;
        return c->request->descriptor->owner;
    }
    if (is_single(ace->sid, self_sid) && c->request->principal_self)
        return c->request->principal_self;
    return ace->sid;
}

static void view_apply(struct view *view, enum effect effect, uint32_t mask, const SID *subject,
                       const token_image *token)
{
    bool denies = effect == EFFECT_DENY;
    enum token_sid_use use = denies ? view->deny_use : view->allow_use;

    if (!token_image_has_sid(token, subject, use))
        return;
    if (denies)
        view->denied |= mask & ~view->granted;
    else
        view->granted |= mask & ~view->denied;
}

static enum effect ace_effect(const struct ace *ace)
{
    enum effect effect =
        ace->type < EFFECTS_END ? (enum effect)effects[ace->type] : EFFECT_DENY_ALL;

    if (effect != EFFECT_ALLOW_WHOLE)
        return effect;
    return ace->object_type ? EFFECT_NONE : EFFECT_ALLOW;
}

static void check_ace(struct check *c, const struct ace *ace)
{
    enum effect effect = ace_effect(ace);

    if (effect == EFFECT_NONE)
        return;
    if (effect == EFFECT_DENY_ALL) {
        for (size_t i = 0; i < c->n_views; i++)
            c->views[i].denied = ~c->views[i].granted;
        return;
    }
    uint32_t mask = access_map_generic(ace->mask, c->request->mapping);
    const SID *subject = ace_subject(c, ace);
    if (!subject)
        return;
    for (size_t i = 0; i < c->n_views; i++)
        view_apply(&c->views[i], effect, mask, subject, c->request->token);
}

static bool is_satisfied(const struct check *c)
{
    uint32_t granted = c->views[0].granted;

    if (c->n_views > 1)
        granted &= c->views[1].granted;
    return !c->maximum && !(c->wanted & ~granted);
}

/* The owner may always read and change the DACL, unless the DACL speaks of the owner's rights. */
static void grant_owner(struct check *c)
{
    const SID *owner = c->request->descriptor->owner;

    if (!owner || c->owner_rights_ace)
        return;
    for (size_t i = 0; i < c->n_views; i++) {
        if (token_image_has_sid(c->request->token, owner, c->views[i].allow_use))
            c->views[i].granted |= OWNER_RIGHTS;
    }
}

/* The only loop over a DACL. */
static nt_status walk_dacl(struct check *c, const ACL *dacl)
{
    struct acl_walk walk;
    struct ace ace;

    acl_walk_start(&walk, dacl);
    while (!is_satisfied(c) && acl_walk_next(&walk, &ace)) {
        if (!(ace.flags & INHERIT_ONLY_ACE))
            check_ace(c, &ace);
    }
    if (walk.malformed)
        return NT(INVALID_ACL);
    if (!is_satisfied(c))
        grant_owner(c);
    return NT_OK;
}

/*
 * The restricting SIDs have to grant as well. Of a write-restricted token only what is more than
 * reading and executing.
 */
static uint32_t views_combine(const struct check *c)
{
    const GENERIC_MAPPING *mapping = c->request->mapping;
    uint32_t unrestricted = 0;

    if (c->n_views == 1)
        return c->views[0].granted;
    if (token_image_flags(c->request->token) & TOKEN_IMAGE_WRITE_RESTRICTED)
        unrestricted = mapping->GenericRead | mapping->GenericExecute;
    return c->views[0].granted & (c->views[1].granted | unrestricted);
}

/* What the DACL grants; more than was wanted only when the maximum was asked for. */
static nt_status dacl_grants(uint32_t *ret, struct check *c)
{
    const struct access_request *r = c->request;

    if (!r->descriptor->dacl) {
        *ret = c->maximum ? c->wanted | r->mapping->GenericAll : c->wanted;
        return NT_OK;
    }
    nt_status st = walk_dacl(c, r->descriptor->dacl);
    if (nt_failed(st))
        return st;
    *ret = views_combine(c);
    return NT_OK;
}

/* --- Privileges --- */

/* Rights that a privilege grants by itself leave `wanted`. */
static uint64_t privileges_grant(struct check *c, uint32_t *granted)
{
    static const struct {
        uint32_t right;
        enum privilege_number privilege;
    } grants[] = {
        { ACCESS_SYSTEM_SECURITY, PRIVILEGE_SECURITY },
        { WRITE_OWNER, PRIVILEGE_TAKE_OWNERSHIP },
    };
    uint64_t used = 0;

    for (size_t i = 0; i < ARRAY_SIZE(grants); i++) {
        if (!(c->wanted & grants[i].right) ||
            !has_privilege(c->request->token, grants[i].privilege))
            continue;
        c->wanted &= ~grants[i].right;
        *granted |= grants[i].right;
        used |= PRIVILEGE_BIT(grants[i].privilege);
    }
    return used;
}

static struct access_result refused(nt_status status)
{
    return (struct access_result){ .status = status };
}

static void check_start(struct check *c, const struct access_request *request)
{
    *c = (struct check){
        .request = request,
        .views = { { .allow_use = TOKEN_SID_ALLOW, .deny_use = TOKEN_SID_DENY },
                   { .allow_use = TOKEN_SID_RESTRICTED, .deny_use = TOKEN_SID_RESTRICTED } },
        .n_views = token_image_n_restricted(request->token) > 0 ? 2 : 1,
        .wanted =
            access_map_generic(request->desired, request->mapping) & ~(uint32_t)MAXIMUM_ALLOWED,
        .maximum = request->desired & MAXIMUM_ALLOWED,
    };
}

/* The order of [MS-DTYP] 2.5.3.2: label, privileges, DACL. */
static nt_status evaluate(struct access_result *ret, struct check *c, uint32_t allowed)
{
    uint32_t granted = 0, by_dacl;

    if (c->wanted & ~allowed) {
        *ret = refused(NT(ACCESS_DENIED));
        return NT_OK;
    }
    uint64_t used = privileges_grant(c, &granted);
    if (c->wanted & ACCESS_SYSTEM_SECURITY) {
        *ret = refused(NT(PRIVILEGE_NOT_HELD));
        return NT_OK;
    }
    nt_status st = dacl_grants(&by_dacl, c);
    if (nt_failed(st))
        return st;
    granted |= by_dacl & (c->maximum ? allowed & ~(uint32_t)ACCESS_SYSTEM_SECURITY : c->wanted);
    if ((c->wanted & ~granted) || granted == 0)
        *ret = refused(NT(ACCESS_DENIED));
    else
        *ret = (struct access_result){ NT_OK, granted, used };
    return NT_OK;
}

nt_status access_check(const struct access_request *request, struct access_result *ret)
{
    struct check c;
    struct label label;

    if (!request->token || !request->descriptor || !request->mapping)
        return NT(INVALID_PARAMETER);
    nt_status st = label_read(&label, request->descriptor->sacl);
    if (nt_failed(st))
        return st;
    check_start(&c, request);
    return evaluate(ret, &c, label_allows(&label, request->token, request->mapping));
}
