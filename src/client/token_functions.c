/* SPDX-License-Identifier: MIT */
/* Opening, asking, copying and narrowing tokens. */
#include <windows.h>

#include <stdlib.h>

#include "client/child.h"
#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/process_token.h"
#include "client/thread_object.h"
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

static nt_status query(HANDLE handle, TOKEN_INFORMATION_CLASS info_class, void *buffer, DWORD size,
                       DWORD *needed)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    uint32_t access = info_class == TokenSource ? TOKEN_QUERY_SOURCE : TOKEN_QUERY;
    nt_status st = token_handle_image(handle, access, &image);

    if (nt_failed(st))
        return st;
    if (info_class == TokenLinkedToken) /* what Windows says of a token without a twin */
        return NT(NO_SUCH_LOGON_SESSION);
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

/* --- setting ------------------------------------------------------------------------------ */

static nt_status set_owner(token_image **ret, const token_image *image, const void *context)
{
    nt_status st = token_image_dup(ret, image);

    if (!nt_failed(st))
        st = token_image_set_owner(*ret, context);
    if (nt_failed(st))
        *ret = token_image_free(*ret);
    return st;
}

static nt_status set_primary_group(token_image **ret, const token_image *image, const void *context)
{
    nt_status st = token_image_dup(ret, image);

    if (!nt_failed(st))
        st = token_image_set_primary_group(*ret, context);
    if (nt_failed(st))
        *ret = token_image_free(*ret);
    return st;
}

static nt_status set_default_dacl(token_image **ret, const token_image *image, const void *context)
{
    return token_image_with_default_dacl(ret, image, context);
}

/* Each of these classes is a structure that holds one pointer. */
static const struct setting {
    TOKEN_INFORMATION_CLASS info_class;
    token_change change;
    bool is_sid;
    bool may_be_null;
} settings[] = {
    { TokenOwner, set_owner, .is_sid = true },
    { TokenPrimaryGroup, set_primary_group, .is_sid = true },
    { TokenDefaultDacl, set_default_dacl, .may_be_null = true },
};

static const struct setting *setting_find(TOKEN_INFORMATION_CLASS info_class)
{
    for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
        if (settings[i].info_class == info_class)
            return &settings[i];
    }
    return NULL;
}

static nt_status set(HANDLE handle, const struct setting *setting, const void *value)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    nt_status st;

    if (!value && !setting->may_be_null)
        return NT(INVALID_PARAMETER);
    if (value && setting->is_sid && !sid_valid(value, SID_SIZE_MAX))
        return NT(INVALID_SID);
    if (value && !setting->is_sid && !acl_valid(value, ACL_SIZE_MAX))
        return NT(INVALID_ACL);
    st = token_handle_get(handle, TOKEN_ADJUST_DEFAULT, &token);
    return nt_failed(st) ? st : token_object_change(token, setting->change, value);
}

BOOL SetTokenInformation(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass,
                         LPVOID TokenInformation, DWORD TokenInformationLength)
{
    const struct setting *setting = setting_find(TokenInformationClass);
    void *const *value = TokenInformation;

    if ((int)TokenInformationClass < TokenUser || (int)TokenInformationClass >= MaxTokenInfoClass)
        return fail(ERROR_INVALID_PARAMETER);
    if (!setting)
        return fail(ERROR_NOT_SUPPORTED);
    if (!value || TokenInformationLength < sizeof(*value))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    return finish(set(TokenHandle, setting, *value));
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
};

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
    return nt_failed(st) ? st : handle_open(ret, token_object_base(copy), access, request->flags);
}

BOOL DuplicateTokenEx(HANDLE hExistingToken, DWORD dwDesiredAccess,
                      LPSECURITY_ATTRIBUTES lpTokenAttributes,
                      SECURITY_IMPERSONATION_LEVEL ImpersonationLevel, TOKEN_TYPE Type,
                      PHANDLE phNewToken)
{
    const struct duplicate_request request = { dwDesiredAccess, handle_flags_of(lpTokenAttributes),
                                               Type, ImpersonationLevel };

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
        st = token_object_derive(&narrow, token, image, TOKEN_FILTERED);
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
