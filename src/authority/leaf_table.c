/* SPDX-License-Identifier: MIT */
#include "authority/leaf_table.h"

struct LeafTable {
    struct id_map leaves;
    const struct process_system *system;
};

nt_status leaf_table_new(LeafTable **ret, const struct process_system *system)
{
    LeafTable *table = calloc(1, sizeof(*table));

    if (!table)
        return NT(NO_MEMORY);
    table->system = system;
    *ret = table;
    return NT_OK;
}

static void leaf_drop(LeafTable *table, struct leaf *leaf)
{
    (void)table->system->leaf_remove(leaf->name, table->system->context); /* else it stays, empty */
    id_map_remove(&table->leaves, &leaf->node);
    token_unref(leaf->token);
    free(leaf);
}

LeafTable *leaf_table_free(LeafTable *table)
{
    while (table && table->leaves.first)
        leaf_drop(table, ID_ENTRY(table->leaves.first, struct leaf, node));
    free(table);
    return NULL;
}

nt_status leaf_make(LeafTable *table, struct leaf **ret, int *ret_dirfd, Token *token, uint32_t uid)
{
    _cleanup_(freep) struct leaf *leaf = NULL;
    int r;

    if (!table->system->has_leaves)
        return NT(NOT_SUPPORTED);
    leaf = calloc(1, sizeof(*leaf));
    if (!leaf)
        return NT(NO_MEMORY);
    leaf->name = (struct cgroup_leaf){ .session = session_luid(token_session(token)),
                                       .token = token_id(token) };
    r = table->system->leaf_make(leaf->name, ret_dirfd, table->system->context);
    if (r < 0)
        return nt_from_errno(r);
    leaf->node.id = leaf->name.token;
    (void)id_map_insert(&table->leaves, &leaf->node); /* a token's id is never used twice */
    leaf->token = token_ref(token);
    leaf->uid = uid;
    leaf->prepared = true;
    *ret = TAKE(leaf);
    return NT_OK;
}

static void leaf_drop_when_empty(LeafTable *table, struct leaf *leaf)
{
    /* One that cannot be asked keeps its token: its processes may live. */
    int r = table->system->leaf_populated(leaf->name, table->system->context);

    if (!leaf->prepared && r == 0)
        leaf_drop(table, leaf);
}

void leaf_settle(LeafTable *table, struct leaf *leaf)
{
    leaf->prepared = false;
    leaf_drop_when_empty(table, leaf);
}

void leaf_table_emptied(LeafTable *table, struct cgroup_leaf name)
{
    struct leaf *leaf = ID_ENTRY(id_map_find(&table->leaves, name.token), struct leaf, node);

    if (leaf)
        leaf_drop_when_empty(table, leaf);
}

struct leaf *leaf_table_of_process(const LeafTable *table, pid_t pid)
{
    struct cgroup_leaf name;

    if (!table->system->has_leaves ||
        table->system->leaf_of(pid, &name, table->system->context) < 0)
        return NULL;
    return ID_ENTRY(id_map_find(&table->leaves, name.token), struct leaf, node);
}
