/* SPDX-License-Identifier: MIT */
#include "record_tree.h"

#include <stdlib.h>

enum { NOBODY = 0 }; /* nodes are numbered from 1 */

struct node {
    int64_t pid;
    size_t number;                                /* of the row, from 1, in the order of starting */
    size_t parent, first_child, last_child, next; /* numbers */
};

static int by_pid(const void *a, const void *b)
{
    const struct node *one = a, *other = b;

    return one->pid < other->pid ? -1 : one->pid > other->pid;
}

static int by_number(const void *a, const void *b)
{
    const struct node *one = a, *other = b;

    return one->number < other->number ? -1 : one->number > other->number;
}

/* A parent has started before: so there is no circle, whatever numbers were used again. */
static void find_parents(struct node *nodes, const struct record *r, size_t first, size_t n)
{
    qsort(nodes, n, sizeof(*nodes), by_pid);
    for (size_t i = 0; i < n; i++) {
        const struct node wanted = {
            .pid = loaded_number(&r->processes, first + nodes[i].number - 1, PROCESS_PARENT),
        };
        const struct node *parent = bsearch(&wanted, nodes, n, sizeof(*nodes), by_pid);

        if (parent && parent->number < nodes[i].number)
            nodes[i].parent = parent->number;
    }
    qsort(nodes, n, sizeof(*nodes), by_number);
}

/* nodes[0] is above those that have no parent. */
static void hang_up(struct node *nodes, size_t n)
{
    for (size_t i = 1; i <= n; i++) {
        struct node *parent = &nodes[nodes[i].parent];

        if (parent->last_child == NOBODY)
            parent->first_child = i;
        else
            nodes[parent->last_child].next = i;
        parent->last_child = i;
    }
}

/* Down, else along, else up until there is something along. */
static size_t step(const struct node *nodes, size_t at, size_t *depth)
{
    if (nodes[at].first_child != NOBODY) {
        ++*depth;
        return nodes[at].first_child;
    }
    while (at != NOBODY && nodes[at].next == NOBODY) {
        at = nodes[at].parent;
        --*depth;
    }
    return at == NOBODY ? NOBODY : nodes[at].next;
}

struct tree_row *record_tree(const struct record *r, size_t first, size_t n)
{
    _cleanup_(freep) struct node *nodes = calloc(n + 1, sizeof(*nodes));
    struct tree_row *rows = nodes ? calloc(n + 1, sizeof(*rows)) : NULL;
    size_t at = NOBODY, depth = 0;

    if (!rows)
        return NULL;
    for (size_t i = 1; i <= n; i++) {
        nodes[i].number = i;
        nodes[i].pid = loaded_number(&r->processes, first + i - 1, PROCESS_PID);
    }
    find_parents(nodes + 1, r, first, n);
    hang_up(nodes, n);
    for (size_t i = 0; i < n; i++) {
        at = step(nodes, at, &depth);
        rows[i] = (struct tree_row){ first + at - 1, depth - 1 };
    }
    return rows;
}
