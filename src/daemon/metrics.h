/* SPDX-License-Identifier: MIT */
/*
 * What openlogond counts, for `logon metrics`. Counting costs an addition or two and no system
 * call; what is merely there (tokens, connections, memory) is looked at when somebody asks. Counts
 * begin with openlogond.
 */
#ifndef OPENLOGON_DAEMON_METRICS_H
#define OPENLOGON_DAEMON_METRICS_H

#include "authority/session_store.h"

enum {
    LOGON_TYPES_END = 14, /* of SECURITY_LOGON_TYPE; 0 is SYSTEM's */
};

/* Why a logon failed, in classes. */
enum failure_class {
    FAILURE_CREDENTIALS, /* an unknown user or a wrong password: which, is not told */
    FAILURE_LOCKED_OUT,
    FAILURE_RESTRICTION, /* disabled, expired, the wrong hour or machine, a password to be changed
                          */
    FAILURE_NOT_GRANTED, /* no right to log on in this way */
    FAILURE_PACKAGE,     /* a package that is missing, died or answered too late */
    FAILURE_RESOURCES,
    FAILURE_OTHER,
    FAILURE_CLASSES_END,
};

enum { LATENCY_BUCKETS = 13 }; /* with that of all the rest */

struct metrics_counts {
    uint64_t logons[LOGON_TYPES_END]; /* that succeeded; logins through PAM too */
    uint64_t failures[FAILURE_CLASSES_END];
    uint64_t sessions[LOGON_TYPES_END]; /* that there are */
    uint64_t sessions_ended;
    uint64_t latency[LATENCY_BUCKETS]; /* each its own, not those below it */
    uint64_t latency_sum_usec;
};

typedef struct Metrics Metrics;

/* Counts the store's sessions from now on, and those that it has. Borrows it. */
_must_check_ nt_status metrics_new(Metrics **ret, SessionStore *sessions);
Metrics *metrics_free(Metrics *metrics);
DEFINE_CLEANUP(Metrics *, metrics_free);

/* A logon that was asked for, how it ended, and how long after the request that was known. */
void metrics_logged_on(Metrics *metrics, uint32_t logon_type, uint64_t took_usec);
void metrics_failed(Metrics *metrics, nt_status status, uint64_t took_usec);
/* A login through PAM, which has asked for the password itself. */
void metrics_let_in(Metrics *metrics, nt_status status, uint32_t logon_type);

const struct metrics_counts *metrics_counts(const Metrics *metrics);
/* The upper bound of a bucket, in microseconds; UINT64_MAX: there is none. */
uint64_t metrics_bucket_usec(size_t i);
enum failure_class metrics_failure_class(nt_status status);

#endif
