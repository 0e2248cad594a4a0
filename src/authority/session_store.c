/* SPDX-License-Identifier: MIT */
#include "authority/session_store.h"

#include <string.h>

#include "authority/facts_table.h"
#include "authority/user_index.h"
#include "base/slab.h"

struct SessionStore {
    struct slab memory; /* of the sessions */
    FactsTable *facts;
    UserIndex *users;
    Journal *journal; /* NULL: nothing is recorded */
    struct id_map sessions;
    struct session_listener listeners[SESSION_LISTENERS_MAX]; /* free ones have no context */
    const char *const *maker_names;
    size_t n_makers;
};

nt_status session_store_new(SessionStore **ret)
{
    _cleanup_(session_store_freep) SessionStore *store = calloc(1, sizeof(*store));
    nt_status st;

    if (!store)
        return NT(NO_MEMORY);
    store->memory = SLAB(Session);
    st = facts_table_new(&store->facts);
    if (!nt_failed(st))
        st = user_index_new(&store->users);
    if (nt_failed(st))
        return st;
    *ret = TAKE(store);
    return NT_OK;
}

SessionStore *session_store_free(SessionStore *store)
{
    struct id_node *node;

    while (store && (node = store->sessions.first)) {
        Session *session = ID_ENTRY(node, Session, node);

        id_map_remove(&store->sessions, node);
        credential_list_done(&session->credentials);
        facts_table_drop(store->facts, session->facts);
    }
    if (store) {
        user_index_free(store->users);
        facts_table_free(store->facts);
        slab_done(&store->memory);
    }
    free(store);
    return NULL;
}

void session_store_set_journal(SessionStore *store, Journal *journal)
{
    store->journal = journal;
    journal_teach(journal, JOURNAL_SESSION, session_encode);
}

void session_store_name_makers(SessionStore *store, const char *const *names, size_t n)
{
    store->maker_names = names;
    store->n_makers = n;
}

const char *session_store_maker_name(const SessionStore *store, uint64_t maker)
{
    return maker > 0 && maker <= store->n_makers ? store->maker_names[maker - 1] : NULL;
}

uint64_t session_store_maker(const SessionStore *store, const char *name)
{
    for (size_t i = 0; name && i < store->n_makers; i++) {
        if (strcmp(store->maker_names[i], name) == 0)
            return i + 1;
    }
    return 0;
}

void session_store_silence(SessionStore *store)
{
    for (size_t i = 0; i < ARRAY_SIZE(store->listeners); i++)
        store->listeners[i] = (struct session_listener){ 0 };
}

void session_store_record(SessionStore *store, Session *session)
{
    if (!session_is_well_known(session_luid(session)))
        journal_changed(store->journal, &session->journal);
}

void session_store_listen(SessionStore *store, struct session_listener listener)
{
    size_t i = 0;

    while (store->listeners[i].context)
        i++;
    store->listeners[i] = listener;
}

void session_store_unlisten(SessionStore *store, const void *context)
{
    for (size_t i = 0; i < ARRAY_SIZE(store->listeners); i++) {
        if (store->listeners[i].context == context)
            store->listeners[i] = (struct session_listener){ 0 };
    }
}

static Session *skip_unfinished(const SessionStore *store, struct id_node *node)
{
    for (; node; node = id_map_next(&store->sessions, node)) {
        Session *session = ID_ENTRY(node, Session, node);

        if (session->state == SESSION_ACTIVE)
            return session;
    }
    return NULL;
}

nt_status session_store_find_any(const SessionStore *store, uint64_t luid, Session **ret)
{
    struct id_node *node = id_map_find(&store->sessions, luid);

    if (!node)
        return NT(NO_SUCH_LOGON_SESSION);
    *ret = ID_ENTRY(node, Session, node);
    return NT_OK;
}

nt_status session_store_find(const SessionStore *store, uint64_t luid, Session **ret)
{
    Session *session;
    nt_status st = session_store_find_any(store, luid, &session);

    if (nt_failed(st))
        return st;
    if (session->state != SESSION_ACTIVE)
        return NT(NO_SUCH_LOGON_SESSION);
    *ret = session;
    return NT_OK;
}

Session *session_store_next(const SessionStore *store, uint64_t after)
{
    return skip_unfinished(store, id_map_after(&store->sessions, after));
}

Session *session_store_following(const Session *session)
{
    return session_store_next(session->store, session_luid(session));
}

Session *session_store_next_of(const SessionStore *store, const struct session_owner *owner,
                               uint64_t after)
{
    return user_index_next(store->users, owner, after);
}

size_t session_store_size(const SessionStore *store)
{
    return store->sessions.size;
}

bool session_store_add(SessionStore *store, Session *session)
{
    return id_map_insert(&store->sessions, &session->node);
}

void session_store_start(const SessionStore *store, const Session *session)
{
    for (size_t i = 0; i < ARRAY_SIZE(store->listeners); i++) {
        if (store->listeners[i].started)
            store->listeners[i].started(session, store->listeners[i].context);
    }
}

void session_store_end(SessionStore *store, Session *session)
{
    id_map_remove(&store->sessions, &session->node);
    journal_ended(store->journal, &session->journal, session_luid(session));
    for (size_t i = 0; i < ARRAY_SIZE(store->listeners); i++) {
        if (store->listeners[i].ended)
            store->listeners[i].ended(session, store->listeners[i].context);
    }
}

Session *session_store_alloc(SessionStore *store)
{
    return slab_take(&store->memory);
}

void session_store_give_back(SessionStore *store, Session *session)
{
    slab_give_back(&store->memory, session);
}

FactsTable *session_store_facts(const SessionStore *store)
{
    return store->facts;
}

UserIndex *session_store_users(const SessionStore *store)
{
    return store->users;
}
