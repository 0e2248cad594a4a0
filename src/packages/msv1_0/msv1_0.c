/* SPDX-License-Identifier: MIT */
/*
 * MSV1_0: logons to OpenLogon's own accounts. A package of the SpLsaModeInitialize family. It gives
 * no answer for a name that it does not know, and computes no hash for it either: the host evens
 * out the time when no other package knows the name.
 */
#include <stdlib.h>
#include <string.h>

#include <windows.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>

#include "base/filetime.h"
#include "base/utf16.h"
#include "packages/common/answer.h"
#include "packages/common/interactive_logon.h"
#include "packages/msv1_0/call_package.h"
#include "security/idmap.h"
#include "security/well_known.h"
#include "worker/account_attempt.h"
#include "worker/account_check.h"

static struct {
    LSA_DISPATCH_TABLE lsa;
    const LSA_SECPKG_FUNCTION_TABLE *functions;
    sid_buffer machine_sid;
    char *machine_name;
    account_store *store;
} package;

/* The first entries of the larger table are the smaller table. */
_Static_assert(offsetof(LSA_SECPKG_FUNCTION_TABLE, CopyFromClientBuffer) ==
                   offsetof(LSA_DISPATCH_TABLE, CopyFromClientBuffer),
               "both tables begin alike");

/* --- start and end ---------------------------------------------------------------------------- */

static NTSTATUS NTAPI shutdown_package(void)
{
    package.store = account_store_close(package.store);
    free(package.machine_name);
    package.machine_name = NULL;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI initialize(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                                 PLSA_SECPKG_FUNCTION_TABLE functions)
{
    const char *state_dir = getenv("OPENLOGON_STATE_DIR");
    const SID *machine = parameters->DomainSid;
    nt_status st;

    if (!state_dir || !machine)
        return STATUS_INVALID_PARAMETER;
    memcpy(&package.lsa, functions, sizeof(package.lsa));
    package.functions = functions;
    st = sid_copy(&package.machine_sid, sizeof(package.machine_sid), machine);
    if (!nt_failed(st))
        st = utf16_to_utf8(&package.machine_name, NULL, parameters->DomainName.Buffer,
                           parameters->DomainName.Length / sizeof(WCHAR));
    if (!nt_failed(st))
        st = account_store_open(&package.store, state_dir);
    if (nt_failed(st))
        (void)shutdown_package();
    return st.code;
}

/* The name that LsaLookupAuthenticationPackage is asked for. */
static NTSTATUS NTAPI initialize_package(ULONG id, PLSA_DISPATCH_TABLE functions,
                                         PLSA_STRING database, PLSA_STRING confidentiality,
                                         PLSA_STRING *ret_name)
{
    const USHORT length = sizeof(MSV1_0_PACKAGE_NAME) - 1;
    PLSA_STRING name = functions->AllocateLsaHeap(sizeof(*name));

    if (!name)
        return STATUS_NO_MEMORY;
    name->Buffer = functions->AllocateLsaHeap(length + 1u);
    if (!name->Buffer) {
        functions->FreeLsaHeap(name);
        return STATUS_NO_MEMORY;
    }
    memcpy(name->Buffer, MSV1_0_PACKAGE_NAME, length);
    name->Length = length;
    name->MaximumLength = length + 1;
    *ret_name = name;
    return STATUS_SUCCESS;
}

/* The name that sessions show. */
static NTSTATUS NTAPI get_info(PSecPkgInfoW info)
{
    static WCHAR name[] = u"NTLM";
    static WCHAR comment[] = u"Accounts of OpenLogon";

    *info = (SecPkgInfoW){ .fCapabilities = SECPKG_FLAG_LOGON,
                           .wVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION,
                           .wRPCID = SECPKG_ID_NONE,
                           .Name = name,
                           .Comment = comment };
    return STATUS_SUCCESS;
}

/* --- logons ----------------------------------------------------------------------------------- */

static nt_status answer(const struct answer_slots *slots, const struct account_logon *logon)
{
    enum { PRIMARY, NTLM, N_GROUPS };
    const struct account *account = logon->account;
    sid_buffer groups[N_GROUPS];
    sid_buffer user;
    const struct answer_account found = {
        .name = account->name,
        .full_name = account->full_name,
        .home_directory = account->home_directory,
        .profile_path = account->profile_path,
        .logon_script = account->script_path,
        .machine_name = package.machine_name,
        .last_logon = account->last_logon,
        .last_failure = account->last_bad_password,
        .logoff_time = account_check_logoff_time(account, logon->now),
        .password_last_set = account->password_last_set,
        .password_can_change = account_policy_can_change(logon->policy, account),
        .password_must_change = account_policy_must_change(logon->policy, account),
        .logons = account->logons,
        .failures = account->failures,
        .user = &user.sid,
        .groups = groups,
        .n_groups = N_GROUPS
    };
    nt_status st = idmap_uid_to_sid(&user, &package.machine_sid.sid, account->uid);

    if (!nt_failed(st))
        st = idmap_gid_to_sid(&groups[PRIMARY], &package.machine_sid.sid, account->uid);
    if (!nt_failed(st))
        st = well_known_make(&groups[NTLM], WinNTLMAuthenticationSid, NULL);
    return nt_failed(st) ? st : answer_success(slots, &package.lsa, &found);
}

/* The password was right: what else there is against it tells a stranger nothing. */
static nt_status accept(const struct answer_slots *slots, const struct account *account,
                        const struct interactive_logon *logon, SECURITY_LOGON_TYPE type,
                        nt_status *sub_status)
{
    struct account_policy policy;
    const struct account_logon accepted = { .account = account,
                                            .policy = &policy,
                                            .logon_type = type,
                                            .password_size = logon->password_size,
                                            .now = filetime_now() };
    nt_status st = account_policy_get(package.store, &policy);

    if (!nt_failed(st))
        st = account_check_logon(&accepted, sub_status);
    if (!nt_failed(st))
        st = account_store_logged_on(package.store, account->uid, accepted.now);
    return nt_failed(st) ? st : answer(slots, &accepted);
}

static nt_status log_on(const struct answer_slots *slots, SECURITY_LOGON_TYPE type,
                        const struct interactive_logon *logon, nt_status *sub_status)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = answer_names(slots, &package.lsa, logon->user, package.machine_name);
    bool locks = false;

    if (nt_failed(st))
        return st;
    if (!answer_is_local(logon->domain, package.machine_name))
        return NT(NO_SUCH_USER);
    st = account_attempt(package.store, &account, logon->user, secret_bytes(logon->password),
                         logon->password_size, &locks);
    if (locks)
        *sub_status = NT(ACCOUNT_LOCKED_OUT); /* for who watches: nobody else is told */
    return nt_failed(st) ? st : accept(slots, &account, logon, type, sub_status);
}

static NTSTATUS NTAPI logon_user(PLSA_CLIENT_REQUEST request, SECURITY_LOGON_TYPE type,
                                 PVOID submit, PVOID client_base, ULONG submit_size, PVOID *profile,
                                 PULONG profile_size, PLUID logon_id, PNTSTATUS sub_status,
                                 PLSA_TOKEN_INFORMATION_TYPE token_type, PVOID *token,
                                 PUNICODE_STRING *account_name, PUNICODE_STRING *authority,
                                 PUNICODE_STRING *machine_name, PSECPKG_PRIMARY_CRED primary,
                                 PSECPKG_SUPPLEMENTAL_CRED_ARRAY *cached)
{
    _cleanup_(interactive_logon_done) struct interactive_logon logon = { 0 };
    const struct answer_slots slots = { request,      profile,    profile_size,
                                        logon_id,     token_type, token,
                                        account_name, authority,  &logon.user_flags };
    nt_status sub = NT_OK;
    nt_status st = interactive_logon_read(&logon, submit, client_base, submit_size);

    if (!nt_failed(st))
        st = log_on(&slots, type, &logon, &sub);
    *sub_status = sub.code;
    return st.code;
}

/* --- messages --------------------------------------------------------------------------------- */

static NTSTATUS NTAPI call_package(PLSA_CLIENT_REQUEST request, PVOID submit, PVOID client_base,
                                   ULONG submit_size, PVOID *ret_buffer, PULONG ret_size,
                                   PNTSTATUS protocol_status)
{
    const struct submit message = { submit, client_base, submit_size };
    const struct message_context context = { package.functions, package.store, package.machine_name,
                                             request };
    struct message_result result;
    nt_status st = message_answer(&result, &context, &message);

    if (nt_failed(st))
        return st.code;
    *ret_buffer = result.buffer;
    *ret_size = result.size;
    *protocol_status = result.protocol_status;
    return STATUS_SUCCESS;
}

/* Nothing is kept for a session. */
static VOID NTAPI logon_terminated(PLUID logon_id)
{
}

_public_ NTSTATUS SEC_ENTRY SpLsaModeInitialize(ULONG lsa_version, PULONG package_version,
                                                PSECPKG_FUNCTION_TABLE *tables, PULONG n_tables);

NTSTATUS SEC_ENTRY SpLsaModeInitialize(ULONG lsa_version, PULONG package_version,
                                       PSECPKG_FUNCTION_TABLE *tables, PULONG n_tables)
{
    static SECPKG_FUNCTION_TABLE table = {
        .InitializePackage = initialize_package,
        .CallPackage = call_package,
        .LogonTerminated = logon_terminated,
        .CallPackageUntrusted = call_package,
        .LogonUserEx2 = logon_user,
        .Initialize = initialize,
        .Shutdown = shutdown_package,
        .GetInfo = get_info,
    };

    *package_version = SECPKG_INTERFACE_VERSION_3;
    *tables = &table;
    *n_tables = 1;
    return STATUS_SUCCESS;
}
