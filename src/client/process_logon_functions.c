/* SPDX-License-Identifier: MIT */
/* Starting processes with other credentials. */
#include <windows.h>

#include "base/utf16.h"
#include "client/create_process.h"
#include "client/handle.h"
#include "client/last_error.h"
#include "client/login_environment.h"

enum {
    LOGON_FLAGS = LOGON_WITH_PROFILE | LOGON_NETCREDENTIALS_ONLY,
    COMMAND_LINE_MAX = 32767, /* units, as of CreateProcess: nobody relies on 1024 being refused */
    /* What these functions have always, as documented. */
    FLAGS_ALWAYS = CREATE_DEFAULT_ERROR_MODE | CREATE_NEW_CONSOLE | CREATE_NEW_PROCESS_GROUP,
};

/* What is to be started, as both functions take it. */
struct what {
    const struct wide_request *wide;
    DWORD logon_flags, creation_flags;
    void *environment;
};

static nt_status check(const struct what *what, const PROCESS_INFORMATION *ret)
{
    const WCHAR *line = what->wide->command_line;

    if (!ret || (what->logon_flags & ~(DWORD)LOGON_FLAGS) ||
        (what->logon_flags & LOGON_FLAGS) == LOGON_FLAGS)
        return NT(INVALID_PARAMETER);
    return line && utf16_length(line) > COMMAND_LINE_MAX ? NT(INVALID_PARAMETER) : NT_OK;
}

static nt_status start(enum whose_token whose, HANDLE token, const struct what *what,
                       PROCESS_INFORMATION *ret)
{
    static const struct process_attributes attributes;
    struct program_request request = { .environment = what->environment,
                                       .creation_flags = what->creation_flags | FLAGS_ALWAYS };
    _cleanup_(freep) char *environment = NULL;
    nt_status st = NT_OK;

    if (request.creation_flags & DETACHED_PROCESS)
        request.creation_flags &= ~(DWORD)CREATE_NEW_CONSOLE;
    /* With the caller's name to the outside the user is still the caller. */
    if (!what->environment && !(what->logon_flags & LOGON_NETCREDENTIALS_ONLY)) {
        st = login_environment(&environment, token);
        request.environment = environment;
        request.creation_flags &= ~(DWORD)CREATE_UNICODE_ENVIRONMENT;
    }
    return nt_failed(st)
               ? st
               : create_process_wide(whose, token, what->wide, &request, &attributes, ret);
}

static nt_status log_on(HANDLE *ret, LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD flags)
{
    const DWORD type = flags & LOGON_NETCREDENTIALS_ONLY ? LOGON32_LOGON_NEW_CREDENTIALS
                                                         : LOGON32_LOGON_INTERACTIVE;
    const DWORD provider =
        flags & LOGON_NETCREDENTIALS_ONLY ? LOGON32_PROVIDER_WINNT50 : LOGON32_PROVIDER_DEFAULT;

    return LogonUserW(user, domain, password, type, provider, ret) ? NT_OK : NT(UNSUCCESSFUL);
}

BOOL CreateProcessWithLogonW(LPCWSTR lpUsername, LPCWSTR lpDomain, LPCWSTR lpPassword,
                             DWORD dwLogonFlags, LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                             DWORD dwCreationFlags, LPVOID lpEnvironment,
                             LPCWSTR lpCurrentDirectory, LPSTARTUPINFOW lpStartupInfo,
                             LPPROCESS_INFORMATION lpProcessInformation)
{
    const struct wide_request wide = { lpApplicationName, lpCommandLine, lpCurrentDirectory,
                                       lpStartupInfo };
    const struct what what = { &wide, dwLogonFlags, dwCreationFlags, lpEnvironment };
    HANDLE token;
    nt_status st = check(&what, lpProcessInformation);

    if (nt_failed(st))
        return finish(st);
    if (nt_failed(log_on(&token, lpUsername, lpDomain, lpPassword, dwLogonFlags)))
        return FALSE; /* the error is set */
    st = start(LOGON_TOKEN, token, &what, lpProcessInformation);
    (void)handle_close(token).code;
    return finish(st);
}

BOOL CreateProcessWithTokenW(HANDLE hToken, DWORD dwLogonFlags, LPCWSTR lpApplicationName,
                             LPWSTR lpCommandLine, DWORD dwCreationFlags, LPVOID lpEnvironment,
                             LPCWSTR lpCurrentDirectory, LPSTARTUPINFOW lpStartupInfo,
                             LPPROCESS_INFORMATION lpProcessInformation)
{
    const struct wide_request wide = { lpApplicationName, lpCommandLine, lpCurrentDirectory,
                                       lpStartupInfo };
    const struct what what = { &wide, dwLogonFlags, dwCreationFlags, lpEnvironment };
    nt_status st = check(&what, lpProcessInformation);

    /* A token says already whose names it has to the outside. */
    if (!nt_failed(st) && (dwLogonFlags & LOGON_NETCREDENTIALS_ONLY))
        st = NT(NOT_SUPPORTED);
    if (!nt_failed(st))
        st = start(TOKEN_BY_IMPERSONATION, hToken, &what, lpProcessInformation);
    return finish(st);
}
