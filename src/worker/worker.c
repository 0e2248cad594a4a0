/* SPDX-License-Identifier: MIT */
#include "worker/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "worker/account_jobs.h"
#include "worker/alias_jobs.h"
#include "worker/directory.h"
#include "worker/hash_cost.h"
#include "worker/lsa_functions.h"
#include "worker/notifier.h"
#include "worker/package_host.h"
#include "worker/password_hash.h"
#include "worker/policy_jobs.h"
#include "worker/sandbox.h"
#include "worker/upstream.h"

struct worker {
    arena *memory; /* emptied between messages */
    upstream *up;
    worker_config *config;
    package_host *host;
    struct directory directory;
    struct hash_cost cost;
    char unprotected[SANDBOX_REPORT_SIZE];
};

static void worker_done(struct worker *w)
{
    w->host = package_host_free(w->host);
    lsa_functions_connect(NULL, NULL);
    directory_done(&w->directory);
    w->config = worker_config_free(w->config);
    w->up = upstream_free(w->up);
    w->memory = arena_free(w->memory);
}

/* --- the jobs --------------------------------------------------------------------------------- */

typedef Openlogon__Worker__Job Job;
typedef Openlogon__Worker__JobResult JobResult;

static nt_status run_call_package(struct worker *w, const Job *job, JobResult *ret)
{
    return package_host_call(w->host, w->memory, job->call_package, ret->call_package);
}

static nt_status run_spend(struct worker *w, const Job *job, JobResult *ret)
{
    return password_hash_spend();
}

static nt_status run_lookup_sid(struct worker *w, const Job *job, JobResult *ret)
{
    return directory_lookup_sid(&w->directory, ret->name, job->lookup_sid->sid);
}

static nt_status run_lookup_name(struct worker *w, const Job *job, JobResult *ret)
{
    return directory_lookup_name(&w->directory, ret->name, job->lookup_name->domain,
                                 job->lookup_name->name);
}

static nt_status run_account_add(struct worker *w, const Job *job, JobResult *ret)
{
    return account_job_add(&w->directory, job->account_add);
}

static nt_status run_account_delete(struct worker *w, const Job *job, JobResult *ret)
{
    return account_job_delete(&w->directory, job->account_delete);
}

static nt_status run_account_list(struct worker *w, const Job *job, JobResult *ret)
{
    return account_job_list(&w->directory, ret->accounts, job->account_list);
}

static nt_status run_account_set_password(struct worker *w, const Job *job, JobResult *ret)
{
    return account_job_set_password(&w->directory, job->account_set_password);
}

static nt_status run_account_get(struct worker *w, const Job *job, JobResult *ret)
{
    return account_job_get(&w->directory, ret->accounts, job->account_get);
}

static nt_status run_account_set(struct worker *w, const Job *job, JobResult *ret)
{
    return account_job_set(&w->directory, job->account_set);
}

static nt_status run_alias_add(struct worker *w, const Job *job, JobResult *ret)
{
    return alias_job_add(&w->directory, job->alias_add);
}

static nt_status run_alias_delete(struct worker *w, const Job *job, JobResult *ret)
{
    return alias_job_delete(&w->directory, job->alias_delete);
}

static nt_status run_alias_set(struct worker *w, const Job *job, JobResult *ret)
{
    return alias_job_set(&w->directory, job->alias_set);
}

static nt_status run_alias_list(struct worker *w, const Job *job, JobResult *ret)
{
    return alias_job_list(&w->directory, ret->aliases, job->alias_list);
}

static nt_status run_alias_links(struct worker *w, const Job *job, JobResult *ret)
{
    return alias_job_links(&w->directory, ret->alias_links, job->alias_links);
}

static nt_status run_alias_member(struct worker *w, const Job *job, JobResult *ret)
{
    return alias_job_member(&w->directory, job->alias_member);
}

static nt_status run_account_policy(struct worker *w, const Job *job, JobResult *ret)
{
    return account_job_policy(&w->directory, ret->account_policy);
}

static nt_status run_set_account_policy(struct worker *w, const Job *job, JobResult *ret)
{
    return account_job_set_policy(&w->directory, job->set_account_policy);
}

static nt_status run_describe_uid(struct worker *w, const Job *job, JobResult *ret)
{
    return directory_describe_uid(&w->directory, ret->uid, job->describe_uid);
}

static nt_status run_describe_user(struct worker *w, const Job *job, JobResult *ret)
{
    return directory_describe_user(&w->directory, ret->uid, job->describe_user->name);
}

static nt_status run_policy_load(struct worker *w, const Job *job, JobResult *ret)
{
    return policy_job_load(&w->directory, ret->policy);
}

static nt_status run_policy_change_rights(struct worker *w, const Job *job, JobResult *ret)
{
    return policy_job_change_rights(&w->directory, ret->policy, job->policy_change_rights);
}

static nt_status run_policy_set(struct worker *w, const Job *job, JobResult *ret)
{
    return policy_job_set(&w->directory, ret->policy, job->policy_set);
}

static nt_status run_policy_store_secret(struct worker *w, const Job *job, JobResult *ret)
{
    return policy_job_store_secret(&w->directory, job->policy_store_secret);
}

static nt_status run_policy_retrieve_secret(struct worker *w, const Job *job, JobResult *ret)
{
    return policy_job_retrieve_secret(&w->directory, ret->policy_secret,
                                      job->policy_retrieve_secret);
}

#define KIND(name) OPENLOGON__WORKER__JOB_RESULT__RESULT_##name

/* Logons are not here: they give a result when they fail, too. */
static const struct {
    Openlogon__Worker__Job__WorkCase work;
    nt_status (*run)(struct worker *w, const Job *job, JobResult *ret);
    Openlogon__Worker__JobResult__ResultCase result; /* what run() fills, in the arena */
    const ProtobufCMessageDescriptor *descriptor;
} jobs[] = {
    { OPENLOGON__WORKER__JOB__WORK_CALL_PACKAGE, run_call_package, KIND(CALL_PACKAGE),
      &openlogon__worker__call_package_result__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_SPEND, run_spend, KIND(_NOT_SET), NULL },
    { OPENLOGON__WORKER__JOB__WORK_LOOKUP_SID, run_lookup_sid, KIND(NAME),
      &openlogon__worker__name_result__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_LOOKUP_NAME, run_lookup_name, KIND(NAME),
      &openlogon__worker__name_result__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_ACCOUNT_ADD, run_account_add, KIND(_NOT_SET), NULL },
    { OPENLOGON__WORKER__JOB__WORK_ACCOUNT_DELETE, run_account_delete, KIND(_NOT_SET), NULL },
    { OPENLOGON__WORKER__JOB__WORK_ACCOUNT_LIST, run_account_list, KIND(ACCOUNTS),
      &openlogon__account_list_reply__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_ACCOUNT_SET_PASSWORD, run_account_set_password, KIND(_NOT_SET),
      NULL },
    { OPENLOGON__WORKER__JOB__WORK_ACCOUNT_GET, run_account_get, KIND(ACCOUNTS),
      &openlogon__account_list_reply__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_ACCOUNT_SET, run_account_set, KIND(_NOT_SET), NULL },
    { OPENLOGON__WORKER__JOB__WORK_ALIAS_ADD, run_alias_add, KIND(_NOT_SET), NULL },
    { OPENLOGON__WORKER__JOB__WORK_ALIAS_DELETE, run_alias_delete, KIND(_NOT_SET), NULL },
    { OPENLOGON__WORKER__JOB__WORK_ALIAS_SET, run_alias_set, KIND(_NOT_SET), NULL },
    { OPENLOGON__WORKER__JOB__WORK_ALIAS_LIST, run_alias_list, KIND(ALIASES),
      &openlogon__alias_list_reply__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_ALIAS_LINKS, run_alias_links, KIND(ALIAS_LINKS),
      &openlogon__alias_links_reply__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_ALIAS_MEMBER, run_alias_member, KIND(_NOT_SET), NULL },
    { OPENLOGON__WORKER__JOB__WORK_ACCOUNT_POLICY, run_account_policy, KIND(ACCOUNT_POLICY),
      &openlogon__account_policy__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_SET_ACCOUNT_POLICY, run_set_account_policy, KIND(_NOT_SET),
      NULL },
    { OPENLOGON__WORKER__JOB__WORK_DESCRIBE_UID, run_describe_uid, KIND(UID),
      &openlogon__worker__uid_result__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_DESCRIBE_USER, run_describe_user, KIND(UID),
      &openlogon__worker__uid_result__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_POLICY_LOAD, run_policy_load, KIND(POLICY),
      &openlogon__worker__policy_snapshot__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_POLICY_CHANGE_RIGHTS, run_policy_change_rights, KIND(POLICY),
      &openlogon__worker__policy_snapshot__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_POLICY_SET, run_policy_set, KIND(POLICY),
      &openlogon__worker__policy_snapshot__descriptor },
    { OPENLOGON__WORKER__JOB__WORK_POLICY_STORE_SECRET, run_policy_store_secret, KIND(_NOT_SET),
      NULL },
    { OPENLOGON__WORKER__JOB__WORK_POLICY_RETRIEVE_SECRET, run_policy_retrieve_secret,
      KIND(POLICY_SECRET), &openlogon__worker__policy_secret__descriptor },
};

/* Gives run() an empty result to fill; a job that fails has none. */
static nt_status run_with_result(struct worker *w, size_t i, const Job *job, JobResult *ret)
{
    const ProtobufCMessageDescriptor *descriptor = jobs[i].descriptor;
    nt_status st;

    if (descriptor) {
        void *result = arena_alloc(w->memory, descriptor->sizeof_message);

        if (!result)
            return NT(NO_MEMORY);
        protobuf_c_message_init(descriptor, result);
        ret->name = result; /* any member: they are one pointer */
        ret->result_case = jobs[i].result;
    }
    st = jobs[i].run(w, job, ret);
    if (nt_failed(st))
        ret->result_case = KIND(_NOT_SET);
    return st;
}

static nt_status run_other_job(struct worker *w, const Job *job, JobResult *ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
        if (jobs[i].work == job->work_case)
            return run_with_result(w, i, job, ret);
    }
    return NT(NOT_SUPPORTED);
}

/* The client is not told which. A name that nobody has is spent on when all packages were asked. */
static bool hides_its_reason(int32_t status)
{
    return status == (int32_t)STATUS_WRONG_PASSWORD || status == (int32_t)STATUS_LOGON_FAILURE;
}

/*
 * A package that refuses without a hash costs one all the same: that the refusals of all packages
 * are answered at one time hides what they took, but not in which state a processor is that has
 * been idle meanwhile.
 */
static void run_logon(struct worker *w, const Job *job, JobResult *ret)
{
    int64_t before = hash_cost_now_ns();
    nt_status spent = NT_OK;

    package_host_log_on(w->host, w->memory, job->logon, ret);
    if (hides_its_reason(ret->status))
        spent = hash_cost_even_out(&w->cost, before);
    if (nt_failed(spent))
        ret->status = spent.code;
}

static void run_job(struct worker *w, const Job *job)
{
    Openlogon__Worker__FromWorker message = OPENLOGON__WORKER__FROM_WORKER__INIT;
    JobResult result = OPENLOGON__WORKER__JOB_RESULT__INIT;

    result.id = job->id;
    if (job->work_case == OPENLOGON__WORKER__JOB__WORK_LOGON)
        run_logon(w, job, &result);
    else
        result.status = run_other_job(w, job, &result).code;
    message.message_case = OPENLOGON__WORKER__FROM_WORKER__MESSAGE_JOB_RESULT;
    message.job_result = &result;
    upstream_send(w->up, &message);
}

/* --- the loop --------------------------------------------------------------------------------- */

static nt_status send_ready(struct worker *w)
{
    Openlogon__Worker__FromWorker message = OPENLOGON__WORKER__FROM_WORKER__INIT;
    Openlogon__Worker__Ready ready = OPENLOGON__WORKER__READY__INIT;
    nt_status st = package_host_report(w->host, w->memory, &ready);

    if (nt_failed(st))
        return st;
    ready.unprotected = w->unprotected;
    message.message_case = OPENLOGON__WORKER__FROM_WORKER__MESSAGE_READY;
    message.ready = &ready;
    upstream_send(w->up, &message);
    return NT_OK;
}

static nt_status export_environment(const Openlogon__Worker__PackageConfig *package)
{
    for (size_t i = 0; i < package->n_environment; i++) {
        char *equals = strchr(package->environment[i], '=');

        if (!equals || equals == package->environment[i])
            return NT(INVALID_PARAMETER);
        *equals = '\0'; /* the message is ours */
        if (setenv(package->environment[i], equals + 1, 1) < 0)
            return nt_from_errno(errno);
        *equals = '=';
    }
    return NT_OK;
}

static nt_status set_up(struct worker *w, const Openlogon__Worker__Setup *setup)
{
    nt_status st = worker_config_new(&w->config, setup);

    if (!nt_failed(st))
        st = worker_config_export(w->config);
    if (!nt_failed(st) && setup->package)
        st = export_environment(setup->package);
    if (nt_failed(st))
        return st;
    w->directory = (struct directory){ .config = w->config, .memory = w->memory };
    lsa_functions_connect(w->up, w->memory);
    if (setup->sandbox && sandbox_enter(setup->sandbox, w->unprotected) < 0)
        return NT(ACCESS_DENIED);
    st = package_host_new(&w->host, w->config, setup);
    return nt_failed(st) ? st : send_ready(w);
}

static int fail(const char *what, const char *why)
{
    log_error("%s: %s", what, why);
    return -1;
}

static void tell_ended(struct worker *w)
{
    uint64_t luid;

    while (upstream_take_ended(w->up, &luid))
        package_host_session_ended(w->host, luid);
}

/* 0: go on; negative: the end. */
static int handle(struct worker *w, const Openlogon__Worker__ToWorker *message)
{
    if (!w->host) {
        nt_status st;

        if (message->message_case != OPENLOGON__WORKER__TO_WORKER__MESSAGE_SETUP)
            return fail("protocol error", "the first message is not a setup");
        st = set_up(w, message->setup);
        return nt_failed(st) ? fail("cannot set up", nt_status_name(st)) : 0;
    }
    switch (message->message_case) {
    case OPENLOGON__WORKER__TO_WORKER__MESSAGE_JOB:
        run_job(w, message->job);
        tell_ended(w);
        return 0;
    case OPENLOGON__WORKER__TO_WORKER__MESSAGE_SESSIONS_ENDED:
        for (size_t i = 0; i < message->sessions_ended->n_luids; i++)
            package_host_session_ended(w->host, message->sessions_ended->luids[i]);
        return 0;
    default:
        return fail("protocol error", "a message that has no place between jobs");
    }
}

/* Meanwhile the package gets what it wants to be called for. False: it has asked to be unloaded. */
static bool wait_for_message(struct worker *w)
{
    int wait_ms = -1;

    do {
        if (!w->host)
            return true;
        package_host_run_notifications(w->host);
        tell_ended(w);
        arena_rewind(w->memory, 0);
        if (package_host_wants_to_end(w->host))
            return false;
        wait_ms = notifier_wait_ms();
    } while (!upstream_wait(w->up, wait_ms));
    return true;
}

static int run(struct worker *w)
{
    for (;;) {
        Openlogon__Worker__ToWorker *message = NULL;
        enum upstream_event event;
        int r = 0;

        if (!wait_for_message(w))
            return 0;
        event = upstream_receive(w->up, &message);
        if (event == UPSTREAM_CLOSED)
            return 0;
        if (event == UPSTREAM_MESSAGE)
            r = handle(w, message);
        arena_rewind(w->memory, 0);
        if (r < 0)
            return r;
        if (upstream_error(w->up))
            return fail("socket to openlogond", upstream_error(w->up));
    }
}

int worker_run(int fd)
{
    _cleanup_(worker_done) struct worker w = { 0 };
    nt_status st = arena_new(&w.memory);

    if (!nt_failed(st))
        st = upstream_new(&w.up, fd, w.memory);
    return nt_failed(st) ? fail("cannot start", nt_status_name(st)) : run(&w);
}
