/* SPDX-License-Identifier: MIT */
#include "worker/package_sessions.h"

#include "worker/lsa_core.h"

_public_ nt_status package_sessions_list(uint64_t after, package_sessions_visit visit,
                                         void *context)
{
    Openlogon__Worker__ListSessions list = OPENLOGON__WORKER__LIST_SESSIONS__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;

    call.call_case = OPENLOGON__WORKER__CALL__CALL_LIST_SESSIONS;
    call.list_sessions = &list;
    list.after = after;
    do {
        Openlogon__Worker__CallResult *result = NULL;
        size_t mark = 0;
        nt_status st = lsa_call(&call, &result, &mark);
        bool goes_on = true;

        if (NT_IS(st, INVALID_SERVER_STATE))
            return st;
        for (size_t i = 0; !nt_failed(st) && goes_on && i < result->n_luids; i++)
            goes_on = visit(result->luids[i], context);
        list.after = !nt_failed(st) && goes_on ? result->next : 0;
        arena_rewind(lsa_memory(), mark);
        if (nt_failed(st))
            return st;
    } while (list.after != 0);
    return NT_OK;
}

_public_ nt_status package_session_query(uint64_t luid, package_session_use use, void *context)
{
    Openlogon__Worker__QuerySession query = OPENLOGON__WORKER__QUERY_SESSION__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;
    Openlogon__Worker__CallResult *result = NULL;
    size_t mark = 0;
    nt_status st;

    query.luid = luid;
    call.call_case = OPENLOGON__WORKER__CALL__CALL_QUERY_SESSION;
    call.query_session = &query;
    st = lsa_call(&call, &result, &mark);
    if (NT_IS(st, INVALID_SERVER_STATE))
        return st;
    if (!nt_failed(st)) {
        const Openlogon__Worker__PackageSession *from = result->session;
        const struct package_session session = { from->user, from->domain, from->logon_server,
                                                 (const SID *)(const void *)from->sid.data,
                                                 from->logon_type };

        st = use(&session, context);
    }
    arena_rewind(lsa_memory(), mark);
    return st;
}
