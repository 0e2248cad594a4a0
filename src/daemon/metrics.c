/* SPDX-License-Identifier: MIT */
#include "daemon/metrics.h"

#include <stdlib.h>

struct Metrics {
    SessionStore *sessions;
    struct metrics_counts counts;
};

/* --- classes -----------------------------------------------------------------------------------
 */

enum failure_class metrics_failure_class(nt_status status)
{
    static const struct {
        int32_t status;
        enum failure_class class;
    } classes[] = {
        { STATUS_NO_SUCH_USER, FAILURE_CREDENTIALS },
        { STATUS_NO_SUCH_DOMAIN, FAILURE_CREDENTIALS },
        { STATUS_WRONG_PASSWORD, FAILURE_CREDENTIALS },
        { STATUS_LOGON_FAILURE, FAILURE_CREDENTIALS },
        { STATUS_ACCOUNT_LOCKED_OUT, FAILURE_LOCKED_OUT },
        { STATUS_ACCOUNT_RESTRICTION, FAILURE_RESTRICTION },
        { STATUS_ACCOUNT_DISABLED, FAILURE_RESTRICTION },
        { STATUS_ACCOUNT_EXPIRED, FAILURE_RESTRICTION },
        { STATUS_PASSWORD_EXPIRED, FAILURE_RESTRICTION },
        { STATUS_PASSWORD_MUST_CHANGE, FAILURE_RESTRICTION },
        { STATUS_INVALID_LOGON_HOURS, FAILURE_RESTRICTION },
        { STATUS_INVALID_WORKSTATION, FAILURE_RESTRICTION },
        { STATUS_LOGON_TYPE_NOT_GRANTED, FAILURE_NOT_GRANTED },
        { STATUS_PRIVILEGE_NOT_HELD, FAILURE_NOT_GRANTED },
        { STATUS_NO_SUCH_PACKAGE, FAILURE_PACKAGE },
        { STATUS_DLL_INIT_FAILED, FAILURE_PACKAGE },
        { (int32_t)RPC_NT_CALL_FAILED, FAILURE_PACKAGE },
        { STATUS_IO_TIMEOUT, FAILURE_PACKAGE },
        { STATUS_INTERNAL_ERROR, FAILURE_PACKAGE },
        { STATUS_INSUFFICIENT_RESOURCES, FAILURE_RESOURCES },
        { STATUS_QUOTA_EXCEEDED, FAILURE_RESOURCES },
        { STATUS_NO_MEMORY, FAILURE_RESOURCES },
        { STATUS_DISK_FULL, FAILURE_RESOURCES },
    };

    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        if (status.code == classes[i].status)
            return classes[i].class;
    }
    return FAILURE_OTHER;
}

/* --- latency -----------------------------------------------------------------------------------
 */

uint64_t metrics_bucket_usec(size_t i)
{
    static const uint64_t bounds[] = {
        1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000,
    };

    _Static_assert(ARRAY_SIZE(bounds) + 1 == LATENCY_BUCKETS, "the last has no bound");
    return i < ARRAY_SIZE(bounds) ? bounds[i] : UINT64_MAX;
}

static void note_latency(struct metrics_counts *counts, uint64_t took_usec)
{
    size_t i = 0;

    while (took_usec > metrics_bucket_usec(i))
        i++;
    counts->latency[i]++;
    counts->latency_sum_usec += took_usec;
}

/* --- counting ----------------------------------------------------------------------------------
 */

/* A type that there is not in Windows' enumeration is counted nowhere. */
static void change(uint64_t *counts, uint32_t logon_type, uint64_t by)
{
    if (logon_type < LOGON_TYPES_END)
        counts[logon_type] += by;
}

void metrics_logged_on(Metrics *metrics, uint32_t logon_type, uint64_t took_usec)
{
    change(metrics->counts.logons, logon_type, 1);
    note_latency(&metrics->counts, took_usec);
}

void metrics_failed(Metrics *metrics, nt_status status, uint64_t took_usec)
{
    metrics->counts.failures[metrics_failure_class(status)]++;
    note_latency(&metrics->counts, took_usec);
}

void metrics_let_in(Metrics *metrics, nt_status status, uint32_t logon_type)
{
    if (nt_failed(status))
        metrics->counts.failures[metrics_failure_class(status)]++;
    else
        change(metrics->counts.logons, logon_type, 1);
}

static void on_started(const Session *session, void *context)
{
    Metrics *metrics = context;

    change(metrics->counts.sessions, session->facts->logon_type, 1);
}

/* One that never was active has not been counted. */
static void on_ended(const Session *session, void *context)
{
    Metrics *metrics = context;

    if (!session->facts)
        return;
    change(metrics->counts.sessions, session->facts->logon_type, (uint64_t)-1);
    metrics->counts.sessions_ended++;
}

const struct metrics_counts *metrics_counts(const Metrics *metrics)
{
    return &metrics->counts;
}

nt_status metrics_new(Metrics **ret, SessionStore *sessions)
{
    Metrics *metrics = calloc(1, sizeof(*metrics));

    if (!metrics)
        return NT(NO_MEMORY);
    metrics->sessions = sessions;
    for (Session *s = session_store_next(sessions, 0); s; s = session_store_following(s))
        on_started(s, metrics);
    session_store_listen(sessions, (struct session_listener){ on_started, on_ended, metrics });
    *ret = metrics;
    return NT_OK;
}

Metrics *metrics_free(Metrics *metrics)
{
    if (metrics)
        session_store_unlisten(metrics->sessions, metrics);
    free(metrics);
    return NULL;
}
