/* SPDX-License-Identifier: MIT */
/* What `logon metrics` shows: names and help are here, so that any library prints what this
 * openlogond has. */
#include "daemon/calls.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/worker_group.h"
#include "ipc/message_text.h"
#include "linux/process_usage.h"

enum metric_kind {
    METRIC_COUNTER = 1,
    METRIC_GAUGE = 2,
    METRIC_HISTOGRAM = 3,
};

enum {
    SAMPLES_MAX = 40, /* of one metric: a logon type, a class, a bucket or a package each */
    METRICS_MAX = 24,
};

/* The reply as it grows. The first failure stays. */
struct sheet {
    struct call *call;
    Openlogon__MetricsReply *reply;
    Openlogon__Metric *metric; /* the last one */
    bool failed;
};

static void *room(struct sheet *sheet, size_t size)
{
    void *memory = message_arena_alloc(sheet->call->daemon->arena, size);

    sheet->failed |= !memory;
    return memory;
}

/* Texts are constants but for labels, which are the configuration's. */
static void begin(struct sheet *sheet, enum metric_kind kind, const char *name, const char *help,
                  const char *label)
{
    Openlogon__Metric *metric = room(sheet, sizeof(*metric));

    sheet->failed |= sheet->reply->n_metrics == METRICS_MAX;
    if (sheet->failed)
        return;
    openlogon__metric__init(metric);
    metric->kind = (uint32_t)kind;
    metric->name = message_text(name);
    metric->help = message_text(help);
    metric->label = message_text(label);
    metric->samples = room(sheet, SAMPLES_MAX * sizeof(*metric->samples));
    sheet->reply->metrics[sheet->reply->n_metrics++] = metric;
    sheet->metric = metric;
}

static void add(struct sheet *sheet, const char *value, double number)
{
    Openlogon__MetricSample *sample = room(sheet, sizeof(*sample));

    if (sheet->failed || sheet->metric->n_samples == SAMPLES_MAX)
        return;
    openlogon__metric_sample__init(sample);
    sample->value = message_text(value);
    sample->number = number;
    sheet->metric->samples[sheet->metric->n_samples++] = sample;
}

static void add_one(struct sheet *sheet, enum metric_kind kind, const char *name, const char *help,
                    double number)
{
    begin(sheet, kind, name, help, NULL);
    add(sheet, NULL, number);
}

/* --- sessions and logons -----------------------------------------------------------------------
 */

/* As tools write them. NULL: nothing can be of that type. */
static const char *const type_names[LOGON_TYPES_END] = {
    "System",
    "",
    "Interactive",
    "Network",
    "Batch",
    "Service",
    "Proxy",
    "Unlock",
    "NetworkCleartext",
    "NewCredentials",
    "RemoteInteractive",
    "CachedInteractive",
    "CachedRemoteInteractive",
    "CachedUnlock",
};

static void add_by_type(struct sheet *sheet, const uint64_t counts[LOGON_TYPES_END])
{
    for (size_t i = 0; i < LOGON_TYPES_END; i++) {
        if (*type_names[i])
            add(sheet, type_names[i], (double)counts[i]);
    }
}

static void add_failures(struct sheet *sheet, const struct metrics_counts *counts)
{
    static const char *const names[FAILURE_CLASSES_END] = {
        [FAILURE_CREDENTIALS] = "credentials",
        [FAILURE_LOCKED_OUT] = "locked_out",
        [FAILURE_RESTRICTION] = "restriction",
        [FAILURE_NOT_GRANTED] = "not_granted",
        [FAILURE_PACKAGE] = "package",
        [FAILURE_RESOURCES] = "resources",
        [FAILURE_OTHER] = "other",
    };

    begin(sheet, METRIC_COUNTER, "openlogon_logon_failures_total",
          "Logons that were refused, by the class of the reason.", "reason");
    for (size_t i = 0; i < FAILURE_CLASSES_END; i++)
        add(sheet, names[i], (double)counts->failures[i]);
}

/* Buckets hold all that is below them, too; the last one is +Inf. */
static void add_latency(struct sheet *sheet, const struct metrics_counts *counts)
{
    static const char *const bounds[LATENCY_BUCKETS] = { "0.001", "0.0025", "0.005", "0.01",
                                                         "0.025", "0.05",   "0.1",   "0.25",
                                                         "0.5",   "1",      "2.5",   "10",
                                                         "+Inf" };
    uint64_t n = 0;

    begin(sheet, METRIC_HISTOGRAM, "openlogon_logon_duration_seconds",
          "Time from the request of a logon until it was decided, whatever came of it.", "le");
    for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
        n += counts->latency[i];
        add(sheet, bounds[i], (double)n);
    }
    if (!sheet->failed)
        sheet->metric->sum = (double)counts->latency_sum_usec / 1e6;
}

static void add_logons(struct sheet *sheet)
{
    const Daemon *daemon = sheet->call->daemon;
    const struct metrics_counts *counts = metrics_counts(daemon->metrics);

    begin(sheet, METRIC_GAUGE, "openlogon_sessions", "Logon sessions, by their logon type.",
          "type");
    add_by_type(sheet, counts->sessions);
    add_one(sheet, METRIC_COUNTER, "openlogon_sessions_ended_total",
            "Logon sessions that have ended.", (double)counts->sessions_ended);
    begin(sheet, METRIC_COUNTER, "openlogon_logons_total",
          "Logons and logins that succeeded, by their logon type.", "type");
    add_by_type(sheet, counts->logons);
    add_failures(sheet, counts);
    add_latency(sheet, counts);
}

/* --- what there is -----------------------------------------------------------------------------
 */

static void add_held(struct sheet *sheet)
{
    const Daemon *daemon = sheet->call->daemon;
    size_t n_clients = 0, n_tokens = 0, n_policies = 0;

    for (const Client *c = client_set_next(daemon->clients, NULL); c;
         c = client_set_next(daemon->clients, c)) {
        n_clients++;
        n_tokens += c->tokens.map.size;
        n_policies += c->policy_handles.map.size;
    }
    add_one(sheet, METRIC_GAUGE, "openlogon_connections", "Programs that are connected.",
            (double)n_clients);
    begin(sheet, METRIC_GAUGE, "openlogon_handles",
          "What connected programs hold open: different tokens of each, policy handles.", "kind");
    add(sheet, "token", (double)n_tokens);
    add(sheet, "policy", (double)n_policies);
}

static void add_tokens(struct sheet *sheet)
{
    const TokenStore *tokens = sheet->call->daemon->authority->tokens;

    add_one(sheet, METRIC_GAUGE, "openlogon_tokens", "Access tokens.",
            (double)token_store_size(tokens));
    add_one(sheet, METRIC_GAUGE, "openlogon_token_images",
            "Images of tokens in memory that could be read from the journal again.",
            (double)token_store_n_images(tokens));
}

/* As is usual for what is no number. */
static void add_build(struct sheet *sheet)
{
    begin(sheet, METRIC_GAUGE, "openlogon_build_info", "Which openlogond it is; the number is 1.",
          "version");
    add(sheet, OPENLOGON_VERSION, 1);
}

static void add_memory(struct sheet *sheet)
{
    struct process_usage usage;

    if (process_usage_read(getpid(), &usage) < 0)
        return;
    add_one(sheet, METRIC_GAUGE, "openlogon_resident_memory_bytes",
            "Resident memory of openlogond.", (double)usage.resident_bytes);
    add_one(sheet, METRIC_GAUGE, "openlogon_virtual_memory_bytes", "Address space of openlogond.",
            (double)usage.virtual_bytes);
    add_one(sheet, METRIC_GAUGE, "openlogon_open_fds", "Descriptors that openlogond has open.",
            (double)usage.n_descriptors);
    add_one(sheet, METRIC_COUNTER, "openlogon_cpu_seconds_total",
            "Processor time that openlogond has used.",
            (double)(usage.user_time + usage.kernel_time) / 1e7);
}

/* --- workers -----------------------------------------------------------------------------------
 */

/* Each metric over all groups: a metric's samples have to follow each other. */
static void add_of_groups(struct sheet *sheet, double (*number)(const struct worker_group_state *))
{
    struct worker_group_state state;

    for (size_t i = 0; worker_pool_state(sheet->call->daemon->pool, i, &state); i++)
        add(sheet, state.name, number(&state));
}

static double number_of_workers(const struct worker_group_state *state)
{
    return (double)state->n_workers;
}

static double number_of_waiting(const struct worker_group_state *state)
{
    return (double)state->n_waiting;
}

static double number_of_deaths(const struct worker_group_state *state)
{
    return (double)state->n_deaths;
}

static void add_workers(struct sheet *sheet)
{
    begin(sheet, METRIC_GAUGE, "openlogon_workers", "Worker processes, by their package.",
          "package");
    add_of_groups(sheet, number_of_workers);
    begin(sheet, METRIC_GAUGE, "openlogon_jobs_waiting", "Jobs that wait for a worker.", "package");
    add_of_groups(sheet, number_of_waiting);
    begin(sheet, METRIC_COUNTER, "openlogon_worker_restarts_total",
          "Workers that ended though they were not to, and were replaced.", "package");
    add_of_groups(sheet, number_of_deaths);
}

nt_status call_metrics(struct call *call)
{
    static void (*const parts[])(struct sheet * sheet) = {
        add_build, add_logons, add_held, add_tokens, add_memory, add_workers,
    };
    struct sheet sheet = { .call = call, .reply = &call->answer.metrics };

    openlogon__metrics_reply__init(sheet.reply);
    sheet.reply->metrics = room(&sheet, METRICS_MAX * sizeof(*sheet.reply->metrics));
    for (size_t i = 0; i < ARRAY_SIZE(parts) && !sheet.failed; i++)
        parts[i](&sheet);
    if (sheet.failed)
        return NT(NO_MEMORY);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_METRICS;
    call->answer.reply.metrics = sheet.reply;
    return NT_OK;
}
