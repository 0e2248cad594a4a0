/* SPDX-License-Identifier: MIT */
/* The types of access control by trustees. */
#ifndef OPENLOGON_ACLAPI_H
#define OPENLOGON_ACLAPI_H

#include <windows.h>
#include <accctrl.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ---- The security of objects ----
 *
 * These return ERROR_SUCCESS or the error; the last error is left alone. Of SE_OBJECT_TYPE only
 * SE_FILE_OBJECT is there, others are ERROR_NOT_SUPPORTED. A file is named by its path on Linux;
 * symbolic links are followed. The kernel decides with the calling thread's identity. What a
 * descriptor and POSIX permissions say of each other is in docs/file-security.md.
 */

/**
 * Gets parts of an object's descriptor.
 * @ppsidOwner @ppsidGroup @ppDacl @ppSacl  may be NULL; else they get pointers into the
 *         descriptor, NULL for what is not there or was not asked for
 * @ppSecurityDescriptor  self-relative, the caller's: LocalFree
 * Needs:  for the owner, group and DACL of a file: to reach its name; for SACL_ and
 *         BACKUP_SECURITY_INFORMATION: SeSecurityPrivilege
 * Errors: ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED, ERROR_PRIVILEGE_NOT_HELD, ERROR_NONE_MAPPED
 *         (a uid or gid without a SID), ERROR_NOT_SUPPORTED, ERROR_INVALID_PARAMETER,
 *         ERROR_BAD_IMPERSONATION_LEVEL, RPC_S_SERVER_UNAVAILABLE (nobody tells the machine's SID)
 * Source: Learn, GetNamedSecurityInfoW
 */
OPENLOGON_API DWORD GetNamedSecurityInfoA(LPCSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                          SECURITY_INFORMATION SecurityInfo, PSID *ppsidOwner,
                                          PSID *ppsidGroup, PACL *ppDacl, PACL *ppSacl,
                                          PSECURITY_DESCRIPTOR *ppSecurityDescriptor);
OPENLOGON_API DWORD GetNamedSecurityInfoW(LPCWSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                          SECURITY_INFORMATION SecurityInfo, PSID *ppsidOwner,
                                          PSID *ppsidGroup, PACL *ppDacl, PACL *ppSacl,
                                          PSECURITY_DESCRIPTOR *ppSecurityDescriptor);
#ifdef UNICODE
#define GetNamedSecurityInfo GetNamedSecurityInfoW
#else
#define GetNamedSecurityInfo GetNamedSecurityInfoA
#endif

/**
 * Replaces parts of an object's descriptor. On failure the object is as it was. Objects that
 * exist below a directory are left alone: ACEs to be inherited are for new ones.
 * Needs:  of a file, for the DACL: to own it, or CAP_FOWNER; for the owner: CAP_CHOWN; for the
 *         group: to own the file and be in the group, or CAP_CHOWN; for SACL_, SCOPE_ and
 *         BACKUP_SECURITY_INFORMATION: SeSecurityPrivilege; for a label above the caller's own:
 *         SeRelabelPrivilege
 * Errors: ERROR_NOT_SUPPORTED (Linux cannot say that; see OPENLOGON_FILE_MODE), ERROR_INVALID_OWNER
 *         and ERROR_INVALID_PRIMARY_GROUP (not of this machine, or NULL), ERROR_INVALID_SID,
 *         ERROR_INVALID_ACL, ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED, ERROR_PRIVILEGE_NOT_HELD,
 *         ERROR_INVALID_PARAMETER, ERROR_BAD_IMPERSONATION_LEVEL, RPC_S_SERVER_UNAVAILABLE
 * Source: Learn, SetNamedSecurityInfoW
 */
OPENLOGON_API DWORD SetNamedSecurityInfoA(LPSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                          SECURITY_INFORMATION SecurityInfo, PSID psidOwner,
                                          PSID psidGroup, PACL pDacl, PACL pSacl);
OPENLOGON_API DWORD SetNamedSecurityInfoW(LPWSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                          SECURITY_INFORMATION SecurityInfo, PSID psidOwner,
                                          PSID psidGroup, PACL pDacl, PACL pSacl);
#ifdef UNICODE
#define SetNamedSecurityInfo SetNamedSecurityInfoW
#else
#define SetNamedSecurityInfo SetNamedSecurityInfoA
#endif

/**
 * The same for an open file (openlogon_handle_from_fd).
 * Needs:  READ_CONTROL on the handle; otherwise as GetNamedSecurityInfo
 * Errors: ERROR_INVALID_HANDLE; otherwise as GetNamedSecurityInfo
 * Source: Learn, GetSecurityInfo
 */
OPENLOGON_API DWORD GetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE ObjectType,
                                    SECURITY_INFORMATION SecurityInfo, PSID *ppsidOwner,
                                    PSID *ppsidGroup, PACL *ppDacl, PACL *ppSacl,
                                    PSECURITY_DESCRIPTOR *ppSecurityDescriptor);

/**
 * The same for an open file. A file descriptor grants no WRITE_DAC or WRITE_OWNER of its own, so
 * that the kernel alone decides, at this call.
 * Needs:  as SetNamedSecurityInfo
 * Errors: ERROR_INVALID_HANDLE; otherwise as SetNamedSecurityInfo
 * Source: Learn, SetSecurityInfo
 */
OPENLOGON_API DWORD SetSecurityInfo(HANDLE handle, SE_OBJECT_TYPE ObjectType,
                                    SECURITY_INFORMATION SecurityInfo, PSID psidOwner,
                                    PSID psidGroup, PACL pDacl, PACL pSacl);

/*
 * ---- Trees of objects ----
 *
 * On Linux nothing is inherited but when a file is made, so that there is nothing to hand down and
 * nothing that was: these fail with ERROR_NOT_SUPPORTED, and look at no argument.
 */

typedef VOID (*FN_PROGRESS)(LPWSTR pObjectName, DWORD Status, PPROG_INVOKE_SETTING pInvokeSetting,
                            PVOID Args, BOOL SecuritySet);

/** Errors: ERROR_NOT_SUPPORTED. Source: Learn, TreeSetNamedSecurityInfoW */
OPENLOGON_API DWORD TreeSetNamedSecurityInfoA(LPSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                              SECURITY_INFORMATION SecurityInfo, PSID pOwner,
                                              PSID pGroup, PACL pDacl, PACL pSacl, DWORD dwAction,
                                              FN_PROGRESS fnProgress,
                                              PROG_INVOKE_SETTING ProgressInvokeSetting,
                                              PVOID Args);
OPENLOGON_API DWORD TreeSetNamedSecurityInfoW(LPWSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                              SECURITY_INFORMATION SecurityInfo, PSID pOwner,
                                              PSID pGroup, PACL pDacl, PACL pSacl, DWORD dwAction,
                                              FN_PROGRESS fnProgress,
                                              PROG_INVOKE_SETTING ProgressInvokeSetting,
                                              PVOID Args);
#ifdef UNICODE
#define TreeSetNamedSecurityInfo TreeSetNamedSecurityInfoW
#else
#define TreeSetNamedSecurityInfo TreeSetNamedSecurityInfoA
#endif

/** Errors: ERROR_NOT_SUPPORTED. Source: Learn, TreeResetNamedSecurityInfoW */
OPENLOGON_API DWORD TreeResetNamedSecurityInfoA(LPSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                                SECURITY_INFORMATION SecurityInfo, PSID pOwner,
                                                PSID pGroup, PACL pDacl, PACL pSacl,
                                                BOOL KeepExplicit, FN_PROGRESS fnProgress,
                                                PROG_INVOKE_SETTING ProgressInvokeSetting,
                                                PVOID Args);
OPENLOGON_API DWORD TreeResetNamedSecurityInfoW(LPWSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                                SECURITY_INFORMATION SecurityInfo, PSID pOwner,
                                                PSID pGroup, PACL pDacl, PACL pSacl,
                                                BOOL KeepExplicit, FN_PROGRESS fnProgress,
                                                PROG_INVOKE_SETTING ProgressInvokeSetting,
                                                PVOID Args);
#ifdef UNICODE
#define TreeResetNamedSecurityInfo TreeResetNamedSecurityInfoW
#else
#define TreeResetNamedSecurityInfo TreeResetNamedSecurityInfoA
#endif

/** Errors: ERROR_NOT_SUPPORTED. Source: Learn, GetInheritanceSourceW */
OPENLOGON_API DWORD GetInheritanceSourceA(LPSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                          SECURITY_INFORMATION SecurityInfo, BOOL Container,
                                          GUID **pObjectClassGuids, DWORD GuidCount, PACL pAcl,
                                          PFN_OBJECT_MGR_FUNCTS pfnArray,
                                          PGENERIC_MAPPING pGenericMapping,
                                          PINHERITED_FROMA pInheritArray);
OPENLOGON_API DWORD GetInheritanceSourceW(LPWSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                          SECURITY_INFORMATION SecurityInfo, BOOL Container,
                                          GUID **pObjectClassGuids, DWORD GuidCount, PACL pAcl,
                                          PFN_OBJECT_MGR_FUNCTS pfnArray,
                                          PGENERIC_MAPPING pGenericMapping,
                                          PINHERITED_FROMW pInheritArray);
#ifdef UNICODE
#define GetInheritanceSource GetInheritanceSourceW
#else
#define GetInheritanceSource GetInheritanceSourceA
#endif

/** Errors: ERROR_NOT_SUPPORTED. Source: Learn, FreeInheritedFromArray */
OPENLOGON_API DWORD FreeInheritedFromArray(PINHERITED_FROMW pInheritArray, USHORT AceCnt,
                                           PFN_OBJECT_MGR_FUNCTS pfnArray);

#ifdef __cplusplus
}
#endif

#endif
