/* SPDX-License-Identifier: MIT */
/*
 * The worker processes of one package, or of the directory, and the jobs that wait for one of them.
 * They are started when there is work for them, up to their number; one is kept. One that dies
 * costs the job it had, and is started anew: at once, or later and later while it dies before it
 * was ready. A package that cannot be loaded, or asked to be unloaded, has no process until it is
 * needed again.
 */
#ifndef OPENLOGON_DAEMON_WORKER_GROUP_H
#define OPENLOGON_DAEMON_WORKER_GROUP_H

#include "daemon/worker.h"

typedef struct WorkerGroup WorkerGroup;

/* Copied; what it points to is borrowed. */
struct worker_group_spec {
    const char *name;      /* in messages: the package's, or "directory" */
    uint32_t number;       /* the package's; 0: the directory */
    uint32_t n_workers;    /* at most */
    uint32_t timeout_s;    /* of a job */
    nt_status unstartable; /* what jobs get while no worker can be started */
    const char *worker_path;
    sd_event *event;
    SocketSet *sockets;
    MessageArena *arena;
    struct channel_buffer *buffer;

    int (*set_up)(WorkerGroup *group, Worker *worker, void *context); /* sends Setup */
    /* What the worker tells of its package. Failure: it cannot be used, and was logged. */
    nt_status (*ready)(WorkerGroup *group, const Openlogon__Worker__Ready *ready, void *context);
    /* Does what the worker does not wait for. False: it makes no sense. */
    bool (*posted)(WorkerGroup *group, Worker *worker, const Openlogon__Worker__FromWorker *message,
                   void *context);
    /* False: the call makes no sense. */
    bool (*call)(WorkerGroup *group, Worker *worker, const Openlogon__Worker__Call *call,
                 void *context);
    void (*turn_over)(void *context); /* after an event that is not one of `sockets` */
    void *context;
};

_must_check_ nt_status worker_group_new(WorkerGroup **ret, const struct worker_group_spec *spec);
WorkerGroup *worker_group_free(WorkerGroup *group); /* after worker_group_cancel() */
DEFINE_CLEANUP(WorkerGroup *, worker_group_free);

uint32_t worker_group_number(const WorkerGroup *group);

/* Starts the first worker, before there is work for it. */
void worker_group_warm_up(WorkerGroup *group);

/**
 * Submits a job.
 * @work     its id is set here; packed here, so nothing of it is kept
 * @context  for done(); stays the caller's when this fails
 * Errors:   INSUFFICIENT_RESOURCES (JOBS_WAITING_MAX wait), `unstartable` (there is no worker, and
 *           starting one has just failed), INVALID_PARAMETER (too long for a message), NO_MEMORY
 */
_must_check_ nt_status worker_group_submit(WorkerGroup *group, Openlogon__Worker__Job *work,
                                           job_done done, void *context);

/**
 * Submits a job that another package's job waits for: it is the next one, and ends before that
 * other.
 * @parent   its client is the new one's, too
 * Errors:   as worker_group_submit(), POSSIBLE_DEADLOCK (this package waits for the parent, or all
 *           workers here wait for other packages: somebody has to be free to go on, so that no
 *           circle closes)
 */
_must_check_ nt_status worker_group_submit_nested(WorkerGroup *group, Openlogon__Worker__Job *work,
                                                  const Job *parent, job_done done, void *context);

/* NULL: it has ended. Borrowed. */
Worker *worker_group_find_worker(const WorkerGroup *group, uint64_t id);

/* Has one of its workers told that a session has ended, by the next worker_group_tell() or when
 * there is one. At most once: one that dies with the message unread takes it along. */
void worker_group_note_ended(WorkerGroup *group, uint64_t luid);
void worker_group_tell(WorkerGroup *group);

/* How it does, for metrics. */
struct worker_group_state {
    const char *name;
    size_t n_workers, n_waiting;
    uint64_t n_deaths; /* of workers that were not to end */
};
struct worker_group_state worker_group_state(const WorkerGroup *group);

/* Ends all jobs with CANCELLED. */
void worker_group_cancel(WorkerGroup *group);

/* Lets the workers end by themselves; worker_group_free() waits for them. */
void worker_group_say_goodbye(WorkerGroup *group);

#endif
