/* SPDX-License-Identifier: MIT */
/* securitybaseapi.h: security descriptors, in both of their forms. */
#include <stddef.h>
#include <string.h>

#include <windows.h>

#include "client/last_error.h"
#include "security/descriptor.h"
#include "security/sid.h"

enum {
    CONTROL_SETTABLE = SE_DACL_AUTO_INHERIT_REQ | SE_SACL_AUTO_INHERIT_REQ |
                       SE_DACL_AUTO_INHERITED | SE_SACL_AUTO_INHERITED | SE_DACL_PROTECTED |
                       SE_SACL_PROTECTED,
};

BOOL InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, DWORD revision)
{
    if (!descriptor)
        return fail(ERROR_INVALID_PARAMETER);
    if (revision != SECURITY_DESCRIPTOR_REVISION)
        return fail(ERROR_UNKNOWN_REVISION);
    *(SECURITY_DESCRIPTOR *)descriptor = (SECURITY_DESCRIPTOR){ .Revision = (BYTE)revision };
    return TRUE;
}

BOOL IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor)
{
    struct descriptor view;

    if (descriptor && !nt_failed(descriptor_read(&view, descriptor)))
        return TRUE;
    SetLastError(ERROR_INVALID_SECURITY_DESCR);
    return FALSE;
}

DWORD GetSecurityDescriptorLength(PSECURITY_DESCRIPTOR descriptor)
{
    struct descriptor view;

    if (!descriptor || nt_failed(descriptor_read(&view, descriptor)))
        return 0;
    if (view.control & SE_SELF_RELATIVE)
        return (DWORD)descriptor_size(&view);
    return (DWORD)(descriptor_size(&view) - sizeof(SECURITY_DESCRIPTOR_RELATIVE) +
                   sizeof(SECURITY_DESCRIPTOR));
}

BOOL GetSecurityDescriptorControl(PSECURITY_DESCRIPTOR descriptor,
                                  PSECURITY_DESCRIPTOR_CONTROL control, LPDWORD revision)
{
    const SECURITY_DESCRIPTOR_RELATIVE *header = descriptor;

    if (!header || !control || !revision)
        return fail(ERROR_INVALID_PARAMETER);
    *revision = header->Revision;
    if (header->Revision != SECURITY_DESCRIPTOR_REVISION)
        return fail(ERROR_UNKNOWN_REVISION);
    *control = header->Control;
    return TRUE;
}

BOOL SetSecurityDescriptorControl(PSECURITY_DESCRIPTOR descriptor,
                                  SECURITY_DESCRIPTOR_CONTROL of_interest,
                                  SECURITY_DESCRIPTOR_CONTROL to_set)
{
    SECURITY_DESCRIPTOR_RELATIVE *header = descriptor;

    if (!header || (of_interest & ~CONTROL_SETTABLE) || (to_set & ~of_interest))
        return fail(ERROR_INVALID_PARAMETER);
    header->Control = (SECURITY_DESCRIPTOR_CONTROL)((header->Control & ~of_interest) | to_set);
    return TRUE;
}

/* Reads either form for a Get function. */
static BOOL view_of(struct descriptor *view, PSECURITY_DESCRIPTOR descriptor)
{
    if (!descriptor)
        return fail(ERROR_INVALID_SECURITY_DESCR);
    return finish(descriptor_read(view, descriptor));
}

static BOOL has(const struct descriptor *view, SECURITY_DESCRIPTOR_CONTROL bit)
{
    return (view->control & bit) != 0;
}

BOOL GetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR descriptor, PSID *owner, LPBOOL defaulted)
{
    struct descriptor view;

    if (!owner || !defaulted)
        return fail(ERROR_INVALID_PARAMETER);
    if (!view_of(&view, descriptor))
        return FALSE;
    *owner = (PSID)(uintptr_t)view.owner;
    *defaulted = has(&view, SE_OWNER_DEFAULTED);
    return TRUE;
}

BOOL GetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR descriptor, PSID *group, LPBOOL defaulted)
{
    struct descriptor view;

    if (!group || !defaulted)
        return fail(ERROR_INVALID_PARAMETER);
    if (!view_of(&view, descriptor))
        return FALSE;
    *group = (PSID)(uintptr_t)view.group;
    *defaulted = has(&view, SE_GROUP_DEFAULTED);
    return TRUE;
}

BOOL GetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR descriptor, LPBOOL present, PACL *dacl,
                               LPBOOL defaulted)
{
    struct descriptor view;

    if (!present || !dacl || !defaulted)
        return fail(ERROR_INVALID_PARAMETER);
    if (!view_of(&view, descriptor))
        return FALSE;
    *present = has(&view, SE_DACL_PRESENT);
    if (*present) {
        *dacl = (PACL)(uintptr_t)view.dacl;
        *defaulted = has(&view, SE_DACL_DEFAULTED);
    }
    return TRUE;
}

BOOL GetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR descriptor, LPBOOL present, PACL *sacl,
                               LPBOOL defaulted)
{
    struct descriptor view;

    if (!present || !sacl || !defaulted)
        return fail(ERROR_INVALID_PARAMETER);
    if (!view_of(&view, descriptor))
        return FALSE;
    *present = has(&view, SE_SACL_PRESENT);
    if (*present) {
        *sacl = (PACL)(uintptr_t)view.sacl;
        *defaulted = has(&view, SE_SACL_DEFAULTED);
    }
    return TRUE;
}

/* The header of an absolute descriptor: the only form that the Set functions change. */
static SECURITY_DESCRIPTOR *absolute(PSECURITY_DESCRIPTOR descriptor)
{
    SECURITY_DESCRIPTOR *header = descriptor;

    if (!header) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if (header->Revision != SECURITY_DESCRIPTOR_REVISION) {
        SetLastError(ERROR_UNKNOWN_REVISION);
        return NULL;
    }
    if (header->Control & SE_SELF_RELATIVE) {
        SetLastError(ERROR_INVALID_SECURITY_DESCR);
        return NULL;
    }
    return header;
}

static void set_bit(SECURITY_DESCRIPTOR *header, SECURITY_DESCRIPTOR_CONTROL bit, BOOL on)
{
    header->Control =
        (SECURITY_DESCRIPTOR_CONTROL)(on ? header->Control | bit : header->Control & ~bit);
}

BOOL SetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR descriptor, PSID owner, BOOL defaulted)
{
    SECURITY_DESCRIPTOR *header = absolute(descriptor);

    if (!header)
        return FALSE;
    if (owner && !sid_valid(owner, SID_SIZE_MAX))
        return fail(ERROR_INVALID_SID);
    header->Owner = owner;
    set_bit(header, SE_OWNER_DEFAULTED, defaulted);
    return TRUE;
}

BOOL SetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR descriptor, PSID group, BOOL defaulted)
{
    SECURITY_DESCRIPTOR *header = absolute(descriptor);

    if (!header)
        return FALSE;
    if (group && !sid_valid(group, SID_SIZE_MAX))
        return fail(ERROR_INVALID_SID);
    header->Group = group;
    set_bit(header, SE_GROUP_DEFAULTED, defaulted);
    return TRUE;
}

BOOL SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR descriptor, BOOL present, PACL dacl,
                               BOOL defaulted)
{
    SECURITY_DESCRIPTOR *header = absolute(descriptor);

    if (!header)
        return FALSE;
    header->Dacl = present ? dacl : NULL;
    set_bit(header, SE_DACL_PRESENT, present);
    set_bit(header, SE_DACL_DEFAULTED, present && defaulted);
    return TRUE;
}

BOOL SetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR descriptor, BOOL present, PACL sacl,
                               BOOL defaulted)
{
    SECURITY_DESCRIPTOR *header = absolute(descriptor);

    if (!header)
        return FALSE;
    header->Sacl = present ? sacl : NULL;
    set_bit(header, SE_SACL_PRESENT, present);
    set_bit(header, SE_SACL_DEFAULTED, present && defaulted);
    return TRUE;
}

DWORD GetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR descriptor, PUCHAR control)
{
    const SECURITY_DESCRIPTOR_RELATIVE *header = descriptor;

    if (!header || !control)
        return ERROR_INVALID_PARAMETER;
    if (!(header->Control & SE_RM_CONTROL_VALID)) {
        *control = 0;
        return ERROR_INVALID_DATA;
    }
    *control = header->Sbz1;
    return ERROR_SUCCESS;
}

DWORD SetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR descriptor, PUCHAR control)
{
    SECURITY_DESCRIPTOR_RELATIVE *header = descriptor;

    if (!header)
        return ERROR_INVALID_PARAMETER;
    header->Sbz1 = control ? *control : 0;
    header->Control =
        (SECURITY_DESCRIPTOR_CONTROL)(control ? header->Control | SE_RM_CONTROL_VALID
                                              : header->Control & ~SE_RM_CONTROL_VALID);
    return ERROR_SUCCESS;
}

BOOL MakeSelfRelativeSD(PSECURITY_DESCRIPTOR from, PSECURITY_DESCRIPTOR buffer, LPDWORD size)
{
    struct descriptor view;
    size_t needed;
    nt_status st;

    if (!size)
        return fail(ERROR_INVALID_PARAMETER);
    if (!view_of(&view, from))
        return FALSE;
    if (view.control & SE_SELF_RELATIVE)
        return fail(ERROR_BAD_DESCRIPTOR_FORMAT);
    st = descriptor_write(buffer, buffer ? *size : 0, &needed, &view);
    *size = (DWORD)needed;
    if (nt_failed(st))
        return fail(ERROR_INSUFFICIENT_BUFFER);
    return TRUE;
}

/* One of the five buffers that MakeAbsoluteSD() fills. */
struct part {
    const void *from; /* NULL: absent */
    size_t needed;
    void *to;
    LPDWORD size;
};

BOOL MakeAbsoluteSD(PSECURITY_DESCRIPTOR from, PSECURITY_DESCRIPTOR to, LPDWORD to_size, PACL dacl,
                    LPDWORD dacl_size, PACL sacl, LPDWORD sacl_size, PSID owner, LPDWORD owner_size,
                    PSID group, LPDWORD group_size)
{
    struct descriptor view;
    SECURITY_DESCRIPTOR header;
    BOOL fits = TRUE;

    if (!to_size || !dacl_size || !sacl_size || !owner_size || !group_size)
        return fail(ERROR_INVALID_PARAMETER);
    if (!view_of(&view, from))
        return FALSE;
    if (!(view.control & SE_SELF_RELATIVE))
        return fail(ERROR_BAD_DESCRIPTOR_FORMAT);
    struct part parts[] = {
        { &header, sizeof(header), to, to_size },
        { view.dacl, view.dacl ? acl_size(view.dacl) : 0, dacl, dacl_size },
        { view.sacl, view.sacl ? acl_size(view.sacl) : 0, sacl, sacl_size },
        { view.owner, view.owner ? sid_length(view.owner) : 0, owner, owner_size },
        { view.group, view.group ? sid_length(view.group) : 0, group, group_size },
    };
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        fits &= *parts[i].size >= parts[i].needed && (parts[i].to || parts[i].needed == 0);
        *parts[i].size = (DWORD)parts[i].needed;
    }
    if (!fits)
        return fail(ERROR_INSUFFICIENT_BUFFER);
    for (size_t i = 1; i < ARRAY_SIZE(parts); i++) {
        if (parts[i].from)
            memcpy(parts[i].to, parts[i].from, parts[i].needed);
    }
    view.dacl = view.dacl ? dacl : NULL;
    view.sacl = view.sacl ? sacl : NULL;
    view.owner = view.owner ? owner : NULL;
    view.group = view.group ? group : NULL;
    descriptor_to_absolute(&header, &view);
    memcpy(to, &header, sizeof(header));
    return TRUE;
}
