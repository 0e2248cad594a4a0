/* SPDX-License-Identifier: MIT */
/* Access checks and group membership. */
#include <windows.h>

#include <stddef.h>

#include "client/access_query.h"
#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/process_token.h"
#include "client/token_handle.h"
#include "security/access_check.h"
#include "security/privilege.h"

/* Where the answer goes. */
struct answer {
    PRIVILEGE_SET *privileges;
    DWORD *privileges_size;
    DWORD *granted; /* one, or one for each type */
    DWORD *status;
};

/* Windows wants room for one privilege even when none is used. */
static DWORD answer_check(const struct answer *answer)
{
    if (!answer->privileges_size)
        return ERROR_NOACCESS;
    if (*answer->privileges_size < sizeof(PRIVILEGE_SET)) {
        *answer->privileges_size = sizeof(PRIVILEGE_SET);
        return ERROR_INSUFFICIENT_BUFFER;
    }
    return answer->privileges && answer->granted && answer->status ? ERROR_SUCCESS : ERROR_NOACCESS;
}

static DWORD privilege_set_size(uint64_t mask)
{
    size_t n = mask ? (size_t)__builtin_popcountll(mask) : 1;

    return (DWORD)(offsetof(PRIVILEGE_SET, Privilege) + n * sizeof(LUID_AND_ATTRIBUTES));
}

static void privilege_set_write(PRIVILEGE_SET *set, uint64_t mask)
{
    DWORD n = 0;

    for (; mask; mask &= mask - 1) {
        uint32_t number = (uint32_t)__builtin_ctzll(mask);

        set->Privilege[n++] =
            (LUID_AND_ATTRIBUTES){ privilege_luid(number), SE_PRIVILEGE_USED_FOR_ACCESS };
    }
    set->PrivilegeCount = n;
    set->Control = 0;
}

static nt_status answer_privileges(const struct answer *answer, uint64_t used)
{
    DWORD needed = privilege_set_size(used);

    if (*answer->privileges_size < needed) {
        *answer->privileges_size = needed;
        return NT(BUFFER_TOO_SMALL);
    }
    privilege_set_write(answer->privileges, used);
    return NT_OK;
}

/* The usual refusal is not searched for in a table. */
static DWORD refusal_code(nt_status refusal)
{
    return NT_IS(refusal, ACCESS_DENIED) ? ERROR_ACCESS_DENIED : nt_to_win32(refusal.code);
}

static nt_status answer_whole(const struct answer *answer, const struct access_evaluation *e)
{
    const struct access_result *result = &e->result;
    bool denied = nt_failed(result->status);
    nt_status st = answer_privileges(answer, denied ? 0 : result->privileges_used);

    if (nt_failed(st))
        return st;
    *answer->granted = result->granted;
    *answer->status = !denied;
    if (denied)
        SetLastError(refusal_code(result->status));
    return NT_OK;
}

static nt_status answer_list(const struct answer *answer, const struct access_evaluation *e)
{
    nt_status st = answer_privileges(answer, e->result.privileges_used);

    for (size_t i = 0; !nt_failed(st) && i < e->tree.n; i++) {
        answer->granted[i] = e->tree.nodes[i].granted;
        answer->status[i] = nt_to_win32(e->tree.nodes[i].status.code);
    }
    return st;
}

static nt_status ask(HANDLE client, const struct access_query *query, const struct answer *answer)
{
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    _cleanup_(access_evaluation_done) struct access_evaluation e;
    nt_status st;

    e.nodes = NULL;
    st = access_client_image(client, &image);
    if (!nt_failed(st))
        st = access_query_evaluate(query, image->image, &e);
    if (nt_failed(st))
        return st;
    return query->flags & ACCESS_RESULT_LIST ? answer_list(answer, &e) : answer_whole(answer, &e);
}

static BOOL check_access(HANDLE client, const struct access_query *query,
                         const struct answer *answer)
{
    DWORD error = access_query_check(query);

    if (error == ERROR_SUCCESS)
        error = answer_check(answer);
    if (error != ERROR_SUCCESS)
        return fail(error);
    return finish(ask(client, query, answer));
}

BOOL AccessCheckByType(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID PrincipalSelfSid,
                       HANDLE ClientToken, DWORD DesiredAccess, POBJECT_TYPE_LIST ObjectTypeList,
                       DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping,
                       PPRIVILEGE_SET PrivilegeSet, LPDWORD PrivilegeSetLength,
                       LPDWORD GrantedAccess, LPBOOL AccessStatus)
{
    const struct access_query query = { pSecurityDescriptor, PrincipalSelfSid, DesiredAccess,
                                        GenericMapping,      ObjectTypeList,   ObjectTypeListLength,
                                        .flags = 0 };
    const struct answer answer = { PrivilegeSet, PrivilegeSetLength, GrantedAccess,
                                   (DWORD *)AccessStatus };

    return check_access(ClientToken, &query, &answer);
}

BOOL AccessCheckByTypeResultList(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID PrincipalSelfSid,
                                 HANDLE ClientToken, DWORD DesiredAccess,
                                 POBJECT_TYPE_LIST ObjectTypeList, DWORD ObjectTypeListLength,
                                 PGENERIC_MAPPING GenericMapping, PPRIVILEGE_SET PrivilegeSet,
                                 LPDWORD PrivilegeSetLength, LPDWORD GrantedAccessList,
                                 LPDWORD AccessStatusList)
{
    const struct access_query query = { pSecurityDescriptor,
                                        PrincipalSelfSid,
                                        DesiredAccess,
                                        GenericMapping,
                                        ObjectTypeList,
                                        ObjectTypeListLength,
                                        .flags = ACCESS_RESULT_LIST };
    const struct answer answer = { PrivilegeSet, PrivilegeSetLength, GrantedAccessList,
                                   AccessStatusList };

    if (ObjectTypeListLength == 0)
        return fail(ERROR_INVALID_PARAMETER);
    return check_access(ClientToken, &query, &answer);
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
        return access_client_image(handle, ret);
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
