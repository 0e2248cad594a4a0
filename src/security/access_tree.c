/* SPDX-License-Identifier: MIT */
#include "security/access_tree.h"

#include <string.h>

enum { TYPE_SIZE = 16 };

nt_status access_tree_read(struct access_tree *ret, struct access_node *nodes,
                           const OBJECT_TYPE_LIST *types, size_t n)
{
    if (n == 0 || types[0].Level != 0)
        return NT(INVALID_PARAMETER);
    for (size_t i = 0; i < n; i++) {
        const OBJECT_TYPE_LIST *type = &types[i];

        if (!type->ObjectType || type->Sbz != 0 || type->Level > ACCESS_MAX_LEVEL)
            return NT(INVALID_PARAMETER);
        if (i > 0 && (type->Level == 0 || type->Level > types[i - 1].Level + 1))
            return NT(INVALID_PARAMETER);
        nodes[i] = (struct access_node){ .type = type->ObjectType, .level = type->Level };
    }
    *ret = (struct access_tree){ nodes, n };
    return NT_OK;
}

size_t access_tree_find(const struct access_tree *tree, const void *type)
{
    for (size_t i = 0; i < tree->n; i++) {
        if (memcmp(tree->nodes[i].type, type, TYPE_SIZE) == 0)
            return i;
    }
    return SIZE_MAX;
}

/* Behind the last node that is below this one. */
static size_t tree_end_of(const struct access_tree *tree, size_t node)
{
    size_t end = node + 1;

    while (end < tree->n && tree->nodes[end].level > tree->nodes[node].level)
        end++;
    return end;
}

/* Only for a node that is not the object itself. */
static size_t tree_parent_of(const struct access_tree *tree, size_t node)
{
    size_t parent = node - 1;

    while (tree->nodes[parent].level >= tree->nodes[node].level)
        parent--;
    return parent;
}

static uint32_t granted_to_children(const struct access_tree *tree, size_t node,
                                    enum access_view view)
{
    size_t end = tree_end_of(tree, node);
    uint32_t level = tree->nodes[node].level + 1;
    uint32_t granted = UINT32_MAX;

    for (size_t i = node + 1; i < end; i++) {
        if (tree->nodes[i].level == level)
            granted &= tree->nodes[i].states[view].granted;
    }
    return granted;
}

void access_tree_grant(const struct access_tree *tree, size_t node, enum access_view view,
                       uint32_t mask)
{
    size_t end = tree_end_of(tree, node);

    for (size_t i = node; i < end; i++)
        access_state_grant(&tree->nodes[i].states[view], mask);
    while (node > 0) {
        node = tree_parent_of(tree, node);
        access_state_grant(&tree->nodes[node].states[view],
                           mask & granted_to_children(tree, node, view));
    }
}

void access_tree_deny(const struct access_tree *tree, size_t node, enum access_view view,
                      uint32_t mask)
{
    size_t end = tree_end_of(tree, node);

    mask &= ~tree->nodes[node].states[view].granted;
    for (size_t i = node; i < end; i++)
        access_state_deny(&tree->nodes[i].states[view], mask);
    while (node > 0) {
        node = tree_parent_of(tree, node);
        access_state_deny(&tree->nodes[node].states[view], mask);
    }
}
