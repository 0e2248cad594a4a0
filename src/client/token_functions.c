/* SPDX-License-Identifier: MIT */
/* Opening, asking, copying and narrowing tokens. */
#include <windows.h>

#include <stdlib.h>

#include "client/child.h"
#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/process_token.h"
#include "client/thread_object.h"
#include "client/token_change.h"
#include "client/token_handle.h"
#include "linux/process.h"
#include "security/privilege.h"

/* --- opening ------------------------------------------------------------------------------ */

static nt_status open_own_process_token(DWORD desired, HANDLE *ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    uint32_t most, access;
    nt_status st = process_token_get(&token, &most);

    if (!nt_failed(st))
        st = token_access_decide(&access, desired, most);
    return nt_failed(st) ? st : handle_open(ret, token_object_base(token), access, 0);
}

/* The pid is the process's as long as it has not been reaped: looked at after the answer came. */
static nt_status open_other_process_token(process_object *process, DWORD desired, HANDLE *ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    uint32_t access;
    nt_status st =
        process_token_of_pid(&token, &access, (uint32_t)process_object_pid(process), desired);

    if (nt_failed(st))
        return st;
    if (process_alive(process_object_pidfd(process)) != 1)
        return NT(PROCESS_IS_TERMINATING);
    return handle_open(ret, token_object_base(token), access, 0);
}

static nt_status open_process_token(HANDLE process, DWORD desired, HANDLE *ret)
{
    struct object *object;
    nt_status st;

    if (process == HANDLE_CURRENT_PROCESS)
        return open_own_process_token(desired, ret);
    st = handle_get(process, OBJECT_PROCESS, PROCESS_QUERY_LIMITED_INFORMATION, &object);
    if (nt_failed(st))
        return st;
    st = open_other_process_token(process_object_of(object), desired, ret);
    object_unref(object);
    return st;
}

BOOL OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess, PHANDLE TokenHandle)
{
    if (!TokenHandle)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(open_process_token(ProcessHandle, DesiredAccess, TokenHandle));
}

static nt_status open_thread_token(HANDLE thread, DWORD desired, bool as_self, HANDLE *ret)
{
    token_object *token = impersonation_token();
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    uint32_t access;
    nt_status st = thread_handle_is_current(thread, THREAD_QUERY_LIMITED_INFORMATION);

    if (nt_failed(st))
        return st;
    if (!token)
        return NT(NO_TOKEN);
    st = token_object_image(token, &image);
    if (nt_failed(st))
        return st;
    if (token_image_level(image->image) == SecurityAnonymous)
        return NT(CANT_OPEN_ANONYMOUS);
    /* The client would have to open it, and at this level he can do nothing. */
    if (!as_self && token_image_level(image->image) == SecurityIdentification)
        return NT(BAD_IMPERSONATION_LEVEL);
    st = token_access_decide(&access, desired, TOKEN_ALL_ACCESS);
    return nt_failed(st) ? st : handle_open(ret, token_object_base(token), access, 0);
}

BOOL OpenThreadToken(HANDLE ThreadHandle, DWORD DesiredAccess, BOOL OpenAsSelf, PHANDLE TokenHandle)
{
    if (!TokenHandle)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(open_thread_token(ThreadHandle, DesiredAccess, OpenAsSelf, TokenHandle));
}

/* --- asking ------------------------------------------------------------------------------- */

/* Needed beside the right to ask. */
static nt_status check_query(TOKEN_INFORMATION_CLASS info_class)
{
    _cleanup_(token_object_unrefp) token_object *caller = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st;

    if (info_class != TokenAuditPolicy)
        return NT_OK;
    st = impersonation_effective_token(&caller);
    if (!nt_failed(st))
        st = token_object_image(caller, &image);
    if (nt_failed(st))
        return st;
    return token_image_privileges_enabled(image->image) & PRIVILEGE_BIT(PRIVILEGE_SECURITY)
               ? NT_OK
               : NT(PRIVILEGE_NOT_HELD);
}

/* A new handle of the twin's token each time, the caller's to close. */
static nt_status open_linked(token_object *token, HANDLE *ret)
{
    Openlogon__LinkedTokenRequest linked = OPENLOGON__LINKED_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(LINKED_TOKEN, linked_token, &linked);
    const remote_token *remote = token_object_remote(token);
    _cleanup_(token_object_unrefp) token_object *twin = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    linked.token_id = remote_token_id(remote);
    st = remote_token_call(remote, &request, -1, REPLY_OF(TOKEN), &reply);
    if (!nt_failed(st))
        st = token_object_from_reply(&twin, remote_token_connection(remote), reply.message->token,
                                     -1);
    return nt_failed(st) ? st : handle_open(ret, token_object_base(twin), TOKEN_ALL_ACCESS, 0);
}

static nt_status query_linked(HANDLE handle, TOKEN_LINKED_TOKEN *buffer, DWORD size, DWORD *needed)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    nt_status st = token_handle_get(handle, TOKEN_QUERY, &token);

    if (nt_failed(st))
        return st;
    *needed = sizeof(*buffer);
    if (!buffer || size < sizeof(*buffer))
        return NT(BUFFER_TOO_SMALL);
    return open_linked(token, &buffer->LinkedToken);
}

static nt_status query(HANDLE handle, TOKEN_INFORMATION_CLASS info_class, void *buffer, DWORD size,
                       DWORD *needed)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    uint32_t access = info_class == TokenSource ? TOKEN_QUERY_SOURCE : TOKEN_QUERY;
    nt_status st;

    if (info_class == TokenLinkedToken)
        return query_linked(handle, buffer, size, needed);
    st = token_handle_image(handle, access, &image);
    if (!nt_failed(st))
        st = check_query(info_class);
    if (nt_failed(st))
        return st;
    return token_image_information(image->image, info_class, buffer, buffer ? size : 0, needed);
}

BOOL GetTokenInformation(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass,
                         LPVOID TokenInformation, DWORD TokenInformationLength, PDWORD ReturnLength)
{
    uint32_t needed;
    nt_status st;

    if (!ReturnLength)
        return fail(ERROR_NOACCESS);
    st = query(TokenHandle, TokenInformationClass, TokenInformation, TokenInformationLength,
               &needed);
    if (!nt_failed(st) || NT_IS(st, BUFFER_TOO_SMALL))
        *ReturnLength = needed;
    return finish(st);
}

BOOL IsTokenRestricted(HANDLE TokenHandle)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = token_handle_image(TokenHandle, TOKEN_QUERY, &image);

    if (nt_failed(st))
        return finish(st);
    return token_image_n_restricted(image->image) > 0;
}

BOOL IsTokenUntrusted(HANDLE TokenHandle)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = token_handle_image(TokenHandle, TOKEN_QUERY, &image);

    if (nt_failed(st))
        return finish(st);
    return token_image_integrity(image->image) == SECURITY_MANDATORY_UNTRUSTED_RID;
}

/* No token here is of an app container, so what the flags add is nothing. */
BOOL CheckTokenMembershipEx(HANDLE TokenHandle, PSID SidToCheck, DWORD Flags, PBOOL IsMember)
{
    if (Flags & ~(DWORD)(CTMF_INCLUDE_APPCONTAINER | CTMF_INCLUDE_LPAC))
        return fail(ERROR_INVALID_PARAMETER);
    return CheckTokenMembership(TokenHandle, SidToCheck, IsMember);
}

static nt_status check_capability(HANDLE handle, const SID *sid)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;

    if (!sid || !sid_valid(sid, SID_SIZE_MAX))
        return NT(INVALID_SID);
    return handle ? token_handle_image(handle, TOKEN_QUERY, &image) : NT_OK;
}

BOOL CheckTokenCapability(HANDLE TokenHandle, PSID CapabilitySidToCheck, PBOOL HasCapability)
{
    nt_status st =
        HasCapability ? check_capability(TokenHandle, CapabilitySidToCheck) : NT(INVALID_PARAMETER);

    if (!nt_failed(st))
        *HasCapability = FALSE;
    return finish(st);
}

/* --- copying ------------------------------------------------------------------------------ */

/* A token cannot be made to mean more than it does. */
static nt_status check_duplicate(const token_image *image, TOKEN_TYPE type,
                                 SECURITY_IMPERSONATION_LEVEL level)
{
    if (type != TokenPrimary && type != TokenImpersonation)
        return NT(INVALID_PARAMETER);
    if ((int)level < SecurityAnonymous || (int)level > SecurityDelegation)
        return type == TokenImpersonation ? NT(BAD_IMPERSONATION_LEVEL) : NT(INVALID_PARAMETER);
    if (token_image_type(image) == TokenPrimary)
        return NT_OK;
    if (type == TokenPrimary)
        level = SecurityImpersonation;
    return level > token_image_level(image) ? NT(BAD_IMPERSONATION_LEVEL) : NT_OK;
}

struct duplicate_request {
    DWORD desired; /* 0: what the source's handle grants */
    DWORD flags;   /* of the new handle */
    TOKEN_TYPE type;
    SECURITY_IMPERSONATION_LEVEL level;
    const void *security; /* descriptor of the new token; NULL: as every token has at first */
};

/* What the descriptor has is set; of what it lacks the token keeps its own. */
static nt_status set_security(token_object *token, const void *security)
{
    struct descriptor parts;
    uint32_t information;
    nt_status st = descriptor_read(&parts, security);

    if (nt_failed(st))
        return st;
    information = (parts.owner ? (uint32_t)OWNER_SECURITY_INFORMATION : 0) |
                  (parts.group ? (uint32_t)GROUP_SECURITY_INFORMATION : 0) |
                  (parts.control & SE_DACL_PRESENT ? (uint32_t)DACL_SECURITY_INFORMATION : 0) |
                  (parts.sacl ? (uint32_t)LABEL_SECURITY_INFORMATION : 0);
    return token_object_set_security(token, information, &parts);
}

static nt_status duplicate_access(HANDLE source, DWORD desired, uint32_t *ret)
{
    if (desired == 0)
        return token_handle_access(source, ret);
    return token_access_decide(ret, desired, TOKEN_ALL_ACCESS);
}

static nt_status duplicate(HANDLE source, const struct duplicate_request *request, HANDLE *ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL, *copy = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    uint32_t access;
    nt_status st = token_handle_get(source, TOKEN_DUPLICATE, &token);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (!nt_failed(st))
        st = check_duplicate(image->image, request->type, request->level);
    if (!nt_failed(st))
        st = duplicate_access(source, request->desired, &access);
    if (!nt_failed(st))
        st = token_object_duplicate(&copy, token, request->type, request->level);
    if (!nt_failed(st) && request->security)
        st = set_security(copy, request->security);
    return nt_failed(st) ? st : handle_open(ret, token_object_base(copy), access, request->flags);
}

BOOL DuplicateTokenEx(HANDLE hExistingToken, DWORD dwDesiredAccess,
                      LPSECURITY_ATTRIBUTES lpTokenAttributes,
                      SECURITY_IMPERSONATION_LEVEL ImpersonationLevel, TOKEN_TYPE Type,
                      PHANDLE phNewToken)
{
    const struct duplicate_request request = {
        .desired = dwDesiredAccess,
        .flags = handle_flags_of(lpTokenAttributes),
        .type = Type,
        .level = ImpersonationLevel,
        .security = lpTokenAttributes ? lpTokenAttributes->lpSecurityDescriptor : NULL,
    };

    if (!phNewToken)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(duplicate(hExistingToken, &request, phNewToken));
}

BOOL DuplicateToken(HANDLE ExistingTokenHandle, SECURITY_IMPERSONATION_LEVEL ImpersonationLevel,
                    PHANDLE DuplicateTokenHandle)
{
    return DuplicateTokenEx(ExistingTokenHandle, TOKEN_IMPERSONATE | TOKEN_QUERY, NULL,
                            ImpersonationLevel, TokenImpersonation, DuplicateTokenHandle);
}

/* --- narrowing ---------------------------------------------------------------------------- */

static uint64_t mask_of_luids(const LUID_AND_ATTRIBUTES *privileges, DWORD n)
{
    uint64_t mask = 0;

    for (DWORD i = 0; i < n; i++)
        mask |= privilege_bit_of_luid(privileges[i].Luid);
    return mask;
}

static nt_status restrict_token(HANDLE source, const struct token_filter *filter, HANDLE *ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL, *narrow = NULL;
    _cleanup_(shared_image_unrefp) shared_image *now = NULL;
    token_image *image;
    uint32_t access;
    nt_status st = token_handle_get(source, TOKEN_DUPLICATE, &token);

    if (!nt_failed(st))
        st = token_handle_access(source, &access);
    if (!nt_failed(st))
        st = token_object_image(token, &now);
    if (!nt_failed(st))
        st = token_image_filter(&image, now->image, filter);
    if (!nt_failed(st))
        st = token_object_derive(&narrow, token, image, TOKEN_CHANGED);
    return nt_failed(st) ? st : handle_open(ret, token_object_base(narrow), access, 0);
}

BOOL CreateRestrictedToken(HANDLE ExistingTokenHandle, DWORD Flags, DWORD DisableSidCount,
                           PSID_AND_ATTRIBUTES SidsToDisable, DWORD DeletePrivilegeCount,
                           PLUID_AND_ATTRIBUTES PrivilegesToDelete, DWORD RestrictedSidCount,
                           PSID_AND_ATTRIBUTES SidsToRestrict, PHANDLE NewTokenHandle)
{
    struct token_filter filter = { .flags = Flags,
                                   .disable = SidsToDisable,
                                   .n_disable = DisableSidCount,
                                   .restrict_to = SidsToRestrict,
                                   .n_restrict_to = RestrictedSidCount };

    if (!NewTokenHandle || (DisableSidCount && !SidsToDisable) ||
        (DeletePrivilegeCount && !PrivilegesToDelete) || (RestrictedSidCount && !SidsToRestrict))
        return fail(ERROR_INVALID_PARAMETER);
    for (DWORD i = 0; i < RestrictedSidCount; i++) {
        if (SidsToRestrict[i].Attributes != 0)
            return fail(ERROR_INVALID_PARAMETER);
    }
    filter.delete_privileges = mask_of_luids(PrivilegesToDelete, DeletePrivilegeCount);
    return finish(restrict_token(ExistingTokenHandle, &filter, NewTokenHandle));
}
