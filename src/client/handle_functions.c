/* SPDX-License-Identifier: MIT */
/* What can be done with any handle. */
#include <windows.h>

#include <unistd.h>

#include "client/child.h"
#include "client/handle.h"
#include "client/last_error.h"
#include "client/thread_object.h"
#include "client/token_handle.h"

enum { HANDLE_FLAGS_ALL = HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE };

/* Numbers that are never in the table, and whose closing means nothing. */
static bool is_pseudo(HANDLE handle)
{
    return handle == HANDLE_CURRENT_PROCESS || handle == HANDLE_CURRENT_THREAD ||
           handle == HANDLE_PROCESS_TOKEN || handle == HANDLE_THREAD_TOKEN ||
           handle == HANDLE_THREAD_EFFECTIVE_TOKEN;
}

BOOL CloseHandle(HANDLE hObject)
{
    nt_status st = is_pseudo(hObject) ? NT_OK : handle_close(hObject);

    if (!is_pseudo(hObject))
        children_reap();
    return finish(st);
}

BOOL GetHandleInformation(HANDLE hObject, LPDWORD lpdwFlags)
{
    struct handle_info info;
    nt_status st = lpdwFlags ? handle_query(hObject, &info) : NT(INVALID_PARAMETER);

    if (nt_failed(st))
        return finish(st);
    object_unref(info.object);
    *lpdwFlags = info.flags;
    return TRUE;
}

BOOL SetHandleInformation(HANDLE hObject, DWORD dwMask, DWORD dwFlags)
{
    if (dwMask & ~(DWORD)HANDLE_FLAGS_ALL)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(handle_set_flags(hObject, dwMask, dwFlags));
}

/* --- duplicates --------------------------------------------------------------------------- */

/* The pseudo handles of process and thread become real ones of the same meaning. */
static nt_status source_query(HANDLE source, struct handle_info *ret)
{
    process_object *process;
    nt_status st;

    *ret = (struct handle_info){ 0 };
    if (source == HANDLE_CURRENT_THREAD) {
        ret->access = THREAD_ALL_ACCESS;
        return thread_object_new(&ret->object, getpid(), gettid());
    }
    if (source != HANDLE_CURRENT_PROCESS)
        return handle_query(source, ret);
    st = process_object_open(&process, getpid());
    if (nt_failed(st))
        return st;
    ret->access = PROCESS_ALL_ACCESS;
    ret->object = process_object_base(process);
    return NT_OK;
}

/* A token has an owner, who may do with it whatever he asks; of others the handle is the right. */
static nt_status decide_access(const struct handle_info *source, DWORD desired, DWORD options,
                               uint32_t *ret)
{
    if (options & DUPLICATE_SAME_ACCESS) {
        *ret = source->access;
        return NT_OK;
    }
    if (source->object->type == OBJECT_TOKEN)
        return token_access_decide(ret, desired, source->access);
    *ret = desired & MAXIMUM_ALLOWED ? source->access : desired;
    return *ret & ~source->access ? NT(ACCESS_DENIED) : NT_OK;
}

static nt_status duplicate(HANDLE source, HANDLE *ret, DWORD desired, uint32_t flags, DWORD options)
{
    struct handle_info info;
    uint32_t access;
    nt_status st = source_query(source, &info);

    if (nt_failed(st))
        return st;
    st = decide_access(&info, desired, options, &access);
    if (!nt_failed(st) && ret)
        st = handle_open(ret, info.object, access, flags);
    object_unref(info.object);
    return st;
}

static nt_status check_is_own(HANDLE process)
{
    _cleanup_(object_unrefp) struct object *object = NULL;
    nt_status st;

    if (process == HANDLE_CURRENT_PROCESS)
        return NT_OK;
    st = handle_get(process, OBJECT_PROCESS, PROCESS_DUP_HANDLE, &object);
    if (nt_failed(st))
        return st;
    return process_object_pid(process_object_of(object)) == getpid() ? NT_OK : NT(NOT_SUPPORTED);
}

BOOL DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle, HANDLE hTargetProcessHandle,
                     LPHANDLE lpTargetHandle, DWORD dwDesiredAccess, BOOL bInheritHandle,
                     DWORD dwOptions)
{
    nt_status st = check_is_own(hSourceProcessHandle);

    if (!nt_failed(st))
        st = check_is_own(hTargetProcessHandle);
    if (!nt_failed(st))
        st = duplicate(hSourceHandle, lpTargetHandle, dwDesiredAccess,
                       bInheritHandle ? HANDLE_FLAG_INHERIT : 0, dwOptions);
    /* The source is closed whatever became of the duplicate. */
    if (dwOptions & DUPLICATE_CLOSE_SOURCE)
        (void)CloseHandle(hSourceHandle);
    return finish(st);
}
