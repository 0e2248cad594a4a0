/* SPDX-License-Identifier: MIT */
/* <wtsapi32.h>: servers, tokens, ends and memory. */
#include <windows.h>
#include <wtsapi32.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/luid.h"
#include "base/utf16.h"
#include "client/authority.h"
#include "client/child.h"
#include "client/last_error.h"
#include "client/text_argument.h"
#include "client/token_handle.h"
#include "client/wts.h"

enum {
    GRACE_MS = 5000, /* between SIGTERM and SIGKILL */
    NO_CONSOLE_SESSION = -1,
};

/* --- servers -------------------------------------------------------------------------------- */

/* A number that is nobody's handle. */
static const HANDLE local_server = (HANDLE)(intptr_t)-0x575453;

nt_status wts_check_server(HANDLE server)
{
    return server == WTS_CURRENT_SERVER_HANDLE || server == local_server ? NT_OK
                                                                         : NT(INVALID_HANDLE);
}

HANDLE WTSOpenServerW(LPWSTR pServerName)
{
    return finish(net_check_server(pServerName)) ? local_server : NULL;
}

HANDLE WTSOpenServerA(LPSTR pServerName)
{
    _cleanup_(freep) WCHAR *name = NULL;
    nt_status st =
        pServerName ? utf8_to_utf16(&name, NULL, pServerName, strlen(pServerName)) : NT_OK;

    return finish(st) ? WTSOpenServerW(name) : NULL;
}

VOID WTSCloseServer(HANDLE hServer)
{
}

/* --- the token of a session's user ------------------------------------------------------------
 */

static nt_status query_token(uint32_t number, HANDLE *ret)
{
    Openlogon__WtsUserTokenRequest ask = OPENLOGON__WTS_USER_TOKEN_REQUEST__INIT;
    Openlogon__Request request = REQUEST(WTS_USER_TOKEN, wts_user_token, &ask);
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(connection_unrefp) connection *c = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    ask.wts_session = number;
    st = authority_call(AS_PROCESS, &request, REPLY_OF(TOKEN), &reply, &c);
    if (!nt_failed(st))
        st = token_object_from_reply(&token, c, reply.message->token, -1);
    return nt_failed(st) ? st : handle_open(ret, token_object_base(token), TOKEN_ALL_ACCESS, 0);
}

BOOL WTSQueryUserToken(ULONG SessionId, PHANDLE phToken)
{
    DWORD number = SessionId;
    nt_status st = phToken ? NT_OK : NT(INVALID_PARAMETER);

    if (!nt_failed(st) && number == WTS_CURRENT_SESSION)
        st = wts_current(&number);
    return finish(nt_failed(st) ? st : query_token(number, phToken));
}

/* --- ends ----------------------------------------------------------------------------------- */

static nt_status log_off(Openlogon__WtsLogoffRequest *logoff)
{
    Openlogon__Request request = REQUEST(WTS_LOGOFF, wts_logoff, logoff);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;

    return authority_call(AS_THREAD, &request, REPLY_EMPTY, &reply, NULL);
}

BOOL openlogon_logoff(const LUID *session, DWORD wts_session, DWORD grace_ms, BOOL wait)
{
    Openlogon__WtsLogoffRequest logoff = OPENLOGON__WTS_LOGOFF_REQUEST__INIT;
    nt_status st = NT_OK;

    if (session && luid_to_u64(*session) == 0)
        return fail(ERROR_NO_SUCH_LOGON_SESSION);
    if (session)
        logoff.luid = luid_to_u64(*session);
    else if (wts_session == WTS_CURRENT_SESSION)
        st = wts_current(&wts_session);
    logoff.wts_session = session ? 0 : wts_session;
    logoff.grace_ms = grace_ms;
    logoff.wait = wait != FALSE;
    return finish(nt_failed(st) ? st : log_off(&logoff));
}

BOOL WTSLogoffSession(HANDLE hServer, DWORD SessionId, BOOL bWait)
{
    nt_status st = wts_check_server(hServer);

    return nt_failed(st) ? finish(st) : openlogon_logoff(NULL, SessionId, GRACE_MS, bWait);
}

BOOL WTSDisconnectSession(HANDLE hServer, DWORD SessionId, BOOL bWait)
{
    return fail(ERROR_NOT_SUPPORTED);
}

BOOL WTSTerminateProcess(HANDLE hServer, DWORD ProcessId, DWORD ExitCode)
{
    _cleanup_(process_object_unrefp) process_object *process = NULL;
    nt_status st = wts_check_server(hServer);

    if (!nt_failed(st) && (ProcessId == 0 || ProcessId > INT32_MAX))
        st = NT(INVALID_PARAMETER);
    if (!nt_failed(st))
        st = process_object_open(&process, (pid_t)ProcessId);
    if (!nt_failed(st))
        st = process_object_terminate(process, ExitCode);
    return finish(st);
}

/* --- numbers -------------------------------------------------------------------------------- */

static nt_status session_of_process(uint32_t pid, DWORD *ret)
{
    Openlogon__WtsOfProcessRequest ask = OPENLOGON__WTS_OF_PROCESS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(WTS_OF_PROCESS, wts_of_process, &ask);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    ask.pid = pid;
    st = authority_call(AS_PROCESS, &request, REPLY_OF(WTS_OF_PROCESS), &reply, NULL);
    if (!nt_failed(st))
        *ret = reply.message->wts_of_process->wts_session;
    return st;
}

BOOL ProcessIdToSessionId(DWORD dwProcessId, DWORD *pSessionId)
{
    if (!pSessionId)
        return fail(ERROR_INVALID_PARAMETER);
    return finish(session_of_process(dwProcessId, pSessionId));
}

/* The virtual terminal that the screen shows, "tty1"; false: the machine has none. */
static bool active_terminal(char *ret, size_t size)
{
    FILE *file = fopen("/sys/class/tty/tty0/active", "re");
    bool ok = file && fgets(ret, (int)size, file);

    if (file)
        (void)fclose(file);
    if (ok)
        ret[strcspn(ret, "\n")] = 0;
    return ok;
}

DWORD WTSGetActiveConsoleSessionId(void)
{
    _cleanup_(freep) OPENLOGON_WTS_SESSION *sessions = NULL;
    DWORD found = (DWORD)NO_CONSOLE_SESSION;
    char terminal[32];
    size_t n = 0;

    if (!active_terminal(terminal, sizeof(terminal)) || nt_failed(wts_fetch(&sessions, &n)))
        return found;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(sessions[i].station, terminal) == 0 ||
            (strcmp(sessions[i].station, "console") == 0 && found == (DWORD)NO_CONSOLE_SESSION))
            found = sessions[i].number;
    }
    return found;
}

/* --- memory --------------------------------------------------------------------------------- */

VOID WTSFreeMemory(PVOID pMemory)
{
    free(pMemory);
}

static BOOL free_of_class(WTS_TYPE_CLASS type, void *memory)
{
    if ((unsigned)type > WTSTypeSessionInfoLevel1)
        return fail(ERROR_INVALID_PARAMETER);
    free(memory);
    return TRUE;
}

BOOL WTSFreeMemoryExW(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries)
{
    return free_of_class(WTSTypeClass, pMemory);
}

BOOL WTSFreeMemoryExA(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries)
{
    return free_of_class(WTSTypeClass, pMemory);
}
