/* SPDX-License-Identifier: MIT */
/* The sessions that the caller may see, as both logonsessions and `logon sessions` show them. */
#ifndef OPENLOGON_TOOLS_LISTING_H
#define OPENLOGON_TOOLS_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/macros.h"

struct listed_process {
    uint32_t pid;
    uint64_t session;
    uint32_t basis; /* OPENLOGON_PROCESS_BASIS */
    char name[16];
};

/* Strings are UTF-8 and owned; empty where the authority has nothing. */
struct listed_session {
    uint64_t id;
    char *user;
    char *domain;
    char *package;
    char *sid; /* NULL: none */
    char *server;
    char *dns_domain;
    char *upn;
    uint32_t type; /* SECURITY_LOGON_TYPE */
    uint32_t wts_session;
    int64_t logon_time; /* FILETIME */
    uint32_t uid;       /* UINT32_MAX: none */
    uint32_t references;
    bool enforced;
    uint64_t linked;         /* of an administrator's two sessions the other; 0: none */
    uint32_t elevation_type; /* TOKEN_ELEVATION_TYPE */
    /* Of a login through PAM, else NULL. */
    char *service, *tty, *remote_host, *remote_user;
};

/* In the order of the authority; processes by rising pid. */
struct listing {
    struct listed_session *sessions;
    size_t n_sessions;
    struct listed_process *processes;
    size_t n_processes;
    size_t n_hidden; /* sessions that the caller may not query */
};

/* Asks the authority. Returns false after complaining; `ret` is then empty. */
_must_check_ bool listing_load(struct listing *ret);
void listing_done(struct listing *l); /* for _cleanup_(listing_done) too */

/* Calls `visit` for each process of the session. */
void listing_each_process(const struct listing *l, const struct listed_session *session,
                          void (*visit)(const struct listed_process *process, void *context),
                          void *context);
size_t listing_count_processes(const struct listing *l, const struct listed_session *session);

/* The forms that both programs print. */
enum listing_separator {
    LISTING_COMMAS = ',',
    LISTING_TABS = '\t',
};

enum listing_flags {
    LISTING_WITH_PROCESSES = 1 << 0,
};

void listing_print_blocks(const struct listing *l, FILE *to, unsigned flags);
void listing_print_fields(const struct listing *l, FILE *to, enum listing_separator separator,
                          unsigned flags);
int listing_print_json(const struct listing *l); /* the exit code */

#endif
