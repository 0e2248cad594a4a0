/* SPDX-License-Identifier: MIT */
#include "authority/session.h"

#include <string.h>

#include "authority/facts_table.h"
#include "authority/journal_record.h"
#include "authority/session_store.h"
#include "authority/token.h"
#include "authority/user_index.h"

/* The texts of session_facts, so that a copy need not name them one by one. */
static const size_t texts[] = {
    offsetof(struct session_facts, user),           offsetof(struct session_facts, domain),
    offsetof(struct session_facts, package),        offsetof(struct session_facts, logon_server),
    offsetof(struct session_facts, dns_domain),     offsetof(struct session_facts, upn),
    offsetof(struct session_facts, logon_script),   offsetof(struct session_facts, profile_path),
    offsetof(struct session_facts, home_directory),
};

_Static_assert(ARRAY_SIZE(texts) == SESSION_TEXTS_N, "the header tells how many");

const char **session_text(struct session_facts *facts, size_t i)
{
    return (const char **)(void *)((char *)facts + texts[i]);
}

bool session_is_well_known(uint64_t luid)
{
    return luid >= SESSION_NETWORK_SERVICE && luid <= SESSION_SYSTEM;
}

nt_status session_new(Session **ret, SessionStore *store, uint64_t luid, uint64_t maker)
{
    Session *session = session_store_alloc(store);

    if (!session)
        return NT(NO_MEMORY);
    session->node.id = luid;
    session->store = store;
    session->maker = maker;
    session->n_references = 1;
    session->journal = JOURNAL_ITEM(JOURNAL_SESSION);
    if (!session_store_add(store, session)) {
        session_store_give_back(store, session);
        return NT(LOGON_SESSION_COLLISION);
    }
    *ret = session;
    return NT_OK;
}

Session *session_ref(Session *session)
{
    session->n_references++;
    return session;
}

/* Nobody but this session refers to that token: the twin ends with it. */
static void let_go_of_twin(Token *full)
{
    if (full)
        token_session(full)->filtered = NULL;
    token_unref(full);
}

static void session_end(Session *session)
{
    Token *full = session->full;

    session->state = SESSION_ENDING;
    session_store_end(session->store, session);
    session->state = SESSION_ENDED;
    credential_list_done(&session->credentials);
    if (session->facts)
        user_index_remove(session_store_users(session->store), session);
    facts_table_drop(session_store_facts(session->store), session->facts);
    session_store_give_back(session->store, session);
    let_go_of_twin(full);
}

Session *session_unref(Session *session)
{
    if (session && --session->n_references == 0 && !session_is_well_known(session_luid(session)))
        session_end(session);
    return NULL;
}

static nt_status become_active(Session *session, const struct session_facts *facts)
{
    struct session_facts shared = *facts;
    nt_status st;

    shared.linked = 0;
    shared.logon_time = 0;
    shared.last_success = 0;
    session->facts = facts_table_add(session_store_facts(session->store), &shared);
    if (!session->facts)
        return NT(NO_MEMORY);
    st = user_index_add(session_store_users(session->store), session);
    if (nt_failed(st)) {
        facts_table_drop(session_store_facts(session->store), session->facts);
        session->facts = NULL;
        return st;
    }
    session->linked = facts->linked;
    session->logon_time = facts->logon_time;
    session->last_success = facts->last_success;
    session->state = SESSION_ACTIVE;
    session_store_start(session->store, session);
    return NT_OK;
}

nt_status session_activate(Session *session, const struct session_facts *facts)
{
    nt_status st;

    if (session->state != SESSION_CREATING)
        return NT(BAD_LOGON_SESSION_STATE);
    st = become_active(session, facts);
    if (!nt_failed(st))
        session_store_record(session->store, session);
    return st;
}

nt_status session_restore(Session **ret, SessionStore *store, uint64_t luid,
                          const struct session_record *record)
{
    _cleanup_(session_unrefp) Session *session = NULL;
    struct session_facts facts = record->facts;
    nt_status st =
        session_is_well_known(luid)
            ? NT(LOGON_SESSION_COLLISION)
            : session_new(&session, store, luid, session_store_maker(store, record->maker));

    if (NT_IS(st, LOGON_SESSION_COLLISION))
        return NT(INTERNAL_DB_CORRUPTION);
    if (nt_failed(st))
        return st;
    session->journal.stored = true;
    facts.linked = record->linked;
    st = become_active(session, &facts);
    if (nt_failed(st))
        return st;
    *ret = TAKE(session);
    return NT_OK;
}

uint64_t session_encode(const struct journal_item *item, struct writer *out)
{
    const Session *session =
        (const Session *)(const void *)((const char *)item - offsetof(Session, journal));
    struct session_record record = {
        .maker = session_store_maker_name(session->store, session->maker),
        .linked = session->linked,
    };

    session_read_facts(session, &record.facts);
    session_record_encode(&record, out);
    return session_luid(session);
}

void session_read_facts(const Session *session, struct session_facts *ret)
{
    *ret = *session->facts;
    ret->linked = session->linked;
    ret->logon_time = session->logon_time;
    ret->last_success = session->last_success;
}

void session_discard(Session *session)
{
    session->maker = 0;
    session_unref(session);
}
