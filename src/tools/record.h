/* SPDX-License-Identifier: MIT */
/*
 * What an incident record tells: who made it where and when, and the sessions with their processes,
 * read once from the tables of the query layer. What the caller may not see is not there.
 */
#ifndef OPENLOGON_TOOLS_RECORD_H
#define OPENLOGON_TOOLS_RECORD_H

#include "loaded.h"

/* Columns of sessions. */
enum record_session {
    SESSION_LUID,
    SESSION_USER,
    SESSION_DOMAIN,
    SESSION_SID,
    SESSION_TYPE,
    SESSION_PACKAGE,
    SESSION_WTS,
    SESSION_LOGON_TIME,
    SESSION_SERVER,
    SESSION_DNS_DOMAIN,
    SESSION_UPN,
    SESSION_UID,
    SESSION_TOKENS,
    SESSION_ENFORCED,
    SESSION_LINKED,
    SESSION_ELEVATION,
    SESSION_SERVICE,
    SESSION_TTY,
    SESSION_REMOTE_HOST,
    SESSION_REMOTE_USER,
    SESSION_LEADER,
    SESSION_LAST_SUCCESS,
    SESSION_LAST_FAILURE,
    SESSION_FAILED_ATTEMPTS,
    SESSION_PASSWORD_SET,
    SESSION_KICK_OFF,
    SESSION_COLUMNS,
};

/* Of processes. */
enum record_process {
    PROCESS_SESSION,
    PROCESS_PID,
    PROCESS_PARENT,
    PROCESS_NAME,
    PROCESS_BASIS,
    PROCESS_STARTED,
    PROCESS_COMMAND_LINE,
    PROCESS_EXECUTABLE,
    PROCESS_USER_TIME,
    PROCESS_KERNEL_TIME,
    PROCESS_RESIDENT,
    PROCESS_COLUMNS,
};

/* Of the token of a session's first process. */
enum record_token {
    RECORD_TOKEN_PID,
    RECORD_TOKEN_ID,
    RECORD_TOKEN_ORIGIN,
    RECORD_TOKEN_INTEGRITY,
    RECORD_TOKEN_ELEVATED,
    RECORD_TOKEN_RESTRICTED,
    RECORD_TOKEN_SOURCE,
    RECORD_TOKEN_COLUMNS,
};

enum record_group {
    GROUP_NAME,
    GROUP_USE,
    GROUP_SID,
    GROUP_ATTRIBUTES,
    GROUP_INTEGRITY,
    GROUP_RESTRICTING,
    GROUP_COLUMNS,
};

enum record_privilege {
    PRIVILEGE_NAME,
    PRIVILEGE_DESCRIPTION,
    PRIVILEGE_ENABLED,
    PRIVILEGE_BY_DEFAULT,
    PRIVILEGE_COLUMNS,
};

/* Which sessions; all zeros: all. */
struct record_choice {
    const char *user; /* NULL: of anybody */
    uint64_t session;
    bool has_session;
};

/* Owns all. Starts as all zeros. */
struct record {
    struct record_choice choice;
    int64_t made; /* FILETIME */
    struct loaded sessions;
    size_t n_chosen; /* of these: the rest are those that chosen ones are linked to or come from */
    struct loaded processes; /* in the order of sessions */
    size_t n_hidden;         /* sessions that there are and that are not told of */
};

void record_done(struct record *r); /* for _cleanup_() too */

/* Reads sessions and processes. */
_must_check_ query_status record_read(struct record *r, const struct record_choice *choice);

/* A session's processes; *ret_n of them from the one that is returned on. */
size_t record_processes(const struct record *r, uint64_t session, size_t *ret_n);

/* SIZE_MAX: it is not among those that were read. */
size_t record_find(const struct record *r, uint64_t session);

/* Reads what there is of a process's token: no row where it may not be seen, or has ended. */
_must_check_ query_status record_token(struct loaded *ret, int64_t pid);
_must_check_ query_status record_groups(struct loaded *ret, int64_t pid);
_must_check_ query_status record_privileges(struct loaded *ret, int64_t pid);

/* Adds a session that is not there yet. */
_must_check_ query_status record_add(struct record *r, uint64_t session);

#endif
