/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include <string.h>

#include "authority/token_access.h"
#include "base/filetime.h"
#include "daemon/logon_name.h"
#include "daemon/logon_result.h"
#include "security/privilege.h"

enum { LOGON_PROVIDER_MAX = 4 }; /* LOGON32_PROVIDER_VIRTUAL */

/* A logon that a worker is busy with. */
struct logon_request {
    struct pending pending;
    uint32_t logon_type;
    uint64_t origin;     /* the session of who asked */
    char *user, *domain; /* as asked for, for who is told that it failed */
    uint64_t started_usec;
};

static struct logon_request *logon_request_free(struct logon_request *logon)
{
    if (!logon)
        return NULL;
    pending_done(&logon->pending);
    free(logon->user);
    free(logon->domain);
    free(logon);
    return NULL;
}
DEFINE_CLEANUP(struct logon_request *, logon_request_free);

/* Which of the two was wrong is nobody's business. */
static bool is_hidden(nt_status status)
{
    return NT_IS(status, NO_SUCH_USER) || NT_IS(status, WRONG_PASSWORD);
}

static nt_status public_status(nt_status status)
{
    return is_hidden(status) ? NT(LOGON_FAILURE) : status;
}

/* The reason that the caller is not told is the event's sub status. */
static void publish_failure(const struct logon_request *logon, nt_status status, int32_t sub_status)
{
    const Daemon *daemon = logon->pending.daemon;
    const nt_status told = public_status(status);
    const struct event event = { .type = EVENT_LOGON_FAILED,
                                 .user = logon->user,
                                 .domain = *logon->domain ? logon->domain
                                                          : daemon->authority->machine_name,
                                 .logon_type = logon->logon_type,
                                 .status = told,
                                 .sub_status = is_hidden(status) ? status.code : sub_status,
                                 .actor = logon->pending.actor };

    event_publish(daemon->events, &event);
}

static nt_status complete(const struct logon_request *logon, Job *job,
                          const Openlogon__Worker__LogonResult *result, Token **ret)
{
    Daemon *daemon = logon->pending.daemon;
    Session *session = job_find_session(job, result->luid);
    struct logon_identity identity;
    struct session_facts facts;
    nt_status st;

    if (!session)
        return NT(NO_SUCH_LOGON_SESSION);
    st = logon_result_identity(&identity, result, daemon->arena);
    if (nt_failed(st))
        return st;
    logon_result_facts(&facts, result, filetime_now());
    const struct authority_logon accepted = { .session = session,
                                              .identity = &identity,
                                              .facts = &facts,
                                              .logon_type = logon->logon_type,
                                              .origin = logon->origin };
    event_hub_set_actor(daemon->events, &logon->pending.actor);
    st = authority_complete_logon(daemon->authority, ret, &accepted);
    event_hub_set_actor(daemon->events, NULL);
    return st;
}

/* Gives the token to the client, if that is still there; else it, and its session, go at once. */
static nt_status hand_over(const struct logon_request *logon, Token *token,
                           const Openlogon__Worker__LogonResult *result, struct answer *answer)
{
    Client *client = pending_client(&logon->pending);
    nt_status st;

    if (!client)
        return NT(CANCELLED);
    st = token_refs_add(&client->tokens, token, TOKEN_ALL_ACCESS);
    if (nt_failed(st))
        return st;
    answer_token(answer, token, TOKEN_ALL_ACCESS);
    answer->token.profile = result->profile;
    return NT_OK;
}

static nt_status take_result(const struct logon_request *logon, Job *job, const JobResult *result,
                             struct answer *answer)
{
    _cleanup_(token_unrefp) Token *token = NULL;
    nt_status st;

    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_LOGON)
        return NT(INTERNAL_ERROR);
    st = complete(logon, job, result->logon, &token);
    return nt_failed(st) ? st : hand_over(logon, token, result->logon, answer);
}

static void answer_refused(void *context)
{
    struct logon_request *logon = context;
    struct answer answer;

    answer_init(&answer);
    pending_answer(&logon->pending, &answer, NT(LOGON_FAILURE));
    answer_done(&answer);
    logon_request_free(logon);
}

static void on_logon_done(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct logon_request *logon = context;
    nt_status st = status;
    struct answer answer;

    answer_init(&answer);
    if (!nt_failed(status))
        st = take_result(logon, job, result, &answer);
    else if (result && NT_IS(status, ACCOUNT_RESTRICTION))
        answer.reply.sub_status = result->sub_status;
    if (nt_failed(st))
        publish_failure(logon, st, answer.reply.sub_status);
    if (is_hidden(st)) {
        answer_done(&answer);
        refusals_answer(logon->pending.daemon->refusals, logon->started_usec, answer_refused,
                        logon);
        return;
    }
    pending_answer(&logon->pending, &answer, public_status(st));
    answer_done(&answer);
    logon_request_free(logon);
}

static nt_status check(const Openlogon__LogonRequest *request)
{
    nt_status st = logon_type_check(request->logon_type);

    if (nt_failed(st))
        return st;
    if (request->provider > LOGON_PROVIDER_MAX || request->password.len > PASSWORD_SIZE_MAX)
        return NT(INVALID_PARAMETER);
    st = call_check_text(request->user, USER_NAME_MAX);
    return nt_failed(st) ? st : call_check_text(request->domain, DOMAIN_NAME_MAX);
}

static nt_status submit(struct call *call, struct logon_request *logon)
{
    const Openlogon__LogonRequest *request = call->request->logon;
    const token_image *process = token_peek_image(client_process(call->client)->token);
    Daemon *daemon = call->daemon;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__LogonJob work = OPENLOGON__WORKER__LOGON_JOB__INIT;
    struct logon_name name;
    nt_status st = logon_name_reduce(
        &name,
        (struct logon_name_parts){ request->user, request->domain_given ? request->domain : NULL },
        daemon->authority->machine_name, daemon->arena);

    if (nt_failed(st))
        return st;
    logon->user = strdup(name.name);
    logon->domain = strdup(name.domain);
    if (!logon->user || !logon->domain)
        return NT(NO_MEMORY);
    work.user = name.name;
    work.domain = name.domain;
    work.password = request->password;
    work.logon_type = request->logon_type;
    work.client_luid = token_image_authentication_id(call->caller);
    work.client_pid = (uint32_t)call->client->pid;
    work.client_has_tcb = caller_has_privileges(process, PRIVILEGE_BIT(PRIVILEGE_TCB));
    job.work_case = OPENLOGON__WORKER__JOB__WORK_LOGON;
    job.logon = &work;
    return worker_pool_submit(daemon->pool, &job, on_logon_done, logon);
}

nt_status call_logon(struct call *call)
{
    _cleanup_(logon_request_freep) struct logon_request *logon = NULL;
    nt_status st = check(call->request->logon);

    if (nt_failed(st))
        return st;
    logon = calloc(1, sizeof(*logon));
    if (!logon)
        return NT(NO_MEMORY);
    logon->logon_type = call->request->logon->logon_type;
    logon->origin = token_image_authentication_id(call->caller);
    logon->started_usec = refusals_now_usec(call->daemon->refusals);
    pending_init(&logon->pending, call->daemon, call->client, call->request);
    st = pending_charge(&logon->pending, call->client);
    if (!nt_failed(st))
        st = submit(call, logon);
    if (!nt_failed(st)) {
        (void)TAKE(logon);
        return NT(PENDING);
    }
    if (logon->user && logon->domain)
        publish_failure(logon, st, 0);
    return st;
}

nt_status call_lookup_package(struct call *call)
{
    Openlogon__LookupPackageReply *package = &call->answer.package;
    const char *name = call->request->lookup_package->name;
    nt_status st = call_check_text(name, PACKAGE_NAME_MAX);

    if (nt_failed(st))
        return NT(NAME_TOO_LONG);
    openlogon__lookup_package_reply__init(package);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_PACKAGE;
    call->answer.reply.package = package;
    return worker_pool_find_package(call->daemon->pool, name, &package->id);
}
