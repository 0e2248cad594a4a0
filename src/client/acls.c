/* SPDX-License-Identifier: MIT */
/* securitybaseapi.h: access control lists. */
#include <string.h>

#include <windows.h>

#include "client/last_error.h"
#include "security/acl.h"
#include "security/sid.h"
#include "security/well_known.h"

BOOL InitializeAcl(PACL acl, DWORD size, DWORD revision)
{
    if (!acl || revision < MIN_ACL_REVISION || revision > MAX_ACL_REVISION)
        return fail(ERROR_INVALID_PARAMETER);
    if (size < sizeof(ACL))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    if (size > ACL_SIZE_MAX)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(acl_init(acl, size & ~3u, (uint8_t)revision));
}

BOOL IsValidAcl(PACL acl)
{
    if (acl && acl_valid(acl, acl_size(acl)))
        return TRUE;
    SetLastError(ERROR_INVALID_ACL);
    return FALSE;
}

static bool is_audit(uint8_t type)
{
    return type == SYSTEM_AUDIT_ACE_TYPE || type == SYSTEM_AUDIT_OBJECT_ACE_TYPE ||
           type == SYSTEM_AUDIT_CALLBACK_ACE_TYPE || type == SYSTEM_AUDIT_CALLBACK_OBJECT_ACE_TYPE;
}

/* The lowest revision of an ACL that may hold such an ACE. */
static DWORD revision_for(uint8_t type)
{
    if (type == ACCESS_ALLOWED_COMPOUND_ACE_TYPE)
        return ACL_REVISION3;
    return ace_layout_of(type) == ACE_LAYOUT_OBJECT ? ACL_REVISION_DS : ACL_REVISION;
}

/* Whether the list is whole ACEs that an ACL of the revision may hold. */
static bool is_ace_list(const void *aces, size_t size, DWORD revision)
{
    const uint8_t *bytes = aces;

    while (size > 0) {
        ACE_HEADER header;

        if (size < sizeof(header))
            return false;
        memcpy(&header, bytes, sizeof(header));
        if (header.AceSize < sizeof(header) || header.AceSize > size ||
            revision_for(header.AceType) > revision)
            return false;
        bytes += header.AceSize;
        size -= header.AceSize;
    }
    return true;
}

BOOL AddAce(PACL acl, DWORD revision, DWORD start, LPVOID aces, DWORD size)
{
    nt_status st;

    if (!acl || !acl_valid(acl, acl_size(acl)))
        return fail(ERROR_INVALID_PARAMETER);
    if (revision < MIN_ACL_REVISION || revision > MAX_ACL_REVISION)
        return fail(ERROR_REVISION_MISMATCH);
    if (!aces || !is_ace_list(aces, size, revision))
        return fail(ERROR_INVALID_PARAMETER);
    st = acl_insert_bytes(acl, start == MAXDWORD ? SIZE_MAX : start, aces, size);
    if (!nt_failed(st) && revision > acl->AclRevision)
        acl->AclRevision = (BYTE)revision;
    return finish(st);
}

BOOL DeleteAce(PACL acl, DWORD i)
{
    if (!acl)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(acl_delete(acl, i));
}

BOOL GetAce(PACL acl, DWORD i, LPVOID *ace)
{
    struct ace found;
    nt_status st;

    if (!acl || !ace)
        return fail(ERROR_INVALID_PARAMETER);
    st = acl_get(&found, acl, i);
    if (nt_failed(st))
        return finish(st);
    *ace = (LPVOID)(uintptr_t)found.bytes;
    return TRUE;
}

BOOL FindFirstFreeAce(PACL acl, LPVOID *ace)
{
    size_t used;
    nt_status st;

    if (!acl || !ace)
        return fail(ERROR_INVALID_PARAMETER);
    st = acl_used(&used, acl);
    if (nt_failed(st))
        return finish(st);
    *ace = used < acl_size(acl) ? (BYTE *)acl + used : NULL;
    return TRUE;
}

static BOOL acl_size_information(const ACL *acl, ACL_SIZE_INFORMATION *ret)
{
    size_t used;
    nt_status st = acl_used(&used, acl);

    if (nt_failed(st))
        return finish(st);
    ret->AceCount = (DWORD)acl_n_aces(acl);
    ret->AclBytesInUse = (DWORD)used;
    ret->AclBytesFree = (DWORD)(acl_size(acl) - used);
    return TRUE;
}

BOOL GetAclInformation(PACL acl, LPVOID information, DWORD size, ACL_INFORMATION_CLASS class)
{
    if (!acl || !information)
        return fail(ERROR_INVALID_PARAMETER);
    switch (class) {
    case AclRevisionInformation:
        if (size < sizeof(ACL_REVISION_INFORMATION))
            return fail(ERROR_INSUFFICIENT_BUFFER);
        ((ACL_REVISION_INFORMATION *)information)->AclRevision = acl->AclRevision;
        return TRUE;
    case AclSizeInformation:
        if (size < sizeof(ACL_SIZE_INFORMATION))
            return fail(ERROR_INSUFFICIENT_BUFFER);
        return acl_size_information(acl, information);
    default:
        return fail(ERROR_INVALID_PARAMETER);
    }
}

BOOL SetAclInformation(PACL acl, LPVOID information, DWORD size, ACL_INFORMATION_CLASS class)
{
    DWORD revision;

    if (!acl || !information || class != AclRevisionInformation)
        return fail(ERROR_INVALID_PARAMETER);
    if (size < sizeof(ACL_REVISION_INFORMATION))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    revision = ((ACL_REVISION_INFORMATION *)information)->AclRevision;
    /* A lower revision could deny the types of the ACEs that are there. */
    if (revision < acl->AclRevision || revision > MAX_ACL_REVISION)
        return fail(ERROR_INVALID_PARAMETER);
    acl->AclRevision = (BYTE)revision;
    return TRUE;
}

/* The one way in which an ACE is added. */
static BOOL add(PACL acl, DWORD revision, DWORD flags, const struct ace *spec, PSID sid)
{
    const DWORD valid =
        VALID_INHERIT_FLAGS |
        (is_audit(spec->type) ? SUCCESSFUL_ACCESS_ACE_FLAG | FAILED_ACCESS_ACE_FLAG : 0u);
    struct ace ace = *spec;
    nt_status st;

    if (!acl || !acl_valid(acl, acl_size(acl)))
        return fail(ERROR_INVALID_ACL);
    if (!sid || !sid_valid(sid, SID_SIZE_MAX))
        return fail(ERROR_INVALID_SID);
    if (revision < MIN_ACL_REVISION || revision > MAX_ACL_REVISION)
        return fail(ERROR_REVISION_MISMATCH);
    if (revision < revision_for(ace.type))
        return fail(ERROR_REVISION_MISMATCH);
    if (flags & ~valid)
        return fail(ERROR_INVALID_FLAGS);
    ace.flags = (uint8_t)flags;
    ace.sid = sid;
    st = acl_append(acl, &ace);
    if (!nt_failed(st) && revision > acl->AclRevision)
        acl->AclRevision = (BYTE)revision;
    return finish(st);
}

static DWORD audit_flags(DWORD flags, BOOL success, BOOL failure)
{
    return flags | (success ? SUCCESSFUL_ACCESS_ACE_FLAG : 0u) |
           (failure ? FAILED_ACCESS_ACE_FLAG : 0u);
}

BOOL AddAccessAllowedAceEx(PACL acl, DWORD revision, DWORD flags, DWORD mask, PSID sid)
{
    return add(acl, revision, flags, &(struct ace){ .type = ACCESS_ALLOWED_ACE_TYPE, .mask = mask },
               sid);
}

BOOL AddAccessAllowedAce(PACL acl, DWORD revision, DWORD mask, PSID sid)
{
    return AddAccessAllowedAceEx(acl, revision, 0, mask, sid);
}

BOOL AddAccessDeniedAceEx(PACL acl, DWORD revision, DWORD flags, DWORD mask, PSID sid)
{
    return add(acl, revision, flags, &(struct ace){ .type = ACCESS_DENIED_ACE_TYPE, .mask = mask },
               sid);
}

BOOL AddAccessDeniedAce(PACL acl, DWORD revision, DWORD mask, PSID sid)
{
    return AddAccessDeniedAceEx(acl, revision, 0, mask, sid);
}

BOOL AddAuditAccessAceEx(PACL acl, DWORD revision, DWORD flags, DWORD mask, PSID sid, BOOL success,
                         BOOL failure)
{
    return add(acl, revision, audit_flags(flags, success, failure),
               &(struct ace){ .type = SYSTEM_AUDIT_ACE_TYPE, .mask = mask }, sid);
}

BOOL AddAuditAccessAce(PACL acl, DWORD revision, DWORD mask, PSID sid, BOOL success, BOOL failure)
{
    return AddAuditAccessAceEx(acl, revision, 0, mask, sid, success, failure);
}

BOOL AddMandatoryAce(PACL acl, DWORD revision, DWORD flags, DWORD policy, PSID label)
{
    if (policy & ~(DWORD)SYSTEM_MANDATORY_LABEL_VALID_MASK)
        return fail(ERROR_INVALID_PARAMETER);
    if (label && sid_valid(label, SID_SIZE_MAX) && !sid_is_integrity(label))
        return fail(ERROR_INVALID_PARAMETER);
    return add(acl, revision, flags,
               &(struct ace){ .type = SYSTEM_MANDATORY_LABEL_ACE_TYPE, .mask = policy }, label);
}

BOOL AddAccessAllowedObjectAce(PACL acl, DWORD revision, DWORD flags, DWORD mask, GUID *type,
                               GUID *inherited, PSID sid)
{
    return add(acl, revision, flags,
               &(struct ace){ .type = ACCESS_ALLOWED_OBJECT_ACE_TYPE,
                              .mask = mask,
                              .object_type = type,
                              .inherited_type = inherited },
               sid);
}

BOOL AddAccessDeniedObjectAce(PACL acl, DWORD revision, DWORD flags, DWORD mask, GUID *type,
                              GUID *inherited, PSID sid)
{
    return add(acl, revision, flags,
               &(struct ace){ .type = ACCESS_DENIED_OBJECT_ACE_TYPE,
                              .mask = mask,
                              .object_type = type,
                              .inherited_type = inherited },
               sid);
}

BOOL AddAuditAccessObjectAce(PACL acl, DWORD revision, DWORD flags, DWORD mask, GUID *type,
                             GUID *inherited, PSID sid, BOOL success, BOOL failure)
{
    return add(acl, revision, audit_flags(flags, success, failure),
               &(struct ace){ .type = SYSTEM_AUDIT_OBJECT_ACE_TYPE,
                              .mask = mask,
                              .object_type = type,
                              .inherited_type = inherited },
               sid);
}
