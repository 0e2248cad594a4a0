/* SPDX-License-Identifier: MIT */
#include "security/access_audit.h"

#include "security/access_ace.h"

/* An answer as audit sees it. */
struct outcome {
    nt_status status;
    uint32_t rights; /* granted, or refused */
};

static struct outcome outcome_of(const struct access_request *request, nt_status status,
                                 uint32_t granted)
{
    uint32_t asked = access_map_generic(request->desired, request->mapping);

    if (!nt_failed(status))
        return (struct outcome){ status, granted };
    /* Who is refused the maximum is refused everything. */
    return (struct outcome){ status, asked & MAXIMUM_ALLOWED ? UINT32_MAX : asked };
}

static uint32_t due_for(const struct outcome *outcome, const struct ace *ace, uint32_t mask)
{
    if (!(outcome->rights & mask))
        return 0;
    if (nt_failed(outcome->status))
        return ace->flags & FAILED_ACCESS_ACE_FLAG ? ACCESS_AUDIT_FAILURE : 0;
    return ace->flags & SUCCESSFUL_ACCESS_ACE_FLAG ? ACCESS_AUDIT_SUCCESS : 0;
}

/* Of the answers of a node and of all below it. */
static uint32_t due_for_nodes(const struct access_request *request, size_t node,
                              const struct ace *ace, uint32_t mask)
{
    const struct access_node *nodes = request->tree->nodes;
    uint32_t due = 0;
    size_t i = node;

    do {
        struct outcome outcome = outcome_of(request, nodes[i].status, nodes[i].granted);

        due |= due_for(&outcome, ace, mask);
        i++;
    } while (i < request->tree->n && nodes[i].level > nodes[node].level);
    return due;
}

static bool ace_applies(const struct access_request *request, const struct ace *ace, uint8_t effect,
                        size_t *cost)
{
    const SID *subject = access_subject(request, ace->sid, access_alias_of(ace->sid));

    if (!subject || !token_image_has_sid(request->token, subject, TOKEN_SID_DENY))
        return false;
    return !(effect & ACCESS_EFFECT_CONDITIONAL) ||
           access_condition(request, ace, ACCESS_VIEW_TOKEN, effect, cost) != TRUTH_FALSE;
}

static uint32_t due_by_ace(const struct access_request *request, const struct access_result *result,
                           const struct ace *ace, size_t *cost)
{
    uint8_t effect = access_effect_of(ace->type);
    size_t node = 0;

    if ((ace->flags & INHERIT_ONLY_ACE) || !(effect & ACCESS_EFFECT_AUDIT) ||
        !ace_applies(request, ace, effect, cost))
        return 0;
    if (ace->object_type && request->tree)
        node = access_tree_find(request->tree, ace->object_type);
    if (node == SIZE_MAX)
        return 0;
    uint32_t mask = access_map_generic(ace->mask, request->mapping);
    if (request->tree && (request->flags & ACCESS_RESULT_LIST))
        return due_for_nodes(request, node, ace, mask);
    struct outcome outcome = outcome_of(request, result->status, result->granted);
    return due_for(&outcome, ace, mask);
}

nt_status access_audit_due(uint32_t *ret, const struct access_request *request,
                           const struct access_result *result)
{
    const ACL *sacl = request->descriptor->sacl;
    struct acl_walk walk;
    struct ace ace;
    uint32_t due = 0;
    size_t cost = 0;

    if (sacl) {
        acl_walk_start(&walk, sacl);
        while (acl_walk_next(&walk, &ace))
            due |= due_by_ace(request, result, &ace, &cost);
        if (walk.malformed)
            return NT(INVALID_ACL);
    }
    *ret = due;
    return NT_OK;
}
