/* SPDX-License-Identifier: MIT */
/* The security of files by path and by handle. */
#include <windows.h>
#include <aclapi.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/file_object.h"
#include "client/file_security.h"
#include "client/handle.h"
#include "client/last_error.h"
#include "client/text.h"
#include "client/token_handle.h"
#include "linux/file_security.h"
#include "security/sacl.h"
#include "security/sid.h"

/* For _cleanup_(fd_close). */
static void fd_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

/* --- by path ------------------------------------------------------------------------------ */

static nt_status open_path(int *ret, const char *path)
{
    int fd = path ? file_security_open(path) : 0;

    if (!path)
        return NT(INVALID_PARAMETER);
    if (fd < 0)
        return nt_from_errno(fd);
    *ret = fd;
    return NT_OK;
}

static nt_status get_by_path(void **ret, size_t *ret_size, const char *path,
                             SECURITY_INFORMATION parts)
{
    _cleanup_(fd_close) int fd = -1;
    nt_status st = open_path(&fd, path);

    return nt_failed(st) ? st : file_security_get(ret, ret_size, fd, parts);
}

static nt_status set_by_path(const char *path, SECURITY_INFORMATION parts,
                             const struct descriptor *given)
{
    _cleanup_(fd_close) int fd = -1;
    nt_status st = open_path(&fd, path);

    return nt_failed(st) ? st : file_security_set(fd, parts, given);
}

/* --- GetFileSecurity, SetFileSecurity ----------------------------------------------------- */

static nt_status get_into(const char *path, SECURITY_INFORMATION parts, void *buffer, DWORD room,
                          DWORD *needed)
{
    _cleanup_(freep) void *built = NULL;
    size_t size;

    nt_status st = needed ? get_by_path(&built, &size, path, parts) : NT(INVALID_PARAMETER);
    if (nt_failed(st))
        return st;
    *needed = (DWORD)size;
    if (!buffer || room < size)
        return NT(BUFFER_TOO_SMALL);
    memcpy(buffer, built, size);
    return NT_OK;
}

BOOL GetFileSecurityA(LPCSTR lpFileName, SECURITY_INFORMATION RequestedInformation,
                      PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                      LPDWORD lpnLengthNeeded)
{
    return finish(
        get_into(lpFileName, RequestedInformation, pSecurityDescriptor, nLength, lpnLengthNeeded));
}

BOOL GetFileSecurityW(LPCWSTR lpFileName, SECURITY_INFORMATION RequestedInformation,
                      PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                      LPDWORD lpnLengthNeeded)
{
    _cleanup_(freep) char *path = NULL;
    nt_status st = text_from_wide(&path, lpFileName);

    if (!nt_failed(st))
        st = get_into(path, RequestedInformation, pSecurityDescriptor, nLength, lpnLengthNeeded);
    return finish(st);
}

BOOL SetFileSecurityA(LPCSTR lpFileName, SECURITY_INFORMATION SecurityInformation,
                      PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    struct descriptor given;
    nt_status st = descriptor_read(&given, pSecurityDescriptor);

    if (!nt_failed(st))
        st = set_by_path(lpFileName, SecurityInformation, &given);
    return finish(st);
}

BOOL SetFileSecurityW(LPCWSTR lpFileName, SECURITY_INFORMATION SecurityInformation,
                      PSECURITY_DESCRIPTOR pSecurityDescriptor)
{
    _cleanup_(freep) char *path = NULL;
    nt_status st = text_from_wide(&path, lpFileName);

    return nt_failed(st) ? finish(st)
                         : SetFileSecurityA(path, SecurityInformation, pSecurityDescriptor);
}

/* --- GetNamedSecurityInfo and the like ---------------------------------------------------- */

static DWORD code_of(nt_status st)
{
    return nt_failed(st) ? nt_to_win32(st.code) : ERROR_SUCCESS;
}

static nt_status check_type(SE_OBJECT_TYPE type)
{
    if (type == SE_FILE_OBJECT)
        return NT_OK;
    return type > SE_UNKNOWN_OBJECT_TYPE && type <= SE_REGISTRY_WOW64_32KEY ? NT(NOT_SUPPORTED)
                                                                            : NT(INVALID_PARAMETER);
}

/* Where the caller wants what; all but the descriptor may be NULL. */
struct info_out {
    PSID *owner, *group;
    PACL *dacl, *sacl;
    PSECURITY_DESCRIPTOR *descriptor;
};

static nt_status give_info(const struct info_out *out, void *descriptor)
{
    struct descriptor view;

    nt_status st = descriptor_read(&view, descriptor);
    if (nt_failed(st)) {
        free(descriptor);
        return st;
    }
    if (out->owner)
        *out->owner = (PSID)(uintptr_t)view.owner;
    if (out->group)
        *out->group = (PSID)(uintptr_t)view.group;
    if (out->dacl)
        *out->dacl = (PACL)(uintptr_t)view.dacl;
    if (out->sacl)
        *out->sacl = (PACL)(uintptr_t)view.sacl;
    *out->descriptor = descriptor;
    return NT_OK;
}

static nt_status get_named(const char *path, SE_OBJECT_TYPE type, SECURITY_INFORMATION parts,
                           const struct info_out *out)
{
    void *built;
    size_t size;

    nt_status st = out->descriptor ? check_type(type) : NT(INVALID_PARAMETER);
    if (!nt_failed(st))
        st = get_by_path(&built, &size, path, parts);
    return nt_failed(st) ? st : give_info(out, built);
}

DWORD GetNamedSecurityInfoA(LPCSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                            SECURITY_INFORMATION SecurityInfo, PSID *ppsidOwner, PSID *ppsidGroup,
                            PACL *ppDacl, PACL *ppSacl, PSECURITY_DESCRIPTOR *ppSecurityDescriptor)
{
    const struct info_out out = { ppsidOwner, ppsidGroup, ppDacl, ppSacl, ppSecurityDescriptor };

    return code_of(get_named(pObjectName, ObjectType, SecurityInfo, &out));
}

DWORD GetNamedSecurityInfoW(LPCWSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                            SECURITY_INFORMATION SecurityInfo, PSID *ppsidOwner, PSID *ppsidGroup,
                            PACL *ppDacl, PACL *ppSacl, PSECURITY_DESCRIPTOR *ppSecurityDescriptor)
{
    const struct info_out out = { ppsidOwner, ppsidGroup, ppDacl, ppSacl, ppSecurityDescriptor };
    _cleanup_(freep) char *path = NULL;
    nt_status st = text_from_wide(&path, pObjectName);

    return code_of(nt_failed(st) ? st : get_named(path, ObjectType, SecurityInfo, &out));
}

/* The objects of the kernel that have a descriptor here are tokens. */
static nt_status of_kernel_object(nt_status st)
{
    return NT_IS(st, OBJECT_TYPE_MISMATCH) ? NT(NOT_SUPPORTED) : st;
}

static nt_status file_of_handle(struct object **ret, HANDLE handle, SE_OBJECT_TYPE type,
                                uint32_t access)
{
    nt_status st = check_type(type);

    return nt_failed(st) ? st : handle_get(handle, OBJECT_FILE, access, ret);
}

/* Of a file, or of a token. */
static nt_status get_by_handle(void **ret, HANDLE handle, SE_OBJECT_TYPE type,
                               SECURITY_INFORMATION parts)
{
    _cleanup_(object_unrefp) struct object *file = NULL;
    size_t size;

    if (type == SE_KERNEL_OBJECT)
        return of_kernel_object(token_handle_get_security(handle, parts, ret, &size));
    nt_status st = file_of_handle(&file, handle, type, READ_CONTROL);
    return nt_failed(st) ? st : file_security_get(ret, &size, file_object_fd(file), parts);
}

DWORD GetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE ObjectType, SECURITY_INFORMATION SecurityInfo,
                      PSID *ppsidOwner, PSID *ppsidGroup, PACL *ppDacl, PACL *ppSacl,
                      PSECURITY_DESCRIPTOR *ppSecurityDescriptor)
{
    const struct info_out out = { ppsidOwner, ppsidGroup, ppDacl, ppSacl, ppSecurityDescriptor };
    void *built;

    if (!ppSecurityDescriptor)
        return ERROR_INVALID_PARAMETER;
    nt_status st = get_by_handle(&built, handle, ObjectType, SecurityInfo);
    return code_of(nt_failed(st) ? st : give_info(&out, built));
}

/* The parts that are asked for have to be well-formed; the others are not looked at. */
static nt_status given_of(struct descriptor *ret, SECURITY_INFORMATION parts,
                          const struct descriptor *all)
{
    struct descriptor d = { .control = SE_DACL_PRESENT | SE_SACL_PRESENT };
    SECURITY_DESCRIPTOR absolute;

    d.owner = parts & OWNER_SECURITY_INFORMATION ? all->owner : NULL;
    d.group = parts & GROUP_SECURITY_INFORMATION ? all->group : NULL;
    d.dacl = parts & DACL_SECURITY_INFORMATION ? all->dacl : NULL;
    d.sacl = parts & SACL_PARTS ? all->sacl : NULL;
    descriptor_to_absolute(&absolute, &d);
    return descriptor_read(ret, &absolute);
}

static nt_status set_named(const char *path, SE_OBJECT_TYPE type, SECURITY_INFORMATION parts,
                           const struct descriptor *all)
{
    struct descriptor given;

    nt_status st = check_type(type);
    if (!nt_failed(st))
        st = given_of(&given, parts, all);
    return nt_failed(st) ? st : set_by_path(path, parts, &given);
}

DWORD SetNamedSecurityInfoA(LPSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                            SECURITY_INFORMATION SecurityInfo, PSID psidOwner, PSID psidGroup,
                            PACL pDacl, PACL pSacl)
{
    const struct descriptor all = {
        .owner = psidOwner, .group = psidGroup, .dacl = pDacl, .sacl = pSacl
    };

    return code_of(set_named(pObjectName, ObjectType, SecurityInfo, &all));
}

DWORD SetNamedSecurityInfoW(LPWSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                            SECURITY_INFORMATION SecurityInfo, PSID psidOwner, PSID psidGroup,
                            PACL pDacl, PACL pSacl)
{
    _cleanup_(freep) char *path = NULL;
    nt_status st = text_from_wide(&path, pObjectName);

    if (nt_failed(st))
        return code_of(st);
    return SetNamedSecurityInfoA(path, ObjectType, SecurityInfo, psidOwner, psidGroup, pDacl,
                                 pSacl);
}

static nt_status set_by_handle(HANDLE handle, SE_OBJECT_TYPE type, SECURITY_INFORMATION parts,
                               const struct descriptor *given)
{
    _cleanup_(object_unrefp) struct object *file = NULL;

    if (type == SE_KERNEL_OBJECT)
        return of_kernel_object(token_handle_set_security(handle, parts, given));
    nt_status st = file_of_handle(&file, handle, type, 0);
    return nt_failed(st) ? st : file_security_set(file_object_fd(file), parts, given);
}

DWORD SetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE ObjectType, SECURITY_INFORMATION SecurityInfo,
                      PSID psidOwner, PSID psidGroup, PACL pDacl, PACL pSacl)
{
    const struct descriptor all = {
        .owner = psidOwner, .group = psidGroup, .dacl = pDacl, .sacl = pSacl
    };
    struct descriptor given;

    nt_status st = given_of(&given, SecurityInfo, &all);
    return code_of(nt_failed(st) ? st : set_by_handle(handle, ObjectType, SecurityInfo, &given));
}
