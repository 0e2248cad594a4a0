/* SPDX-License-Identifier: MIT */
/* The LSA client functions. They return their status instead of setting the last error. */
#include <windows.h>
#include <ntsecapi.h>

#include <stdlib.h>
#include <string.h>

#include "base/luid.h"
#include "client/authority.h"
#include "client/handle.h"
#include "client/session_data.h"
#include "client/session_pages.h"

enum {
    LUIDS_PER_PAGE = 4096,
    PACKAGE_NAME_MAX = 127, /* ntsecapi.h: as a logon process name */
};

NTSTATUS LsaFreeReturnBuffer(PVOID Buffer)
{
    free(Buffer);
    return STATUS_SUCCESS;
}

ULONG LsaNtStatusToWinError(NTSTATUS Status)
{
    return nt_to_win32(Status);
}

/* --- sessions ----------------------------------------------------------------------------- */

struct luid_list {
    LUID *luids;
    size_t n;
};

static nt_status list_append(struct luid_list *list, const Openlogon__EnumerateSessionsReply *page)
{
    /* One more, so that an empty list is a buffer too. */
    LUID *luids = reallocarray(list->luids, list->n + page->n_luids + 1, sizeof(*luids));

    if (!luids)
        return NT(NO_MEMORY);
    list->luids = luids;
    for (size_t i = 0; i < page->n_luids; i++)
        list->luids[list->n++] = luid_from_u64(page->luids[i]);
    return NT_OK;
}

/* One page, from `*after` on, which is moved. */
static nt_status fetch_page(struct luid_list *list, uint64_t *after, bool *more)
{
    Openlogon__EnumerateSessionsRequest enumerate = OPENLOGON__ENUMERATE_SESSIONS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ENUMERATE_SESSIONS, enumerate_sessions, &enumerate);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    const Openlogon__EnumerateSessionsReply *page;
    nt_status st;

    enumerate.after = *after;
    enumerate.max = LUIDS_PER_PAGE;
    st = authority_call(AS_PROCESS, &request, REPLY_OF(SESSIONS), &reply, NULL);
    if (nt_failed(st))
        return st;
    page = reply.message->sessions;
    *more = page->more && page->n_luids > 0;
    if (*more)
        *after = page->luids[page->n_luids - 1];
    return list_append(list, page);
}

static nt_status fetch_all(struct luid_list *list)
{
    uint64_t after = 0;
    bool more = true;
    nt_status st = NT_OK;

    while (more && !nt_failed(st))
        st = fetch_page(list, &after, &more);
    return st;
}

NTSTATUS LsaEnumerateLogonSessions(PULONG LogonSessionCount, PLUID *LogonSessionList)
{
    struct luid_list list = { 0 };
    nt_status st;

    if (!LogonSessionCount || !LogonSessionList)
        return STATUS_INVALID_PARAMETER;
    st = session_pages_luids(&list.luids, &list.n);
    if (NT_IS(st, NOT_FOUND))
        st = fetch_all(&list);
    if (nt_failed(st)) {
        free(list.luids);
        return st.code;
    }
    *LogonSessionCount = (ULONG)list.n;
    *LogonSessionList = list.luids;
    return STATUS_SUCCESS;
}

NTSTATUS LsaGetLogonSessionData(PLUID LogonId, PSECURITY_LOGON_SESSION_DATA *ppLogonSessionData)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    if (!LogonId || !ppLogonSessionData)
        return STATUS_INVALID_PARAMETER;
    st = session_pages_data(ppLogonSessionData, luid_to_u64(*LogonId));
    if (!NT_IS(st, NOT_FOUND))
        return st.code;
    st = session_query(&reply, LogonId);
    if (!nt_failed(st))
        st = session_data_build(ppLogonSessionData, reply.message->session);
    return st.code;
}

/* --- connections -------------------------------------------------------------------------- */

/* A handle of this kind means only that its holder has asked for one. */
static void lsa_object_destroy(struct object *object)
{
    free(object);
}

NTSTATUS LsaConnectUntrusted(PHANDLE LsaHandle)
{
    _cleanup_(connection_unrefp) connection *c = NULL;
    struct object *object;
    nt_status st;

    if (!LsaHandle)
        return STATUS_INVALID_PARAMETER;
    st = connection_current(&c);
    if (nt_failed(st))
        return st.code;
    object = malloc(sizeof(*object));
    if (!object)
        return STATUS_NO_MEMORY;
    object_init(object, OBJECT_LSA, lsa_object_destroy);
    st = handle_open(LsaHandle, object, 0, 0);
    object_unref(object);
    return st.code;
}

static nt_status lsa_handle_check(HANDLE handle)
{
    struct object *object;
    nt_status st = handle_get(handle, OBJECT_LSA, 0, &object);

    if (!nt_failed(st))
        object_unref(object);
    return nt_failed(st) ? NT(INVALID_HANDLE) : NT_OK;
}

NTSTATUS LsaDeregisterLogonProcess(HANDLE LsaHandle)
{
    nt_status st = lsa_handle_check(LsaHandle);

    return nt_failed(st) ? st.code : handle_close(LsaHandle).code;
}

NTSTATUS LsaRegisterLogonProcess(PLSA_STRING LogonProcessName, PHANDLE LsaHandle,
                                 PLSA_OPERATIONAL_MODE SecurityMode)
{
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS LsaLogonUser(HANDLE LsaHandle, PLSA_STRING OriginName, SECURITY_LOGON_TYPE LogonType,
                      ULONG AuthenticationPackage, PVOID AuthenticationInformation,
                      ULONG AuthenticationInformationLength, PTOKEN_GROUPS LocalGroups,
                      PTOKEN_SOURCE SourceContext, PVOID *ProfileBuffer, PULONG ProfileBufferLength,
                      PLUID LogonId, PHANDLE Token, PQUOTA_LIMITS Quotas, PNTSTATUS SubStatus)
{
    nt_status st = lsa_handle_check(LsaHandle);

    return nt_failed(st) ? st.code : STATUS_NOT_SUPPORTED;
}

NTSTATUS LsaCallAuthenticationPackage(HANDLE LsaHandle, ULONG AuthenticationPackage,
                                      PVOID ProtocolSubmitBuffer, ULONG SubmitBufferLength,
                                      PVOID *ProtocolReturnBuffer, PULONG ReturnBufferLength,
                                      PNTSTATUS ProtocolStatus)
{
    nt_status st = lsa_handle_check(LsaHandle);

    return nt_failed(st) ? st.code : STATUS_NOT_SUPPORTED;
}

static nt_status lookup_package(const LSA_STRING *name, ULONG *ret)
{
    Openlogon__LookupPackageRequest lookup = OPENLOGON__LOOKUP_PACKAGE_REQUEST__INIT;
    Openlogon__Request request = REQUEST(LOOKUP_PACKAGE, lookup_package, &lookup);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    char text[PACKAGE_NAME_MAX + 1] = { 0 };
    nt_status st;

    if (name->Length > PACKAGE_NAME_MAX)
        return NT(NAME_TOO_LONG);
    memcpy(text, name->Buffer, name->Length);
    lookup.name = text;
    st = authority_call(AS_PROCESS, &request, REPLY_OF(PACKAGE), &reply, NULL);
    if (!nt_failed(st))
        *ret = reply.message->package->id;
    return st;
}

NTSTATUS LsaLookupAuthenticationPackage(HANDLE LsaHandle, PLSA_STRING PackageName,
                                        PULONG AuthenticationPackage)
{
    nt_status st = lsa_handle_check(LsaHandle);

    if (nt_failed(st))
        return st.code;
    if (!PackageName || !PackageName->Buffer || !AuthenticationPackage)
        return STATUS_INVALID_PARAMETER;
    return lookup_package(PackageName, AuthenticationPackage).code;
}
