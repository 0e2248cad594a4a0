/* SPDX-License-Identifier: MIT */
/* Naming, waiting for and ending processes. */
#include <openlogon.h>

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include "client/child.h"
#include "client/handle.h"
#include "client/last_error.h"
#include "client/thread_object.h"

/* --- names -------------------------------------------------------------------------------- */

HANDLE GetCurrentProcess(void)
{
    return HANDLE_CURRENT_PROCESS;
}

HANDLE GetCurrentThread(void)
{
    return HANDLE_CURRENT_THREAD;
}

DWORD GetCurrentProcessId(void)
{
    return (DWORD)getpid();
}

DWORD GetCurrentThreadId(void)
{
    return (DWORD)gettid();
}

/* A process handle's object; the caller's own for the pseudo handle. */
static nt_status process_get(HANDLE handle, uint32_t access, process_object **ret)
{
    struct object *object;
    nt_status st;

    if (handle == HANDLE_CURRENT_PROCESS)
        return process_object_open(ret, getpid());
    st = handle_get(handle, OBJECT_PROCESS, access, &object);
    if (!nt_failed(st))
        *ret = process_object_of(object);
    return st;
}

DWORD GetProcessId(HANDLE Process)
{
    _cleanup_(process_object_unrefp) process_object *process = NULL;
    nt_status st;

    if (Process == HANDLE_CURRENT_PROCESS)
        return GetCurrentProcessId();
    st = process_get(Process, PROCESS_QUERY_LIMITED_INFORMATION, &process);
    return finish(st) ? (DWORD)process_object_pid(process) : 0;
}

/* "Process Security and Access Rights": whoever may query also may query in the limited way. */
static uint32_t granted_access(DWORD desired)
{
    if (desired & (MAXIMUM_ALLOWED | GENERIC_ALL))
        return PROCESS_ALL_ACCESS;
    return desired & PROCESS_QUERY_INFORMATION ? desired | PROCESS_QUERY_LIMITED_INFORMATION
                                               : desired;
}

HANDLE OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId)
{
    _cleanup_(process_object_unrefp) process_object *process = NULL;
    HANDLE handle;
    nt_status st;

    if (dwProcessId == 0 || dwProcessId > INT32_MAX) {
        (void)fail(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    st = process_object_open(&process, (pid_t)dwProcessId);
    if (!nt_failed(st))
        st = handle_open(&handle, process_object_base(process), granted_access(dwDesiredAccess),
                         bInheritHandle ? HANDLE_FLAG_INHERIT : 0);
    return finish(st) ? handle : NULL;
}

/* --- the end ------------------------------------------------------------------------------ */

BOOL GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode)
{
    _cleanup_(process_object_unrefp) process_object *process = NULL;
    uint32_t code;
    bool ended;
    nt_status st;

    if (!lpExitCode)
        return fail(ERROR_INVALID_PARAMETER);
    st = process_get(hProcess, PROCESS_QUERY_LIMITED_INFORMATION, &process);
    if (!nt_failed(st))
        st = process_object_exit_code(process, &ended, &code);
    if (!nt_failed(st))
        *lpExitCode = ended ? code : (DWORD)STILL_ACTIVE;
    return finish(st);
}

BOOL TerminateProcess(HANDLE hProcess, UINT uExitCode)
{
    _cleanup_(process_object_unrefp) process_object *process = NULL;
    nt_status st = process_get(hProcess, PROCESS_TERMINATE, &process);

    if (!nt_failed(st))
        st = process_object_terminate(process, uExitCode);
    return finish(st);
}

BOOL openlogon_signal_process(HANDLE handle, int number)
{
    _cleanup_(process_object_unrefp) process_object *process = NULL;
    nt_status st = process_get(handle, PROCESS_TERMINATE, &process);

    if (!nt_failed(st))
        st = process_object_signal(process, number);
    return finish(st);
}

/* --- waiting ------------------------------------------------------------------------------ */

static int64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What is left until a deadline, for poll(2); INT64_MAX is no deadline. */
static int left_ms(int64_t deadline)
{
    int64_t left;

    if (deadline == INT64_MAX)
        return -1;
    left = deadline - now_ms();
    if (left < 0)
        return 0;
    return left < INT32_MAX ? (int)left : INT32_MAX;
}

struct wait {
    struct pollfd polled[MAXIMUM_WAIT_OBJECTS];
    process_object *processes[MAXIMUM_WAIT_OBJECTS];
    DWORD n;
};

static void wait_done(struct wait *wait)
{
    for (DWORD i = 0; i < wait->n; i++)
        process_object_unref(wait->processes[i]);
}

static nt_status wait_add(struct wait *wait, HANDLE handle)
{
    struct handle_info info;
    nt_status st;

    if (handle == HANDLE_CURRENT_PROCESS) {
        st = process_object_open(&wait->processes[wait->n], getpid());
    } else {
        st = handle_query(handle, &info);
        if (nt_failed(st))
            return st;
        if (info.object->type != OBJECT_PROCESS)
            st = NT(NOT_SUPPORTED);
        else if (!(info.access & SYNCHRONIZE))
            st = NT(ACCESS_DENIED);
        if (nt_failed(st)) {
            object_unref(info.object);
            return st;
        }
        wait->processes[wait->n] = process_object_of(info.object);
    }
    if (nt_failed(st))
        return st;
    wait->polled[wait->n] =
        (struct pollfd){ .fd = process_object_wait_fd(wait->processes[wait->n]), .events = POLLIN };
    wait->n++;
    return NT_OK;
}

/* Whoever told of a process may have gone without telling of its end: then the kernel does. */
static bool has_ended(struct wait *wait, DWORD i)
{
    process_object *process = wait->processes[i];
    uint32_t code;
    bool ended;

    if (nt_failed(process_object_exit_code(process, &ended, &code)) || ended)
        return true;
    wait->polled[i].fd = process_object_wait_fd(process);
    return false;
}

/* The first that has ended; MAXIMUM_WAIT_OBJECTS: none. Those not to be looked at have fd -1. */
static DWORD first_ended(struct wait *wait)
{
    for (DWORD i = 0; i < wait->n; i++) {
        if (wait->polled[i].fd >= 0 && wait->polled[i].revents != 0 && has_ended(wait, i))
            return i;
    }
    return MAXIMUM_WAIT_OBJECTS;
}

/* WAIT_FAILED, WAIT_TIMEOUT, or the index of one that has ended. */
static DWORD wait_one(struct wait *wait, int64_t deadline)
{
    for (;;) {
        int r = poll(wait->polled, wait->n, left_ms(deadline));

        if (r > 0) {
            DWORD i = first_ended(wait);

            if (i < MAXIMUM_WAIT_OBJECTS)
                return i;
        }
        if (r < 0 && errno != EINTR) {
            (void)finish(nt_from_errno(errno));
            return WAIT_FAILED;
        }
        if (r == 0 && left_ms(deadline) == 0)
            return WAIT_TIMEOUT;
    }
}

static DWORD wait_all(struct wait *wait, int64_t deadline)
{
    for (DWORD n_left = wait->n; n_left > 0; n_left--) {
        DWORD i = wait_one(wait, deadline);

        if (i >= MAXIMUM_WAIT_OBJECTS)
            return i;
        wait->polled[i].fd = -1;
    }
    return WAIT_OBJECT_0;
}

DWORD WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
                             DWORD dwMilliseconds)
{
    _cleanup_(wait_done) struct wait wait = { .n = 0 };
    int64_t deadline = dwMilliseconds == INFINITE ? INT64_MAX : now_ms() + dwMilliseconds;
    nt_status st = NT_OK;

    if (nCount == 0 || nCount > MAXIMUM_WAIT_OBJECTS || !lpHandles) {
        (void)fail(ERROR_INVALID_PARAMETER);
        return WAIT_FAILED;
    }
    for (DWORD i = 0; i < nCount && !nt_failed(st); i++)
        st = wait_add(&wait, lpHandles[i]);
    if (!finish(st))
        return WAIT_FAILED;
    return bWaitAll ? wait_all(&wait, deadline) : wait_one(&wait, deadline);
}

DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds)
{
    return WaitForMultipleObjects(1, &hHandle, TRUE, dwMilliseconds);
}
