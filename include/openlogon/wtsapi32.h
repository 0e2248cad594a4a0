/* SPDX-License-Identifier: MIT */
/*
 * Sessions as Remote Desktop Services number them: 0 is that of services; each login of a person,
 * at the machine (LOGON type Interactive) or from afar (RemoteInteractive), is one more, and has
 * the lowest number from 1 on that is free. Each logon session belongs to one of them: that of its
 * login, or that of the program that asked for the logon.
 *
 * Which sessions there are, their names and states everybody is told; whose they are, where from
 * and since when administrators, and users of their own.
 *
 * Source: learn.microsoft.com/windows/win32/api/wtsapi32
 */
#ifndef OPENLOGON_WTSAPI32_H
#define OPENLOGON_WTSAPI32_H

#include <winbase.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WTS_CURRENT_SERVER        ((HANDLE)NULL)
#define WTS_CURRENT_SERVER_HANDLE ((HANDLE)NULL)
#define WTS_CURRENT_SERVER_NAME   (NULL)
#define WTS_CURRENT_SESSION       ((DWORD)-1)
#define WTS_ANY_SESSION           ((DWORD)-2)

#define WTS_PROTOCOL_TYPE_CONSOLE 0
#define WTS_PROTOCOL_TYPE_ICA     1
#define WTS_PROTOCOL_TYPE_RDP     2

#define USERNAME_LENGTH           20
#define CLIENTNAME_LENGTH         20
#define CLIENTADDRESS_LENGTH      30
#define WINSTATIONNAME_LENGTH     32
#define DOMAIN_LENGTH             17

#define WTS_SESSIONSTATE_UNKNOWN  0xFFFFFFFF
#define WTS_SESSIONSTATE_LOCK     0x00000000
#define WTS_SESSIONSTATE_UNLOCK   0x00000001

/* A session is Active; Disconnected when its login has ended and something else goes on in it. That
 * of services is always Disconnected. */
typedef enum _WTS_CONNECTSTATE_CLASS {
    WTSActive,
    WTSConnected,
    WTSConnectQuery,
    WTSShadow,
    WTSDisconnected,
    WTSIdle,
    WTSListen,
    WTSReset,
    WTSDown,
    WTSInit
} WTS_CONNECTSTATE_CLASS;

typedef enum _WTS_INFO_CLASS {
    WTSInitialProgram = 0,
    WTSApplicationName = 1,
    WTSWorkingDirectory = 2,
    WTSOEMId = 3,
    WTSSessionId = 4,
    WTSUserName = 5,
    WTSWinStationName = 6,
    WTSDomainName = 7,
    WTSConnectState = 8,
    WTSClientBuildNumber = 9,
    WTSClientName = 10,
    WTSClientDirectory = 11,
    WTSClientProductId = 12,
    WTSClientHardwareId = 13,
    WTSClientAddress = 14,
    WTSClientDisplay = 15,
    WTSClientProtocolType = 16,
    WTSIdleTime = 17,
    WTSLogonTime = 18,
    WTSIncomingBytes = 19,
    WTSOutgoingBytes = 20,
    WTSIncomingFrames = 21,
    WTSOutgoingFrames = 22,
    WTSClientInfo = 23,
    WTSSessionInfo = 24,
    WTSSessionInfoEx = 25,
    WTSConfigInfo = 26,
    WTSValidationInfo = 27,
    WTSSessionAddressV4 = 28,
    WTSIsRemoteSession = 29
} WTS_INFO_CLASS;

typedef enum _WTS_TYPE_CLASS {
    WTSTypeProcessInfoLevel0,
    WTSTypeProcessInfoLevel1,
    WTSTypeSessionInfoLevel1
} WTS_TYPE_CLASS;

/* What WTSWaitSystemEvent can wait for. Here a login is created, connected and logged on at once,
 * and at its end logged off, disconnected and deleted. */
#define WTS_EVENT_NONE        0x0
#define WTS_EVENT_CREATE      0x1
#define WTS_EVENT_DELETE      0x2
#define WTS_EVENT_RENAME      0x4
#define WTS_EVENT_CONNECT     0x8
#define WTS_EVENT_DISCONNECT  0x10
#define WTS_EVENT_LOGON       0x20
#define WTS_EVENT_LOGOFF      0x40
#define WTS_EVENT_STATECHANGE 0x80
#define WTS_EVENT_LICENSE     0x100
#define WTS_EVENT_ALL         0x7fffffff
#define WTS_EVENT_FLUSH       0x80000000

/* Families are those of <sys/socket.h>. An IPv4 address is in bytes 2 to 5, as Windows has it; an
 * IPv6 address in bytes 2 to 17. */
typedef struct _WTS_CLIENT_ADDRESS {
    DWORD AddressFamily;
    BYTE Address[20];
} WTS_CLIENT_ADDRESS, *PWTS_CLIENT_ADDRESS;

typedef struct _WTS_SESSION_ADDRESS {
    DWORD AddressFamily;
    BYTE Address[20];
} WTS_SESSION_ADDRESS, *PWTS_SESSION_ADDRESS;

typedef struct _WTS_SESSION_INFOW {
    DWORD SessionId;
    LPWSTR pWinStationName;
    WTS_CONNECTSTATE_CLASS State;
} WTS_SESSION_INFOW, *PWTS_SESSION_INFOW;

typedef struct _WTS_SESSION_INFOA {
    DWORD SessionId;
    LPSTR pWinStationName;
    WTS_CONNECTSTATE_CLASS State;
} WTS_SESSION_INFOA, *PWTS_SESSION_INFOA;

typedef struct _WTS_SESSION_INFO_1W {
    DWORD ExecEnvId;
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    LPWSTR pSessionName;
    LPWSTR pHostName;
    LPWSTR pUserName;
    LPWSTR pDomainName;
    LPWSTR pFarmName;
} WTS_SESSION_INFO_1W, *PWTS_SESSION_INFO_1W;

typedef struct _WTS_SESSION_INFO_1A {
    DWORD ExecEnvId;
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    LPSTR pSessionName;
    LPSTR pHostName;
    LPSTR pUserName;
    LPSTR pDomainName;
    LPSTR pFarmName;
} WTS_SESSION_INFO_1A, *PWTS_SESSION_INFO_1A;

typedef struct _WTS_PROCESS_INFOW {
    DWORD SessionId;
    DWORD ProcessId;
    LPWSTR pProcessName;
    PSID pUserSid;
} WTS_PROCESS_INFOW, *PWTS_PROCESS_INFOW;

typedef struct _WTS_PROCESS_INFOA {
    DWORD SessionId;
    DWORD ProcessId;
    LPSTR pProcessName;
    PSID pUserSid;
} WTS_PROCESS_INFOA, *PWTS_PROCESS_INFOA;

typedef struct _WTS_PROCESS_INFO_EXW {
    DWORD SessionId;
    DWORD ProcessId;
    LPWSTR pProcessName;
    PSID pUserSid;
    DWORD NumberOfThreads;
    DWORD HandleCount;
    DWORD PagefileUsage;
    DWORD PeakPagefileUsage;
    DWORD WorkingSetSize;
    DWORD PeakWorkingSetSize;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
} WTS_PROCESS_INFO_EXW, *PWTS_PROCESS_INFO_EXW;

typedef struct _WTS_PROCESS_INFO_EXA {
    DWORD SessionId;
    DWORD ProcessId;
    LPSTR pProcessName;
    PSID pUserSid;
    DWORD NumberOfThreads;
    DWORD HandleCount;
    DWORD PagefileUsage;
    DWORD PeakPagefileUsage;
    DWORD WorkingSetSize;
    DWORD PeakWorkingSetSize;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
} WTS_PROCESS_INFO_EXA, *PWTS_PROCESS_INFO_EXA;

typedef struct _WTSCLIENTW {
    WCHAR ClientName[CLIENTNAME_LENGTH + 1];
    WCHAR Domain[DOMAIN_LENGTH + 1];
    WCHAR UserName[USERNAME_LENGTH + 1];
    WCHAR WorkDirectory[MAX_PATH + 1];
    WCHAR InitialProgram[MAX_PATH + 1];
    BYTE EncryptionLevel;
    ULONG ClientAddressFamily;
    USHORT ClientAddress[CLIENTADDRESS_LENGTH + 1];
    USHORT HRes;
    USHORT VRes;
    USHORT ColorDepth;
    WCHAR ClientDirectory[MAX_PATH + 1];
    ULONG ClientBuildNumber;
    ULONG ClientHardwareId;
    USHORT ClientProductId;
    USHORT OutBufCountHost;
    USHORT OutBufCountClient;
    USHORT OutBufLength;
    WCHAR DeviceId[MAX_PATH + 1];
} WTSCLIENTW, *PWTSCLIENTW;

typedef struct _WTSCLIENTA {
    CHAR ClientName[CLIENTNAME_LENGTH + 1];
    CHAR Domain[DOMAIN_LENGTH + 1];
    CHAR UserName[USERNAME_LENGTH + 1];
    CHAR WorkDirectory[MAX_PATH + 1];
    CHAR InitialProgram[MAX_PATH + 1];
    BYTE EncryptionLevel;
    ULONG ClientAddressFamily;
    USHORT ClientAddress[CLIENTADDRESS_LENGTH + 1];
    USHORT HRes;
    USHORT VRes;
    USHORT ColorDepth;
    CHAR ClientDirectory[MAX_PATH + 1];
    ULONG ClientBuildNumber;
    ULONG ClientHardwareId;
    USHORT ClientProductId;
    USHORT OutBufCountHost;
    USHORT OutBufCountClient;
    USHORT OutBufLength;
    CHAR DeviceId[MAX_PATH + 1];
} WTSCLIENTA, *PWTSCLIENTA;

typedef struct _WTSINFOW {
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
    WCHAR WinStationName[WINSTATIONNAME_LENGTH];
    WCHAR Domain[DOMAIN_LENGTH];
    WCHAR UserName[USERNAME_LENGTH + 1];
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER CurrentTime;
} WTSINFOW, *PWTSINFOW;

typedef struct _WTSINFOA {
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
    CHAR WinStationName[WINSTATIONNAME_LENGTH];
    CHAR Domain[DOMAIN_LENGTH];
    CHAR UserName[USERNAME_LENGTH + 1];
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER CurrentTime;
} WTSINFOA, *PWTSINFOA;

typedef struct _WTSINFOEX_LEVEL1_W {
    ULONG SessionId;
    WTS_CONNECTSTATE_CLASS SessionState;
    LONG SessionFlags; /* WTS_SESSIONSTATE_UNKNOWN: Linux locks terminals in many ways */
    WCHAR WinStationName[WINSTATIONNAME_LENGTH + 1];
    WCHAR UserName[USERNAME_LENGTH + 1];
    WCHAR DomainName[DOMAIN_LENGTH + 1];
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER CurrentTime;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
} WTSINFOEX_LEVEL1_W, *PWTSINFOEX_LEVEL1_W;

typedef struct _WTSINFOEX_LEVEL1_A {
    ULONG SessionId;
    WTS_CONNECTSTATE_CLASS SessionState;
    LONG SessionFlags; /* WTS_SESSIONSTATE_UNKNOWN: Linux locks terminals in many ways */
    CHAR WinStationName[WINSTATIONNAME_LENGTH + 1];
    CHAR UserName[USERNAME_LENGTH + 1];
    CHAR DomainName[DOMAIN_LENGTH + 1];
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER CurrentTime;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
} WTSINFOEX_LEVEL1_A, *PWTSINFOEX_LEVEL1_A;

typedef union _WTSINFOEX_LEVEL_W {
    WTSINFOEX_LEVEL1_W WTSInfoExLevel1;
} WTSINFOEX_LEVEL_W, *PWTSINFOEX_LEVEL_W;

typedef union _WTSINFOEX_LEVEL_A {
    WTSINFOEX_LEVEL1_A WTSInfoExLevel1;
} WTSINFOEX_LEVEL_A, *PWTSINFOEX_LEVEL_A;

typedef struct _WTSINFOEXW {
    DWORD Level; /* 1 */
    WTSINFOEX_LEVEL_W Data;
} WTSINFOEXW, *PWTSINFOEXW;

typedef struct _WTSINFOEXA {
    DWORD Level; /* 1 */
    WTSINFOEX_LEVEL_A Data;
} WTSINFOEXA, *PWTSINFOEXA;

#ifdef UNICODE
#define WTS_SESSION_INFO     WTS_SESSION_INFOW
#define PWTS_SESSION_INFO    PWTS_SESSION_INFOW
#define WTS_SESSION_INFO_1   WTS_SESSION_INFO_1W
#define PWTS_SESSION_INFO_1  PWTS_SESSION_INFO_1W
#define WTS_PROCESS_INFO     WTS_PROCESS_INFOW
#define PWTS_PROCESS_INFO    PWTS_PROCESS_INFOW
#define WTS_PROCESS_INFO_EX  WTS_PROCESS_INFO_EXW
#define PWTS_PROCESS_INFO_EX PWTS_PROCESS_INFO_EXW
#define WTSCLIENT            WTSCLIENTW
#define PWTSCLIENT           PWTSCLIENTW
#define WTSINFO              WTSINFOW
#define PWTSINFO             PWTSINFOW
#define WTSINFOEX            WTSINFOEXW
#define PWTSINFOEX           PWTSINFOEXW
#define WTSINFOEX_LEVEL1     WTSINFOEX_LEVEL1_W
#define PWTSINFOEX_LEVEL1    PWTSINFOEX_LEVEL1_W
#define WTSINFOEX_LEVEL      WTSINFOEX_LEVEL_W
#define PWTSINFOEX_LEVEL     PWTSINFOEX_LEVEL_W
#else
#define WTS_SESSION_INFO     WTS_SESSION_INFOA
#define PWTS_SESSION_INFO    PWTS_SESSION_INFOA
#define WTS_SESSION_INFO_1   WTS_SESSION_INFO_1A
#define PWTS_SESSION_INFO_1  PWTS_SESSION_INFO_1A
#define WTS_PROCESS_INFO     WTS_PROCESS_INFOA
#define PWTS_PROCESS_INFO    PWTS_PROCESS_INFOA
#define WTS_PROCESS_INFO_EX  WTS_PROCESS_INFO_EXA
#define PWTS_PROCESS_INFO_EX PWTS_PROCESS_INFO_EXA
#define WTSCLIENT            WTSCLIENTA
#define PWTSCLIENT           PWTSCLIENTA
#define WTSINFO              WTSINFOA
#define PWTSINFO             PWTSINFOA
#define WTSINFOEX            WTSINFOEXA
#define PWTSINFOEX           PWTSINFOEXA
#define WTSINFOEX_LEVEL1     WTSINFOEX_LEVEL1_A
#define PWTSINFOEX_LEVEL1    PWTSINFOEX_LEVEL1_A
#define WTSINFOEX_LEVEL      WTSINFOEX_LEVEL_A
#define PWTSINFOEX_LEVEL     PWTSINFOEX_LEVEL_A
#endif

/**
 * Opens a server by its name: this machine's, ".", "localhost" or an empty one. The handle of the
 * local server is WTS_CURRENT_SERVER_HANDLE, which is never closed; what is returned here is as
 * good. Returns: NULL on failure Errors: RPC_S_SERVER_UNAVAILABLE (another machine)
 */
OPENLOGON_API HANDLE WTSOpenServerW(LPWSTR pServerName);
OPENLOGON_API HANDLE WTSOpenServerA(LPSTR pServerName);
OPENLOGON_API VOID WTSCloseServer(HANDLE hServer);

/**
 * Lists the sessions by rising number. All functions that list return one block, which one call
 * frees.
 * @Reserved  0
 * @Version   1
 * Needs:  nothing
 * Errors: ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE (of a server)
 */
OPENLOGON_API BOOL WTSEnumerateSessionsW(HANDLE hServer, DWORD Reserved, DWORD Version,
                                         PWTS_SESSION_INFOW *ppSessionInfo, DWORD *pCount);
OPENLOGON_API BOOL WTSEnumerateSessionsA(HANDLE hServer, DWORD Reserved, DWORD Version,
                                         PWTS_SESSION_INFOA *ppSessionInfo, DWORD *pCount);

/**
 * The same with users and hosts, which are NULL where there is none or the caller is not told.
 * @pLevel  1
 * @Filter  0
 */
OPENLOGON_API BOOL WTSEnumerateSessionsExW(HANDLE hServer, DWORD *pLevel, DWORD Filter,
                                           PWTS_SESSION_INFO_1W *ppSessionInfo, DWORD *pCount);
OPENLOGON_API BOOL WTSEnumerateSessionsExA(HANDLE hServer, DWORD *pLevel, DWORD Filter,
                                           PWTS_SESSION_INFO_1A *ppSessionInfo, DWORD *pCount);

/**
 * Tells about a session. There are WTSSessionId, WTSUserName, WTSWinStationName, WTSDomainName,
 * WTSConnectState, WTSClientName (the remote host as it is known, cut to CLIENTNAME_LENGTH),
 * WTSClientAddress (AF_UNSPEC where the host is known by name only), WTSClientProtocolType,
 * WTSClientInfo, WTSSessionInfo, WTSSessionInfoEx, WTSIsRemoteSession (a BYTE). LastInputTime is
 * when somebody typed at the terminal. Bytes and frames are 0.
 * @SessionId  WTS_CURRENT_SESSION is that of the process
 * @ppBuffer   freed with WTSFreeMemory
 * Needs:  for all but number, name and state: the session is the caller's user's, or the caller is
 *         an administrator
 * Errors: ERROR_FILE_NOT_FOUND (no such session), ERROR_ACCESS_DENIED, ERROR_NOT_SUPPORTED (the
 * other classes), ERROR_INVALID_PARAMETER
 */
OPENLOGON_API BOOL WTSQuerySessionInformationW(HANDLE hServer, DWORD SessionId,
                                               WTS_INFO_CLASS WTSInfoClass, LPWSTR *ppBuffer,
                                               DWORD *pBytesReturned);
OPENLOGON_API BOOL WTSQuerySessionInformationA(HANDLE hServer, DWORD SessionId,
                                               WTS_INFO_CLASS WTSInfoClass, LPSTR *ppBuffer,
                                               DWORD *pBytesReturned);

/**
 * The token that the login's processes have: a primary token, to start processes with in its
 * session. Of an administrator's login it is the filtered one.
 * Needs:  the process is SYSTEM's and has SE_TCB_NAME enabled
 * Errors: ERROR_PRIVILEGE_NOT_HELD, ERROR_FILE_NOT_FOUND (no such session), ERROR_NO_TOKEN
 * (services, and a session whose login has ended)
 */
OPENLOGON_API BOOL WTSQueryUserToken(ULONG SessionId, PHANDLE phToken);

/**
 * Ends all processes of a session: SIGTERM, after a second SIGHUP, and after five SIGKILL. All
 * logon sessions that belong to it are gone then, and tokens of them that others have are worth
 * nothing.
 * @bWait  FALSE: returns as soon as the processes have been told
 * Needs:  the session is the caller's user's, or the caller is an administrator
 * Errors: ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED (also for that of services), ERROR_SEM_TIMEOUT
 * (a process does not die)
 */
OPENLOGON_API BOOL WTSLogoffSession(HANDLE hServer, DWORD SessionId, BOOL bWait);

/** A login cannot be disconnected and go on. Errors: ERROR_NOT_SUPPORTED, always */
OPENLOGON_API BOOL WTSDisconnectSession(HANDLE hServer, DWORD SessionId, BOOL bWait);

/**
 * Lists the processes whose logon session the caller may see, by rising pid.
 * @Reserved  0
 * @Version   1
 * Errors: ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE
 */
OPENLOGON_API BOOL WTSEnumerateProcessesW(HANDLE hServer, DWORD Reserved, DWORD Version,
                                          PWTS_PROCESS_INFOW *ppProcessInfo, DWORD *pCount);
OPENLOGON_API BOOL WTSEnumerateProcessesA(HANDLE hServer, DWORD Reserved, DWORD Version,
                                          PWTS_PROCESS_INFOA *ppProcessInfo, DWORD *pCount);

/**
 * The same of one session. Sizes are bytes, up to 4 GiB - 1; the page file's are those of the
 * virtual memory. What the kernel does not tell of another's process is 0.
 * @pLevel     0: WTS_PROCESS_INFO; 1: WTS_PROCESS_INFO_EX
 * @SessionId  WTS_ANY_SESSION: of all
 * @ppProcessInfo  freed with WTSFreeMemoryEx
 */
OPENLOGON_API BOOL WTSEnumerateProcessesExW(HANDLE hServer, DWORD *pLevel, DWORD SessionId,
                                            LPWSTR *ppProcessInfo, DWORD *pCount);
OPENLOGON_API BOOL WTSEnumerateProcessesExA(HANDLE hServer, DWORD *pLevel, DWORD SessionId,
                                            LPSTR *ppProcessInfo, DWORD *pCount);

/**
 * Kills a process, as TerminateProcess does. An exit code cannot be given to it.
 * Needs:  what kill(2) needs
 * Errors: ERROR_INVALID_PARAMETER (no such process), ERROR_ACCESS_DENIED
 */
OPENLOGON_API BOOL WTSTerminateProcess(HANDLE hServer, DWORD ProcessId, DWORD ExitCode);

/**
 * Waits until one of the events happens. What happens between two calls is told by
 * openlogon_watch_* alone, which misses nothing.
 * @EventMask    WTS_EVENT_*; WTS_EVENT_FLUSH: all calls of this process that wait return
 * @pEventFlags  which of them; WTS_EVENT_NONE after a flush
 * Errors: ERROR_INVALID_PARAMETER (nothing that can happen), those of openlogon_watch_open
 */
OPENLOGON_API BOOL WTSWaitSystemEvent(HANDLE hServer, DWORD EventMask, DWORD *pEventFlags);

/** Frees what the functions above returned; NULL is fine. */
OPENLOGON_API VOID WTSFreeMemory(PVOID pMemory);

/** The same for those whose name ends in Ex. Errors: ERROR_INVALID_PARAMETER (no such class) */
OPENLOGON_API BOOL WTSFreeMemoryExW(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory,
                                    ULONG NumberOfEntries);
OPENLOGON_API BOOL WTSFreeMemoryExA(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory,
                                    ULONG NumberOfEntries);

#ifdef UNICODE
#define WTSOpenServer              WTSOpenServerW
#define WTSEnumerateSessions       WTSEnumerateSessionsW
#define WTSEnumerateSessionsEx     WTSEnumerateSessionsExW
#define WTSEnumerateProcesses      WTSEnumerateProcessesW
#define WTSEnumerateProcessesEx    WTSEnumerateProcessesExW
#define WTSQuerySessionInformation WTSQuerySessionInformationW
#define WTSFreeMemoryEx            WTSFreeMemoryExW
#else
#define WTSOpenServer              WTSOpenServerA
#define WTSEnumerateSessions       WTSEnumerateSessionsA
#define WTSEnumerateSessionsEx     WTSEnumerateSessionsExA
#define WTSEnumerateProcesses      WTSEnumerateProcessesA
#define WTSEnumerateProcessesEx    WTSEnumerateProcessesExA
#define WTSQuerySessionInformation WTSQuerySessionInformationA
#define WTSFreeMemoryEx            WTSFreeMemoryExA
#endif

#ifdef __cplusplus
}
#endif

#endif
