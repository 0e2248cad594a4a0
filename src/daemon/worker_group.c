/* SPDX-License-Identifier: MIT */
#include "daemon/worker_group.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

#define USEC_PER_SEC   UINT64_C(1000000)
#define BACK_OFF_USEC  UINT64_C(100000)
#define TIMER_ACCURACY UINT64_C(10000) /* microseconds */
enum { BACK_OFF_DOUBLINGS_MAX = 7 };

struct WorkerGroup {
    struct worker_group_spec spec;
    struct worker_host host;
    Worker *workers;
    size_t n_workers;
    Job *first, *last; /* waiting, oldest first */
    size_t n_waiting;
    sd_event_source *restart; /* armed while starting a worker has to wait */
    bool restart_armed;
    sd_event_source *deadline; /* of what ends first, or before it */
    uint64_t deadline_usec;    /* for which it is armed; UINT64_MAX: it is not */
    unsigned n_failed_starts;  /* in a row */
    uint64_t n_deaths;         /* of workers that were not to end */
    bool dormant;              /* without work it has no process */
    uint64_t *ended;           /* sessions still to be told of, oldest first */
    size_t n_ended, ended_capacity;
};

static void dispatch(WorkerGroup *group);

static void turn_over(WorkerGroup *group)
{
    group->spec.turn_over(group->spec.context);
}

/* --- jobs --------------------------------------------------------------------------------------
 */

static void queue_put(WorkerGroup *group, Job *job)
{
    job->previous = group->last;
    if (group->last)
        group->last->next = job;
    else
        group->first = job;
    group->last = job;
    group->n_waiting++;
}

static void queue_put_first(WorkerGroup *group, Job *job)
{
    job->next = group->first;
    if (group->first)
        group->first->previous = job;
    else
        group->last = job;
    group->first = job;
    group->n_waiting++;
}

static Job *queue_take(WorkerGroup *group, Job *job)
{
    if (job->previous)
        job->previous->next = job->next;
    else
        group->first = job->next;
    if (job->next)
        job->next->previous = job->previous;
    else
        group->last = job->previous;
    job->previous = job->next = NULL;
    group->n_waiting--;
    return job;
}

static void job_finish(Job *job, nt_status status, const JobResult *result)
{
    job->done(job, status, result, job->context);
    job_free(job);
}

static void fail_waiting(WorkerGroup *group, nt_status status)
{
    while (group->first)
        job_finish(queue_take(group, group->first), status, NULL);
}

static uint64_t now_usec(const WorkerGroup *group)
{
    uint64_t now = 0;

    (void)sd_event_now(group->spec.event, CLOCK_MONOTONIC, &now);
    return now;
}

static void watch_deadline(WorkerGroup *group, uint64_t usec)
{
    if (group->deadline_usec <= usec)
        return;
    group->deadline_usec = usec;
    (void)sd_event_source_set_time(group->deadline, usec);
    (void)sd_event_source_set_enabled(group->deadline, SD_EVENT_ONESHOT);
}

/* What was asked for is looked at anew from the start: a job that ends may have others follow. */
static Job *find_expired(const WorkerGroup *group, uint64_t now)
{
    for (Job *job = group->first; job; job = job->next) {
        if (job->deadline_usec <= now)
            return job;
    }
    return NULL;
}

static void end_waiting_until(WorkerGroup *group, uint64_t now)
{
    Job *job;

    while ((job = find_expired(group, now))) {
        log_error("%s: no worker was free for a job within %u seconds; see `workers` in the "
                  "configuration",
                  group->spec.name, group->spec.timeout_s);
        job_finish(queue_take(group, job), NT(IO_TIMEOUT), NULL);
    }
}

/* Of what a worker is doing; UINT64_MAX: nothing that has to end. */
static uint64_t deadline_of(const Worker *worker)
{
    if (worker->job)
        return worker->job->deadline_usec;
    return worker->state == WORKER_STARTING ? worker->start_deadline_usec : UINT64_MAX;
}

static void end_running_until(WorkerGroup *group, uint64_t now)
{
    for (Worker *worker = group->workers; worker; worker = worker->next) {
        if (deadline_of(worker) > now)
            continue;
        log_error("%s: worker %d %s within %u seconds; killed it", group->spec.name,
                  (int)worker->pid, worker->job ? "did not answer" : "was not ready",
                  group->spec.timeout_s);
        if (worker->job)
            job_finish(TAKE(worker->job), NT(IO_TIMEOUT), NULL);
        worker_kill(worker);
    }
}

static uint64_t next_deadline(const WorkerGroup *group)
{
    uint64_t next = UINT64_MAX;

    for (const Job *job = group->first; job; job = job->next)
        next = job->deadline_usec < next ? job->deadline_usec : next;
    for (const Worker *worker = group->workers; worker; worker = worker->next)
        next = deadline_of(worker) < next ? deadline_of(worker) : next;
    return next;
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *context)
{
    WorkerGroup *group = context;
    uint64_t now = now_usec(group);

    group->deadline_usec = UINT64_MAX;
    end_running_until(group, now);
    end_waiting_until(group, now);
    watch_deadline(group, next_deadline(group));
    turn_over(group);
    return 0;
}

static nt_status keep_packed(Job *job, const Openlogon__Worker__ToWorker *message)
{
    size_t size = openlogon__worker__to_worker__get_packed_size(message);
    nt_status st;

    if (size > CHANNEL_MESSAGE_MAX)
        return NT(INVALID_PARAMETER);
    st = secret_new(&job->packed, size);
    if (nt_failed(st))
        return st;
    (void)openlogon__worker__to_worker__pack(message, secret_bytes(job->packed));
    return NT_OK;
}

static Worker *find_idle(const WorkerGroup *group)
{
    for (Worker *worker = group->workers; worker; worker = worker->next) {
        if (worker->state == WORKER_IDLE)
            return worker;
    }
    return NULL;
}

/* --- sessions that have ended ------------------------------------------------------------------
 */

static int send_ended(Worker *worker, uint64_t *luids, size_t n)
{
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;
    Openlogon__Worker__SessionsEnded ended = OPENLOGON__WORKER__SESSIONS_ENDED__INIT;

    ended.luids = luids;
    ended.n_luids = n;
    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_SESSIONS_ENDED;
    message.sessions_ended = &ended;
    return worker_send(worker, &message);
}

/* One that is idle hears of it at once; a busy one after its job. */
static Worker *find_listener(const WorkerGroup *group)
{
    Worker *busy = NULL;

    for (Worker *worker = group->workers; worker; worker = worker->next) {
        if (worker->is_full)
            continue;
        if (worker->state == WORKER_IDLE)
            return worker;
        if (worker->state == WORKER_BUSY)
            busy = worker;
    }
    return busy;
}

void worker_group_tell(WorkerGroup *group)
{
    size_t n = 0;
    Worker *worker;

    while (n < group->n_ended && (worker = find_listener(group))) {
        size_t some = group->n_ended - n;
        int r;

        if (some > SESSIONS_ENDED_PER_MESSAGE)
            some = SESSIONS_ENDED_PER_MESSAGE;
        r = send_ended(worker, group->ended + n, some);
        if (r < 0 && r != -EAGAIN)
            worker_kill(worker);
        n += r == 0 ? some : 0;
    }
    group->n_ended -= n;
    if (n > 0 && group->n_ended > 0)
        memmove(group->ended, group->ended + n, group->n_ended * sizeof(*group->ended));
}

static bool make_room(WorkerGroup *group)
{
    size_t capacity = group->ended_capacity ? group->ended_capacity * 2 : 64;
    uint64_t *larger;

    if (group->n_ended < group->ended_capacity)
        return true;
    if (capacity > WORKER_SESSIONS_ENDED_MAX)
        return false;
    larger = reallocarray(group->ended, capacity, sizeof(*larger));
    if (!larger)
        return false;
    group->ended = larger;
    group->ended_capacity = capacity;
    return true;
}

void worker_group_note_ended(WorkerGroup *group, uint64_t luid)
{
    if (!make_room(group)) {
        log_error("%s: will not hear that session 0x%llx has ended: too many wait to be told of",
                  group->spec.name, (unsigned long long)luid);
        return;
    }
    group->ended[group->n_ended++] = luid;
}

/* --- work --------------------------------------------------------------------------------------
 */

static void begin(Worker *worker, Job *job)
{
    worker->job = job;
    worker->state = WORKER_BUSY;
}

/* At once, when nobody waits before it and a worker is idle. */
static bool give_at_once(WorkerGroup *group, Job *job, const Openlogon__Worker__ToWorker *message)
{
    Worker *worker = group->first ? NULL : find_idle(group);

    if (!worker || worker_send(worker, message) < 0)
        return false;
    begin(worker, job);
    return true;
}

/* For whom the work is. */
static struct job_client client_of(const Openlogon__Worker__Job *work)
{
    const Openlogon__Worker__LogonJob *logon = work->logon;
    const Openlogon__Worker__CallPackageJob *call = work->call_package;

    switch (work->work_case) {
    case OPENLOGON__WORKER__JOB__WORK_LOGON:
        return (struct job_client){ logon->client_luid, logon->client_pid, logon->client_has_tcb };
    case OPENLOGON__WORKER__JOB__WORK_CALL_PACKAGE:
        return (struct job_client){ call->client_luid, call->client_pid, call->client_has_tcb };
    default:
        return (struct job_client){ 0 };
    }
}

static nt_status make_job(WorkerGroup *group, Job **ret, const Openlogon__Worker__Job *work)
{
    static uint64_t last_id;
    Job *job;

    if (group->n_waiting >= JOBS_WAITING_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    if (!group->workers && group->restart_armed)
        return group->spec.unstartable; /* until the restart nobody could take it */
    job = calloc(1, sizeof(*job));
    if (!job)
        return NT(NO_MEMORY);
    job->id = ++last_id;
    job->package = group->spec.number;
    job->asked = UINT64_C(1) << group->spec.number;
    job->client = client_of(work);
    job->deadline_usec = now_usec(group) + group->spec.timeout_s * USEC_PER_SEC;
    *ret = job;
    return NT_OK;
}

enum place {
    PLACE_LAST,
    PLACE_FIRST,
};

/* Takes the job when it succeeds. */
static nt_status submit(WorkerGroup *group, Job *job, Openlogon__Worker__Job *work,
                        enum place place)
{
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;
    nt_status st;

    work->id = job->id;
    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_JOB;
    message.job = work;
    if (!give_at_once(group, job, &message)) {
        st = keep_packed(job, &message);
        if (nt_failed(st))
            return st;
        if (place == PLACE_FIRST)
            queue_put_first(group, job);
        else
            queue_put(group, job);
    }
    watch_deadline(group, job->deadline_usec);
    dispatch(group);
    return NT_OK;
}

nt_status worker_group_submit(WorkerGroup *group, Openlogon__Worker__Job *work, job_done done,
                              void *context)
{
    _cleanup_(job_freep) Job *job = NULL;
    nt_status st = make_job(group, &job, work);

    if (nt_failed(st))
        return st;
    job->done = done;
    job->context = context;
    st = submit(group, job, work, PLACE_LAST);
    if (!nt_failed(st))
        (void)TAKE(job);
    return st;
}

/* One that works, or may be started, gets to what waits here; one that waits itself may not. */
static bool can_go_on(const WorkerGroup *group)
{
    for (const Worker *worker = group->workers; worker; worker = worker->next) {
        if (worker->state != WORKER_ENDING && !worker->is_waiting)
            return true;
    }
    return group->n_workers < group->spec.n_workers;
}

nt_status worker_group_submit_nested(WorkerGroup *group, Openlogon__Worker__Job *work,
                                     const Job *parent, job_done done, void *context)
{
    _cleanup_(job_freep) Job *job = NULL;
    nt_status st;

    if (parent->asked & UINT64_C(1) << group->spec.number || !can_go_on(group))
        return NT(POSSIBLE_DEADLOCK);
    st = make_job(group, &job, work);
    if (nt_failed(st))
        return st;
    job->asked |= parent->asked;
    job->client = parent->client;
    if (parent->deadline_usec < job->deadline_usec)
        job->deadline_usec = parent->deadline_usec;
    job->done = done;
    job->context = context;
    st = submit(group, job, work, PLACE_FIRST);
    if (!nt_failed(st))
        (void)TAKE(job);
    return st;
}

Worker *worker_group_find_worker(const WorkerGroup *group, uint64_t id)
{
    for (Worker *worker = group->workers; worker; worker = worker->next) {
        if (worker->id == id)
            return worker;
    }
    return NULL;
}

/* --- workers -----------------------------------------------------------------------------------
 */

/* A worker whose package cannot be used ends; it is tried anew when somebody needs it. */
static bool take_ready(WorkerGroup *group, Worker *worker, const Openlogon__Worker__Ready *ready)
{
    if (worker->state != WORKER_STARTING || !ready)
        return false;
    group->dormant = nt_failed(group->spec.ready(group, ready, group->spec.context));
    if (group->dormant) {
        worker_kill(worker);
        return true;
    }
    worker->state = WORKER_IDLE;
    worker->was_ready = true;
    group->n_failed_starts = 0;
    worker_group_tell(group);
    return true;
}

/* A job whose package could not do what it did not wait for has failed, whatever it says. */
static nt_status job_status(const Job *job, const JobResult *result)
{
    nt_status st = nt_make(result->status);

    return nt_failed(st) ? st : job->failure;
}

static bool take_result(Worker *worker, const JobResult *result)
{
    Job *job;

    if (worker->state != WORKER_BUSY || worker->is_waiting || result->id != worker->job->id)
        return false;
    worker->state = WORKER_IDLE;
    job = TAKE(worker->job);
    job_finish(job, job_status(job, result), result);
    return true;
}

static bool take_message(WorkerGroup *group, Worker *worker,
                         const Openlogon__Worker__FromWorker *message)
{
    void *context = group->spec.context;

    if (!group->spec.posted(group, worker, message, context))
        return false;
    switch (message->message_case) {
    case OPENLOGON__WORKER__FROM_WORKER__MESSAGE_READY:
        return take_ready(group, worker, message->ready);
    case OPENLOGON__WORKER__FROM_WORKER__MESSAGE_JOB_RESULT:
        return message->job_result && take_result(worker, message->job_result);
    case OPENLOGON__WORKER__FROM_WORKER__MESSAGE_CALL:
        return message->call && group->spec.call(group, worker, message->call, context);
    default:
        return message->n_posted > 0;
    }
}

static bool on_message(Worker *worker, const Openlogon__Worker__FromWorker *message, void *context)
{
    WorkerGroup *group = context;
    bool sound = take_message(group, worker, message);

    dispatch(group);
    return sound;
}

static void on_drained(Worker *worker, void *context)
{
    worker_group_tell(context);
    dispatch(context);
}

static void unlink_worker(WorkerGroup *group, Worker *worker)
{
    Worker **link = &group->workers;

    while (*link != worker)
        link = &(*link)->next;
    *link = worker->next;
    group->n_workers--;
}

static void arm_restart(WorkerGroup *group)
{
    unsigned doublings = group->n_failed_starts < BACK_OFF_DOUBLINGS_MAX ? group->n_failed_starts
                                                                         : BACK_OFF_DOUBLINGS_MAX;

    group->n_failed_starts++;
    group->restart_armed = true;
    (void)sd_event_source_set_time_relative(group->restart, BACK_OFF_USEC << doublings);
    (void)sd_event_source_set_enabled(group->restart, SD_EVENT_ONESHOT);
}

/* One that ends by itself between jobs has been asked to by its package. */
static void note_end(WorkerGroup *group, const Worker *worker)
{
    if (group->dormant)
        return;
    group->n_deaths++;
    log_error("%s: worker %s%s; starting another", group->spec.name, worker->end,
              !worker->was_ready ? " before it was ready"
              : worker->job      ? " in the middle of a job, which fails"
                                 : "");
}

static void on_ended(Worker *worker, void *context)
{
    WorkerGroup *group = context;
    bool started = worker->was_ready;

    unlink_worker(group, worker);
    if (started && !worker->job && worker->ended_well)
        group->dormant = true;
    note_end(group, worker);
    if (worker->job)
        job_finish(TAKE(worker->job), nt_make((int32_t)RPC_NT_CALL_FAILED), NULL);
    worker_free(worker);
    if (!started)
        arm_restart(group);
    if (!started && !group->workers)
        fail_waiting(group, group->spec.unstartable);
    dispatch(group);
    turn_over(group);
}

struct worker_group_state worker_group_state(const WorkerGroup *group)
{
    return (struct worker_group_state){ .name = group->spec.name,
                                        .n_workers = group->n_workers,
                                        .n_waiting = group->n_waiting,
                                        .n_deaths = group->n_deaths };
}

static void start_worker(WorkerGroup *group)
{
    static uint64_t last_id;
    Worker *worker = NULL;
    int r = worker_start(&worker, &group->host, ++last_id);

    if (r < 0) {
        log_error("cannot start %s: %s; check --worker", group->spec.worker_path, strerror(-r));
        arm_restart(group);
        return;
    }
    worker->next = group->workers;
    group->workers = worker;
    group->n_workers++;
    worker->start_deadline_usec = now_usec(group) + group->spec.timeout_s * USEC_PER_SEC;
    watch_deadline(group, worker->start_deadline_usec);
    if (group->spec.set_up(group, worker, group->spec.context) < 0)
        worker_kill(worker);
}

/* Without any worker nobody waits for the time when one might start. */
static int on_restart(sd_event_source *source, uint64_t now, void *context)
{
    WorkerGroup *group = context;

    group->restart_armed = false;
    if (!group->workers)
        fail_waiting(group, group->spec.unstartable);
    dispatch(group);
    turn_over(group);
    return 0;
}

/* --- who does what -----------------------------------------------------------------------------
 */

static size_t count_in_state(const WorkerGroup *group, enum worker_state state)
{
    size_t n = 0;

    for (const Worker *worker = group->workers; worker; worker = worker->next)
        n += worker->state == state;
    return n;
}

/* False: the worker takes nothing yet. */
static bool give_job(WorkerGroup *group, Worker *worker)
{
    if (worker_send_packed(worker, group->first->packed) < 0)
        return false;
    begin(worker, queue_take(group, group->first));
    worker->job->packed = secret_free(worker->job->packed);
    return true;
}

static bool wants_worker(const WorkerGroup *group)
{
    if (group->restart_armed || group->n_workers >= group->spec.n_workers)
        return false;
    return (!group->workers && !group->dormant) ||
           group->n_waiting > count_in_state(group, WORKER_STARTING);
}

static void dispatch(WorkerGroup *group)
{
    for (Worker *worker = group->workers; worker && group->first; worker = worker->next) {
        if (worker->state == WORKER_IDLE)
            (void)give_job(group, worker); /* else it stays first in the queue */
    }
    while (wants_worker(group))
        start_worker(group);
}

/* A timer that is not armed. */
static int add_timer(WorkerGroup *group, sd_event_source **ret, sd_event_time_handler_t handler)
{
    int r = sd_event_add_time_relative(group->spec.event, ret, CLOCK_MONOTONIC, 0, TIMER_ACCURACY,
                                       handler, group);

    return r < 0 ? r : sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

nt_status worker_group_new(WorkerGroup **ret, const struct worker_group_spec *spec)
{
    _cleanup_(worker_group_freep) WorkerGroup *group = calloc(1, sizeof(*group));
    int r;

    if (!group)
        return NT(NO_MEMORY);
    group->spec = *spec;
    group->deadline_usec = UINT64_MAX;
    group->host = (struct worker_host){ .event = spec->event,
                                        .sockets = spec->sockets,
                                        .path = spec->worker_path,
                                        .arena = spec->arena,
                                        .buffer = spec->buffer,
                                        .message = on_message,
                                        .drained = on_drained,
                                        .ended = on_ended,
                                        .context = group };
    r = add_timer(group, &group->restart, on_restart);
    if (r >= 0)
        r = add_timer(group, &group->deadline, on_deadline);
    if (r < 0)
        return nt_from_errno(r);
    *ret = TAKE(group);
    return NT_OK;
}

uint32_t worker_group_number(const WorkerGroup *group)
{
    return group->spec.number;
}

void worker_group_warm_up(WorkerGroup *group)
{
    dispatch(group);
}

void worker_group_cancel(WorkerGroup *group)
{
    fail_waiting(group, NT(CANCELLED));
    for (Worker *worker = group->workers; worker; worker = worker->next) {
        if (!worker->job)
            continue;
        job_finish(TAKE(worker->job), NT(CANCELLED), NULL);
        worker_kill(worker);
    }
}

void worker_group_say_goodbye(WorkerGroup *group)
{
    worker_group_tell(group);
    for (Worker *worker = group->workers; worker; worker = worker->next)
        worker_say_goodbye(worker);
}

WorkerGroup *worker_group_free(WorkerGroup *group)
{
    if (!group)
        return NULL;
    worker_group_say_goodbye(group);
    while (group->workers) {
        Worker *worker = group->workers;

        unlink_worker(group, worker);
        worker_free(worker);
    }
    (void)sd_event_source_disable_unref(group->restart);
    (void)sd_event_source_disable_unref(group->deadline);
    free(group->ended);
    free(group);
    return NULL;
}
