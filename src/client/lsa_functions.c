/* SPDX-License-Identifier: MIT */
/* The LSA client functions about sessions. They return their status instead of setting the last
 * error. */
#include <windows.h>
#include <ntsecapi.h>

#include <stdlib.h>
#include <string.h>

#include "base/luid.h"
#include "client/authority.h"
#include "client/client_window.h"
#include "client/session_data.h"
#include "client/session_pages.h"

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
