/* SPDX-License-Identifier: MIT */
#include "worker/lsa_unsupported.h"

#include "base/status.h"

/* One function per prototype: a call through a pointer of another type is undefined. */
#define REFUSES(type, value, name, ...)                                                            \
    static type NTAPI name(__VA_ARGS__)                                                            \
    {                                                                                              \
        return value;                                                                              \
    }

#define REFUSES_STATUS(...)  REFUSES(NTSTATUS, STATUS_NOT_SUPPORTED, __VA_ARGS__)
#define REFUSES_POINTER(...) REFUSES(PVOID, NULL, __VA_ARGS__)
#define REFUSES_BOOLEAN(...) REFUSES(BOOLEAN, FALSE, __VA_ARGS__)

REFUSES_STATUS(impersonate_client, void)
REFUSES_STATUS(duplicate_handle, HANDLE source_handle, PHANDLE destination_handle)
REFUSES_STATUS(save_supplemental_credentials, PLUID logon_id, ULONG supplemental_cred_size,
               PVOID supplemental_creds, BOOLEAN synchronous)
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
REFUSES_STATUS(open_token_by_logon_id, PLUID logon_id, HANDLE *ret_token_handle)
REFUSES_STATUS(expand_auth_data_for_domain, PUCHAR user_auth_data, ULONG user_auth_data_size,
               PVOID reserved, PUCHAR *expanded_auth_data, PULONG expanded_auth_data_size)

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
        .OpenTokenByLogonId = open_token_by_logon_id,
        .ExpandAuthDataForDomain = expand_auth_data_for_domain,
        .FreeSharedMemory = free_shared_memory,
        .DummyFunction1 = no_credentials,
        .DummyFunction2 = no_credentials,
        .DummyFunction3 = no_credentials,
        .DummyFunction4 = no_credentials,
    };
}
