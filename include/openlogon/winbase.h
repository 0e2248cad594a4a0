/* SPDX-License-Identifier: MIT */
/*
 * Logging users on, names of accounts and privileges, and the little of kernel32 that such programs
 * need. In an A function text is UTF-8.
 */
#ifndef OPENLOGON_WINBASE_H
#define OPENLOGON_WINBASE_H

#include <stdarg.h>
#include <minwinbase.h>
#include <errhandlingapi.h>
#include <handleapi.h>
#include <heapapi.h>
#include <synchapi.h>
#include <processthreadsapi.h>
#include <processenv.h>
#include <fileapi.h>
#include <namedpipeapi.h>
#include <profileapi.h>
#include <sysinfoapi.h>
#include <timezoneapi.h>
#include <libloaderapi.h>
#include <securitybaseapi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Logging on. ---- */

#define LOGON32_LOGON_INTERACTIVE       2
#define LOGON32_LOGON_NETWORK           3
#define LOGON32_LOGON_BATCH             4
#define LOGON32_LOGON_SERVICE           5
#define LOGON32_LOGON_UNLOCK            7
#define LOGON32_LOGON_NETWORK_CLEARTEXT 8
#define LOGON32_LOGON_NEW_CREDENTIALS   9

#define LOGON32_PROVIDER_DEFAULT        0
#define LOGON32_PROVIDER_WINNT35        1
#define LOGON32_PROVIDER_WINNT40        2
#define LOGON32_PROVIDER_WINNT50        3
#define LOGON32_PROVIDER_VIRTUAL        4

#define LOGON_WITH_PROFILE              0x00000001
#define LOGON_NETCREDENTIALS_ONLY       0x00000002
#define LOGON_ZERO_PASSWORD_BUFFER      0x80000000

/**
 * Logs a user on to this computer: makes a logon session and a token of it. The session lives until
 * its last token is gone.
 * @lpszUsername  a name, or user@domain with lpszDomain NULL
 * @lpszDomain    the machine's name or "." for its own accounts
 * @lpszPassword  may be NULL for NT AUTHORITY's service accounts
 * @dwLogonType   LOGON32_LOGON_*
 * @phToken       the caller's: CloseHandle. Has TOKEN_ALL_ACCESS. A primary token; for
 *                LOGON32_LOGON_NETWORK an impersonation token
 * Needs:    nothing
 * Errors:   ERROR_LOGON_FAILURE (unknown user or wrong password: one error for both);
 *           after a right password ERROR_ACCOUNT_DISABLED, ERROR_ACCOUNT_EXPIRED,
 *           ERROR_ACCOUNT_RESTRICTION, ERROR_PASSWORD_EXPIRED, ERROR_PASSWORD_MUST_CHANGE,
 *           ERROR_INVALID_LOGON_HOURS, ERROR_LOGON_TYPE_NOT_GRANTED;
 *           ERROR_ACCOUNT_LOCKED_OUT, ERROR_INVALID_PARAMETER,
 *           RPC_S_SERVER_UNAVAILABLE (no authority runs)
 * Source:   Learn, LogonUserW
 */
OPENLOGON_API BOOL LogonUserA(LPCSTR lpszUsername, LPCSTR lpszDomain, LPCSTR lpszPassword,
                              DWORD dwLogonType, DWORD dwLogonProvider, PHANDLE phToken);
OPENLOGON_API BOOL LogonUserW(LPCWSTR lpszUsername, LPCWSTR lpszDomain, LPCWSTR lpszPassword,
                              DWORD dwLogonType, DWORD dwLogonProvider, PHANDLE phToken);
#ifdef UNICODE
#define LogonUser LogonUserW
#else
#define LogonUser LogonUserA
#endif

/**
 * As LogonUser, and gives more of the logon. Each of the last four may be NULL.
 * @ppLogonSid       the session's logon SID, S-1-5-5-X-Y: LocalFree
 * @ppProfileBuffer  what the package told of the user: LsaFreeReturnBuffer
 * @pQuotaLimits     OpenLogon sets no quota: all members are at their limit
 * Errors:   as LogonUser
 * Source:   Learn, LogonUserExW
 */
OPENLOGON_API BOOL LogonUserExA(LPCSTR lpszUsername, LPCSTR lpszDomain, LPCSTR lpszPassword,
                                DWORD dwLogonType, DWORD dwLogonProvider, PHANDLE phToken,
                                PSID *ppLogonSid, PVOID *ppProfileBuffer, LPDWORD pdwProfileLength,
                                PQUOTA_LIMITS pQuotaLimits);
OPENLOGON_API BOOL LogonUserExW(LPCWSTR lpszUsername, LPCWSTR lpszDomain, LPCWSTR lpszPassword,
                                DWORD dwLogonType, DWORD dwLogonProvider, PHANDLE phToken,
                                PSID *ppLogonSid, PVOID *ppProfileBuffer, LPDWORD pdwProfileLength,
                                PQUOTA_LIMITS pQuotaLimits);
/**
 * As LogonUserEx, and adds groups to the token. No header of Windows declares it.
 * @pTokenGroups     no integrity label; one with SE_GROUP_LOGON_ID is the token's logon SID; may
 *                   be NULL
 * Needs:    for groups SeTcbPrivilege, enabled in the process's token
 * Errors:   ERROR_PRIVILEGE_NOT_HELD, ERROR_INVALID_SID, and as LogonUser
 * Source:   Learn, LogonUserExExW
 */
OPENLOGON_API BOOL LogonUserExExW(LPWSTR lpszUsername, LPWSTR lpszDomain, LPWSTR lpszPassword,
                                  DWORD dwLogonType, DWORD dwLogonProvider,
                                  PTOKEN_GROUPS pTokenGroups, PHANDLE phToken, PSID *ppLogonSid,
                                  PVOID *ppProfileBuffer, LPDWORD pdwProfileLength,
                                  PQUOTA_LIMITS pQuotaLimits);
#ifdef UNICODE
#define LogonUserEx LogonUserExW
#else
#define LogonUserEx LogonUserExA
#endif

/* Flags of CreateFile for a named pipe's client, and of its impersonation level. */
#define SECURITY_ANONYMOUS        (SecurityAnonymous << 16)
#define SECURITY_IDENTIFICATION   (SecurityIdentification << 16)
#define SECURITY_IMPERSONATION    (SecurityImpersonation << 16)
#define SECURITY_DELEGATION       (SecurityDelegation << 16)
#define SECURITY_CONTEXT_TRACKING 0x40000
#define SECURITY_EFFECTIVE_ONLY   0x80000
#define SECURITY_SQOS_PRESENT     0x100000
#define SECURITY_VALID_SQOS_FLAGS 0x1f0000

/**
 * Who is at the other end of a connection: the process that connected, as the kernel noted it; it
 * may have ended since. The session's number is 0 unless it is a login at a terminal or desktop.
 * @Pipe   as for ImpersonateNamedPipeClient
 * Errors: as ImpersonateNamedPipeClient
 * Source: Learn, GetNamedPipeClientProcessId; GetNamedPipeClientSessionId
 */
OPENLOGON_API BOOL GetNamedPipeClientProcessId(HANDLE Pipe, PULONG ClientProcessId);
OPENLOGON_API BOOL GetNamedPipeClientSessionId(HANDLE Pipe, PULONG ClientSessionId);

/* Flags of CreateProcess; processthreadsapi.h tells which OpenLogon has. */
#define DEBUG_PROCESS                    0x1
#define DEBUG_ONLY_THIS_PROCESS          0x2
#define CREATE_SUSPENDED                 0x4
#define DETACHED_PROCESS                 0x8
#define CREATE_NEW_CONSOLE               0x10
#define NORMAL_PRIORITY_CLASS            0x20
#define IDLE_PRIORITY_CLASS              0x40
#define HIGH_PRIORITY_CLASS              0x80
#define REALTIME_PRIORITY_CLASS          0x100
#define CREATE_NEW_PROCESS_GROUP         0x200
#define CREATE_UNICODE_ENVIRONMENT       0x400
#define CREATE_SEPARATE_WOW_VDM          0x800
#define CREATE_SHARED_WOW_VDM            0x1000
#define BELOW_NORMAL_PRIORITY_CLASS      0x4000
#define ABOVE_NORMAL_PRIORITY_CLASS      0x8000
#define INHERIT_PARENT_AFFINITY          0x10000
#define CREATE_PROTECTED_PROCESS         0x40000
#define EXTENDED_STARTUPINFO_PRESENT     0x80000
#define CREATE_BREAKAWAY_FROM_JOB        0x1000000
#define CREATE_PRESERVE_CODE_AUTHZ_LEVEL 0x2000000
#define CREATE_DEFAULT_ERROR_MODE        0x4000000
#define CREATE_NO_WINDOW                 0x8000000

/**
 * Logs a user on and starts a program in that session, as CreateProcessAsUserW does. Of the user's
 * profile there is on Linux the home directory, which the environment names with either flag.
 * @dwLogonFlags     LOGON_WITH_PROFILE; LOGON_NETCREDENTIALS_ONLY: the caller's own user, and the
 *                   given one where the program logs on elsewhere, which is not checked here
 * @lpCommandLine    at most 32767 units
 * @dwCreationFlags  CREATE_NEW_CONSOLE and CREATE_NEW_PROCESS_GROUP are always set; standard input,
 *                   if it is a terminal that is no other session's, becomes the controlling one
 * @lpEnvironment    as for CreateProcess; NULL: that of a login of the user
 * Needs:   no privilege; the user the right to log on interactively
 * Errors:  those of LogonUser and CreateProcessAsUser; ERROR_INVALID_PARAMETER (flags)
 * Source:  Learn, CreateProcessWithLogonW
 */
OPENLOGON_API BOOL CreateProcessWithLogonW(LPCWSTR lpUsername, LPCWSTR lpDomain, LPCWSTR lpPassword,
                                           DWORD dwLogonFlags, LPCWSTR lpApplicationName,
                                           LPWSTR lpCommandLine, DWORD dwCreationFlags,
                                           LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
                                           LPSTARTUPINFOW lpStartupInfo,
                                           LPPROCESS_INFORMATION lpProcessInformation);

/**
 * Starts a program with a primary token, as CreateProcessAsUserW does.
 * @hToken        with TOKEN_QUERY, TOKEN_DUPLICATE and TOKEN_ASSIGN_PRIMARY; stays the caller's
 * @dwLogonFlags  LOGON_WITH_PROFILE; the rest as for CreateProcessWithLogonW
 * Needs:   SeImpersonatePrivilege, held is enough
 * Errors:  ERROR_PRIVILEGE_NOT_HELD, ERROR_NOT_SUPPORTED (LOGON_NETCREDENTIALS_ONLY), and those of
 *          CreateProcessAsUser
 * Source:  Learn, CreateProcessWithTokenW
 */
OPENLOGON_API BOOL CreateProcessWithTokenW(HANDLE hToken, DWORD dwLogonFlags,
                                           LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                                           DWORD dwCreationFlags, LPVOID lpEnvironment,
                                           LPCWSTR lpCurrentDirectory, LPSTARTUPINFOW lpStartupInfo,
                                           LPPROCESS_INFORMATION lpProcessInformation);

#define STARTF_USESHOWWINDOW    0x00000001
#define STARTF_USESIZE          0x00000002
#define STARTF_USEPOSITION      0x00000004
#define STARTF_USECOUNTCHARS    0x00000008
#define STARTF_USEFILLATTRIBUTE 0x00000010
#define STARTF_RUNFULLSCREEN    0x00000020
#define STARTF_FORCEONFEEDBACK  0x00000040
#define STARTF_FORCEOFFFEEDBACK 0x00000080
#define STARTF_USESTDHANDLES    0x00000100

/* ---- Names. lpSystemName is NULL or this machine's name. ---- */

/**
 * The name, the domain and the kind of the account that a SID stands for.
 * @cchName, @cchReferencedDomainName  in: room in units; out: length without the terminating zero,
 *                                     or on ERROR_INSUFFICIENT_BUFFER the room needed
 * Errors: ERROR_NONE_MAPPED (no such account), ERROR_INVALID_SID, ERROR_INSUFFICIENT_BUFFER
 * Source: Learn, LookupAccountSidW
 */
OPENLOGON_API BOOL LookupAccountSidA(LPCSTR lpSystemName, PSID Sid, LPSTR Name, LPDWORD cchName,
                                     LPSTR ReferencedDomainName, LPDWORD cchReferencedDomainName,
                                     PSID_NAME_USE peUse);
OPENLOGON_API BOOL LookupAccountSidW(LPCWSTR lpSystemName, PSID Sid, LPWSTR Name, LPDWORD cchName,
                                     LPWSTR ReferencedDomainName, LPDWORD cchReferencedDomainName,
                                     PSID_NAME_USE peUse);
#ifdef UNICODE
#define LookupAccountSid LookupAccountSidW
#else
#define LookupAccountSid LookupAccountSidA
#endif

/**
 * The SID, the domain and the kind of an account: "name", "DOMAIN\\name" or "name@domain".
 * @cbSid  in: room in bytes; out: bytes used, or needed
 * Errors: ERROR_NONE_MAPPED (no such account), ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER
 * Source: Learn, LookupAccountNameW
 */
OPENLOGON_API BOOL LookupAccountNameA(LPCSTR lpSystemName, LPCSTR lpAccountName, PSID Sid,
                                      LPDWORD cbSid, LPSTR ReferencedDomainName,
                                      LPDWORD cchReferencedDomainName, PSID_NAME_USE peUse);
OPENLOGON_API BOOL LookupAccountNameW(LPCWSTR lpSystemName, LPCWSTR lpAccountName, PSID Sid,
                                      LPDWORD cbSid, LPWSTR ReferencedDomainName,
                                      LPDWORD cchReferencedDomainName, PSID_NAME_USE peUse);
#ifdef UNICODE
#define LookupAccountName LookupAccountNameW
#else
#define LookupAccountName LookupAccountNameA
#endif

/** The same on this machine. Source: Learn, LookupAccountSidLocalW; LookupAccountNameLocalW */
OPENLOGON_API BOOL LookupAccountSidLocalA(PSID Sid, LPSTR Name, LPDWORD cchName,
                                          LPSTR ReferencedDomainName,
                                          LPDWORD cchReferencedDomainName, PSID_NAME_USE peUse);
OPENLOGON_API BOOL LookupAccountSidLocalW(PSID Sid, LPWSTR Name, LPDWORD cchName,
                                          LPWSTR ReferencedDomainName,
                                          LPDWORD cchReferencedDomainName, PSID_NAME_USE peUse);
OPENLOGON_API BOOL LookupAccountNameLocalA(LPCSTR lpAccountName, PSID Sid, LPDWORD cbSid,
                                           LPSTR ReferencedDomainName,
                                           LPDWORD cchReferencedDomainName, PSID_NAME_USE peUse);
OPENLOGON_API BOOL LookupAccountNameLocalW(LPCWSTR lpAccountName, PSID Sid, LPDWORD cbSid,
                                           LPWSTR ReferencedDomainName,
                                           LPDWORD cchReferencedDomainName, PSID_NAME_USE peUse);
#ifdef UNICODE
#define LookupAccountSidLocal  LookupAccountSidLocalW
#define LookupAccountNameLocal LookupAccountNameLocalW
#else
#define LookupAccountSidLocal  LookupAccountSidLocalA
#define LookupAccountNameLocal LookupAccountNameLocalA
#endif

/**
 * The LUID of a privilege by its name (SE_*_NAME), in any case.
 * Errors: ERROR_NO_SUCH_PRIVILEGE (also for the name of a right to log on)
 * Source: Learn, LookupPrivilegeValueW; Privilege Constants
 */
OPENLOGON_API BOOL LookupPrivilegeValueA(LPCSTR lpSystemName, LPCSTR lpName, PLUID lpLuid);
OPENLOGON_API BOOL LookupPrivilegeValueW(LPCWSTR lpSystemName, LPCWSTR lpName, PLUID lpLuid);
#ifdef UNICODE
#define LookupPrivilegeValue LookupPrivilegeValueW
#else
#define LookupPrivilegeValue LookupPrivilegeValueA
#endif

/**
 * The name of a privilege by its LUID.
 * @cchName  in: room in units; out: length without the terminating zero, or the room needed
 * Errors: ERROR_NO_SUCH_PRIVILEGE, ERROR_INSUFFICIENT_BUFFER
 * Source: Learn, LookupPrivilegeNameW
 */
OPENLOGON_API BOOL LookupPrivilegeNameA(LPCSTR lpSystemName, PLUID lpLuid, LPSTR lpName,
                                        LPDWORD cchName);
OPENLOGON_API BOOL LookupPrivilegeNameW(LPCWSTR lpSystemName, PLUID lpLuid, LPWSTR lpName,
                                        LPDWORD cchName);
#ifdef UNICODE
#define LookupPrivilegeName LookupPrivilegeNameW
#else
#define LookupPrivilegeName LookupPrivilegeNameA
#endif

/**
 * A privilege's name for people, in English (lpLanguageId says so).
 * Errors: ERROR_NO_SUCH_PRIVILEGE, ERROR_INSUFFICIENT_BUFFER
 * Source: Learn, LookupPrivilegeDisplayNameW
 */
OPENLOGON_API BOOL LookupPrivilegeDisplayNameA(LPCSTR lpSystemName, LPCSTR lpName,
                                               LPSTR lpDisplayName, LPDWORD cchDisplayName,
                                               LPDWORD lpLanguageId);
OPENLOGON_API BOOL LookupPrivilegeDisplayNameW(LPCWSTR lpSystemName, LPCWSTR lpName,
                                               LPWSTR lpDisplayName, LPDWORD cchDisplayName,
                                               LPDWORD lpLanguageId);
#ifdef UNICODE
#define LookupPrivilegeDisplayName LookupPrivilegeDisplayNameW
#else
#define LookupPrivilegeDisplayName LookupPrivilegeDisplayNameA
#endif

/**
 * The name of the calling thread's user: the impersonated one's, when it impersonates.
 * @pcbBuffer  in: room in units; out: units used or needed, with the terminating zero
 * Errors: ERROR_INSUFFICIENT_BUFFER
 * Source: Learn, GetUserNameW
 */
OPENLOGON_API BOOL GetUserNameA(LPSTR lpBuffer, LPDWORD pcbBuffer);
OPENLOGON_API BOOL GetUserNameW(LPWSTR lpBuffer, LPDWORD pcbBuffer);
#ifdef UNICODE
#define GetUserName GetUserNameW
#else
#define GetUserName GetUserNameA
#endif

#define MAX_COMPUTERNAME_LENGTH 15

/**
 * The NetBIOS name of this machine: the host's name up to the first dot, in capitals, 15 at most.
 * @nSize  in: room in units; out: length without the terminating zero, or the room needed
 * Errors: ERROR_BUFFER_OVERFLOW
 * Source: Learn, GetComputerNameW
 */
OPENLOGON_API BOOL GetComputerNameA(LPSTR lpBuffer, LPDWORD nSize);
OPENLOGON_API BOOL GetComputerNameW(LPWSTR lpBuffer, LPDWORD nSize);
#ifdef UNICODE
#define GetComputerName GetComputerNameW
#else
#define GetComputerName GetComputerNameA
#endif

/* ---- Memory: the heap of heapapi.h. ---- */

#define LMEM_FIXED          0x0
#define LMEM_MOVEABLE       0x2
#define LMEM_NOCOMPACT      0x10
#define LMEM_NODISCARD      0x20
#define LMEM_ZEROINIT       0x40
#define LMEM_MODIFY         0x80
#define LMEM_DISCARDABLE    0xf00
#define LMEM_VALID_FLAGS    0xf72
#define LMEM_INVALID_HANDLE 0x8000
#define LHND                (LMEM_MOVEABLE | LMEM_ZEROINIT)
#define LPTR                (LMEM_FIXED | LMEM_ZEROINIT)
#define NONZEROLHND         LMEM_MOVEABLE
#define NONZEROLPTR         LMEM_FIXED

/**
 * Allocates; zeroed with LMEM_ZEROINIT. The block is the caller's: LocalFree. Blocks do not move: a
 * handle is an address.
 * Errors: NULL, and ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, LocalAlloc
 */
OPENLOGON_API HLOCAL LocalAlloc(UINT uFlags, SIZE_T uBytes);

/** Frees a block and returns NULL; NULL is fine. Source: Learn, LocalFree */
OPENLOGON_API HLOCAL LocalFree(HLOCAL hMem);

/** The size of a block, at least what was asked for. Source: Learn, LocalSize */
OPENLOGON_API SIZE_T LocalSize(HLOCAL hMem);

/* ---- Text. ---- */

#define FORMAT_MESSAGE_IGNORE_INSERTS  0x00000200
#define FORMAT_MESSAGE_FROM_STRING     0x00000400
#define FORMAT_MESSAGE_FROM_HMODULE    0x00000800
#define FORMAT_MESSAGE_FROM_SYSTEM     0x00001000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY  0x00002000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK  0x000000ff
#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100

/**
 * The sentence for a code of winerror.h, in English. Returns its length.
 * @dwFlags   FORMAT_MESSAGE_FROM_SYSTEM, and any of FORMAT_MESSAGE_IGNORE_INSERTS,
 *            FORMAT_MESSAGE_MAX_WIDTH_MASK (no line end), FORMAT_MESSAGE_ALLOCATE_BUFFER
 * @lpBuffer  with FORMAT_MESSAGE_ALLOCATE_BUFFER the address of a pointer that gets a buffer of the
 *            caller's: LocalFree
 * Errors: 0, and ERROR_MR_MID_NOT_FOUND (no such code), ERROR_INSUFFICIENT_BUFFER,
 *         ERROR_NOT_SUPPORTED (other flags)
 * Source: Learn, FormatMessageW
 */
OPENLOGON_API DWORD FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId,
                                   DWORD dwLanguageId, LPSTR lpBuffer, DWORD nSize,
                                   va_list *Arguments);
OPENLOGON_API DWORD FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId,
                                   DWORD dwLanguageId, LPWSTR lpBuffer, DWORD nSize,
                                   va_list *Arguments);
#ifdef UNICODE
#define FormatMessage FormatMessageW
#else
#define FormatMessage FormatMessageA
#endif

/**
 * Whether a token's integrity level is Untrusted. (Microsoft does not document the function.)
 * Needs:  TOKEN_QUERY
 * Errors: FALSE, and ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 */
OPENLOGON_API BOOL IsTokenUntrusted(HANDLE TokenHandle);

/**
 * The length of a text in units without the terminating zero; 0 for NULL.
 * Source: Learn, lstrlenW
 */
OPENLOGON_API int lstrlenA(LPCSTR lpString);
OPENLOGON_API int lstrlenW(LPCWSTR lpString);
#ifdef UNICODE
#define lstrlen lstrlenW
#else
#define lstrlen lstrlenA
#endif

/**
 * Appends an ACE with a condition: L"(@User.Title == \"PM\" && Member_of {SID(BA)})".
 * @AceType       ACCESS_ALLOWED_CALLBACK_ACE_TYPE, ACCESS_DENIED_CALLBACK_ACE_TYPE,
 *                SYSTEM_AUDIT_CALLBACK_ACE_TYPE
 * @ReturnLength  may be NULL; gets the size of the ACL, or the size that it needs
 * Errors: as AddAccessAllowedAceEx; ERROR_INVALID_ACE_CONDITION, ERROR_INVALID_SID (also one in the
 *         condition), ERROR_INVALID_PARAMETER (type, no condition), ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, AddConditionalAce; [MS-DTYP] 2.4.4.17, 2.5.1.1
 */
OPENLOGON_API BOOL AddConditionalAce(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags, UCHAR AceType,
                                     DWORD AccessMask, PSID pSid, PWCHAR ConditionStr,
                                     DWORD *ReturnLength);

/* ---- Access checks that are audited: what securitybaseapi.h tells of the W forms. ---- */

/** Source: Learn, AccessCheckAndAuditAlarmW */
OPENLOGON_API BOOL AccessCheckAndAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId,
                                             LPSTR ObjectTypeName, LPSTR ObjectName,
                                             PSECURITY_DESCRIPTOR SecurityDescriptor,
                                             DWORD DesiredAccess, PGENERIC_MAPPING GenericMapping,
                                             BOOL ObjectCreation, LPDWORD GrantedAccess,
                                             LPBOOL AccessStatus, LPBOOL pfGenerateOnClose);
/** Source: Learn, AccessCheckByTypeAndAuditAlarmW */
OPENLOGON_API BOOL AccessCheckByTypeAndAuditAlarmA(
    LPCSTR SubsystemName, LPVOID HandleId, LPCSTR ObjectTypeName, LPCSTR ObjectName,
    PSECURITY_DESCRIPTOR SecurityDescriptor, PSID PrincipalSelfSid, DWORD DesiredAccess,
    AUDIT_EVENT_TYPE AuditType, DWORD Flags, POBJECT_TYPE_LIST ObjectTypeList,
    DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
    LPDWORD GrantedAccess, LPBOOL AccessStatus, LPBOOL pfGenerateOnClose);
/** Source: Learn, AccessCheckByTypeResultListAndAuditAlarmW and ...ByHandleW */
OPENLOGON_API BOOL AccessCheckByTypeResultListAndAuditAlarmA(
    LPCSTR SubsystemName, LPVOID HandleId, LPCSTR ObjectTypeName, LPCSTR ObjectName,
    PSECURITY_DESCRIPTOR SecurityDescriptor, PSID PrincipalSelfSid, DWORD DesiredAccess,
    AUDIT_EVENT_TYPE AuditType, DWORD Flags, POBJECT_TYPE_LIST ObjectTypeList,
    DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
    LPDWORD GrantedAccess, LPDWORD AccessStatusList, LPBOOL pfGenerateOnClose);
OPENLOGON_API BOOL AccessCheckByTypeResultListAndAuditAlarmByHandleA(
    LPCSTR SubsystemName, LPVOID HandleId, HANDLE ClientToken, LPCSTR ObjectTypeName,
    LPCSTR ObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor, PSID PrincipalSelfSid,
    DWORD DesiredAccess, AUDIT_EVENT_TYPE AuditType, DWORD Flags, POBJECT_TYPE_LIST ObjectTypeList,
    DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
    LPDWORD GrantedAccess, LPDWORD AccessStatusList, LPBOOL pfGenerateOnClose);
/** Source: Learn, ObjectOpenAuditAlarmW */
OPENLOGON_API BOOL ObjectOpenAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId,
                                         LPSTR ObjectTypeName, LPSTR ObjectName,
                                         PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                         HANDLE ClientToken, DWORD DesiredAccess,
                                         DWORD GrantedAccess, PPRIVILEGE_SET Privileges,
                                         BOOL ObjectCreation, BOOL AccessGranted,
                                         LPBOOL GenerateOnClose);
/** Source: Learn, ObjectCloseAuditAlarmW; ObjectDeleteAuditAlarmW */
OPENLOGON_API BOOL ObjectCloseAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId,
                                          BOOL GenerateOnClose);
OPENLOGON_API BOOL ObjectDeleteAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId,
                                           BOOL GenerateOnClose);
/** Source: Learn, ObjectPrivilegeAuditAlarmW */
OPENLOGON_API BOOL ObjectPrivilegeAuditAlarmA(LPCSTR SubsystemName, LPVOID HandleId,
                                              HANDLE ClientToken, DWORD DesiredAccess,
                                              PPRIVILEGE_SET Privileges, BOOL AccessGranted);
/** Source: Learn, PrivilegedServiceAuditAlarmW */
OPENLOGON_API BOOL PrivilegedServiceAuditAlarmA(LPCSTR SubsystemName, LPCSTR ServiceName,
                                                HANDLE ClientToken, PPRIVILEGE_SET Privileges,
                                                BOOL AccessGranted);
#ifdef UNICODE
#define AccessCheckAndAuditAlarm                 AccessCheckAndAuditAlarmW
#define AccessCheckByTypeAndAuditAlarm           AccessCheckByTypeAndAuditAlarmW
#define AccessCheckByTypeResultListAndAuditAlarm AccessCheckByTypeResultListAndAuditAlarmW
#define AccessCheckByTypeResultListAndAuditAlarmByHandle                                           \
    AccessCheckByTypeResultListAndAuditAlarmByHandleW
#define ObjectOpenAuditAlarm        ObjectOpenAuditAlarmW
#define ObjectCloseAuditAlarm       ObjectCloseAuditAlarmW
#define ObjectDeleteAuditAlarm      ObjectDeleteAuditAlarmW
#define ObjectPrivilegeAuditAlarm   ObjectPrivilegeAuditAlarmW
#define PrivilegedServiceAuditAlarm PrivilegedServiceAuditAlarmW
#else
#define AccessCheckAndAuditAlarm                 AccessCheckAndAuditAlarmA
#define AccessCheckByTypeAndAuditAlarm           AccessCheckByTypeAndAuditAlarmA
#define AccessCheckByTypeResultListAndAuditAlarm AccessCheckByTypeResultListAndAuditAlarmA
#define AccessCheckByTypeResultListAndAuditAlarmByHandle                                           \
    AccessCheckByTypeResultListAndAuditAlarmByHandleA
#define ObjectOpenAuditAlarm        ObjectOpenAuditAlarmA
#define ObjectCloseAuditAlarm       ObjectCloseAuditAlarmA
#define ObjectDeleteAuditAlarm      ObjectDeleteAuditAlarmA
#define ObjectPrivilegeAuditAlarm   ObjectPrivilegeAuditAlarmA
#define PrivilegedServiceAuditAlarm PrivilegedServiceAuditAlarmA
#endif

/**
 * The session, as <wtsapi32.h> numbers them, of the login at the virtual terminal that the screen
 * shows, else of one at the console; 0xFFFFFFFF: there is none.
 */
OPENLOGON_API DWORD WTSGetActiveConsoleSessionId(void);

#ifdef __cplusplus
}
#endif

#endif
