/* SPDX-License-Identifier: MIT */
#include "daemon/call.h"

#include <string.h>

#include "authority/token_access.h"
#include "base/log.h"
#include "base/utf16.h"
#include "daemon/calls.h"
#include "security/impersonation_level.h"

enum call_needs {
    NEEDS_NOTHING,       /* or what its handler finds out */
    NEEDS_ADMINISTRATOR, /* BUILTIN\Administrators or SYSTEM */
};

#define CALL(name) OPENLOGON__REQUEST__CALL_##name

static const struct call_entry {
    Openlogon__Request__CallCase id;
    const char *name;
    unsigned states; /* of the client, in which the call may come */
    enum call_needs needs;
    call_handler handler;
} calls[] = {
    { CALL(HELLO), "hello", CLIENT_NEW, NEEDS_NOTHING, call_hello },
    { CALL(OPEN_PROCESS_TOKEN), "open_process_token", CLIENT_READY, NEEDS_NOTHING,
      call_open_process_token },
    { CALL(LOGON), "logon", CLIENT_READY, NEEDS_NOTHING, call_logon },
    { CALL(SYNC), "sync", CLIENT_READY, NEEDS_NOTHING, call_sync },
    { CALL(RELEASE_TOKEN), "release_token", CLIENT_READY, NEEDS_NOTHING, call_release_token },
    { CALL(QUERY_TOKEN), "query_token", CLIENT_READY, NEEDS_NOTHING, call_query_token },
    { CALL(ADJUST_PRIVILEGES), "adjust_privileges", CLIENT_READY, NEEDS_NOTHING,
      call_adjust_privileges },
    { CALL(DERIVE_TOKEN), "derive_token", CLIENT_READY, NEEDS_NOTHING, call_derive_token },
    { CALL(SET_TOKEN), "set_token", CLIENT_READY, NEEDS_NOTHING, call_set_token },
    { CALL(ADJUST_GROUPS), "adjust_groups", CLIENT_READY, NEEDS_NOTHING, call_adjust_groups },
    { CALL(TOKEN_SECURITY), "token_security", CLIENT_READY, NEEDS_NOTHING, call_token_security },
    { CALL(SET_TOKEN_SECURITY), "set_token_security", CLIENT_READY, NEEDS_NOTHING,
      call_set_token_security },
    { CALL(ALLOCATE_LUIDS), "allocate_luids", CLIENT_READY, NEEDS_NOTHING, call_allocate_luids },
    { CALL(ENUMERATE_SESSIONS), "enumerate_sessions", CLIENT_READY, NEEDS_NOTHING,
      call_enumerate_sessions },
    { CALL(FIND_SESSIONS), "find_sessions", CLIENT_READY, NEEDS_NOTHING, call_find_sessions },
    { CALL(QUERY_SESSION), "query_session", CLIENT_READY, NEEDS_NOTHING, call_query_session },
    { CALL(SESSION_LUIDS_PAGE), "session_luids_page", CLIENT_READY, NEEDS_NOTHING,
      call_session_luids_page },
    { CALL(SESSION_DATA_PAGE), "session_data_page", CLIENT_READY, NEEDS_NOTHING,
      call_session_data_page },
    { CALL(LOOKUP_SID), "lookup_sid", CLIENT_READY, NEEDS_NOTHING, call_lookup_sid },
    { CALL(LOOKUP_NAME), "lookup_name", CLIENT_READY, NEEDS_NOTHING, call_lookup_name },
    { CALL(FORK_LEASE), "fork_lease", CLIENT_READY, NEEDS_NOTHING, call_fork_lease },
    { CALL(ADOPT_LEASE), "adopt_lease", CLIENT_READY | CLIENT_RECLAIMING, NEEDS_NOTHING,
      call_adopt_lease },
    { CALL(RECLAIM), "reclaim", CLIENT_RECLAIMING, NEEDS_NOTHING, call_reclaim },
    { CALL(KEEP), "keep", CLIENT_READY | CLIENT_RECLAIMING, NEEDS_NOTHING, call_keep },
    { CALL(SHARE_WORDS), "share_words", CLIENT_READY | CLIENT_RECLAIMING, NEEDS_NOTHING,
      call_share_words },
    { CALL(PREPARE_PROCESS), "prepare_process", CLIENT_READY, NEEDS_NOTHING, call_prepare_process },
    { CALL(PROCESS_STARTED), "process_started", CLIENT_READY, NEEDS_NOTHING, call_process_started },
    { CALL(ENUMERATE_PROCESSES), "enumerate_processes", CLIENT_READY, NEEDS_NOTHING,
      call_enumerate_processes },
    { CALL(ACCOUNT_ADD), "account_add", CLIENT_READY, NEEDS_ADMINISTRATOR, call_account_add },
    { CALL(ACCOUNT_DELETE), "account_delete", CLIENT_READY, NEEDS_ADMINISTRATOR,
      call_account_forward },
    { CALL(ACCOUNT_LIST), "account_list", CLIENT_READY, NEEDS_NOTHING, call_account_forward },
    { CALL(ACCOUNT_SET_PASSWORD), "account_set_password", CLIENT_READY, NEEDS_NOTHING,
      call_account_set_password },
    { CALL(WATCH), "watch", CLIENT_READY, NEEDS_NOTHING, call_watch },
    { CALL(POLICY_OPEN), "policy_open", CLIENT_READY, NEEDS_NOTHING, call_policy_open },
    { CALL(POLICY_CLOSE), "policy_close", CLIENT_READY, NEEDS_NOTHING, call_policy_close },
    { CALL(POLICY_ACCOUNTS), "policy_accounts", CLIENT_READY, NEEDS_NOTHING, call_policy_accounts },
    { CALL(POLICY_CHANGE_RIGHTS), "policy_change_rights", CLIENT_READY, NEEDS_NOTHING,
      call_policy_change_rights },
    { CALL(POLICY_QUERY), "policy_query", CLIENT_READY, NEEDS_NOTHING, call_policy_query },
    { CALL(POLICY_SET), "policy_set", CLIENT_READY, NEEDS_NOTHING, call_policy_set },
    { CALL(POLICY_STORE_SECRET), "policy_store_secret", CLIENT_READY, NEEDS_NOTHING,
      call_policy_store_secret },
    { CALL(POLICY_RETRIEVE_SECRET), "policy_retrieve_secret", CLIENT_READY, NEEDS_NOTHING,
      call_policy_retrieve_secret },
    { CALL(ACCOUNT_GET), "account_get", CLIENT_READY, NEEDS_NOTHING, call_account_forward },
    { CALL(ACCOUNT_SET), "account_set", CLIENT_READY, NEEDS_ADMINISTRATOR, call_account_forward },
    { CALL(ALIAS_ADD), "alias_add", CLIENT_READY, NEEDS_ADMINISTRATOR, call_account_forward },
    { CALL(ALIAS_DELETE), "alias_delete", CLIENT_READY, NEEDS_ADMINISTRATOR, call_account_forward },
    { CALL(ALIAS_SET), "alias_set", CLIENT_READY, NEEDS_ADMINISTRATOR, call_account_forward },
    { CALL(ALIAS_LIST), "alias_list", CLIENT_READY, NEEDS_NOTHING, call_account_forward },
    { CALL(ALIAS_LINKS), "alias_links", CLIENT_READY, NEEDS_NOTHING, call_account_forward },
    { CALL(ALIAS_MEMBER), "alias_member", CLIENT_READY, NEEDS_ADMINISTRATOR, call_account_forward },
    { CALL(ACCOUNT_POLICY), "account_policy", CLIENT_READY, NEEDS_NOTHING, call_account_forward },
    { CALL(SET_ACCOUNT_POLICY), "set_account_policy", CLIENT_READY, NEEDS_ADMINISTRATOR,
      call_account_forward },
    { CALL(LOOKUP_PACKAGE), "lookup_package", CLIENT_READY, NEEDS_NOTHING, call_lookup_package },
    { CALL(CALL_PACKAGE), "call_package", CLIENT_READY, NEEDS_NOTHING, call_call_package },
    { CALL(LINKED_TOKEN), "linked_token", CLIENT_READY, NEEDS_NOTHING, call_linked_token },
    { CALL(ELEVATE), "elevate", CLIENT_READY, NEEDS_NOTHING, call_elevate },
    { CALL(ANONYMOUS_TOKEN), "anonymous_token", CLIENT_READY, NEEDS_NOTHING, call_anonymous_token },
    { CALL(WTS_LIST), "wts_list", CLIENT_READY, NEEDS_NOTHING, call_wts_list },
    { CALL(WTS_LOGOFF), "wts_logoff", CLIENT_READY, NEEDS_NOTHING, call_wts_logoff },
    { CALL(WTS_USER_TOKEN), "wts_user_token", CLIENT_READY, NEEDS_NOTHING, call_wts_user_token },
    { CALL(WTS_OF_PROCESS), "wts_of_process", CLIENT_READY, NEEDS_NOTHING, call_wts_of_process },
    { CALL(LOGIN_OPEN), "login_open", CLIENT_NEW | CLIENT_READY, NEEDS_NOTHING, call_login_open },
    { CALL(LOGIN_CLOSE), "login_close", CLIENT_NEW | CLIENT_READY, NEEDS_NOTHING,
      call_login_close },
    { CALL(PROCESS_SESSION), "process_session", CLIENT_READY, NEEDS_NOTHING, call_process_session },
    { CALL(SPAWN), "spawn", CLIENT_READY, NEEDS_NOTHING, call_spawn },
    { CALL(PRIVILEGE_CAPABILITIES), "privilege_capabilities", CLIENT_READY, NEEDS_NOTHING,
      call_privilege_capabilities },
    { CALL(IMPERSONATE_SOCKET), "impersonate_socket", CLIENT_READY, NEEDS_NOTHING,
      call_impersonate_socket },
    { CALL(ALLOW_IMPERSONATION), "allow_impersonation", CLIENT_READY, NEEDS_NOTHING,
      call_allow_impersonation },
    { CALL(SOCKET_SESSION), "socket_session", CLIENT_READY, NEEDS_NOTHING, call_socket_session },
    { CALL(SEND_TOKEN), "send_token", CLIENT_READY, NEEDS_NOTHING, call_send_token },
    { CALL(RECEIVE_TOKEN), "receive_token", CLIENT_READY, NEEDS_NOTHING, call_receive_token },
    { CALL(DEBUG), "debug", CLIENT_READY, NEEDS_NOTHING, call_debug },
    { CALL(METRICS), "metrics", CLIENT_READY, NEEDS_ADMINISTRATOR, call_metrics },
    { CALL(QUERY_SESSIONS), "query_sessions", CLIENT_READY, NEEDS_NOTHING, call_query_sessions },
};

/*
 * What makes or changes sessions, tokens and who holds them: not done while it cannot be written
 * down. Letting go is done all the same: what is let go twice is gone, too.
 */
static const Openlogon__Request__CallCase changing[] = {
    CALL(OPEN_PROCESS_TOKEN),
    CALL(LOGON),
    CALL(ADJUST_PRIVILEGES),
    CALL(DERIVE_TOKEN),
    CALL(SET_TOKEN),
    CALL(ADJUST_GROUPS),
    CALL(SET_TOKEN_SECURITY),
    CALL(FORK_LEASE),
    CALL(ADOPT_LEASE),
    CALL(PREPARE_PROCESS),
    CALL(PROCESS_STARTED),
    CALL(HELLO),
    CALL(WTS_USER_TOKEN),
    CALL(LOGIN_OPEN),
    CALL(SPAWN),
    CALL(IMPERSONATE_SOCKET),
    CALL(ALLOW_IMPERSONATION),
    CALL(SEND_TOKEN),
    CALL(RECEIVE_TOKEN),
};

enum outbox_reply call_kind(Openlogon__Request__CallCase call_case)
{
    for (size_t i = 0; i < ARRAY_SIZE(changing); i++) {
        if (changing[i] == call_case)
            return OUTBOX_CHANGES;
    }
    return OUTBOX_TELLS;
}

static const struct call_entry *find_call(Openlogon__Request__CallCase id)
{
    for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
        if (calls[i].id == id)
            return &calls[i];
    }
    return NULL;
}

nt_status call_decode(const void *bytes, size_t size, MessageArena *arena, Openlogon__Request **ret)
{
    Openlogon__Request *request =
        openlogon__request__unpack(message_arena_allocator(arena), size, bytes);

    if (!request || openlogon__request__get_packed_size(request) != size)
        return NT(INVALID_PARAMETER);
    if (request->base.n_unknown_fields > 0 || !find_call(request->call_case))
        return NT(INVALID_PARAMETER);
    if (request->serial == 0 && request->call_case != CALL(RELEASE_TOKEN))
        return NT(INVALID_PARAMETER);
    *ret = request;
    return NT_OK;
}

nt_status call_check_text(const char *text, size_t units_max)
{
    size_t units = 0;
    nt_status st = utf8_to_utf16_buffer(NULL, 0, &units, text, strlen(text));

    if (nt_failed(st) && !NT_IS(st, BUFFER_TOO_SMALL))
        return NT(UNMAPPABLE_CHARACTER);
    return units <= units_max ? NT_OK : NT(INVALID_PARAMETER);
}

/*
 * The library's rule, held to here too since another client may have another library. It applies
 * to each request, and a process that has SeImpersonatePrivilege can enable it any time: what is
 * present counts.
 */
static bool may_act_with(const token_image *process, const token_image *image)
{
    SECURITY_IMPERSONATION_LEVEL level =
        token_image_type(image) == TokenPrimary ? SecurityImpersonation : token_image_level(image);

    return impersonation_level_for(process, token_image_privileges_present(process), image,
                                   level) >= SecurityImpersonation;
}

/* Who may duplicate a token can have one with any right; of a primary token the library acts with
 * such a duplicate without making it known here. */
static nt_status effective_image(const Client *client, const ProcessRecord *process, uint64_t id,
                                 const token_image **ret)
{
    struct token_ref *ref;
    const token_image *image;

    if (nt_failed(token_refs_find(&client->tokens, id, &ref)))
        return NT(ACCESS_DENIED);
    image = token_peek_image(ref->token);
    if (ref->token != process->token) {
        if (!(ref->granted & (TOKEN_IMPERSONATE | TOKEN_DUPLICATE)))
            return NT(ACCESS_DENIED);
        if (!may_act_with(token_peek_image(process->token), image))
            return NT(BAD_IMPERSONATION_LEVEL);
    }
    *ret = image;
    return NT_OK;
}

nt_status call_caller_of(const Client *client, uint64_t effective_token, const token_image **ret)
{
    const ProcessRecord *process = client_process(client);

    if (!process)
        return NT(PROCESS_IS_TERMINATING);
    if (effective_token != 0)
        return effective_image(client, process, effective_token, ret);
    *ret = token_peek_image(process->token);
    return NT_OK;
}

struct event_actor call_actor(const Client *client, const token_image *caller)
{
    return (struct event_actor){ .pid = (uint32_t)client->pid,
                                 .uid = client->uid,
                                 .session = caller ? token_image_authentication_id(caller) : 0 };
}

static nt_status run(struct call *call, const struct call_entry *entry)
{
    if (call->client->state == CLIENT_READY) {
        nt_status st = call_caller_of(call->client, call->request->effective_token, &call->caller);
        if (nt_failed(st))
            return st;
    }
    if (call->answer.kind == OUTBOX_CHANGES && entry->id != CALL(HELLO) &&
        journal_is_failing(call->daemon->authority->journal))
        return NT(DISK_FULL);
    if (entry->needs == NEEDS_ADMINISTRATOR && !caller_is_administrator(call->caller))
        return NT(ACCESS_DENIED);
    return entry->handler(call);
}

static bool refuse(const Client *client, const char *why)
{
    log_warning("cut off process %d (uid %u): %s; its OpenLogon library may be of another version",
                (int)client->pid, client->uid, why);
    return false;
}

static bool answer_request(Daemon *daemon, Client *client, const Openlogon__Request *request,
                           struct channel_message *message)
{
    const struct call_entry *entry = find_call(request->call_case);
    struct call call = {
        .daemon = daemon, .client = client, .request = request, .message = message
    };
    nt_status st;

    if (!(entry->states & client->state))
        return refuse(client, "a request came at a time when it may not");
    answer_init(&call.answer);
    call.answer.kind = call_kind(entry->id);
    st = run(&call, entry);
    if (!NT_IS(st, PENDING) && request->serial != 0)
        answer_send(daemon, client->node.id, request->serial, &call.answer, st);
    answer_done(&call.answer);
    log_debug("process %d: %s: %s", (int)client->pid, entry->name, nt_status_name(st));
    return true;
}

bool call_message(Client *client, struct channel_message *message, void *context)
{
    Daemon *daemon = context;
    Openlogon__Request *request;
    bool ok = false;

    if (nt_failed(call_decode(message->bytes, message->size, daemon->arena, &request)))
        (void)refuse(client, "a request cannot be understood");
    else
        ok = answer_request(daemon, client, request, message);
    message_arena_empty(daemon->arena);
    return ok;
}
