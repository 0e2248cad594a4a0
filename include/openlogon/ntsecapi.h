/* SPDX-License-Identifier: MIT */
/*
 * The Local Security Authority: logon sessions, and logons through an authentication package.
 *
 * What these functions return in memory of their own is freed with LsaFreeReturnBuffer. Strings are
 * counted: Length is in bytes. In data that OpenLogon returns, a zero follows that is not counted,
 * and Buffer is never NULL.
 *
 * Source: ntsecapi.h (Microsoft Learn, Win32 API reference)
 */
#ifndef OPENLOGON_NTSECAPI_H
#define OPENLOGON_NTSECAPI_H

#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef ULONG LSA_OPERATIONAL_MODE, *PLSA_OPERATIONAL_MODE;
#define LSA_MODE_PASSWORD_PROTECTED  0x00000001
#define LSA_MODE_INDIVIDUAL_ACCOUNTS 0x00000002
#define LSA_MODE_MANDATORY_ACCESS    0x00000004
#define LSA_MODE_LOG_FULL            0x00000008

typedef struct _LSA_UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWSTR Buffer;
} LSA_UNICODE_STRING, *PLSA_UNICODE_STRING, *PUNICODE_STRING;

typedef struct _LSA_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PCHAR Buffer;
} LSA_STRING, *PLSA_STRING, *PSTRING;

typedef LSA_UNICODE_STRING UNICODE_STRING, *PUNICODE_STRING;
typedef LSA_STRING STRING, *PSTRING;
typedef struct _LSA_OBJECT_ATTRIBUTES {
    ULONG Length;
    HANDLE RootDirectory;
    PLSA_UNICODE_STRING ObjectName;
    ULONG Attributes;
    PVOID SecurityDescriptor;
    PVOID SecurityQualityOfService;
} LSA_OBJECT_ATTRIBUTES, *PLSA_OBJECT_ATTRIBUTES;

typedef PVOID LSA_HANDLE, *PLSA_HANDLE;
typedef ULONG LSA_ENUMERATION_HANDLE, *PLSA_ENUMERATION_HANDLE;
#define LSA_SUCCESS(status) ((LONG)(status) >= 0)

/* ---- Logon sessions. ---- */

/* How a session came to be. */
typedef enum _SECURITY_LOGON_TYPE {
    UndefinedLogonType = 0,
    Interactive = 2,
    Network,
    Batch,
    Service,
    Proxy,
    Unlock,
    NetworkCleartext,
    NewCredentials,
    RemoteInteractive,
    CachedInteractive,
    CachedRemoteInteractive,
    CachedUnlock,
} SECURITY_LOGON_TYPE;
typedef SECURITY_LOGON_TYPE *PSECURITY_LOGON_TYPE;

typedef struct _LSA_LAST_INTER_LOGON_INFO {
    LARGE_INTEGER LastSuccessfulLogon;
    LARGE_INTEGER LastFailedLogon;
    ULONG FailedAttemptCountSinceLastSuccessfulLogon;
} LSA_LAST_INTER_LOGON_INFO, *PLSA_LAST_INTER_LOGON_INFO;

/*
 * What is known of a session. One buffer with all that its members point to. Times are FILETIMEs;
 * 0x7FFFFFFFFFFFFFFF is never, 0 not known. Sid is NULL where there is none.
 */
typedef struct _SECURITY_LOGON_SESSION_DATA {
    ULONG Size;
    LUID LogonId;
    LSA_UNICODE_STRING UserName;
    LSA_UNICODE_STRING LogonDomain;
    LSA_UNICODE_STRING AuthenticationPackage;
    ULONG LogonType;
    ULONG Session;
    PSID Sid;
    LARGE_INTEGER LogonTime;
    LSA_UNICODE_STRING LogonServer;
    LSA_UNICODE_STRING DnsDomainName;
    LSA_UNICODE_STRING Upn;
    ULONG UserFlags;
    LSA_LAST_INTER_LOGON_INFO LastLogonInfo;
    LSA_UNICODE_STRING LogonScript;
    LSA_UNICODE_STRING ProfilePath;
    LSA_UNICODE_STRING HomeDirectory;
    LSA_UNICODE_STRING HomeDirectoryDrive;
    LARGE_INTEGER LogoffTime;
    LARGE_INTEGER KickOffTime;
    LARGE_INTEGER PasswordLastSet;
    LARGE_INTEGER PasswordCanChange;
    LARGE_INTEGER PasswordMustChange;
} SECURITY_LOGON_SESSION_DATA, *PSECURITY_LOGON_SESSION_DATA;

/* UserFlags. */
#define LOGON_GUEST                 0x01
#define LOGON_NOENCRYPTION          0x02
#define LOGON_CACHED_ACCOUNT        0x04
#define LOGON_USED_LM_PASSWORD      0x08
#define LOGON_EXTRA_SIDS            0x20
#define LOGON_SUBAUTH_SESSION_KEY   0x40
#define LOGON_SERVER_TRUST_ACCOUNT  0x80
#define LOGON_NTLMV2_ENABLED        0x100
#define LOGON_RESOURCE_GROUPS       0x200
#define LOGON_PROFILE_PATH_RETURNED 0x400
#define LOGON_NT_V2                 0x800
#define LOGON_LM_V2                 0x1000
#define LOGON_NTLM_V2               0x2000
#define LOGON_OPTIMIZED             0x4000
#define LOGON_WINLOGON              0x8000
#define LOGON_PKINIT                0x10000
#define LOGON_NO_OPTIMIZED          0x20000
#define LOGON_NO_ELEVATION          0x40000
#define LOGON_MANAGED_SERVICE       0x80000
#define LOGON_GRACE_LOGON           0x01000000

/**
 * The LUIDs of all sessions: an array, freed with LsaFreeReturnBuffer.
 * Needs:  nothing
 * Errors: STATUS_NO_MEMORY, RPC_NT_SERVER_UNAVAILABLE (no authority runs)
 * Source: Learn, LsaEnumerateLogonSessions
 */
OPENLOGON_API NTSTATUS LsaEnumerateLogonSessions(PULONG LogonSessionCount, PLUID *LogonSessionList);

/**
 * What is known of one session: one buffer, freed with LsaFreeReturnBuffer.
 * Needs:  the session is the caller's own user's, or the caller is an administrator
 * Errors: STATUS_NO_SUCH_LOGON_SESSION, STATUS_ACCESS_DENIED, STATUS_INVALID_PARAMETER,
 *         RPC_NT_SERVER_UNAVAILABLE
 * Source: Learn, LsaGetLogonSessionData; SECURITY_LOGON_SESSION_DATA
 */
OPENLOGON_API NTSTATUS LsaGetLogonSessionData(PLUID LogonId,
                                              PSECURITY_LOGON_SESSION_DATA *ppLogonSessionData);

/** Frees what these functions returned; NULL is fine. Source: Learn, LsaFreeReturnBuffer */
OPENLOGON_API NTSTATUS LsaFreeReturnBuffer(PVOID Buffer);

/**
 * The Win32 code for a status; ERROR_MR_MID_NOT_FOUND when there is none.
 * Source: Learn, LsaNtStatusToWinError; [MS-ERREF] 2.3
 */
OPENLOGON_API ULONG LsaNtStatusToWinError(NTSTATUS Status);

/* ---- Logging on through a package. ---- */

/**
 * Opens a connection to the authority without trust. The handle is the caller's:
 * LsaDeregisterLogonProcess.
 * Needs:  nothing
 * Errors: RPC_NT_SERVER_UNAVAILABLE
 * Source: Learn, LsaConnectUntrusted
 */
OPENLOGON_API NTSTATUS LsaConnectUntrusted(PHANDLE LsaHandle);

/**
 * As LsaConnectUntrusted, for a logon process: it may pass LocalGroups to LsaLogonUser.
 * @LogonProcessName  up to 127 bytes, for the audit trail
 * @SecurityMode      0 is written
 * Needs:  SeTcbPrivilege
 * Errors: STATUS_PORT_CONNECTION_REFUSED (not held), STATUS_NAME_TOO_LONG,
 *         RPC_NT_SERVER_UNAVAILABLE
 * Source: Learn, LsaRegisterLogonProcess
 */
OPENLOGON_API NTSTATUS LsaRegisterLogonProcess(PLSA_STRING LogonProcessName, PHANDLE LsaHandle,
                                               PLSA_OPERATIONAL_MODE SecurityMode);

/**
 * Closes a connection. Errors: STATUS_INVALID_HANDLE.
 * Source: Learn, LsaDeregisterLogonProcess
 */
OPENLOGON_API NTSTATUS LsaDeregisterLogonProcess(HANDLE LsaHandle);

/**
 * The number of an authentication package by its name (MSV1_0_PACKAGE_NAME).
 * Errors: STATUS_NO_SUCH_PACKAGE, STATUS_NAME_TOO_LONG, STATUS_INVALID_HANDLE
 * Source: Learn, LsaLookupAuthenticationPackage
 */
OPENLOGON_API NTSTATUS LsaLookupAuthenticationPackage(HANDLE LsaHandle, PLSA_STRING PackageName,
                                                      PULONG AuthenticationPackage);

/**
 * Logs a user on with a package's own kind of data.
 * @OriginName                 what asks, for the audit trail
 * @AuthenticationInformation  such as MSV1_0_INTERACTIVE_LOGON; what its strings point to lies
 *                             in the same buffer. Wiping it is the caller's
 * @LocalGroups                groups to add to the token; may be NULL
 * @ProfileBuffer              of the package: LsaFreeReturnBuffer; may come back NULL
 * @LogonId                    the new session's LUID
 * @Token                      the caller's: CloseHandle. Primary; impersonation for Network
 * @SubStatus                  why, when the status is STATUS_ACCOUNT_RESTRICTION
 * Needs:  SeTcbPrivilege and LsaRegisterLogonProcess for LocalGroups
 * Errors: STATUS_LOGON_FAILURE (unknown user or wrong password), STATUS_ACCOUNT_RESTRICTION,
 *         STATUS_ACCOUNT_LOCKED_OUT, STATUS_LOGON_TYPE_NOT_GRANTED, STATUS_NO_SUCH_PACKAGE,
 *         STATUS_INVALID_LOGON_TYPE, STATUS_INVALID_PARAMETER, STATUS_INVALID_HANDLE
 * Source: Learn, LsaLogonUser
 */
OPENLOGON_API NTSTATUS LsaLogonUser(HANDLE LsaHandle, PLSA_STRING OriginName,
                                    SECURITY_LOGON_TYPE LogonType, ULONG AuthenticationPackage,
                                    PVOID AuthenticationInformation,
                                    ULONG AuthenticationInformationLength,
                                    PTOKEN_GROUPS LocalGroups, PTOKEN_SOURCE SourceContext,
                                    PVOID *ProfileBuffer, PULONG ProfileBufferLength, PLUID LogonId,
                                    PHANDLE Token, PQUOTA_LIMITS Quotas, PNTSTATUS SubStatus);

/**
 * Sends a package a message of its own protocol.
 * @ProtocolReturnBuffer  of the package: LsaFreeReturnBuffer; may come back NULL
 * @ProtocolStatus        the package's own answer; counts only when the call succeeds
 * Errors: STATUS_NO_SUCH_PACKAGE, STATUS_INVALID_HANDLE, STATUS_NOT_SUPPORTED
 * Source: Learn, LsaCallAuthenticationPackage
 */
OPENLOGON_API NTSTATUS LsaCallAuthenticationPackage(HANDLE LsaHandle, ULONG AuthenticationPackage,
                                                    PVOID ProtocolSubmitBuffer,
                                                    ULONG SubmitBufferLength,
                                                    PVOID *ProtocolReturnBuffer,
                                                    PULONG ReturnBufferLength,
                                                    PNTSTATUS ProtocolStatus);

/* ---- Rights to log on, by type. They are not privileges: a token does not hold them. ---- */

#define SE_INTERACTIVE_LOGON_NAME             TEXT("SeInteractiveLogonRight")
#define SE_NETWORK_LOGON_NAME                 TEXT("SeNetworkLogonRight")
#define SE_BATCH_LOGON_NAME                   TEXT("SeBatchLogonRight")
#define SE_SERVICE_LOGON_NAME                 TEXT("SeServiceLogonRight")
#define SE_DENY_INTERACTIVE_LOGON_NAME        TEXT("SeDenyInteractiveLogonRight")
#define SE_DENY_NETWORK_LOGON_NAME            TEXT("SeDenyNetworkLogonRight")
#define SE_DENY_BATCH_LOGON_NAME              TEXT("SeDenyBatchLogonRight")
#define SE_DENY_SERVICE_LOGON_NAME            TEXT("SeDenyServiceLogonRight")
#define SE_REMOTE_INTERACTIVE_LOGON_NAME      TEXT("SeRemoteInteractiveLogonRight")
#define SE_DENY_REMOTE_INTERACTIVE_LOGON_NAME TEXT("SeDenyRemoteInteractiveLogonRight")

/* Access rights of the policy object ([MS-LSAD] 2.2.1.1.2). */
#define POLICY_VIEW_LOCAL_INFORMATION   0x00000001
#define POLICY_VIEW_AUDIT_INFORMATION   0x00000002
#define POLICY_GET_PRIVATE_INFORMATION  0x00000004
#define POLICY_TRUST_ADMIN              0x00000008
#define POLICY_CREATE_ACCOUNT           0x00000010
#define POLICY_CREATE_SECRET            0x00000020
#define POLICY_CREATE_PRIVILEGE         0x00000040
#define POLICY_SET_DEFAULT_QUOTA_LIMITS 0x00000080
#define POLICY_SET_AUDIT_REQUIREMENTS   0x00000100
#define POLICY_AUDIT_LOG_ADMIN          0x00000200
#define POLICY_SERVER_ADMIN             0x00000400
#define POLICY_LOOKUP_NAMES             0x00000800
#define POLICY_NOTIFICATION             0x00001000
#define POLICY_ALL_ACCESS                                                                          \
    (STANDARD_RIGHTS_REQUIRED | POLICY_VIEW_LOCAL_INFORMATION | POLICY_VIEW_AUDIT_INFORMATION |    \
     POLICY_GET_PRIVATE_INFORMATION | POLICY_TRUST_ADMIN | POLICY_CREATE_ACCOUNT |                 \
     POLICY_CREATE_SECRET | POLICY_CREATE_PRIVILEGE | POLICY_SET_DEFAULT_QUOTA_LIMITS |            \
     POLICY_SET_AUDIT_REQUIREMENTS | POLICY_AUDIT_LOG_ADMIN | POLICY_SERVER_ADMIN |                \
     POLICY_LOOKUP_NAMES)
#define POLICY_READ                                                                                \
    (STANDARD_RIGHTS_READ | POLICY_VIEW_AUDIT_INFORMATION | POLICY_GET_PRIVATE_INFORMATION)
#define POLICY_WRITE                                                                               \
    (STANDARD_RIGHTS_WRITE | POLICY_TRUST_ADMIN | POLICY_CREATE_ACCOUNT | POLICY_CREATE_SECRET |   \
     POLICY_CREATE_PRIVILEGE | POLICY_SET_DEFAULT_QUOTA_LIMITS | POLICY_SET_AUDIT_REQUIREMENTS |   \
     POLICY_AUDIT_LOG_ADMIN | POLICY_SERVER_ADMIN)
#define POLICY_EXECUTE                                                                             \
    (STANDARD_RIGHTS_EXECUTE | POLICY_VIEW_LOCAL_INFORMATION | POLICY_LOOKUP_NAMES)

/*
 * ---- The policy of the machine: who may log on how, privileges, secrets, its domains. ----
 *
 * What these functions return is one block, freed with LsaFreeMemory. The policy object has a
 * security descriptor: administrators and SYSTEM have all rights, everybody else POLICY_EXECUTE,
 * anonymous callers none. All of them may return STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER,
 * STATUS_NO_MEMORY and RPC_NT_SERVER_UNAVAILABLE; those that change something the status of a
 * database that is full (STATUS_DISK_FULL), read-only (STATUS_MEDIA_WRITE_PROTECTED) or damaged
 * (STATUS_INTERNAL_DB_CORRUPTION). Rights are looked at when an account logs on: tokens that there
 * are keep what they have.
 */

typedef enum _POLICY_AUDIT_EVENT_TYPE {
    AuditCategorySystem = 0,
    AuditCategoryLogon,
    AuditCategoryObjectAccess,
    AuditCategoryPrivilegeUse,
    AuditCategoryDetailedTracking,
    AuditCategoryPolicyChange,
    AuditCategoryAccountManagement,
    AuditCategoryDirectoryServiceAccess,
    AuditCategoryAccountLogon,
} POLICY_AUDIT_EVENT_TYPE;
typedef POLICY_AUDIT_EVENT_TYPE *PPOLICY_AUDIT_EVENT_TYPE;

#define POLICY_AUDIT_EVENT_UNCHANGED 0x00000000
#define POLICY_AUDIT_EVENT_SUCCESS   0x00000001
#define POLICY_AUDIT_EVENT_FAILURE   0x00000002
#define POLICY_AUDIT_EVENT_NONE      0x00000004
#define POLICY_AUDIT_EVENT_MASK                                                                    \
    (POLICY_AUDIT_EVENT_SUCCESS | POLICY_AUDIT_EVENT_FAILURE | POLICY_AUDIT_EVENT_UNCHANGED |      \
     POLICY_AUDIT_EVENT_NONE)
typedef ULONG POLICY_AUDIT_EVENT_OPTIONS, *PPOLICY_AUDIT_EVENT_OPTIONS;

typedef struct _LSA_TRUST_INFORMATION {
    LSA_UNICODE_STRING Name;
    PSID Sid;
} LSA_TRUST_INFORMATION, *PLSA_TRUST_INFORMATION;

typedef struct _LSA_REFERENCED_DOMAIN_LIST {
    ULONG Entries;
    PLSA_TRUST_INFORMATION Domains;
} LSA_REFERENCED_DOMAIN_LIST, *PLSA_REFERENCED_DOMAIN_LIST;

typedef struct _LSA_TRANSLATED_SID {
    SID_NAME_USE Use;
    ULONG RelativeId;
    LONG DomainIndex;
} LSA_TRANSLATED_SID, *PLSA_TRANSLATED_SID;

typedef struct _LSA_TRANSLATED_SID2 {
    SID_NAME_USE Use;
    PSID Sid;
    LONG DomainIndex;
    ULONG Flags;
} LSA_TRANSLATED_SID2, *PLSA_TRANSLATED_SID2;

typedef struct _LSA_TRANSLATED_NAME {
    SID_NAME_USE Use;
    LSA_UNICODE_STRING Name;
    LONG DomainIndex;
} LSA_TRANSLATED_NAME, *PLSA_TRANSLATED_NAME;

typedef struct _LSA_ENUMERATION_INFORMATION {
    PSID Sid;
} LSA_ENUMERATION_INFORMATION, *PLSA_ENUMERATION_INFORMATION;

typedef enum _POLICY_LSA_SERVER_ROLE {
    PolicyServerRoleBackup = 2,
    PolicyServerRolePrimary,
} POLICY_LSA_SERVER_ROLE;
typedef POLICY_LSA_SERVER_ROLE *PPOLICY_LSA_SERVER_ROLE;

typedef enum _POLICY_INFORMATION_CLASS {
    PolicyAuditLogInformation = 1,
    PolicyAuditEventsInformation,
    PolicyPrimaryDomainInformation,
    PolicyPdAccountInformation,
    PolicyAccountDomainInformation,
    PolicyLsaServerRoleInformation,
    PolicyReplicaSourceInformation,
    PolicyDefaultQuotaInformation,
    PolicyModificationInformation,
    PolicyAuditFullSetInformation,
    PolicyAuditFullQueryInformation,
    PolicyDnsDomainInformation,
    PolicyDnsDomainInformationInt,
    PolicyLocalAccountDomainInformation,
    PolicyMachineAccountInformation,
    PolicyLastEntry,
} POLICY_INFORMATION_CLASS;
typedef POLICY_INFORMATION_CLASS *PPOLICY_INFORMATION_CLASS;

/* EventAuditingOptions has MaximumAuditEventCount options, by POLICY_AUDIT_EVENT_TYPE. */
typedef struct _POLICY_AUDIT_EVENTS_INFO {
    BOOLEAN AuditingMode;
    PPOLICY_AUDIT_EVENT_OPTIONS EventAuditingOptions;
    ULONG MaximumAuditEventCount;
} POLICY_AUDIT_EVENTS_INFO, *PPOLICY_AUDIT_EVENTS_INFO;

typedef struct _POLICY_ACCOUNT_DOMAIN_INFO {
    LSA_UNICODE_STRING DomainName;
    PSID DomainSid;
} POLICY_ACCOUNT_DOMAIN_INFO, *PPOLICY_ACCOUNT_DOMAIN_INFO;

typedef struct _POLICY_PRIMARY_DOMAIN_INFO {
    LSA_UNICODE_STRING Name;
    PSID Sid;
} POLICY_PRIMARY_DOMAIN_INFO, *PPOLICY_PRIMARY_DOMAIN_INFO;

typedef struct _POLICY_DNS_DOMAIN_INFO {
    LSA_UNICODE_STRING Name;
    LSA_UNICODE_STRING DnsDomainName;
    LSA_UNICODE_STRING DnsForestName;
    GUID DomainGuid;
    PSID Sid;
} POLICY_DNS_DOMAIN_INFO, *PPOLICY_DNS_DOMAIN_INFO;

typedef struct _POLICY_LSA_SERVER_ROLE_INFO {
    POLICY_LSA_SERVER_ROLE LsaServerRole;
} POLICY_LSA_SERVER_ROLE_INFO, *PPOLICY_LSA_SERVER_ROLE_INFO;

typedef struct _POLICY_PD_ACCOUNT_INFO {
    LSA_UNICODE_STRING Name;
} POLICY_PD_ACCOUNT_INFO, *PPOLICY_PD_ACCOUNT_INFO;

typedef enum _POLICY_NOTIFICATION_INFORMATION_CLASS {
    PolicyNotifyAuditEventsInformation = 1,
    PolicyNotifyAccountDomainInformation,
    PolicyNotifyServerRoleInformation,
    PolicyNotifyDnsDomainInformation,
    PolicyNotifyDomainEfsInformation,
    PolicyNotifyDomainKerberosTicketInformation,
    PolicyNotifyMachineAccountPasswordInformation,
    PolicyNotifyGlobalSaclInformation,
    PolicyNotifyMax,
} POLICY_NOTIFICATION_INFORMATION_CLASS;
typedef POLICY_NOTIFICATION_INFORMATION_CLASS *PPOLICY_NOTIFICATION_INFORMATION_CLASS;

/**
 * Opens the policy object.
 * @SystemName        NULL, empty or this machine's name: no other can be asked
 * @ObjectAttributes  not looked at
 * @DesiredAccess     POLICY_* rights; generic rights are mapped; MAXIMUM_ALLOWED: all there are
 * @PolicyHandle      the caller's: LsaClose
 * Errors: STATUS_ACCESS_DENIED; RPC_NT_SERVER_UNAVAILABLE (also another machine)
 * Source: Learn, LsaOpenPolicy; Policy Object Access Rights
 */
OPENLOGON_API NTSTATUS LsaOpenPolicy(PLSA_UNICODE_STRING SystemName,
                                     PLSA_OBJECT_ATTRIBUTES ObjectAttributes,
                                     ACCESS_MASK DesiredAccess, PLSA_HANDLE PolicyHandle);

/** Closes a policy handle. Source: Learn, LsaClose */
OPENLOGON_API NTSTATUS LsaClose(LSA_HANDLE ObjectHandle);

/** Frees what these functions returned; NULL is fine. Source: Learn, LsaFreeMemory */
OPENLOGON_API NTSTATUS LsaFreeMemory(PVOID Buffer);

/**
 * Reads a part of the policy: PolicyAuditEventsInformation (needs POLICY_VIEW_AUDIT_INFORMATION),
 * PolicyPrimaryDomainInformation, PolicyAccountDomainInformation (also
 * PolicyLocalAccountDomainInformation), PolicyLsaServerRoleInformation, PolicyDnsDomainInformation
 * (POLICY_VIEW_LOCAL_INFORMATION), PolicyPdAccountInformation (POLICY_GET_PRIVATE_INFORMATION; its
 * name is empty).
 * Errors: STATUS_ACCESS_DENIED; STATUS_NOT_SUPPORTED (the other classes);
 *         STATUS_INVALID_PARAMETER (no class)
 * Source: Learn, LsaQueryInformationPolicy; [MS-LSAD] 3.1.4.4.4
 */
OPENLOGON_API NTSTATUS LsaQueryInformationPolicy(LSA_HANDLE PolicyHandle,
                                                 POLICY_INFORMATION_CLASS InformationClass,
                                                 PVOID *Buffer);

/**
 * Changes a part of the policy: PolicyAuditEventsInformation (needs
 * POLICY_SET_AUDIT_REQUIREMENTS; options of POLICY_AUDIT_EVENT_UNCHANGED, and those beyond
 * MaximumAuditEventCount, stay), PolicyPrimaryDomainInformation and PolicyDnsDomainInformation
 * (POLICY_TRUST_ADMIN; they share name and SID), PolicyLsaServerRoleInformation
 * (POLICY_SERVER_ADMIN). The account domain is the machine itself, whose name and SID are set in
 * openlogond.conf.
 * Errors: STATUS_ACCESS_DENIED; STATUS_NOT_SUPPORTED (the other classes);
 *         STATUS_INVALID_PARAMETER (no class, a malformed value)
 * Source: Learn, LsaSetInformationPolicy; [MS-LSAD] 3.1.4.4.6
 */
OPENLOGON_API NTSTATUS LsaSetInformationPolicy(LSA_HANDLE PolicyHandle,
                                               POLICY_INFORMATION_CLASS InformationClass,
                                               PVOID Buffer);

/**
 * Assigns rights to an account, SeServiceLogonRight as well as SeDebugPrivilege: all or none.
 * @AccountSid  any SID: nobody has to have it yet
 * Needs:  POLICY_LOOKUP_NAMES; POLICY_CREATE_ACCOUNT for an account without any right so far; for
 *         one that has some, the caller has to be an administrator
 * Errors: STATUS_NO_SUCH_PRIVILEGE, STATUS_INVALID_SID, STATUS_ACCESS_DENIED,
 *         STATUS_INSUFFICIENT_RESOURCES (more than 1,024 accounts with rights)
 * Source: Learn, LsaAddAccountRights; [MS-LSAD] 3.1.4.5.11
 */
OPENLOGON_API NTSTATUS LsaAddAccountRights(LSA_HANDLE PolicyHandle, PSID AccountSid,
                                           PLSA_UNICODE_STRING UserRights, ULONG CountOfRights);

/**
 * Takes rights from an account; one that it does not have is no error.
 * @AllRights  TRUE: all of them; UserRights is not looked at
 * Needs:  POLICY_LOOKUP_NAMES; the caller has to be an administrator
 * Errors: STATUS_OBJECT_NAME_NOT_FOUND (it has none), and those of LsaAddAccountRights
 * Source: Learn, LsaRemoveAccountRights; [MS-LSAD] 3.1.4.5.12
 */
OPENLOGON_API NTSTATUS LsaRemoveAccountRights(LSA_HANDLE PolicyHandle, PSID AccountSid,
                                              BOOLEAN AllRights, PLSA_UNICODE_STRING UserRights,
                                              ULONG CountOfRights);

/**
 * The rights of an account itself: not those that it has as a member of a group.
 * Needs:  POLICY_LOOKUP_NAMES; the caller has to be an administrator
 * Errors: STATUS_OBJECT_NAME_NOT_FOUND (it has none), STATUS_INVALID_SID, STATUS_ACCESS_DENIED
 * Source: Learn, LsaEnumerateAccountRights; [MS-LSAD] 3.1.4.5.10
 */
OPENLOGON_API NTSTATUS LsaEnumerateAccountRights(LSA_HANDLE PolicyHandle, PSID AccountSid,
                                                 PLSA_UNICODE_STRING *UserRights,
                                                 PULONG CountOfRights);

/**
 * The accounts that have a right.
 * @UserRight      NULL: any right
 * @Buffer         an array of LSA_ENUMERATION_INFORMATION
 * Needs:  POLICY_LOOKUP_NAMES and POLICY_VIEW_LOCAL_INFORMATION
 * Errors: STATUS_NO_MORE_ENTRIES (nobody has it), STATUS_NO_SUCH_PRIVILEGE, STATUS_ACCESS_DENIED
 * Source: Learn, LsaEnumerateAccountsWithUserRight
 */
OPENLOGON_API NTSTATUS LsaEnumerateAccountsWithUserRight(LSA_HANDLE PolicyHandle,
                                                         PLSA_UNICODE_STRING UserRight,
                                                         PVOID *Buffer, PULONG CountReturned);

/**
 * SIDs of names (NAME, DOMAIN\NAME, NAME@DOMAIN). Both results come back also when the status is
 * STATUS_SOME_NOT_MAPPED or STATUS_NONE_MAPPED: then Use is SidTypeUnknown for what was not found.
 * @ReferencedDomains  the domains, each once; DomainIndex is an index in it, or -1
 * Needs:  POLICY_LOOKUP_NAMES
 * Errors: STATUS_NONE_MAPPED, STATUS_ACCESS_DENIED; STATUS_INVALID_PARAMETER (also more than 20,480
 *         names)
 * Source: Learn, LsaLookupNames, LsaLookupNames2
 */
OPENLOGON_API NTSTATUS LsaLookupNames(LSA_HANDLE PolicyHandle, ULONG Count,
                                      PLSA_UNICODE_STRING Names,
                                      PLSA_REFERENCED_DOMAIN_LIST *ReferencedDomains,
                                      PLSA_TRANSLATED_SID *Sids);
OPENLOGON_API NTSTATUS LsaLookupNames2(LSA_HANDLE PolicyHandle, ULONG Flags, ULONG Count,
                                       PLSA_UNICODE_STRING Names,
                                       PLSA_REFERENCED_DOMAIN_LIST *ReferencedDomains,
                                       PLSA_TRANSLATED_SID2 *Sids);

/**
 * Names of SIDs. As LsaLookupNames; what has no name comes back as the text of its SID.
 * @LookupOptions  not looked at: there are no accounts of other directories
 * Source: Learn, LsaLookupSids, LsaLookupSids2
 */
OPENLOGON_API NTSTATUS LsaLookupSids(LSA_HANDLE PolicyHandle, ULONG Count, PSID *Sids,
                                     PLSA_REFERENCED_DOMAIN_LIST *ReferencedDomains,
                                     PLSA_TRANSLATED_NAME *Names);
OPENLOGON_API NTSTATUS LsaLookupSids2(LSA_HANDLE PolicyHandle, ULONG LookupOptions, ULONG Count,
                                      PSID *Sids, PLSA_REFERENCED_DOMAIN_LIST *ReferencedDomains,
                                      PLSA_TRANSLATED_NAME *Names);

/**
 * Stores a secret, encrypted, or deletes it.
 * @KeyName      up to 128 characters, of either case. L$, G$ and M$ in front have the meaning that
 *               Learn tells; M$ is SYSTEM's only
 * @PrivateData  any bytes; NULL: delete
 * Needs:  POLICY_CREATE_SECRET
 * Errors: STATUS_OBJECT_NAME_NOT_FOUND (nothing to delete), STATUS_ACCESS_DENIED,
 *         STATUS_TOO_MANY_SECRETS (4,096), STATUS_NAME_TOO_LONG,
 *         STATUS_DECRYPTION_FAILED (the key is not the one of the secrets that there are)
 * Source: Learn, LsaStorePrivateData; Private Data Object
 */
OPENLOGON_API NTSTATUS LsaStorePrivateData(LSA_HANDLE PolicyHandle, PLSA_UNICODE_STRING KeyName,
                                           PLSA_UNICODE_STRING PrivateData);

/**
 * Reads a secret. The caller wipes it, and frees it with LsaFreeMemory.
 * Needs:  POLICY_GET_PRIVATE_INFORMATION
 * Errors: STATUS_OBJECT_NAME_NOT_FOUND, STATUS_ACCESS_DENIED, STATUS_DECRYPTION_FAILED
 * Source: Learn, LsaRetrievePrivateData
 */
OPENLOGON_API NTSTATUS LsaRetrievePrivateData(LSA_HANDLE PolicyHandle, PLSA_UNICODE_STRING KeyName,
                                              PLSA_UNICODE_STRING *PrivateData);

/**
 * There are no event objects here yet: both return STATUS_NOT_SUPPORTED.
 * Source: Learn, LsaRegisterPolicyChangeNotification
 */
OPENLOGON_API NTSTATUS LsaRegisterPolicyChangeNotification(
    POLICY_NOTIFICATION_INFORMATION_CLASS InformationClass, HANDLE NotificationEventHandle);
OPENLOGON_API NTSTATUS LsaUnregisterPolicyChangeNotification(
    POLICY_NOTIFICATION_INFORMATION_CLASS InformationClass, HANDLE NotificationEventHandle);

/* ---- MSV1_0: the package of local accounts. ---- */

#define MSV1_0_PACKAGE_NAME         "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0"
#define MSV1_0_PACKAGE_NAMEW        OPENLOGON_WIDE("MICROSOFT_AUTHENTICATION_PACKAGE_V1_0")
#define MSV1_0_PACKAGE_NAMEW_LENGTH (sizeof(MSV1_0_PACKAGE_NAMEW) - sizeof(WCHAR))

typedef enum _MSV1_0_LOGON_SUBMIT_TYPE {
    MsV1_0InteractiveLogon = 2,
    MsV1_0Lm20Logon,
    MsV1_0NetworkLogon,
    MsV1_0SubAuthLogon,
    MsV1_0WorkstationUnlockLogon = 7,
    MsV1_0S4ULogon = 12,
    MsV1_0VirtualLogon = 82,
    MsV1_0NoElevationLogon,
    MsV1_0LuidLogon,
} MSV1_0_LOGON_SUBMIT_TYPE;
typedef MSV1_0_LOGON_SUBMIT_TYPE *PMSV1_0_LOGON_SUBMIT_TYPE;

typedef enum _MSV1_0_PROFILE_BUFFER_TYPE {
    MsV1_0InteractiveProfile = 2,
    MsV1_0Lm20LogonProfile,
    MsV1_0SmartCardProfile,
} MSV1_0_PROFILE_BUFFER_TYPE;
typedef MSV1_0_PROFILE_BUFFER_TYPE *PMSV1_0_PROFILE_BUFFER_TYPE;

typedef enum _MSV1_0_PROTOCOL_MESSAGE_TYPE {
    MsV1_0Lm20ChallengeRequest = 0,
    MsV1_0Lm20GetChallengeResponse,
    MsV1_0EnumerateUsers,
    MsV1_0GetUserInfo,
    MsV1_0ReLogonUsers,
    MsV1_0ChangePassword,
    MsV1_0ChangeCachedPassword,
    MsV1_0GenericPassthrough,
    MsV1_0CacheLogon,
    MsV1_0SubAuth,
    MsV1_0DeriveCredential,
    MsV1_0CacheLookup,
    MsV1_0SetProcessOption,
    MsV1_0ConfigLocalAliases,
    MsV1_0ClearCachedCredentials,
    MsV1_0LookupToken,
    MsV1_0ValidateAuth,
    MsV1_0CacheLookupEx,
    MsV1_0GetCredentialKey,
    MsV1_0SetThreadOption,
    MsV1_0DecryptDpapiMasterKey,
    MsV1_0GetStrongCredentialKey,
    MsV1_0TransferCred,
    MsV1_0ProvisionTbal,
    MsV1_0DeleteTbalSecrets,
} MSV1_0_PROTOCOL_MESSAGE_TYPE;
typedef MSV1_0_PROTOCOL_MESSAGE_TYPE *PMSV1_0_PROTOCOL_MESSAGE_TYPE;

/* For LsaLogonUser: the strings lie behind the structure, in the same buffer. */
typedef struct _MSV1_0_INTERACTIVE_LOGON {
    MSV1_0_LOGON_SUBMIT_TYPE MessageType;
    UNICODE_STRING LogonDomainName;
    UNICODE_STRING UserName;
    UNICODE_STRING Password;
} MSV1_0_INTERACTIVE_LOGON, *PMSV1_0_INTERACTIVE_LOGON;

typedef struct _MSV1_0_INTERACTIVE_PROFILE {
    MSV1_0_PROFILE_BUFFER_TYPE MessageType;
    USHORT LogonCount;
    USHORT BadPasswordCount;
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER LogoffTime;
    LARGE_INTEGER KickOffTime;
    LARGE_INTEGER PasswordLastSet;
    LARGE_INTEGER PasswordCanChange;
    LARGE_INTEGER PasswordMustChange;
    UNICODE_STRING LogonScript;
    UNICODE_STRING HomeDirectory;
    UNICODE_STRING FullName;
    UNICODE_STRING ProfilePath;
    UNICODE_STRING HomeDirectoryDrive;
    UNICODE_STRING LogonServer;
    ULONG UserFlags;
} MSV1_0_INTERACTIVE_PROFILE, *PMSV1_0_INTERACTIVE_PROFILE;

#define MSV1_0_CHALLENGE_LENGTH                8
#define MSV1_0_USER_SESSION_KEY_LENGTH         16
#define MSV1_0_LANMAN_SESSION_KEY_LENGTH       8
#define MSV1_0_CLEARTEXT_PASSWORD_ALLOWED      0x02
#define MSV1_0_UPDATE_LOGON_STATISTICS         0x04
#define MSV1_0_RETURN_USER_PARAMETERS          0x08
#define MSV1_0_DONT_TRY_GUEST_ACCOUNT          0x10
#define MSV1_0_ALLOW_SERVER_TRUST_ACCOUNT      0x20
#define MSV1_0_RETURN_PASSWORD_EXPIRY          0x40
#define MSV1_0_USE_CLIENT_CHALLENGE            0x80
#define MSV1_0_TRY_GUEST_ACCOUNT_ONLY          0x100
#define MSV1_0_RETURN_PROFILE_PATH             0x200
#define MSV1_0_TRY_SPECIFIED_DOMAIN_ONLY       0x400
#define MSV1_0_ALLOW_WORKSTATION_TRUST_ACCOUNT 0x800
#define MSV1_0_DISABLE_PERSONAL_FALLBACK       0x00001000
#define MSV1_0_ALLOW_FORCE_GUEST               0x00002000
#define MSV1_0_CLEARTEXT_PASSWORD_SUPPLIED     0x00004000
#define MSV1_0_USE_DOMAIN_FOR_ROUTING_ONLY     0x00008000
#define MSV1_0_ALLOW_MSVCHAPV2                 0x00010000
#define MSV1_0_S4U2SELF                        0x00020000
#define MSV1_0_CHECK_LOGONHOURS_FOR_S4U        0x00040000
#define MSV1_0_INTERNET_DOMAIN                 0x00080000
#define MSV1_0_SUBAUTHENTICATION_DLL_EX        0x00100000
#define MSV1_0_SUBAUTHENTICATION_DLL           0xFF000000

typedef struct _MSV1_0_LM20_LOGON {
    MSV1_0_LOGON_SUBMIT_TYPE MessageType;
    UNICODE_STRING LogonDomainName;
    UNICODE_STRING UserName;
    UNICODE_STRING Workstation;
    UCHAR ChallengeToClient[8];
    STRING CaseSensitiveChallengeResponse;
    STRING CaseInsensitiveChallengeResponse;
    ULONG ParameterControl;
} MSV1_0_LM20_LOGON, *PMSV1_0_LM20_LOGON;

#define MSV1_0_S4U_LOGON_FLAG_CHECK_LOGONHOURS 0x2

typedef struct _MSV1_0_S4U_LOGON {
    MSV1_0_LOGON_SUBMIT_TYPE MessageType;
    ULONG Flags;
    UNICODE_STRING UserPrincipalName;
    UNICODE_STRING DomainName;
} MSV1_0_S4U_LOGON, *PMSV1_0_S4U_LOGON;

typedef struct _MSV1_0_LM20_LOGON_PROFILE {
    MSV1_0_PROFILE_BUFFER_TYPE MessageType;
    LARGE_INTEGER KickOffTime;
    LARGE_INTEGER LogoffTime;
    ULONG UserFlags;
    UCHAR UserSessionKey[16];
    UNICODE_STRING LogonDomainName;
    UCHAR LanmanSessionKey[8];
    UNICODE_STRING LogonServer;
    UNICODE_STRING UserParameters;
} MSV1_0_LM20_LOGON_PROFILE, *PMSV1_0_LM20_LOGON_PROFILE;

typedef struct _MSV1_0_CHANGEPASSWORD_REQUEST {
    MSV1_0_PROTOCOL_MESSAGE_TYPE MessageType;
    UNICODE_STRING DomainName;
    UNICODE_STRING AccountName;
    UNICODE_STRING OldPassword;
    UNICODE_STRING NewPassword;
    BOOLEAN Impersonating;
} MSV1_0_CHANGEPASSWORD_REQUEST, *PMSV1_0_CHANGEPASSWORD_REQUEST;

#ifndef _DOMAIN_PASSWORD_INFORMATION_DEFINED
#define _DOMAIN_PASSWORD_INFORMATION_DEFINED
typedef struct _DOMAIN_PASSWORD_INFORMATION {
    USHORT MinPasswordLength;
    USHORT PasswordHistoryLength;
    ULONG PasswordProperties;
    LARGE_INTEGER MaxPasswordAge;
    LARGE_INTEGER MinPasswordAge;
} DOMAIN_PASSWORD_INFORMATION, *PDOMAIN_PASSWORD_INFORMATION;
#endif

typedef struct _MSV1_0_CHANGEPASSWORD_RESPONSE {
    MSV1_0_PROTOCOL_MESSAGE_TYPE MessageType;
    BOOLEAN PasswordInfoValid;
    DOMAIN_PASSWORD_INFORMATION DomainPasswordInfo;
} MSV1_0_CHANGEPASSWORD_RESPONSE, *PMSV1_0_CHANGEPASSWORD_RESPONSE;

/* MsV1_0EnumerateUsers: the sessions that the package made. EnumHandles are 0. */
typedef struct _MSV1_0_ENUMUSERS_REQUEST {
    MSV1_0_PROTOCOL_MESSAGE_TYPE MessageType;
} MSV1_0_ENUMUSERS_REQUEST, *PMSV1_0_ENUMUSERS_REQUEST;

typedef struct _MSV1_0_ENUMUSERS_RESPONSE {
    MSV1_0_PROTOCOL_MESSAGE_TYPE MessageType;
    ULONG NumberOfLoggedOnUsers;
    PLUID LogonIds;
    PULONG EnumHandles;
} MSV1_0_ENUMUSERS_RESPONSE, *PMSV1_0_ENUMUSERS_RESPONSE;

/* MsV1_0GetUserInfo: of the caller's own session, or any for holders of SeTcbPrivilege. */
typedef struct _MSV1_0_GETUSERINFO_REQUEST {
    MSV1_0_PROTOCOL_MESSAGE_TYPE MessageType;
    LUID LogonId;
} MSV1_0_GETUSERINFO_REQUEST, *PMSV1_0_GETUSERINFO_REQUEST;

typedef struct _MSV1_0_GETUSERINFO_RESPONSE {
    MSV1_0_PROTOCOL_MESSAGE_TYPE MessageType;
    PSID UserSid;
    UNICODE_STRING UserName;
    UNICODE_STRING LogonDomainName;
    UNICODE_STRING LogonServer;
    SECURITY_LOGON_TYPE LogonType;
} MSV1_0_GETUSERINFO_RESPONSE, *PMSV1_0_GETUSERINFO_RESPONSE;

/* ---- Kerberos. ---- */

#define MICROSOFT_KERBEROS_NAME_A "Kerberos"
#define MICROSOFT_KERBEROS_NAME_W OPENLOGON_WIDE("Kerberos")
#define MICROSOFT_KERBEROS_NAME   MICROSOFT_KERBEROS_NAME_W

typedef enum _KERB_LOGON_SUBMIT_TYPE {
    KerbInteractiveLogon = 2,
    KerbSmartCardLogon = 6,
    KerbWorkstationUnlockLogon,
    KerbSmartCardUnlockLogon,
    KerbProxyLogon,
    KerbTicketLogon,
    KerbTicketUnlockLogon,
    KerbS4ULogon,
    KerbCertificateLogon,
    KerbCertificateS4ULogon,
    KerbCertificateUnlockLogon,
    KerbNoElevationLogon = 83,
    KerbLuidLogon,
} KERB_LOGON_SUBMIT_TYPE;
typedef KERB_LOGON_SUBMIT_TYPE *PKERB_LOGON_SUBMIT_TYPE;

typedef struct _KERB_INTERACTIVE_LOGON {
    KERB_LOGON_SUBMIT_TYPE MessageType;
    UNICODE_STRING LogonDomainName;
    UNICODE_STRING UserName;
    UNICODE_STRING Password;
} KERB_INTERACTIVE_LOGON, *PKERB_INTERACTIVE_LOGON;

typedef enum _KERB_PROFILE_BUFFER_TYPE {
    KerbInteractiveProfile = 2,
    KerbSmartCardProfile = 4,
    KerbTicketProfile = 6,
} KERB_PROFILE_BUFFER_TYPE;
typedef KERB_PROFILE_BUFFER_TYPE *PKERB_PROFILE_BUFFER_TYPE;

typedef struct _KERB_INTERACTIVE_PROFILE {
    KERB_PROFILE_BUFFER_TYPE MessageType;
    USHORT LogonCount;
    USHORT BadPasswordCount;
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER LogoffTime;
    LARGE_INTEGER KickOffTime;
    LARGE_INTEGER PasswordLastSet;
    LARGE_INTEGER PasswordCanChange;
    LARGE_INTEGER PasswordMustChange;
    UNICODE_STRING LogonScript;
    UNICODE_STRING HomeDirectory;
    UNICODE_STRING FullName;
    UNICODE_STRING ProfilePath;
    UNICODE_STRING HomeDirectoryDrive;
    UNICODE_STRING LogonServer;
    ULONG UserFlags;
} KERB_INTERACTIVE_PROFILE, *PKERB_INTERACTIVE_PROFILE;

#ifdef __cplusplus
}
#endif

#endif
