/* SPDX-License-Identifier: MIT */
/* Which session a process is in. */
#include "daemon/calls.h"

#include <stdlib.h>

#include "authority/token_access.h"
#include "daemon/resolver.h"
#include "linux/process.h"

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
