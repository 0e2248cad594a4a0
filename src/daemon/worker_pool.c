/* SPDX-License-Identifier: MIT */
#include "daemon/worker_pool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "daemon/package_calls.h"

#define USEC_PER_SEC   UINT64_C(1000000)
#define BACK_OFF_USEC  UINT64_C(100000)
#define TIMER_ACCURACY UINT64_C(10000) /* microseconds */
enum { BACK_OFF_DOUBLINGS_MAX = 7 };

/* A package as the workers know it; two names: the configuration's and its own. */
struct package {
    char *name, *path;
    char *own_name;   /* NULL: no worker has told it yet */
    char *shown_name; /* likewise */
};

struct WorkerPool {
    struct worker_pool_spec spec;
    struct worker_host host;
    Worker *workers;
    size_t n_workers;
    uint64_t last_worker_id, last_job_id;
    Job *first, *last; /* waiting, oldest first */
    size_t n_waiting;
    struct package *packages;
    size_t n_packages;
    sd_event_source *restart; /* armed while starting a worker has to wait */
    bool restart_armed;
    sd_event_source *deadline; /* of the oldest job, or before it */
    bool deadline_armed;
    unsigned n_failed_starts; /* in a row */
};

static void dispatch(WorkerPool *pool);

static void turn_over(WorkerPool *pool)
{
    pool->spec.turn_over(pool->spec.context);
}

/* --- jobs --------------------------------------------------------------------------------------
 */

static void queue_put(WorkerPool *pool, Job *job)
{
    job->previous = pool->last;
    if (pool->last)
        pool->last->next = job;
    else
        pool->first = job;
    pool->last = job;
    pool->n_waiting++;
}

static Job *queue_take(WorkerPool *pool, Job *job)
{
    if (job->previous)
        job->previous->next = job->next;
    else
        pool->first = job->next;
    if (job->next)
        job->next->previous = job->previous;
    else
        pool->last = job->previous;
    job->previous = job->next = NULL;
    pool->n_waiting--;
    return job;
}

static void job_finish(Job *job, nt_status status, const JobResult *result)
{
    job->done(job, status, result, job->context);
    job_free(job);
}

static void fail_waiting(WorkerPool *pool, nt_status status)
{
    while (pool->first)
        job_finish(queue_take(pool, pool->first), status, NULL);
}

static uint64_t now_usec(const WorkerPool *pool)
{
    uint64_t now = 0;

    (void)sd_event_now(pool->spec.event, CLOCK_MONOTONIC, &now);
    return now;
}

/* A timer that is armed already fires before this job's deadline, since all jobs have as long. */
static void watch_deadline(WorkerPool *pool, const Job *job)
{
    if (pool->deadline_armed)
        return;
    pool->deadline_armed = true;
    (void)sd_event_source_set_time(pool->deadline, job->deadline_usec);
    (void)sd_event_source_set_enabled(pool->deadline, SD_EVENT_ONESHOT);
}

static void end_waiting_until(WorkerPool *pool, uint64_t now)
{
    while (pool->first && pool->first->deadline_usec <= now) {
        log_error("no worker was free for a job within %u seconds (logon_timeout_s); see "
                  "`workers` in the configuration",
                  pool->spec.config->logon_timeout_s);
        job_finish(queue_take(pool, pool->first), NT(IO_TIMEOUT), NULL);
    }
}

static void end_running_until(WorkerPool *pool, uint64_t now)
{
    for (Worker *worker = pool->workers; worker; worker = worker->next) {
        if (!worker->job || worker->job->deadline_usec > now)
            continue;
        log_error("worker %d did not answer within %u seconds (logon_timeout_s); killed it",
                  (int)worker->pid, pool->spec.config->logon_timeout_s);
        job_finish(TAKE(worker->job), NT(IO_TIMEOUT), NULL);
        worker_kill(worker);
    }
}

static const Job *next_to_expire(const WorkerPool *pool)
{
    const Job *next = pool->first;

    for (const Worker *worker = pool->workers; worker; worker = worker->next) {
        if (worker->job && (!next || worker->job->deadline_usec < next->deadline_usec))
            next = worker->job;
    }
    return next;
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *context)
{
    WorkerPool *pool = context;
    uint64_t now = now_usec(pool);
    const Job *next;

    pool->deadline_armed = false;
    end_running_until(pool, now);
    end_waiting_until(pool, now);
    next = next_to_expire(pool);
    if (next)
        watch_deadline(pool, next);
    turn_over(pool);
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

static Worker *find_idle(const WorkerPool *pool)
{
    for (Worker *worker = pool->workers; worker; worker = worker->next) {
        if (worker->state == WORKER_IDLE)
            return worker;
    }
    return NULL;
}

static void begin(Worker *worker, Job *job)
{
    worker->job = job;
    worker->state = WORKER_BUSY;
}

/* At once, when nobody waits before it and a worker is idle. */
static bool give_at_once(WorkerPool *pool, Job *job, const Openlogon__Worker__ToWorker *message)
{
    Worker *worker = pool->first ? NULL : find_idle(pool);

    if (!worker || worker_send(worker, message) < 0)
        return false;
    begin(worker, job);
    return true;
}

static nt_status submit(WorkerPool *pool, Job *job, Openlogon__Worker__Job *work)
{
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;
    nt_status st;

    work->id = job->id;
    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_JOB;
    message.job = work;
    if (give_at_once(pool, job, &message))
        return NT_OK;
    st = keep_packed(job, &message);
    if (nt_failed(st))
        return st;
    queue_put(pool, job);
    return NT_OK;
}

nt_status worker_pool_submit(WorkerPool *pool, Openlogon__Worker__Job *work, job_done done,
                             void *context)
{
    _cleanup_(job_freep) Job *job = NULL;
    nt_status st;

    if (pool->n_waiting >= JOBS_WAITING_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    if (!pool->workers && pool->restart_armed)
        return nt_make((int32_t)RPC_NT_CALL_FAILED); /* until the restart nobody could take it */
    job = calloc(1, sizeof(*job));
    if (!job)
        return NT(NO_MEMORY);
    job->id = ++pool->last_job_id;
    job->done = done;
    job->context = context;
    job->deadline_usec = now_usec(pool) + pool->spec.config->logon_timeout_s * USEC_PER_SEC;
    st = submit(pool, job, work);
    if (nt_failed(st))
        return st;
    watch_deadline(pool, TAKE(job));
    dispatch(pool);
    return NT_OK;
}

/* --- packages ----------------------------------------------------------------------------------
 */

static int add_package(WorkerPool *pool, const char *entry)
{
    const char *slash = strrchr(entry, '/');
    const char *name = slash ? slash + 1 : entry;
    const char *suffix = strstr(name, ".so");
    struct package *package = &pool->packages[pool->n_packages];

    package->name = strndup(name, suffix ? (size_t)(suffix - name) : strlen(name));
    if (slash)
        package->path = strdup(entry);
    else if (asprintf(&package->path, "%s/%s.so", pool->spec.package_dir, package->name) < 0)
        package->path = NULL;
    pool->n_packages++;
    return package->name && package->path ? 0 : -ENOMEM;
}

static int add_packages(WorkerPool *pool)
{
    const struct config_list *entries = &pool->spec.config->packages;

    pool->packages = calloc(entries->size + 1, sizeof(*pool->packages));
    if (!pool->packages)
        return -ENOMEM;
    for (size_t i = 0; i < entries->size; i++) {
        int r = add_package(pool, entries->items[i]);
        if (r < 0)
            return r;
    }
    return 0;
}

static void free_packages(WorkerPool *pool)
{
    for (size_t i = 0; i < pool->n_packages; i++) {
        free(pool->packages[i].name);
        free(pool->packages[i].path);
        free(pool->packages[i].own_name);
        free(pool->packages[i].shown_name);
    }
    free(pool->packages);
}

static void note_package(WorkerPool *pool, const Openlogon__Worker__LoadedPackage *loaded)
{
    struct package *package;

    if (loaded->id >= pool->n_packages)
        return;
    package = &pool->packages[loaded->id];
    if (nt_failed(nt_make(loaded->status)))
        log_error("package %s (%s) cannot be used: %s", package->name, package->path,
                  nt_status_name(nt_make(loaded->status)));
    if (package->own_name || !*loaded->name)
        return;
    /* Without memory the configured name remains. */
    package->own_name = strdup(loaded->name);
    package->shown_name = strdup(loaded->shown_name);
}

nt_status worker_pool_find_package(const WorkerPool *pool, const char *name, uint32_t *ret_id)
{
    for (size_t i = 0; i < pool->n_packages; i++) {
        const struct package *package = &pool->packages[i];
        const char *const names[] = { package->name, package->own_name, package->shown_name };

        for (size_t n = 0; n < ARRAY_SIZE(names); n++) {
            if (names[n] && strcasecmp(names[n], name) == 0) {
                *ret_id = (uint32_t)i;
                return NT_OK;
            }
        }
    }
    return NT(NO_SUCH_PACKAGE);
}

static int send_setup(WorkerPool *pool, Worker *worker)
{
    const struct config *config = pool->spec.config;
    const SID *machine = &pool->spec.authority->machine.sid;
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;
    Openlogon__Worker__Setup setup = OPENLOGON__WORKER__SETUP__INIT;
    Openlogon__Worker__PackageConfig packages[CONFIG_LIST_MAX];
    Openlogon__Worker__PackageConfig *pointers[CONFIG_LIST_MAX];

    for (size_t i = 0; i < pool->n_packages; i++) {
        openlogon__worker__package_config__init(&packages[i]);
        packages[i].name = pool->packages[i].name;
        packages[i].path = pool->packages[i].path;
        packages[i].id = (uint32_t)i;
        pointers[i] = &packages[i];
    }
    setup.machine_sid = (ProtobufCBinaryData){ sid_length(machine), (uint8_t *)(uintptr_t)machine };
    setup.machine_name = pool->spec.authority->machine_name;
    setup.state_dir = (char *)(uintptr_t)pool->spec.state_dir;
    setup.pam_confdir = config->pam_confdir;
    setup.n_packages = pool->n_packages;
    setup.packages = pointers;
    setup.account_uid_first = config->account_uid_first;
    setup.account_uid_last = config->account_uid_last;
    setup.n_administrators = config->administrators.size;
    setup.administrators = (char **)(uintptr_t)config->administrators.items;
    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_SETUP;
    message.setup = &setup;
    return worker_send(worker, &message);
}

/* --- workers -----------------------------------------------------------------------------------
 */

static bool take_ready(WorkerPool *pool, Worker *worker, const Openlogon__Worker__Ready *ready)
{
    if (worker->state != WORKER_STARTING)
        return false;
    for (size_t i = 0; i < ready->n_packages; i++)
        note_package(pool, ready->packages[i]);
    worker->state = WORKER_IDLE;
    worker->was_ready = true;
    pool->n_failed_starts = 0;
    return true;
}

static bool take_result(Worker *worker, const JobResult *result)
{
    if (worker->state != WORKER_BUSY || result->id != worker->job->id)
        return false;
    worker->state = WORKER_IDLE;
    job_finish(TAKE(worker->job), nt_make(result->status), result);
    return true;
}

static bool take_call(WorkerPool *pool, Worker *worker, const Openlogon__Worker__Call *call)
{
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;
    Openlogon__Worker__CallResult result = OPENLOGON__WORKER__CALL_RESULT__INIT;

    package_call(pool->spec.authority, worker, call, &result);
    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_CALL_RESULT;
    message.call_result = &result;
    return worker_send(worker, &message) == 0;
}

static bool on_message(Worker *worker, const Openlogon__Worker__FromWorker *message, void *context)
{
    WorkerPool *pool = context;
    bool sound = false;

    switch (message->message_case) {
    case OPENLOGON__WORKER__FROM_WORKER__MESSAGE_READY:
        sound = take_ready(pool, worker, message->ready);
        break;
    case OPENLOGON__WORKER__FROM_WORKER__MESSAGE_JOB_RESULT:
        sound = message->job_result && take_result(worker, message->job_result);
        break;
    case OPENLOGON__WORKER__FROM_WORKER__MESSAGE_CALL:
        sound = take_call(pool, worker, message->call);
        break;
    default:
        break;
    }
    dispatch(pool);
    turn_over(pool);
    return sound;
}

static void on_drained(Worker *worker, void *context)
{
    dispatch(context);
}

static void unlink_worker(WorkerPool *pool, Worker *worker)
{
    Worker **link = &pool->workers;

    while (*link != worker)
        link = &(*link)->next;
    *link = worker->next;
    pool->n_workers--;
}

static void arm_restart(WorkerPool *pool)
{
    unsigned doublings = pool->n_failed_starts < BACK_OFF_DOUBLINGS_MAX ? pool->n_failed_starts
                                                                        : BACK_OFF_DOUBLINGS_MAX;

    pool->n_failed_starts++;
    pool->restart_armed = true;
    (void)sd_event_source_set_time_relative(pool->restart, BACK_OFF_USEC << doublings);
    (void)sd_event_source_set_enabled(pool->restart, SD_EVENT_ONESHOT);
}

static void on_ended(Worker *worker, void *context)
{
    WorkerPool *pool = context;
    bool started = worker->was_ready;

    unlink_worker(pool, worker);
    log_error("worker %s%s; starting another", worker->end,
              !started      ? " before it was ready"
              : worker->job ? " in the middle of a job, which fails"
                            : "");
    if (worker->job)
        job_finish(TAKE(worker->job), nt_make((int32_t)RPC_NT_CALL_FAILED), NULL);
    worker_free(worker);
    if (!started)
        arm_restart(pool);
    if (!started && !pool->workers)
        fail_waiting(pool, nt_make((int32_t)RPC_NT_CALL_FAILED));
    dispatch(pool);
    turn_over(pool);
}

static void start_worker(WorkerPool *pool)
{
    Worker *worker = NULL;
    int r = worker_start(&worker, &pool->host, ++pool->last_worker_id);

    if (r < 0) {
        log_error("cannot start %s: %s; check --worker", pool->spec.worker_path, strerror(-r));
        arm_restart(pool);
        return;
    }
    worker->next = pool->workers;
    pool->workers = worker;
    pool->n_workers++;
    if (send_setup(pool, worker) < 0)
        worker_kill(worker);
}

/* Without any worker nobody waits for the time when one might start. */
static int on_restart(sd_event_source *source, uint64_t now, void *context)
{
    WorkerPool *pool = context;

    pool->restart_armed = false;
    if (!pool->workers)
        fail_waiting(pool, nt_make((int32_t)RPC_NT_CALL_FAILED));
    dispatch(pool);
    turn_over(pool);
    return 0;
}

/* --- who does what -----------------------------------------------------------------------------
 */

static size_t count_in_state(const WorkerPool *pool, enum worker_state state)
{
    size_t n = 0;

    for (const Worker *worker = pool->workers; worker; worker = worker->next)
        n += worker->state == state;
    return n;
}

/* False: the worker takes nothing yet. */
static bool give_job(WorkerPool *pool, Worker *worker)
{
    if (worker_send_packed(worker, pool->first->packed) < 0)
        return false;
    begin(worker, queue_take(pool, pool->first));
    worker->job->packed = secret_free(worker->job->packed);
    return true;
}

static bool wants_worker(const WorkerPool *pool)
{
    if (pool->restart_armed || pool->n_workers >= pool->spec.config->workers)
        return false;
    return !pool->workers || pool->n_waiting > count_in_state(pool, WORKER_STARTING);
}

static void dispatch(WorkerPool *pool)
{
    for (Worker *worker = pool->workers; worker && pool->first; worker = worker->next) {
        if (worker->state == WORKER_IDLE)
            (void)give_job(pool, worker); /* else it stays first in the queue */
    }
    while (wants_worker(pool))
        start_worker(pool);
}

static void on_session_ended(const Session *session, void *context)
{
    const WorkerPool *pool = context;

    for (Worker *worker = pool->workers; worker; worker = worker->next) {
        if (session->maker && worker->id == session->maker)
            worker_tell_ended(worker, session_luid(session));
    }
}

/* A timer that is not armed. */
static int add_timer(WorkerPool *pool, sd_event_source **ret, sd_event_time_handler_t handler)
{
    int r = sd_event_add_time_relative(pool->spec.event, ret, CLOCK_MONOTONIC, 0, TIMER_ACCURACY,
                                       handler, pool);

    return r < 0 ? r : sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

static nt_status prepare(WorkerPool *pool)
{
    int r = add_packages(pool);

    if (r >= 0)
        r = add_timer(pool, &pool->restart, on_restart);
    if (r >= 0)
        r = add_timer(pool, &pool->deadline, on_deadline);
    return r < 0 ? nt_from_errno(r) : NT_OK;
}

nt_status worker_pool_new(WorkerPool **ret, const struct worker_pool_spec *spec)
{
    _cleanup_(worker_pool_freep) WorkerPool *pool = calloc(1, sizeof(*pool));
    nt_status st;

    if (!pool)
        return NT(NO_MEMORY);
    pool->spec = *spec;
    pool->host = (struct worker_host){ .event = spec->event,
                                       .path = spec->worker_path,
                                       .arena = spec->arena,
                                       .buffer = spec->buffer,
                                       .message = on_message,
                                       .drained = on_drained,
                                       .ended = on_ended,
                                       .context = pool };
    st = prepare(pool);
    if (nt_failed(st))
        return st;
    session_store_listen(spec->authority->sessions,
                         (struct session_listener){ .ended = on_session_ended, .context = pool });
    dispatch(pool);
    *ret = TAKE(pool);
    return NT_OK;
}

nt_status worker_pool_log_on(WorkerPool *pool, const Openlogon__Worker__LogonJob *logon,
                             uint32_t package, job_done done, void *context)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;

    job.work_case = OPENLOGON__WORKER__JOB__WORK_LOGON;
    job.logon = (Openlogon__Worker__LogonJob *)(uintptr_t)logon;
    return worker_pool_submit(pool, &job, done, context);
}

nt_status worker_pool_call_package(WorkerPool *pool, const Openlogon__Worker__CallPackageJob *call,
                                   uint32_t package, job_done done, void *context)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;

    job.work_case = OPENLOGON__WORKER__JOB__WORK_CALL_PACKAGE;
    job.call_package = (Openlogon__Worker__CallPackageJob *)(uintptr_t)call;
    return worker_pool_submit(pool, &job, done, context);
}

void worker_pool_cancel(WorkerPool *pool)
{
    fail_waiting(pool, NT(CANCELLED));
    for (Worker *worker = pool->workers; worker; worker = worker->next) {
        if (!worker->job)
            continue;
        job_finish(TAKE(worker->job), NT(CANCELLED), NULL);
        worker_kill(worker);
    }
}

WorkerPool *worker_pool_free(WorkerPool *pool)
{
    if (!pool)
        return NULL;
    session_store_unlisten(pool->spec.authority->sessions, pool);
    for (Worker *worker = pool->workers; worker; worker = worker->next)
        worker_say_goodbye(worker);
    while (pool->workers) {
        Worker *worker = pool->workers;

        unlink_worker(pool, worker);
        worker_free(worker);
    }
    (void)sd_event_source_disable_unref(pool->restart);
    (void)sd_event_source_disable_unref(pool->deadline);
    free_packages(pool);
    free(pool);
    return NULL;
}
