/* SPDX-License-Identifier: MIT */
/* Acting as a client on the calling thread. */
#include <windows.h>

#include "client/authority.h"
#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/process_token.h"
#include "client/thread_object.h"
#include "client/token_handle.h"

static nt_status impersonate_handle(HANDLE handle)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    uint32_t access, needed;
    nt_status st = token_handle_get(handle, TOKEN_QUERY, &token);

    if (!nt_failed(st))
        st = token_handle_access(handle, &access);
    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (nt_failed(st))
        return st;
    needed = token_image_type(image->image) == TokenPrimary ? TOKEN_DUPLICATE : TOKEN_IMPERSONATE;
    return access & needed ? impersonation_start(token) : NT(ACCESS_DENIED);
}

BOOL ImpersonateLoggedOnUser(HANDLE hToken)
{
    return finish(impersonate_handle(hToken));
}

BOOL RevertToSelf(void)
{
    impersonation_end();
    return TRUE;
}

static nt_status set_thread_token(HANDLE handle)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = token_handle_get(handle, TOKEN_IMPERSONATE, &token);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (nt_failed(st))
        return st;
    if (token_image_type(image->image) != TokenImpersonation)
        return NT(BAD_TOKEN_TYPE);
    return impersonation_start(token);
}

BOOL SetThreadToken(PHANDLE Thread, HANDLE Token)
{
    nt_status st = Thread ? thread_handle_is_current(*Thread, THREAD_SET_THREAD_TOKEN) : NT_OK;

    if (nt_failed(st))
        return finish(st);
    if (Token)
        return finish(set_thread_token(Token));
    impersonation_end();
    return TRUE;
}

static nt_status impersonate_self(SECURITY_IMPERSONATION_LEVEL level)
{
    _cleanup_(token_object_unrefp) token_object *process = NULL, *token = NULL;
    nt_status st = process_token_get(&process, NULL);

    if (!nt_failed(st))
        st = token_object_duplicate(&token, process, TokenImpersonation, level);
    return nt_failed(st) ? st : impersonation_start(token);
}

BOOL ImpersonateSelf(SECURITY_IMPERSONATION_LEVEL ImpersonationLevel)
{
    if ((int)ImpersonationLevel < SecurityAnonymous || ImpersonationLevel > SecurityDelegation)
        return fail(ERROR_BAD_IMPERSONATION_LEVEL);
    return finish(impersonate_self(ImpersonationLevel));
}

static nt_status impersonate_anonymous(void)
{
    Openlogon__AnonymousTokenRequest anonymous = OPENLOGON__ANONYMOUS_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(ANONYMOUS_TOKEN, anonymous_token, &anonymous);
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(connection_unrefp) connection *c = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = authority_call(AS_PROCESS, &request, REPLY_OF(TOKEN), &reply, &c);

    if (!nt_failed(st))
        st = token_object_from_reply(&token, c, reply.message->token, -1);
    return nt_failed(st) ? st : impersonation_start(token);
}

BOOL ImpersonateAnonymousToken(HANDLE ThreadHandle)
{
    nt_status st = thread_handle_is_current(ThreadHandle, THREAD_IMPERSONATE);

    return finish(nt_failed(st) ? st : impersonate_anonymous());
}
