/* SPDX-License-Identifier: MIT */
/*
 * Requests as bytes of anyone: what is decoded names a call, has a serial, says the same when it is
 * packed again, and its texts can be checked. Name parsing, which comes next, takes any text.
 */
#include "../../fuzz/fuzz.h"

#include <string.h>

#include "daemon/bounds.h"
#include "daemon/call.h"
#include "daemon/logon_name.h"
#include "daemon/logon_result.h"
#include "daemon/lsa_logon.h"

static MessageArena *arena;

/* What the two are checked for is what a worker relies on. */
static void check_buffers(const Openlogon__SubmitBuffer *submit,
                          const Openlogon__ClientWindow *window)
{
    if (!submit || nt_failed(submit_check(submit, window)))
        return;
    MUST(submit->address <= UINT64_MAX - submit->bytes.len);
    if (window && window->size > 0) {
        MUST(window->address <= UINT64_MAX - window->size);
        MUST(submit->address + submit->bytes.len <= window->address ||
             window->address + window->size <= submit->address);
    }
}

static void check_lsa(const Openlogon__LsaLogon *lsa)
{
    struct logon_identity identity = { 0 };
    struct lsa_logon kept = { 0 };

    if (nt_failed(lsa_logon_keep(&kept, lsa, true)))
        return;
    MUST(kept.n_groups == lsa->n_local_groups && kept.n_groups <= LOCAL_GROUPS_MAX);
    if (!nt_failed(lsa_logon_add_groups(&identity, &kept, arena)))
        MUST(identity.n_groups == kept.n_groups);
    for (size_t i = 0; i < kept.n_groups; i++)
        MUST(sid_valid(kept.groups[i].Sid, SID_SIZE_MAX));
    lsa_logon_done(&kept);
}

static void check_logon(const Openlogon__LogonRequest *logon)
{
    const struct logon_name_parts parts = { logon->user,
                                            logon->domain_given ? logon->domain : NULL };
    struct logon_name name;

    check_buffers(logon->lsa ? logon->lsa->submit : NULL, logon->window);
    if (logon->lsa)
        check_lsa(logon->lsa);
    if (nt_failed(call_check_text(logon->user, USER_NAME_MAX)))
        return;
    if (!nt_failed(logon_name_reduce(&name, parts, "MACHINE", arena)))
        MUST(strlen(name.name) <= strlen(logon->user));
}

static void check_name(const Openlogon__LookupNameRequest *lookup)
{
    struct logon_name name;

    if (!nt_failed(logon_name_parse(&name, lookup->name, "MACHINE", arena)))
        MUST(strlen(name.name) + strlen(name.domain) <= strlen(lookup->name));
}

static void check_sid(const Openlogon__LookupSidRequest *lookup)
{
    const SID *sid = NULL;

    if (!nt_failed(logon_result_sid(&sid, &lookup->sid)) && sid)
        MUST(sid_length(sid) == lookup->sid.len);
}

static void check(const Openlogon__Request *request, size_t size)
{
    MUST(request->serial != 0);
    MUST(openlogon__request__get_packed_size(request) == size);
    if (request->call_case == OPENLOGON__REQUEST__CALL_LOGON)
        check_logon(request->logon);
    if (request->call_case == OPENLOGON__REQUEST__CALL_CALL_PACKAGE)
        check_buffers(request->call_package->submit, request->call_package->window);
    if (request->call_case == OPENLOGON__REQUEST__CALL_LOOKUP_NAME)
        check_name(request->lookup_name);
    if (request->call_case == OPENLOGON__REQUEST__CALL_LOOKUP_SID)
        check_sid(request->lookup_sid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Openlogon__Request *request;

    if (!arena)
        MUST(!nt_failed(message_arena_new(&arena, MESSAGE_ARENA_SIZE)));
    if (size <= CHANNEL_MESSAGE_MAX && !nt_failed(call_decode(data, size, arena, &request)))
        check(request, size);
    message_arena_empty(arena);
    return 0;
}
