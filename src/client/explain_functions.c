/* SPDX-License-Identifier: MIT */
/* openlogon_explain_access(): an access check with its reasons. */
#include <openlogon.h>

#include "client/access_query.h"
#include "client/last_error.h"
#include "client/token_handle.h"
#include "security/privilege.h"

_Static_assert((int)OPENLOGON_BY_LIMIT == (int)ACCESS_BY_LIMIT, "the public names are the check's");
_Static_assert((int)OPENLOGON_BY_OWNER == (int)ACCESS_BY_OWNER, "the public names are the check's");
_Static_assert(OPENLOGON_ACCESS_BACKUP_INTENT == ACCESS_BACKUP_INTENT, "and so are the flags");
_Static_assert(OPENLOGON_ACCESS_RESTORE_INTENT == ACCESS_RESTORE_INTENT, "and so are the flags");

enum { ALL_INTENTS = OPENLOGON_ACCESS_BACKUP_INTENT | OPENLOGON_ACCESS_RESTORE_INTENT };

static OPENLOGON_ACCESS_REASON reason_of(const struct access_trace *trace, uint32_t bit)
{
    const struct access_reason *reason = &trace->reasons[bit];

    return (OPENLOGON_ACCESS_REASON){
        .right = UINT32_C(1) << bit,
        .granted = (trace->granted >> bit & 1) ? TRUE : FALSE,
        .decider = (OPENLOGON_ACCESS_DECIDER)reason->decider,
        .ace = reason->ace,
        .restricted = reason->view == ACCESS_VIEW_RESTRICTED ? TRUE : FALSE,
        .privilege = privilege_luid(reason->privilege),
    };
}

static uint32_t rights_to_explain(const struct access_request *request)
{
    uint32_t asked = access_map_generic(request->desired, request->mapping);

    if (asked & MAXIMUM_ALLOWED)
        asked |= request->mapping->GenericAll | request->trace->granted;
    return asked & ~(uint32_t)MAXIMUM_ALLOWED;
}

static nt_status write_reasons(const struct access_request *request,
                               OPENLOGON_ACCESS_REASON *reasons, DWORD *n_reasons)
{
    uint32_t rights = rights_to_explain(request);
    DWORD room = *n_reasons, n = 0;

    *n_reasons = (DWORD)__builtin_popcount(rights);
    if (room < *n_reasons)
        return NT(BUFFER_TOO_SMALL);
    for (; rights; rights &= rights - 1)
        reasons[n++] = reason_of(request->trace, (uint32_t)__builtin_ctz(rights));
    return NT_OK;
}

static nt_status explain(HANDLE token, const struct access_query *query, struct access_trace *trace,
                         OPENLOGON_ACCESS_ANSWER *answer, OPENLOGON_ACCESS_REASON *reasons,
                         DWORD *n_reasons)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    _cleanup_(access_evaluation_done) struct access_evaluation e;
    nt_status st;

    e.nodes = NULL;
    st = token_handle_image(token, TOKEN_QUERY, &image);
    if (!nt_failed(st))
        st = access_query_explain(query, image->image, trace, &e);
    if (nt_failed(st))
        return st;
    answer->status = nt_to_win32(e.result.status.code);
    answer->granted = e.result.granted;
    return write_reasons(&e.request, reasons, n_reasons);
}

BOOL openlogon_explain_access(const OPENLOGON_ACCESS_QUERY *query, OPENLOGON_ACCESS_ANSWER *answer,
                              OPENLOGON_ACCESS_REASON *reasons, DWORD *n_reasons)
{
    DWORD error;

    if (!query || !answer || !n_reasons || (!reasons && *n_reasons > 0) ||
        (query->flags & ~(DWORD)ALL_INTENTS))
        return fail(ERROR_INVALID_PARAMETER);
    const struct access_query q = { query->descriptor, query->principal_self, query->desired,
                                    query->mapping,    query->object_types,   query->n_object_types,
                                    query->flags };
    struct access_trace trace = { .node = query->object_type };
    error = access_query_check(&q);
    if (error != ERROR_SUCCESS)
        return fail(error);
    return finish(explain(query->token, &q, &trace, answer, reasons, n_reasons));
}
