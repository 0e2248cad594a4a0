/* SPDX-License-Identifier: MIT */
#include "daemon/worker_pool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "daemon/logon_trial.h"
#include "daemon/package_calls.h"
#include "daemon/worker_group.h"

/* What is hidden from workers: the state directory, the runtime directory, the socket. */
enum { HIDDEN_MAX = 3, WRITABLE_MAX = CONFIG_LIST_MAX + 1 };

/* A package; its number is its place in the pool's table, plus one. */
struct package {
    const struct package_config *config;
    char *path;
    char *own_name;    /* NULL: no worker has told it yet */
    char *shown_name;  /* likewise */
    char *unprotected; /* what was logged of its sandbox; NULL: nothing */
    char *own_dir;
    WorkerGroup *group;
};

struct WorkerPool {
    struct worker_pool_spec spec;
    bool cancelled;
    WorkerGroup *directory;
    char *unprotected; /* what was logged of its sandbox */
    struct package *packages;
    size_t n_packages;
};

static struct package *find_number(const WorkerPool *pool, uint32_t number)
{
    return number > 0 && number <= pool->n_packages ? &pool->packages[number - 1] : NULL;
}

/* --- packages ----------------------------------------------------------------------------------
 */

/* Without memory the name that is there remains. */
static void set_name(char **slot, const char *name)
{
    char *copy = *name && !(*slot && strcmp(*slot, name) == 0) ? strdup(name) : NULL;

    if (!copy)
        return;
    free(*slot);
    *slot = copy;
}

/* OpenLogon's own packages are found by their names before a worker has told them. */
static const struct {
    const char *package, *own_name, *shown_name;
} known_names[] = {
    { "msv1_0", "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0", "NTLM" },
    { "unix", "Unix", "Unix" },
};

static void set_known_names(struct package *package)
{
    for (size_t i = 0; i < ARRAY_SIZE(known_names); i++) {
        if (strcmp(known_names[i].package, package->config->name) != 0)
            continue;
        set_name(&package->own_name, known_names[i].own_name);
        set_name(&package->shown_name, known_names[i].shown_name);
    }
}

static int add_package(WorkerPool *pool, const struct package_config *config)
{
    struct package *package = &pool->packages[pool->n_packages];

    package->config = config;
    pool->n_packages++;
    if (config->path)
        package->path = strdup(config->path);
    else if (asprintf(&package->path, "%s/%s.so", pool->spec.package_dir, config->name) < 0)
        package->path = NULL;
    set_known_names(package);
    if (asprintf(&package->own_dir, "%s/packages/%s", pool->spec.state_dir, config->name) < 0)
        package->own_dir = NULL;
    return package->path && package->own_dir ? 0 : -ENOMEM;
}

static nt_status add_packages(WorkerPool *pool)
{
    const size_t n = pool->spec.config->packages.size;

    pool->packages = calloc(n + 1, sizeof(*pool->packages));
    if (!pool->packages)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < n; i++) {
        if (add_package(pool, config_package(pool->spec.config, i)) < 0)
            return NT(NO_MEMORY);
    }
    return NT_OK;
}

static void free_packages(WorkerPool *pool)
{
    for (size_t i = 0; i < pool->n_packages; i++) {
        struct package *package = &pool->packages[i];

        worker_group_free(package->group);
        free(package->path);
        free(package->own_name);
        free(package->shown_name);
        free(package->unprotected);
        free(package->own_dir);
    }
    free(pool->packages);
}

nt_status worker_pool_find_package(const WorkerPool *pool, const char *name, uint32_t *ret_number)
{
    for (size_t i = 0; i < pool->n_packages; i++) {
        const struct package *package = &pool->packages[i];
        const char *const names[] = { package->config->name, package->own_name,
                                      package->shown_name };

        for (size_t n = 0; n < ARRAY_SIZE(names); n++) {
            if (names[n] && strcasecmp(names[n], name) == 0) {
                *ret_number = (uint32_t)i + 1;
                return NT_OK;
            }
        }
    }
    return NT(NO_SUCH_PACKAGE);
}

const char *worker_pool_shown_name(const WorkerPool *pool, uint32_t number)
{
    const struct package *package = find_number(pool, number);

    return !package ? "" : package->shown_name ? package->shown_name : package->config->name;
}

/* --- what workers are told at their start ------------------------------------------------------
 */

/* An administrator reads once what a machine does not allow. */
static void note_unprotected(char **logged, const char *name, const char *unprotected)
{
    if (!*unprotected || (*logged && strcmp(*logged, unprotected) == 0))
        return;
    free(*logged);
    *logged = strdup(unprotected);
    log_info("%s: its processes are not confined as they should be: %s", name, unprotected);
}

static nt_status on_ready(WorkerGroup *group, const Openlogon__Worker__Ready *ready, void *context)
{
    WorkerPool *pool = context;
    const Openlogon__Worker__LoadedPackage *loaded = ready->package;
    struct package *package = find_number(pool, worker_group_number(group));

    if (!package) {
        note_unprotected(&pool->unprotected, "directory", ready->unprotected);
        return NT_OK;
    }
    if (!loaded)
        return NT(INTERNAL_ERROR);
    note_unprotected(&package->unprotected, package->config->name, ready->unprotected);
    if (nt_failed(nt_make(loaded->status))) {
        log_error("package %s (%s) cannot be used: %s", package->config->name, package->path,
                  nt_status_name(nt_make(loaded->status)));
        return nt_make(loaded->status);
    }
    set_name(&package->own_name, loaded->name);
    set_name(&package->shown_name, loaded->shown_name);
    return NT_OK;
}

static char *borrow(const char *text)
{
    return (char *)(uintptr_t)text;
}

static char **borrow_list(const struct config_list *list)
{
    return (char **)(uintptr_t)list->items;
}

/* A sandbox with the room that its lists need. */
struct sandbox {
    Openlogon__Worker__Sandbox message;
    char *hidden[HIDDEN_MAX];
    char *writable[WRITABLE_MAX];
};

/* Who may see the state directory may also write there. */
static void fill_paths(const WorkerPool *pool, struct sandbox *sandbox,
                       const struct config_list *writable, bool has_state_dir)
{
    Openlogon__Worker__Sandbox *message = &sandbox->message;

    sandbox->hidden[message->n_hidden++] = borrow(pool->spec.runtime_dir);
    sandbox->hidden[message->n_hidden++] = borrow(pool->spec.socket_path);
    if (has_state_dir)
        sandbox->writable[message->n_writable++] = borrow(pool->spec.state_dir);
    else
        sandbox->hidden[message->n_hidden++] = borrow(pool->spec.state_dir);
    for (size_t i = 0; i < writable->size; i++)
        sandbox->writable[message->n_writable++] = writable->items[i];
    message->hidden = sandbox->hidden;
    message->writable = sandbox->writable;
}

/* Without root there is no other user to become. */
static void fill_package_sandbox(const WorkerPool *pool, struct sandbox *sandbox,
                                 const struct package *package)
{
    const struct package_config *config = package->config;
    Openlogon__Worker__Sandbox *message = &sandbox->message;

    if (config->user && pool->spec.authority->enforces_identity)
        message->user = config->user;
    message->network = config->network;
    message->set_id_programs = config->set_id_programs;
    message->keyrings = config->keyrings;
    message->n_capabilities = config->capabilities.size;
    message->capabilities = borrow_list(&config->capabilities);
    if (!config->has_state_dir)
        message->own_dir = package->own_dir;
    fill_paths(pool, sandbox, &config->writable, config->has_state_dir);
}

/* Names and groups come from NSS, which may ask a server. */
static void fill_directory_sandbox(const WorkerPool *pool, struct sandbox *sandbox)
{
    static const char *const capabilities[] = { "chown", "dac_override", "fowner" };
    static const struct config_list nothing = { .size = 0 };

    sandbox->message.network = true;
    sandbox->message.n_capabilities = ARRAY_SIZE(capabilities);
    sandbox->message.capabilities = (char **)(uintptr_t)capabilities;
    fill_paths(pool, sandbox, &nothing, true);
}

static void fill_setup(const WorkerPool *pool, Openlogon__Worker__Setup *setup)
{
    const struct config *config = pool->spec.config;
    const SID *machine = &pool->spec.authority->machine.sid;

    setup->machine_sid =
        (ProtobufCBinaryData){ sid_length(machine), (uint8_t *)(uintptr_t)machine };
    setup->machine_name = pool->spec.authority->machine_name;
    setup->state_dir = borrow(pool->spec.state_dir);
    setup->pam_confdir = config->pam_confdir;
    setup->account_uid_first = config->account_uid_first;
    setup->account_uid_last = config->account_uid_last;
    setup->n_administrators = config->administrators.size;
    setup->administrators = borrow_list(&config->administrators);
}

/* A package takes its own directory for the state directory, unless it is trusted with that. */
static void fill_package(Openlogon__Worker__Setup *setup, Openlogon__Worker__PackageConfig *ret,
                         const struct package *package, uint32_t number)
{
    openlogon__worker__package_config__init(ret);
    ret->name = package->config->name;
    ret->path = package->path;
    ret->id = number;
    ret->n_environment = package->config->environment.size;
    ret->environment = borrow_list(&package->config->environment);
    setup->package = ret;
    if (!package->config->has_state_dir)
        setup->state_dir = package->own_dir;
}

static int set_up(WorkerGroup *group, Worker *worker, void *context)
{
    const WorkerPool *pool = context;
    const uint32_t number = worker_group_number(group);
    const struct package *package = find_number(pool, number);
    struct sandbox sandbox = { .message = OPENLOGON__WORKER__SANDBOX__INIT };
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;
    Openlogon__Worker__Setup setup = OPENLOGON__WORKER__SETUP__INIT;
    Openlogon__Worker__PackageConfig package_config;

    fill_setup(pool, &setup);
    if (package) {
        fill_package(&setup, &package_config, package, number);
        fill_package_sandbox(pool, &sandbox, package);
    } else {
        fill_directory_sandbox(pool, &sandbox);
    }
    setup.sandbox = &sandbox.message;
    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_SETUP;
    message.setup = &setup;
    return worker_send(worker, &message);
}

/* --- what they ask and hear --------------------------------------------------------------------
 */

static struct package_caller caller_of(const WorkerPool *pool, const WorkerGroup *group,
                                       Worker *worker)
{
    const uint32_t number = worker_group_number(group);

    return (struct package_caller){ .authority = pool->spec.authority,
                                    .arena = pool->spec.arena,
                                    .package_name = worker_pool_shown_name(pool, number),
                                    .package = number,
                                    .worker = worker,
                                    .job = worker->job };
}

static bool on_posted(WorkerGroup *group, Worker *worker,
                      const Openlogon__Worker__FromWorker *message, void *context)
{
    const struct package_caller caller = caller_of(context, group, worker);

    return package_calls_posted(&caller, message);
}

static bool send_result(Worker *worker, Openlogon__Worker__CallResult *result)
{
    Openlogon__Worker__ToWorker message = OPENLOGON__WORKER__TO_WORKER__INIT;

    message.message_case = OPENLOGON__WORKER__TO_WORKER__MESSAGE_CALL_RESULT;
    message.call_result = result;
    return worker_send(worker, &message) == 0;
}

/* A worker that waits for another package. */
struct nested_call {
    WorkerGroup *group;
    uint64_t worker, job;
};

/* It may have been ended meanwhile. */
static void on_nested_done(Job *job, nt_status status, const JobResult *result, void *context)
{
    struct nested_call *nested = context;
    Worker *worker = worker_group_find_worker(nested->group, nested->worker);
    Openlogon__Worker__CallResult answer = OPENLOGON__WORKER__CALL_RESULT__INIT;

    answer.status = status.code;
    if (result && result->result_case == OPENLOGON__WORKER__JOB_RESULT__RESULT_CALL_PACKAGE) {
        answer.protocol_status = result->call_package->protocol_status;
        answer.address = result->call_package->address;
        answer.value = result->call_package->bytes;
    } else if (!nt_failed(status)) {
        answer.status = NT(INTERNAL_ERROR).code;
    }
    if (worker && worker->job && worker->job->id == nested->job) {
        worker->is_waiting = false;
        if (!send_result(worker, &answer))
            worker_kill(worker);
    }
    free(nested);
}

/* Of a client that holds no SeTcbPrivilege the other package is told so, whoever calls. */
static nt_status call_other(const WorkerPool *pool, WorkerGroup *group, Worker *worker,
                            const Openlogon__Worker__CallPackage *call)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;
    Openlogon__Worker__CallPackageJob work = OPENLOGON__WORKER__CALL_PACKAGE_JOB__INIT;
    struct nested_call *nested;
    uint32_t number;
    nt_status st;

    if (!worker->job)
        return NT(INVALID_DEVICE_STATE);
    st = worker_pool_find_package(pool, call->package, &number);
    if (nt_failed(st))
        return st;
    nested = malloc(sizeof(*nested));
    if (!nested)
        return NT(NO_MEMORY);
    *nested = (struct nested_call){ group, worker->id, worker->job->id };
    work.submit = call->submit;
    work.window = call->window;
    work.passthrough = call->passthrough;
    work.untrusted = !worker->job->client.has_tcb;
    work.client_luid = worker->job->client.luid;
    work.client_pid = worker->job->client.pid;
    work.client_has_tcb = worker->job->client.has_tcb;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_CALL_PACKAGE;
    job.call_package = &work;
    worker->is_waiting = true; /* counts among those that wait already */
    st = worker_group_submit_nested(pool->packages[number - 1].group, &job, worker->job,
                                    on_nested_done, nested);
    if (!nt_failed(st))
        return NT(PENDING);
    worker->is_waiting = false;
    free(nested);
    return st;
}

static bool on_call(WorkerGroup *group, Worker *worker, const Openlogon__Worker__Call *call,
                    void *context)
{
    const WorkerPool *pool = context;
    Openlogon__Worker__CallResult result = OPENLOGON__WORKER__CALL_RESULT__INIT;
    const struct package_caller caller = caller_of(pool, group, worker);

    if (call->call_case == OPENLOGON__WORKER__CALL__CALL_CALL_PACKAGE)
        result.status = call_other(pool, group, worker, call->call_package).code;
    else
        package_call(&caller, call, &result);
    return result.status == NT(PENDING).code || send_result(worker, &result);
}

/* The package that made it, and those that keep credentials with it. One that was deleted at its
 * maker's wish has no maker. */
static void on_session_ended(const Session *session, void *context)
{
    const WorkerPool *pool = context;
    bool told[CONFIG_LIST_MAX + 1] = { false };

    if (session->maker <= pool->n_packages)
        told[session->maker] = true;
    for (const struct credential *c = session->credentials.first; c; c = c->next) {
        if (c->package <= pool->n_packages)
            told[c->package] = true;
    }
    for (uint32_t number = 1; number <= pool->n_packages; number++) {
        if (told[number])
            worker_group_note_ended(pool->packages[number - 1].group, session_luid(session));
    }
}

/* --- jobs --------------------------------------------------------------------------------------
 */

nt_status worker_pool_submit(WorkerPool *pool, Openlogon__Worker__Job *work, job_done done,
                             void *context)
{
    return pool->cancelled ? NT(CANCELLED)
                           : worker_group_submit(pool->directory, work, done, context);
}

nt_status worker_pool_submit_to(WorkerPool *pool, uint32_t package, Openlogon__Worker__Job *work,
                                job_done done, void *context)
{
    const struct package *found = find_number(pool, package);

    if (!found)
        return NT(NO_SUCH_PACKAGE);
    return pool->cancelled ? NT(CANCELLED) : worker_group_submit(found->group, work, done, context);
}

nt_status worker_pool_log_on(WorkerPool *pool, const Openlogon__Worker__LogonJob *logon,
                             uint32_t package, job_done done, void *context)
{
    const struct logon_trial_spec spec = { .pool = pool,
                                           .first = package == PACKAGE_ANY ? 1 : package,
                                           .last = package == PACKAGE_ANY
                                                       ? (uint32_t)pool->n_packages
                                                       : package,
                                           .done = done,
                                           .context = context };

    return find_number(pool, spec.first) ? logon_trial_start(&spec, logon) : NT(NO_SUCH_PACKAGE);
}

nt_status worker_pool_call_package(WorkerPool *pool, const Openlogon__Worker__CallPackageJob *call,
                                   uint32_t package, job_done done, void *context)
{
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;

    job.work_case = OPENLOGON__WORKER__JOB__WORK_CALL_PACKAGE;
    job.call_package = (Openlogon__Worker__CallPackageJob *)(uintptr_t)call;
    return worker_pool_submit_to(pool, package, &job, done, context);
}

/* --- start and end -----------------------------------------------------------------------------
 */

static void turn_over(void *context)
{
    const WorkerPool *pool = context;

    pool->spec.turn_over(pool->spec.context);
}

static struct worker_group_spec common_spec(WorkerPool *pool)
{
    return (struct worker_group_spec){ .worker_path = pool->spec.worker_path,
                                       .event = pool->spec.event,
                                       .sockets = pool->spec.sockets,
                                       .arena = pool->spec.arena,
                                       .buffer = pool->spec.buffer,
                                       .set_up = set_up,
                                       .ready = on_ready,
                                       .posted = on_posted,
                                       .call = on_call,
                                       .turn_over = turn_over,
                                       .context = pool };
}

static nt_status add_directory(WorkerPool *pool)
{
    struct worker_group_spec spec = common_spec(pool);

    spec.name = "directory";
    spec.n_workers = pool->spec.config->workers;
    spec.timeout_s = pool->spec.config->logon_timeout_s;
    spec.unstartable = nt_make((int32_t)RPC_NT_CALL_FAILED);
    return worker_group_new(&pool->directory, &spec);
}

static nt_status add_groups(WorkerPool *pool)
{
    nt_status st = add_directory(pool);

    for (size_t i = 0; !nt_failed(st) && i < pool->n_packages; i++) {
        const struct package_config *config = pool->packages[i].config;
        struct worker_group_spec spec = common_spec(pool);

        spec.name = config->name;
        spec.number = (uint32_t)i + 1;
        spec.n_workers = config->workers;
        spec.timeout_s = config->timeout_s;
        spec.unstartable = NT(DLL_INIT_FAILED);
        st = worker_group_new(&pool->packages[i].group, &spec);
    }
    return st;
}

static void warm_up(WorkerPool *pool)
{
    worker_group_warm_up(pool->directory);
    for (size_t i = 0; i < pool->n_packages; i++)
        worker_group_warm_up(pool->packages[i].group);
}

nt_status worker_pool_new(WorkerPool **ret, const struct worker_pool_spec *spec)
{
    _cleanup_(worker_pool_freep) WorkerPool *pool = calloc(1, sizeof(*pool));
    nt_status st;

    if (!pool)
        return NT(NO_MEMORY);
    pool->spec = *spec;
    st = add_packages(pool);
    if (!nt_failed(st))
        st = add_groups(pool);
    if (nt_failed(st))
        return st;
    session_store_listen(spec->authority->sessions,
                         (struct session_listener){ .ended = on_session_ended, .context = pool });
    warm_up(pool);
    *ret = TAKE(pool);
    return NT_OK;
}

bool worker_pool_state(const WorkerPool *pool, size_t i, struct worker_group_state *ret)
{
    if (i > pool->n_packages)
        return false;
    *ret = worker_group_state(i == 0 ? pool->directory : pool->packages[i - 1].group);
    return true;
}

void worker_pool_tell(WorkerPool *pool)
{
    for (size_t i = 0; i < pool->n_packages; i++)
        worker_group_tell(pool->packages[i].group);
}

void worker_pool_cancel(WorkerPool *pool)
{
    pool->cancelled = true;
    worker_group_cancel(pool->directory);
    for (size_t i = 0; i < pool->n_packages; i++)
        worker_group_cancel(pool->packages[i].group);
}

WorkerPool *worker_pool_free(WorkerPool *pool)
{
    if (!pool)
        return NULL;
    session_store_unlisten(pool->spec.authority->sessions, pool);
    if (pool->directory)
        worker_group_say_goodbye(pool->directory);
    for (size_t i = 0; i < pool->n_packages; i++) {
        if (pool->packages[i].group)
            worker_group_say_goodbye(pool->packages[i].group);
    }
    free_packages(pool);
    worker_group_free(pool->directory);
    free(pool->unprotected);
    free(pool);
    return NULL;
}
