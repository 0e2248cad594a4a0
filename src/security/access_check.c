/* SPDX-License-Identifier: MIT */
#include "security/access_check.h"

#include "security/access_ace.h"
#include "security/privilege.h"

#define OWNER_RIGHTS (READ_CONTROL | WRITE_DAC)

/* The SACL's words on who may have which rights whatever the DACL says. */
struct label {
    uint32_t level;
    uint32_t policy;
    uint32_t ace;
    uint32_t limit; /* of ACEs that bound the rights of all who lack a trust level */
    uint32_t limit_ace;
};

struct check {
    const struct access_request *request;
    struct access_tree tree;  /* the request's, or of one node: the object as a whole */
    struct access_node whole; /* that one */
    size_t n_views;
    uint32_t asked;        /* mapped, without MAXIMUM_ALLOWED */
    uint32_t wanted;       /* of these, what the DACL has to grant */
    uint32_t by_privilege; /* granted before it */
    uint32_t allowed;      /* what the SACL leaves */
    uint32_t unrestricted; /* what does not need the restricting SIDs' consent */
    uint32_t hopeless;     /* one of these denied: the answer is known */
    uint64_t privileges_used;
    size_t condition_cost; /* of all conditions so far */
    uint32_t ace;          /* index of the present one */
    bool maximum;
    bool relabels; /* WRITE_OWNER is allowed only by SeRelabelPrivilege */
    bool owner_rights_ace;
};

static bool has_privilege(const token_image *token, enum privilege_number number)
{
    return token_image_privileges_enabled(token) & PRIVILEGE_BIT(number);
}

/* --- Mandatory integrity, [MS-DTYP] 2.5.3.3 --- */

static void label_add(struct label *label, const struct ace *ace, uint32_t i)
{
    if (ace->flags & INHERIT_ONLY_ACE)
        return;
    if (ace->type == SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE ||
        ace->type == SYSTEM_ACCESS_FILTER_ACE_TYPE) {
        label->limit &= ace->mask;
        label->limit_ace = i;
    }
    if (ace->type != SYSTEM_MANDATORY_LABEL_ACE_TYPE || label->ace != ACCESS_NO_ACE)
        return;
    label->level = sid_rid(ace->sid);
    label->policy = ace->mask;
    label->ace = i;
}

/* The first label counts; without one an object is medium and not written from below. */
static nt_status label_read(struct label *ret, const ACL *sacl)
{
    struct acl_walk walk;
    struct ace ace;

    *ret = (struct label){ .level = SECURITY_MANDATORY_MEDIUM_RID,
                           .policy = SYSTEM_MANDATORY_LABEL_NO_WRITE_UP,
                           .ace = ACCESS_NO_ACE,
                           .limit = UINT32_MAX,
                           .limit_ace = ACCESS_NO_ACE };
    if (!sacl)
        return NT_OK;
    acl_walk_start(&walk, sacl);
    for (uint32_t i = 0; acl_walk_next(&walk, &ace); i++)
        label_add(ret, &ace, i);
    return walk.malformed ? NT(INVALID_ACL) : NT_OK;
}

/* Whether the label has nothing to say about the token. */
static bool label_passes(const struct label *label, const token_image *token)
{
    static const uint32_t all_policies = SYSTEM_MANDATORY_LABEL_VALID_MASK;

    return !(token_image_mandatory_policy(token) & TOKEN_MANDATORY_POLICY_NO_WRITE_UP) ||
           token_image_integrity(token) >= label->level || !(label->policy & all_policies);
}

/* The rights that the SACL leaves to the token. */
static void label_apply(struct check *c, const struct label *label)
{
    const GENERIC_MAPPING *mapping = c->request->mapping;
    uint32_t allowed = 0;

    c->allowed = label->limit;
    if (label_passes(label, c->request->token))
        return;
    if (!(label->policy & SYSTEM_MANDATORY_LABEL_NO_READ_UP))
        allowed |= mapping->GenericRead;
    if (!(label->policy & SYSTEM_MANDATORY_LABEL_NO_WRITE_UP))
        allowed |= mapping->GenericWrite;
    if (!(label->policy & SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP))
        allowed |= mapping->GenericExecute;
    if (has_privilege(c->request->token, PRIVILEGE_RELABEL)) {
        c->relabels = !(allowed & WRITE_OWNER);
        allowed |= WRITE_OWNER;
    }
    c->allowed &= allowed;
}

/* --- Why --- */

/* What both views together grant a node. */
static uint32_t views_grant(const struct check *c, const struct access_node *node)
{
    uint32_t granted = node->states[ACCESS_VIEW_TOKEN].granted;

    if (c->n_views > 1)
        granted &= node->states[ACCESS_VIEW_RESTRICTED].granted | c->unrestricted;
    return granted;
}

static void trace_rights(const struct check *c, uint32_t rights, struct access_reason reason)
{
    if (c->request->trace)
        access_trace_record(c->request->trace, rights, &reason);
}

/* What a privilege has granted the DACL does not decide. */
static void trace_dacl(const struct check *c, uint32_t rights, struct access_reason reason)
{
    trace_rights(c, rights & ~c->by_privilege, reason);
}

/* After the DACL: what it did not have the last word on. */
static void trace_finish(const struct check *c, const struct label *label)
{
    struct access_trace *trace = c->request->trace;
    const struct access_node *node = &c->tree.nodes[trace->node];
    uint32_t by_token = node->states[ACCESS_VIEW_TOKEN].granted & ~c->by_privilege;

    access_trace_restrict(trace, by_token & ~views_grant(c, node));
    trace->granted = (views_grant(c, node) & ~(uint32_t)ACCESS_SYSTEM_SECURITY & c->allowed) |
                     (c->by_privilege & c->allowed);
    trace_rights(c, ~c->allowed, (struct access_reason){ ACCESS_BY_LABEL, .ace = label->ace });
    trace_rights(c, ~label->limit,
                 (struct access_reason){ ACCESS_BY_LIMIT, .ace = label->limit_ace });
    if (!(c->by_privilege & ACCESS_SYSTEM_SECURITY)) {
        struct access_reason missing = { ACCESS_BY_MISSING_PRIVILEGE, .ace = ACCESS_NO_ACE,
                                         .privilege = PRIVILEGE_SECURITY };

        trace_rights(c, ACCESS_SYSTEM_SECURITY & c->allowed, missing);
    }
}

/* --- The DACL --- */

static struct access_state traced_state(const struct check *c, enum access_view view)
{
    return c->tree.nodes[c->request->trace->node].states[view];
}

static void node_apply(const struct check *c, size_t node, enum access_view view, uint8_t effect,
                       uint32_t mask)
{
    struct access_state *state = &c->tree.nodes[node].states[view];

    if (c->tree.n > 1 && (effect & ACCESS_EFFECT_ALLOW))
        access_tree_grant(&c->tree, node, view, mask);
    else if (c->tree.n > 1)
        access_tree_deny(&c->tree, node, view, mask);
    else if (effect & ACCESS_EFFECT_ALLOW)
        access_state_grant(state, mask);
    else
        access_state_deny(state, mask);
}

static void node_apply_traced(const struct check *c, size_t node, enum access_view view,
                              uint8_t effect, uint32_t mask)
{
    struct access_state before = traced_state(c, view);

    node_apply(c, node, view, effect, mask);
    struct access_state after = traced_state(c, view);
    uint32_t decided = (after.granted & ~before.granted) | (after.denied & ~before.denied);
    trace_dacl(c, decided, (struct access_reason){ ACCESS_BY_ACE, view, .ace = c->ace });
}

static void apply(const struct check *c, size_t node, enum access_view view, uint8_t effect,
                  uint32_t mask)
{
    if (__builtin_expect(!c->request->trace, 1))
        node_apply(c, node, view, effect, mask);
    else
        node_apply_traced(c, node, view, effect, mask);
}

/* Conditions are three-valued: what is not known does not allow, but it denies. */
static bool ace_applies(struct check *c, const struct ace *ace, enum access_view view,
                        uint8_t effect, const SID *subject)
{
    static const enum token_sid_use uses[ACCESS_VIEWS_N][2] = {
        [ACCESS_VIEW_TOKEN] = { TOKEN_SID_ALLOW, TOKEN_SID_DENY },
        [ACCESS_VIEW_RESTRICTED] = { TOKEN_SID_RESTRICTED, TOKEN_SID_RESTRICTED },
    };
    bool denies = effect & ACCESS_EFFECT_DENY;

    if (!token_image_has_sid(c->request->token, subject, uses[view][denies]))
        return false;
    if (__builtin_expect(!(effect & ACCESS_EFFECT_CONDITIONAL), 1))
        return true;
    enum truth truth = access_condition(c->request, ace, view, effect, &c->condition_cost);
    return truth == TRUTH_TRUE || (denies && truth == TRUTH_UNKNOWN);
}

/*
 * The node that an ACE is about; SIZE_MAX: none of these. When nobody asks about parts, an ACE
 * about one does not allow, but it denies.
 */
static size_t ace_node(const struct check *c, const struct ace *ace, uint8_t effect)
{
    if (__builtin_expect(!ace->object_type, 1))
        return 0;
    if (c->request->tree)
        return access_tree_find(&c->tree, ace->object_type);
    return effect & ACCESS_EFFECT_DENY ? 0 : SIZE_MAX;
}

/* Whether it says anything about the token. */
static bool check_known_ace(struct check *c, const struct ace *ace, uint8_t effect)
{
    enum access_alias alias = access_alias_of(ace->sid);
    const SID *subject = access_subject(c->request, ace->sid, alias);
    size_t node = ace_node(c, ace, effect);
    bool applied = false;

    if (alias == ACCESS_ALIAS_OWNER)
        c->owner_rights_ace = true;
    if (!subject || node == SIZE_MAX)
        return false;
    uint32_t mask = access_map_generic(ace->mask, c->request->mapping);
    for (size_t i = 0; i < c->n_views; i++) {
        if (!ace_applies(c, ace, (enum access_view)i, effect, subject))
            continue;
        apply(c, node, (enum access_view)i, effect, mask);
        applied = true;
    }
    return applied;
}

static bool check_ace(struct check *c, const struct ace *ace)
{
    uint8_t effect = access_effect_of(ace->type);

    if (__builtin_expect(effect & (ACCESS_EFFECT_ALLOW | ACCESS_EFFECT_DENY), 1))
        return check_known_ace(c, ace, effect);
    if (effect != ACCESS_EFFECT_UNKNOWN)
        return false;
    for (size_t i = 0; i < c->n_views; i++)
        apply(c, 0, (enum access_view)i, ACCESS_EFFECT_DENY, UINT32_MAX);
    return true;
}

/* What the object is granted all its parts are: nothing is left to grant. */
static bool is_satisfied(const struct check *c)
{
    return !c->maximum && !(c->wanted & ~views_grant(c, c->tree.nodes));
}

static bool is_hopeless(const struct check *c)
{
    uint32_t denied = c->tree.nodes->states[ACCESS_VIEW_TOKEN].denied;

    if (c->n_views > 1)
        denied |= c->tree.nodes->states[ACCESS_VIEW_RESTRICTED].denied & ~c->unrestricted;
    return denied & c->hopeless;
}

/* The owner may always read and change the DACL, unless the DACL speaks of the owner's rights. */
static void grant_owner(struct check *c)
{
    const SID *owner = access_owner(c->request);

    if (!owner || c->owner_rights_ace)
        return;
    for (size_t view = 0; view < c->n_views; view++) {
        enum token_sid_use use = view == ACCESS_VIEW_TOKEN ? TOKEN_SID_ALLOW : TOKEN_SID_RESTRICTED;

        if (!token_image_has_sid(c->request->token, owner, use))
            continue;
        for (size_t i = 0; i < c->tree.n; i++)
            c->tree.nodes[i].states[view].granted |= OWNER_RIGHTS;
        trace_dacl(
            c, OWNER_RIGHTS,
            (struct access_reason){ ACCESS_BY_OWNER, (enum access_view)view, ACCESS_NO_ACE });
    }
}

/* The only loop over a DACL. */
static nt_status walk_dacl(struct check *c, const ACL *dacl)
{
    struct acl_walk walk;
    struct ace ace;

    if (is_satisfied(c))
        return NT_OK;
    acl_walk_start(&walk, dacl);
    for (; acl_walk_next(&walk, &ace); c->ace++) {
        if ((ace.flags & INHERIT_ONLY_ACE) || !check_ace(c, &ace))
            continue;
        if (is_satisfied(c) || is_hopeless(c))
            break;
    }
    if (walk.malformed)
        return NT(INVALID_ACL);
    if (!is_satisfied(c))
        grant_owner(c);
    return NT_OK;
}

/* Everyone may do everything: what was asked for, and at most all there is. */
static void grant_all(struct check *c)
{
    uint32_t all = c->maximum ? c->wanted | c->request->mapping->GenericAll : c->wanted;

    for (size_t i = 0; i < c->n_views; i++)
        access_tree_grant(&c->tree, 0, (enum access_view)i, all);
    trace_dacl(c, UINT32_MAX,
               (struct access_reason){ ACCESS_BY_NULL_DACL, ACCESS_VIEW_TOKEN, ACCESS_NO_ACE });
}

static nt_status dacl_apply(struct check *c)
{
    const ACL *dacl = c->request->descriptor->dacl;

    if (dacl)
        return walk_dacl(c, dacl);
    grant_all(c);
    return NT_OK;
}

/* --- Privileges --- */

struct privilege_grant {
    enum privilege_number privilege;
    uint32_t intent; /* what has to be asked for; 0: nothing, but then the maximum is without it */
    uint32_t rights;
};

static void privilege_apply(struct check *c, const struct privilege_grant *grant)
{
    uint32_t rights = grant->rights & c->asked;

    if (c->maximum && grant->intent)
        rights |= grant->rights & c->allowed & ~(uint32_t)ACCESS_SYSTEM_SECURITY;
    rights &= ~c->by_privilege;
    if (!rights || (grant->intent & ~c->request->flags) ||
        !has_privilege(c->request->token, grant->privilege))
        return;
    c->by_privilege |= rights;
    c->privileges_used |= PRIVILEGE_BIT(grant->privilege);
}

/* Rights that a privilege grants by itself. Source: Learn, Privilege Constants */
static void privileges_apply(struct check *c)
{
    const GENERIC_MAPPING *mapping = c->request->mapping;
    const struct privilege_grant grants[] = {
        { PRIVILEGE_BACKUP, ACCESS_BACKUP_INTENT,
          READ_CONTROL | ACCESS_SYSTEM_SECURITY | mapping->GenericRead | mapping->GenericExecute },
        { PRIVILEGE_RESTORE, ACCESS_RESTORE_INTENT,
          WRITE_DAC | WRITE_OWNER | DELETE | ACCESS_SYSTEM_SECURITY | mapping->GenericWrite },
        { PRIVILEGE_SECURITY, 0, ACCESS_SYSTEM_SECURITY },
        { PRIVILEGE_TAKE_OWNERSHIP, 0, WRITE_OWNER },
    };

    if (!c->request->flags && !(c->asked & (ACCESS_SYSTEM_SECURITY | WRITE_OWNER)))
        return;
    for (size_t i = 0; i < ARRAY_SIZE(grants); i++) {
        uint32_t before = c->by_privilege;

        privilege_apply(c, &grants[i]);
        trace_rights(c, c->by_privilege & ~before,
                     (struct access_reason){ ACCESS_BY_PRIVILEGE, .ace = ACCESS_NO_ACE,
                                             .privilege = grants[i].privilege });
    }
    c->wanted &= ~c->by_privilege;
}

/* --- The answer --- */

static nt_status check_start(struct check *c, const struct access_request *request)
{
    if (!request->token || !request->descriptor || !request->mapping)
        return NT(INVALID_PARAMETER);
    *c = (struct check){
        .request = request,
        .n_views = token_image_n_restricted(request->token) > 0 ? 2 : 1,
        .asked =
            access_map_generic(request->desired, request->mapping) & ~(uint32_t)MAXIMUM_ALLOWED,
        .maximum = request->desired & MAXIMUM_ALLOWED,
    };
    c->wanted = c->asked;
    c->tree = request->tree ? *request->tree : (struct access_tree){ &c->whole, 1 };
    if (c->tree.n == 0 || (request->trace && request->trace->node >= c->tree.n))
        return NT(INVALID_PARAMETER);
    /* A write-restricted token reads and executes as if it were not restricted. */
    if (token_image_flags(request->token) & TOKEN_IMAGE_WRITE_RESTRICTED)
        c->unrestricted = request->mapping->GenericRead | request->mapping->GenericExecute;
    for (size_t i = 0; request->tree && i < c->tree.n; i++)
        memset(c->tree.nodes[i].states, 0, sizeof(c->tree.nodes[i].states));
    if (request->trace)
        access_trace_start(request->trace);
    return NT_OK;
}

/* What no DACL can help against. */
static nt_status refusal_of(const struct check *c)
{
    if (c->asked & ~c->allowed)
        return NT(ACCESS_DENIED);
    return c->wanted & ACCESS_SYSTEM_SECURITY ? NT(PRIVILEGE_NOT_HELD) : NT_OK;
}

static void node_refuse(struct access_node *node, nt_status status)
{
    node->status = status;
    node->granted = 0;
}

static void node_answer(const struct check *c, struct access_node *node)
{
    uint32_t most = c->maximum ? c->allowed & ~(uint32_t)ACCESS_SYSTEM_SECURITY : c->wanted;
    uint32_t granted = c->by_privilege | (views_grant(c, node) & most);

    if ((c->wanted & ~granted) || granted == 0) {
        node_refuse(node, NT(ACCESS_DENIED));
        return;
    }
    node->status = NT_OK;
    node->granted = granted;
}

static uint64_t privileges_used(const struct check *c, uint32_t granted)
{
    uint64_t used = granted ? c->privileges_used : 0;

    if (c->relabels && (granted & WRITE_OWNER))
        used |= PRIVILEGE_BIT(PRIVILEGE_RELABEL);
    return used;
}

static struct access_result answer(const struct check *c, nt_status refusal)
{
    struct access_node *nodes = c->tree.nodes;
    uint32_t granted = 0;

    for (size_t i = 0; i < c->tree.n; i++) {
        if (nt_failed(refusal))
            node_refuse(&nodes[i], refusal);
        else
            node_answer(c, &nodes[i]);
        granted |= nodes[i].granted;
    }
    return (struct access_result){ nodes->status, nodes->granted, privileges_used(c, granted) };
}

/* The order of [MS-DTYP] 2.5.3.2: label, privileges, DACL. */
nt_status access_check(const struct access_request *request, struct access_result *ret)
{
    struct check c;
    struct label label;
    nt_status st = check_start(&c, request);

    if (!nt_failed(st))
        st = label_read(&label, request->descriptor->sacl);
    if (nt_failed(st))
        return st;
    label_apply(&c, &label);
    privileges_apply(&c);
    nt_status refusal = refusal_of(&c);
    /* Whoever asks why wants to know it of every right. */
    if (!request->tree && !request->trace)
        c.hopeless = c.maximum ? 0 : c.wanted & ~(uint32_t)OWNER_RIGHTS;
    if (!nt_failed(refusal) || request->trace)
        st = dacl_apply(&c);
    if (nt_failed(st))
        return st;
    if (request->trace)
        trace_finish(&c, &label);
    *ret = answer(&c, refusal);
    return NT_OK;
}
