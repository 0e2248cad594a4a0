/* SPDX-License-Identifier: MIT */
#include "worker/token_information.h"

#include <string.h>

#include "security/acl.h"
#include "security/sid.h"
#include "security/well_known.h"
#include "worker/lsa_heap.h"

enum {
    PRIVILEGES_MAX = 64,
    PRIVILEGE_NUMBER_MIN = 2,  /* SeCreateTokenPrivilege */
    PRIVILEGE_NUMBER_MAX = 63, /* one bit each in a 64-bit mask */
};

static const DWORD group_attributes =
    SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED | SE_GROUP_OWNER |
    SE_GROUP_USE_FOR_DENY_ONLY | SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED |
    SE_GROUP_LOGON_ID | SE_GROUP_RESOURCE;

/* A SID in the package's memory, of a size that only the SID itself tells. */
static nt_status copy_sid(ProtobufCBinaryData *ret, arena *memory, const void *sid)
{
    if (!sid || !sid_valid(sid, SID_SIZE_MAX))
        return NT(INVALID_SID);
    ret->len = sid_length(sid);
    ret->data = arena_copy(memory, sid, ret->len);
    return ret->data ? NT_OK : NT(NO_MEMORY);
}

static nt_status copy_group(Openlogon__Worker__SidAndAttributes **ret, arena *memory,
                            const SID_AND_ATTRIBUTES *group)
{
    Openlogon__Worker__SidAndAttributes *copy = arena_alloc(memory, sizeof(*copy));

    if (!copy)
        return NT(NO_MEMORY);
    if ((group->Attributes & ~group_attributes) != 0)
        return NT(INVALID_PARAMETER);
    openlogon__worker__sid_and_attributes__init(copy);
    copy->attributes = group->Attributes;
    *ret = copy;
    return copy_sid(&copy->sid, memory, group->Sid);
}

static nt_status copy_groups(Openlogon__Worker__LogonResult *ret, arena *memory,
                             const TOKEN_GROUPS *groups)
{
    size_t n = groups ? groups->GroupCount : 0;

    if (n > TOKEN_GROUPS_MAX)
        return NT(TOO_MANY_CONTEXT_IDS);
    ret->groups = arena_alloc(memory, n * sizeof(*ret->groups));
    if (!ret->groups)
        return NT(NO_MEMORY);
    for (ret->n_groups = 0; ret->n_groups < n; ret->n_groups++) {
        nt_status st =
            copy_group(&ret->groups[ret->n_groups], memory, &groups->Groups[ret->n_groups]);

        if (nt_failed(st))
            return st;
    }
    return NT_OK;
}

static bool same_bytes(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
    return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

static nt_status check_primary_group(const Openlogon__Worker__LogonResult *result)
{
    if (same_bytes(result->primary_group, result->user_sid))
        return NT_OK;
    for (size_t i = 0; i < result->n_groups; i++) {
        if (same_bytes(result->primary_group, result->groups[i]->sid))
            return NT_OK;
    }
    return NT(INVALID_PRIMARY_GROUP);
}

static nt_status copy_privileges(Openlogon__Worker__LogonResult *ret, const TOKEN_PRIVILEGES *from)
{
    if (!from)
        return NT_OK;
    if (from->PrivilegeCount > PRIVILEGES_MAX)
        return NT(INVALID_PARAMETER);
    for (size_t i = 0; i < from->PrivilegeCount; i++) {
        const LUID_AND_ATTRIBUTES *p = &from->Privileges[i];
        uint64_t bit = UINT64_C(1) << (p->Luid.LowPart & PRIVILEGE_NUMBER_MAX);

        if (p->Luid.HighPart != 0 || p->Luid.LowPart < PRIVILEGE_NUMBER_MIN ||
            p->Luid.LowPart > PRIVILEGE_NUMBER_MAX)
            return NT(INVALID_PARAMETER);
        ret->privileges_present |= bit;
        if (p->Attributes & SE_PRIVILEGE_ENABLED)
            ret->privileges_enabled |= bit;
    }
    return NT_OK;
}

static nt_status copy_dacl(ProtobufCBinaryData *ret, arena *memory, const ACL *dacl)
{
    if (!dacl)
        return NT_OK;
    if (!acl_valid(dacl, acl_size(dacl)))
        return NT(INVALID_ACL);
    ret->len = acl_size(dacl);
    ret->data = arena_copy(memory, dacl, ret->len);
    return ret->data ? NT_OK : NT(NO_MEMORY);
}

static nt_status convert_full(Openlogon__Worker__LogonResult *ret, arena *memory,
                              const LSA_TOKEN_INFORMATION_V1 *from)
{
    nt_status st = copy_sid(&ret->user_sid, memory, from->User.User.Sid);

    ret->expiration = from->ExpirationTime.QuadPart;
    if (!nt_failed(st))
        st = copy_groups(ret, memory, from->Groups);
    if (!nt_failed(st))
        st = copy_sid(&ret->primary_group, memory, from->PrimaryGroup.PrimaryGroup);
    if (!nt_failed(st))
        st = check_primary_group(ret);
    if (!nt_failed(st))
        st = copy_privileges(ret, from->Privileges);
    if (!nt_failed(st) && from->Owner.Owner)
        st = copy_sid(&ret->owner, memory, from->Owner.Owner);
    if (!nt_failed(st))
        st = copy_dacl(&ret->default_dacl, memory, from->DefaultDacl.DefaultDacl);
    return st;
}

/* A null session's user and primary group are ANONYMOUS LOGON. */
static nt_status convert_null(Openlogon__Worker__LogonResult *ret, arena *memory,
                              const LSA_TOKEN_INFORMATION_NULL *from)
{
    sid_buffer anonymous;
    nt_status st = well_known_make(&anonymous, WinAnonymousSid, NULL);

    ret->expiration = from->ExpirationTime.QuadPart;
    if (!nt_failed(st))
        st = copy_sid(&ret->user_sid, memory, &anonymous);
    if (!nt_failed(st))
        st = copy_groups(ret, memory, from->Groups);
    ret->primary_group = ret->user_sid;
    return st;
}

nt_status token_information_convert(Openlogon__Worker__LogonResult *ret, arena *memory,
                                    LSA_TOKEN_INFORMATION_TYPE type, const void *information)
{
    if (!information)
        return NT(INVALID_PARAMETER);
    switch (type) {
    case LsaTokenInformationNull:
        return convert_null(ret, memory, information);
    case LsaTokenInformationV1:
    case LsaTokenInformationV2:
        return convert_full(ret, memory, information);
    default:
        return NT(INVALID_PARAMETER);
    }
}

static void free_groups(TOKEN_GROUPS *groups)
{
    if (!groups || groups->GroupCount > TOKEN_GROUPS_MAX)
        return;
    for (size_t i = 0; i < groups->GroupCount; i++)
        lsa_heap_free(groups->Groups[i].Sid);
    lsa_heap_free(groups);
}

static void free_v1(LSA_TOKEN_INFORMATION_V1 *v1)
{
    lsa_heap_free(v1->User.User.Sid);
    free_groups(v1->Groups);
    lsa_heap_free(v1->PrimaryGroup.PrimaryGroup);
    lsa_heap_free(v1->Privileges);
    lsa_heap_free(v1->Owner.Owner);
    lsa_heap_free(v1->DefaultDacl.DefaultDacl);
    lsa_heap_free(v1);
}

void token_information_free(LSA_TOKEN_INFORMATION_TYPE type, void *information)
{
    if (!information)
        return;
    switch (type) {
    case LsaTokenInformationNull:
        free_groups(((LSA_TOKEN_INFORMATION_NULL *)information)->Groups);
        lsa_heap_free(information);
        break;
    case LsaTokenInformationV1:
        free_v1(information);
        break;
    case LsaTokenInformationV2:
        lsa_heap_free(information);
        break;
    default:
        break; /* nobody knows what it is */
    }
}
