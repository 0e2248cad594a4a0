/* SPDX-License-Identifier: MIT */
#include "client/authority.h"

#include "client/impersonation.h"
#include "client/last_error.h"

/* What was broken before the request went out may be tried again. */
static nt_status call_current(Openlogon__Request *request, int fd, reply_kind expect,
                              struct reply *ret, connection **ret_connection)
{
    nt_status st;
    bool unread;

    for (int tries = 0;; tries++) {
        _cleanup_(connection_unrefp) connection *c = NULL;

        st = connection_current(&c);
        if (nt_failed(st))
            return st;
        st = connection_call(c, request, fd, expect, ret, &unread);
        if (!nt_failed(st) && ret_connection)
            *ret_connection = TAKE(c);
        if (!nt_failed(st) || !unread || tries > 0)
            return st;
    }
}

static nt_status call_with_token(const remote_token *token, Openlogon__Request *request, int fd,
                                 reply_kind expect, struct reply *ret, connection **ret_connection)
{
    nt_status st;

    request->effective_token = remote_token_id(token);
    st = remote_token_call(token, request, fd, expect, ret);
    if (!nt_failed(st) && ret_connection)
        *ret_connection = connection_ref(remote_token_connection(token));
    return st;
}

nt_status authority_call_with(enum caller caller, Openlogon__Request *request, int fd,
                              reply_kind expect, struct reply *ret, connection **ret_connection)
{
    const remote_token *token = NULL;
    nt_status st = caller == AS_THREAD ? impersonation_acting_token(&token) : NT_OK;

    if (nt_failed(st))
        return st;
    if (token)
        return call_with_token(token, request, fd, expect, ret, ret_connection);
    return call_current(request, fd, expect, ret, ret_connection);
}

nt_status authority_call(enum caller caller, Openlogon__Request *request, reply_kind expect,
                         struct reply *ret, connection **ret_connection)
{
    return authority_call_with(caller, request, -1, expect, ret, ret_connection);
}
