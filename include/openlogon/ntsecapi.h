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
