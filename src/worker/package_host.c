/* SPDX-License-Identifier: MIT */
#include "worker/package_host.h"

#include <string.h>

#include "base/log.h"
#include "base/luid.h"
#include "base/utf16.h"
#include "ipc/channel.h"
#include "worker/administrators.h"
#include "worker/lsa_functions.h"
#include "worker/package.h"
#include "worker/profile.h"
#include "worker/submit_buffer.h"
#include "worker/token_information.h"

enum {
    ACCOUNT_TEXT_MAX = 1024, /* bytes of UTF-16 in a name that a package gives */
    LOGON_RESULT_MAX = CHANNEL_MESSAGE_MAX - 64, /* leaves room for what is around it */
};

struct package_host {
    const worker_config *config;
    package *package; /* NULL: a directory worker */
};

nt_status package_host_new(package_host **ret, const worker_config *config,
                           const Openlogon__Worker__Setup *setup)
{
    _cleanup_(package_host_freep) package_host *h = calloc(1, sizeof(*h));

    if (!h)
        return NT(NO_MEMORY);
    h->config = config;
    if (setup->package && nt_failed(package_load(&h->package, setup->package, config)) &&
        !h->package)
        return NT(NO_MEMORY);
    *ret = TAKE(h);
    return NT_OK;
}

package_host *package_host_free(package_host *h)
{
    if (!h)
        return NULL;
    (void)package_free(h->package);
    free(h);
    return NULL;
}

nt_status package_host_report(const package_host *h, arena *memory, Openlogon__Worker__Ready *ret)
{
    Openlogon__Worker__LoadedPackage *loaded;

    if (!h->package)
        return NT_OK;
    loaded = arena_alloc(memory, sizeof(*loaded));
    if (!loaded)
        return NT(NO_MEMORY);
    openlogon__worker__loaded_package__init(loaded);
    loaded->id = package_id(h->package);
    loaded->name = (char *)(uintptr_t)package_name(h->package);
    loaded->shown_name = (char *)(uintptr_t)package_shown_name(h->package);
    loaded->status = package_status(h->package).code;
    ret->package = loaded;
    return NT_OK;
}

void package_host_session_ended(package_host *h, uint64_t luid)
{
    if (h->package)
        package_session_ended(h->package, luid);
}

void package_host_run_notifications(package_host *h)
{
    if (h->package)
        package_run_notifications(h->package);
}

bool package_host_wants_to_end(const package_host *h)
{
    return h->package && package_is_unloaded(h->package);
}

/* --- what a package returned ------------------------------------------------------------------ */

static nt_status take_text(char **ret, arena *memory, const UNICODE_STRING *from)
{
    _cleanup_(freep) char *text = NULL;
    nt_status st;
    char *copy;

    if (!from || from->Length == 0)
        return NT_OK;
    if (!from->Buffer || from->Length > ACCOUNT_TEXT_MAX || from->Length % 2 != 0)
        return NT(INVALID_PARAMETER);
    st = utf16_to_utf8(&text, NULL, from->Buffer, from->Length / sizeof(WCHAR));
    if (nt_failed(st))
        return st;
    copy = arena_text(memory, text);
    if (!copy)
        return NT(NO_MEMORY);
    *ret = copy;
    return NT_OK;
}

static nt_status add_administrators(const package_host *h, arena *memory,
                                    Openlogon__Worker__LogonResult *result)
{
    struct group_list list = { result->groups, result->n_groups };
    nt_status st = administrators_apply(h->config, memory, &list, result->user_sid);

    result->groups = list.groups;
    result->n_groups = list.n_groups;
    return st;
}

static nt_status take_success(const package_host *h, arena *memory,
                              const struct package_logon *logon,
                              Openlogon__Worker__LogonResult *result)
{
    nt_status st = take_text(&result->account_name, memory, logon->account_name);

    result->luid = luid_to_u64(logon->logon_id);
    if (!client_request_has_session(logon->request, result->luid))
        return NT(INTERNAL_ERROR);
    if (!nt_failed(st))
        st = take_text(&result->authority, memory, logon->authority);
    if (!nt_failed(st))
        st = token_information_convert(result, memory, logon->token_type, logon->token);
    if (!nt_failed(st))
        st = profile_convert(result, memory, logon->request, logon->profile, logon->profile_size);
    if (!nt_failed(st))
        st = add_administrators(h, memory, result);
    if (!nt_failed(st) &&
        openlogon__worker__logon_result__get_packed_size(result) > LOGON_RESULT_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    return st;
}

/* Ends what the package made and did not end, but for the session that the logon is about. */
static void end_leftovers(struct client_request *request, uint64_t kept)
{
    lsa_functions_set_request(request);
    for (size_t i = request->n_sessions; i-- > 0;) {
        uint64_t luid = request->sessions[i];
        nt_status st = luid == kept ? NT_OK : lsa_delete_session(luid);

        if (nt_failed(st))
            log_warning("cannot end session 0x%llx that a package left behind: %s",
                        (unsigned long long)luid, nt_status_name(st));
        if (luid != kept)
            client_request_remove_session(request, luid);
    }
    lsa_functions_set_request(NULL);
}

/* --- a logon ---------------------------------------------------------------------------------- */

/* Which types there are; which of them one may log on with is openlogond's to say. */
static bool logon_type_is_known(uint32_t type)
{
    return type >= Interactive && type <= CachedUnlock && type != Proxy;
}

/* A result that tells only who wanted to log on: what a failed logon leaves. */
static void name_only(Openlogon__Worker__LogonResult *result, const package *p,
                      const Openlogon__Worker__LogonJob *job)
{
    openlogon__worker__logon_result__init(result);
    result->account_name = job->user;
    result->authority = job->domain;
    result->package = p ? (char *)(uintptr_t)package_shown_name(p) : result->package;
}

/* A package that succeeded and whose answer is no good: the session that it made is ended by us, so
 * the package is told. */
static nt_status refuse_answer(package *p, const struct package_logon *logon, nt_status why)
{
    uint64_t luid = luid_to_u64(logon->logon_id);

    log_error("package %s: its answer to a logon is unusable: %s", package_shown_name(p),
              nt_status_name(why));
    if (client_request_has_session(logon->request, luid))
        package_session_ended(p, luid);
    return NT_IS(why, TOO_MANY_CONTEXT_IDS) || NT_IS(why, NO_MEMORY) ? why : NT(INTERNAL_ERROR);
}

static bool is_warning(nt_status st)
{
    return (uint32_t)st.code >> 30 == 2;
}

static nt_status try_package(package_host *h, package *p, arena *memory,
                             struct package_logon *logon, const Openlogon__Worker__LogonJob *job,
                             Openlogon__Worker__LogonResult *result)
{
    nt_status st = package_log_on(p, logon);

    if (is_warning(st))
        st = NT(INTERNAL_ERROR); /* neither refused nor accepted */
    name_only(result, p, job);
    if (nt_failed(st)) {
        (void)take_text(&result->account_name, memory, logon->account_name);
        (void)take_text(&result->authority, memory, logon->authority);
    } else {
        st = take_success(h, memory, logon, result);
        if (nt_failed(st)) {
            st = refuse_answer(p, logon, st);
            name_only(result, p, job);
        }
    }
    if (!nt_failed(st))
        package_accept_credentials(p, logon);
    end_leftovers(logon->request, nt_failed(st) ? 0 : result->luid);
    return nt_failed(st) ? st : NT_OK;
}

struct asked { /* who asks, in either kind of job */
    const Openlogon__Worker__ClientWindow *window;
    uint64_t luid;
    uint32_t pid;
    bool has_tcb;
};

static nt_status request_init(struct client_request *ret, arena *memory, const struct asked *by)
{
    *ret = (struct client_request){
        .memory = memory, .luid = by->luid, .pid = by->pid, .has_tcb = by->has_tcb
    };
    if (!by->window)
        return NT_OK;
    if (by->window->address == 0 || by->window->size > UINT64_MAX - by->window->address)
        return NT(INVALID_PARAMETER);
    ret->window.address = by->window->address;
    ret->window.size = by->window->size;
    return NT_OK;
}

static nt_status log_on(package_host *h, arena *memory, const Openlogon__Worker__LogonJob *job,
                        Openlogon__Worker__JobResult *ret)
{
    const struct asked by = { job->window, job->client_luid, job->client_pid, job->client_has_tcb };
    struct package_logon logon = { .type = (SECURITY_LOGON_TYPE)job->logon_type };
    struct client_request request;
    struct submit_buffer submit = { 0 };
    nt_status st = request_init(&request, memory, &by);

    if (nt_failed(st))
        return st;
    if (!logon_type_is_known(job->logon_type))
        return NT(INVALID_LOGON_TYPE);
    if (!h->package)
        return NT(NO_SUCH_PACKAGE);
    st = submit_buffer_make(&submit, &request, job);
    if (nt_failed(st))
        return st;
    logon.request = &request;
    logon.submit = submit.copy;
    logon.client_base = submit.client_base;
    logon.submit_size = (ULONG)submit.size;
    st = try_package(h, h->package, memory, &logon, job, ret->logon);
    ret->sub_status = logon.sub_status;
    package_logon_done(&logon);
    return st;
}

void package_host_log_on(package_host *h, arena *memory, const Openlogon__Worker__LogonJob *job,
                         Openlogon__Worker__JobResult *ret)
{
    Openlogon__Worker__LogonResult *result = arena_alloc(memory, sizeof(*result));

    if (!result) {
        ret->status = STATUS_NO_MEMORY;
        return;
    }
    name_only(result, NULL, job);
    ret->result_case = OPENLOGON__WORKER__JOB_RESULT__RESULT_LOGON;
    ret->logon = result;
    ret->status = log_on(h, memory, job, ret).code;
}

/* --- a call ----------------------------------------------------------------------------------- */

static nt_status take_return(Openlogon__Worker__CallPackageResult *ret, arena *memory,
                             const struct package_message *message)
{
    const struct client_buffer *from = client_request_find(message->request, message->returned);

    ret->protocol_status = message->protocol_status;
    if (!message->returned || message->returned_size == 0)
        return NT_OK;
    if (!from || message->returned_size > from->size)
        return NT(INTERNAL_ERROR);
    ret->address = from->address;
    ret->bytes.len = message->returned_size;
    ret->bytes.data = arena_copy(memory, from->bytes, message->returned_size);
    return ret->bytes.data ? NT_OK : NT(NO_MEMORY);
}

nt_status package_host_call(package_host *h, arena *memory,
                            const Openlogon__Worker__CallPackageJob *job,
                            Openlogon__Worker__CallPackageResult *ret)
{
    const struct asked by = { job->window, job->client_luid, job->client_pid, job->client_has_tcb };
    struct package_message message = { .kind = job->passthrough ? MESSAGE_PASSTHROUGH
                                               : job->untrusted ? MESSAGE_UNTRUSTED
                                                                : MESSAGE_TRUSTED };
    struct client_request request;
    struct submit_buffer submit = { 0 };
    nt_status st = request_init(&request, memory, &by);

    if (nt_failed(st))
        return st;
    if (!h->package)
        return NT(NO_SUCH_PACKAGE);
    if (job->submit)
        st = submit_buffer_take(&submit, &request, job->submit);
    if (nt_failed(st))
        return st;
    message.request = &request;
    message.submit = submit.copy;
    message.client_base = submit.client_base;
    message.submit_size = (ULONG)submit.size;
    st = package_call(h->package, &message);
    if (!nt_failed(st))
        st = take_return(ret, memory, &message);
    end_leftovers(&request, 0);
    return st;
}
