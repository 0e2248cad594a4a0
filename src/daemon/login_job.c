/* SPDX-License-Identifier: MIT */
#include "daemon/login_job.h"

#include <string.h>

#include "daemon/bounds.h"
#include "daemon/call.h"
#include "daemon/logon_result.h"
#include "daemon/policy_source.h"

enum { N_TEXTS = 4 };

/* A login that a worker is busy with. */
struct login_job {
    Daemon *daemon;
    struct login_question question; /* its own texts */
    struct login_listener listener;
};

static const char **text_of(struct login_question *question, size_t i)
{
    const char **const texts[N_TEXTS] = { &question->facts.service, &question->facts.tty,
                                          &question->facts.remote_host,
                                          &question->facts.remote_user };

    return texts[i];
}

static void login_job_free(struct login_job *job)
{
    for (size_t i = 0; job && i < N_TEXTS; i++)
        free((char *)(uintptr_t)*text_of(&job->question, i));
    free(job);
}
DEFINE_CLEANUP(struct login_job *, login_job_free);

static nt_status login_job_new(struct login_job **ret, const struct login_question *question)
{
    _cleanup_(login_job_freep) struct login_job *job = calloc(1, sizeof(*job));

    if (!job)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < N_TEXTS; i++) {
        struct login_question from = *question;

        *text_of(&job->question, i) = strdup(*text_of(&from, i));
        if (!*text_of(&job->question, i))
            return NT(NO_MEMORY);
    }
    job->question.leader = question->leader;
    job->question.leader_start = question->leader_start;
    job->question.logon_time = question->logon_time;
    *ret = TAKE(job);
    return NT_OK;
}

/* --- the result ------------------------------------------------------------------------------- */

/* The number is the leader's as long as it started when the leader did. Whether there is one at all
 * login_open() sees. */
static nt_status check_leader(const struct login_job *job)
{
    const struct process_system *system = &job->daemon->authority->system;
    struct process_info info;

    if (job->question.leader_start == 0)
        return NT_OK;
    if (system->info(job->question.leader, &info, system->context) < 0)
        return NT(INVALID_CID);
    return info.start_time == job->question.leader_start ? NT_OK : NT(INVALID_CID);
}

static nt_status open_login(const struct login_job *job, const Openlogon__Worker__UidResult *result,
                            Login **ret)
{
    Daemon *daemon = job->daemon;
    struct logon_identity identity;
    nt_status st = logon_result_of_uid(&identity, result, daemon->arena);

    if (nt_failed(st))
        return st;
    if (!identity.user || !*result->name)
        return NT(INTERNAL_ERROR);
    const struct login_spec spec = {
        .facts = job->question.facts,
        .user = result->name,
        .identity = &identity,
        .leader = job->question.leader,
        .rule = config_login_rule(daemon->config, job->question.facts.service),
        .enforce_rights = daemon->config->login.enforce_rights,
        .logon_time = job->question.logon_time,
        .placed = job->listener.placed,
        .context = job->listener.context,
    };
    st = login_open(daemon->authority, ret, &spec);
    return nt_failed(st) ? st : daemon_watch_login(daemon, *ret);
}

static nt_status take_result(const struct login_job *job, nt_status status, const JobResult *result,
                             Login **ret)
{
    nt_status st = status;

    if (!nt_failed(st))
        st = check_leader(job);
    if (!nt_failed(st))
        st = group_loader_check(job->daemon->groups);
    if (nt_failed(st))
        return st;
    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_UID)
        return NT(INTERNAL_ERROR);
    return job->listener.wanted(job->listener.context) ? open_login(job, result->uid, ret)
                                                       : NT(CANCELLED);
}

static void on_described(Job *worker_job, nt_status status, const JobResult *result, void *context)
{
    _cleanup_(login_job_freep) struct login_job *job = context;
    Login *login = NULL;
    nt_status st = take_result(job, status, result, &login);

    job->listener.made(st, nt_failed(st) ? NULL : login, job->listener.context);
}

/* --- the question ----------------------------------------------------------------------------- */

static nt_status check_text(const char *text, size_t max)
{
    return strlen(text) > max ? NT(INVALID_PARAMETER) : call_check_text(text, max);
}

static nt_status check(const struct login_question *question)
{
    struct login_question texts = *question;
    nt_status st = check_text(question->user, LOGIN_TEXT_MAX);

    for (size_t i = 0; i < N_TEXTS && !nt_failed(st); i++)
        st = check_text(*text_of(&texts, i), LOGIN_TEXT_MAX);
    if (nt_failed(st))
        return st;
    return *question->user && *question->facts.service ? NT_OK : NT(INVALID_PARAMETER);
}

static nt_status submit(struct login_job *job, const char *user)
{
    Openlogon__Worker__Job work = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__DescribeUserJob describe = OPENLOGON__WORKER__DESCRIBE_USER_JOB__INIT;

    describe.name = (char *)(uintptr_t)user;
    work.work_case = OPENLOGON__WORKER__JOB__WORK_DESCRIBE_USER;
    work.describe_user = &describe;
    return worker_pool_submit(job->daemon->pool, &work, on_described, job);
}

nt_status login_job_start(Daemon *daemon, const struct login_question *question,
                          const struct login_listener *listener)
{
    _cleanup_(login_job_freep) struct login_job *job = NULL;
    nt_status st = check(question);

    if (!nt_failed(st) && nt_failed(policy_status(daemon->authority->policy))) {
        policy_source_load(daemon, NULL);
        st = policy_status(daemon->authority->policy);
    }
    if (!nt_failed(st))
        st = login_job_new(&job, question);
    if (nt_failed(st))
        return st;
    job->daemon = daemon;
    job->listener = *listener;
    st = submit(job, question->user);
    if (!nt_failed(st))
        (void)TAKE(job);
    return st;
}
