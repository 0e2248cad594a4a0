/* SPDX-License-Identifier: MIT */
#include "worker/lsa_tokens.h"

#include <handleapi.h>
#include <string.h>

#include "base/log.h"
#include "base/luid.h"
#include "base/utf16.h"
#include "worker/lsa_core.h"
#include "worker/token_information.h"

enum {
    NAME_UNITS_MAX = 256,
    HANDLE_STEP = 4, /* handles are multiples, as everywhere */
};

/* --- tokens ------------------------------------------------------------------------------------
 */

/* What a package gives for a new token; names are borrowed, and may be missing. */
struct token_request {
    PLUID logon_id;
    SECURITY_LOGON_TYPE logon_type;
    LSA_TOKEN_INFORMATION_TYPE type;
    PVOID information;
    const UNICODE_STRING *account_name;
    const UNICODE_STRING *authority;
};

static nt_status take_name(char **ret, const UNICODE_STRING *name)
{
    _cleanup_(freep) char *text = NULL;
    char *copy;
    nt_status st;

    if (!name || name->Length == 0)
        return NT_OK;
    if (!name->Buffer || name->Length % sizeof(WCHAR) ||
        name->Length / sizeof(WCHAR) > NAME_UNITS_MAX)
        return NT(INVALID_PARAMETER);
    st = utf16_to_utf8(&text, NULL, name->Buffer, name->Length / sizeof(WCHAR));
    if (nt_failed(st))
        return st;
    copy = arena_text(lsa_memory(), text);
    if (!copy)
        return NT(NO_MEMORY);
    *ret = copy;
    return NT_OK;
}

static nt_status send_request(const struct token_request *t, uint32_t *ret_number)
{
    Openlogon__Worker__LogonResult logon = OPENLOGON__WORKER__LOGON_RESULT__INIT;
    Openlogon__Worker__CreateToken create = OPENLOGON__WORKER__CREATE_TOKEN__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;
    Openlogon__Worker__CallResult *result = NULL;
    size_t mark = 0;
    nt_status st = token_information_convert(&logon, lsa_memory(), t->type, t->information);

    if (!nt_failed(st))
        st = take_name(&logon.account_name, t->account_name);
    if (!nt_failed(st))
        st = take_name(&logon.authority, t->authority);
    if (nt_failed(st))
        return st;
    logon.luid = luid_to_u64(*t->logon_id);
    create.logon = &logon;
    create.logon_type = t->logon_type;
    call.call_case = OPENLOGON__WORKER__CALL__CALL_CREATE_TOKEN;
    call.create_token = &create;
    st = lsa_call(&call, &result, &mark); /* the caller rewinds further */
    if (!nt_failed(st))
        *ret_number = result->token;
    return st;
}

/* The session has its token now, and lives by that: it is no leftover of the logon any more. */
static NTSTATUS create(const struct token_request *t, PHANDLE ret)
{
    struct client_request *request = lsa_request();
    uint32_t number = 0;
    size_t mark;
    nt_status st;

    if (!t->logon_id || !t->information || !ret)
        return STATUS_INVALID_PARAMETER;
    if (!request)
        return STATUS_INVALID_SERVER_STATE;
    mark = arena_mark(lsa_memory());
    st = send_request(t, &number);
    arena_rewind(lsa_memory(), mark);
    if (nt_failed(st))
        return st.code;
    client_request_remove_session(request, luid_to_u64(*t->logon_id));
    *ret = (HANDLE)((ULONG_PTR)number * HANDLE_STEP); /* NOLINT */
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI create_token(PLUID logon_id, PTOKEN_SOURCE source, SECURITY_LOGON_TYPE type,
                                   SECURITY_IMPERSONATION_LEVEL level,
                                   LSA_TOKEN_INFORMATION_TYPE information_type, PVOID information,
                                   PTOKEN_GROUPS groups, PUNICODE_STRING account_name,
                                   PUNICODE_STRING authority, PUNICODE_STRING workstation,
                                   PUNICODE_STRING profile_path, PHANDLE token,
                                   PNTSTATUS sub_status)
{
    const struct token_request t = { logon_id,    type,         information_type,
                                     information, account_name, authority };

    if (sub_status)
        *sub_status = STATUS_SUCCESS;
    if (groups && groups->GroupCount > 0)
        return STATUS_NOT_SUPPORTED; /* all groups stand in the token information */
    return create(&t, token);
}

static NTSTATUS NTAPI create_token_ex(PLUID logon_id, PTOKEN_SOURCE source,
                                      SECURITY_LOGON_TYPE type, SECURITY_IMPERSONATION_LEVEL level,
                                      LSA_TOKEN_INFORMATION_TYPE information_type,
                                      PVOID information, PTOKEN_GROUPS groups,
                                      PUNICODE_STRING workstation, PUNICODE_STRING profile_path,
                                      PVOID session_information,
                                      SECPKG_SESSIONINFO_TYPE session_information_type,
                                      PHANDLE token, PNTSTATUS sub_status)
{
    const SECPKG_PRIMARY_CRED *primary = session_information;

    if (session_information && session_information_type != SecSessionPrimaryCred)
        return STATUS_INVALID_PARAMETER;
    return create_token(logon_id, source, type, level, information_type, information, groups,
                        primary ? (PUNICODE_STRING)(uintptr_t)&primary->DownlevelName : NULL,
                        primary ? (PUNICODE_STRING)(uintptr_t)&primary->DomainName : NULL,
                        workstation, profile_path, token, sub_status);
}

/* The worker's own, for packages: they find it in the executable. It closes what CreateToken gave.
 * handleapi.h */
_public_ BOOL WINAPI CloseHandle(HANDLE handle)
{
    Openlogon__Worker__CloseToken close = OPENLOGON__WORKER__CLOSE_TOKEN__INIT;
    Openlogon__Worker__Call call = OPENLOGON__WORKER__CALL__INIT;
    Openlogon__Worker__CallResult *result = NULL;
    const ULONG_PTR value = (ULONG_PTR)handle;
    size_t mark = 0;
    nt_status st;

    if (value == 0 || value % HANDLE_STEP != 0 || value / HANDLE_STEP > UINT32_MAX)
        return FALSE;
    close.number = (uint32_t)(value / HANDLE_STEP);
    call.call_case = OPENLOGON__WORKER__CALL__CALL_CLOSE_TOKEN;
    call.close_token = &close;
    st = lsa_call(&call, &result, &mark);
    if (!NT_IS(st, INVALID_SERVER_STATE))
        arena_rewind(lsa_memory(), mark);
    return !nt_failed(st);
}

/* --- what packages report ----------------------------------------------------------------------
 */

/* One line of text for the log, whatever the package gave. */
static void show(char *ret, size_t size, const UNICODE_STRING *name)
{
    size_t units = name && name->Buffer ? name->Length / sizeof(WCHAR) : 0;
    nt_status st;

    ret[0] = '\0';
    units = units < NAME_UNITS_MAX ? units : NAME_UNITS_MAX;
    st = utf16_to_utf8_buffer(ret, size, NULL, units ? name->Buffer : NULL, units);
    if (nt_failed(st))
        (void)stpcpy(ret, "?");
    for (char *c = ret; *c; c++) {
        if ((unsigned char)*c < ' ')
            *c = '?';
    }
}

static VOID NTAPI audit_logon(NTSTATUS status, NTSTATUS sub_status, PUNICODE_STRING account_name,
                              PUNICODE_STRING authority, PUNICODE_STRING workstation, PSID user,
                              SECURITY_LOGON_TYPE type, PTOKEN_SOURCE source, PLUID logon_id)
{
    char account[4 * NAME_UNITS_MAX], domain[4 * NAME_UNITS_MAX];

    show(account, sizeof(account), account_name);
    show(domain, sizeof(domain), authority);
    log_info("a package reports: logon of %s\\%s, type %u, session 0x%llx: 0x%08x", domain, account,
             (unsigned)type, (unsigned long long)(logon_id ? luid_to_u64(*logon_id) : 0),
             (unsigned)status);
}

static NTSTATUS NTAPI audit_account_logon(ULONG id, BOOLEAN success, PUNICODE_STRING source,
                                          PUNICODE_STRING client_name, PUNICODE_STRING mapped_name,
                                          NTSTATUS status)
{
    char client[4 * NAME_UNITS_MAX], mapped[4 * NAME_UNITS_MAX];

    show(client, sizeof(client), client_name);
    show(mapped, sizeof(mapped), mapped_name);
    log_info("a package reports: account logon %u of %s as %s: %s, 0x%08x", id, client, mapped,
             success ? "accepted" : "refused", (unsigned)status);
    return STATUS_SUCCESS;
}

void lsa_fill_tokens(LSA_SECPKG_FUNCTION_TABLE *table)
{
    table->CreateToken = create_token;
    table->CreateTokenEx = create_token_ex;
    table->AuditLogon = audit_logon;
    table->AuditAccountLogon = audit_account_logon;
}
