/* SPDX-License-Identifier: MIT */
#include "authority/session.h"

#include <string.h>

#include "authority/session_store.h"
#include "authority/token.h"

/* The texts of session_facts, so that a copy need not name them one by one. */
static const size_t texts[] = {
    offsetof(struct session_facts, user),           offsetof(struct session_facts, domain),
    offsetof(struct session_facts, package),        offsetof(struct session_facts, logon_server),
    offsetof(struct session_facts, dns_domain),     offsetof(struct session_facts, upn),
    offsetof(struct session_facts, logon_script),   offsetof(struct session_facts, profile_path),
    offsetof(struct session_facts, home_directory),
};

static const char **text_of(struct session_facts *facts, size_t i)
{
    return (const char **)(void *)((char *)facts + texts[i]);
}

/* The copy is one block: the struct, the SID, the texts. */
static struct session_facts *facts_dup(const struct session_facts *facts)
{
    struct session_facts source = *facts;
    struct session_facts *copy;
    size_t size = sizeof(*copy) + (facts->sid ? sid_length(facts->sid) : 0);
    char *end;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        size += *text_of(&source, i) ? strlen(*text_of(&source, i)) + 1 : 0;
    copy = malloc(size);
    if (!copy)
        return NULL;
    *copy = source;
    end = (char *)(copy + 1);
    if (source.sid) {
        copy->sid = memcpy(end, source.sid, sid_length(source.sid));
        end += sid_length(source.sid);
    }
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const char *text = *text_of(&source, i);

        if (text) {
            *text_of(copy, i) = end;
            end = stpcpy(end, text) + 1;
        }
    }
    return copy;
}

bool session_is_well_known(uint64_t luid)
{
    return luid >= SESSION_NETWORK_SERVICE && luid <= SESSION_SYSTEM;
}

nt_status session_new(Session **ret, SessionStore *store, uint64_t luid, uint64_t maker)
{
    Session *session = calloc(1, sizeof(*session));

    if (!session)
        return NT(NO_MEMORY);
    session->node.id = luid;
    session->store = store;
    session->maker = maker;
    session->n_references = 1;
    if (!session_store_add(store, session)) {
        free(session);
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

    session->state = SESSION_ENDED;
    session_store_end(session->store, session);
    credential_list_done(&session->credentials);
    free(session->facts);
    free(session);
    let_go_of_twin(full);
}

Session *session_unref(Session *session)
{
    if (session && --session->n_references == 0 && !session_is_well_known(session_luid(session)))
        session_end(session);
    return NULL;
}

nt_status session_activate(Session *session, const struct session_facts *facts)
{
    if (session->state != SESSION_CREATING)
        return NT(BAD_LOGON_SESSION_STATE);
    session->facts = facts_dup(facts);
    if (!session->facts)
        return NT(NO_MEMORY);
    session->state = SESSION_ACTIVE;
    session_store_start(session->store, session);
    return NT_OK;
}

void session_discard(Session *session)
{
    session->maker = 0;
    session_unref(session);
}
