/* SPDX-License-Identifier: MIT */
#include "literal_access_check.h"

#include "security/condition.h"
#include "security/privilege.h"

/* A node of the specification's LocalTree in one pass over the DACL. */
struct local_node {
    uint32_t remaining; /* asked for and neither granted nor denied */
    uint32_t denied;
};

struct pass {
    const struct access_request *request;
    bool restricting; /* over the restricting SIDs */
    size_t n;
    struct local_node nodes[LITERAL_NODES_MAX];
};

/* --- 2.5.3.1: support functions --- */

static const uint8_t principal_self[] = { 1, 1, 0, 0, 0, 0, 0, 5, 10, 0, 0, 0 };
static const uint8_t owner_rights[] = { 1, 1, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0 };

static const SID *as_sid(const uint8_t *bytes)
{
    return (const SID *)(const void *)bytes;
}

static bool sid_in_restricting(const token_image *token, const SID *sid)
{
    for (size_t i = 0; i < token_image_n_restricted(token); i++) {
        if (sid_equal(token_image_restricted_sid(token, i), sid))
            return true;
    }
    return false;
}

/* A SID for denying only is there for denying ACEs; a disabled group is not there at all. */
static bool sid_in_own(const token_image *token, const SID *sid, bool denies)
{
    for (size_t i = 0; i < token_image_n_sids(token); i++) {
        uint32_t attributes = token_image_sid_attributes(token, i);

        if (!sid_equal(token_image_sid(token, i), sid))
            continue;
        if (attributes & SE_GROUP_USE_FOR_DENY_ONLY)
            return denies;
        return i == 0 || (attributes & SE_GROUP_ENABLED);
    }
    return false;
}

static bool sid_in_token(const struct pass *pass, const SID *sid, bool denies)
{
    const struct access_request *request = pass->request;

    if (sid_equal(sid, as_sid(owner_rights)))
        sid = request->descriptor->owner;
    if (!sid)
        return false;
    if (sid_equal(sid, as_sid(principal_self)) && request->principal_self)
        sid = request->principal_self;
    return pass->restricting ? sid_in_restricting(request->token, sid)
                             : sid_in_own(request->token, sid, denies);
}

static uint32_t map_mask(uint32_t mask, const GENERIC_MAPPING *mapping)
{
    uint32_t mapped = mask & 0x0fffffffu;

    mapped |= mask & 0x80000000u ? mapping->GenericRead & 0x0fffffffu : 0;
    mapped |= mask & 0x40000000u ? mapping->GenericWrite & 0x0fffffffu : 0;
    mapped |= mask & 0x20000000u ? mapping->GenericExecute & 0x0fffffffu : 0;
    mapped |= mask & 0x10000000u ? mapping->GenericAll & 0x0fffffffu : 0;
    return mapped;
}

/* --- the object tree --- */

static uint32_t level_of(const struct pass *pass, size_t i)
{
    return pass->request->tree ? pass->request->tree->nodes[i].level : 0;
}

/* Whether node i is below node n, or is it. */
static bool is_within(const struct pass *pass, size_t i, size_t n)
{
    if (i < n)
        return false;
    for (size_t k = n + 1; k <= i; k++) {
        if (level_of(pass, k) <= level_of(pass, n))
            return false;
    }
    return true;
}

static void grant_alone(struct local_node *node, uint32_t mask)
{
    node->remaining &= ~(mask & ~node->denied);
}

static bool children_have(const struct pass *pass, size_t n, uint32_t right)
{
    for (size_t i = n + 1; i < pass->n; i++) {
        if (is_within(pass, i, n) && level_of(pass, i) == level_of(pass, n) + 1 &&
            (pass->nodes[i].remaining & right))
            return false;
    }
    return true;
}

/* Down to all below; up to each node above whose children now all have the right. */
static void grant_at(struct pass *pass, size_t n, uint32_t mask)
{
    for (size_t i = n; i < pass->n; i++) {
        if (is_within(pass, i, n))
            grant_alone(&pass->nodes[i], mask);
    }
    for (size_t up = n; up-- > 0;) {
        for (uint32_t right = 1; right != 0 && is_within(pass, n, up); right <<= 1) {
            if ((mask & right) && children_have(pass, up, right))
                grant_alone(&pass->nodes[up], right);
        }
    }
}

/* What remains at the node cannot be had any more, there, below, and above. */
static void deny_at(struct pass *pass, size_t n, uint32_t mask)
{
    uint32_t at_node = mask & pass->nodes[n].remaining;

    for (size_t i = 0; i < pass->n; i++) {
        if (is_within(pass, i, n) || is_within(pass, n, i))
            pass->nodes[i].denied |= at_node & pass->nodes[i].remaining;
    }
}

static bool find_node(const struct pass *pass, const void *type, size_t *ret)
{
    for (size_t i = 0; i < pass->n; i++) {
        if (memcmp(pass->request->tree->nodes[i].type, type, 16) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

/* --- 2.5.3.2: the pass over the DACL --- */

static bool is_allow(uint8_t type)
{
    return type == ACCESS_ALLOWED_ACE_TYPE || type == ACCESS_ALLOWED_OBJECT_ACE_TYPE ||
           type == ACCESS_ALLOWED_CALLBACK_ACE_TYPE ||
           type == ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE;
}

static bool is_deny(uint8_t type)
{
    return type == ACCESS_DENIED_ACE_TYPE || type == ACCESS_DENIED_OBJECT_ACE_TYPE ||
           type == ACCESS_DENIED_CALLBACK_ACE_TYPE ||
           type == ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE;
}

static bool is_callback(uint8_t type)
{
    return type >= ACCESS_ALLOWED_CALLBACK_ACE_TYPE &&
           type <= ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE;
}

static enum truth condition_of(const struct pass *pass, const struct ace *ace)
{
    const struct access_request *request = pass->request;
    const SID *owner = request->descriptor->owner;
    bool self_owns = owner && request->principal_self && sid_equal(owner, as_sid(principal_self));
    struct condition_context context = { request->token,
                                         pass->restricting,
                                         request->descriptor->sacl,
                                         request->principal_self,
                                         self_owns ? request->principal_self : owner,
                                         is_deny(ace->type) };

    if (!is_callback(ace->type))
        return TRUTH_TRUE;
    return condition_evaluate(ace->extra, ace->extra_size, &context);
}

static void process_ace(struct pass *pass, const struct ace *ace)
{
    bool denies = is_deny(ace->type);
    uint32_t mask = map_mask(ace->mask, pass->request->mapping);
    size_t node = 0;

    if (!sid_in_token(pass, ace->sid, denies))
        return;
    if (ace->object_type && pass->request->tree && !find_node(pass, ace->object_type, &node))
        return;
    if (ace->object_type && !pass->request->tree && !denies)
        return;
    enum truth truth = condition_of(pass, ace);
    if (denies && truth != TRUTH_FALSE)
        deny_at(pass, node, mask);
    if (!denies && truth == TRUTH_TRUE)
        grant_at(pass, node, mask);
}

static bool dacl_speaks_of_owner_rights(const ACL *dacl)
{
    struct ace ace;

    for (size_t i = 0; i < acl_n_aces(dacl); i++) {
        if (nt_failed(acl_get(&ace, dacl, i)) || (ace.flags & INHERIT_ONLY_ACE))
            continue;
        if ((is_allow(ace.type) || is_deny(ace.type)) && sid_equal(ace.sid, as_sid(owner_rights)))
            return true;
    }
    return false;
}

/* Types that are known not to speak of access, or at most to allow what nobody knows. */
static bool is_harmless(uint8_t type)
{
    return type <= SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE && !is_allow(type) && !is_deny(type);
}

static void walk_dacl(struct pass *pass, const ACL *dacl)
{
    struct ace ace;

    for (size_t i = 0; i < acl_n_aces(dacl); i++) {
        if (nt_failed(acl_get(&ace, dacl, i)) || (ace.flags & INHERIT_ONLY_ACE) ||
            is_harmless(ace.type))
            continue;
        if (is_allow(ace.type) || is_deny(ace.type))
            process_ace(pass, &ace);
        else
            deny_at(pass, 0, UINT32_MAX);
    }
}

static void run_pass(struct pass *pass, uint32_t access_request)
{
    const struct descriptor *d = pass->request->descriptor;

    for (size_t i = 0; i < pass->n; i++)
        pass->nodes[i] = (struct local_node){ access_request, 0 };
    if (d->owner && sid_in_token(pass, d->owner, false) && !dacl_speaks_of_owner_rights(d->dacl))
        grant_at(pass, 0, READ_CONTROL | WRITE_DAC);
    walk_dacl(pass, d->dacl);
}

/* --- 2.5.3.3: mandatory integrity --- */

static bool has_privilege(const struct access_request *request, unsigned number)
{
    return token_image_privileges_enabled(request->token) >> number & 1;
}

struct label {
    uint32_t level;
    uint32_t policy;
    uint32_t limit;
};

static struct label read_label(const ACL *sacl)
{
    struct label label = { 0x2000, SYSTEM_MANDATORY_LABEL_NO_WRITE_UP, UINT32_MAX };
    bool found = false;
    struct ace ace;

    for (size_t i = 0; sacl && i < acl_n_aces(sacl); i++) {
        if (nt_failed(acl_get(&ace, sacl, i)) || (ace.flags & INHERIT_ONLY_ACE))
            continue;
        if (ace.type == 0x14 || ace.type == 0x15)
            label.limit &= ace.mask;
        if (ace.type == SYSTEM_MANDATORY_LABEL_ACE_TYPE && !found) {
            label.level = sid_rid(ace.sid);
            label.policy = ace.mask;
            found = true;
        }
    }
    return label;
}

/* What the DACL may grant; *ret_relabels when only SeRelabelPrivilege lets it grant WRITE_OWNER. */
static uint32_t mandatory_integrity_check(const struct access_request *request, bool *ret_relabels)
{
    struct label label = read_label(request->descriptor->sacl);
    const GENERIC_MAPPING *mapping = request->mapping;
    uint32_t allowed = 0;

    *ret_relabels = false;
    if (!(token_image_mandatory_policy(request->token) & TOKEN_MANDATORY_POLICY_NO_WRITE_UP))
        return label.limit;
    if (token_image_integrity(request->token) >= label.level)
        return label.limit;
    if (!(label.policy & 7))
        return label.limit;
    if (!(label.policy & SYSTEM_MANDATORY_LABEL_NO_WRITE_UP))
        allowed |= mapping->GenericWrite;
    if (!(label.policy & SYSTEM_MANDATORY_LABEL_NO_READ_UP))
        allowed |= mapping->GenericRead;
    if (!(label.policy & SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP))
        allowed |= mapping->GenericExecute;
    if (has_privilege(request, PRIVILEGE_RELABEL) && !(allowed & WRITE_OWNER)) {
        *ret_relabels = true;
        allowed |= WRITE_OWNER;
    }
    return allowed & label.limit;
}

/* --- privileges --- */

/* Rights that the token has by this privilege, should it be enabled. */
static uint32_t rights_of_privilege(const struct access_request *request, unsigned number)
{
    const GENERIC_MAPPING *m = request->mapping;

    if (number == PRIVILEGE_SECURITY)
        return ACCESS_SYSTEM_SECURITY;
    if (number == PRIVILEGE_TAKE_OWNERSHIP)
        return WRITE_OWNER;
    if (number == PRIVILEGE_BACKUP && (request->flags & ACCESS_BACKUP_INTENT))
        return READ_CONTROL | ACCESS_SYSTEM_SECURITY | m->GenericRead | m->GenericExecute;
    if (number == PRIVILEGE_RESTORE && (request->flags & ACCESS_RESTORE_INTENT))
        return WRITE_DAC | WRITE_OWNER | ACCESS_SYSTEM_SECURITY | m->GenericWrite | DELETE;
    return 0;
}

/* The rights that privileges give right by right, the special privileges first. */
static uint32_t grant_by_privilege(const struct access_request *request, uint32_t wanted,
                                   uint32_t most, uint64_t *used)
{
    static const unsigned order[] = { PRIVILEGE_BACKUP, PRIVILEGE_RESTORE, PRIVILEGE_SECURITY,
                                      PRIVILEGE_TAKE_OWNERSHIP };
    uint32_t granted = 0;

    for (uint32_t right = 1; right != 0; right <<= 1) {
        for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
            bool by_intent = order[i] == PRIVILEGE_BACKUP || order[i] == PRIVILEGE_RESTORE;
            bool asked = (wanted & right) || (by_intent && (most & right));

            if (!asked || !has_privilege(request, order[i]) ||
                !(rights_of_privilege(request, order[i]) & right))
                continue;
            granted |= right;
            *used |= UINT64_C(1) << order[i];
            break;
        }
    }
    return granted;
}

/* --- all together --- */

static void answer_all(struct literal_answer *ret, size_t n, nt_status status)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = (struct literal_answer){ status, 0 };
}

/* What the DACL grants a node of what is asked of it. */
static uint32_t granted_by_passes(const struct access_request *request, const struct pass *own,
                                  const struct pass *restricting, size_t i, uint32_t asked)
{
    uint32_t by_own = asked & ~own->nodes[i].remaining;
    uint32_t by_restricting = asked & ~restricting->nodes[i].remaining;

    if (token_image_n_restricted(request->token) == 0)
        return by_own;
    if (token_image_flags(request->token) & TOKEN_IMAGE_WRITE_RESTRICTED)
        by_restricting |= request->mapping->GenericRead | request->mapping->GenericExecute;
    return by_own & by_restricting;
}

static void answer_by_dacl(struct literal_answer *ret, const struct access_request *request,
                           size_t n, uint32_t wanted, uint32_t most, uint32_t by_privilege)
{
    struct pass own = { request, false, n, { { 0 } } };
    struct pass restricting = { request, true, n, { { 0 } } };
    uint32_t asked = wanted | most;

    if (request->descriptor->dacl) {
        run_pass(&own, asked);
        run_pass(&restricting, asked);
    } else {
        asked = wanted | (most & map_mask(GENERIC_ALL, request->mapping));
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t granted = by_privilege | granted_by_passes(request, &own, &restricting, i, asked);
        bool all = (wanted & ~granted) == 0 && granted != 0;

        ret[i] = (struct literal_answer){ all ? NT_OK : NT(ACCESS_DENIED), all ? granted : 0 };
    }
}

void literal_access_check(struct literal_answer *ret, uint64_t *ret_privileges,
                          const struct access_request *request)
{
    size_t n = request->tree ? request->tree->n : 1;
    uint32_t wanted = map_mask(request->desired, request->mapping) & ~(uint32_t)MAXIMUM_ALLOWED;
    uint64_t used = 0;
    uint32_t granted = 0;
    bool relabels;

    *ret_privileges = 0;
    uint32_t allowed = mandatory_integrity_check(request, &relabels);
    uint32_t most =
        request->desired & MAXIMUM_ALLOWED ? allowed & ~(uint32_t)ACCESS_SYSTEM_SECURITY : 0;
    if (wanted & ~allowed) {
        answer_all(ret, n, NT(ACCESS_DENIED));
        return;
    }
    uint32_t by_privilege = grant_by_privilege(request, wanted, most, &used);
    if (wanted & ~by_privilege & ACCESS_SYSTEM_SECURITY) {
        answer_all(ret, n, NT(PRIVILEGE_NOT_HELD));
        return;
    }
    answer_by_dacl(ret, request, n, wanted & ~by_privilege, most, by_privilege);
    for (size_t i = 0; i < n; i++)
        granted |= ret[i].granted;
    if (relabels && (granted & WRITE_OWNER))
        used |= UINT64_C(1) << PRIVILEGE_RELABEL;
    *ret_privileges = granted ? used : 0;
}
