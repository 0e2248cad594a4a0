/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include <string.h>

#include <lmaccess.h>

#include "authority/token_access.h"

/*
 * Most requests go to a worker as they are and so do results: both schemas have the same messages.
 * Unions of pointers to messages are copied by any of their members.
 */
static const struct forward {
    Openlogon__Request__CallCase call;
    Openlogon__Worker__Job__WorkCase work;
    Openlogon__Worker__JobResult__ResultCase result; /* _NOT_SET: there is none */
    Openlogon__Reply__ResultCase reply;
    enum { NOTHING_CHANGES, NAMES_CHANGE, GROUPS_CHANGE } change;
} forwards[] = {
#define CALL(name)   OPENLOGON__REQUEST__CALL_##name, OPENLOGON__WORKER__JOB__WORK_##name
#define RESULT(name) OPENLOGON__WORKER__JOB_RESULT__RESULT_##name, OPENLOGON__REPLY__RESULT_##name
    { CALL(ACCOUNT_ADD), RESULT(_NOT_SET), NAMES_CHANGE },
    { CALL(ACCOUNT_DELETE), RESULT(_NOT_SET), GROUPS_CHANGE },
    { CALL(ACCOUNT_LIST), RESULT(ACCOUNTS), NOTHING_CHANGES },
    { CALL(ACCOUNT_GET), RESULT(ACCOUNTS), NOTHING_CHANGES },
    { CALL(ACCOUNT_SET), RESULT(_NOT_SET), NAMES_CHANGE },
    { CALL(ACCOUNT_SET_PASSWORD), RESULT(_NOT_SET), NOTHING_CHANGES },
    { CALL(ALIAS_ADD), RESULT(_NOT_SET), NAMES_CHANGE },
    { CALL(ALIAS_DELETE), RESULT(_NOT_SET), GROUPS_CHANGE },
    { CALL(ALIAS_SET), RESULT(_NOT_SET), NAMES_CHANGE },
    { CALL(ALIAS_LIST), RESULT(ALIASES), NOTHING_CHANGES },
    { CALL(ALIAS_LINKS), RESULT(ALIAS_LINKS), NOTHING_CHANGES },
    { CALL(ALIAS_MEMBER), RESULT(_NOT_SET), GROUPS_CHANGE },
    { CALL(ACCOUNT_POLICY), RESULT(ACCOUNT_POLICY), NOTHING_CHANGES },
    { CALL(SET_ACCOUNT_POLICY), RESULT(_NOT_SET), NOTHING_CHANGES },
#undef CALL
#undef RESULT
};

static const struct forward *forward_of(Openlogon__Request__CallCase call)
{
    for (size_t i = 0; i < ARRAY_SIZE(forwards); i++) {
        if (forwards[i].call == call)
            return &forwards[i];
    }
    return NULL;
}

/* A request that a worker is busy with. */
struct account_request {
    struct pending pending;
    const struct forward *forward;
    bool administrator;
    sid_buffer caller;
};

static void account_request_free(struct account_request *request)
{
    pending_done(&request->pending);
    free(request);
}

static void answer_with(struct account_request *request, struct answer *answer, nt_status status)
{
    pending_answer(&request->pending, answer, status);
    answer_done(answer);
    account_request_free(request);
}

/* --- what a worker says ------------------------------------------------------------------------
 */

/* To others only what everybody may know: that it exists, its names, and that it is disabled. */
static void hide_details(Openlogon__AccountInfo *info)
{
    const Openlogon__AccountInfo all = *info;

    openlogon__account_info__init(info);
    info->name = all.name;
    info->full_name = all.full_name;
    info->comment = all.comment;
    info->sid = all.sid;
    info->uid = all.uid;
    info->flags = all.flags & UF_ACCOUNTDISABLE;
}

static bool is_callers(const struct account_request *request, const Openlogon__AccountInfo *info)
{
    return info->sid.len == sid_length(&request->caller.sid) &&
           memcmp(info->sid.data, &request->caller, info->sid.len) == 0;
}

static void hide_others(const struct account_request *request,
                        const Openlogon__AccountListReply *accounts)
{
    for (size_t i = 0; i < accounts->n_accounts; i++) {
        if (!request->administrator && !is_callers(request, accounts->accounts[i]))
            hide_details(accounts->accounts[i]);
    }
}

static nt_status take_result(const struct account_request *request, struct answer *answer,
                             const JobResult *result)
{
    const struct forward *forward = request->forward;

    if (forward->reply == OPENLOGON__REPLY__RESULT__NOT_SET)
        return NT_OK;
    if (!result || result->result_case != forward->result)
        return NT(INTERNAL_ERROR);
    if (forward->result == OPENLOGON__WORKER__JOB_RESULT__RESULT_ACCOUNTS)
        hide_others(request, result->accounts);
    answer->reply.result_case = forward->reply;
    answer->reply.accounts = result->accounts;
    return NT_OK;
}

/* The change is made; it is not told before it holds for logons, and for the programs that look for
 * the account right afterwards. */
static void on_names_published(nt_status status, void *context)
{
    struct answer answer;

    answer_init(&answer);
    answer_with(context, &answer, NT_IS(status, CANCELLED) ? status : NT_OK);
}

static void on_groups_loaded(nt_status status, void *context)
{
    const struct account_request *request = context;
    struct answer answer;
    nt_status st = status;

    if (!nt_failed(st))
        st = name_publisher_publish(request->pending.daemon->names, on_names_published, context);
    if (!nt_failed(st))
        return;
    answer_init(&answer);
    answer_with(context, &answer, st);
}

/* What has to be done before a change is answered. */
static nt_status follow_change(struct account_request *request)
{
    const Daemon *daemon = request->pending.daemon;

    if (request->forward->change == GROUPS_CHANGE)
        return group_loader_load(daemon->groups, on_groups_loaded, request);
    return name_publisher_publish(daemon->names, on_names_published, request);
}

static void on_account_job(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct account_request *request = context;
    nt_status st = status;
    struct answer answer;

    answer_init(&answer);
    if (!nt_failed(st) && request->forward->change != NOTHING_CHANGES) {
        st = follow_change(request);
        if (!nt_failed(st))
            return;
    } else if (!nt_failed(st)) {
        st = take_result(request, &answer, result);
    }
    answer_with(request, &answer, st);
}

static nt_status ask_worker(struct call *call, Openlogon__Worker__Job *job)
{
    struct account_request *request = calloc(1, sizeof(*request));
    const SID *user = token_image_sid(call->caller, 0);
    nt_status st;

    if (!request)
        return NT(NO_MEMORY);
    request->forward = forward_of(call->request->call_case);
    request->administrator = caller_is_administrator(call->caller);
    memcpy(&request->caller, user, sid_length(user));
    pending_init(&request->pending, call->daemon, call->client, call->request);
    st = pending_charge(&request->pending, call->client);
    job->work_case = request->forward->work;
    if (!nt_failed(st))
        st = worker_pool_submit(call->daemon->pool, job, on_account_job, request);
    if (!nt_failed(st))
        return NT(PENDING);
    account_request_free(request);
    return st;
}

/* --- what a client asks ------------------------------------------------------------------------
 */

nt_status call_account_forward(struct call *call)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;

    job.account_get = call->request->account_get;
    return ask_worker(call, &job);
}

static nt_status check_password(const ProtobufCBinaryData *password)
{
    return password->len <= PASSWORD_SIZE_MAX ? NT_OK : NT(INVALID_PARAMETER);
}

nt_status call_account_add(struct call *call)
{
    const Openlogon__AccountAddRequest *request = call->request->account_add;
    nt_status st = call_check_text(request->name, USER_NAME_MAX);

    if (!nt_failed(st))
        st = call_check_text(request->full_name, FULL_NAME_MAX);
    if (!nt_failed(st))
        st = check_password(&request->password);
    return nt_failed(st) ? st : call_account_forward(call);
}

/* Whoever knows the old password may: one whose password has expired cannot log on to change it. */
nt_status call_account_set_password(struct call *call)
{
    const Openlogon__AccountSetPasswordRequest *request = call->request->account_set_password;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__AccountSetPasswordJob work =
        OPENLOGON__WORKER__ACCOUNT_SET_PASSWORD_JOB__INIT;
    nt_status st = call_check_text(request->name, USER_NAME_MAX);

    if (!nt_failed(st))
        st = check_password(&request->old_password);
    if (!nt_failed(st))
        st = check_password(&request->new_password);
    if (nt_failed(st))
        return st;
    work.name = request->name;
    work.old_password = request->old_password;
    work.new_password = request->new_password;
    /* An administrator who gives an old password wants it checked. */
    work.check_old = !caller_is_administrator(call->caller) || request->old_password.len > 0 ||
                     request->check_old;
    job.account_set_password = &work;
    return ask_worker(call, &job);
}
