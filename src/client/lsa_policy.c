/* SPDX-License-Identifier: MIT */
/* The policy object: opening, closing, and what is not here. */
#include <windows.h>
#include <ntsecapi.h>

#include <stdlib.h>

#include "client/account.h"
#include "client/lsa_string.h"
#include "client/policy_handle.h"
#include "client/text.h"

NTSTATUS LsaOpenPolicy(PLSA_UNICODE_STRING SystemName, PLSA_OBJECT_ATTRIBUTES ObjectAttributes,
                       ACCESS_MASK DesiredAccess, PLSA_HANDLE PolicyHandle)
{
    _cleanup_(text_done) char *system = NULL;
    nt_status st;

    if (!PolicyHandle)
        return STATUS_INVALID_PARAMETER;
    st = lsa_string_read(&system, SystemName);
    if (!nt_failed(st))
        st = account_check_system(system);
    if (!nt_failed(st))
        st = policy_handle_open(PolicyHandle, DesiredAccess);
    return st.code;
}

NTSTATUS LsaClose(LSA_HANDLE ObjectHandle)
{
    return policy_handle_close(ObjectHandle).code;
}

NTSTATUS LsaFreeMemory(PVOID Buffer)
{
    free(Buffer);
    return STATUS_SUCCESS;
}

NTSTATUS LsaRegisterPolicyChangeNotification(POLICY_NOTIFICATION_INFORMATION_CLASS InformationClass,
                                             HANDLE NotificationEventHandle)
{
    return STATUS_NOT_SUPPORTED;
}

NTSTATUS
LsaUnregisterPolicyChangeNotification(POLICY_NOTIFICATION_INFORMATION_CLASS InformationClass,
                                      HANDLE NotificationEventHandle)
{
    return STATUS_NOT_SUPPORTED;
}
