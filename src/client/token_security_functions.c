/* SPDX-License-Identifier: MIT */
/* The security descriptors of kernel objects; of those here tokens have one. */
#include <windows.h>

#include <stdlib.h>

#include "client/last_error.h"
#include "client/token_change.h"
#include "client/token_handle.h"
#include "security/token_security.h"

nt_status token_handle_get_security(HANDLE handle, uint32_t information, void **ret,
                                    size_t *ret_size)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    nt_status st = token_handle_get(handle, token_security_read_access(information), &token);

    return nt_failed(st) ? st : token_object_get_security(token, information, ret, ret_size);
}

nt_status token_handle_set_security(HANDLE handle, uint32_t information,
                                    const struct descriptor *parts)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    nt_status st = token_handle_get(handle, token_security_write_access(information), &token);

    return nt_failed(st) ? st : token_object_set_security(token, information, parts);
}

/* Handles of other objects are told from numbers that are none. */
static nt_status of_handle(nt_status st)
{
    return NT_IS(st, OBJECT_TYPE_MISMATCH) ? NT(NOT_SUPPORTED) : st;
}

BOOL GetKernelObjectSecurity(HANDLE Handle, SECURITY_INFORMATION RequestedInformation,
                             PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                             LPDWORD lpnLengthNeeded)
{
    _cleanup_(freep) void *bytes = NULL;
    size_t size;
    nt_status st;

    if (!lpnLengthNeeded)
        return fail(ERROR_INVALID_PARAMETER);
    st = of_handle(token_handle_get_security(Handle, RequestedInformation, &bytes, &size));
    if (nt_failed(st))
        return finish(st);
    *lpnLengthNeeded = (DWORD)size;
    if (!pSecurityDescriptor || nLength < size)
        return fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(pSecurityDescriptor, bytes, size);
    return TRUE;
}

BOOL SetKernelObjectSecurity(HANDLE Handle, SECURITY_INFORMATION SecurityInformation,
                             PSECURITY_DESCRIPTOR SecurityDescriptor)
{
    struct descriptor parts;
    nt_status st = SecurityDescriptor ? descriptor_read(&parts, SecurityDescriptor)
                                      : NT(INVALID_SECURITY_DESCR);

    if (!nt_failed(st))
        st = of_handle(token_handle_set_security(Handle, SecurityInformation, &parts));
    return finish(st);
}
