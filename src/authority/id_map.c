/* SPDX-License-Identifier: MIT */
/* A treap: a search tree by id that is at the same time a heap by a number hashed from the id. */
#include "authority/id_map.h"

static uint64_t priority(const struct id_node *node)
{
    uint64_t x = node->id + UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Parts a tree into the ids below `id` and the others. */
static void split(struct id_node *tree, uint64_t id, struct id_node **low, struct id_node **high)
{
    while (tree) {
        if (tree->id < id) {
            *low = tree;
            low = &tree->right;
            tree = tree->right;
        } else {
            *high = tree;
            high = &tree->left;
            tree = tree->left;
        }
    }
    *low = NULL;
    *high = NULL;
}

/* Joins two trees; every id of `low` is below every id of `high`. */
static struct id_node *merge(struct id_node *low, struct id_node *high)
{
    struct id_node *root = NULL;
    struct id_node **link = &root;

    while (low && high) {
        if (priority(low) > priority(high)) {
            *link = low;
            link = &low->right;
            low = low->right;
        } else {
            *link = high;
            link = &high->left;
            high = high->left;
        }
    }
    *link = low ? low : high;
    return root;
}

bool id_map_insert(struct id_map *map, struct id_node *node)
{
    struct id_node **link = &map->root;

    if (map->last && node->id <= map->last->id && id_map_find(map, node->id))
        return false; /* ids mostly come in rising order */
    while (*link && priority(*link) >= priority(node))
        link = node->id < (*link)->id ? &(*link)->left : &(*link)->right;
    split(*link, node->id, &node->left, &node->right);
    *link = node;
    if (!map->first || node->id < map->first->id)
        map->first = node;
    if (!map->last || node->id > map->last->id)
        map->last = node;
    map->size++;
    return true;
}

/* The one with the greatest id below the given one. */
static struct id_node *before(const struct id_map *map, uint64_t id)
{
    struct id_node *node = map->root;
    struct id_node *best = NULL;

    while (node) {
        if (node->id < id) {
            best = node;
            node = node->right;
        } else {
            node = node->left;
        }
    }
    return best;
}

void id_map_remove(struct id_map *map, struct id_node *node)
{
    struct id_node **link = &map->root;

    while (*link != node)
        link = node->id < (*link)->id ? &(*link)->left : &(*link)->right;
    *link = merge(node->left, node->right);
    if (map->first == node)
        map->first = id_map_after(map, node->id);
    if (map->last == node)
        map->last = before(map, node->id);
    map->size--;
    node->left = node->right = NULL;
}

struct id_node *id_map_find(const struct id_map *map, uint64_t id)
{
    struct id_node *node = map->root;

    while (node && node->id != id)
        node = id < node->id ? node->left : node->right;
    return node;
}

struct id_node *id_map_after(const struct id_map *map, uint64_t id)
{
    struct id_node *node = map->root;
    struct id_node *best = NULL;

    while (node) {
        if (node->id > id) {
            best = node;
            node = node->left;
        } else {
            node = node->right;
        }
    }
    return best;
}

struct id_node *id_map_next(const struct id_map *map, const struct id_node *node)
{
    return node == map->last ? NULL : id_map_after(map, node->id);
}
