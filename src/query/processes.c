/* SPDX-License-Identifier: MIT */
/* Processes, with the logon session each is in, and what the kernel tells of them. */
#include <stdlib.h>
#include <string.h>

#include <openlogon.h>

#include "base/luid.h"
#include "query/process_facts.h"
#include "query/tables.h"
#include "query/words.h"

enum column {
    PID,
    SESSION,
    NAME,
    BASIS,
    PARENT,
    STARTED,
    COMMAND_LINE,
    EXECUTABLE,
    PRIORITY,
    THREADS,
    USER_TIME,
    KERNEL_TIME,
    PAGE_FAULTS,
    VIRTUAL_BYTES,
    RESIDENT_BYTES,
    VIRTUAL_PEAK_BYTES,
    RESIDENT_PEAK_BYTES,
    RESIDENT_PEAK_KILOBYTES,
    SWAPPED_KILOBYTES,
    PRIVATE_BYTES,
    READS,
    READ_BYTES,
    WRITES,
    WRITTEN_BYTES,
    DESCRIPTORS,
    WTS_SESSION,
    N_COLUMNS,
};

static const struct query_column columns[N_COLUMNS] = {
    [PID] = { "pid", QUERY_INTEGER, QUERY_KEY | QUERY_UNIQUE },
    [SESSION] = { "session", QUERY_INTEGER, QUERY_KEY },
    [NAME] = { "name", QUERY_TEXT },
    [BASIS] = { "basis", QUERY_TEXT },
    [PARENT] = { "parent", QUERY_INTEGER },
    [STARTED] = { "started", QUERY_TIME },
    [COMMAND_LINE] = { "command_line", QUERY_TEXT },
    [EXECUTABLE] = { "executable", QUERY_TEXT },
    [PRIORITY] = { "priority", QUERY_INTEGER },
    [THREADS] = { "threads", QUERY_INTEGER },
    [USER_TIME] = { "user_time", QUERY_INTEGER },
    [KERNEL_TIME] = { "kernel_time", QUERY_INTEGER },
    [PAGE_FAULTS] = { "page_faults", QUERY_INTEGER },
    [VIRTUAL_BYTES] = { "virtual_bytes", QUERY_INTEGER },
    [RESIDENT_BYTES] = { "resident_bytes", QUERY_INTEGER },
    [VIRTUAL_PEAK_BYTES] = { "virtual_peak_bytes", QUERY_INTEGER, QUERY_HIDDEN },
    [RESIDENT_PEAK_BYTES] = { "resident_peak_bytes", QUERY_INTEGER, QUERY_HIDDEN },
    [RESIDENT_PEAK_KILOBYTES] = { "resident_peak_kilobytes", QUERY_INTEGER, QUERY_HIDDEN },
    [SWAPPED_KILOBYTES] = { "swapped_kilobytes", QUERY_INTEGER, QUERY_HIDDEN },
    [PRIVATE_BYTES] = { "private_bytes", QUERY_INTEGER, QUERY_HIDDEN },
    [READS] = { "reads", QUERY_INTEGER, QUERY_HIDDEN },
    [READ_BYTES] = { "read_bytes", QUERY_INTEGER, QUERY_HIDDEN },
    [WRITES] = { "writes", QUERY_INTEGER, QUERY_HIDDEN },
    [WRITTEN_BYTES] = { "written_bytes", QUERY_INTEGER, QUERY_HIDDEN },
    [DESCRIPTORS] = { "descriptors", QUERY_INTEGER, QUERY_HIDDEN },
    [WTS_SESSION] = { "session_id", QUERY_INTEGER, QUERY_HIDDEN },
};

_Static_assert((int)PID == (int)QUERY_PROCESSES_PID, "others look processes up by it");

/*
 * All processes that the caller may see are read once, in the order of sessions, so that a join
 * which asks for those of session after session reads them once. One by its pid is asked for alone.
 */
struct processes {
    query_cursor base;
    OPENLOGON_PROCESS *all; /* LsaFreeReturnBuffer; NULL: not read yet */
    DWORD n_all;
    OPENLOGON_PROCESS one;
    const OPENLOGON_PROCESS *at, *end; /* what is still to be given */
    const OPENLOGON_PROCESS *row;
    struct process_stat stat; /* of the row */
    bool stat_read;
};

static void done(query_cursor *c)
{
    struct processes *p = container_of(c, struct processes, base);

    if (p->all)
        LsaFreeReturnBuffer(p->all);
}

static int by_session(const void *a, const void *b)
{
    const OPENLOGON_PROCESS *p = a, *q = b;
    const uint64_t x = luid_to_u64(p->session), y = luid_to_u64(q->session);

    if (x != y)
        return x < y ? -1 : 1;
    return p->pid < q->pid ? -1 : p->pid > q->pid;
}

static query_status read_all(struct processes *p)
{
    if (p->all)
        return QUERY_OK;
    if (!openlogon_enumerate_processes(&p->all, &p->n_all))
        return query_last_error();
    qsort(p->all, p->n_all, sizeof(*p->all), by_session);
    return QUERY_OK;
}

/* The first that is of the session or of a later one. */
static const OPENLOGON_PROCESS *first_from(const struct processes *p, uint64_t session)
{
    size_t low = 0, high = p->n_all;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (luid_to_u64(p->all[middle].session) < session)
            low = middle + 1;
        else
            high = middle;
    }
    return p->all + low;
}

static query_status of_session(struct processes *p, const struct query_value *session)
{
    query_status status = read_all(p);
    int64_t luid;

    if (query_failed(status) || !query_to_number(session, &luid))
        return status;
    p->at = first_from(p, (uint64_t)luid);
    p->end = (uint64_t)luid == UINT64_MAX ? p->all + p->n_all : first_from(p, (uint64_t)luid + 1);
    return QUERY_OK;
}

/* Whether the caller would find it in the list: in which session a process is, everybody may ask.
 */
static bool may_see(LUID session)
{
    SECURITY_LOGON_SESSION_DATA *data;

    if (LsaGetLogonSessionData(&session, &data) != STATUS_SUCCESS)
        return false;
    LsaFreeReturnBuffer(data);
    return true;
}

static query_status of_pid(struct processes *p, const struct query_value *pid)
{
    OPENLOGON_PROCESS *one = &p->one;
    int64_t number;

    if (!query_to_number(pid, &number) || number <= 0 || number > INT32_MAX)
        return QUERY_OK;
    *one = (OPENLOGON_PROCESS){ .pid = (DWORD)number };
    if (!openlogon_query_process_session(one->pid, &one->session, &one->basis))
        return GetLastError() == ERROR_INVALID_PARAMETER ? QUERY_OK : query_last_error();
    if (!may_see(one->session) || !process_stat_read(&p->stat, one->pid))
        return QUERY_OK;
    memcpy(one->name, p->stat.name, sizeof(one->name) - 1);
    p->at = one;
    p->end = one + 1;
    return QUERY_OK;
}

static query_status filter(query_cursor *c, const struct query_match *matches, size_t n)
{
    struct processes *p = container_of(c, struct processes, base);
    const struct query_value *pid = query_match_of(matches, n, PID);
    const struct query_value *session = query_match_of(matches, n, SESSION);
    query_status status;

    p->at = p->end = p->row = NULL;
    if (pid)
        return of_pid(p, pid);
    if (session)
        return of_session(p, session);
    status = read_all(p);
    if (!query_failed(status)) {
        p->at = p->all;
        p->end = p->all + p->n_all;
    }
    return status;
}

static query_status next(query_cursor *c, bool *ret_found)
{
    struct processes *p = container_of(c, struct processes, base);

    *ret_found = p->at < p->end;
    p->row = *ret_found ? p->at++ : NULL;
    p->stat_read = false;
    return QUERY_OK;
}

/* --- values --------------------------------------------------------------------------------- */

static void stat_value(const struct process_stat *stat, size_t column, struct query_value *ret)
{
    const struct {
        size_t column;
        uint64_t number;
    } numbers[] = {
        { PARENT, stat->parent },
        { PRIORITY, (uint64_t)stat->priority },
        { THREADS, stat->n_threads },
        { USER_TIME, stat->user_time },
        { KERNEL_TIME, stat->kernel_time },
        { PAGE_FAULTS, stat->page_faults },
        { VIRTUAL_BYTES, stat->virtual_bytes },
        { RESIDENT_BYTES, stat->resident_bytes },
    };

    if (column == STARTED)
        query_set_time(ret, stat->started);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        if (numbers[i].column == column)
            query_set_integer(ret, (int64_t)numbers[i].number);
    }
}

/* What a file of the process's tells as "Name: number". */
static const struct {
    size_t column;
    const char *file, *field;
    uint64_t unit;
} numbers[] = {
    { VIRTUAL_PEAK_BYTES, "status", "VmPeak", 1024 },
    { RESIDENT_PEAK_BYTES, "status", "VmHWM", 1024 },
    { RESIDENT_PEAK_KILOBYTES, "status", "VmHWM", 1 },
    { SWAPPED_KILOBYTES, "status", "VmSwap", 1 },
    { PRIVATE_BYTES, "status", "RssAnon", 1024 },
    { READS, "io", "syscr", 1 },
    { READ_BYTES, "io", "rchar", 1 },
    { WRITES, "io", "syscw", 1 },
    { WRITTEN_BYTES, "io", "wchar", 1 },
};

static void file_value(DWORD pid, size_t column, struct query_value *ret)
{
    uint64_t number;

    if (column == DESCRIPTORS && process_descriptors(pid, &number))
        query_set_integer(ret, (int64_t)number);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        if (numbers[i].column == column &&
            process_number(pid, numbers[i].file, numbers[i].field, &number))
            query_set_integer(ret, (int64_t)(number * numbers[i].unit));
    }
}

static query_status text_value(struct query_value *ret, char *text)
{
    query_status status = text ? query_set_raw_text(ret, text, strlen(text)) : QUERY_OK;

    free(text);
    return status;
}

static void wts_value(const OPENLOGON_PROCESS *process, struct query_value *ret)
{
    LUID session = process->session;
    SECURITY_LOGON_SESSION_DATA *data;

    if (LsaGetLogonSessionData(&session, &data) != STATUS_SUCCESS)
        return;
    query_set_integer(ret, data->Session);
    LsaFreeReturnBuffer(data);
}

static query_status value(query_cursor *c, size_t column, struct query_value *ret)
{
    struct processes *p = container_of(c, struct processes, base);

    switch (column) {
    case PID:
        query_set_integer(ret, p->row->pid);
        return QUERY_OK;
    case SESSION:
        query_set_integer(ret, (int64_t)luid_to_u64(p->row->session));
        return QUERY_OK;
    case NAME:
        return query_set_raw_text(ret, p->row->name, strnlen(p->row->name, sizeof(p->row->name)));
    case BASIS:
        return query_set_text(ret, word_of_basis(p->row->basis));
    case COMMAND_LINE:
        return text_value(ret, process_command_line(p->row->pid));
    case EXECUTABLE:
        return text_value(ret, process_executable(p->row->pid));
    case WTS_SESSION:
        wts_value(p->row, ret);
        return QUERY_OK;
    default:
        break;
    }
    if (column >= VIRTUAL_PEAK_BYTES) {
        file_value(p->row->pid, column, ret);
        return QUERY_OK;
    }
    if (!p->stat_read && !process_stat_read(&p->stat, p->row->pid))
        return QUERY_OK; /* it has ended */
    p->stat_read = true;
    stat_value(&p->stat, column, ret);
    return QUERY_OK;
}

const struct query_table query_processes_table = {
    .name = "processes",
    .summary = "processes and the logon session that each is in",
    .columns = columns,
    .n_columns = N_COLUMNS,
    .rows_expected = 1000,
    .cursor_size = sizeof(struct processes),
    .filter = filter,
    .next = next,
    .value = value,
    .done = done,
};
