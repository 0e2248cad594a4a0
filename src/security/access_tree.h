/* SPDX-License-Identifier: MIT */
/*
 * What an access check knows of an object and of its parts: a tree of types (object, property sets,
 * properties) as a list in the order of reading, each with its level. Per node and right one of
 * three holds: undecided, granted, denied; what is decided stays so. A grant holds for the node and
 * all below it, and for a node above when all its children have it. A denial holds for the node,
 * all below and all above it. So what a node has been granted, all below it have been.
 */
#ifndef OPENLOGON_SECURITY_ACCESS_TREE_H
#define OPENLOGON_SECURITY_ACCESS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnt.h>

#include "base/status.h"

/*
 * The ways of looking at a DACL: with the token's own SIDs, and with its restricting SIDs. Each
 * decides for itself.
 */
enum access_view {
    ACCESS_VIEW_TOKEN,
    ACCESS_VIEW_RESTRICTED,
    ACCESS_VIEWS_N,
};

struct access_state {
    uint32_t granted;
    uint32_t denied;
};

struct access_node {
    const void *type; /* 16 bytes of a GUID */
    uint32_t level;   /* 0: the object itself */
    struct access_state states[ACCESS_VIEWS_N];
    nt_status status; /* a check's answer for this node, as in struct access_result */
    uint32_t granted;
};

/* Borrowed; a check works in the nodes. */
struct access_tree {
    struct access_node *nodes;
    size_t n;
};

/**
 * Makes nodes of a list of types, without answers yet.
 * @nodes   room for n; they borrow the types
 * Errors:  INVALID_PARAMETER (the first is not the only one at level 0, a level is left out or
 *          above ACCESS_MAX_LEVEL, a type is NULL, Sbz is not 0, n is 0)
 * Source:  Learn, AccessCheckByType; OBJECT_TYPE_LIST
 */
_must_check_ nt_status access_tree_read(struct access_tree *ret, struct access_node *nodes,
                                        const OBJECT_TYPE_LIST *types, size_t n);

/* The first node of that type; SIZE_MAX: none is. */
size_t access_tree_find(const struct access_tree *tree, const void *type);

void access_tree_grant(const struct access_tree *tree, size_t node, enum access_view view,
                       uint32_t mask);
void access_tree_deny(const struct access_tree *tree, size_t node, enum access_view view,
                      uint32_t mask);

static inline void access_state_grant(struct access_state *state, uint32_t mask)
{
    state->granted |= mask & ~state->denied;
}

static inline void access_state_deny(struct access_state *state, uint32_t mask)
{
    state->denied |= mask & ~state->granted;
}

#endif
