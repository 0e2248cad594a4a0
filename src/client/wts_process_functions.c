/* SPDX-License-Identifier: MIT */
/* <wtsapi32.h>: processes. */
#include <windows.h>
#include <wtsapi32.h>

#include <ntsecapi.h>
#include <stdlib.h>
#include <string.h>

#include "base/luid.h"
#include "client/last_error.h"
#include "client/wts.h"
#include "linux/process_usage.h"
#include "security/sid.h"

_Static_assert(sizeof(WTS_PROCESS_INFOA) == sizeof(WTS_PROCESS_INFOW), "one for both");
_Static_assert(sizeof(WTS_PROCESS_INFO_EXA) == sizeof(WTS_PROCESS_INFO_EXW), "one for both");

/* --- the sessions that they are in ---------------------------------------------------------- */

/* Each session is asked for once. Starts as all zeros. */
struct known {
    struct known_session {
        LUID luid;
        SECURITY_LOGON_SESSION_DATA *data; /* NULL: it has ended */
    } * sessions;
    size_t n;
};

static void known_done(struct known *known)
{
    for (size_t i = 0; i < known->n; i++)
        LsaFreeReturnBuffer(known->sessions[i].data);
    free(known->sessions);
}

static nt_status know(struct known *known, LUID luid, struct known_session **ret)
{
    struct known_session *longer =
        reallocarray(known->sessions, known->n + 1, sizeof(*known->sessions));
    struct known_session *session;
    NTSTATUS status;

    if (!longer)
        return NT(NO_MEMORY);
    known->sessions = longer;
    session = &longer[known->n];
    *session = (struct known_session){ .luid = luid };
    status = LsaGetLogonSessionData(&luid, &session->data);
    if (status == STATUS_NO_SUCH_LOGON_SESSION || status == STATUS_ACCESS_DENIED)
        session->data = NULL;
    else if (nt_failed(nt_make(status)))
        return nt_make(status);
    known->n++;
    *ret = session;
    return NT_OK;
}

/* Neighbours are of one session more often than not. */
static nt_status find(struct known *known, LUID luid, const SECURITY_LOGON_SESSION_DATA **ret)
{
    struct known_session *session = NULL;
    nt_status st = NT_OK;

    for (size_t i = known->n; i-- > 0 && !session;) {
        if (luid_to_u64(known->sessions[i].luid) == luid_to_u64(luid))
            session = &known->sessions[i];
    }
    if (!session)
        st = know(known, luid, &session);
    if (!nt_failed(st))
        *ret = session->data;
    return st;
}

/* --- the list ------------------------------------------------------------------------------- */

struct wanted {
    enum text_form form;
    DWORD level;   /* 0 or 1 */
    DWORD session; /* WTS_ANY_SESSION: of all */
};

/* In the list, with the data of its session. */
struct listed {
    const OPENLOGON_PROCESS *process;
    const SECURITY_LOGON_SESSION_DATA *session;
};

static size_t entry_size(const struct wanted *wanted)
{
    return wanted->level == 0 ? sizeof(WTS_PROCESS_INFOW) : sizeof(WTS_PROCESS_INFO_EXW);
}

static DWORD capped(uint64_t value)
{
    return value < UINT32_MAX ? (DWORD)value : UINT32_MAX;
}

/* Both structures begin alike. */
static void put_common(struct net_block *b, const struct wanted *wanted, size_t at,
                       const struct listed *from)
{
    net_block_number(b, at + offsetof(WTS_PROCESS_INFOW, SessionId), from->session->Session);
    net_block_number(b, at + offsetof(WTS_PROCESS_INFOW, ProcessId), from->process->pid);
    wts_block_text(b, wanted->form, at + offsetof(WTS_PROCESS_INFOW, pProcessName),
                   from->process->name);
    if (from->session->Sid)
        net_block_bytes(b, at + offsetof(WTS_PROCESS_INFOW, pUserSid), from->session->Sid,
                        sid_length((const SID *)from->session->Sid));
}

static void put_usage(const struct net_block *b, size_t at, DWORD pid)
{
    WTS_PROCESS_INFO_EXW *info = (WTS_PROCESS_INFO_EXW *)(void *)(b->bytes + at);
    struct process_usage usage;

    if (b->failed || process_usage_read((pid_t)pid, &usage) < 0)
        return; /* it has ended: zeros */
    info->NumberOfThreads = usage.n_threads;
    info->HandleCount = usage.n_descriptors;
    info->PagefileUsage = capped(usage.virtual_bytes);
    info->PeakPagefileUsage = capped(usage.virtual_peak_bytes);
    info->WorkingSetSize = capped(usage.resident_bytes);
    info->PeakWorkingSetSize = capped(usage.resident_peak_bytes);
    info->UserTime.QuadPart = usage.user_time;
    info->KernelTime.QuadPart = usage.kernel_time;
}

/* What there is to list, with the sessions; those that are not wanted are left out. */
static nt_status select_processes(struct listed *ret, size_t *ret_n, struct known *known,
                                  const struct wanted *wanted, const OPENLOGON_PROCESS *processes,
                                  size_t n_processes)
{
    size_t n = 0;

    for (size_t i = 0; i < n_processes; i++) {
        const SECURITY_LOGON_SESSION_DATA *session = NULL;
        nt_status st = find(known, processes[i].session, &session);

        if (nt_failed(st))
            return st;
        if (session && (wanted->session == WTS_ANY_SESSION || wanted->session == session->Session))
            ret[n++] = (struct listed){ &processes[i], session };
    }
    *ret_n = n;
    return NT_OK;
}

static nt_status build(const struct wanted *wanted, const struct listed *listed, size_t n,
                       void *ret)
{
    _cleanup_(net_block_done) struct net_block b = { 0 };
    size_t at = net_block_reserve(&b, n, entry_size(wanted));

    for (size_t i = 0; i < n; i++, at += entry_size(wanted)) {
        put_common(&b, wanted, at, &listed[i]);
        if (wanted->level == 1)
            put_usage(&b, at, listed[i].process->pid);
    }
    return net_block_finish(&b, ret);
}

static BOOL list(const struct wanted *wanted, void *ret, DWORD *ret_n)
{
    _cleanup_(known_done) struct known known = { 0 };
    _cleanup_(freep) struct listed *listed = NULL;
    OPENLOGON_PROCESS *processes = NULL;
    DWORD n_processes = 0;
    size_t n = 0;
    nt_status st;

    if (!openlogon_enumerate_processes(&processes, &n_processes))
        return FALSE;
    listed = calloc(n_processes + 1, sizeof(*listed));
    st = listed ? select_processes(listed, &n, &known, wanted, processes, n_processes)
                : NT(NO_MEMORY);
    if (!nt_failed(st))
        st = build(wanted, listed, n, ret);
    LsaFreeReturnBuffer(processes);
    if (!nt_failed(st))
        *ret_n = (DWORD)n;
    return finish(st);
}

static BOOL enumerate(HANDLE server, const struct wanted *wanted, bool is_valid, void *ret,
                      DWORD *ret_n)
{
    struct wanted what = *wanted;
    nt_status st = wts_check_server(server);

    if (!nt_failed(st) && (!is_valid || !ret || !ret_n))
        st = NT(INVALID_PARAMETER);
    if (!nt_failed(st) && what.session == WTS_CURRENT_SESSION)
        st = wts_current(&what.session);
    return nt_failed(st) ? finish(st) : list(&what, ret, ret_n);
}

BOOL WTSEnumerateProcessesW(HANDLE hServer, DWORD Reserved, DWORD Version,
                            PWTS_PROCESS_INFOW *ppProcessInfo, DWORD *pCount)
{
    const struct wanted all = { TEXT_W, 0, WTS_ANY_SESSION };

    return enumerate(hServer, &all, Reserved == 0 && Version == 1, ppProcessInfo, pCount);
}

BOOL WTSEnumerateProcessesA(HANDLE hServer, DWORD Reserved, DWORD Version,
                            PWTS_PROCESS_INFOA *ppProcessInfo, DWORD *pCount)
{
    const struct wanted all = { TEXT_A, 0, WTS_ANY_SESSION };

    return enumerate(hServer, &all, Reserved == 0 && Version == 1, ppProcessInfo, pCount);
}

BOOL WTSEnumerateProcessesExW(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPWSTR *ppProcessInfo,
                              DWORD *pCount)
{
    const struct wanted wanted = { TEXT_W, pLevel ? *pLevel : 0, SessionId };

    return enumerate(hServer, &wanted, pLevel && *pLevel <= 1, ppProcessInfo, pCount);
}

BOOL WTSEnumerateProcessesExA(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPSTR *ppProcessInfo,
                              DWORD *pCount)
{
    const struct wanted wanted = { TEXT_A, pLevel ? *pLevel : 0, SessionId };

    return enumerate(hServer, &wanted, pLevel && *pLevel <= 1, ppProcessInfo, pCount);
}
