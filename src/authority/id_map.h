/* SPDX-License-Identifier: MIT */
/*
 * A map from 64-bit numbers to objects that carry a node of it. Finding, inserting and removing
 * take O(log n), as a step to the next one does. Allocates nothing, owns nothing.
 */
#ifndef OPENLOGON_AUTHORITY_ID_MAP_H
#define OPENLOGON_AUTHORITY_ID_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct id_node {
    uint64_t id;
    struct id_node *left, *right;
};

/* Starts as all zeros. */
struct id_map {
    struct id_node *root;
    struct id_node *first, *last; /* in the order of ids */
    size_t size;
};

/* node->id is set by the caller. False when that id is taken. */
bool id_map_insert(struct id_map *map, struct id_node *node);

/* A node that is in no map (node->id is 0, or it was removed) must not be given. */
void id_map_remove(struct id_map *map, struct id_node *node);

struct id_node *id_map_find(const struct id_map *map, uint64_t id); /* NULL: not there */

/* The node with the smallest id above the given one; NULL: there is none. */
struct id_node *id_map_after(const struct id_map *map, uint64_t id);

/* The one that follows a node of the map; NULL: it is the last. */
struct id_node *id_map_next(const struct id_map *map, const struct id_node *node);

/* The object around a node; NULL for NULL. */
#define ID_ENTRY(node, type, member)                                                               \
    ({                                                                                             \
        struct id_node *node_ = (node);                                                            \
        node_ ? (type *)(void *)((char *)node_ - offsetof(type, member)) : NULL;                   \
    })

#endif
