/* SPDX-License-Identifier: MIT */
/*
 * One WQL query to many machines side by side, each through its openlogon-cim. This is a module of
 * its own that programs load when they need it: with the libraries that it brings along they would
 * start eight times as slowly.
 */
#ifndef OPENLOGON_REMOTE_REMOTE_H
#define OPENLOGON_REMOTE_REMOTE_H

#include "remote/host_list.h"
#include "remote/row_store.h"

enum remote_outcome {
    REMOTE_ANSWERED,
    REMOTE_NO_SUCH_HOST, /* its name has no address */
    REMOTE_REFUSED,      /* nothing listens there */
    REMOTE_UNREACHABLE,
    REMOTE_TIMEOUT,
    REMOTE_TLS, /* certificate or handshake */
    REMOTE_AUTHENTICATION,
    REMOTE_NOT_OPENLOGON, /* what answers is no openlogon-cim, or breaks off */
    REMOTE_ERROR,         /* it is one, and says no */
    REMOTE_TOO_LARGE,
    REMOTE_OUTCOMES,
};

/* "answered", "timeout": for programs to read. */
const char *remote_outcome_word(enum remote_outcome outcome);

enum remote_flags {
    REMOTE_HTTP = 1 << 0,     /* without TLS */
    REMOTE_INSECURE = 1 << 1, /* whatever certificate it has */
};

enum {
    REMOTE_HTTPS_PORT = 5989,
    REMOTE_HTTP_PORT = 5988,
    REMOTE_PARALLEL_MAX = 512,
};

/* All borrowed. */
struct remote_spec {
    const struct host_list *hosts;
    const char *query;
    unsigned flags;       /* enum remote_flags */
    const char *ca_file;  /* PEM; NULL: those that the machine trusts */
    const char *user;     /* NULL: what the netrc file has for each machine */
    const char *password; /* of the user */
    const char *netrc;
    unsigned timeout_ms; /* of each machine, from when it is its turn */
    unsigned n_parallel;
    size_t answer_size_max;
};

/* How it went with one. Borrowed, for the call. */
struct remote_result {
    const struct remote_host *host;
    enum remote_outcome outcome;
    const char *reason; /* for people; "" where it answered. May hold what the machine says */
    unsigned took_ms;
    const struct row_store *rows; /* none where it has not ANSWERED: half an answer is none */
};

/* As they come. False ends it all. */
typedef bool (*remote_visit)(void *context, const struct remote_result *result);

/**
 * Asks them all, in the order of the list, so many at a time.
 * Returns false when the visit has ended it, or when it cannot go on (*ret_reason: why; else NULL).
 */
typedef bool remote_ask_function(const struct remote_spec *spec, remote_visit visit, void *context,
                                 const char **ret_reason);
_public_ remote_ask_function openlogon_remote_ask;

#endif
