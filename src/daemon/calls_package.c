/* SPDX-License-Identifier: MIT */
/* Messages to authentication packages, in protocols of their own. */
#include "daemon/calls.h"

#include "authority/token_access.h"
#include "daemon/lsa_logon.h"
#include "security/privilege.h"

/* One that a package is busy with. */
struct package_request {
    struct pending pending;
    Openlogon__Worker__ClientWindow window;
};

static nt_status fill(const struct package_request *asked, const JobResult *result,
                      struct answer *answer)
{
    const Openlogon__Worker__CallPackageResult *from;

    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_CALL_PACKAGE)
        return NT(INTERNAL_ERROR);
    from = result->call_package;
    if (!window_holds(&asked->window, from->address, from->bytes.len) ||
        (from->address == 0 && from->bytes.len > 0))
        return NT(INTERNAL_ERROR);
    openlogon__call_package_reply__init(&answer->call_package);
    openlogon__returned_buffer__init(&answer->returned);
    answer->returned.address = from->address;
    answer->returned.bytes = from->bytes;
    answer->call_package.protocol_status = from->protocol_status;
    answer->call_package.returned = &answer->returned;
    answer->reply.result_case = OPENLOGON__REPLY__RESULT_CALL_PACKAGE;
    answer->reply.call_package = &answer->call_package;
    return NT_OK;
}

static void on_call_done(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct package_request *asked = context;
    struct answer answer;

    answer_init(&answer);
    pending_answer(&asked->pending, &answer,
                   nt_failed(status) ? status : fill(asked, result, &answer));
    answer_done(&answer);
    pending_done(&asked->pending);
    free(asked);
}

/* [LsaApCallPackageUntrusted] Whoever has not registered as a logon process is not trusted. */
static nt_status submit(struct call *call, struct package_request *asked)
{
    const Openlogon__CallPackageRequest *request = call->request->call_package;
    const token_image *process = token_peek_image(client_process(call->client)->token);
    Openlogon__Worker__CallPackageJob work = OPENLOGON__WORKER__CALL_PACKAGE_JOB__INIT;
    Openlogon__Worker__SubmitBuffer buffer = submit_for_worker(request->submit);

    work.submit = &buffer;
    work.window = asked->window.size > 0 ? &asked->window : NULL;
    work.client_luid = token_image_authentication_id(call->caller);
    work.client_pid = (uint32_t)call->client->pid;
    work.client_has_tcb = caller_has_privileges(process, PRIVILEGE_BIT(PRIVILEGE_TCB));
    work.untrusted = !work.client_has_tcb;
    return worker_pool_call_package(call->daemon->pool, &work, request->submit->package,
                                    on_call_done, asked);
}

nt_status call_call_package(struct call *call)
{
    const Openlogon__CallPackageRequest *request = call->request->call_package;
    struct package_request *asked;
    nt_status st;

    if (!request->submit)
        return NT(INVALID_PARAMETER);
    if (request->submit->package == PACKAGE_ANY)
        return NT(NO_SUCH_PACKAGE);
    st = submit_check(request->submit, request->window);
    if (nt_failed(st))
        return st;
    asked = calloc(1, sizeof(*asked));
    if (!asked)
        return NT(NO_MEMORY);
    asked->window = window_for_worker(request->window);
    pending_init(&asked->pending, call->daemon, call->client, call->request);
    st = pending_charge(&asked->pending, call->client);
    if (!nt_failed(st))
        st = submit(call, asked);
    if (!nt_failed(st))
        return NT(PENDING);
    pending_done(&asked->pending);
    free(asked);
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
