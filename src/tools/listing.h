/* SPDX-License-Identifier: MIT */
/* The sessions that the caller may see, as both logonsessions and `logon sessions` show them: page
 * by page, so that the first are shown while the authority still tells of others, or all at once.
 */
#ifndef OPENLOGON_TOOLS_LISTING_H
#define OPENLOGON_TOOLS_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <openlogon.h>

#include "base/macros.h"

struct listed_process {
    uint32_t pid;
    uint64_t session;
    uint32_t basis; /* OPENLOGON_PROCESS_BASIS */
    char name[16];
};

enum { LISTED_SID_SIZE = 192 };

/* Strings are UTF-8 and the listing's; empty where the authority has nothing. */
struct listed_session {
    uint64_t id;
    const char *user, *domain, *package, *server, *dns_domain, *upn;
    char sid[LISTED_SID_SIZE];
    uint32_t type; /* SECURITY_LOGON_TYPE */
    uint32_t wts_session;
    int64_t logon_time; /* FILETIME */
    uint32_t uid;       /* UINT32_MAX: none */
    uint32_t references;
    bool enforced;
    uint64_t linked;         /* of an administrator's two sessions the other; 0: none */
    uint32_t elevation_type; /* TOKEN_ELEVATION_TYPE */
    /* Of a login through PAM, else empty. */
    const char *service, *tty, *remote_host, *remote_user;
};

/* Starts as all zeros. */
struct listing {
    struct listed_session *sessions; /* those that are loaded, by rising LUID */
    size_t n_sessions;
    size_t n_before;                  /* of the pages that came before */
    struct listed_process *processes; /* by session, and by rising pid */
    size_t n_processes;
    size_t n_hidden; /* sessions so far that the caller may not query */
    LUID position;
    bool at_end;
    OPENLOGON_SESSION **blocks;
    size_t n_blocks;
};

/* Asks for the processes, then for all sessions. Returns false after complaining. */
_must_check_ bool listing_load(struct listing *l);

/* Asks for the processes alone, and then for one page of sessions after the other, in place of the
 * one before. False: it was complained of; there are no more when `at_end` is set. */
_must_check_ bool listing_open(struct listing *l);
_must_check_ bool listing_next_page(struct listing *l);

void listing_done(struct listing *l); /* for _cleanup_(listing_done) too */

/* NULL: it is not among those that are loaded. */
const struct listed_session *listing_find(const struct listing *l, uint64_t id);

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

/* Of the sessions that are loaded. Headings come with the first page. */
void listing_print_blocks(const struct listing *l, FILE *to, unsigned flags);
void listing_print_fields(const struct listing *l, FILE *to, enum listing_separator separator,
                          unsigned flags);

/* A whole document of a listing that is open. Returns the exit code, after complaining. */
int listing_print_json(struct listing *l);

#endif
