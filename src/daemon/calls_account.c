/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include <strings.h>

#include "authority/token_access.h"
#include "daemon/logon_result.h"

/* --- what a worker says ------------------------------------------------------------------------
 */

static nt_status copy_entry(Openlogon__AccountEntry **ret,
                            const Openlogon__Worker__AccountEntry *entry, MessageArena *arena)
{
    Openlogon__AccountEntry *copy = message_arena_alloc(arena, sizeof(*copy));

    if (!copy)
        return NT(NO_MEMORY);
    openlogon__account_entry__init(copy);
    copy->name = entry->name;
    copy->full_name = entry->full_name;
    copy->sid = entry->sid;
    copy->uid = entry->uid;
    copy->flags = entry->flags;
    copy->password_last_set = entry->password_last_set;
    *ret = copy;
    return NT_OK;
}

static nt_status take_accounts(struct answer *answer,
                               const Openlogon__Worker__AccountListResult *result,
                               MessageArena *arena)
{
    Openlogon__AccountListReply *accounts = &answer->accounts;

    openlogon__account_list_reply__init(accounts);
    accounts->accounts =
        message_arena_alloc(arena, (result->n_accounts + 1) * sizeof(*accounts->accounts));
    if (!accounts->accounts)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < result->n_accounts; i++) {
        nt_status st = copy_entry(&accounts->accounts[i], result->accounts[i], arena);
        if (nt_failed(st))
            return st;
    }
    accounts->n_accounts = result->n_accounts;
    accounts->more = result->more;
    answer->reply.result_case = OPENLOGON__REPLY__RESULT_ACCOUNTS;
    answer->reply.accounts = accounts;
    return NT_OK;
}

static void on_account_job(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct pending *pending = context;
    nt_status st = status;
    struct answer answer;

    answer_init(&answer);
    if (!nt_failed(st) && result &&
        result->result_case == OPENLOGON__WORKER__JOB_RESULT__RESULT_ACCOUNTS)
        st = take_accounts(&answer, result->accounts, pending->daemon->arena);
    pending_answer(pending, &answer, st);
    answer_done(&answer);
    pending_done(pending);
    free(pending);
}

static nt_status ask_worker(struct call *call, Openlogon__Worker__Job *job)
{
    struct pending *pending = malloc(sizeof(*pending));
    nt_status st;

    if (!pending)
        return NT(NO_MEMORY);
    pending_init(pending, call->daemon, call->client, call->request);
    st = pending_charge(pending, call->client);
    if (!nt_failed(st))
        st = worker_pool_submit(call->daemon->pool, job, on_account_job, pending);
    if (!nt_failed(st))
        return NT(PENDING);
    pending_done(pending);
    free(pending);
    return st;
}

/* --- what a client asks ------------------------------------------------------------------------
 */

static nt_status check_password(const ProtobufCBinaryData *password)
{
    return password->len <= PASSWORD_SIZE_MAX ? NT_OK : NT(INVALID_PARAMETER);
}

nt_status call_account_add(struct call *call)
{
    const Openlogon__AccountAddRequest *request = call->request->account_add;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__AccountAddJob work = OPENLOGON__WORKER__ACCOUNT_ADD_JOB__INIT;
    nt_status st = call_check_text(request->name, USER_NAME_MAX);

    if (!nt_failed(st))
        st = call_check_text(request->full_name, FULL_NAME_MAX);
    if (!nt_failed(st))
        st = check_password(&request->password);
    if (nt_failed(st))
        return st;
    work.name = request->name;
    work.full_name = request->full_name;
    work.password = request->password;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ACCOUNT_ADD;
    job.account_add = &work;
    return ask_worker(call, &job);
}

nt_status call_account_delete(struct call *call)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__AccountDeleteJob work = OPENLOGON__WORKER__ACCOUNT_DELETE_JOB__INIT;
    nt_status st = call_check_text(call->request->account_delete->name, USER_NAME_MAX);

    if (nt_failed(st))
        return st;
    work.name = call->request->account_delete->name;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ACCOUNT_DELETE;
    job.account_delete = &work;
    return ask_worker(call, &job);
}

nt_status call_account_list(struct call *call)
{
    const Openlogon__AccountListRequest *request = call->request->account_list;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__AccountListJob work = OPENLOGON__WORKER__ACCOUNT_LIST_JOB__INIT;

    if (request->max == 0)
        return NT(INVALID_PARAMETER);
    work.after_rid = request->after_rid;
    work.max = request->max < ACCOUNTS_PER_PAGE_MAX ? request->max : ACCOUNTS_PER_PAGE_MAX;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ACCOUNT_LIST;
    job.account_list = &work;
    return ask_worker(call, &job);
}

/* Only the session of an account of this machine counts: names of other domains may be the same. */
static bool is_own_account(const struct call *call, const char *name)
{
    const Authority *authority = call->daemon->authority;
    Session *session;

    return !nt_failed(session_store_find(authority->sessions,
                                         token_image_authentication_id(call->caller), &session)) &&
           sid_in_domain(session->facts->sid, &authority->machine.sid) &&
           strcasecmp(session->facts->user, name) == 0;
}

nt_status call_account_set_password(struct call *call)
{
    const Openlogon__AccountSetPasswordRequest *request = call->request->account_set_password;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__AccountSetPasswordJob work =
        OPENLOGON__WORKER__ACCOUNT_SET_PASSWORD_JOB__INIT;
    bool administrator = caller_is_administrator(call->caller);
    nt_status st = call_check_text(request->name, USER_NAME_MAX);

    if (!nt_failed(st))
        st = check_password(&request->old_password);
    if (!nt_failed(st))
        st = check_password(&request->new_password);
    if (nt_failed(st))
        return st;
    if (!administrator && !is_own_account(call, request->name))
        return NT(ACCESS_DENIED);
    work.name = request->name;
    work.old_password = request->old_password;
    work.new_password = request->new_password;
    /* An administrator who gives an old password wants it checked. */
    work.check_old = !administrator || request->old_password.len > 0;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ACCOUNT_SET_PASSWORD;
    job.account_set_password = &work;
    return ask_worker(call, &job);
}
