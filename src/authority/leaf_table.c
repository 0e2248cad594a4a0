/* SPDX-License-Identifier: MIT */
#include "authority/leaf_table.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "authority/journal_record.h"

struct LeafTable {
    struct id_map leaves;
    Journal *journal;
    LuidSource *luids;
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

static uint64_t leaf_encode(const struct journal_item *item, struct writer *out)
{
    const struct leaf *leaf =
        (const struct leaf *)(const void *)((const char *)item - offsetof(struct leaf, journal));
    const struct leaf_record record = { .token = leaf->name.token,
                                        .uid = leaf->uid,
                                        .below = leaf->below };

    leaf_record_encode(&record, out);
    return leaf->record;
}

void leaf_table_set_journal(LeafTable *table, Journal *journal, LuidSource *luids)
{
    table->journal = journal;
    table->luids = luids;
    journal_teach(journal, JOURNAL_LEAF, leaf_encode);
}

static void leaf_free(struct leaf *leaf)
{
    if (leaf)
        free(leaf->below);
    free(leaf);
}
DEFINE_CLEANUP(struct leaf *, leaf_free);

/* The token last: with it the session may end, whose group has to be empty by then. */
static void leaf_forget(LeafTable *table, struct leaf *leaf)
{
    journal_ended(table->journal, &leaf->journal, leaf->record);
    id_map_remove(&table->leaves, &leaf->node);
    token_unref(leaf->token);
    leaf_free(leaf);
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

static struct leaf *leaf_new(const Token *token, uint32_t uid, const char *below)
{
    _cleanup_(leaf_freep) struct leaf *leaf = calloc(1, sizeof(*leaf));

    if (!leaf || (below && !(leaf->below = strdup(below))))
        return NULL;
    leaf->name = (struct cgroup_leaf){ .session = session_luid(token_session(token)),
                                       .token = token_id(token) };
    leaf->node.id = leaf->name.token;
    leaf->uid = uid;
    leaf->journal = JOURNAL_ITEM(JOURNAL_LEAF);
    return TAKE(leaf);
}

/* There is a cgroup of that name. A token's id is never used twice. */
static void leaf_enter(LeafTable *table, struct leaf *leaf, Token *token)
{
    (void)id_map_insert(&table->leaves, &leaf->node);
    leaf->token = token_ref(token);
    token_session(token)->has_group = true;
}

nt_status leaf_make(LeafTable *table, struct leaf **ret, int *ret_dirfd, Token *token, uint32_t uid,
                    const char *below)
{
    _cleanup_(leaf_freep) struct leaf *leaf = NULL;
    nt_status st = NT_OK;
    int r;

    if (!table->system->has_leaves)
        return NT(NOT_SUPPORTED);
    leaf = leaf_new(token, uid, below);
    if (!leaf)
        return NT(NO_MEMORY);
    if (table->journal)
        st = luid_take(table->luids, 1, &leaf->record);
    if (nt_failed(st))
        return st;
    r = table->system->leaf_make(leaf->name, below, ret_dirfd, table->system->context);
    if (r < 0)
        return nt_from_errno(r);
    leaf_enter(table, leaf, token);
    journal_changed(table->journal, &leaf->journal);
    *ret = TAKE(leaf);
    return NT_OK;
}

/* One whose processes are gone has no cgroup any more: what an authority finds empty it removes. */
nt_status leaf_restore(LeafTable *table, uint64_t record, Token *token,
                       const struct leaf_record *stored)
{
    _cleanup_(leaf_freep) struct leaf *leaf = leaf_new(token, stored->uid, stored->below);
    int r = -ENOENT;

    if (!leaf)
        return NT(NO_MEMORY);
    if (id_map_find(&table->leaves, leaf->node.id))
        return NT(INTERNAL_DB_CORRUPTION);
    if (table->system->has_leaves)
        r = table->system->leaf_adopt(leaf->name, stored->below, table->system->context);
    if (r < 0) {
        journal_forget(table->journal, record);
        /* The group that it was in may have gone with it. */
        return r == -ENOENT || r == -ENODEV ? NT_OK : nt_from_errno(r);
    }
    leaf->record = record;
    leaf->journal.stored = true;
    leaf_enter(table, leaf, token);
    (void)TAKE(leaf);
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

struct leaf *leaf_table_of_origin(const LeafTable *table, pid_t pid)
{
    struct cgroup_leaf name;

    if (!table->system->has_leaves || !table->system->origin_of ||
        table->system->origin_of(pid, &name, table->system->context) < 0)
        return NULL;
    return leaf_table_find(table, name);
}

struct leaf *leaf_table_next(const LeafTable *table, const struct leaf *previous)
{
    return ID_ENTRY(previous ? id_map_next(&table->leaves, &previous->node) : table->leaves.first,
                    struct leaf, node);
}
