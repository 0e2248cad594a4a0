/* SPDX-License-Identifier: MIT */
#include "authority/leaf_table.h"

#include <errno.h>

struct LeafTable {
    struct id_map leaves;
    const struct process_system *system;
    SessionStore *sessions;
};

static void on_session_end(const Session *session, void *context)
{
    const LeafTable *table = context;

    if (session->has_group)
        table->system->session_remove(session_luid(session), table->system->context);
}

nt_status leaf_table_new(LeafTable **ret, const struct process_system *system,
                         SessionStore *sessions)
{
    LeafTable *table = calloc(1, sizeof(*table));

    if (!table)
        return NT(NO_MEMORY);
    table->system = system;
    table->sessions = sessions;
    session_store_listen(sessions,
                         (struct session_listener){ .ended = on_session_end, .context = table });
    *ret = table;
    return NT_OK;
}

/* The token last: with it the session may end, whose group has to be empty by then. */
static void leaf_forget(LeafTable *table, struct leaf *leaf)
{
    id_map_remove(&table->leaves, &leaf->node);
    token_unref(leaf->token);
    free(leaf);
}

LeafTable *leaf_table_free(LeafTable *table)
{
    if (!table)
        return NULL;
    while (table->leaves.first) {
        struct leaf *leaf = ID_ENTRY(table->leaves.first, struct leaf, node);

        /* One with processes stays, for the authority's successor. */
        (void)table->system->leaf_remove(leaf->name, table->system->context);
        leaf_forget(table, leaf);
    }
    session_store_unlisten(table->sessions, table);
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
    token_session(token)->has_group = true;
    *ret = TAKE(leaf);
    return NT_OK;
}

void leaf_drop_if_empty(LeafTable *table, struct leaf *leaf)
{
    if (leaf->prepared)
        return;
    /* One that cannot be removed keeps its token: its processes may live. */
    int r = table->system->leaf_remove(leaf->name, table->system->context);
    if (r >= 0 || r == -ENOENT)
        leaf_forget(table, leaf);
}

struct leaf *leaf_table_find(const LeafTable *table, struct cgroup_leaf name)
{
    return ID_ENTRY(id_map_find(&table->leaves, name.token), struct leaf, node);
}

struct leaf *leaf_table_of_process(const LeafTable *table, pid_t pid)
{
    struct cgroup_leaf name;

    if (!table->system->has_leaves ||
        table->system->leaf_of(pid, &name, table->system->context) < 0)
        return NULL;
    return leaf_table_find(table, name);
}
