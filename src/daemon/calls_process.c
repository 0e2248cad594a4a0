/* SPDX-License-Identifier: MIT */
/* Starting processes. */
#include "daemon/calls.h"

#include <stdio.h>

#include <windows.h>
#include <ntsecapi.h>

#include "daemon/process_prepare.h"
#include "security/idmap.h"
#include "security/privilege.h"

static const uint32_t rights_to_start = TOKEN_ASSIGN_PRIMARY | TOKEN_DUPLICATE | TOKEN_QUERY;

/* The caller is of the filtered of two linked sessions, has proved to be its user, and the token is
 * of the full one. */
static bool is_elevation(const Client *client, const ProcessRecord *process, const Token *token)
{
    const Session *twin = token_session(token)->filtered;

    return twin && twin == token_session(process->token) &&
           session_luid(token_session(token)) == client->elevated_session &&
           token_image_type(token_peek_image(token)) == TokenPrimary;
}

/* [CreateProcessWithLogonW] Whoever knows the password needs nothing more: the caller's session has
 * asked for the logon, which is of a type that is made with one. */
static nt_status check_logon(const Token *token, const token_image *process)
{
    const uint64_t origin = token_image_origin_id(token_peek_image(token));
    const uint32_t type = token_session(token)->facts->logon_type;

    if (origin == 0 || origin != token_image_authentication_id(process))
        return NT(PRIVILEGE_NOT_HELD);
    return type == Interactive || type == NewCredentials ? NT_OK : NT(LOGON_TYPE_NOT_GRANTED);
}

/* [CreateProcessWithTokenW] Held is enough. */
static nt_status check_impersonate(const token_image *process)
{
    const uint64_t held = token_image_privileges_present(process);

    return held & PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE) ? NT_OK : NT(PRIVILEGE_NOT_HELD);
}

static nt_status check_form(const Openlogon__PrepareProcessRequest *request,
                            const struct token_ref *ref)
{
    const uint32_t known = PREPARE_TOKEN_ONLY | PREPARE_WITH_LOGON | PREPARE_WITH_TOKEN;

    if (request->flags & ~known)
        return NT(INVALID_PARAMETER);
    if (rights_to_start & ~ref->granted)
        return NT(ACCESS_DENIED);
    /* A process that the kernel knows as nobody in particular could not be told from others. */
    if (!(request->flags & PREPARE_TOKEN_ONLY) &&
        token_image_uid(token_peek_image(ref->token)) == IDMAP_NO_ID)
        return NT(NOT_SUPPORTED);
    return NT_OK;
}

static nt_status may_prepare(const Client *client, const Openlogon__PrepareProcessRequest *request,
                             const struct token_ref *ref)
{
    /* A program starts processes as its process, whomever a thread of it acts for. */
    const ProcessRecord *process = client_process(client);
    const token_image *own;
    nt_status st = check_form(request, ref);

    if (nt_failed(st))
        return st;
    if (!process)
        return NT(PROCESS_IS_TERMINATING);
    own = token_peek_image(process->token);
    if (request->flags & PREPARE_WITH_LOGON)
        return check_logon(ref->token, own);
    if (request->flags & PREPARE_WITH_TOKEN)
        return check_impersonate(own);
    if (is_elevation(client, process, ref->token))
        return NT_OK;
    return prepared_process_allowed(token_peek_image(ref->token), own);
}

static uint32_t uid_of_process(const struct call *call,
                               const Openlogon__PrepareProcessRequest *request, const Token *token)
{
    if (!call->daemon->authority->enforces_identity || (request->flags & PREPARE_TOKEN_ONLY))
        return call->client->uid;
    return token_image_uid(token_peek_image(token));
}

static nt_status prepare(struct call *call, const Openlogon__PrepareProcessRequest *request,
                         const struct token_ref *ref, PreparedProcess **ret)
{
    Authority *authority = call->daemon->authority;
    const struct prepared_spec spec = { .token = ref->token,
                                        .privileges_present = request->privileges_present,
                                        .privileges_enabled = request->privileges_enabled,
                                        .uid = uid_of_process(call, request, ref->token),
                                        .caller_uid = call->client->uid,
                                        .caller_pid = call->client->pid };
    struct quota_charge charge;
    nt_status st = quota_charge(&charge, authority->quotas, call->client->uid, QUOTA_PREPARED, 1);

    if (nt_failed(st))
        return st;
    st = prepared_process_new(ret, authority->leaves, &spec, &call->answer.fd);
    if (nt_failed(st))
        quota_return(&charge);
    else
        (*ret)->charge = charge;
    return st;
}

nt_status process_prepare(struct call *call, const Openlogon__PrepareProcessRequest *request,
                          PreparedProcess **ret)
{
    struct token_ref *ref;
    nt_status st = token_refs_find(&call->client->tokens, request->token_id, &ref);

    if (!nt_failed(st))
        st = may_prepare(call->client, request, ref);
    return nt_failed(st) ? st : prepare(call, request, ref, ret);
}

static void publish_assigned(const struct call *call, const PreparedProcess *prepared)
{
    struct event event = { .type = EVENT_TOKEN_ASSIGNED,
                           .token = token_id(prepared->token),
                           .actor = call_actor(call->client, call->caller) };

    event_about_session(&event, token_session(prepared->token));
    event_publish(call->daemon->events, &event);
}

/* For messages to people: where below the daemon's tree. */
static char *leaf_name(struct call *call, const PreparedProcess *prepared)
{
    char name[64] = "";

    if (prepared->leaf)
        (void)snprintf(name, sizeof(name), "%016llx/%016llx",
                       (unsigned long long)prepared->leaf->name.session,
                       (unsigned long long)prepared->leaf->name.token);
    return message_arena_text(call->daemon->arena, name);
}

uint64_t process_capabilities(const struct call *call, const PreparedProcess *prepared)
{
    return capability_policy_of(&call->daemon->config->capabilities,
                                token_image_privileges_enabled(token_peek_image(prepared->token)));
}

nt_status process_answer_prepared(struct call *call, PreparedProcess *prepared)
{
    Openlogon__PrepareProcessReply *reply = &call->answer.prepare_process;

    openlogon__prepare_process_reply__init(reply);
    reply->ticket = client_add_prepared(call->client, prepared);
    reply->has_cgroup = call->answer.fd >= 0;
    reply->session = session_luid(token_session(prepared->token));
    reply->capabilities = process_capabilities(call, prepared);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_PREPARE_PROCESS;
    call->answer.reply.prepare_process = reply;
    reply->cgroup = leaf_name(call, prepared);
    if (!reply->cgroup)
        return NT(NO_MEMORY);
    publish_assigned(call, prepared);
    return NT_OK;
}

nt_status call_prepare_process(struct call *call)
{
    PreparedProcess *prepared = NULL;
    nt_status st = process_prepare(call, call->request->prepare_process, &prepared);

    return nt_failed(st) ? st : process_answer_prepared(call, prepared);
}

nt_status call_process_started(struct call *call)
{
    const Openlogon__ProcessStartedRequest *request = call->request->process_started;
    _cleanup_(prepared_process_freep) PreparedProcess *prepared = NULL;
    Authority *authority = call->daemon->authority;
    ProcessRecord *record;
    nt_status st = client_take_prepared(call->client, request->ticket, &prepared);

    if (nt_failed(st) || request->pid == 0)
        return st;
    if (request->pid > INT32_MAX)
        return NT(INVALID_CID);
    st = prepared_process_started(prepared, authority->processes, &authority->system,
                                  (pid_t)request->pid, &record);
    if (nt_failed(st) || !record)
        return st;
    return daemon_watch_process(call->daemon, record);
}
