/* SPDX-License-Identifier: MIT */
/*
 * One logon on its way through the packages: the next is asked when one does not know the account,
 * or cannot be used. When nobody knows it, as much time is spent as the check of a password takes,
 * so that nobody learns from the time which accounts there are.
 */
#ifndef OPENLOGON_DAEMON_LOGON_TRIAL_H
#define OPENLOGON_DAEMON_LOGON_TRIAL_H

#include "daemon/worker_pool.h"

struct logon_trial_spec {
    WorkerPool *pool;
    uint32_t first, last; /* numbers of packages */
    job_done done;        /* see worker_pool_log_on() */
    void *context;
};

/* Errors: those of worker_pool_log_on(); then done() is not called. */
_must_check_ nt_status logon_trial_start(const struct logon_trial_spec *spec,
                                         const Openlogon__Worker__LogonJob *logon);

/* The name that sessions of a package show. Borrowed. */
const char *worker_pool_shown_name(const WorkerPool *pool, uint32_t package);

/* Submits a job to one package. Errors: those of worker_pool_log_on() */
_must_check_ nt_status worker_pool_submit_to(WorkerPool *pool, uint32_t package,
                                             Openlogon__Worker__Job *work, job_done done,
                                             void *context);

#endif
