/* SPDX-License-Identifier: MIT */
/* A piece of work for a worker, from its submission until its result. */
#ifndef OPENLOGON_DAEMON_JOB_H
#define OPENLOGON_DAEMON_JOB_H

#include "authority/session.h"
#include "base/secret.h"
#include "daemon/bounds.h"
#include "ipc/worker.pb-c.h"

typedef struct Job Job;
typedef Openlogon__Worker__JobResult JobResult;

/*
 * How a job ended; called exactly once for each job that was submitted, never during the
 * submission.
 * @status   of the job; RPC_NT_CALL_FAILED: its worker died; IO_TIMEOUT: it took too long
 * @result   NULL when no worker gave one; valid during the call
 */
typedef void (*job_done)(Job *job, nt_status status, const JobResult *result, void *context);

/* For whom a package works, as openlogond knows it. */
struct job_client {
    uint64_t luid;
    uint32_t pid;
    bool has_tcb;
};

/* Owned by the pool. */
struct Job {
    Job *previous, *next; /* in the queue */
    uint64_t id;
    uint32_t package; /* the number of whose work it is; 0: the directory's */
    uint64_t asked;   /* the packages that wait for it, a bit each by number, its own included */
    struct job_client client;
    secret *packed;         /* what to send; may hold a password; NULL: it is sent */
    uint64_t deadline_usec; /* CLOCK_MONOTONIC */
    job_done done;
    void *context;
    Session *sessions[SESSIONS_PER_JOB_MAX]; /* that its package made; a reference each */
    size_t n_sessions;
};

Job *job_free(Job *job); /* ends the sessions that nobody took */
DEFINE_CLEANUP(Job *, job_free);

/* Errors: INSUFFICIENT_RESOURCES (SESSIONS_PER_JOB_MAX). Takes the reference over. */
_must_check_ nt_status job_add_session(Job *job, Session *session);

/* A session that the job made and that is still being created; NULL: none. Borrowed. */
Session *job_find_session(const Job *job, uint64_t luid);

/* The package has deleted the session itself. */
void job_discard_session(Job *job, Session *session);

#endif
