/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include <string.h>
#include <strings.h>

#include <windows.h>
#include <ntsecapi.h>

#include "authority/token_access.h"
#include "daemon/logon_result.h"
#include "daemon/policy_call.h"
#include "daemon/policy_source.h"

/* --- handles -----------------------------------------------------------------------------------
 */

nt_status call_policy_open(struct call *call)
{
    Authority *authority = call->daemon->authority;
    Openlogon__PolicyOpenReply *reply = &call->answer.policy_handle;
    struct policy_opening opening = { .quotas = authority->quotas, .uid = call->client->uid };
    nt_status st =
        policy_access_check(authority->policy, call->caller,
                            call->request->policy_open->desired_access, &opening.granted);

    if (!nt_failed(st))
        st = luid_take(authority->luids, 1, &opening.handle);
    if (!nt_failed(st))
        st = policy_handles_add(&call->client->policy_handles, &opening);
    if (nt_failed(st))
        return st;
    openlogon__policy_open_reply__init(reply);
    reply->handle = opening.handle;
    reply->granted_access = opening.granted;
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_POLICY_HANDLE;
    call->answer.reply.policy_handle = reply;
    return NT_OK;
}

nt_status call_policy_close(struct call *call)
{
    return policy_handles_close(&call->client->policy_handles, call->request->policy_close->handle);
}

nt_status policy_call_check(const struct call *call, uint64_t handle, uint32_t access)
{
    return policy_handles_check(&call->client->policy_handles, handle, access);
}

/* --- what a worker does ------------------------------------------------------------------------
 */

struct policy_request {
    struct pending pending;
    policy_call_take take;
};

/* The worker may have changed policy.db before it was lost. */
static bool outcome_is_unknown(nt_status st)
{
    return NT_IS(st, IO_TIMEOUT) || st.code == (int32_t)RPC_NT_CALL_FAILED;
}

static void on_policy_job(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct policy_request *request = context;
    nt_status st = status;
    struct answer answer;

    answer_init(&answer);
    if (outcome_is_unknown(st))
        policy_source_load(request->pending.daemon, NULL);
    if (!nt_failed(st))
        st = request->take(request->pending.daemon, result, &answer);
    pending_answer(&request->pending, &answer, st);
    answer_done(&answer);
    pending_done(&request->pending);
    free(request);
}

nt_status policy_call_ask(struct call *call, Openlogon__Worker__Job *job, policy_call_take take)
{
    struct policy_request *request = malloc(sizeof(*request));
    nt_status st;

    if (!request)
        return NT(NO_MEMORY);
    request->take = take;
    pending_init(&request->pending, call->daemon, call->client, call->request);
    st = pending_charge(&request->pending, call->client);
    if (!nt_failed(st))
        st = worker_pool_submit(call->daemon->pool, job, on_policy_job, request);
    if (!nt_failed(st))
        return NT(PENDING);
    pending_done(&request->pending);
    free(request);
    return st;
}

nt_status policy_call_take_change(Daemon *daemon, const JobResult *result, struct answer *answer)
{
    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_POLICY)
        return NT(INTERNAL_ERROR);
    return policy_source_take(daemon, result->policy);
}

static nt_status take_nothing(Daemon *daemon, const JobResult *result, struct answer *answer)
{
    return NT_OK;
}

/* --- rights ------------------------------------------------------------------------------------
 */

static nt_status put_account(Openlogon__PolicyAccountsReply *reply,
                             const struct policy_account *account, MessageArena *arena)
{
    Openlogon__PolicyAccount *copy = message_arena_alloc(arena, sizeof(*copy));

    if (!copy)
        return NT(NO_MEMORY);
    openlogon__policy_account__init(copy);
    copy->sid =
        (ProtobufCBinaryData){ sid_length(account->sid), (uint8_t *)(uintptr_t)account->sid };
    copy->logon_rights = account->rights.logon;
    copy->privileges = account->rights.privileges;
    reply->accounts[reply->n_accounts++] = copy;
    return NT_OK;
}

static bool has_rights(const struct policy_account *account, struct account_rights wanted)
{
    return (wanted.logon & ~account->rights.logon) == 0 &&
           (wanted.privileges & ~account->rights.privileges) == 0;
}

static nt_status start_accounts(struct call *call, size_t n)
{
    Openlogon__PolicyAccountsReply *reply = &call->answer.policy_accounts;

    openlogon__policy_accounts_reply__init(reply);
    reply->accounts = message_arena_alloc(call->daemon->arena, n * sizeof(*reply->accounts));
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_POLICY_ACCOUNTS;
    call->answer.reply.policy_accounts = reply;
    return reply->accounts ? NT_OK : NT(NO_MEMORY);
}

static nt_status answer_account(struct call *call, const SID *sid)
{
    const Policy *policy = call->daemon->authority->policy;
    const struct policy_account account = { sid, policy_rights_of_sid(policy, sid) };
    nt_status st = policy_account_access_check(call->caller, ACCOUNT_VIEW);

    if (nt_failed(st))
        return st;
    if (account_rights_empty(account.rights))
        return NT(OBJECT_NAME_NOT_FOUND);
    st = start_accounts(call, 1);
    return nt_failed(st)
               ? st
               : put_account(&call->answer.policy_accounts, &account, call->daemon->arena);
}

static nt_status answer_accounts(struct call *call, struct account_rights wanted)
{
    const Policy *policy = call->daemon->authority->policy;
    const struct policy_account *account;
    size_t n = 0;
    nt_status st;

    while (policy_account_at(policy, n))
        n++;
    st = start_accounts(call, n + 1);
    for (size_t i = 0; !nt_failed(st) && (account = policy_account_at(policy, i)); i++) {
        if (has_rights(account, wanted))
            st = put_account(&call->answer.policy_accounts, account, call->daemon->arena);
    }
    return st;
}

nt_status call_policy_accounts(struct call *call)
{
    const Openlogon__PolicyAccountsRequest *request = call->request->policy_accounts;
    const struct account_rights wanted = { request->logon_rights, request->privileges };
    const SID *sid;
    nt_status st = policy_call_check(call, request->handle,
                                     request->sid.len > 0
                                         ? POLICY_LOOKUP_NAMES
                                         : POLICY_LOOKUP_NAMES | POLICY_VIEW_LOCAL_INFORMATION);

    if (!nt_failed(st))
        st = policy_status(call->daemon->authority->policy);
    if (!nt_failed(st))
        st = logon_result_sid(&sid, &request->sid);
    if (nt_failed(st))
        return st;
    if (!account_rights_valid(wanted))
        return NT(NO_SUCH_PRIVILEGE);
    return sid ? answer_account(call, sid) : answer_accounts(call, wanted);
}

/* An account without any right so far is made, which the handle has to allow; else the account's
 * own descriptor decides. */
static nt_status check_change(const struct call *call, const SID *sid, struct account_rights add)
{
    const Openlogon__PolicyChangeRightsRequest *request = call->request->policy_change_rights;
    const Policy *policy = call->daemon->authority->policy;

    if (!account_rights_empty(policy_rights_of_sid(policy, sid)))
        return policy_account_access_check(call->caller, ACCOUNT_ADJUST_PRIVILEGES |
                                                             ACCOUNT_ADJUST_SYSTEM_ACCESS);
    if (account_rights_empty(add))
        return NT(OBJECT_NAME_NOT_FOUND);
    return policy_call_check(call, request->handle, POLICY_CREATE_ACCOUNT);
}

nt_status call_policy_change_rights(struct call *call)
{
    const Openlogon__PolicyChangeRightsRequest *request = call->request->policy_change_rights;
    const struct account_rights add = { request->add_logon_rights, request->add_privileges };
    const struct account_rights remove = { request->remove_logon_rights,
                                           request->remove_privileges };
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__PolicyChangeRightsJob work =
        OPENLOGON__WORKER__POLICY_CHANGE_RIGHTS_JOB__INIT;
    const SID *sid;
    nt_status st = policy_call_check(call, request->handle, POLICY_LOOKUP_NAMES);

    if (!nt_failed(st))
        st = policy_status(call->daemon->authority->policy);
    if (nt_failed(st))
        return st;
    if (nt_failed(logon_result_sid(&sid, &request->sid)) || !sid)
        return NT(INVALID_SID);
    if (!account_rights_valid(add) || !account_rights_valid(remove))
        return NT(NO_SUCH_PRIVILEGE);
    st = check_change(call, sid, add);
    if (nt_failed(st))
        return st;
    work.sid = request->sid;
    work.add_logon_rights = add.logon;
    work.add_privileges = add.privileges;
    work.remove_logon_rights = remove.logon;
    work.remove_privileges = remove.privileges;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_POLICY_CHANGE_RIGHTS;
    job.policy_change_rights = &work;
    return policy_call_ask(call, &job, policy_call_take_change);
}

/* --- secrets -----------------------------------------------------------------------------------
 */

/* What the machine keeps for itself is nobody else's, whatever his handle allows. */
static nt_status check_secret_name(const struct call *call, const char *name)
{
    nt_status st = call_check_text(name, SECRET_NAME_MAX);

    if (NT_IS(st, INVALID_PARAMETER))
        return NT(NAME_TOO_LONG);
    if (nt_failed(st))
        return st;
    if (!*name)
        return NT(INVALID_PARAMETER);
    return strncasecmp(name, "M$", 2) == 0 && !caller_is_system(call->caller) ? NT(ACCESS_DENIED)
                                                                              : NT_OK;
}

nt_status call_policy_store_secret(struct call *call)
{
    const Openlogon__PolicyStoreSecretRequest *request = call->request->policy_store_secret;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__PolicyStoreSecretJob work = OPENLOGON__WORKER__POLICY_STORE_SECRET_JOB__INIT;
    nt_status st = policy_call_check(call, request->handle, POLICY_CREATE_SECRET);

    if (!nt_failed(st))
        st = check_secret_name(call, request->name);
    if (nt_failed(st))
        return st;
    if (request->value.len > PRIVATE_DATA_MAX)
        return NT(SECRET_TOO_LONG);
    work.name = request->name;
    work.value = request->value;
    work.remove = request->remove;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_POLICY_STORE_SECRET;
    job.policy_store_secret = &work;
    return policy_call_ask(call, &job, take_nothing);
}

static nt_status take_secret(Daemon *daemon, const JobResult *result, struct answer *answer)
{
    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_POLICY_SECRET)
        return NT(INTERNAL_ERROR);
    openlogon__policy_secret__init(&answer->policy_secret);
    answer->policy_secret.value = result->policy_secret->value;
    answer->reply.result_case = OPENLOGON__REPLY__RESULT_POLICY_SECRET;
    answer->reply.policy_secret = &answer->policy_secret;
    return NT_OK;
}

nt_status call_policy_retrieve_secret(struct call *call)
{
    const Openlogon__PolicyRetrieveSecretRequest *request = call->request->policy_retrieve_secret;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__PolicyRetrieveSecretJob work =
        OPENLOGON__WORKER__POLICY_RETRIEVE_SECRET_JOB__INIT;
    nt_status st = policy_call_check(call, request->handle, POLICY_GET_PRIVATE_INFORMATION);

    if (!nt_failed(st))
        st = check_secret_name(call, request->name);
    if (nt_failed(st))
        return st;
    work.name = request->name;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_POLICY_RETRIEVE_SECRET;
    job.policy_retrieve_secret = &work;
    return policy_call_ask(call, &job, take_secret);
}
