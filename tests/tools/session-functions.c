/* SPDX-License-Identifier: MIT */
/*
 * session-functions refused: the LUID of each session of LsaEnumerateLogonSessions that
 * LsaGetLogonSessionData refuses this process, a line each.
 *
 * session-functions all: everything that functions about sessions and processes tell this process,
 * of each session and of each that Remote Desktop Services number. What they refuse is no line.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <windows.h>
#include <ntsecapi.h>
#include <ntstatus.h>
#include <openlogon.h>
#include <sddl.h>
#include <wtsapi32.h>

static uint64_t number_of(LUID id)
{
    return (uint64_t)(uint32_t)id.HighPart << 32 | id.LowPart;
}

static void print_sid(const char *name, PSID sid)
{
    char *text = NULL;

    if (sid && ConvertSidToStringSidA(sid, &text))
        printf("%s %s\n", name, text);
    LocalFree(text);
}

static void print_wide(const char *name, const LSA_UNICODE_STRING *text)
{
    printf("%s ", name);
    for (size_t i = 0; i < text->Length / sizeof(WCHAR); i++)
        putchar(text->Buffer[i] < 128 ? (char)text->Buffer[i] : '?');
    putchar('\n');
}

/* --- logon sessions --------------------------------------------------------------------------- */

static void print_data(LUID *id)
{
    SECURITY_LOGON_SESSION_DATA *data = NULL;

    if (LsaGetLogonSessionData(id, &data) != STATUS_SUCCESS)
        return;
    printf("data %" PRIu64 "\n", number_of(data->LogonId));
    print_wide("user", &data->UserName);
    print_wide("domain", &data->LogonDomain);
    print_sid("sid", data->Sid);
    LsaFreeReturnBuffer(data);
}

static void print_more(LUID *id)
{
    OPENLOGON_SESSION_EXTRA extra;
    OPENLOGON_LOGIN *login = NULL;
    OPENLOGON_DEBUG *debug = NULL;

    if (openlogon_query_session_extra(id, &extra))
        printf("extra uid %" PRIu32 " linked %" PRIu64 "\n", extra.uid, number_of(extra.linked));
    if (openlogon_query_login(id, &login)) {
        printf("login %s %s %s %s %" PRIu32 "\n", login->service, login->tty, login->remote_host,
               login->remote_user, login->leader);
        LsaFreeReturnBuffer(login);
    }
    if (openlogon_debug_session(id, TRUE, &debug)) {
        printf("debug origin %" PRIu64 "\n", number_of(debug->origin));
        LsaFreeReturnBuffer(debug);
    }
}

static void print_found(void)
{
    LUID *found = NULL;
    DWORD n = 0;

    if (!openlogon_find_sessions(NULL, NULL, &found, &n))
        return;
    for (DWORD i = 0; i < n; i++)
        printf("found %" PRIu64 "\n", number_of(found[i]));
    LsaFreeReturnBuffer(found);
}

static void print_pages(void)
{
    LUID position = { 0 };
    OPENLOGON_SESSION *block = NULL;
    DWORD n;

    do {
        if (!openlogon_query_sessions(&position, &block, &n, NULL))
            return;
        for (DWORD i = 0; i < n; i++)
            printf("page %" PRIu64 " %s %s\n", number_of(block[i].id), block[i].user,
                   block[i].login.remote_host);
        LsaFreeReturnBuffer(block);
    } while (number_of(position) != 0);
}

/* --- processes, and sessions as Remote Desktop Services number them -----------------------------
 */

static void print_processes(void)
{
    OPENLOGON_PROCESS *own = NULL;
    WTS_PROCESS_INFOA *listed = NULL;
    DWORD n = 0;

    if (openlogon_enumerate_processes(&own, &n)) {
        for (DWORD i = 0; i < n; i++)
            printf("process %" PRIu32 " %s %" PRIu64 "\n", own[i].pid, own[i].name,
                   number_of(own[i].session));
        LsaFreeReturnBuffer(own);
    }
    if (!WTSEnumerateProcessesA(WTS_CURRENT_SERVER_HANDLE, 0, 1, &listed, &n))
        return;
    for (DWORD i = 0; i < n; i++) {
        printf("listed %" PRIu32 " %s\n", listed[i].ProcessId, listed[i].pProcessName);
        print_sid("of", listed[i].pUserSid);
    }
    WTSFreeMemory(listed);
}

/* Whatever a class is of: bytes, so that a text in a structure is found, too. */
static void print_class(DWORD session, WTS_INFO_CLASS class)
{
    char *bytes = NULL;
    DWORD size = 0;

    if (!WTSQuerySessionInformationA(WTS_CURRENT_SERVER_HANDLE, session, class, &bytes, &size))
        return;
    printf("wts %" PRIu32 " %d ", session, (int)class);
    for (DWORD i = 0; i < size; i++)
        putchar(bytes[i] >= ' ' && bytes[i] < 127 ? bytes[i] : '.');
    if (class == WTSClientAddress && size == sizeof(WTS_CLIENT_ADDRESS)) {
        const BYTE *address = ((const WTS_CLIENT_ADDRESS *)(const void *)bytes)->Address;

        printf(" %d.%d.%d.%d", address[2], address[3], address[4], address[5]);
    }
    putchar('\n');
    WTSFreeMemory(bytes);
}

static void print_wts(void)
{
    WTS_SESSION_INFOA *sessions = NULL;
    OPENLOGON_WTS_SESSION *described = NULL;
    DWORD n = 0;

    if (WTSEnumerateSessionsA(WTS_CURRENT_SERVER_HANDLE, 0, 1, &sessions, &n)) {
        for (DWORD i = 0; i < n; i++) {
            for (int class = WTSInitialProgram; class <= WTSIsRemoteSession; class ++)
                print_class(sessions[i].SessionId, (WTS_INFO_CLASS) class);
        }
        WTSFreeMemory(sessions);
    }
    if (!openlogon_wts_sessions(&described, &n))
        return;
    for (DWORD i = 0; i < n; i++)
        printf("session %" PRIu32 " %" PRIu64 " %s %s %s\n", described[i].number,
               number_of(described[i].logon), described[i].user, described[i].remote_host,
               described[i].logind_session);
    LsaFreeReturnBuffer(described);
}

/* ------------------------------------------------------------------------------------------------
 */

static void print_if_refused(LUID *id)
{
    SECURITY_LOGON_SESSION_DATA *data = NULL;

    if (LsaGetLogonSessionData(id, &data) == STATUS_ACCESS_DENIED)
        printf("%" PRIu64 "\n", number_of(*id));
    LsaFreeReturnBuffer(data);
}

int main(int argc, char **argv)
{
    const bool all = argc == 2 && strcmp(argv[1], "all") == 0;
    ULONG n = 0;
    LUID *sessions = NULL;

    if (argc != 2 || (!all && strcmp(argv[1], "refused") != 0))
        return 2;
    if (LsaEnumerateLogonSessions(&n, &sessions) != STATUS_SUCCESS)
        return 1;
    for (ULONG i = 0; i < n; i++) {
        if (!all) {
            print_if_refused(&sessions[i]);
            continue;
        }
        print_data(&sessions[i]);
        print_more(&sessions[i]);
    }
    LsaFreeReturnBuffer(sessions);
    if (all) {
        print_found();
        print_pages();
        print_processes();
        print_wts();
    }
    return 0;
}
