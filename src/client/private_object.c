/* SPDX-License-Identifier: MIT */
/* securitybaseapi.h: the descriptors of a server's own objects. */
#include <windows.h>

#include <stdlib.h>
#include <string.h>

#include "client/last_error.h"
#include "client/token_handle.h"
#include "security/object_security.h"

/* Memory is malloc()'s, as that of the process heap is, which programs expect it to be from. */

/* The views and the image that a request borrows. Starts zeroed. */
struct borrowed {
    struct descriptor parent;
    struct descriptor creator;
    shared_image *image;
};

static void borrowed_done(struct borrowed *b)
{
    (void)shared_image_unref(b->image);
}

static nt_status read_optional(const struct descriptor **ret, struct descriptor *room,
                               const void *descriptor)
{
    if (!descriptor)
        return NT_OK;
    nt_status st = descriptor_read(room, descriptor);
    if (!nt_failed(st))
        *ret = room;
    return st;
}

static nt_status read_request(struct object_security_request *r, struct borrowed *b,
                              const void *parent, const void *creator, HANDLE token)
{
    nt_status st = read_optional(&r->parent, &b->parent, parent);

    if (!nt_failed(st))
        st = read_optional(&r->creator, &b->creator, creator);
    if (nt_failed(st) || !token)
        return st;
    st = token_handle_image(token, TOKEN_QUERY, &b->image);
    if (!nt_failed(st))
        r->token = b->image->image;
    return st;
}

static bool has_null(GUID **types, ULONG n)
{
    for (ULONG i = 0; i < n; i++) {
        if (!types[i])
            return true;
    }
    return false;
}

static enum inherit_kind kind_of(BOOL is_container)
{
    return is_container ? INHERIT_CONTAINER : INHERIT_LEAF;
}

BOOL CreatePrivateObjectSecurityWithMultipleInheritance(
    PSECURITY_DESCRIPTOR ParentDescriptor, PSECURITY_DESCRIPTOR CreatorDescriptor,
    PSECURITY_DESCRIPTOR *NewDescriptor, GUID **ObjectTypes, ULONG GuidCount,
    BOOL IsContainerObject, ULONG AutoInheritFlags, HANDLE Token, PGENERIC_MAPPING GenericMapping)
{
    const ULONG avoid_all = SEF_AVOID_PRIVILEGE_CHECK | SEF_AVOID_OWNER_CHECK;
    _cleanup_(borrowed_done) struct borrowed borrowed = { 0 };
    struct object_security_request request = { .object_types = (const void *const *)ObjectTypes,
                                               .n_object_types = GuidCount,
                                               .kind = kind_of(IsContainerObject),
                                               .flags = AutoInheritFlags,
                                               .mapping = GenericMapping };
    void *made;
    size_t size;

    if (!NewDescriptor || !GenericMapping)
        return fail(ERROR_INVALID_PARAMETER);
    if (GuidCount > 0 && (!ObjectTypes || has_null(ObjectTypes, GuidCount)))
        return fail(ERROR_INVALID_PARAMETER);
    if (!Token && (AutoInheritFlags & avoid_all) != avoid_all)
        return fail(ERROR_INVALID_HANDLE);
    nt_status st = read_request(&request, &borrowed, ParentDescriptor, CreatorDescriptor, Token);
    if (!nt_failed(st))
        st = object_security_create(&made, &size, &request);
    if (!nt_failed(st))
        *NewDescriptor = made;
    return finish(st);
}

BOOL CreatePrivateObjectSecurityEx(PSECURITY_DESCRIPTOR ParentDescriptor,
                                   PSECURITY_DESCRIPTOR CreatorDescriptor,
                                   PSECURITY_DESCRIPTOR *NewDescriptor, GUID *ObjectType,
                                   BOOL IsContainerObject, ULONG AutoInheritFlags, HANDLE Token,
                                   PGENERIC_MAPPING GenericMapping)
{
    return CreatePrivateObjectSecurityWithMultipleInheritance(
        ParentDescriptor, CreatorDescriptor, NewDescriptor, &ObjectType, ObjectType ? 1 : 0,
        IsContainerObject, AutoInheritFlags, Token, GenericMapping);
}

BOOL CreatePrivateObjectSecurity(PSECURITY_DESCRIPTOR ParentDescriptor,
                                 PSECURITY_DESCRIPTOR CreatorDescriptor,
                                 PSECURITY_DESCRIPTOR *NewDescriptor, BOOL IsDirectoryObject,
                                 HANDLE Token, PGENERIC_MAPPING GenericMapping)
{
    return CreatePrivateObjectSecurityEx(ParentDescriptor, CreatorDescriptor, NewDescriptor, NULL,
                                         IsDirectoryObject, 0, Token, GenericMapping);
}

static nt_status read_current(struct descriptor *ret, const void *descriptor)
{
    nt_status st = descriptor_read(ret, descriptor);

    if (nt_failed(st) || (ret->control & SE_SELF_RELATIVE))
        return st;
    return NT(BAD_DESCRIPTOR_FORMAT);
}

BOOL SetPrivateObjectSecurityEx(SECURITY_INFORMATION SecurityInformation,
                                PSECURITY_DESCRIPTOR ModificationDescriptor,
                                PSECURITY_DESCRIPTOR *ObjectsSecurityDescriptor,
                                ULONG AutoInheritFlags, PGENERIC_MAPPING GenericMapping,
                                HANDLE Token)
{
    _cleanup_(borrowed_done) struct borrowed borrowed = { 0 };
    struct object_security_request request = { .flags = AutoInheritFlags,
                                               .mapping = GenericMapping };
    struct descriptor current;
    void *made;
    size_t size;

    if (!ModificationDescriptor || !ObjectsSecurityDescriptor || !GenericMapping)
        return fail(ERROR_INVALID_PARAMETER);
    nt_status st = read_current(&current, *ObjectsSecurityDescriptor);
    if (!nt_failed(st))
        st = read_request(&request, &borrowed, NULL, ModificationDescriptor, Token);
    if (!nt_failed(st))
        st = object_security_set(&made, &size, &current, SecurityInformation, &request);
    if (nt_failed(st))
        return finish(st);
    free(*ObjectsSecurityDescriptor);
    *ObjectsSecurityDescriptor = made;
    return TRUE;
}

BOOL SetPrivateObjectSecurity(SECURITY_INFORMATION SecurityInformation,
                              PSECURITY_DESCRIPTOR ModificationDescriptor,
                              PSECURITY_DESCRIPTOR *ObjectsSecurityDescriptor,
                              PGENERIC_MAPPING GenericMapping, HANDLE Token)
{
    return SetPrivateObjectSecurityEx(SecurityInformation, ModificationDescriptor,
                                      ObjectsSecurityDescriptor, 0, GenericMapping, Token);
}

BOOL GetPrivateObjectSecurity(PSECURITY_DESCRIPTOR ObjectDescriptor,
                              SECURITY_INFORMATION SecurityInformation,
                              PSECURITY_DESCRIPTOR ResultantDescriptor, DWORD DescriptorLength,
                              PDWORD ReturnLength)
{
    _cleanup_(freep) void *shown = NULL;
    struct descriptor d;
    size_t size;

    if (!ObjectDescriptor || !ReturnLength)
        return fail(ERROR_INVALID_PARAMETER);
    nt_status st = descriptor_read(&d, ObjectDescriptor);
    if (!nt_failed(st))
        st = object_security_get(&shown, &size, &d, SecurityInformation);
    if (nt_failed(st))
        return finish(st);
    *ReturnLength = (DWORD)size;
    if (!ResultantDescriptor || DescriptorLength < size)
        return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(ResultantDescriptor, shown, size);
    return TRUE;
}

BOOL DestroyPrivateObjectSecurity(PSECURITY_DESCRIPTOR *ObjectDescriptor)
{
    if (!ObjectDescriptor)
        return fail(ERROR_INVALID_PARAMETER);
    free(TAKE(*ObjectDescriptor));
    return TRUE;
}

BOOL ConvertToAutoInheritPrivateObjectSecurity(PSECURITY_DESCRIPTOR ParentDescriptor,
                                               PSECURITY_DESCRIPTOR CurrentSecurityDescriptor,
                                               PSECURITY_DESCRIPTOR *NewSecurityDescriptor,
                                               GUID *ObjectType, BOOLEAN IsDirectoryObject,
                                               PGENERIC_MAPPING GenericMapping)
{
    const void *types[] = { ObjectType };
    struct object_security_request request = { .object_types = types,
                                               .n_object_types = ObjectType ? 1 : 0,
                                               .kind = kind_of(IsDirectoryObject),
                                               .mapping = GenericMapping };
    struct descriptor parent, current;
    void *made;
    size_t size;

    if (!CurrentSecurityDescriptor || !NewSecurityDescriptor || !GenericMapping)
        return fail(ERROR_INVALID_PARAMETER);
    nt_status st = descriptor_read(&current, CurrentSecurityDescriptor);
    if (!nt_failed(st))
        st = read_optional(&request.parent, &parent, ParentDescriptor);
    if (!nt_failed(st))
        st = object_security_convert(&made, &size, &current, &request);
    if (!nt_failed(st))
        *NewSecurityDescriptor = made;
    return finish(st);
}

void QuerySecurityAccessMask(SECURITY_INFORMATION SecurityInformation, LPDWORD DesiredAccess)
{
    *DesiredAccess = object_security_read_access(SecurityInformation);
}

void SetSecurityAccessMask(SECURITY_INFORMATION SecurityInformation, LPDWORD DesiredAccess)
{
    *DesiredAccess = object_security_write_access(SecurityInformation);
}
