/* SPDX-License-Identifier: MIT */
#include "daemon/calls.h"

#include <string.h>
#include <strings.h>

#include "daemon/logon_name.h"
#include "daemon/logon_result.h"
#include "ipc/message_text.h"
#include "security/well_known.h"

static void answer_name(struct answer *answer, const SID *sid, const char *name, const char *domain,
                        uint32_t use)
{
    Openlogon__AccountName *account = &answer->account_name;

    openlogon__account_name__init(account);
    account->sid = (ProtobufCBinaryData){ sid_length(sid), (uint8_t *)(uintptr_t)sid };
    account->name = message_text(name);
    account->domain = message_text(domain);
    account->use = use;
    answer->reply.result_case = OPENLOGON__REPLY__RESULT_ACCOUNT_NAME;
    answer->reply.account_name = account;
}

/* --- what a worker knows -----------------------------------------------------------------------
 */

static nt_status take_name(nt_status status, const JobResult *result, struct answer *answer)
{
    const Openlogon__Worker__NameResult *name;
    const SID *sid;

    if (nt_failed(status))
        return status;
    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_NAME)
        return NT(INTERNAL_ERROR);
    name = result->name;
    if (nt_failed(logon_result_sid(&sid, &name->sid)) || !sid)
        return NT(INTERNAL_ERROR);
    answer_name(answer, sid, name->name, name->domain, name->use);
    return NT_OK;
}

static void on_name(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct pending *pending = context;
    struct answer answer;

    answer_init(&answer);
    pending_answer(pending, &answer, take_name(status, result, &answer));
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
        st = worker_pool_submit(call->daemon->pool, job, on_name, pending);
    if (!nt_failed(st))
        return NT(PENDING);
    pending_done(pending);
    free(pending);
    return st;
}

/* --- what is known here ------------------------------------------------------------------------
 */

static nt_status answer_well_known(struct call *call, const struct well_known *entry)
{
    const Authority *authority = call->daemon->authority;
    sid_buffer *sid = message_arena_alloc(call->daemon->arena, sizeof(*sid));
    nt_status st;

    if (!sid)
        return NT(NO_MEMORY);
    st = well_known_sid(sid, entry, NULL);
    if (nt_failed(st))
        return NT(NONE_MAPPED);
    answer_name(&call->answer, &sid->sid, entry->name,
                entry->domain ? entry->domain : authority->machine_name, entry->use);
    return NT_OK;
}

static void answer_machine(struct call *call)
{
    const Authority *authority = call->daemon->authority;

    answer_name(&call->answer, &authority->machine.sid, authority->machine_name,
                authority->machine_name, SidTypeDomain);
}

/* Those of the machine's own domain are accounts, which a worker knows: without the domain none of
 * them is found here. */
static bool has_name_here(const struct well_known *entry)
{
    return entry && entry->recipe == WELL_KNOWN_ABSOLUTE && entry->name;
}

nt_status call_lookup_sid(struct call *call)
{
    const ProtobufCBinaryData *bytes = &call->request->lookup_sid->sid;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__LookupSidJob work = OPENLOGON__WORKER__LOOKUP_SID_JOB__INIT;
    const struct well_known *entry;
    const SID *sid;

    if (nt_failed(logon_result_sid(&sid, bytes)) || !sid)
        return NT(INVALID_SID);
    if (sid_equal(sid, &call->daemon->authority->machine.sid)) {
        answer_machine(call);
        return NT_OK;
    }
    entry = well_known_by_sid(sid, NULL);
    if (has_name_here(entry))
        return answer_well_known(call, entry);
    work.sid = *bytes;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_LOOKUP_SID;
    job.lookup_sid = &work;
    return ask_worker(call, &job);
}

nt_status call_lookup_name(struct call *call)
{
    const char *qualified = call->request->lookup_name->name;
    const char *machine_name = call->daemon->authority->machine_name;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__LookupNameJob work = OPENLOGON__WORKER__LOOKUP_NAME_JOB__INIT;
    const struct well_known *entry;
    struct logon_name name;
    nt_status st = call_check_text(qualified, QUALIFIED_NAME_MAX);

    if (nt_failed(st))
        return st;
    if (strcasecmp(qualified, machine_name) == 0) {
        answer_machine(call);
        return NT_OK;
    }
    entry = well_known_by_name(qualified, strlen(qualified));
    if (has_name_here(entry))
        return answer_well_known(call, entry);
    st = logon_name_parse(&name, qualified, machine_name, call->daemon->arena);
    if (nt_failed(st))
        return st;
    work.name = name.name;
    work.domain = name.domain;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_LOOKUP_NAME;
    job.lookup_name = &work;
    return ask_worker(call, &job);
}
