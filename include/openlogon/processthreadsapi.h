/* SPDX-License-Identifier: MIT */
/*
 * Processes and threads, and the tokens they act with.
 *
 * A process handle is backed by a pidfd, so it never comes to mean another process. A process
 * started here ends when it ends: its exit code is kept for as long as a handle is open.
 */
#ifndef OPENLOGON_PROCESSTHREADSAPI_H
#define OPENLOGON_PROCESSTHREADSAPI_H

#include <minwinbase.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Both handles are the caller's: CloseHandle. */
typedef struct _PROCESS_INFORMATION {
    HANDLE hProcess;
    HANDLE hThread;
    DWORD dwProcessId;
    DWORD dwThreadId;
} PROCESS_INFORMATION, *PPROCESS_INFORMATION, *LPPROCESS_INFORMATION;

/* cb is the size of the structure. Of dwFlags STARTF_USESTDHANDLES counts; windows do not exist. */
typedef struct _STARTUPINFOA {
    DWORD cb;
    LPSTR lpReserved;
    LPSTR lpDesktop;
    LPSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOA, *LPSTARTUPINFOA;

typedef struct _STARTUPINFOW {
    DWORD cb;
    LPWSTR lpReserved;
    LPWSTR lpDesktop;
    LPWSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOW, *LPSTARTUPINFOW;

#ifdef UNICODE
typedef STARTUPINFOW STARTUPINFO;
typedef LPSTARTUPINFOW LPSTARTUPINFO;
#else
typedef STARTUPINFOA STARTUPINFO;
typedef LPSTARTUPINFOA LPSTARTUPINFO;
#endif

/* ---- Names of processes and threads. ---- */

/** Pseudo handles of the caller with all access; closing them does nothing. */
OPENLOGON_API HANDLE GetCurrentProcess(void);
OPENLOGON_API HANDLE GetCurrentThread(void);

/**
 * The session of a process as <wtsapi32.h> numbers them.
 * Needs:  nothing
 * Errors: ERROR_INVALID_PARAMETER (no such process)
 */
OPENLOGON_API BOOL ProcessIdToSessionId(DWORD dwProcessId, DWORD *pSessionId);

/** The pid and the tid, as Linux has them. */
OPENLOGON_API DWORD GetCurrentProcessId(void);
OPENLOGON_API DWORD GetCurrentThreadId(void);

/**
 * The pid of a process handle.
 * Needs:  PROCESS_QUERY_LIMITED_INFORMATION
 * Errors: 0, and ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, GetProcessId
 */
OPENLOGON_API DWORD GetProcessId(HANDLE Process);

/**
 * Opens a process by its pid. The handle is the caller's: CloseHandle.
 * Needs:  nothing; what the handle is used for is checked by the authority or the kernel
 * Errors: NULL, and ERROR_INVALID_PARAMETER (no such process)
 * Source: Learn, OpenProcess; Process Security and Access Rights
 */
OPENLOGON_API HANDLE OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId);

/**
 * The exit code, or STILL_ACTIVE. A process that a signal killed has 128 plus the signal's number.
 * Needs:  PROCESS_QUERY_LIMITED_INFORMATION
 * Errors: ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, GetExitCodeProcess
 */
OPENLOGON_API BOOL GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode);

/**
 * Ends a process at once, with that exit code.
 * Needs:  PROCESS_TERMINATE
 * Errors: ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, TerminateProcess
 */
OPENLOGON_API BOOL TerminateProcess(HANDLE hProcess, UINT uExitCode);

/** Ends the calling process as exit() does. Source: Learn, ExitProcess */
OPENLOGON_API void ExitProcess(UINT uExitCode) __attribute__((noreturn));

/* ---- Starting processes. ---- */

/**
 * Starts a program with the process's own token, also when the calling thread impersonates.
 * @lpApplicationName  a path; NULL: the first word of lpCommandLine, looked up along PATH
 * @lpCommandLine      split by the rules of CommandLineToArgvW
 * @bInheritHandles    TRUE for the standard handles of lpStartupInfo; no others are inherited
 * @dwCreationFlags    CREATE_UNICODE_ENVIRONMENT, CREATE_NEW_CONSOLE, CREATE_NO_WINDOW,
 *                     DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP
 * @lpEnvironment      NAME=value texts, each with a zero behind it, and one more zero at the end;
 *                     NULL: the caller's environment
 * Errors: ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_ACCESS_DENIED, ERROR_BAD_EXE_FORMAT,
 *         ERROR_DIRECTORY (lpCurrentDirectory), ERROR_NOT_SUPPORTED (other flags)
 * Source: Learn, CreateProcessW; Impersonation Levels
 */
OPENLOGON_API BOOL CreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine,
                                  LPSECURITY_ATTRIBUTES lpProcessAttributes,
                                  LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                                  DWORD dwCreationFlags, LPVOID lpEnvironment,
                                  LPCSTR lpCurrentDirectory, LPSTARTUPINFOA lpStartupInfo,
                                  LPPROCESS_INFORMATION lpProcessInformation);
OPENLOGON_API BOOL CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                                  LPSECURITY_ATTRIBUTES lpProcessAttributes,
                                  LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                                  DWORD dwCreationFlags, LPVOID lpEnvironment,
                                  LPCWSTR lpCurrentDirectory, LPSTARTUPINFOW lpStartupInfo,
                                  LPPROCESS_INFORMATION lpProcessInformation);
#ifdef UNICODE
#define CreateProcess CreateProcessW
#else
#define CreateProcess CreateProcessA
#endif

/**
 * Starts a program with a primary token: in its logon session, with its user's uid, gid and groups
 * and the capabilities that stand for its enabled privileges.
 * @hToken  NULL: the process's own; else a handle with TOKEN_QUERY, TOKEN_DUPLICATE and
 *          TOKEN_ASSIGN_PRIMARY; stays the caller's
 * Needs:   SeIncreaseQuotaPrivilege, and SeAssignPrimaryTokenPrivilege unless the token is a
 *          restriction of the caller's own
 * Errors:  ERROR_PRIVILEGE_NOT_HELD, ERROR_BAD_TOKEN_TYPE (an impersonation token),
 *          ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED, and those of CreateProcess
 * Source:  Learn, CreateProcessAsUserW
 */
OPENLOGON_API BOOL CreateProcessAsUserA(
    HANDLE hToken, LPCSTR lpApplicationName, LPSTR lpCommandLine,
    LPSECURITY_ATTRIBUTES lpProcessAttributes, LPSECURITY_ATTRIBUTES lpThreadAttributes,
    BOOL bInheritHandles, DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory,
    LPSTARTUPINFOA lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation);
OPENLOGON_API BOOL CreateProcessAsUserW(
    HANDLE hToken, LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
    LPSECURITY_ATTRIBUTES lpProcessAttributes, LPSECURITY_ATTRIBUTES lpThreadAttributes,
    BOOL bInheritHandles, DWORD dwCreationFlags, LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
    LPSTARTUPINFOW lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation);
#ifdef UNICODE
#define CreateProcessAsUser CreateProcessAsUserW
#else
#define CreateProcessAsUser CreateProcessAsUserA
#endif

/* ---- Tokens of processes and threads. ---- */

/**
 * Opens the primary token of a process. The handle is the caller's: CloseHandle.
 * Needs:  PROCESS_QUERY_LIMITED_INFORMATION; the token's descriptor grants DesiredAccess
 * Errors: ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, OpenProcessToken; Access Rights for Access-Token Objects
 */
OPENLOGON_API BOOL OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess, PHANDLE TokenHandle);

/**
 * Opens the impersonation token of a thread. The handle is the caller's: CloseHandle.
 * @OpenAsSelf  TRUE: access is checked for the process's token, FALSE: for the thread's
 * Needs:  THREAD_QUERY_LIMITED_INFORMATION or THREAD_QUERY_INFORMATION
 * Errors: ERROR_NO_TOKEN (the thread does not impersonate), ERROR_CANT_OPEN_ANONYMOUS,
 *         ERROR_BAD_IMPERSONATION_LEVEL (checked for a token of level Identification),
 *         ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, OpenThreadToken
 */
OPENLOGON_API BOOL OpenThreadToken(HANDLE ThreadHandle, DWORD DesiredAccess, BOOL OpenAsSelf,
                                   PHANDLE TokenHandle);

/**
 * Gives a thread of this process an impersonation token, or with Token NULL takes it away.
 * @Thread  NULL: the calling thread
 * Needs:   TOKEN_IMPERSONATE on Token; what ImpersonateLoggedOnUser needs for the level
 * Errors:  ERROR_BAD_TOKEN_TYPE (a primary token), ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED,
 *          ERROR_NOT_SUPPORTED (another thread than the calling one),
 *          ERROR_PRIVILEGE_NOT_HELD (the kernel refuses the identity)
 * Source:  Learn, SetThreadToken
 */
OPENLOGON_API BOOL SetThreadToken(PHANDLE Thread, HANDLE Token);

/*
 * Pseudo handles, for queries: of the process's token, of the thread's, and of the thread's or else
 * the process's. They have TOKEN_QUERY and TOKEN_QUERY_SOURCE, and need no closing.
 * Source: Learn, GetCurrentProcessToken
 */
static inline HANDLE GetCurrentProcessToken(void)
{
    return (HANDLE)(LONG_PTR)-4;
}

static inline HANDLE GetCurrentThreadToken(void)
{
    return (HANDLE)(LONG_PTR)-5;
}

static inline HANDLE GetCurrentThreadEffectiveToken(void)
{
    return (HANDLE)(LONG_PTR)-6;
}

#ifdef __cplusplus
}
#endif

#endif
