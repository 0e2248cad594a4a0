/* SPDX-License-Identifier: MIT */
/* The LSA client functions about sessions. They return their status instead of setting the last
 * error. */
#include <windows.h>
#include <ntsecapi.h>
#include <openlogon.h>

#include <stdlib.h>
#include <string.h>

#include "base/luid.h"
#include "client/authority.h"
#include "client/client_window.h"
#include "client/last_error.h"
#include "client/session_data.h"
#include "client/session_pages.h"
#include "security/sid.h"

enum { LUIDS_PER_PAGE = 4096 };

NTSTATUS LsaFreeReturnBuffer(PVOID Buffer)
{
    if (!client_buffer_free(Buffer))
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

/* A request for LUIDs by rising number, and its member that says from where on. */
struct paged_request {
    Openlogon__Request *request;
    uint64_t *after;
    enum caller who;
};

static nt_status fetch_page(struct luid_list *list, const struct paged_request *paged, bool *more)
{
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    const Openlogon__EnumerateSessionsReply *page;
    nt_status st = authority_call(paged->who, paged->request, REPLY_OF(SESSIONS), &reply, NULL);

    if (nt_failed(st))
        return st;
    page = reply.message->sessions;
    *more = page->more && page->n_luids > 0;
    if (*more)
        *paged->after = page->luids[page->n_luids - 1];
    return list_append(list, page);
}

static nt_status fetch_pages(struct luid_list *list, const struct paged_request *paged)
{
    bool more = true;
    nt_status st = NT_OK;

    while (more && !nt_failed(st))
        st = fetch_page(list, paged, &more);
    return st;
}

static nt_status fetch_all(struct luid_list *list)
{
    Openlogon__EnumerateSessionsRequest enumerate = OPENLOGON__ENUMERATE_SESSIONS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ENUMERATE_SESSIONS, enumerate_sessions, &enumerate);

    enumerate.max = LUIDS_PER_PAGE;
    return fetch_pages(list, &(struct paged_request){ &request, &enumerate.after, AS_PROCESS });
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

static nt_status fetch_found(struct luid_list *list, const char *user, const SID *sid)
{
    Openlogon__FindSessionsRequest find = OPENLOGON__FIND_SESSIONS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(FIND_SESSIONS, find_sessions, &find);

    find.max = LUIDS_PER_PAGE;
    if (user)
        find.user = (char *)(uintptr_t)user;
    if (sid)
        find.sid = (ProtobufCBinaryData){ sid_length(sid), (uint8_t *)(uintptr_t)sid };
    return fetch_pages(list, &(struct paged_request){ &request, &find.after, AS_THREAD });
}

BOOL openlogon_find_sessions(const char *user, PSID sid, LUID **sessions, DWORD *count)
{
    struct luid_list list = { 0 };
    nt_status st = NT(NOT_FOUND);

    if (!sessions || !count || (user && !*user))
        return finish(NT(INVALID_PARAMETER));
    if (sid && !IsValidSid(sid))
        return finish(NT(INVALID_SID));
    if (!user && !sid && session_pages_show_all())
        st = session_pages_luids(&list.luids, &list.n);
    if (NT_IS(st, NOT_FOUND))
        st = fetch_found(&list, user, sid);
    if (nt_failed(st)) {
        free(list.luids);
        return finish(st);
    }
    *count = (DWORD)list.n;
    *sessions = list.luids;
    return TRUE;
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
