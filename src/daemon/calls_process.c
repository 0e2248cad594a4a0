/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include <stdio.h>

#include <windows.h>
#include <ntsecapi.h>

#include "authority/token_access.h"
#include "daemon/process_prepare.h"
#include "daemon/resolver.h"
#include "linux/process.h"
#include "security/idmap.h"
#include "security/privilege.h"

static const uint32_t rights_to_start = TOKEN_ASSIGN_PRIMARY | TOKEN_DUPLICATE | TOKEN_QUERY;

/* --- starting ----------------------------------------------------------------------------------
 */

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

/* --- which session -----------------------------------------------------------------------------
 */

enum {
    /* Each makes the account of one more uid known, or is of a process that has ended since. */
    RETRIES_MAX = 4096,
};

/* A question that waits until it is known who the processes' users are. */
struct process_query {
    struct pending pending;
    uint32_t after, max; /* of a listing */
    uint32_t pid;        /* 0: it is a listing */
    unsigned n_retries;
    bool leave_out; /* whose account cannot be found out: a listing does without */
};

/* An attempt at an answer. */
struct attempt {
    Daemon *daemon;
    const token_image *caller;
    struct answer *answer;
    bool leave_out; /* the query's */
    pid_t unknown;  /* set with NO_SUCH_USER: a process whose uid's account is not known yet */
};

static nt_status add_entry(const struct attempt *attempt, Openlogon__EnumerateProcessesReply *reply,
                           const struct process_info *info, const struct process_place *place)
{
    Openlogon__ProcessEntry *entry = message_arena_alloc(attempt->daemon->arena, sizeof(*entry));

    if (!entry)
        return NT(NO_MEMORY);
    openlogon__process_entry__init(entry);
    entry->pid = (uint32_t)info->pid;
    entry->session = session_luid(place->session);
    entry->basis = (uint32_t)place->basis;
    entry->name = message_arena_text(attempt->daemon->arena, info->comm);
    if (!entry->name)
        return NT(NO_MEMORY);
    reply->processes[reply->n_processes++] = entry;
    return NT_OK;
}

/* Whose account nobody knows yet: only who sees the result is worth the question. */
static bool is_worth_asking(const struct attempt *attempt, const struct process_info *info)
{
    return !attempt->leave_out && (caller_is_administrator(attempt->caller) ||
                                   token_image_uid(attempt->caller) == info->euid);
}

static nt_status add_process(struct attempt *attempt, Openlogon__EnumerateProcessesReply *reply,
                             const struct process_info *info)
{
    const struct process_list list = { info, 1 };
    const struct process_place place =
        process_table_place_of(attempt->daemon->authority->processes, info, &list);

    if (!place.session) {
        attempt->unknown = place.pid;
        return is_worth_asking(attempt, info) ? NT(NO_SUCH_USER) : NT_OK;
    }
    if (!authority_may_query(place.session, attempt->caller))
        return NT_OK;
    return add_entry(attempt, reply, info, &place);
}

static nt_status fill(struct attempt *attempt, Openlogon__EnumerateProcessesReply *reply,
                      const struct process_query *query)
{
    _cleanup_(freep) pid_t *pids = NULL;
    size_t n = 0;
    int r = process_pids(&pids, &n);

    if (r < 0)
        return nt_from_errno(r);
    for (size_t i = 0; i < n; i++) {
        struct process_info info;
        nt_status st;

        if ((uint32_t)pids[i] <= query->after || process_info_read(pids[i], &info) < 0)
            continue;
        if (reply->n_processes == query->max) {
            reply->more = true;
            return NT_OK;
        }
        st = add_process(attempt, reply, &info);
        if (nt_failed(st))
            return st;
    }
    return NT_OK;
}

static nt_status list(struct attempt *attempt, const struct process_query *query)
{
    Openlogon__EnumerateProcessesReply *reply = &attempt->answer->processes;
    nt_status st;

    openlogon__enumerate_processes_reply__init(reply);
    reply->processes =
        message_arena_alloc(attempt->daemon->arena, query->max * sizeof(*reply->processes));
    if (!reply->processes)
        return NT(NO_MEMORY);
    st = fill(attempt, reply, query);
    if (nt_failed(st))
        return st;
    attempt->answer->reply.result_case = OPENLOGON__REPLY__RESULT_PROCESSES;
    attempt->answer->reply.processes = reply;
    return NT_OK;
}

static nt_status tell_one(struct attempt *attempt, const struct process_query *query)
{
    Openlogon__ProcessSessionReply *reply = &attempt->answer->process_session;
    struct process_place place;
    nt_status st = process_table_place_of_pid(attempt->daemon->authority->processes,
                                              (pid_t)query->pid, &place);

    if (nt_failed(st))
        return st;
    attempt->unknown = place.pid;
    if (!place.session)
        return NT(NO_SUCH_USER);
    openlogon__process_session_reply__init(reply);
    reply->session = session_luid(place.session);
    reply->basis = (uint32_t)place.basis;
    attempt->answer->reply.result_case = OPENLOGON__REPLY__RESULT_PROCESS_SESSION;
    attempt->answer->reply.process_session = reply;
    return NT_OK;
}

static void on_resolved(nt_status status, void *context);

/* Whether to go on when a process could not be resolved. One that has ended is not met again. */
static bool does_without(struct process_query *query, nt_status why)
{
    if (query->pid != 0)
        return false;
    if (!NT_IS(why, INVALID_CID))
        query->leave_out = true;
    return true;
}

/* Until all that is to be known is known. PENDING: the query goes on by itself. */
static nt_status try(struct process_query *query, struct attempt *attempt)
{
    for (;;) {
        nt_status st;

        attempt->leave_out = query->leave_out;
        st = query->pid ? tell_one(attempt, query) : list(attempt, query);
        if (!NT_IS(st, NO_SUCH_USER))
            return st;
        if (++query->n_retries > RETRIES_MAX)
            return NT(INSUFFICIENT_RESOURCES);
        st = resolver_find(attempt->daemon, attempt->unknown, -1, on_resolved, query);
        if (nt_failed(st) && !does_without(query, st))
            return st;
        if (NT_IS(st, PENDING))
            return st;
    }
}

static nt_status go_on(struct process_query *query, struct answer *answer)
{
    const Client *client = pending_client(&query->pending);
    struct attempt attempt = { .daemon = query->pending.daemon, .answer = answer };
    nt_status st;

    if (!client)
        return NT(CANCELLED);
    st = call_caller_of(client, query->pending.effective_token, &attempt.caller);
    return nt_failed(st) ? st : try(query, &attempt);
}

static void on_resolved(nt_status status, void *context)
{
    struct process_query *query = context;
    nt_status st = status;
    struct answer answer;

    answer_init(&answer);
    if (!nt_failed(st) || does_without(query, st))
        st = go_on(query, &answer);
    if (!NT_IS(st, PENDING)) {
        pending_answer(&query->pending, &answer, st);
        pending_done(&query->pending);
        free(query);
    }
    answer_done(&answer);
}

static nt_status start_query(struct call *call, const struct process_query *what)
{
    struct attempt attempt = { .daemon = call->daemon,
                               .caller = call->caller,
                               .answer = &call->answer };
    struct process_query *query = malloc(sizeof(*query));
    nt_status st;

    if (!query)
        return NT(NO_MEMORY);
    *query = *what;
    pending_init(&query->pending, call->daemon, call->client, call->request);
    st = pending_charge(&query->pending, call->client);
    if (!nt_failed(st))
        st = try(query, &attempt);
    if (NT_IS(st, PENDING))
        return st;
    pending_done(&query->pending);
    free(query);
    return st;
}

nt_status call_enumerate_processes(struct call *call)
{
    const Openlogon__EnumerateProcessesRequest *request = call->request->enumerate_processes;
    const struct process_query query = {
        .after = request->after_pid,
        .max = request->max < PROCESSES_PER_PAGE_MAX ? request->max : PROCESSES_PER_PAGE_MAX,
    };

    return query.max == 0 ? NT(INVALID_PARAMETER) : start_query(call, &query);
}

/* Which session a process is in is no secret: /proc tells everybody its control group. */
nt_status call_process_session(struct call *call)
{
    uint32_t pid = call->request->process_session->pid;
    const struct process_query query = { .pid = pid ? pid : (uint32_t)call->client->pid };

    return query.pid > INT32_MAX ? NT(INVALID_CID) : start_query(call, &query);
}
