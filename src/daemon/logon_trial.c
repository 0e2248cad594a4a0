/* SPDX-License-Identifier: MIT */
#include "daemon/logon_trial.h"

#include "base/secret.h"

enum { UNPACKED_OVERHEAD = 4096 }; /* structs and alignment, beside the bytes of the message */

struct trial {
    struct logon_trial_spec spec;
    uint32_t now;      /* the package that is being asked */
    uint32_t answered; /* the last one that did not know the account; 0: none */
    nt_status status;  /* its answer */
    secret *packed;    /* the logon; NULL: there is no further package to ask */
};

static struct trial *trial_free(struct trial *trial)
{
    if (trial)
        secret_free(trial->packed);
    free(trial);
    return NULL;
}
DEFINE_CLEANUP(struct trial *, trial_free);

/* What is submitted is not kept, but a later package needs it again. */
static nt_status keep(struct trial *trial, const Openlogon__Worker__LogonJob *logon)
{
    nt_status st = secret_new(&trial->packed, openlogon__worker__logon_job__get_packed_size(logon));

    if (!nt_failed(st))
        (void)openlogon__worker__logon_job__pack(logon, secret_bytes(trial->packed));
    return st;
}

static void finish(struct trial *trial, Job *job, nt_status status, const JobResult *result)
{
    trial->spec.done(job, status, result, trial->spec.context);
    trial_free(trial);
}

static void on_answer(Job *job, nt_status status, const JobResult *result, void *context);

static nt_status ask(struct trial *trial, const Openlogon__Worker__LogonJob *logon)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;

    job.work_case = OPENLOGON__WORKER__JOB__WORK_LOGON;
    job.logon = (Openlogon__Worker__LogonJob *)(uintptr_t)logon;
    return worker_pool_submit_to(trial->spec.pool, trial->now, &job, on_answer, trial);
}

/* --- nobody knows the account ------------------------------------------------------------------
 */

static void on_spent(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct trial *trial = context;

    finish(trial, NULL, nt_failed(status) ? status : trial->status, NULL);
}

static void give_up(struct trial *trial)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__SpendJob spend = OPENLOGON__WORKER__SPEND_JOB__INIT;
    nt_status st;

    if (trial->answered == 0) {
        finish(trial, NULL, trial->status, NULL);
        return;
    }
    job.work_case = OPENLOGON__WORKER__JOB__WORK_SPEND;
    job.spend = &spend;
    st = worker_pool_submit_to(trial->spec.pool, trial->answered, &job, on_spent, trial);
    if (nt_failed(st))
        finish(trial, NULL, st, NULL);
}

/* --- one package after the other ---------------------------------------------------------------
 */

static bool is_unusable(nt_status status)
{
    return NT_IS(status, DLL_INIT_FAILED);
}

static nt_status ask_kept(struct trial *trial)
{
    const size_t size = secret_size(trial->packed);
    _cleanup_(message_arena_freep) MessageArena *memory = NULL;
    Openlogon__Worker__LogonJob *logon;
    nt_status st = message_arena_new(&memory, 2 * size + UNPACKED_OVERHEAD);

    if (nt_failed(st))
        return st;
    logon = openlogon__worker__logon_job__unpack(message_arena_allocator(memory), size,
                                                 secret_bytes(trial->packed));
    return logon ? ask(trial, logon) : NT(NO_MEMORY);
}

/* Asks the next one that can be asked. NOT_FOUND: there is none. */
static nt_status ask_next(struct trial *trial)
{
    while (trial->now < trial->spec.last) {
        nt_status st;

        trial->now++;
        st = ask_kept(trial);
        if (!is_unusable(st))
            return st;
    }
    return NT(NOT_FOUND);
}

static void go_on(struct trial *trial)
{
    nt_status st = ask_next(trial);

    if (NT_IS(st, NOT_FOUND))
        give_up(trial);
    else if (nt_failed(st))
        finish(trial, NULL, st, NULL);
}

static bool does_not_know(nt_status status)
{
    return NT_IS(status, NO_SUCH_USER) || NT_IS(status, NO_SUCH_DOMAIN);
}

static void on_answer(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct trial *trial = context;

    if (result && result->result_case == OPENLOGON__WORKER__JOB_RESULT__RESULT_LOGON)
        result->logon->package = /* who it is is not its to say */
            (char *)(uintptr_t)worker_pool_shown_name(trial->spec.pool, trial->now);
    if (result && does_not_know(status)) {
        trial->answered = trial->now;
        trial->status = status;
    } else if (result || !is_unusable(status)) {
        finish(trial, job, status, result);
        return;
    }
    go_on(trial);
}

nt_status logon_trial_start(const struct logon_trial_spec *spec,
                            const Openlogon__Worker__LogonJob *logon)
{
    _cleanup_(trial_freep) struct trial *trial = calloc(1, sizeof(*trial));
    nt_status st;

    if (!trial)
        return NT(NO_MEMORY);
    trial->spec = *spec;
    trial->now = spec->first;
    trial->status = spec->first == spec->last ? NT(DLL_INIT_FAILED) : NT(NO_SUCH_PACKAGE);
    if (spec->first < spec->last) {
        st = keep(trial, logon);
        if (nt_failed(st))
            return st;
    }
    st = ask(trial, logon);
    if (is_unusable(st))
        st = ask_next(trial);
    if (NT_IS(st, NOT_FOUND))
        return trial->status;
    if (nt_failed(st))
        return st;
    (void)TAKE(trial);
    return NT_OK;
}
