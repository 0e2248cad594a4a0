/* SPDX-License-Identifier: MIT */
/*
 * Messages as bytes of a worker whose package has taken it over: what openlogond believes of a
 * logon is inside of what came.
 */
#include "../../fuzz/fuzz.h"

#include <string.h>

#include "daemon/bounds.h"
#include "daemon/logon_result.h"
#include "daemon/message_arena.h"
#include "ipc/channel.h"

static MessageArena *arena;

static void check_logon(const Openlogon__Worker__LogonResult *logon)
{
    struct logon_identity identity;
    struct session_facts facts;

    if (nt_failed(logon_result_identity(&identity, logon, arena)))
        return;
    MUST(sid_length(identity.user) == logon->user_sid.len);
    MUST(identity.n_groups == logon->n_groups);
    for (size_t i = 0; i < identity.n_groups; i++)
        MUST(sid_length(identity.groups[i].Sid) == logon->groups[i]->sid.len);
    logon_result_facts(&facts, logon, 1);
    MUST(facts.user && facts.domain && facts.package);
}

static void check_uid(const Openlogon__Worker__UidResult *uid)
{
    struct logon_identity identity;

    if (!nt_failed(logon_result_of_uid(&identity, uid, arena)))
        MUST(identity.n_groups == uid->n_groups);
}

static void check(const Openlogon__Worker__FromWorker *message)
{
    const Openlogon__Worker__JobResult *result = message->job_result;

    if (message->message_case == OPENLOGON__WORKER__FROM_WORKER__MESSAGE_CALL && message->call &&
        message->call->call_case == OPENLOGON__WORKER__CALL__CALL_CREATE_TOKEN &&
        message->call->create_token->logon)
        check_logon(message->call->create_token->logon);
    if (message->message_case != OPENLOGON__WORKER__FROM_WORKER__MESSAGE_JOB_RESULT || !result)
        return;
    if (result->result_case == OPENLOGON__WORKER__JOB_RESULT__RESULT_LOGON)
        check_logon(result->logon);
    if (result->result_case == OPENLOGON__WORKER__JOB_RESULT__RESULT_UID)
        check_uid(result->uid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Openlogon__Worker__FromWorker *message;

    if (size > CHANNEL_MESSAGE_MAX)
        return 0;
    if (!arena)
        MUST(!nt_failed(message_arena_new(&arena, MESSAGE_ARENA_SIZE)));
    message = openlogon__worker__from_worker__unpack(message_arena_allocator(arena), size, data);
    if (message)
        check(message);
    message_arena_empty(arena);
    return 0;
}
