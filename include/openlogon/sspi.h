/* SPDX-License-Identifier: MIT */
/*
 * Types and constants of the Security Support Provider Interface that ntsecpkg.h builds on.
 *
 * Source: sspi.h (Microsoft Learn, Win32 API reference)
 */
#ifndef OPENLOGON_SSPI_H
#define OPENLOGON_SSPI_H

#include <windows.h>
#include <ntsecapi.h>

#define SEC_ENTRY

typedef WCHAR SEC_WCHAR;
typedef CHAR SEC_CHAR;
typedef LONG SECURITY_STATUS;
typedef LARGE_INTEGER SECURITY_INTEGER, *PSECURITY_INTEGER;
typedef SECURITY_INTEGER TimeStamp, *PTimeStamp;
typedef UNICODE_STRING SECURITY_STRING, *PSECURITY_STRING;
#define SEC_SUCCESS(status) ((status) >= 0)

typedef struct _SecHandle {
    ULONG_PTR dwLower;
    ULONG_PTR dwUpper;
} SecHandle, *PSecHandle;

#define SecInvalidateHandle(handle)                                                                \
    ((void)((handle)->dwLower = (handle)->dwUpper = (ULONG_PTR)(INT_PTR)-1))
#define SecIsValidHandle(handle)                                                                   \
    ((handle)->dwLower != (ULONG_PTR)(INT_PTR)-1 && (handle)->dwUpper != (ULONG_PTR)(INT_PTR)-1)
typedef SecHandle CredHandle, CtxtHandle;
typedef PSecHandle PCredHandle, PCtxtHandle;

/* What a package is and can do. */
typedef struct _SecPkgInfoW {
    ULONG fCapabilities;
    unsigned short wVersion;
    unsigned short wRPCID;
    ULONG cbMaxToken;
    WCHAR *Name;
    WCHAR *Comment;
} SecPkgInfoW, *PSecPkgInfoW;

typedef struct _SecPkgInfoA {
    ULONG fCapabilities;
    unsigned short wVersion;
    unsigned short wRPCID;
    ULONG cbMaxToken;
    CHAR *Name;
    CHAR *Comment;
} SecPkgInfoA, *PSecPkgInfoA;

#ifdef UNICODE
typedef SecPkgInfoW SecPkgInfo;
typedef PSecPkgInfoW PSecPkgInfo;
#else
typedef SecPkgInfoA SecPkgInfo;
typedef PSecPkgInfoA PSecPkgInfo;
#endif

#define SECPKG_FLAG_INTEGRITY                       0x00000001
#define SECPKG_FLAG_PRIVACY                         0x00000002
#define SECPKG_FLAG_TOKEN_ONLY                      0x00000004
#define SECPKG_FLAG_DATAGRAM                        0x00000008
#define SECPKG_FLAG_CONNECTION                      0x00000010
#define SECPKG_FLAG_MULTI_REQUIRED                  0x00000020
#define SECPKG_FLAG_CLIENT_ONLY                     0x00000040
#define SECPKG_FLAG_EXTENDED_ERROR                  0x00000080
#define SECPKG_FLAG_IMPERSONATION                   0x00000100
#define SECPKG_FLAG_ACCEPT_WIN32_NAME               0x00000200
#define SECPKG_FLAG_STREAM                          0x00000400
#define SECPKG_FLAG_NEGOTIABLE                      0x00000800
#define SECPKG_FLAG_GSS_COMPATIBLE                  0x00001000
#define SECPKG_FLAG_LOGON                           0x00002000
#define SECPKG_FLAG_ASCII_BUFFERS                   0x00004000
#define SECPKG_FLAG_FRAGMENT                        0x00008000
#define SECPKG_FLAG_MUTUAL_AUTH                     0x00010000
#define SECPKG_FLAG_DELEGATION                      0x00020000
#define SECPKG_FLAG_READONLY_WITH_CHECKSUM          0x00040000
#define SECPKG_FLAG_RESTRICTED_TOKENS               0x00080000
#define SECPKG_FLAG_NEGO_EXTENDER                   0x00100000
#define SECPKG_FLAG_NEGOTIABLE2                     0x00200000
#define SECPKG_ID_NONE                              0xFFFF
#define SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION 1

/* A buffer and a list of them. Whoever calls owns pvBuffer, unless a function allocates it. */
typedef struct _SecBuffer {
    ULONG cbBuffer;
    ULONG BufferType;
    void *pvBuffer;
} SecBuffer, *PSecBuffer;

typedef struct _SecBufferDesc {
    ULONG ulVersion;
    ULONG cBuffers;
    PSecBuffer pBuffers;
} SecBufferDesc, *PSecBufferDesc;

#define SECBUFFER_VERSION                0
#define SECBUFFER_EMPTY                  0
#define SECBUFFER_DATA                   1
#define SECBUFFER_TOKEN                  2
#define SECBUFFER_PKG_PARAMS             3
#define SECBUFFER_MISSING                4
#define SECBUFFER_EXTRA                  5
#define SECBUFFER_STREAM_TRAILER         6
#define SECBUFFER_STREAM_HEADER          7
#define SECBUFFER_NEGOTIATION_INFO       8
#define SECBUFFER_PADDING                9
#define SECBUFFER_STREAM                 10
#define SECBUFFER_MECHLIST               11
#define SECBUFFER_MECHLIST_SIGNATURE     12
#define SECBUFFER_TARGET                 13
#define SECBUFFER_CHANNEL_BINDINGS       14
#define SECBUFFER_CHANGE_PASS_RESPONSE   15
#define SECBUFFER_TARGET_HOST            16
#define SECBUFFER_ALERT                  17
#define SECBUFFER_ATTRMASK               0xF0000000
#define SECBUFFER_READONLY               0x80000000
#define SECBUFFER_READONLY_WITH_CHECKSUM 0x10000000
#define SECBUFFER_RESERVED               0x60000000

#define SECURITY_NATIVE_DREP             0x00000010
#define SECURITY_NETWORK_DREP            0x00000000
#define SECPKG_CRED_INBOUND              0x00000001
#define SECPKG_CRED_OUTBOUND             0x00000002
#define SECPKG_CRED_BOTH                 0x00000003
#define SECPKG_CRED_DEFAULT              0x00000004

/* What a client asks of a context, and what it gets. */
#define ISC_REQ_DELEGATE               0x00000001
#define ISC_REQ_MUTUAL_AUTH            0x00000002
#define ISC_REQ_REPLAY_DETECT          0x00000004
#define ISC_REQ_SEQUENCE_DETECT        0x00000008
#define ISC_REQ_CONFIDENTIALITY        0x00000010
#define ISC_REQ_USE_SESSION_KEY        0x00000020
#define ISC_REQ_PROMPT_FOR_CREDS       0x00000040
#define ISC_REQ_USE_SUPPLIED_CREDS     0x00000080
#define ISC_REQ_ALLOCATE_MEMORY        0x00000100
#define ISC_REQ_USE_DCE_STYLE          0x00000200
#define ISC_REQ_DATAGRAM               0x00000400
#define ISC_REQ_CONNECTION             0x00000800
#define ISC_REQ_CALL_LEVEL             0x00001000
#define ISC_REQ_FRAGMENT_SUPPLIED      0x00002000
#define ISC_REQ_EXTENDED_ERROR         0x00004000
#define ISC_REQ_STREAM                 0x00008000
#define ISC_REQ_INTEGRITY              0x00010000
#define ISC_REQ_IDENTIFY               0x00020000
#define ISC_REQ_NULL_SESSION           0x00040000
#define ISC_REQ_MANUAL_CRED_VALIDATION 0x00080000
#define ISC_REQ_RESERVED1              0x00100000
#define ISC_REQ_FRAGMENT_TO_FIT        0x00200000
#define ISC_REQ_FORWARD_CREDENTIALS    0x00400000
#define ISC_REQ_NO_INTEGRITY           0x00800000
#define ISC_REQ_USE_HTTP_STYLE         0x01000000
#define ISC_REQ_UNVERIFIED_TARGET_NAME 0x20000000
#define ISC_REQ_CONFIDENTIALITY_ONLY   0x40000000
#define ISC_REQ_MESSAGES               0x0000000100000000
#define ISC_RET_DELEGATE               0x00000001
#define ISC_RET_MUTUAL_AUTH            0x00000002
#define ISC_RET_REPLAY_DETECT          0x00000004
#define ISC_RET_SEQUENCE_DETECT        0x00000008
#define ISC_RET_CONFIDENTIALITY        0x00000010
#define ISC_RET_USE_SESSION_KEY        0x00000020
#define ISC_RET_USED_COLLECTED_CREDS   0x00000040
#define ISC_RET_USED_SUPPLIED_CREDS    0x00000080
#define ISC_RET_ALLOCATED_MEMORY       0x00000100
#define ISC_RET_USED_DCE_STYLE         0x00000200
#define ISC_RET_DATAGRAM               0x00000400
#define ISC_RET_CONNECTION             0x00000800
#define ISC_RET_INTERMEDIATE_RETURN    0x00001000
#define ISC_RET_CALL_LEVEL             0x00002000
#define ISC_RET_EXTENDED_ERROR         0x00004000
#define ISC_RET_STREAM                 0x00008000
#define ISC_RET_INTEGRITY              0x00010000
#define ISC_RET_IDENTIFY               0x00020000
#define ISC_RET_NULL_SESSION           0x00040000
#define ISC_RET_MANUAL_CRED_VALIDATION 0x00080000
#define ISC_RET_RESERVED1              0x00100000
#define ISC_RET_FRAGMENT_ONLY          0x00200000
#define ISC_RET_FORWARD_CREDENTIALS    0x00400000
#define ISC_RET_USED_HTTP_STYLE        0x01000000
#define ISC_RET_NO_ADDITIONAL_TOKEN    0x02000000
#define ISC_RET_REAUTHENTICATION       0x08000000
#define ISC_RET_CONFIDENTIALITY_ONLY   0x40000000
#define ISC_RET_MESSAGES               0x0000000100000000

/* The same for servers. */
#define ASC_REQ_DELEGATE               0x00000001
#define ASC_REQ_MUTUAL_AUTH            0x00000002
#define ASC_REQ_REPLAY_DETECT          0x00000004
#define ASC_REQ_SEQUENCE_DETECT        0x00000008
#define ASC_REQ_CONFIDENTIALITY        0x00000010
#define ASC_REQ_USE_SESSION_KEY        0x00000020
#define ASC_REQ_SESSION_TICKET         0x00000040
#define ASC_REQ_ALLOCATE_MEMORY        0x00000100
#define ASC_REQ_USE_DCE_STYLE          0x00000200
#define ASC_REQ_DATAGRAM               0x00000400
#define ASC_REQ_CONNECTION             0x00000800
#define ASC_REQ_CALL_LEVEL             0x00001000
#define ASC_REQ_FRAGMENT_SUPPLIED      0x00002000
#define ASC_REQ_EXTENDED_ERROR         0x00008000
#define ASC_REQ_STREAM                 0x00010000
#define ASC_REQ_INTEGRITY              0x00020000
#define ASC_REQ_LICENSING              0x00040000
#define ASC_REQ_IDENTIFY               0x00080000
#define ASC_REQ_ALLOW_NULL_SESSION     0x00100000
#define ASC_REQ_ALLOW_NON_USER_LOGONS  0x00200000
#define ASC_REQ_ALLOW_CONTEXT_REPLAY   0x00400000
#define ASC_REQ_FRAGMENT_TO_FIT        0x00800000
#define ASC_REQ_NO_TOKEN               0x01000000
#define ASC_REQ_PROXY_BINDINGS         0x04000000
#define ASC_REQ_ALLOW_MISSING_BINDINGS 0x10000000
#define ASC_REQ_MESSAGES               0x0000000100000000
#define ASC_RET_DELEGATE               0x00000001
#define ASC_RET_MUTUAL_AUTH            0x00000002
#define ASC_RET_REPLAY_DETECT          0x00000004
#define ASC_RET_SEQUENCE_DETECT        0x00000008
#define ASC_RET_CONFIDENTIALITY        0x00000010
#define ASC_RET_USE_SESSION_KEY        0x00000020
#define ASC_RET_SESSION_TICKET         0x00000040
#define ASC_RET_ALLOCATED_MEMORY       0x00000100
#define ASC_RET_USED_DCE_STYLE         0x00000200
#define ASC_RET_DATAGRAM               0x00000400
#define ASC_RET_CONNECTION             0x00000800
#define ASC_RET_CALL_LEVEL             0x00002000
#define ASC_RET_THIRD_LEG_FAILED       0x00004000
#define ASC_RET_EXTENDED_ERROR         0x00008000
#define ASC_RET_STREAM                 0x00010000
#define ASC_RET_INTEGRITY              0x00020000
#define ASC_RET_LICENSING              0x00040000
#define ASC_RET_IDENTIFY               0x00080000
#define ASC_RET_NULL_SESSION           0x00100000
#define ASC_RET_ALLOW_NON_USER_LOGONS  0x00200000
#define ASC_RET_ALLOW_CONTEXT_REPLAY   0x00400000
#define ASC_RET_FRAGMENT_ONLY          0x00800000
#define ASC_RET_NO_TOKEN               0x01000000
#define ASC_RET_NO_ADDITIONAL_TOKEN    0x02000000
#define ASC_RET_MESSAGES               0x0000000100000000

#define SECPKG_ATTR_SIZES              0
#define SECPKG_ATTR_NAMES              1
#define SECPKG_ATTR_LIFESPAN           2
#define SECPKG_ATTR_DCE_INFO           3
#define SECPKG_ATTR_STREAM_SIZES       4
#define SECPKG_ATTR_KEY_INFO           5
#define SECPKG_ATTR_AUTHORITY          6
#define SECPKG_ATTR_PROTO_INFO         7
#define SECPKG_ATTR_PASSWORD_EXPIRY    8
#define SECPKG_ATTR_SESSION_KEY        9
#define SECPKG_ATTR_PACKAGE_INFO       10
#define SECPKG_ATTR_USER_FLAGS         11
#define SECPKG_ATTR_NEGOTIATION_INFO   12
#define SECPKG_ATTR_NATIVE_NAMES       13
#define SECPKG_ATTR_FLAGS              14
#define SECPKG_ATTR_USE_VALIDATED      15
#define SECPKG_ATTR_CREDENTIAL_NAME    16
#define SECPKG_ATTR_TARGET_INFORMATION 17
#define SECPKG_ATTR_ACCESS_TOKEN       18
#define SECPKG_ATTR_TARGET             19
#define SECPKG_ATTR_AUTHENTICATION_ID  20

/* A name, a domain and a password, as credentials for a package. */
#define SEC_WINNT_AUTH_IDENTITY_ANSI    0x1
#define SEC_WINNT_AUTH_IDENTITY_UNICODE 0x2

typedef struct _SEC_WINNT_AUTH_IDENTITY_W {
    unsigned short *User;
    ULONG UserLength;
    unsigned short *Domain;
    ULONG DomainLength;
    unsigned short *Password;
    ULONG PasswordLength;
    ULONG Flags;
} SEC_WINNT_AUTH_IDENTITY_W, *PSEC_WINNT_AUTH_IDENTITY_W;

typedef struct _SEC_WINNT_AUTH_IDENTITY_A {
    unsigned char *User;
    ULONG UserLength;
    unsigned char *Domain;
    ULONG DomainLength;
    unsigned char *Password;
    ULONG PasswordLength;
    ULONG Flags;
} SEC_WINNT_AUTH_IDENTITY_A, *PSEC_WINNT_AUTH_IDENTITY_A;

#ifdef UNICODE
typedef SEC_WINNT_AUTH_IDENTITY_W SEC_WINNT_AUTH_IDENTITY;
typedef PSEC_WINNT_AUTH_IDENTITY_W PSEC_WINNT_AUTH_IDENTITY;
#else
typedef SEC_WINNT_AUTH_IDENTITY_A SEC_WINNT_AUTH_IDENTITY;
typedef PSEC_WINNT_AUTH_IDENTITY_A PSEC_WINNT_AUTH_IDENTITY;
#endif

#define NEGOSSP_NAME_A "Negotiate"
#define NEGOSSP_NAME_W OPENLOGON_WIDE("Negotiate")
#define NEGOSSP_NAME   TEXT("Negotiate")

#endif
