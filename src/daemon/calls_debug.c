/* SPDX-License-Identifier: MIT */
/* What the authority itself has of a session: object identities, references, who holds them. */
#include "daemon/calls.h"

#include <string.h>

#include "authority/token_access.h"
#include "ipc/message_text.h"
#include "security/privilege.h"

enum holder_kind {
    HOLDER_PROCESS = 1,
    HOLDER_CONNECTION = 2,
    HOLDER_GROUP = 3, /* a control group, for the processes in it */
};

/* Who holds tokens of one session, and the first token that was found. */
struct search {
    struct call *call;
    Openlogon__DebugReply *reply;
    const Session *session;
    const Token *found;
    bool wants_holders;
};

static bool may_debug(const struct call *call)
{
    return caller_is_administrator(call->caller) ||
           caller_has_privileges(call->caller, PRIVILEGE_BIT(PRIVILEGE_DEBUG));
}

static uint64_t number_of(const struct call *call, const void *object)
{
    return object_number(&call->daemon->object_key, object);
}

static void note_holder(struct search *search, enum holder_kind kind, pid_t pid, const Token *token,
                        uint32_t count)
{
    Openlogon__DebugReply *reply = search->reply;
    Openlogon__DebugHolder *holder;

    if (!search->found)
        search->found = token;
    if (!search->wants_holders)
        return;
    holder = message_arena_alloc(search->call->daemon->arena, sizeof(*holder));
    if (!holder || reply->n_holders == DEBUG_HOLDERS_MAX) {
        reply->more = true;
        return;
    }
    openlogon__debug_holder__init(holder);
    holder->kind = (uint32_t)kind;
    holder->pid = (uint32_t)pid;
    holder->token_id = token_id(token);
    holder->token_object = number_of(search->call, token);
    holder->token_references = token_references(token);
    holder->count = count;
    reply->holders[reply->n_holders++] = holder;
}

static void search_processes(struct search *search)
{
    const ProcessTable *table = search->call->daemon->authority->processes;

    for (ProcessRecord *p = process_table_next(table, NULL); p; p = process_table_next(table, p)) {
        if (token_session(p->token) == search->session)
            note_holder(search, HOLDER_PROCESS, (pid_t)p->node.id, p->token, 1);
    }
}

static void search_groups(struct search *search)
{
    const LeafTable *leaves = search->call->daemon->authority->leaves;

    for (struct leaf *l = leaf_table_next(leaves, NULL); l; l = leaf_table_next(leaves, l)) {
        if (token_session(l->token) == search->session)
            note_holder(search, HOLDER_GROUP, 0, l->token, 1);
    }
}

static void search_connection(struct search *search, const Client *client)
{
    const struct id_map *map = &client->tokens.map;

    for (struct id_node *node = map->first; node; node = id_map_next(map, node)) {
        const struct token_ref *ref = ID_ENTRY(node, struct token_ref, node);

        if (token_session(ref->token) == search->session)
            note_holder(search, HOLDER_CONNECTION, client->pid, ref->token, ref->count);
    }
}

static void search_connections(struct search *search)
{
    const ClientSet *clients = search->call->daemon->clients;

    for (Client *c = client_set_next(clients, NULL); c; c = client_set_next(clients, c))
        search_connection(search, c);
}

/* Every token of a session has the origin and the source that its logon gave. */
static nt_status tell_origin(struct search *search)
{
    const token_image *image = token_peek_image(search->found);
    char *source = message_arena_alloc(search->call->daemon->arena, TOKEN_SOURCE_LENGTH + 1);

    if (!source)
        return NT(NO_MEMORY);
    memcpy(source, token_image_source_name(image), TOKEN_SOURCE_LENGTH);
    source[TOKEN_SOURCE_LENGTH] = '\0';
    search->reply->source =
        nt_failed(call_check_text(source, TOKEN_SOURCE_LENGTH)) ? message_text(NULL) : source;
    search->reply->has_origin = true;
    search->reply->origin = token_image_origin_id(image);
    return NT_OK;
}

static void tell_session(struct search *search)
{
    const SessionStore *sessions = search->call->daemon->authority->sessions;
    const Session *session = search->session;
    Openlogon__DebugReply *reply = search->reply;
    Session *linked = NULL;

    if (session->linked && nt_failed(session_store_find(sessions, session->linked, &linked)))
        linked = NULL;
    reply->luid = session_luid(session);
    reply->session_object = number_of(search->call, session);
    reply->session_references = session->n_references;
    reply->linked = session->linked;
    reply->linked_object = number_of(search->call, linked);
    reply->maker = message_text(session_store_maker_name(sessions, session->maker));
    reply->n_credentials = (uint32_t)session->credentials.size;
    reply->has_group = session->has_group;
}

static nt_status tell(struct search *search)
{
    search->reply->holders = message_arena_alloc(
        search->call->daemon->arena, DEBUG_HOLDERS_MAX * sizeof(*search->reply->holders));
    if (!search->reply->holders)
        return NT(NO_MEMORY);
    tell_session(search);
    search_processes(search);
    search_groups(search);
    if (search->wants_holders)
        search_connections(search);
    return search->found ? tell_origin(search) : NT_OK;
}

static nt_status find_token(struct search *search, uint64_t token_id)
{
    struct token_ref *ref;
    nt_status st = token_refs_find(&search->call->client->tokens, token_id, &ref);

    if (nt_failed(st))
        return st;
    search->found = ref->token;
    search->session = token_session(ref->token);
    search->reply->token_object = number_of(search->call, ref->token);
    search->reply->token_references = token_references(ref->token);
    return NT_OK;
}

static nt_status find_session(struct search *search, uint64_t luid)
{
    Session *session;
    nt_status st = session_store_find(search->call->daemon->authority->sessions, luid, &session);

    if (!nt_failed(st))
        search->session = session;
    return st;
}

nt_status call_debug(struct call *call)
{
    const Openlogon__DebugRequest *request = call->request->debug;
    struct search search = { .call = call,
                             .reply = &call->answer.debug,
                             .wants_holders = request->holders };
    nt_status st;

    if (!may_debug(call))
        return NT(ACCESS_DENIED);
    openlogon__debug_reply__init(search.reply);
    st = request->token_id ? find_token(&search, request->token_id)
                           : find_session(&search, request->luid);
    if (!nt_failed(st))
        st = tell(&search);
    if (nt_failed(st))
        return st;
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_DEBUG;
    call->answer.reply.debug = search.reply;
    return NT_OK;
}
