/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include <string.h>

#include <windows.h>
#include <ntsecapi.h>

#include "authority/local_logon.h"
#include "authority/token_access.h"
#include "base/filetime.h"
#include "daemon/logon_name.h"
#include "daemon/logon_result.h"
#include "daemon/lsa_logon.h"
#include "daemon/policy_source.h"
#include "security/privilege.h"

/* A logon that a worker is busy with. */
struct logon_request {
    struct pending pending;
    uint32_t logon_type;
    uint64_t origin;     /* the session of who asked */
    bool by_name;        /* LogonUser(): the names are here, as they were asked for */
    char *user, *domain; /* both, or NULL: a package has read them from a buffer */
    bool has_tcb;
    struct lsa_logon lsa;
    Openlogon__Worker__ClientWindow window;
    uint64_t started_usec;
};

static struct logon_request *logon_request_free(struct logon_request *logon)
{
    if (logon) {
        lsa_logon_done(&logon->lsa);
        pending_done(&logon->pending);
        free(logon->user);
        free(logon->domain);
    }
    free(logon);
    return NULL;
}
DEFINE_CLEANUP(struct logon_request *, logon_request_free);

/* [WINDOWS] Looked at in the process' token, also of a thread that acts for somebody. */
static bool process_has_tcb(const struct call *call)
{
    return caller_has_privileges(token_peek_image(client_process(call->client)->token),
                                 PRIVILEGE_BIT(PRIVILEGE_TCB));
}

/* --- the result ------------------------------------------------------------------------------ */

/* Which of the two was wrong is nobody's business. */
static bool is_hidden(nt_status status)
{
    return NT_IS(status, NO_SUCH_USER) || NT_IS(status, WRONG_PASSWORD);
}

static nt_status hide_reason(nt_status status)
{
    return is_hidden(status) ? NT(LOGON_FAILURE) : status;
}

/* LogonUser() has no sub status: it tells what the restriction is. */
static nt_status public_status(const struct logon_request *logon, nt_status status,
                               int32_t sub_status)
{
    if (logon->by_name && NT_IS(status, ACCOUNT_RESTRICTION) && sub_status < 0)
        return nt_make(sub_status);
    return hide_reason(status);
}

/* Who wanted to log on, as the event of the failure tells it. */
struct names {
    const char *user, *domain;
};

static struct names names_of(const struct logon_request *logon, const JobResult *result)
{
    struct names names = { logon->user, logon->domain };

    if (!names.user && result && result->result_case == OPENLOGON__WORKER__JOB_RESULT__RESULT_LOGON)
        names = (struct names){ result->logon->account_name, result->logon->authority };
    if (!names.user)
        names.user = "";
    if (!names.domain || !*names.domain)
        names.domain = logon->pending.daemon->authority->machine_name;
    return names;
}

static void publish(const struct logon_request *logon, enum event_type type, nt_status told,
                    int32_t sub_status, const JobResult *result)
{
    const struct names names = names_of(logon, result);
    const struct event event = { .type = type,
                                 .user = names.user,
                                 .domain = names.domain,
                                 .logon_type = logon->logon_type,
                                 .status = told,
                                 .sub_status = sub_status,
                                 .actor = logon->pending.actor };

    event_publish(logon->pending.daemon->events, &event);
}

static uint64_t took_usec(const struct logon_request *logon)
{
    return refusals_now_usec(logon->pending.daemon->refusals) - logon->started_usec;
}

/* The reason that the caller is not told is the event's sub status. A package tells by its own sub
 * status of the wrong password that was the last which the account took. */
static void publish_failure(const struct logon_request *logon, nt_status status, int32_t sub_status,
                            const JobResult *result)
{
    metrics_failed(logon->pending.daemon->metrics, status, took_usec(logon));
    publish(logon, EVENT_LOGON_FAILED, hide_reason(status),
            is_hidden(status) ? status.code : sub_status, result);
    if (NT_IS(status, WRONG_PASSWORD) && result &&
        NT_IS(nt_make(result->sub_status), ACCOUNT_LOCKED_OUT))
        publish(logon, EVENT_ACCOUNT_LOCKED_OUT, NT(ACCOUNT_LOCKED_OUT), 0, result);
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
    if (!nt_failed(st))
        st = lsa_logon_add_groups(&identity, &logon->lsa, daemon->arena);
    if (nt_failed(st))
        return st;
    /* The whole token of an administrator, without anybody's password asked again. */
    if ((result->user_flags & LOGON_NO_ELEVATION) && !logon->has_tcb)
        return NT(PRIVILEGE_NOT_HELD);
    logon_result_facts(&facts, result, filetime_now());
    const struct authority_logon accepted = {
        .session = session,
        .identity = &identity,
        .facts = &facts,
        .logon_type = logon->logon_type,
        .origin = logon->origin,
        .source = logon->lsa.has_source ? &logon->lsa.source : NULL,
        .flags = result->user_flags & LOGON_NO_ELEVATION ? LOGON_UNSPLIT : 0,
    };
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
    if (!window_holds(&logon->window, result->profile_address, result->profile.len))
        return NT(INTERNAL_ERROR);
    st = answer_give_token(answer, client, token, TOKEN_ALL_ACCESS);
    if (nt_failed(st))
        return st;
    answer->token.profile = result->profile;
    answer->token.profile_address = result->profile_address;
    return NT_OK;
}

static nt_status take_result(const struct logon_request *logon, Job *job, const JobResult *result,
                             struct answer *answer)
{
    _cleanup_(token_unrefp) Token *token = NULL;
    nt_status st;

    if (!job || !result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_LOGON)
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
    _cleanup_(logon_request_freep) struct logon_request *logon = context;
    nt_status st = status;
    struct answer answer;

    answer_init(&answer);
    if (!nt_failed(status))
        st = take_result(logon, job, result, &answer);
    else if (result && NT_IS(status, ACCOUNT_RESTRICTION))
        answer.reply.sub_status = result->sub_status;
    if (nt_failed(st))
        publish_failure(logon, st, answer.reply.sub_status, result);
    else
        metrics_logged_on(logon->pending.daemon->metrics, logon->logon_type, took_usec(logon));
    if (is_hidden(st)) {
        answer_done(&answer);
        refusals_answer(logon->pending.daemon->refusals, logon->started_usec, answer_refused,
                        logon);
        (void)TAKE(logon);
        return;
    }
    pending_answer(&logon->pending, &answer, public_status(logon, st, answer.reply.sub_status));
    answer_done(&answer);
}

/* --- by a package ---------------------------------------------------------------------------- */

static bool has_submit(const Openlogon__LogonRequest *request)
{
    return request->lsa && request->lsa->submit;
}

static nt_status submit_buffer(struct call *call, struct logon_request *logon,
                               Openlogon__Worker__LogonJob *work)
{
    const Openlogon__SubmitBuffer *given = call->request->logon->lsa->submit;
    Openlogon__Worker__SubmitBuffer buffer = submit_for_worker(given);

    work->submit = &buffer;
    return worker_pool_log_on(call->daemon->pool, work, given->package, on_logon_done, logon);
}

static nt_status submit_names(struct call *call, struct logon_request *logon,
                              Openlogon__Worker__LogonJob *work)
{
    const Openlogon__LogonRequest *request = call->request->logon;
    const struct logon_name_parts parts = { request->user,
                                            request->domain_given ? request->domain : NULL };
    Daemon *daemon = call->daemon;
    struct logon_name name;
    nt_status st = logon_name_reduce(&name, parts, daemon->authority->machine_name, daemon->arena);

    if (nt_failed(st))
        return st;
    logon->user = strdup(name.name);
    logon->domain = strdup(name.domain);
    if (!logon->user || !logon->domain)
        return NT(NO_MEMORY);
    work->user = name.name;
    work->domain = name.domain;
    work->password = request->password;
    return worker_pool_log_on(daemon->pool, work, PACKAGE_ANY, on_logon_done, logon);
}

static nt_status submit(struct call *call, struct logon_request *logon)
{
    Openlogon__Worker__LogonJob work = OPENLOGON__WORKER__LOGON_JOB__INIT;

    work.client_luid = logon->origin;
    work.client_pid = (uint32_t)call->client->pid;
    work.client_has_tcb = logon->has_tcb;
    work.logon_type = logon->logon_type;
    work.window = logon->window.size > 0 ? &logon->window : NULL;
    return logon->by_name ? submit_names(call, logon, &work) : submit_buffer(call, logon, &work);
}

static nt_status logon_request_new(struct logon_request **ret, struct call *call)
{
    const Openlogon__LogonRequest *request = call->request->logon;
    _cleanup_(logon_request_freep) struct logon_request *logon = calloc(1, sizeof(*logon));
    nt_status st;

    if (!logon)
        return NT(NO_MEMORY);
    logon->logon_type = request->logon_type;
    logon->origin = token_image_authentication_id(call->caller);
    logon->by_name = !has_submit(request);
    logon->has_tcb = process_has_tcb(call);
    logon->started_usec = refusals_now_usec(call->daemon->refusals);
    logon->window = window_for_worker(request->window);
    pending_init(&logon->pending, call->daemon, call->client, call->request);
    st = pending_charge(&logon->pending, call->client);
    if (!nt_failed(st) && request->lsa)
        st = lsa_logon_keep(&logon->lsa, request->lsa, logon->has_tcb);
    if (nt_failed(st))
        return st;
    *ret = TAKE(logon);
    return NT_OK;
}

static nt_status check_policy(Daemon *daemon)
{
    nt_status st = policy_status(daemon->authority->policy);

    if (nt_failed(st))
        policy_source_load(daemon, NULL);
    return nt_failed(st) ? st : group_loader_check(daemon->groups);
}

static nt_status log_on_by_package(struct call *call)
{
    _cleanup_(logon_request_freep) struct logon_request *logon = NULL;
    nt_status st = logon_type_check(call->request->logon->logon_type);

    if (!nt_failed(st))
        st = check_policy(call->daemon);
    if (!nt_failed(st))
        st = logon_request_new(&logon, call);
    if (nt_failed(st))
        return st;
    st = submit(call, logon);
    if (nt_failed(st)) {
        publish_failure(logon, st, 0, NULL);
        return st;
    }
    (void)TAKE(logon);
    return NT(PENDING);
}

/* --- by the authority itself ----------------------------------------------------------------- */

/* [LogonUser] Of the providers only the one of Windows 2000 and later, or the default, which is
 * that one. */
static nt_status log_on_with_new_credentials(struct call *call)
{
    const Openlogon__LogonRequest *request = call->request->logon;
    const struct new_credentials credentials = {
        request->user, request->domain, { request->password.data, request->password.len }
    };
    _cleanup_(token_unrefp) Token *token = NULL;
    nt_status st;

    if (request->lsa || (request->provider != LOGON32_PROVIDER_DEFAULT &&
                         request->provider != LOGON32_PROVIDER_WINNT50))
        return NT(INVALID_LOGON_TYPE);
    st = local_logon_new_credentials(call->daemon->authority, &token, call->caller, &credentials,
                                     filetime_now());
    return nt_failed(st) ? st
                         : answer_give_token(&call->answer, call->client, token, TOKEN_ALL_ACCESS);
}

/* Only whom the machine is entrusted to. Nobody has a password for these. */
static nt_status log_on_service(struct call *call, const struct service_account *account)
{
    _cleanup_(token_unrefp) Token *token = NULL;
    nt_status st;

    if (!process_has_tcb(call))
        return NT(PRIVILEGE_NOT_HELD);
    if (call->request->logon->logon_type != Service)
        return NT(LOGON_TYPE_NOT_GRANTED);
    st = local_logon_service(call->daemon->authority, &token, account,
                             token_image_authentication_id(call->caller));
    return nt_failed(st) ? st
                         : answer_give_token(&call->answer, call->client, token, TOKEN_ALL_ACCESS);
}

/* --- both ------------------------------------------------------------------------------------ */

static nt_status check_names(const Openlogon__LogonRequest *request)
{
    nt_status st = call_check_text(request->user, USER_NAME_MAX);

    return nt_failed(st) ? st : call_check_text(request->domain, DOMAIN_NAME_MAX);
}

/* What a package is given to read names who logs on, else the texts of the request do. */
static nt_status check(const Openlogon__LogonRequest *request)
{
    if (request->provider > LOGON32_PROVIDER_VIRTUAL || request->password.len > PASSWORD_SIZE_MAX)
        return NT(INVALID_PARAMETER);
    if (!has_submit(request)) {
        nt_status st = submit_check(NULL, request->window);

        return nt_failed(st) ? st : check_names(request);
    }
    if (request->domain_given || *request->user || *request->domain || request->password.len > 0)
        return NT(INVALID_PARAMETER);
    if (request->lsa->submit->package == PACKAGE_ANY)
        return NT(NO_SUCH_PACKAGE);
    return submit_check(request->lsa->submit, request->window);
}

/* As a service, or with new credentials. It takes no time, and is counted all the same. */
static nt_status log_on_here(struct call *call, const struct service_account *account)
{
    Metrics *metrics = call->daemon->metrics;
    nt_status st = account ? log_on_service(call, account) : log_on_with_new_credentials(call);

    if (nt_failed(st))
        metrics_failed(metrics, st, 0);
    else
        metrics_logged_on(metrics, call->request->logon->logon_type, 0);
    return st;
}

nt_status call_logon(struct call *call)
{
    const Openlogon__LogonRequest *request = call->request->logon;
    const struct service_account *account;
    nt_status st = check(request);

    if (nt_failed(st))
        return st;
    if (request->logon_type == NewCredentials)
        return log_on_here(call, NULL);
    account = service_account_find(request->user, request->domain);
    return account ? log_on_here(call, account) : log_on_by_package(call);
}
