/* SPDX-License-Identifier: MIT */
/* Access checks and group membership. */
#include <windows.h>

#include <stddef.h>

#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/process_token.h"
#include "client/token_handle.h"
#include "security/access_check.h"
#include "security/privilege.h"

enum { GENERIC_BITS = (int)0xf0000000 };

/* Where AccessCheck() puts its answer. */
struct answer {
    PRIVILEGE_SET *privileges;
    DWORD *privileges_size;
    DWORD *granted;
    BOOL *status;
};

static nt_status client_image(HANDLE client, shared_image **ret)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = token_handle_image(client, TOKEN_QUERY, &image);

    if (nt_failed(st))
        return st;
    if (token_image_type(image->image) != TokenImpersonation)
        return NT(NO_IMPERSONATION_TOKEN);
    if (token_image_level(image->image) < SecurityIdentification)
        return NT(BAD_IMPERSONATION_LEVEL);
    *ret = TAKE(image);
    return NT_OK;
}

static DWORD privilege_set_size(uint64_t mask)
{
    size_t n = (size_t)__builtin_popcountll(mask);

    return (DWORD)(offsetof(PRIVILEGE_SET, Privilege) + (n ? n : 1) * sizeof(LUID_AND_ATTRIBUTES));
}

static void privilege_set_write(PRIVILEGE_SET *set, uint64_t mask)
{
    DWORD n = 0;

    for (uint32_t i = PRIVILEGE_FIRST; i <= PRIVILEGE_LAST; i++) {
        if (mask & PRIVILEGE_BIT(i))
            set->Privilege[n++] =
                (LUID_AND_ATTRIBUTES){ privilege_luid(i), SE_PRIVILEGE_USED_FOR_ACCESS };
    }
    set->PrivilegeCount = n;
    set->Control = 0;
}

static nt_status answer_write(const struct answer *answer, const struct access_result *result)
{
    DWORD needed = privilege_set_size(result->privileges_used);

    if (*answer->privileges_size < needed) {
        *answer->privileges_size = needed;
        return NT(BUFFER_TOO_SMALL);
    }
    privilege_set_write(answer->privileges, result->privileges_used);
    *answer->granted = result->granted;
    *answer->status = !nt_failed(result->status);
    if (nt_failed(result->status))
        SetLastError(nt_to_win32(result->status.code));
    return NT_OK;
}

/* Completes and evaluates the request. */
static nt_status check(HANDLE client, PSECURITY_DESCRIPTOR descriptor,
                       struct access_request *request, const struct answer *answer)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    struct descriptor view;
    struct access_result result;
    nt_status st;

    if (request->desired & (uint32_t)GENERIC_BITS)
        return NT(GENERIC_NOT_MAPPED);
    st = client_image(client, &image);
    if (!nt_failed(st))
        st = descriptor_read(&view, descriptor);
    if (nt_failed(st))
        return st;
    if (!view.owner || !view.group)
        return NT(INVALID_SECURITY_DESCR);
    request->token = image->image;
    request->descriptor = &view;
    st = access_check(request, &result);
    return nt_failed(st) ? st : answer_write(answer, &result);
}

BOOL AccessCheckByType(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID PrincipalSelfSid,
                       HANDLE ClientToken, DWORD DesiredAccess, POBJECT_TYPE_LIST ObjectTypeList,
                       DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping,
                       PPRIVILEGE_SET PrivilegeSet, LPDWORD PrivilegeSetLength,
                       LPDWORD GrantedAccess, LPBOOL AccessStatus)
{
    const struct answer answer = { PrivilegeSet, PrivilegeSetLength, GrantedAccess, AccessStatus };
    struct access_request request = { .desired = DesiredAccess,
                                      .mapping = GenericMapping,
                                      .principal_self = PrincipalSelfSid };

    if (!pSecurityDescriptor || !GenericMapping)
        return fail(ERROR_INVALID_PARAMETER);
    if (!PrivilegeSet || !PrivilegeSetLength || !GrantedAccess || !AccessStatus)
        return fail(ERROR_NOACCESS);
    if (PrincipalSelfSid && !sid_valid(PrincipalSelfSid, SID_SIZE_MAX))
        return fail(ERROR_INVALID_SID);
    if (ObjectTypeList || ObjectTypeListLength > 0)
        return fail(ERROR_NOT_SUPPORTED);
    return finish(check(ClientToken, pSecurityDescriptor, &request, &answer));
}

BOOL AccessCheck(PSECURITY_DESCRIPTOR pSecurityDescriptor, HANDLE ClientToken, DWORD DesiredAccess,
                 PGENERIC_MAPPING GenericMapping, PPRIVILEGE_SET PrivilegeSet,
                 LPDWORD PrivilegeSetLength, LPDWORD GrantedAccess, LPBOOL AccessStatus)
{
    return AccessCheckByType(pSecurityDescriptor, NULL, ClientToken, DesiredAccess, NULL, 0,
                             GenericMapping, PrivilegeSet, PrivilegeSetLength, GrantedAccess,
                             AccessStatus);
}

void MapGenericMask(PDWORD AccessMask, PGENERIC_MAPPING GenericMapping)
{
    *AccessMask = access_map_generic(*AccessMask, GenericMapping);
}

BOOL AreAllAccessesGranted(DWORD GrantedAccess, DWORD DesiredAccess)
{
    return (DesiredAccess & ~GrantedAccess) == 0;
}

BOOL AreAnyAccessesGranted(DWORD GrantedAccess, DWORD DesiredAccess)
{
    return (DesiredAccess & GrantedAccess) != 0;
}

/* --- membership --------------------------------------------------------------------------- */

/* NULL: whom the thread acts for, in which case a primary token will do. */
static nt_status member_image(HANDLE handle, shared_image **ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    nt_status st;

    if (handle)
        return client_image(handle, ret);
    st = impersonation_effective_token(&token);
    return nt_failed(st) ? st : token_object_image(token, ret);
}

static bool is_member(const token_image *image, const SID *sid)
{
    if (!token_image_has_sid(image, sid, TOKEN_SID_ALLOW))
        return false;
    return token_image_n_restricted(image) == 0 ||
           (token_image_flags(image) & TOKEN_IMAGE_WRITE_RESTRICTED) ||
           token_image_has_sid(image, sid, TOKEN_SID_RESTRICTED);
}

BOOL CheckTokenMembership(HANDLE TokenHandle, PSID SidToCheck, PBOOL IsMember)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st;

    if (!IsMember)
        return fail(ERROR_INVALID_PARAMETER);
    if (!SidToCheck || !sid_valid(SidToCheck, SID_SIZE_MAX))
        return fail(ERROR_INVALID_SID);
    st = member_image(TokenHandle, &image);
    if (!nt_failed(st))
        *IsMember = is_member(image->image, SidToCheck);
    return finish(st);
}
