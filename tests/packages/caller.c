/* SPDX-License-Identifier: MIT */
/*
 * A security package that calls others, makes tokens, and wants to be called later. It may be
 * configured several times, under several names: CALLER_NAME is what it calls itself. What it does
 * on its way it says in the profile, a text.
 *
 * A logon's user name is one of
 *     call:TEXT     calls by TEXT as below
 *     token         makes a session with a token, which it keeps, beside the logon's own
 *     close         closes that token
 *     notified      tells how often it was notified: once at once, once in a thread, and by
 * interval A call's text is a list of packages with colons between them: it calls the first one,
 * with the rest of the list. The answer of the last, its own name and whether the client is
 * trusted, comes back with the names of those in between; "=" and a number in hexadecimal is a
 * failure.
 */
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <windows.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>
#include <ntstatus.h>

enum { TEXT_MAX = 256, MACHINE_SUBS = 4, UID = 65534 };

#define EXPORT __attribute__((visibility("default")))

EXPORT NTSTATUS NTAPI SpLsaModeInitialize(ULONG version, PULONG package_version,
                                          PSECPKG_FUNCTION_TABLE *tables, PULONG n_tables);

static PLSA_SECPKG_FUNCTION_TABLE lsa;
static DWORD machine_subs[MACHINE_SUBS];
static HANDLE kept;
static atomic_int n_immediate, n_in_thread, n_interval;

/* --- calls -------------------------------------------------------------------------------------
 */

static void say_failure(char ret[static TEXT_MAX], NTSTATUS status)
{
    (void)snprintf(ret, TEXT_MAX, "=%08x", (unsigned)status);
}

static void call_on(const char *list, char ret[static TEXT_MAX])
{
    const char *rest = strchr(list, ':');
    size_t length = rest ? (size_t)(rest - list) : strlen(list);
    WCHAR name[TEXT_MAX];
    UNICODE_STRING package = { .Buffer = name, .Length = (USHORT)(2 * length) };
    char text[TEXT_MAX] = "";
    PVOID returned = NULL;
    ULONG size = 0;
    NTSTATUS protocol_status = STATUS_INTERNAL_ERROR, status;

    for (size_t i = 0; i < length; i++)
        name[i] = (WCHAR)list[i];
    (void)snprintf(text, sizeof(text), "%s", rest ? rest + 1 : "");
    status = lsa->CallPackage(&package, text, (ULONG)strlen(text) + 1, &returned, &size,
                              &protocol_status);
    if (status != STATUS_SUCCESS || protocol_status != STATUS_SUCCESS || size > TEXT_MAX) {
        say_failure(ret, status != STATUS_SUCCESS ? status : protocol_status);
        return;
    }
    memcpy(ret, returned, size);
    ret[TEXT_MAX - 1] = '\0';
    (void)lsa->FreeReturnBuffer(returned);
}

static void answer_call(const char *text, const char *how, char ret[static TEXT_MAX])
{
    char further[TEXT_MAX] = "";

    if (*text)
        call_on(text, further);
    (void)snprintf(ret, TEXT_MAX, "%.16s(%.16s)%.128s", getenv("CALLER_NAME"), how, further);
}

static NTSTATUS take_call(PLSA_CLIENT_REQUEST request, PVOID submit, ULONG size, PVOID *returned,
                          PULONG returned_size, PNTSTATUS protocol_status, const char *how)
{
    char text[TEXT_MAX] = "", answer[TEXT_MAX] = "";
    NTSTATUS status;

    if (size == 0 || size > TEXT_MAX || ((char *)submit)[size - 1])
        return STATUS_INVALID_PARAMETER;
    memcpy(text, submit, size);
    answer_call(text, how, answer);
    *returned_size = (ULONG)strlen(answer) + 1;
    *protocol_status = STATUS_SUCCESS;
    status = lsa->AllocateClientBuffer(request, *returned_size, returned);
    return status == STATUS_SUCCESS
               ? lsa->CopyToClientBuffer(request, *returned_size, *returned, answer)
               : status;
}

static NTSTATUS NTAPI call_package(PLSA_CLIENT_REQUEST request, PVOID submit, PVOID client_base,
                                   ULONG size, PVOID *returned, PULONG returned_size,
                                   PNTSTATUS protocol_status)
{
    return take_call(request, submit, size, returned, returned_size, protocol_status, "trusted");
}

static NTSTATUS NTAPI call_package_untrusted(PLSA_CLIENT_REQUEST request, PVOID submit,
                                             PVOID client_base, ULONG size, PVOID *returned,
                                             PULONG returned_size, PNTSTATUS protocol_status)
{
    return take_call(request, submit, size, returned, returned_size, protocol_status, "untrusted");
}

/* --- notifications -----------------------------------------------------------------------------
 */

static DWORD NTAPI count(LPVOID counter)
{
    atomic_fetch_add((atomic_int *)counter, 1);
    return 0;
}

/* Cancelled at its third time. */
static DWORD NTAPI count_interval(LPVOID handle)
{
    if (atomic_fetch_add(&n_interval, 1) == 2)
        (void)lsa->CancelNotification(*(HANDLE *)handle);
    return 0;
}

static NTSTATUS register_all(void)
{
    static HANDLE interval;
    HANDLE none;

    interval = lsa->RegisterNotification(count_interval, &interval, NOTIFIER_TYPE_INTERVAL, 0,
                                         NOTIFIER_FLAG_SECONDS, 1, NULL);
    none = lsa->RegisterNotification(count, &n_immediate, NOTIFIER_TYPE_HANDLE_WAIT, 0, 0, 0,
                                     (HANDLE)4);
    if (!interval || none || lsa->CancelNotification(NULL) != STATUS_INVALID_HANDLE)
        return STATUS_INTERNAL_ERROR;
    if (!lsa->RegisterNotification(count, &n_immediate, NOTIFIER_TYPE_IMMEDIATE, 0, 0, 0, NULL) ||
        !lsa->RegisterNotification(count, &n_in_thread, NOTIFIER_TYPE_IMMEDIATE, 0,
                                   NOTIFIER_FLAG_NEW_THREAD, 0, NULL) ||
        !lsa->CreateThread(NULL, 0, count, &n_in_thread, 0, NULL))
        return STATUS_INTERNAL_ERROR;
    return STATUS_SUCCESS;
}

/* --- sessions and tokens -----------------------------------------------------------------------
 */

static PSID make_sid(DWORD rid)
{
    SID *sid = lsa->AllocateLsaHeap(8 + 4 * (MACHINE_SUBS + 1));

    if (!sid)
        return NULL;
    sid->Revision = SID_REVISION;
    sid->SubAuthorityCount = MACHINE_SUBS + 1;
    sid->IdentifierAuthority.Value[5] = 5;
    memcpy((char *)sid + 8, machine_subs, sizeof(machine_subs));
    memcpy((char *)sid + 8 + sizeof(machine_subs), &rid, sizeof(rid));
    return sid;
}

static NTSTATUS make_token(PVOID *ret)
{
    LSA_TOKEN_INFORMATION_V1 *token = lsa->AllocateLsaHeap(sizeof(*token));

    if (!token)
        return STATUS_NO_MEMORY;
    token->ExpirationTime.QuadPart = INT64_MAX;
    token->User.User.Sid = make_sid(1000 + 2 * UID);
    token->PrimaryGroup.PrimaryGroup = make_sid(1000 + 2 * UID);
    *ret = token;
    return STATUS_SUCCESS;
}

static NTSTATUS make_session(PLUID id)
{
    return AllocateLocallyUniqueId(id) ? lsa->CreateLogonSession(id) : STATUS_NO_MEMORY;
}

/* The session that it makes beside the logon's lives by the token. */
static NTSTATUS keep_token(void)
{
    static WCHAR name[] = { 's', 'e', 'r', 'v', 'i', 'c', 'e' };
    UNICODE_STRING account = { .Buffer = name, .Length = sizeof(name) };
    TOKEN_SOURCE source = { "caller", { 0 } };
    NTSTATUS sub_status, status;
    PVOID information = NULL;
    LUID id, never_made = { .LowPart = 1 };

    status = make_token(&information);
    if (status != STATUS_SUCCESS)
        return status;
    if (lsa->CreateToken(&never_made, &source, Network, SecurityImpersonation,
                         LsaTokenInformationV1, information, NULL, &account, NULL, NULL, NULL,
                         &kept, &sub_status) != STATUS_NO_SUCH_LOGON_SESSION)
        return STATUS_INTERNAL_ERROR;
    status = make_session(&id);
    if (status == STATUS_SUCCESS)
        status =
            lsa->CreateToken(&id, &source, Network, SecurityImpersonation, LsaTokenInformationV1,
                             information, NULL, &account, NULL, NULL, NULL, &kept, &sub_status);
    /* It has a token now. */
    if (status == STATUS_SUCCESS && lsa->DeleteLogonSession(&id) == STATUS_SUCCESS)
        return STATUS_INTERNAL_ERROR;
    return status;
}

/* --- entry points ------------------------------------------------------------------------------
 */

static NTSTATUS do_as_told(const char *user, char answer[static TEXT_MAX])
{
    if (strncmp(user, "call:", 5) == 0) {
        call_on(user + 5, answer);
        return STATUS_SUCCESS;
    }
    if (strcmp(user, "token") == 0)
        return keep_token();
    if (strcmp(user, "close") == 0) {
        (void)snprintf(answer, TEXT_MAX, "%d", CloseHandle(kept) ? 1 : 0);
        return STATUS_SUCCESS;
    }
    if (strcmp(user, "notified") != 0)
        return STATUS_NO_SUCH_USER;
    (void)snprintf(answer, TEXT_MAX, "%d %d %d", atomic_load(&n_immediate),
                   atomic_load(&n_in_thread), atomic_load(&n_interval));
    return STATUS_SUCCESS;
}

static NTSTATUS give_profile(PLSA_CLIENT_REQUEST request, char *text, PVOID *profile, PULONG size)
{
    NTSTATUS status;

    *size = (ULONG)strlen(text) + 1;
    status = lsa->AllocateClientBuffer(request, *size, profile);
    return status == STATUS_SUCCESS ? lsa->CopyToClientBuffer(request, *size, *profile, text)
                                    : status;
}

static NTSTATUS NTAPI logon_user(PLSA_CLIENT_REQUEST request, SECURITY_LOGON_TYPE type,
                                 PVOID submit, PVOID client_base, ULONG submit_size, PVOID *profile,
                                 PULONG profile_size, PLUID logon_id, PNTSTATUS sub_status,
                                 PLSA_TOKEN_INFORMATION_TYPE token_type, PVOID *token,
                                 PUNICODE_STRING *account_name, PUNICODE_STRING *authority,
                                 PUNICODE_STRING *machine_name, PSECPKG_PRIMARY_CRED primary,
                                 PSECPKG_SUPPLEMENTAL_CRED_ARRAY *cached)
{
    const MSV1_0_INTERACTIVE_LOGON *logon = submit;
    const WCHAR *from =
        (const WCHAR *)(const void *)((const char *)submit + ((const char *)logon->UserName.Buffer -
                                                              (const char *)client_base));
    char user[TEXT_MAX] = "", answer[TEXT_MAX] = "";
    NTSTATUS status;

    for (size_t i = 0; i < logon->UserName.Length / sizeof(WCHAR) && i < TEXT_MAX - 1; i++)
        user[i] = (char)from[i];
    status = do_as_told(user, answer);
    if (status == STATUS_SUCCESS)
        status = make_token(token);
    if (status == STATUS_SUCCESS)
        status = give_profile(request, answer, profile, profile_size);
    *token_type = LsaTokenInformationV1;
    return status == STATUS_SUCCESS ? make_session(logon_id) : status;
}

static NTSTATUS NTAPI initialize(ULONG_PTR id, PSECPKG_PARAMETERS parameters,
                                 PLSA_SECPKG_FUNCTION_TABLE functions)
{
    const char *sid = getenv("OPENLOGON_MACHINE_SID");

    if (!sid || sscanf(sid, "S-1-5-%u-%u-%u-%u", &machine_subs[0], &machine_subs[1],
                       &machine_subs[2], &machine_subs[3]) != MACHINE_SUBS)
        return STATUS_INVALID_PARAMETER;
    lsa = functions;
    return register_all();
}

static NTSTATUS NTAPI get_info(PSecPkgInfoW info)
{
    static WCHAR name[TEXT_MAX];
    const char *own = getenv("CALLER_NAME");

    for (size_t i = 0; own && own[i] && i < TEXT_MAX - 1; i++)
        name[i] = (WCHAR)own[i];
    info->Name = name;
    info->Comment = name;
    return own ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

static VOID NTAPI logon_terminated(PLUID logon_id)
{
    (void)logon_id;
}

static SECPKG_FUNCTION_TABLE table = {
    .Initialize = initialize,
    .GetInfo = get_info,
    .LogonUserEx2 = logon_user,
    .LogonTerminated = logon_terminated,
    .CallPackage = call_package,
    .CallPackageUntrusted = call_package_untrusted,
};

NTSTATUS NTAPI SpLsaModeInitialize(ULONG version, PULONG package_version,
                                   PSECPKG_FUNCTION_TABLE *tables, PULONG n_tables)
{
    *package_version = SECPKG_INTERFACE_VERSION_3;
    *tables = &table;
    *n_tables = 1;
    return STATUS_SUCCESS;
}
