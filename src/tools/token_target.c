/* SPDX-License-Identifier: MIT */
#include "token_target.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openlogon.h>

#include "base/luid.h"
#include "complaint.h"
#include "text.h"

bool token_target_parse(struct token_target *ret, const char *text)
{
    *ret = (struct token_target){ 0 };
    if (strcmp(text, "self") == 0) {
        ret->pid = (uint32_t)getpid();
        return true;
    }
    if (text_to_number(text, 1, INT32_MAX, &ret->pid))
        return true;
    /* A decimal number is a pid. */
    return (strchr(text, ':') || strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0) &&
           text_to_luid(text, &ret->session) && ret->session != 0;
}

/* As tools that show other users' tokens do. It counts for this program only. */
static bool enable_debug_privilege(void)
{
    TOKEN_PRIVILEGES change = { .PrivilegeCount = 1 };
    HANDLE self = NULL;
    bool enabled;

    change.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    if (!LookupPrivilegeValueA(NULL, SE_DEBUG_NAME, &change.Privileges[0].Luid) ||
        !OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &self))
        return false;
    enabled = AdjustTokenPrivileges(self, FALSE, &change, 0, NULL, NULL) &&
              GetLastError() == ERROR_SUCCESS;
    CloseHandle(self);
    return enabled;
}

/* What is not granted to whoever may ask is left out of what is shown. */
static bool open_granted(DWORD pid, DWORD access, HANDLE *ret)
{
    return openlogon_open_process_token(
               pid, access | TOKEN_QUERY | TOKEN_QUERY_SOURCE | READ_CONTROL, ret) ||
           (GetLastError() == ERROR_ACCESS_DENIED &&
            openlogon_open_process_token(pid, access | TOKEN_QUERY, ret));
}

static bool open_token(DWORD pid, DWORD access, HANDLE *ret)
{
    if (open_granted(pid, access, ret))
        return true;
    if (GetLastError() != ERROR_ACCESS_DENIED)
        return false;
    if (enable_debug_privilege())
        return open_granted(pid, access, ret);
    SetLastError(ERROR_ACCESS_DENIED);
    return false;
}

static bool is_of_session(HANDLE token, uint64_t session)
{
    TOKEN_STATISTICS statistics;
    DWORD size;

    return GetTokenInformation(token, TokenStatistics, &statistics, sizeof(statistics), &size) &&
           luid_to_u64(statistics.AuthenticationId) == session;
}

/* A process can be in a session without having its token: one that another user runs there. */
static HANDLE open_one_of(const OPENLOGON_PROCESS *processes, DWORD n, struct token_target *target,
                          DWORD access)
{
    for (DWORD i = 0; i < n; i++) {
        HANDLE token = NULL;

        if (luid_to_u64(processes[i].session) != target->session ||
            !open_token(processes[i].pid, access, &token))
            continue;
        if (is_of_session(token, target->session)) {
            target->pid = processes[i].pid;
            return token;
        }
        CloseHandle(token);
    }
    return NULL;
}

static int open_of_session(struct token_target *target, const char *text, DWORD access, HANDLE *ret)
{
    OPENLOGON_PROCESS *processes = NULL;
    DWORD n = 0;

    if (!openlogon_enumerate_processes(&processes, &n))
        return complain_of(last_error(), "cannot list the processes");
    *ret = open_one_of(processes, n, target, access);
    LsaFreeReturnBuffer(processes);
    return *ret ? EXIT_SUCCESS
                : complain("the session %s has no process whose token you may open", text);
}

int token_target_open(struct token_target *target, const char *text, DWORD access, HANDLE *ret)
{
    if (target->session != 0)
        return open_of_session(target, text, access, ret);
    if (open_token(target->pid, access, ret))
        return EXIT_SUCCESS;
    if (GetLastError() == ERROR_INVALID_PARAMETER)
        return complain("there is no process %s", text);
    if (GetLastError() == ERROR_ACCESS_DENIED)
        return complain("cannot open the token of process %s: access is denied; it is another "
                        "user's, which takes SYSTEM or SeDebugPrivilege, or the token's "
                        "permissions do not grant it",
                        text);
    return complain_of(last_error(), "cannot open the token of process %s", text);
}
