/* SPDX-License-Identifier: MIT */
#include "worker/lsa_unsupported.h"

#include "base/log.h"
#include "base/status.h"

/* One function per prototype: a call through a pointer of another type is undefined. */
#define REFUSES(type, value, name, ...)                                                            \
    static type NTAPI name(__VA_ARGS__)                                                            \
    {                                                                                              \
        return value;                                                                              \
    }

#define REFUSES_STATUS(...)  REFUSES(NTSTATUS, STATUS_NOT_SUPPORTED, __VA_ARGS__)
#define REFUSES_HANDLE(...)  REFUSES(HANDLE, NULL, __VA_ARGS__)
#define REFUSES_POINTER(...) REFUSES(PVOID, NULL, __VA_ARGS__)
#define REFUSES_BOOLEAN(...) REFUSES(BOOLEAN, FALSE, __VA_ARGS__)

REFUSES_STATUS(impersonate_client, void)
REFUSES_STATUS(duplicate_handle, HANDLE source_handle, PHANDLE destination_handle)
REFUSES_STATUS(save_supplemental_credentials, PLUID logon_id, ULONG supplemental_cred_size,
               PVOID supplemental_creds, BOOLEAN synchronous)
REFUSES_HANDLE(create_thread, SEC_ATTRS security_attributes, ULONG stack_size,
               SEC_THREAD_START start_function, PVOID thread_parameter, ULONG creation_flags,
               PULONG thread_id)
REFUSES_HANDLE(register_notification, SEC_THREAD_START start_function, PVOID parameter,
               ULONG notification_type, ULONG notification_class, ULONG notification_flags,
               ULONG interval_minutes, HANDLE wait_event)
REFUSES_STATUS(cancel_notification, HANDLE notify_handle)
REFUSES_STATUS(map_buffer, PSecBuffer input_buffer, PSecBuffer output_buffer)
REFUSES_STATUS(create_token, PLUID logon_id, PTOKEN_SOURCE token_source,
               SECURITY_LOGON_TYPE logon_type, SECURITY_IMPERSONATION_LEVEL impersonation_level,
               LSA_TOKEN_INFORMATION_TYPE token_information_type, PVOID token_information,
               PTOKEN_GROUPS token_groups, PUNICODE_STRING account_name,
               PUNICODE_STRING authority_name, PUNICODE_STRING workstation,
               PUNICODE_STRING profile_path, PHANDLE token, PNTSTATUS sub_status)
REFUSES_STATUS(call_package, PUNICODE_STRING authentication_package, PVOID protocol_submit_buffer,
               ULONG submit_buffer_length, PVOID *protocol_return_buffer,
               PULONG return_buffer_length, PNTSTATUS protocol_status)
REFUSES_STATUS(call_package_ex, PUNICODE_STRING authentication_package, PVOID client_buffer_base,
               PVOID protocol_submit_buffer, ULONG submit_buffer_length,
               PVOID *protocol_return_buffer, PULONG return_buffer_length,
               PNTSTATUS protocol_status)
REFUSES_POINTER(create_shared_memory, ULONG max_size, ULONG initial_size)
REFUSES_POINTER(allocate_shared_memory, PVOID shared_mem, ULONG size)
REFUSES_BOOLEAN(delete_shared_memory, PVOID shared_mem)
REFUSES_STATUS(open_sam_user, PSECURITY_STRING name, SECPKG_NAME_TYPE name_type,
               PSECURITY_STRING prefix, BOOLEAN allow_guest, ULONG reserved, PVOID *user_handle)
REFUSES_STATUS(get_user_credentials, PVOID user_handle, PVOID *primary_creds,
               PULONG primary_creds_size, PVOID *supplemental_creds, PULONG supplemental_creds_size)
REFUSES_STATUS(get_user_auth_data, PVOID user_handle, PUCHAR *user_auth_data,
               PULONG user_auth_data_size)
REFUSES_STATUS(close_sam_user, PVOID user_handle)
REFUSES_STATUS(convert_auth_data_to_token, PVOID user_auth_data, ULONG user_auth_data_size,
               SECURITY_IMPERSONATION_LEVEL impersonation_level, PTOKEN_SOURCE token_source,
               SECURITY_LOGON_TYPE logon_type, PUNICODE_STRING authority_name, PHANDLE token,
               PLUID logon_id, PUNICODE_STRING account_name, PNTSTATUS sub_status)
REFUSES_STATUS(client_callback, PCHAR callback, ULONG_PTR argument1, ULONG_PTR argument2,
               PSecBuffer input, PSecBuffer output)
REFUSES_STATUS(update_credentials, PSECPKG_PRIMARY_CRED primary_credentials,
               PSECPKG_SUPPLEMENTAL_CRED_ARRAY credentials)
REFUSES_STATUS(get_auth_data_for_user, PSECURITY_STRING name, SECPKG_NAME_TYPE name_type,
               PSECURITY_STRING prefix, PUCHAR *user_auth_data, PULONG user_auth_data_size,
               PUNICODE_STRING user_flat_name)
REFUSES_STATUS(crack_single_name, ULONG format_offered, BOOLEAN perform_at_gc,
               PUNICODE_STRING name_input, PUNICODE_STRING prefix, ULONG requested_format,
               PUNICODE_STRING cracked_name, PUNICODE_STRING dns_domain_name, PULONG sub_status)
REFUSES_STATUS(audit_account_logon, ULONG audit_id, BOOLEAN success, PUNICODE_STRING source,
               PUNICODE_STRING client_name, PUNICODE_STRING mapped_name, NTSTATUS status)
REFUSES_STATUS(call_package_passthrough, PUNICODE_STRING authentication_package,
               PVOID client_buffer_base, PVOID protocol_submit_buffer, ULONG submit_buffer_length,
               PVOID *protocol_return_buffer, PULONG return_buffer_length,
               PNTSTATUS protocol_status)
REFUSES_STATUS(open_token_by_logon_id, PLUID logon_id, HANDLE *ret_token_handle)
REFUSES_STATUS(expand_auth_data_for_domain, PUCHAR user_auth_data, ULONG user_auth_data_size,
               PVOID reserved, PUCHAR *expanded_auth_data, PULONG expanded_auth_data_size)
REFUSES_STATUS(create_token_ex, PLUID logon_id, PTOKEN_SOURCE token_source,
               SECURITY_LOGON_TYPE logon_type, SECURITY_IMPERSONATION_LEVEL impersonation_level,
               LSA_TOKEN_INFORMATION_TYPE token_information_type, PVOID token_information,
               PTOKEN_GROUPS token_groups, PUNICODE_STRING workstation,
               PUNICODE_STRING profile_path, PVOID session_information,
               SECPKG_SESSIONINFO_TYPE session_information_type, PHANDLE token,
               PNTSTATUS sub_status)

/* It has no way to refuse: the operator is told. openlogond audits every logon by itself. */
static VOID NTAPI audit_logon(NTSTATUS status, NTSTATUS sub_status, PUNICODE_STRING account_name,
                              PUNICODE_STRING authority, PUNICODE_STRING workstation, PSID user,
                              SECURITY_LOGON_TYPE logon_type, PTOKEN_SOURCE source, PLUID logon_id)
{
    log_warning("a package called AuditLogon, which is not supported: no audit record is written");
}

/* Nothing to free: there is no way to have got any. */
static VOID NTAPI free_shared_memory(PVOID shared, PVOID memory)
{
}

/* Stands where a package that includes wincred.h sees CrediRead and the like, which return a
 * status. */
static NTSTATUS NTAPI credentials_manager(void)
{
    return STATUS_NOT_SUPPORTED;
}

void lsa_fill_unsupported(LSA_SECPKG_FUNCTION_TABLE *table)
{
    PLSA_PROTECT_MEMORY no_credentials = (PLSA_PROTECT_MEMORY)(void (*)(void))credentials_manager;

    *table = (LSA_SECPKG_FUNCTION_TABLE){
        .ImpersonateClient = impersonate_client,
        .DuplicateHandle = duplicate_handle,
        .SaveSupplementalCredentials = save_supplemental_credentials,
        .CreateThread = create_thread,
        .RegisterNotification = register_notification,
        .CancelNotification = cancel_notification,
        .MapBuffer = map_buffer,
        .CreateToken = create_token,
        .CallPackage = call_package,
        .CallPackageEx = call_package_ex,
        .CreateSharedMemory = create_shared_memory,
        .AllocateSharedMemory = allocate_shared_memory,
        .DeleteSharedMemory = delete_shared_memory,
        .OpenSamUser = open_sam_user,
        .GetUserCredentials = get_user_credentials,
        .GetUserAuthData = get_user_auth_data,
        .CloseSamUser = close_sam_user,
        .ConvertAuthDataToToken = convert_auth_data_to_token,
        .ClientCallback = client_callback,
        .UpdateCredentials = update_credentials,
        .GetAuthDataForUser = get_auth_data_for_user,
        .CrackSingleName = crack_single_name,
        .AuditAccountLogon = audit_account_logon,
        .CallPackagePassthrough = call_package_passthrough,
        .OpenTokenByLogonId = open_token_by_logon_id,
        .ExpandAuthDataForDomain = expand_auth_data_for_domain,
        .CreateTokenEx = create_token_ex,
        .AuditLogon = audit_logon,
        .FreeSharedMemory = free_shared_memory,
        .DummyFunction1 = no_credentials,
        .DummyFunction2 = no_credentials,
        .DummyFunction3 = no_credentials,
        .DummyFunction4 = no_credentials,
    };
}
