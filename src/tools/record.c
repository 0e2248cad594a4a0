/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <stdlib.h>

#include "base/filetime.h"
#include "base/luid.h"
#include "query/tables.h"

static const char *const session_columns[SESSION_COLUMNS] = {
    [SESSION_LUID] = "luid",
    [SESSION_USER] = "user",
    [SESSION_DOMAIN] = "domain",
    [SESSION_SID] = "sid",
    [SESSION_TYPE] = "logon_type_name",
    [SESSION_PACKAGE] = "authentication_package",
    [SESSION_WTS] = "session_id",
    [SESSION_LOGON_TIME] = "logon_time",
    [SESSION_SERVER] = "logon_server",
    [SESSION_DNS_DOMAIN] = "dns_domain",
    [SESSION_UPN] = "upn",
    [SESSION_UID] = "uid",
    [SESSION_TOKENS] = "tokens",
    [SESSION_ENFORCED] = "enforced",
    [SESSION_LINKED] = "linked",
    [SESSION_ELEVATION] = "elevation",
    [SESSION_SERVICE] = "service",
    [SESSION_TTY] = "tty",
    [SESSION_REMOTE_HOST] = "remote_host",
    [SESSION_REMOTE_USER] = "remote_user",
    [SESSION_LEADER] = "leader",
    [SESSION_LAST_SUCCESS] = "last_success",
    [SESSION_LAST_FAILURE] = "last_failure",
    [SESSION_FAILED_ATTEMPTS] = "failed_attempts",
    [SESSION_PASSWORD_SET] = "password_last_set",
    [SESSION_KICK_OFF] = "kick_off_time",
};

static const char *const process_columns[PROCESS_COLUMNS] = {
    [PROCESS_SESSION] = "session",
    [PROCESS_PID] = "pid",
    [PROCESS_PARENT] = "parent",
    [PROCESS_NAME] = "name",
    [PROCESS_BASIS] = "basis",
    [PROCESS_STARTED] = "started",
    [PROCESS_COMMAND_LINE] = "command_line",
    [PROCESS_EXECUTABLE] = "executable",
    [PROCESS_USER_TIME] = "user_time",
    [PROCESS_KERNEL_TIME] = "kernel_time",
    [PROCESS_RESIDENT] = "resident_bytes",
};

static const char *const token_columns[RECORD_TOKEN_COLUMNS] = {
    [RECORD_TOKEN_PID] = "pid",           [RECORD_TOKEN_ID] = "token_id",
    [RECORD_TOKEN_ORIGIN] = "origin",     [RECORD_TOKEN_INTEGRITY] = "integrity_name",
    [RECORD_TOKEN_ELEVATED] = "elevated", [RECORD_TOKEN_RESTRICTED] = "restricted",
    [RECORD_TOKEN_SOURCE] = "source",
};

static const char *const group_columns[GROUP_COLUMNS] = {
    [GROUP_NAME] = "name",
    [GROUP_USE] = "sid_use_name",
    [GROUP_SID] = "sid",
    [GROUP_ATTRIBUTES] = "attributes",
    [GROUP_INTEGRITY] = "integrity",
    [GROUP_RESTRICTING] = "restricting",
};

static const char *const privilege_columns[PRIVILEGE_COLUMNS] = {
    [PRIVILEGE_NAME] = "name",
    [PRIVILEGE_DESCRIPTION] = "description",
    [PRIVILEGE_ENABLED] = "enabled",
    [PRIVILEGE_BY_DEFAULT] = "enabled_by_default",
};

void record_done(struct record *r)
{
    loaded_done(&r->sessions);
    loaded_done(&r->processes);
}

static query_status add_sessions(struct record *r, const char *key, const struct query_value *value)
{
    const struct loaded_spec spec = { &query_sessions_table, session_columns, SESSION_COLUMNS, key,
                                      value };

    return loaded_add(&r->sessions, &spec);
}

query_status record_add(struct record *r, uint64_t session)
{
    const struct query_value luid = { .kind = QUERY_INTEGER, .number = (int64_t)session };

    return add_sessions(r, "luid", &luid);
}

static query_status add_of_user(struct record *r, const char *user)
{
    _cleanup_(query_value_done) struct query_value name = { 0 };
    const query_status status = query_set_text(&name, user);

    return query_failed(status) ? status : add_sessions(r, "user", &name);
}

static query_status add_chosen(struct record *r)
{
    if (r->choice.has_session)
        return record_add(r, r->choice.session);
    return r->choice.user ? add_of_user(r, r->choice.user) : add_sessions(r, NULL, NULL);
}

/* Of all that there are. Those that ended meanwhile count as none. */
static query_status count_hidden(struct record *r)
{
    ULONG n = 0;
    PLUID luids = NULL;
    const query_status status = query_of_nt(LsaEnumerateLogonSessions(&n, &luids));

    if (query_failed(status))
        return status;
    LsaFreeReturnBuffer(luids);
    r->n_hidden = n > r->sessions.n_rows ? n - r->sessions.n_rows : 0;
    return QUERY_OK;
}

/* By session, and as they started. */
static int by_session(const void *a, const void *b)
{
    const struct query_value *one = a, *other = b;
    static const enum record_process order[] = { PROCESS_SESSION, PROCESS_STARTED, PROCESS_PID };

    for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
        const int64_t x = one[order[i]].number, y = other[order[i]].number;

        if (x != y)
            return (uint64_t)x < (uint64_t)y ? -1 : 1;
    }
    return 0;
}

static int by_luid(const void *a, const void *b)
{
    const struct query_value *one = a, *other = b;
    const uint64_t x = (uint64_t)one[SESSION_LUID].number;
    const uint64_t y = (uint64_t)other[SESSION_LUID].number;

    return x < y ? -1 : x > y;
}

static void sort_rows(struct loaded *l, int (*compare)(const void *, const void *))
{
    if (l->n_rows > 0)
        qsort(l->values, l->n_rows, l->n_columns * sizeof(*l->values), compare);
}

static query_status read_processes(struct record *r)
{
    const struct query_value luid = { .kind = QUERY_INTEGER, .number = (int64_t)r->choice.session };
    const struct loaded_spec spec = { &query_processes_table, process_columns, PROCESS_COLUMNS,
                                      r->choice.has_session ? "session" : NULL, &luid };
    const query_status status = loaded_add(&r->processes, &spec);

    if (!query_failed(status))
        sort_rows(&r->processes, by_session);
    return status;
}

query_status record_read(struct record *r, const struct record_choice *choice)
{
    query_status status;

    r->choice = *choice;
    r->made = filetime_now();
    status = add_chosen(r);
    sort_rows(&r->sessions, by_luid);
    r->n_chosen = r->sessions.n_rows;
    if (!query_failed(status) && !choice->user && !choice->has_session)
        status = count_hidden(r);
    return query_failed(status) ? status : read_processes(r);
}

size_t record_processes(const struct record *r, uint64_t session, size_t *ret_n)
{
    size_t low = 0, high = r->processes.n_rows, end;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if ((uint64_t)loaded_number(&r->processes, middle, PROCESS_SESSION) < session)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < r->processes.n_rows; end++) {
        if ((uint64_t)loaded_number(&r->processes, end, PROCESS_SESSION) != session)
            break;
    }
    *ret_n = end - low;
    return low;
}

/* Those that were chosen come by rising LUID. */
static size_t find_chosen(const struct record *r, uint64_t session)
{
    size_t low = 0, high = r->n_chosen;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if ((uint64_t)loaded_number(&r->sessions, middle, SESSION_LUID) < session)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->n_chosen && (uint64_t)loaded_number(&r->sessions, low, SESSION_LUID) == session
               ? low
               : SIZE_MAX;
}

size_t record_find(const struct record *r, uint64_t session)
{
    const size_t chosen = find_chosen(r, session);

    for (size_t i = r->n_chosen; chosen == SIZE_MAX && i < r->sessions.n_rows; i++) {
        if ((uint64_t)loaded_number(&r->sessions, i, SESSION_LUID) == session)
            return i;
    }
    return chosen;
}

static query_status of_process(struct loaded *ret, const struct query_table *table,
                               const char *const *columns, size_t n_columns, int64_t pid)
{
    const struct query_value value = { .kind = QUERY_INTEGER, .number = pid };
    const struct loaded_spec spec = { table, columns, n_columns, "pid", &value };

    return loaded_add(ret, &spec);
}

query_status record_token(struct loaded *ret, int64_t pid)
{
    return of_process(ret, &query_tokens_table, token_columns, RECORD_TOKEN_COLUMNS, pid);
}

query_status record_groups(struct loaded *ret, int64_t pid)
{
    return of_process(ret, &query_groups_table, group_columns, GROUP_COLUMNS, pid);
}

query_status record_privileges(struct loaded *ret, int64_t pid)
{
    return of_process(ret, &query_privileges_table, privilege_columns, PRIVILEGE_COLUMNS, pid);
}
