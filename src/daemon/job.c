/* SPDX-License-Identifier: MIT */
#include "daemon/job.h"

Job *job_free(Job *job)
{
    if (!job)
        return NULL;
    for (size_t i = 0; i < job->n_sessions; i++)
        session_unref(job->sessions[i]);
    secret_free(job->packed);
    free(job);
    return NULL;
}

nt_status job_add_session(Job *job, Session *session)
{
    if (job->n_sessions >= SESSIONS_PER_JOB_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    job->sessions[job->n_sessions++] = session;
    return NT_OK;
}

Session *job_find_session(const Job *job, uint64_t luid)
{
    for (size_t i = 0; i < job->n_sessions; i++) {
        if (session_luid(job->sessions[i]) == luid && job->sessions[i]->state == SESSION_CREATING)
            return job->sessions[i];
    }
    return NULL;
}

void job_discard_session(Job *job, Session *session)
{
    for (size_t i = 0; i < job->n_sessions; i++) {
        if (job->sessions[i] == session) {
            job->sessions[i] = job->sessions[--job->n_sessions];
            session_discard(session);
            return;
        }
    }
}
