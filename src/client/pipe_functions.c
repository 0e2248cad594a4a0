/* SPDX-License-Identifier: MIT */
/* Connections as Windows knows its pipes: acting as who is at the other end. */
#include <openlogon.h>

#include "client/authority.h"
#include "client/handle.h"
#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/socket_client.h"

static nt_status impersonate(HANDLE handle)
{
    _cleanup_(object_unrefp) struct object *file = NULL;
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    nt_status st = handle_get(handle, OBJECT_FILE, 0, &file);

    if (!nt_failed(st))
        st = socket_client_token(file, &token);
    return nt_failed(st) ? st : impersonation_start_as_client(token);
}

BOOL ImpersonateNamedPipeClient(HANDLE hNamedPipe)
{
    return finish(impersonate(hNamedPipe));
}

static nt_status client_pid(HANDLE handle, ULONG *ret)
{
    _cleanup_(object_unrefp) struct object *file = NULL;
    pid_t pid;
    nt_status st = handle_get(handle, OBJECT_FILE, 0, &file);

    if (!nt_failed(st))
        st = socket_client_pid(file, &pid);
    if (!nt_failed(st))
        *ret = (ULONG)pid;
    return st;
}

BOOL GetNamedPipeClientProcessId(HANDLE Pipe, PULONG ClientProcessId)
{
    if (!ClientProcessId)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(client_pid(Pipe, ClientProcessId));
}

static nt_status client_session(HANDLE handle, ULONG *ret)
{
    _cleanup_(object_unrefp) struct object *file = NULL;
    uint32_t session;
    nt_status st = handle_get(handle, OBJECT_FILE, 0, &file);

    if (!nt_failed(st))
        st = socket_client_session(file, &session);
    if (!nt_failed(st))
        *ret = session;
    return st;
}

BOOL GetNamedPipeClientSessionId(HANDLE Pipe, PULONG ClientSessionId)
{
    if (!ClientSessionId)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(client_session(Pipe, ClientSessionId));
}

/* AllowImpersonationRequest.flags */
enum { AT_THAT_TIME = 1, EFFECTIVE_ONLY = 2 };

static nt_status allow(int socket, const SECURITY_QUALITY_OF_SERVICE *quality)
{
    Openlogon__AllowImpersonationRequest allow_request =
        OPENLOGON__ALLOW_IMPERSONATION_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ALLOW_IMPERSONATION, allow_impersonation, &allow_request);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;

    if (socket < 0)
        return NT(INVALID_HANDLE);
    allow_request.level = (uint32_t)quality->ImpersonationLevel;
    if (quality->ContextTrackingMode == SECURITY_DYNAMIC_TRACKING)
        allow_request.flags |= AT_THAT_TIME;
    if (quality->EffectiveOnly)
        allow_request.flags |= EFFECTIVE_ONLY;
    return authority_call_with(AS_THREAD, &request, socket, REPLY_EMPTY, &reply, NULL);
}

BOOL openlogon_socket_allow_impersonation(int socket, const SECURITY_QUALITY_OF_SERVICE *quality)
{
    if (!quality || quality->Length != sizeof(*quality))
        return fail(ERROR_INVALID_PARAMETER);
    return finish(allow(socket, quality));
}
