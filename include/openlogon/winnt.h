/* SPDX-License-Identifier: MIT */
/*
 * The security types of Windows: SIDs, ACLs, descriptors, tokens, privileges, and the access rights
 * of objects. Values and layouts are Windows' own (64 bit).
 *
 * Source: winnt.h (Microsoft Learn, Win32 API reference); [MS-DTYP] 2.4
 */
#ifndef OPENLOGON_WINNT_H
#define OPENLOGON_WINNT_H

#include <minwindef.h>
#include <guiddef.h>

#define C_ASSERT(condition)                                                                        \
    typedef char openlogon_assert[(condition) ? 1 : -1] __attribute__((unused))
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define CONTAINING_RECORD(address, type, field)                                                    \
    ((type *)(void *)((char *)(address)-offsetof(type, field)))
#define RTL_NUMBER_OF(array)          (sizeof(array) / sizeof((array)[0]))
#define ARRAYSIZE(array)              RTL_NUMBER_OF(array)

#define RtlEqualMemory(a, b, size)    (!memcmp((a), (b), (size)))
#define RtlMoveMemory(to, from, size) memmove((to), (from), (size))
#define RtlCopyMemory(to, from, size) memcpy((to), (from), (size))
#define RtlFillMemory(to, size, byte) memset((to), (byte), (size))
#define RtlZeroMemory(to, size)       memset((to), 0, (size))

/* Clears secrets: also where nothing reads the memory any more. Source: Learn, SecureZeroMemory */
static inline PVOID RtlSecureZeroMemory(PVOID to, SIZE_T size)
{
    memset(to, 0, size);
    __asm__ volatile("" : : "r"(to) : "memory");
    return to;
}

/* Limits of integers. */
#define MINCHAR     0x80
#define MAXCHAR     0x7f
#define MINSHORT    0x8000
#define MAXSHORT    0x7fff
#define MINLONG     0x80000000
#define MAXLONG     0x7fffffff
#define MAXBYTE     0xff
#define MAXWORD     0xffff
#define MAXDWORD    0xffffffff
#define MAXLONGLONG 0x7fffffffffffffffLL

/* A 64-bit number, and its halves. */
typedef union _LARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        LONG HighPart;
    };
    struct {
        DWORD LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        DWORD HighPart;
    };
    struct {
        DWORD LowPart;
        DWORD HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

/* A locally unique identifier: unique on this machine until it restarts. */
typedef struct _LUID {
    DWORD LowPart;
    LONG HighPart;
} LUID, *PLUID;

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY, *PRLIST_ENTRY;

typedef struct _LUID_AND_ATTRIBUTES {
    LUID Luid;
    DWORD Attributes;
} LUID_AND_ATTRIBUTES, *PLUID_AND_ATTRIBUTES;

typedef LUID_AND_ATTRIBUTES LUID_AND_ATTRIBUTES_ARRAY[ANYSIZE_ARRAY];
typedef LUID_AND_ATTRIBUTES_ARRAY *PLUID_AND_ATTRIBUTES_ARRAY;

#define MAKELANGID(primary, sub) ((WORD)((WORD)(sub) << 10 | (WORD)(primary)))
#define PRIMARYLANGID(language)  ((WORD)(language)&0x3ff)
#define SUBLANGID(language)      ((WORD)(language) >> 10)
#define LANG_NEUTRAL             0x00
#define LANG_ENGLISH             0x09
#define SUBLANG_NEUTRAL          0x00
#define SUBLANG_DEFAULT          0x01
#define SUBLANG_SYS_DEFAULT      0x02
#define SUBLANG_ENGLISH_US       0x01

/* ---- Status codes that are DWORDs in programs: ntstatus.h has them as NTSTATUS, and wins. ---- */

#if !defined WIN32_NO_STATUS && !defined OPENLOGON_NTSTATUS_H
#define STATUS_WAIT_0                     ((DWORD)0x00000000)
#define STATUS_ABANDONED_WAIT_0           ((DWORD)0x00000080)
#define STATUS_USER_APC                   ((DWORD)0x000000C0)
#define STATUS_TIMEOUT                    ((DWORD)0x00000102)
#define STATUS_PENDING                    ((DWORD)0x00000103)
#define DBG_EXCEPTION_HANDLED             ((DWORD)0x00010001)
#define DBG_CONTINUE                      ((DWORD)0x00010002)
#define STATUS_SEGMENT_NOTIFICATION       ((DWORD)0x40000005)
#define STATUS_FATAL_APP_EXIT             ((DWORD)0x40000015)
#define DBG_TERMINATE_THREAD              ((DWORD)0x40010003)
#define DBG_TERMINATE_PROCESS             ((DWORD)0x40010004)
#define DBG_CONTROL_C                     ((DWORD)0x40010005)
#define DBG_PRINTEXCEPTION_C              ((DWORD)0x40010006)
#define DBG_RIPEXCEPTION                  ((DWORD)0x40010007)
#define DBG_CONTROL_BREAK                 ((DWORD)0x40010008)
#define DBG_COMMAND_EXCEPTION             ((DWORD)0x40010009)
#define STATUS_GUARD_PAGE_VIOLATION       ((DWORD)0x80000001)
#define STATUS_DATATYPE_MISALIGNMENT      ((DWORD)0x80000002)
#define STATUS_BREAKPOINT                 ((DWORD)0x80000003)
#define STATUS_SINGLE_STEP                ((DWORD)0x80000004)
#define STATUS_LONGJUMP                   ((DWORD)0x80000026)
#define STATUS_UNWIND_CONSOLIDATE         ((DWORD)0x80000029)
#define DBG_EXCEPTION_NOT_HANDLED         ((DWORD)0x80010001)
#define STATUS_ACCESS_VIOLATION           ((DWORD)0xC0000005)
#define STATUS_IN_PAGE_ERROR              ((DWORD)0xC0000006)
#define STATUS_INVALID_HANDLE             ((DWORD)0xC0000008)
#define STATUS_INVALID_PARAMETER          ((DWORD)0xC000000D)
#define STATUS_NO_MEMORY                  ((DWORD)0xC0000017)
#define STATUS_ILLEGAL_INSTRUCTION        ((DWORD)0xC000001D)
#define STATUS_NONCONTINUABLE_EXCEPTION   ((DWORD)0xC0000025)
#define STATUS_INVALID_DISPOSITION        ((DWORD)0xC0000026)
#define STATUS_ARRAY_BOUNDS_EXCEEDED      ((DWORD)0xC000008C)
#define STATUS_FLOAT_DENORMAL_OPERAND     ((DWORD)0xC000008D)
#define STATUS_FLOAT_DIVIDE_BY_ZERO       ((DWORD)0xC000008E)
#define STATUS_FLOAT_INEXACT_RESULT       ((DWORD)0xC000008F)
#define STATUS_FLOAT_INVALID_OPERATION    ((DWORD)0xC0000090)
#define STATUS_FLOAT_OVERFLOW             ((DWORD)0xC0000091)
#define STATUS_FLOAT_STACK_CHECK          ((DWORD)0xC0000092)
#define STATUS_FLOAT_UNDERFLOW            ((DWORD)0xC0000093)
#define STATUS_INTEGER_DIVIDE_BY_ZERO     ((DWORD)0xC0000094)
#define STATUS_INTEGER_OVERFLOW           ((DWORD)0xC0000095)
#define STATUS_PRIVILEGED_INSTRUCTION     ((DWORD)0xC0000096)
#define STATUS_STACK_OVERFLOW             ((DWORD)0xC00000FD)
#define STATUS_DLL_NOT_FOUND              ((DWORD)0xC0000135)
#define STATUS_ORDINAL_NOT_FOUND          ((DWORD)0xC0000138)
#define STATUS_ENTRYPOINT_NOT_FOUND       ((DWORD)0xC0000139)
#define STATUS_CONTROL_C_EXIT             ((DWORD)0xC000013A)
#define STATUS_DLL_INIT_FAILED            ((DWORD)0xC0000142)
#define STATUS_FLOAT_MULTIPLE_FAULTS      ((DWORD)0xC00002B4)
#define STATUS_FLOAT_MULTIPLE_TRAPS       ((DWORD)0xC00002B5)
#define STATUS_REG_NAT_CONSUMPTION        ((DWORD)0xC00002C9)
#define STATUS_HEAP_CORRUPTION            ((DWORD)0xC0000374)
#define STATUS_STACK_BUFFER_OVERRUN       ((DWORD)0xC0000409)
#define STATUS_INVALID_CRUNTIME_PARAMETER ((DWORD)0xC0000417)
#define STATUS_ASSERTION_FAILURE          ((DWORD)0xC0000420)
#define STATUS_SXS_EARLY_DEACTIVATION     ((DWORD)0xC015000F)
#define STATUS_SXS_INVALID_DEACTIVATION   ((DWORD)0xC0150010)
#endif
#define MAXIMUM_WAIT_OBJECTS 64

/* ---- Access rights. ---- */

/* Bits 0-15 are the object's own, 16-23 standard, 24 and 25 special, 28-31 generic. */
typedef DWORD ACCESS_MASK;
typedef ACCESS_MASK *PACCESS_MASK;

#define DELETE                   0x00010000
#define READ_CONTROL             0x00020000
#define WRITE_DAC                0x00040000
#define WRITE_OWNER              0x00080000
#define SYNCHRONIZE              0x00100000
#define STANDARD_RIGHTS_REQUIRED 0x000F0000
#define STANDARD_RIGHTS_READ     READ_CONTROL
#define STANDARD_RIGHTS_WRITE    READ_CONTROL
#define STANDARD_RIGHTS_EXECUTE  READ_CONTROL
#define STANDARD_RIGHTS_ALL      0x001F0000
#define SPECIFIC_RIGHTS_ALL      0x0000FFFF
#define ACCESS_SYSTEM_SECURITY   0x01000000
#define MAXIMUM_ALLOWED          0x02000000
#define GENERIC_READ             0x80000000
#define GENERIC_WRITE            0x40000000
#define GENERIC_EXECUTE          0x20000000
#define GENERIC_ALL              0x10000000

/* What the four generic rights stand for, of one type of object. */
typedef struct _GENERIC_MAPPING {
    ACCESS_MASK GenericRead;
    ACCESS_MASK GenericWrite;
    ACCESS_MASK GenericExecute;
    ACCESS_MASK GenericAll;
} GENERIC_MAPPING, *PGENERIC_MAPPING;

#define TOKEN_ASSIGN_PRIMARY    0x0001
#define TOKEN_DUPLICATE         0x0002
#define TOKEN_IMPERSONATE       0x0004
#define TOKEN_QUERY             0x0008
#define TOKEN_QUERY_SOURCE      0x0010
#define TOKEN_ADJUST_PRIVILEGES 0x0020
#define TOKEN_ADJUST_GROUPS     0x0040
#define TOKEN_ADJUST_DEFAULT    0x0080
#define TOKEN_ADJUST_SESSIONID  0x0100
#define TOKEN_ALL_ACCESS_P                                                                         \
    (STANDARD_RIGHTS_REQUIRED | TOKEN_ASSIGN_PRIMARY | TOKEN_DUPLICATE | TOKEN_IMPERSONATE |       \
     TOKEN_QUERY | TOKEN_QUERY_SOURCE | TOKEN_ADJUST_PRIVILEGES | TOKEN_ADJUST_GROUPS |            \
     TOKEN_ADJUST_DEFAULT)
#define TOKEN_ALL_ACCESS (TOKEN_ALL_ACCESS_P | TOKEN_ADJUST_SESSIONID)
#define TOKEN_READ       (STANDARD_RIGHTS_READ | TOKEN_QUERY)
#define TOKEN_WRITE                                                                                \
    (STANDARD_RIGHTS_WRITE | TOKEN_ADJUST_PRIVILEGES | TOKEN_ADJUST_GROUPS | TOKEN_ADJUST_DEFAULT)
#define TOKEN_EXECUTE                     STANDARD_RIGHTS_EXECUTE

#define PROCESS_TERMINATE                 0x0001
#define PROCESS_CREATE_THREAD             0x0002
#define PROCESS_SET_SESSIONID             0x0004
#define PROCESS_VM_OPERATION              0x0008
#define PROCESS_VM_READ                   0x0010
#define PROCESS_VM_WRITE                  0x0020
#define PROCESS_DUP_HANDLE                0x0040
#define PROCESS_CREATE_PROCESS            0x0080
#define PROCESS_SET_QUOTA                 0x0100
#define PROCESS_SET_INFORMATION           0x0200
#define PROCESS_QUERY_INFORMATION         0x0400
#define PROCESS_SUSPEND_RESUME            0x0800
#define PROCESS_QUERY_LIMITED_INFORMATION 0x1000
#define PROCESS_SET_LIMITED_INFORMATION   0x2000
#define PROCESS_ALL_ACCESS                (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xffff)

#define THREAD_TERMINATE                  0x0001
#define THREAD_SUSPEND_RESUME             0x0002
#define THREAD_GET_CONTEXT                0x0008
#define THREAD_SET_CONTEXT                0x0010
#define THREAD_SET_INFORMATION            0x0020
#define THREAD_QUERY_INFORMATION          0x0040
#define THREAD_SET_THREAD_TOKEN           0x0080
#define THREAD_IMPERSONATE                0x0100
#define THREAD_DIRECT_IMPERSONATION       0x0200
#define THREAD_SET_LIMITED_INFORMATION    0x0400
#define THREAD_QUERY_LIMITED_INFORMATION  0x0800
#define THREAD_RESUME                     0x1000
#define THREAD_ALL_ACCESS                 (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xffff)

#define FILE_READ_DATA                    0x0001
#define FILE_LIST_DIRECTORY               0x0001
#define FILE_WRITE_DATA                   0x0002
#define FILE_ADD_FILE                     0x0002
#define FILE_APPEND_DATA                  0x0004
#define FILE_ADD_SUBDIRECTORY             0x0004
#define FILE_CREATE_PIPE_INSTANCE         0x0004
#define FILE_READ_EA                      0x0008
#define FILE_WRITE_EA                     0x0010
#define FILE_EXECUTE                      0x0020
#define FILE_TRAVERSE                     0x0020
#define FILE_DELETE_CHILD                 0x0040
#define FILE_READ_ATTRIBUTES              0x0080
#define FILE_WRITE_ATTRIBUTES             0x0100
#define FILE_ALL_ACCESS                   (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x1FF)
#define FILE_GENERIC_READ                                                                          \
    (STANDARD_RIGHTS_READ | FILE_READ_DATA | FILE_READ_ATTRIBUTES | FILE_READ_EA | SYNCHRONIZE)
#define FILE_GENERIC_WRITE                                                                         \
    (STANDARD_RIGHTS_WRITE | FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES | FILE_WRITE_EA |             \
     FILE_APPEND_DATA | SYNCHRONIZE)
#define FILE_GENERIC_EXECUTE                                                                       \
    (STANDARD_RIGHTS_EXECUTE | FILE_READ_ATTRIBUTES | FILE_EXECUTE | SYNCHRONIZE)

#define FILE_SHARE_READ          0x00000001
#define FILE_SHARE_WRITE         0x00000002
#define FILE_SHARE_DELETE        0x00000004
#define FILE_ATTRIBUTE_READONLY  0x00000001
#define FILE_ATTRIBUTE_HIDDEN    0x00000002
#define FILE_ATTRIBUTE_SYSTEM    0x00000004
#define FILE_ATTRIBUTE_DIRECTORY 0x00000010
#define FILE_ATTRIBUTE_ARCHIVE   0x00000020
#define FILE_ATTRIBUTE_NORMAL    0x00000080
#define FILE_ATTRIBUTE_TEMPORARY 0x00000100

#define KEY_QUERY_VALUE          0x0001
#define KEY_SET_VALUE            0x0002
#define KEY_CREATE_SUB_KEY       0x0004
#define KEY_ENUMERATE_SUB_KEYS   0x0008
#define KEY_NOTIFY               0x0010
#define KEY_CREATE_LINK          0x0020
#define KEY_READ                                                                                   \
    ((STANDARD_RIGHTS_READ | KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS | KEY_NOTIFY) &              \
     (~SYNCHRONIZE))
#define KEY_WRITE   ((STANDARD_RIGHTS_WRITE | KEY_SET_VALUE | KEY_CREATE_SUB_KEY) & (~SYNCHRONIZE))
#define KEY_EXECUTE ((KEY_READ) & (~SYNCHRONIZE))
#define KEY_ALL_ACCESS                                                                             \
    ((STANDARD_RIGHTS_ALL | KEY_QUERY_VALUE | KEY_SET_VALUE | KEY_CREATE_SUB_KEY |                 \
      KEY_ENUMERATE_SUB_KEYS | KEY_NOTIFY | KEY_CREATE_LINK) &                                     \
     (~SYNCHRONIZE))

#define EVENT_MODIFY_STATE     0x0002
#define EVENT_ALL_ACCESS       (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3)
#define MUTANT_QUERY_STATE     0x0001
#define MUTANT_ALL_ACCESS      (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | MUTANT_QUERY_STATE)
#define SEMAPHORE_MODIFY_STATE 0x0002
#define SEMAPHORE_ALL_ACCESS   (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3)
#define TIMER_QUERY_STATE      0x0001
#define TIMER_MODIFY_STATE     0x0002
#define TIMER_ALL_ACCESS                                                                           \
    (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | TIMER_QUERY_STATE | TIMER_MODIFY_STATE)
#define JOB_OBJECT_ASSIGN_PROCESS          0x0001
#define JOB_OBJECT_SET_ATTRIBUTES          0x0002
#define JOB_OBJECT_QUERY                   0x0004
#define JOB_OBJECT_TERMINATE               0x0008
#define JOB_OBJECT_SET_SECURITY_ATTRIBUTES 0x0010
#define JOB_OBJECT_ALL_ACCESS              (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x1F)
#define SECTION_QUERY                      0x0001
#define SECTION_MAP_WRITE                  0x0002
#define SECTION_MAP_READ                   0x0004
#define SECTION_MAP_EXECUTE                0x0008
#define SECTION_EXTEND_SIZE                0x0010
#define SECTION_ALL_ACCESS                                                                         \
    (STANDARD_RIGHTS_REQUIRED | SECTION_QUERY | SECTION_MAP_WRITE | SECTION_MAP_READ |             \
     SECTION_MAP_EXECUTE | SECTION_EXTEND_SIZE)

#define DUPLICATE_CLOSE_SOURCE     0x00000001
#define DUPLICATE_SAME_ACCESS      0x00000002
#define HEAP_NO_SERIALIZE          0x00000001
#define HEAP_GROWABLE              0x00000002
#define HEAP_GENERATE_EXCEPTIONS   0x00000004
#define HEAP_ZERO_MEMORY           0x00000008
#define HEAP_REALLOC_IN_PLACE_ONLY 0x00000010

/* ---- SIDs ([MS-DTYP] 2.4.2). ---- */

typedef PVOID PSID;
typedef PVOID PACCESS_TOKEN;
typedef PVOID PSECURITY_DESCRIPTOR;

typedef struct _SID_IDENTIFIER_AUTHORITY {
    BYTE Value[6];
} SID_IDENTIFIER_AUTHORITY, *PSID_IDENTIFIER_AUTHORITY;

typedef struct _SID {
    BYTE Revision;
    BYTE SubAuthorityCount;
    SID_IDENTIFIER_AUTHORITY IdentifierAuthority;
    DWORD SubAuthority[ANYSIZE_ARRAY];
} SID, *PISID;

#define SID_REVISION                    1
#define SID_MAX_SUB_AUTHORITIES         15
#define SID_RECOMMENDED_SUB_AUTHORITIES 1
#define SECURITY_MAX_SID_SIZE                                                                      \
    (sizeof(SID) - sizeof(DWORD) + (SID_MAX_SUB_AUTHORITIES * sizeof(DWORD)))
#define SECURITY_SID_SIZE(sub_authorities)                                                         \
    (sizeof(SID) - sizeof(DWORD) + (sub_authorities) * sizeof(DWORD))
/* S-1-281474976710655- and 15 times -4294967295, with the terminating zero. */
#define SECURITY_MAX_SID_STRING_CHARACTERS (2 + 4 + 15 + 11 * SID_MAX_SUB_AUTHORITIES + 1)

typedef union _SE_SID {
    SID Sid;
    BYTE Buffer[SECURITY_MAX_SID_SIZE];
} SE_SID, *PSE_SID;

typedef enum _SID_NAME_USE {
    SidTypeUser = 1,
    SidTypeGroup,
    SidTypeDomain,
    SidTypeAlias,
    SidTypeWellKnownGroup,
    SidTypeDeletedAccount,
    SidTypeInvalid,
    SidTypeUnknown,
    SidTypeComputer,
    SidTypeLabel,
    SidTypeLogonSession,
} SID_NAME_USE;
typedef SID_NAME_USE *PSID_NAME_USE;

typedef struct _SID_AND_ATTRIBUTES {
    PSID Sid;
    DWORD Attributes;
} SID_AND_ATTRIBUTES, *PSID_AND_ATTRIBUTES;

typedef SID_AND_ATTRIBUTES SID_AND_ATTRIBUTES_ARRAY[ANYSIZE_ARRAY];
typedef SID_AND_ATTRIBUTES_ARRAY *PSID_AND_ATTRIBUTES_ARRAY;

#define SID_HASH_SIZE 32

typedef ULONG_PTR SID_HASH_ENTRY, *PSID_HASH_ENTRY;
typedef struct _SID_AND_ATTRIBUTES_HASH {
    DWORD SidCount;
    PSID_AND_ATTRIBUTES SidAttr;
    SID_HASH_ENTRY Hash[SID_HASH_SIZE];
} SID_AND_ATTRIBUTES_HASH, *PSID_AND_ATTRIBUTES_HASH;

/* Identifier authorities: initializers of a SID_IDENTIFIER_AUTHORITY. */
/* clang-format off */
#define SECURITY_NULL_SID_AUTHORITY         {0, 0, 0, 0, 0, 0}
#define SECURITY_WORLD_SID_AUTHORITY        {0, 0, 0, 0, 0, 1}
#define SECURITY_LOCAL_SID_AUTHORITY        {0, 0, 0, 0, 0, 2}
#define SECURITY_CREATOR_SID_AUTHORITY      {0, 0, 0, 0, 0, 3}
#define SECURITY_NON_UNIQUE_AUTHORITY       {0, 0, 0, 0, 0, 4}
#define SECURITY_RESOURCE_MANAGER_AUTHORITY {0, 0, 0, 0, 0, 9}
#define SECURITY_NT_AUTHORITY               {0, 0, 0, 0, 0, 5}
#define SECURITY_APP_PACKAGE_AUTHORITY      {0, 0, 0, 0, 0, 15}
#define SECURITY_MANDATORY_LABEL_AUTHORITY  {0, 0, 0, 0, 0, 16}
#define SECURITY_SCOPED_POLICY_ID_AUTHORITY {0, 0, 0, 0, 0, 17}
#define SECURITY_AUTHENTICATION_AUTHORITY   {0, 0, 0, 0, 0, 18}
#define SECURITY_PROCESS_TRUST_AUTHORITY    {0, 0, 0, 0, 0, 19}
/* clang-format on */

/* Below S-1-0, S-1-1, S-1-2 and S-1-3. */
#define SECURITY_NULL_RID                 0x00000000
#define SECURITY_WORLD_RID                0x00000000
#define SECURITY_LOCAL_RID                0x00000000
#define SECURITY_LOCAL_LOGON_RID          0x00000001
#define SECURITY_CREATOR_OWNER_RID        0x00000000
#define SECURITY_CREATOR_GROUP_RID        0x00000001
#define SECURITY_CREATOR_OWNER_SERVER_RID 0x00000002
#define SECURITY_CREATOR_GROUP_SERVER_RID 0x00000003
#define SECURITY_CREATOR_OWNER_RIGHTS_RID 0x00000004

/* Below S-1-5. */
#define SECURITY_DIALUP_RID                          0x00000001
#define SECURITY_NETWORK_RID                         0x00000002
#define SECURITY_BATCH_RID                           0x00000003
#define SECURITY_INTERACTIVE_RID                     0x00000004
#define SECURITY_LOGON_IDS_RID                       0x00000005
#define SECURITY_LOGON_IDS_RID_COUNT                 3
#define SECURITY_SERVICE_RID                         0x00000006
#define SECURITY_ANONYMOUS_LOGON_RID                 0x00000007
#define SECURITY_PROXY_RID                           0x00000008
#define SECURITY_ENTERPRISE_CONTROLLERS_RID          0x00000009
#define SECURITY_SERVER_LOGON_RID                    SECURITY_ENTERPRISE_CONTROLLERS_RID
#define SECURITY_PRINCIPAL_SELF_RID                  0x0000000A
#define SECURITY_AUTHENTICATED_USER_RID              0x0000000B
#define SECURITY_RESTRICTED_CODE_RID                 0x0000000C
#define SECURITY_TERMINAL_SERVER_RID                 0x0000000D
#define SECURITY_REMOTE_LOGON_RID                    0x0000000E
#define SECURITY_THIS_ORGANIZATION_RID               0x0000000F
#define SECURITY_IUSER_RID                           0x00000011
#define SECURITY_LOCAL_SYSTEM_RID                    0x00000012
#define SECURITY_LOCAL_SERVICE_RID                   0x00000013
#define SECURITY_NETWORK_SERVICE_RID                 0x00000014
#define SECURITY_NT_NON_UNIQUE                       0x00000015
#define SECURITY_NT_NON_UNIQUE_SUB_AUTH_COUNT        3
#define SECURITY_ENTERPRISE_READONLY_CONTROLLERS_RID 0x00000016
#define SECURITY_BUILTIN_DOMAIN_RID                  0x00000020
#define SECURITY_WRITE_RESTRICTED_CODE_RID           0x00000021
#define SECURITY_PACKAGE_BASE_RID                    0x00000040
#define SECURITY_PACKAGE_RID_COUNT                   2
#define SECURITY_PACKAGE_NTLM_RID                    0x0000000A
#define SECURITY_PACKAGE_SCHANNEL_RID                0x0000000E
#define SECURITY_PACKAGE_DIGEST_RID                  0x00000015
#define SECURITY_CRED_TYPE_BASE_RID                  0x00000041
#define SECURITY_CRED_TYPE_RID_COUNT                 2
#define SECURITY_CRED_TYPE_THIS_ORG_CERT_RID         0x00000001
#define SECURITY_MIN_BASE_RID                        0x00000050
#define SECURITY_SERVICE_ID_BASE_RID                 0x00000050
#define SECURITY_SERVICE_ID_RID_COUNT                6
#define SECURITY_RESERVED_ID_BASE_RID                0x00000051
#define SECURITY_APPPOOL_ID_BASE_RID                 0x00000052
#define SECURITY_APPPOOL_ID_RID_COUNT                6
#define SECURITY_VIRTUALSERVER_ID_BASE_RID           0x00000053
#define SECURITY_VIRTUALSERVER_ID_RID_COUNT          6
#define SECURITY_USERMODEDRIVERHOST_ID_BASE_RID      0x00000054
#define SECURITY_USERMODEDRIVERHOST_ID_RID_COUNT     6
#define SECURITY_TASK_ID_BASE_RID                    0x00000057
#define SECURITY_NFS_ID_BASE_RID                     0x00000058
#define SECURITY_WINDOW_MANAGER_BASE_RID             0x0000005a
#define SECURITY_VIRTUALACCOUNT_ID_RID_COUNT         6
#define SECURITY_MAX_BASE_RID                        0x0000006f
#define SECURITY_MAX_ALWAYS_FILTERED                 0x000003E7
#define SECURITY_MIN_NEVER_FILTERED                  0x000003E8
#define SECURITY_OTHER_ORGANIZATION_RID              0x000003E8
#define SECURITY_LOCAL_ACCOUNT_RID                   0x71
#define SECURITY_LOCAL_ACCOUNT_AND_ADMIN_RID         0x72
#define SECURITY_TRUSTED_INSTALLER_RID1              956008885
#define SECURITY_TRUSTED_INSTALLER_RID2              3418522649
#define SECURITY_TRUSTED_INSTALLER_RID3              1831038044
#define SECURITY_TRUSTED_INSTALLER_RID4              1853292631
#define SECURITY_TRUSTED_INSTALLER_RID5              2271478464

/* The last part of a domain's SIDs, and of the machine's own. */
#define DOMAIN_GROUP_RID_AUTHORIZATION_DATA_IS_COMPOUNDED       0x000001f0
#define DOMAIN_GROUP_RID_AUTHORIZATION_DATA_CONTAINS_CLAIMS     0x000001f1
#define DOMAIN_GROUP_RID_ENTERPRISE_READONLY_DOMAIN_CONTROLLERS 0x000001f2
#define DOMAIN_USER_RID_ADMIN                                   0x000001F4
#define DOMAIN_USER_RID_GUEST                                   0x000001F5
#define DOMAIN_USER_RID_KRBTGT                                  0x000001F6
#define DOMAIN_GROUP_RID_ADMINS                                 0x00000200
#define DOMAIN_GROUP_RID_USERS                                  0x00000201
#define DOMAIN_GROUP_RID_GUESTS                                 0x00000202
#define DOMAIN_GROUP_RID_COMPUTERS                              0x00000203
#define DOMAIN_GROUP_RID_CONTROLLERS                            0x00000204
#define DOMAIN_GROUP_RID_CERT_ADMINS                            0x00000205
#define DOMAIN_GROUP_RID_SCHEMA_ADMINS                          0x00000206
#define DOMAIN_GROUP_RID_ENTERPRISE_ADMINS                      0x00000207
#define DOMAIN_GROUP_RID_POLICY_ADMINS                          0x00000208
#define DOMAIN_GROUP_RID_READONLY_CONTROLLERS                   0x00000209
#define DOMAIN_GROUP_RID_CLONEABLE_CONTROLLERS                  0x0000020a
#define DOMAIN_USER_RID_MAX                                     0x000003E7
#define FOREST_USER_RID_MAX                                     0x000001F3
#define DOMAIN_USER_RID_DEFAULT_ACCOUNT                         0x1f7
#define DOMAIN_GROUP_RID_PROTECTED_USERS                        0x20d
#define DOMAIN_GROUP_RID_KEY_ADMINS                             0x20e
#define DOMAIN_GROUP_RID_ENTERPRISE_KEY_ADMINS                  0x20f

/* Aliases: below S-1-5-32. */
#define DOMAIN_ALIAS_RID_ADMINS                         0x00000220
#define DOMAIN_ALIAS_RID_USERS                          0x00000221
#define DOMAIN_ALIAS_RID_GUESTS                         0x00000222
#define DOMAIN_ALIAS_RID_POWER_USERS                    0x00000223
#define DOMAIN_ALIAS_RID_ACCOUNT_OPS                    0x00000224
#define DOMAIN_ALIAS_RID_SYSTEM_OPS                     0x00000225
#define DOMAIN_ALIAS_RID_PRINT_OPS                      0x00000226
#define DOMAIN_ALIAS_RID_BACKUP_OPS                     0x00000227
#define DOMAIN_ALIAS_RID_REPLICATOR                     0x00000228
#define DOMAIN_ALIAS_RID_RAS_SERVERS                    0x00000229
#define DOMAIN_ALIAS_RID_PREW2KCOMPACCESS               0x0000022A
#define DOMAIN_ALIAS_RID_REMOTE_DESKTOP_USERS           0x0000022B
#define DOMAIN_ALIAS_RID_NETWORK_CONFIGURATION_OPS      0x0000022C
#define DOMAIN_ALIAS_RID_INCOMING_FOREST_TRUST_BUILDERS 0x0000022D
#define DOMAIN_ALIAS_RID_MONITORING_USERS               0x0000022E
#define DOMAIN_ALIAS_RID_LOGGING_USERS                  0x0000022F
#define DOMAIN_ALIAS_RID_AUTHORIZATIONACCESS            0x00000230
#define DOMAIN_ALIAS_RID_TS_LICENSE_SERVERS             0x00000231
#define DOMAIN_ALIAS_RID_DCOM_USERS                     0x00000232
#define DOMAIN_ALIAS_RID_IUSERS                         0x00000238
#define DOMAIN_ALIAS_RID_CRYPTO_OPERATORS               0x00000239
#define DOMAIN_ALIAS_RID_CACHEABLE_PRINCIPALS_GROUP     0x0000023B
#define DOMAIN_ALIAS_RID_NON_CACHEABLE_PRINCIPALS_GROUP 0x0000023C
#define DOMAIN_ALIAS_RID_EVENT_LOG_READERS_GROUP        0x0000023D
#define DOMAIN_ALIAS_RID_CERTSVC_DCOM_ACCESS_GROUP      0x0000023e
#define DOMAIN_ALIAS_RID_RDS_REMOTE_ACCESS_SERVERS      0x0000023f
#define DOMAIN_ALIAS_RID_RDS_ENDPOINT_SERVERS           0x00000240
#define DOMAIN_ALIAS_RID_RDS_MANAGEMENT_SERVERS         0x00000241
#define DOMAIN_ALIAS_RID_HYPER_V_ADMINS                 0x00000242
#define DOMAIN_ALIAS_RID_ACCESS_CONTROL_ASSISTANCE_OPS  0x00000243
#define DOMAIN_ALIAS_RID_REMOTE_MANAGEMENT_USERS        0x00000244
#define DOMAIN_ALIAS_RID_DEFAULT_ACCOUNT                0x245
#define DOMAIN_ALIAS_RID_STORAGE_REPLICA_ADMINS         0x246
#define DOMAIN_ALIAS_RID_DEVICE_OWNERS                  0x247

/* Application packages: below S-1-15. */
#define SECURITY_APP_PACKAGE_BASE_RID                     0x00000002
#define SECURITY_BUILTIN_APP_PACKAGE_RID_COUNT            2
#define SECURITY_APP_PACKAGE_RID_COUNT                    8
#define SECURITY_CAPABILITY_BASE_RID                      0x00000003
#define SECURITY_BUILTIN_CAPABILITY_RID_COUNT             2
#define SECURITY_CAPABILITY_RID_COUNT                     5
#define SECURITY_BUILTIN_PACKAGE_ANY_PACKAGE              0x00000001
#define SECURITY_BUILTIN_PACKAGE_ANY_RESTRICTED_PACKAGE   0x00000002
#define SECURITY_CAPABILITY_INTERNET_CLIENT               0x00000001
#define SECURITY_CAPABILITY_INTERNET_CLIENT_SERVER        0x00000002
#define SECURITY_CAPABILITY_PRIVATE_NETWORK_CLIENT_SERVER 0x00000003
#define SECURITY_CAPABILITY_PICTURES_LIBRARY              0x00000004
#define SECURITY_CAPABILITY_VIDEOS_LIBRARY                0x00000005
#define SECURITY_CAPABILITY_MUSIC_LIBRARY                 0x00000006
#define SECURITY_CAPABILITY_DOCUMENTS_LIBRARY             0x00000007
#define SECURITY_CAPABILITY_ENTERPRISE_AUTHENTICATION     0x00000008
#define SECURITY_CAPABILITY_SHARED_USER_CERTIFICATES      0x00000009
#define SECURITY_CAPABILITY_REMOVABLE_STORAGE             0x0000000a
#define SECURITY_CAPABILITY_APPOINTMENTS                  0x0000000b
#define SECURITY_CAPABILITY_CONTACTS                      0x0000000c
#define SECURITY_CAPABILITY_INTERNET_EXPLORER             0x00001000

/* Integrity levels: below S-1-16. */
#define SECURITY_MANDATORY_UNTRUSTED_RID         0x00000000
#define SECURITY_MANDATORY_LOW_RID               0x00001000
#define SECURITY_MANDATORY_MEDIUM_RID            0x00002000
#define SECURITY_MANDATORY_MEDIUM_PLUS_RID       (SECURITY_MANDATORY_MEDIUM_RID + 0x100)
#define SECURITY_MANDATORY_HIGH_RID              0x00003000
#define SECURITY_MANDATORY_SYSTEM_RID            0x00004000
#define SECURITY_MANDATORY_PROTECTED_PROCESS_RID 0x00005000
#define SECURITY_MANDATORY_MAXIMUM_USER_RID      SECURITY_MANDATORY_SYSTEM_RID

typedef enum _MANDATORY_LEVEL {
    MandatoryLevelUntrusted = 0,
    MandatoryLevelLow,
    MandatoryLevelMedium,
    MandatoryLevelHigh,
    MandatoryLevelSystem,
    MandatoryLevelSecureProcess,
    MandatoryLevelCount,
} MANDATORY_LEVEL;
typedef MANDATORY_LEVEL *PMANDATORY_LEVEL;

/* How an identity was asserted: below S-1-18. */
#define SECURITY_AUTHENTICATION_AUTHORITY_RID_COUNT          1
#define SECURITY_AUTHENTICATION_AUTHORITY_ASSERTED_RID       0x00000001
#define SECURITY_AUTHENTICATION_SERVICE_ASSERTED_RID         0x00000002
#define SECURITY_AUTHENTICATION_FRESH_KEY_AUTH_RID           0x3
#define SECURITY_AUTHENTICATION_KEY_TRUST_RID                0x4
#define SECURITY_AUTHENTICATION_KEY_PROPERTY_MFA_RID         0x5
#define SECURITY_AUTHENTICATION_KEY_PROPERTY_ATTESTATION_RID 0x6

typedef enum {
    WinNullSid = 0,
    WinWorldSid,
    WinLocalSid,
    WinCreatorOwnerSid,
    WinCreatorGroupSid,
    WinCreatorOwnerServerSid,
    WinCreatorGroupServerSid,
    WinNtAuthoritySid,
    WinDialupSid,
    WinNetworkSid,
    WinBatchSid,
    WinInteractiveSid,
    WinServiceSid,
    WinAnonymousSid,
    WinProxySid,
    WinEnterpriseControllersSid,
    WinSelfSid,
    WinAuthenticatedUserSid,
    WinRestrictedCodeSid,
    WinTerminalServerSid,
    WinRemoteLogonIdSid,
    WinLogonIdsSid,
    WinLocalSystemSid,
    WinLocalServiceSid,
    WinNetworkServiceSid,
    WinBuiltinDomainSid,
    WinBuiltinAdministratorsSid,
    WinBuiltinUsersSid,
    WinBuiltinGuestsSid,
    WinBuiltinPowerUsersSid,
    WinBuiltinAccountOperatorsSid,
    WinBuiltinSystemOperatorsSid,
    WinBuiltinPrintOperatorsSid,
    WinBuiltinBackupOperatorsSid,
    WinBuiltinReplicatorSid,
    WinBuiltinPreWindows2000CompatibleAccessSid,
    WinBuiltinRemoteDesktopUsersSid,
    WinBuiltinNetworkConfigurationOperatorsSid,
    WinAccountAdministratorSid,
    WinAccountGuestSid,
    WinAccountKrbtgtSid,
    WinAccountDomainAdminsSid,
    WinAccountDomainUsersSid,
    WinAccountDomainGuestsSid,
    WinAccountComputersSid,
    WinAccountControllersSid,
    WinAccountCertAdminsSid,
    WinAccountSchemaAdminsSid,
    WinAccountEnterpriseAdminsSid,
    WinAccountPolicyAdminsSid,
    WinAccountRasAndIasServersSid,
    WinNTLMAuthenticationSid,
    WinDigestAuthenticationSid,
    WinSChannelAuthenticationSid,
    WinThisOrganizationSid,
    WinOtherOrganizationSid,
    WinBuiltinIncomingForestTrustBuildersSid,
    WinBuiltinPerfMonitoringUsersSid,
    WinBuiltinPerfLoggingUsersSid,
    WinBuiltinAuthorizationAccessSid,
    WinBuiltinTerminalServerLicenseServersSid,
    WinBuiltinDCOMUsersSid,
    WinBuiltinIUsersSid,
    WinIUserSid,
    WinBuiltinCryptoOperatorsSid,
    WinUntrustedLabelSid,
    WinLowLabelSid,
    WinMediumLabelSid,
    WinHighLabelSid,
    WinSystemLabelSid,
    WinWriteRestrictedCodeSid,
    WinCreatorOwnerRightsSid,
    WinCacheablePrincipalsGroupSid,
    WinNonCacheablePrincipalsGroupSid,
    WinEnterpriseReadonlyControllersSid,
    WinAccountReadonlyControllersSid,
    WinBuiltinEventLogReadersGroup,
    WinNewEnterpriseReadonlyControllersSid,
    WinBuiltinCertSvcDComAccessGroup,
    WinMediumPlusLabelSid,
    WinLocalLogonSid,
    WinConsoleLogonSid,
    WinThisOrganizationCertificateSid,
    WinApplicationPackageAuthoritySid,
    WinBuiltinAnyPackageSid,
    WinCapabilityInternetClientSid,
    WinCapabilityInternetClientServerSid,
    WinCapabilityPrivateNetworkClientServerSid,
    WinCapabilityPicturesLibrarySid,
    WinCapabilityVideosLibrarySid,
    WinCapabilityMusicLibrarySid,
    WinCapabilityDocumentsLibrarySid,
    WinCapabilitySharedUserCertificatesSid,
    WinCapabilityEnterpriseAuthenticationSid,
    WinCapabilityRemovableStorageSid,
    WinBuiltinRDSRemoteAccessServersSid,
    WinBuiltinRDSEndpointServersSid,
    WinBuiltinRDSManagementServersSid,
    WinUserModeDriversSid,
    WinBuiltinHyperVAdminsSid,
    WinAccountCloneableControllersSid,
    WinBuiltinAccessControlAssistanceOperatorsSid,
    WinBuiltinRemoteManagementUsersSid,
    WinAuthenticationAuthorityAssertedSid,
    WinAuthenticationServiceAssertedSid,
    WinLocalAccountSid,
    WinLocalAccountAndAdministratorSid,
    WinAccountProtectedUsersSid,
    WinCapabilityAppointmentsSid,
    WinCapabilityContactsSid,
    WinAccountDefaultSystemManagedSid,
    WinBuiltinDefaultSystemManagedGroupSid,
    WinBuiltinStorageReplicaAdminsSid,
    WinAccountKeyAdminsSid,
    WinAccountEnterpriseKeyAdminsSid,
    WinAuthenticationKeyTrustSid,
    WinAuthenticationKeyPropertyMFASid,
    WinAuthenticationKeyPropertyAttestationSid,
    WinAuthenticationFreshKeyAuthSid,
    WinBuiltinDeviceOwnersSid,
} WELL_KNOWN_SID_TYPE;

/* Logon sessions that exist from the start: initializers of a LUID. */
/* clang-format off */
#define SYSTEM_LUID              {0x3e7, 0x0}
#define ANONYMOUS_LOGON_LUID     {0x3e6, 0x0}
#define LOCALSERVICE_LUID        {0x3e5, 0x0}
#define NETWORKSERVICE_LUID      {0x3e4, 0x0}
#define IUSER_LUID               {0x3e3, 0x0}
#define PROTECTED_TO_SYSTEM_LUID {0x3e2, 0x0}
/* clang-format on */

/* Attributes of a group in a token. */
#define SE_GROUP_MANDATORY          0x00000001
#define SE_GROUP_ENABLED_BY_DEFAULT 0x00000002
#define SE_GROUP_ENABLED            0x00000004
#define SE_GROUP_OWNER              0x00000008
#define SE_GROUP_USE_FOR_DENY_ONLY  0x00000010
#define SE_GROUP_INTEGRITY          0x00000020
#define SE_GROUP_INTEGRITY_ENABLED  0x00000040
#define SE_GROUP_LOGON_ID           0xC0000000
#define SE_GROUP_RESOURCE           0x20000000
#define SE_GROUP_VALID_ATTRIBUTES                                                                  \
    (SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED | SE_GROUP_OWNER |        \
     SE_GROUP_USE_FOR_DENY_ONLY | SE_GROUP_LOGON_ID | SE_GROUP_RESOURCE | SE_GROUP_INTEGRITY |     \
     SE_GROUP_INTEGRITY_ENABLED)

/* ---- ACLs ([MS-DTYP] 2.4.4, 2.4.5). ---- */

/* The ACEs follow without gaps; their sizes are multiples of 4. */
typedef struct _ACL {
    BYTE AclRevision;
    BYTE Sbz1;
    WORD AclSize;
    WORD AceCount;
    WORD Sbz2;
} ACL, *PACL;

#define ACL_REVISION     2
#define ACL_REVISION_DS  4
#define ACL_REVISION1    1
#define ACL_REVISION2    2
#define ACL_REVISION3    3
#define ACL_REVISION4    4
#define MIN_ACL_REVISION ACL_REVISION2
#define MAX_ACL_REVISION ACL_REVISION4

typedef enum _ACL_INFORMATION_CLASS {
    AclRevisionInformation = 1,
    AclSizeInformation,
} ACL_INFORMATION_CLASS;

typedef struct _ACL_REVISION_INFORMATION {
    DWORD AclRevision;
} ACL_REVISION_INFORMATION, *PACL_REVISION_INFORMATION;

typedef struct _ACL_SIZE_INFORMATION {
    DWORD AceCount;
    DWORD AclBytesInUse;
    DWORD AclBytesFree;
} ACL_SIZE_INFORMATION, *PACL_SIZE_INFORMATION;

typedef struct _ACE_HEADER {
    BYTE AceType;
    BYTE AceFlags;
    WORD AceSize;
} ACE_HEADER, *PACE_HEADER;

#define ACCESS_MIN_MS_ACE_TYPE                  0x0
#define ACCESS_ALLOWED_ACE_TYPE                 0x0
#define ACCESS_DENIED_ACE_TYPE                  0x1
#define SYSTEM_AUDIT_ACE_TYPE                   0x2
#define SYSTEM_ALARM_ACE_TYPE                   0x3
#define ACCESS_MAX_MS_V2_ACE_TYPE               0x3
#define ACCESS_ALLOWED_COMPOUND_ACE_TYPE        0x4
#define ACCESS_MAX_MS_V3_ACE_TYPE               0x4
#define ACCESS_MIN_MS_OBJECT_ACE_TYPE           0x5
#define ACCESS_ALLOWED_OBJECT_ACE_TYPE          0x5
#define ACCESS_DENIED_OBJECT_ACE_TYPE           0x6
#define SYSTEM_AUDIT_OBJECT_ACE_TYPE            0x7
#define SYSTEM_ALARM_OBJECT_ACE_TYPE            0x8
#define ACCESS_MAX_MS_OBJECT_ACE_TYPE           0x8
#define ACCESS_MAX_MS_V4_ACE_TYPE               0x8
#define ACCESS_MAX_MS_ACE_TYPE                  0x8
#define ACCESS_ALLOWED_CALLBACK_ACE_TYPE        0x9
#define ACCESS_DENIED_CALLBACK_ACE_TYPE         0xA
#define ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE 0xB
#define ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE  0xC
#define SYSTEM_AUDIT_CALLBACK_ACE_TYPE          0xD
#define SYSTEM_ALARM_CALLBACK_ACE_TYPE          0xE
#define SYSTEM_AUDIT_CALLBACK_OBJECT_ACE_TYPE   0xF
#define SYSTEM_ALARM_CALLBACK_OBJECT_ACE_TYPE   0x10
#define SYSTEM_MANDATORY_LABEL_ACE_TYPE         0x11
#define SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE      0x12
#define SYSTEM_SCOPED_POLICY_ID_ACE_TYPE        0x13
#define SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE     0x14
#define SYSTEM_ACCESS_FILTER_ACE_TYPE           0x15
/* Windows' newest: newer than the value that mingw-w64 has. */
#define ACCESS_MAX_MS_V5_ACE_TYPE 0x15

/* Flags of an ACE: how it is inherited, and what it audits. */
#define OBJECT_INHERIT_ACE              0x1
#define CONTAINER_INHERIT_ACE           0x2
#define NO_PROPAGATE_INHERIT_ACE        0x4
#define INHERIT_ONLY_ACE                0x8
#define INHERITED_ACE                   0x10
#define VALID_INHERIT_FLAGS             0x1F
#define CRITICAL_ACE_FLAG               0x20
#define SUCCESSFUL_ACCESS_ACE_FLAG      0x40
#define FAILED_ACCESS_ACE_FLAG          0x80
#define TRUST_PROTECTED_FILTER_ACE_FLAG 0x40

/* The SID begins at SidStart. */
typedef struct _ACCESS_ALLOWED_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} ACCESS_ALLOWED_ACE, *PACCESS_ALLOWED_ACE;

typedef struct _ACCESS_DENIED_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} ACCESS_DENIED_ACE, *PACCESS_DENIED_ACE;

typedef struct _SYSTEM_AUDIT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_AUDIT_ACE, *PSYSTEM_AUDIT_ACE;

typedef struct _SYSTEM_ALARM_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_ALARM_ACE, *PSYSTEM_ALARM_ACE;

typedef struct _SYSTEM_RESOURCE_ATTRIBUTE_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_RESOURCE_ATTRIBUTE_ACE, *PSYSTEM_RESOURCE_ATTRIBUTE_ACE;

typedef struct _SYSTEM_SCOPED_POLICY_ID_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_SCOPED_POLICY_ID_ACE, *PSYSTEM_SCOPED_POLICY_ID_ACE;

typedef struct _SYSTEM_MANDATORY_LABEL_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_MANDATORY_LABEL_ACE, *PSYSTEM_MANDATORY_LABEL_ACE;

typedef struct _SYSTEM_PROCESS_TRUST_LABEL_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_PROCESS_TRUST_LABEL_ACE, *PSYSTEM_PROCESS_TRUST_LABEL_ACE;

typedef struct _SYSTEM_ACCESS_FILTER_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_ACCESS_FILTER_ACE, *PSYSTEM_ACCESS_FILTER_ACE;

#define SYSTEM_MANDATORY_LABEL_NO_WRITE_UP   0x1
#define SYSTEM_MANDATORY_LABEL_NO_READ_UP    0x2
#define SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP 0x4
#define SYSTEM_MANDATORY_LABEL_VALID_MASK                                                          \
    (SYSTEM_MANDATORY_LABEL_NO_WRITE_UP | SYSTEM_MANDATORY_LABEL_NO_READ_UP |                      \
     SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP)

/* Flags tells which of the two GUIDs are there: what follows an absent one moves up. */
typedef struct _ACCESS_ALLOWED_OBJECT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD Flags;
    GUID ObjectType;
    GUID InheritedObjectType;
    DWORD SidStart;
} ACCESS_ALLOWED_OBJECT_ACE, *PACCESS_ALLOWED_OBJECT_ACE;

typedef struct _ACCESS_DENIED_OBJECT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD Flags;
    GUID ObjectType;
    GUID InheritedObjectType;
    DWORD SidStart;
} ACCESS_DENIED_OBJECT_ACE, *PACCESS_DENIED_OBJECT_ACE;

typedef struct _SYSTEM_AUDIT_OBJECT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD Flags;
    GUID ObjectType;
    GUID InheritedObjectType;
    DWORD SidStart;
} SYSTEM_AUDIT_OBJECT_ACE, *PSYSTEM_AUDIT_OBJECT_ACE;

typedef struct _SYSTEM_ALARM_OBJECT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD Flags;
    GUID ObjectType;
    GUID InheritedObjectType;
    DWORD SidStart;
} SYSTEM_ALARM_OBJECT_ACE, *PSYSTEM_ALARM_OBJECT_ACE;

#define ACE_OBJECT_TYPE_PRESENT           0x1
#define ACE_INHERITED_OBJECT_TYPE_PRESENT 0x2

/* Data of the application, or a conditional expression, follows the SID. */
typedef struct _ACCESS_ALLOWED_CALLBACK_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} ACCESS_ALLOWED_CALLBACK_ACE, *PACCESS_ALLOWED_CALLBACK_ACE;

typedef struct _ACCESS_DENIED_CALLBACK_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} ACCESS_DENIED_CALLBACK_ACE, *PACCESS_DENIED_CALLBACK_ACE;

typedef struct _SYSTEM_AUDIT_CALLBACK_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_AUDIT_CALLBACK_ACE, *PSYSTEM_AUDIT_CALLBACK_ACE;

typedef struct _SYSTEM_ALARM_CALLBACK_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD SidStart;
} SYSTEM_ALARM_CALLBACK_ACE, *PSYSTEM_ALARM_CALLBACK_ACE;

typedef struct _ACCESS_ALLOWED_CALLBACK_OBJECT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD Flags;
    GUID ObjectType;
    GUID InheritedObjectType;
    DWORD SidStart;
} ACCESS_ALLOWED_CALLBACK_OBJECT_ACE, *PACCESS_ALLOWED_CALLBACK_OBJECT_ACE;

typedef struct _ACCESS_DENIED_CALLBACK_OBJECT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD Flags;
    GUID ObjectType;
    GUID InheritedObjectType;
    DWORD SidStart;
} ACCESS_DENIED_CALLBACK_OBJECT_ACE, *PACCESS_DENIED_CALLBACK_OBJECT_ACE;

typedef struct _SYSTEM_AUDIT_CALLBACK_OBJECT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD Flags;
    GUID ObjectType;
    GUID InheritedObjectType;
    DWORD SidStart;
} SYSTEM_AUDIT_CALLBACK_OBJECT_ACE, *PSYSTEM_AUDIT_CALLBACK_OBJECT_ACE;

typedef struct _SYSTEM_ALARM_CALLBACK_OBJECT_ACE {
    ACE_HEADER Header;
    ACCESS_MASK Mask;
    DWORD Flags;
    GUID ObjectType;
    GUID InheritedObjectType;
    DWORD SidStart;
} SYSTEM_ALARM_CALLBACK_OBJECT_ACE, *PSYSTEM_ALARM_CALLBACK_OBJECT_ACE;

/* ---- Security descriptors ([MS-DTYP] 2.4.6). ---- */

typedef WORD SECURITY_DESCRIPTOR_CONTROL, *PSECURITY_DESCRIPTOR_CONTROL;
#define SE_OWNER_DEFAULTED             0x0001
#define SE_GROUP_DEFAULTED             0x0002
#define SE_DACL_PRESENT                0x0004
#define SE_DACL_DEFAULTED              0x0008
#define SE_SACL_PRESENT                0x0010
#define SE_SACL_DEFAULTED              0x0020
#define SE_DACL_AUTO_INHERIT_REQ       0x0100
#define SE_SACL_AUTO_INHERIT_REQ       0x0200
#define SE_DACL_AUTO_INHERITED         0x0400
#define SE_SACL_AUTO_INHERITED         0x0800
#define SE_DACL_PROTECTED              0x1000
#define SE_SACL_PROTECTED              0x2000
#define SE_RM_CONTROL_VALID            0x4000
#define SE_SELF_RELATIVE               0x8000
#define SECURITY_DESCRIPTOR_REVISION   1
#define SECURITY_DESCRIPTOR_REVISION1  1
#define SECURITY_DESCRIPTOR_MIN_LENGTH (sizeof(SECURITY_DESCRIPTOR))

/* Self-relative: the members are offsets from the start, 0: not there. */
typedef struct _SECURITY_DESCRIPTOR_RELATIVE {
    BYTE Revision;
    BYTE Sbz1;
    SECURITY_DESCRIPTOR_CONTROL Control;
    DWORD Owner;
    DWORD Group;
    DWORD Sacl;
    DWORD Dacl;
} SECURITY_DESCRIPTOR_RELATIVE, *PISECURITY_DESCRIPTOR_RELATIVE;

/* Absolute: the members are pointers; whoever set them owns what they point to. */
typedef struct _SECURITY_DESCRIPTOR {
    BYTE Revision;
    BYTE Sbz1;
    SECURITY_DESCRIPTOR_CONTROL Control;
    PSID Owner;
    PSID Group;
    PACL Sacl;
    PACL Dacl;
} SECURITY_DESCRIPTOR, *PISECURITY_DESCRIPTOR;

/* Which parts of a descriptor a call is about. */
typedef DWORD SECURITY_INFORMATION, *PSECURITY_INFORMATION;
#define OWNER_SECURITY_INFORMATION               0x00000001
#define GROUP_SECURITY_INFORMATION               0x00000002
#define DACL_SECURITY_INFORMATION                0x00000004
#define SACL_SECURITY_INFORMATION                0x00000008
#define LABEL_SECURITY_INFORMATION               0x00000010
#define ATTRIBUTE_SECURITY_INFORMATION           0x00000020
#define SCOPE_SECURITY_INFORMATION               0x00000040
#define PROCESS_TRUST_LABEL_SECURITY_INFORMATION 0x00000080
#define ACCESS_FILTER_SECURITY_INFORMATION       0x00000100
#define BACKUP_SECURITY_INFORMATION              0x00010000
#define PROTECTED_DACL_SECURITY_INFORMATION      0x80000000
#define PROTECTED_SACL_SECURITY_INFORMATION      0x40000000
#define UNPROTECTED_DACL_SECURITY_INFORMATION    0x20000000
#define UNPROTECTED_SACL_SECURITY_INFORMATION    0x10000000

/* A tree of object, property sets and properties for AccessCheckByType. */
typedef struct _OBJECT_TYPE_LIST {
    WORD Level;
    WORD Sbz;
    GUID *ObjectType;
} OBJECT_TYPE_LIST, *POBJECT_TYPE_LIST;

#define ACCESS_OBJECT_GUID       0
#define ACCESS_PROPERTY_SET_GUID 1
#define ACCESS_PROPERTY_GUID     2
#define ACCESS_MAX_LEVEL         4

typedef enum _AUDIT_EVENT_TYPE {
    AuditEventObjectAccess = 0,
    AuditEventDirectoryServiceAccess,
} AUDIT_EVENT_TYPE;
typedef AUDIT_EVENT_TYPE *PAUDIT_EVENT_TYPE;

#define AUDIT_ALLOW_NO_PRIVILEGE     0x1
#define ACCESS_DS_SOURCE_A           "DS"
#define ACCESS_DS_SOURCE_W           OPENLOGON_WIDE("DS")
#define ACCESS_DS_OBJECT_TYPE_NAME_A "Directory Service Object"
#define ACCESS_DS_OBJECT_TYPE_NAME_W OPENLOGON_WIDE("Directory Service Object")

/* ---- Privileges. ---- */

#define SE_PRIVILEGE_ENABLED_BY_DEFAULT 0x00000001
#define SE_PRIVILEGE_ENABLED            0x00000002
#define SE_PRIVILEGE_REMOVED            0x00000004
#define SE_PRIVILEGE_USED_FOR_ACCESS    0x80000000
#define SE_PRIVILEGE_VALID_ATTRIBUTES                                                              \
    (SE_PRIVILEGE_ENABLED_BY_DEFAULT | SE_PRIVILEGE_ENABLED | SE_PRIVILEGE_REMOVED |               \
     SE_PRIVILEGE_USED_FOR_ACCESS)
#define PRIVILEGE_SET_ALL_NECESSARY 1

typedef struct _PRIVILEGE_SET {
    DWORD PrivilegeCount;
    DWORD Control;
    LUID_AND_ATTRIBUTES Privilege[ANYSIZE_ARRAY];
} PRIVILEGE_SET, *PPRIVILEGE_SET;

#define SE_CREATE_TOKEN_NAME                      TEXT("SeCreateTokenPrivilege")
#define SE_ASSIGNPRIMARYTOKEN_NAME                TEXT("SeAssignPrimaryTokenPrivilege")
#define SE_LOCK_MEMORY_NAME                       TEXT("SeLockMemoryPrivilege")
#define SE_INCREASE_QUOTA_NAME                    TEXT("SeIncreaseQuotaPrivilege")
#define SE_UNSOLICITED_INPUT_NAME                 TEXT("SeUnsolicitedInputPrivilege")
#define SE_MACHINE_ACCOUNT_NAME                   TEXT("SeMachineAccountPrivilege")
#define SE_TCB_NAME                               TEXT("SeTcbPrivilege")
#define SE_SECURITY_NAME                          TEXT("SeSecurityPrivilege")
#define SE_TAKE_OWNERSHIP_NAME                    TEXT("SeTakeOwnershipPrivilege")
#define SE_LOAD_DRIVER_NAME                       TEXT("SeLoadDriverPrivilege")
#define SE_SYSTEM_PROFILE_NAME                    TEXT("SeSystemProfilePrivilege")
#define SE_SYSTEMTIME_NAME                        TEXT("SeSystemtimePrivilege")
#define SE_PROF_SINGLE_PROCESS_NAME               TEXT("SeProfileSingleProcessPrivilege")
#define SE_INC_BASE_PRIORITY_NAME                 TEXT("SeIncreaseBasePriorityPrivilege")
#define SE_CREATE_PAGEFILE_NAME                   TEXT("SeCreatePagefilePrivilege")
#define SE_CREATE_PERMANENT_NAME                  TEXT("SeCreatePermanentPrivilege")
#define SE_BACKUP_NAME                            TEXT("SeBackupPrivilege")
#define SE_RESTORE_NAME                           TEXT("SeRestorePrivilege")
#define SE_SHUTDOWN_NAME                          TEXT("SeShutdownPrivilege")
#define SE_DEBUG_NAME                             TEXT("SeDebugPrivilege")
#define SE_AUDIT_NAME                             TEXT("SeAuditPrivilege")
#define SE_SYSTEM_ENVIRONMENT_NAME                TEXT("SeSystemEnvironmentPrivilege")
#define SE_CHANGE_NOTIFY_NAME                     TEXT("SeChangeNotifyPrivilege")
#define SE_REMOTE_SHUTDOWN_NAME                   TEXT("SeRemoteShutdownPrivilege")
#define SE_UNDOCK_NAME                            TEXT("SeUndockPrivilege")
#define SE_SYNC_AGENT_NAME                        TEXT("SeSyncAgentPrivilege")
#define SE_ENABLE_DELEGATION_NAME                 TEXT("SeEnableDelegationPrivilege")
#define SE_MANAGE_VOLUME_NAME                     TEXT("SeManageVolumePrivilege")
#define SE_IMPERSONATE_NAME                       TEXT("SeImpersonatePrivilege")
#define SE_CREATE_GLOBAL_NAME                     TEXT("SeCreateGlobalPrivilege")
#define SE_TRUSTED_CREDMAN_ACCESS_NAME            TEXT("SeTrustedCredManAccessPrivilege")
#define SE_RELABEL_NAME                           TEXT("SeRelabelPrivilege")
#define SE_INC_WORKING_SET_NAME                   TEXT("SeIncreaseWorkingSetPrivilege")
#define SE_TIME_ZONE_NAME                         TEXT("SeTimeZonePrivilege")
#define SE_CREATE_SYMBOLIC_LINK_NAME              TEXT("SeCreateSymbolicLinkPrivilege")
#define SE_DELEGATE_SESSION_USER_IMPERSONATE_NAME TEXT("SeDelegateSessionUserImpersonatePrivilege")

/* ---- Impersonation. ---- */

typedef enum _SECURITY_IMPERSONATION_LEVEL {
    SecurityAnonymous = 0,
    SecurityIdentification,
    SecurityImpersonation,
    SecurityDelegation,
} SECURITY_IMPERSONATION_LEVEL;
typedef SECURITY_IMPERSONATION_LEVEL *PSECURITY_IMPERSONATION_LEVEL;

#define SECURITY_MAX_IMPERSONATION_LEVEL SecurityDelegation
#define SECURITY_MIN_IMPERSONATION_LEVEL SecurityAnonymous
#define DEFAULT_IMPERSONATION_LEVEL      SecurityImpersonation
#define VALID_IMPERSONATION_LEVEL(level)                                                           \
    ((level) >= SECURITY_MIN_IMPERSONATION_LEVEL && (level) <= SECURITY_MAX_IMPERSONATION_LEVEL)

typedef BOOLEAN SECURITY_CONTEXT_TRACKING_MODE, *PSECURITY_CONTEXT_TRACKING_MODE;
#define SECURITY_DYNAMIC_TRACKING TRUE
#define SECURITY_STATIC_TRACKING  FALSE

typedef struct _SECURITY_QUALITY_OF_SERVICE {
    DWORD Length;
    SECURITY_IMPERSONATION_LEVEL ImpersonationLevel;
    SECURITY_CONTEXT_TRACKING_MODE ContextTrackingMode;
    BOOLEAN EffectiveOnly;
} SECURITY_QUALITY_OF_SERVICE, *PSECURITY_QUALITY_OF_SERVICE;

typedef struct _SE_IMPERSONATION_STATE {
    PACCESS_TOKEN Token;
    BOOLEAN CopyOnOpen;
    BOOLEAN EffectiveOnly;
    SECURITY_IMPERSONATION_LEVEL Level;
} SE_IMPERSONATION_STATE, *PSE_IMPERSONATION_STATE;

/* ---- Tokens. ---- */

typedef enum _TOKEN_TYPE {
    TokenPrimary = 1,
    TokenImpersonation,
} TOKEN_TYPE;
typedef TOKEN_TYPE *PTOKEN_TYPE;

typedef enum _TOKEN_ELEVATION_TYPE {
    TokenElevationTypeDefault = 1,
    TokenElevationTypeFull,
    TokenElevationTypeLimited,
} TOKEN_ELEVATION_TYPE;
typedef TOKEN_ELEVATION_TYPE *PTOKEN_ELEVATION_TYPE;

typedef enum _TOKEN_INFORMATION_CLASS {
    TokenUser = 1,
    TokenGroups,
    TokenPrivileges,
    TokenOwner,
    TokenPrimaryGroup,
    TokenDefaultDacl,
    TokenSource,
    TokenType,
    TokenImpersonationLevel,
    TokenStatistics,
    TokenRestrictedSids,
    TokenSessionId,
    TokenGroupsAndPrivileges,
    TokenSessionReference,
    TokenSandBoxInert,
    TokenAuditPolicy,
    TokenOrigin,
    TokenElevationType,
    TokenLinkedToken,
    TokenElevation,
    TokenHasRestrictions,
    TokenAccessInformation,
    TokenVirtualizationAllowed,
    TokenVirtualizationEnabled,
    TokenIntegrityLevel,
    TokenUIAccess,
    TokenMandatoryPolicy,
    TokenLogonSid,
    TokenIsAppContainer,
    TokenCapabilities,
    TokenAppContainerSid,
    TokenAppContainerNumber,
    TokenUserClaimAttributes,
    TokenDeviceClaimAttributes,
    TokenRestrictedUserClaimAttributes,
    TokenRestrictedDeviceClaimAttributes,
    TokenDeviceGroups,
    TokenRestrictedDeviceGroups,
    TokenSecurityAttributes,
    TokenIsRestricted,
    TokenProcessTrustLevel,
    TokenPrivateNameSpace,
    TokenSingletonAttributes,
    TokenBnoIsolation,
    TokenChildProcessFlags,
    TokenIsLessPrivilegedAppContainer,
    TokenIsSandboxed,
    TokenIsAppSilo,
    TokenLoggingInformation,
    TokenLearningMode,
    MaxTokenInfoClass,
} TOKEN_INFORMATION_CLASS;
typedef TOKEN_INFORMATION_CLASS *PTOKEN_INFORMATION_CLASS;

#define TOKEN_SOURCE_LENGTH            8
#define POLICY_AUDIT_SUBCATEGORY_COUNT 56

typedef struct _TOKEN_USER {
    SID_AND_ATTRIBUTES User;
} TOKEN_USER, *PTOKEN_USER;

typedef struct _SE_TOKEN_USER {
    __extension__ union {
        TOKEN_USER TokenUser;
        SID_AND_ATTRIBUTES User;
    };
    __extension__ union {
        SID Sid;
        BYTE Buffer[SECURITY_MAX_SID_SIZE];
    };
} SE_TOKEN_USER, *PSE_TOKEN_USER;

typedef struct _TOKEN_GROUPS {
    DWORD GroupCount;
    SID_AND_ATTRIBUTES Groups[ANYSIZE_ARRAY];
} TOKEN_GROUPS, *PTOKEN_GROUPS;

typedef struct _TOKEN_PRIVILEGES {
    DWORD PrivilegeCount;
    LUID_AND_ATTRIBUTES Privileges[ANYSIZE_ARRAY];
} TOKEN_PRIVILEGES, *PTOKEN_PRIVILEGES;

typedef struct _TOKEN_OWNER {
    PSID Owner;
} TOKEN_OWNER, *PTOKEN_OWNER;

typedef struct _TOKEN_PRIMARY_GROUP {
    PSID PrimaryGroup;
} TOKEN_PRIMARY_GROUP, *PTOKEN_PRIMARY_GROUP;

typedef struct _TOKEN_DEFAULT_DACL {
    PACL DefaultDacl;
} TOKEN_DEFAULT_DACL, *PTOKEN_DEFAULT_DACL;

typedef struct _TOKEN_GROUPS_AND_PRIVILEGES {
    DWORD SidCount;
    DWORD SidLength;
    PSID_AND_ATTRIBUTES Sids;
    DWORD RestrictedSidCount;
    DWORD RestrictedSidLength;
    PSID_AND_ATTRIBUTES RestrictedSids;
    DWORD PrivilegeCount;
    DWORD PrivilegeLength;
    PLUID_AND_ATTRIBUTES Privileges;
    LUID AuthenticationId;
} TOKEN_GROUPS_AND_PRIVILEGES, *PTOKEN_GROUPS_AND_PRIVILEGES;

typedef struct _TOKEN_LINKED_TOKEN {
    HANDLE LinkedToken;
} TOKEN_LINKED_TOKEN, *PTOKEN_LINKED_TOKEN;

typedef struct _TOKEN_ELEVATION {
    DWORD TokenIsElevated;
} TOKEN_ELEVATION, *PTOKEN_ELEVATION;

typedef struct _TOKEN_MANDATORY_LABEL {
    SID_AND_ATTRIBUTES Label;
} TOKEN_MANDATORY_LABEL, *PTOKEN_MANDATORY_LABEL;

#define TOKEN_MANDATORY_POLICY_OFF             0x0
#define TOKEN_MANDATORY_POLICY_NO_WRITE_UP     0x1
#define TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN 0x2
#define TOKEN_MANDATORY_POLICY_VALID_MASK                                                          \
    (TOKEN_MANDATORY_POLICY_NO_WRITE_UP | TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN)

typedef struct _TOKEN_MANDATORY_POLICY {
    DWORD Policy;
} TOKEN_MANDATORY_POLICY, *PTOKEN_MANDATORY_POLICY;

typedef struct _TOKEN_ACCESS_INFORMATION {
    PSID_AND_ATTRIBUTES_HASH SidHash;
    PSID_AND_ATTRIBUTES_HASH RestrictedSidHash;
    PTOKEN_PRIVILEGES Privileges;
    LUID AuthenticationId;
    TOKEN_TYPE TokenType;
    SECURITY_IMPERSONATION_LEVEL ImpersonationLevel;
    TOKEN_MANDATORY_POLICY MandatoryPolicy;
    DWORD Flags;
    DWORD AppContainerNumber;
    PSID PackageSid;
    PSID_AND_ATTRIBUTES_HASH CapabilitiesHash;
} TOKEN_ACCESS_INFORMATION, *PTOKEN_ACCESS_INFORMATION;

typedef struct _TOKEN_AUDIT_POLICY {
    UCHAR PerUserPolicy[(POLICY_AUDIT_SUBCATEGORY_COUNT >> 1) + 1];
} TOKEN_AUDIT_POLICY, *PTOKEN_AUDIT_POLICY;

typedef struct _TOKEN_SOURCE {
    CHAR SourceName[TOKEN_SOURCE_LENGTH];
    LUID SourceIdentifier;
} TOKEN_SOURCE, *PTOKEN_SOURCE;

typedef struct _TOKEN_STATISTICS {
    LUID TokenId;
    LUID AuthenticationId;
    LARGE_INTEGER ExpirationTime;
    TOKEN_TYPE TokenType;
    SECURITY_IMPERSONATION_LEVEL ImpersonationLevel;
    DWORD DynamicCharged;
    DWORD DynamicAvailable;
    DWORD GroupCount;
    DWORD PrivilegeCount;
    LUID ModifiedId;
} TOKEN_STATISTICS, *PTOKEN_STATISTICS;

typedef struct _TOKEN_CONTROL {
    LUID TokenId;
    LUID AuthenticationId;
    LUID ModifiedId;
    TOKEN_SOURCE TokenSource;
} TOKEN_CONTROL, *PTOKEN_CONTROL;

typedef struct _TOKEN_ORIGIN {
    LUID OriginatingLogonSession;
} TOKEN_ORIGIN, *PTOKEN_ORIGIN;

typedef struct _TOKEN_APPCONTAINER_INFORMATION {
    PSID TokenAppContainer;
} TOKEN_APPCONTAINER_INFORMATION, *PTOKEN_APPCONTAINER_INFORMATION;

typedef struct _TOKEN_SID_INFORMATION {
    PSID Sid;
} TOKEN_SID_INFORMATION, *PTOKEN_SID_INFORMATION;

typedef struct _TOKEN_BNO_ISOLATION_INFORMATION {
    PWSTR IsolationPrefix;
    BOOLEAN IsolationEnabled;
} TOKEN_BNO_ISOLATION_INFORMATION, *PTOKEN_BNO_ISOLATION_INFORMATION;

/* Flags of CreateRestrictedToken. */
#define DISABLE_MAX_PRIVILEGE 0x1
#define SANDBOX_INERT         0x2
#define LUA_TOKEN             0x4
#define WRITE_RESTRICTED      0x8

/* ---- Claims and resource attributes ([MS-DTYP] 2.4.10). ---- */

#define CLAIM_SECURITY_ATTRIBUTE_TYPE_INVALID         0x00
#define CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64           0x01
#define CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64          0x02
#define CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING          0x03
#define CLAIM_SECURITY_ATTRIBUTE_TYPE_FQBN            0x04
#define CLAIM_SECURITY_ATTRIBUTE_TYPE_SID             0x05
#define CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN         0x06
#define CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING    0x10
#define CLAIM_SECURITY_ATTRIBUTE_NON_INHERITABLE      0x0001
#define CLAIM_SECURITY_ATTRIBUTE_VALUE_CASE_SENSITIVE 0x0002
#define CLAIM_SECURITY_ATTRIBUTE_USE_FOR_DENY_ONLY    0x0004
#define CLAIM_SECURITY_ATTRIBUTE_DISABLED_BY_DEFAULT  0x0008
#define CLAIM_SECURITY_ATTRIBUTE_DISABLED             0x0010
#define CLAIM_SECURITY_ATTRIBUTE_MANDATORY            0x0020
#define CLAIM_SECURITY_ATTRIBUTE_VALID_FLAGS                                                       \
    (CLAIM_SECURITY_ATTRIBUTE_NON_INHERITABLE | CLAIM_SECURITY_ATTRIBUTE_VALUE_CASE_SENSITIVE |    \
     CLAIM_SECURITY_ATTRIBUTE_USE_FOR_DENY_ONLY | CLAIM_SECURITY_ATTRIBUTE_DISABLED_BY_DEFAULT |   \
     CLAIM_SECURITY_ATTRIBUTE_DISABLED | CLAIM_SECURITY_ATTRIBUTE_MANDATORY)
#define CLAIM_SECURITY_ATTRIBUTE_CUSTOM_FLAGS            0xffff0000
#define CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1 1
#define CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION                                              \
    CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1

typedef struct _CLAIM_SECURITY_ATTRIBUTE_FQBN_VALUE {
    DWORD64 Version;
    PWSTR Name;
} CLAIM_SECURITY_ATTRIBUTE_FQBN_VALUE, *PCLAIM_SECURITY_ATTRIBUTE_FQBN_VALUE;

typedef struct _CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE {
    PVOID pValue;
    DWORD ValueLength;
} CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE, *PCLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE;

typedef struct _CLAIM_SECURITY_ATTRIBUTE_V1 {
    PWSTR Name;
    WORD ValueType;
    WORD Reserved;
    DWORD Flags;
    DWORD ValueCount;
    union {
        PLONG64 pInt64;
        PDWORD64 pUint64;
        PWSTR *ppString;
        PCLAIM_SECURITY_ATTRIBUTE_FQBN_VALUE pFqbn;
        PCLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE pOctetString;
    } Values;
} CLAIM_SECURITY_ATTRIBUTE_V1, *PCLAIM_SECURITY_ATTRIBUTE_V1;

typedef struct _CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1 {
    DWORD Name;
    WORD ValueType;
    WORD Reserved;
    DWORD Flags;
    DWORD ValueCount;
    union {
        DWORD pInt64[ANYSIZE_ARRAY];
        DWORD pUint64[ANYSIZE_ARRAY];
        DWORD ppString[ANYSIZE_ARRAY];
        DWORD pFqbn[ANYSIZE_ARRAY];
        DWORD pOctetString[ANYSIZE_ARRAY];
    } Values;
} CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1, *PCLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1;

typedef struct _CLAIM_SECURITY_ATTRIBUTES_INFORMATION {
    WORD Version;
    WORD Reserved;
    DWORD AttributeCount;
    union {
        PCLAIM_SECURITY_ATTRIBUTE_V1 pAttributeV1;
    } Attribute;
} CLAIM_SECURITY_ATTRIBUTES_INFORMATION, *PCLAIM_SECURITY_ATTRIBUTES_INFORMATION;

/* ---- Quotas, and callbacks of other headers. ---- */

#define QUOTA_LIMITS_HARDWS_MIN_ENABLE  0x00000001
#define QUOTA_LIMITS_HARDWS_MIN_DISABLE 0x00000002
#define QUOTA_LIMITS_HARDWS_MAX_ENABLE  0x00000004
#define QUOTA_LIMITS_HARDWS_MAX_DISABLE 0x00000008
#define QUOTA_LIMITS_USE_DEFAULT_LIMITS 0x00000010

typedef struct _QUOTA_LIMITS {
    SIZE_T PagedPoolLimit;
    SIZE_T NonPagedPoolLimit;
    SIZE_T MinimumWorkingSetSize;
    SIZE_T MaximumWorkingSetSize;
    SIZE_T PagefileLimit;
    LARGE_INTEGER TimeLimit;
} QUOTA_LIMITS, *PQUOTA_LIMITS;

#define SEF_DACL_AUTO_INHERIT             0x01
#define SEF_SACL_AUTO_INHERIT             0x02
#define SEF_DEFAULT_DESCRIPTOR_FOR_OBJECT 0x04
#define SEF_AVOID_PRIVILEGE_CHECK         0x08
#define SEF_AVOID_OWNER_CHECK             0x10
#define SEF_DEFAULT_OWNER_FROM_PARENT     0x20
#define SEF_DEFAULT_GROUP_FROM_PARENT     0x40
#define SEF_MACL_NO_WRITE_UP              0x100
#define SEF_MACL_NO_READ_UP               0x200
#define SEF_MACL_NO_EXECUTE_UP            0x400
#define SEF_AI_USE_EXTRA_PARAMS           0x800
#define SEF_AVOID_OWNER_RESTRICTION       0x1000
#define SEF_MACL_VALID_FLAGS              (SEF_MACL_NO_WRITE_UP | SEF_MACL_NO_READ_UP | SEF_MACL_NO_EXECUTE_UP)

#endif
