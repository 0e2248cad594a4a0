/* SPDX-License-Identifier: MIT */
/*
 * Access control by trustees: who may do what, by SID or by name.
 *
 * Functions that return DWORD return an error code, ERROR_SUCCESS when there is none, and write
 * nothing on failure. A trustee is a SID, a name that LookupAccountName knows, or either with GUIDs
 * of object types; the name CURRENT_USER is the user of the calling thread. What a TRUSTEE or an
 * EXPLICIT_ACCESS points to stays its owner's, and must live as long. Names of object types have no
 * directory to be found in: where one is given the error is ERROR_NOT_SUPPORTED.
 */
#ifndef OPENLOGON_ACLAPI_H
#define OPENLOGON_ACLAPI_H

#include <windows.h>
#include <accctrl.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A new ACL: the old one with entries merged in. New denials and audits come first, new allowances
 * before the first ACE that allows or was inherited, each in the order of the list. Inherited ACEs
 * stay as they are. The ACL is the caller's: LocalFree.
 * GRANT_ACCESS, DENY_ACCESS and SET_AUDIT_* add to what the trustee's ACE of the same kind,
 * inheritance and GUIDs has; GRANT_ACCESS takes its rights from such a denial, too. SET_ACCESS
 * replaces all that allows or denies the trustee. REVOKE_ACCESS removes all that allows it or
 * audits. SET_AUDIT_SUCCESS | SET_AUDIT_FAILURE is both.
 * @OldAcl  NULL: none
 * @NewAcl  becomes NULL when there is neither an old ACL nor an entry
 * Errors: ERROR_INVALID_PARAMETER (also a multiple trustee), ERROR_INVALID_SID, ERROR_INVALID_ACL,
 *         ERROR_NONE_MAPPED (no such name), ERROR_ALLOTTED_SPACE_EXCEEDED (too long),
 *         ERROR_NOT_SUPPORTED, ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, SetEntriesInAclW; ACCESS_MODE
 */
OPENLOGON_API DWORD SetEntriesInAclA(ULONG cCountOfExplicitEntries,
                                     PEXPLICIT_ACCESS_A pListOfExplicitEntries, PACL OldAcl,
                                     PACL *NewAcl);
OPENLOGON_API DWORD SetEntriesInAclW(ULONG cCountOfExplicitEntries,
                                     PEXPLICIT_ACCESS_W pListOfExplicitEntries, PACL OldAcl,
                                     PACL *NewAcl);
#ifdef UNICODE
#define SetEntriesInAcl SetEntriesInAclW
#else
#define SetEntriesInAcl SetEntriesInAclA
#endif

/**
 * The ACEs of an ACL that were not inherited, as entries whose trustees are SIDs: GRANT_ACCESS,
 * DENY_ACCESS, SET_AUDIT_SUCCESS, SET_AUDIT_FAILURE (an ACE that audits both gives two).
 * Conditional ACEs, labels and the like are left out: an entry cannot say them. The list is one
 * block, the caller's: LocalFree. Without entries it is NULL.
 * Errors: ERROR_INVALID_PARAMETER, ERROR_INVALID_ACL, ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, GetExplicitEntriesFromAclW
 */
OPENLOGON_API DWORD GetExplicitEntriesFromAclA(PACL pacl, PULONG pcCountOfExplicitEntries,
                                               PEXPLICIT_ACCESS_A *pListOfExplicitEntries);
OPENLOGON_API DWORD GetExplicitEntriesFromAclW(PACL pacl, PULONG pcCountOfExplicitEntries,
                                               PEXPLICIT_ACCESS_W *pListOfExplicitEntries);
#ifdef UNICODE
#define GetExplicitEntriesFromAcl GetExplicitEntriesFromAclW
#else
#define GetExplicitEntriesFromAcl GetExplicitEntriesFromAclA
#endif

/**
 * What an ACL grants to a trustee, by the rules of an access check for the most. What counts beside
 * the trustee's own SID: Everyone; and for the calling thread's own user those groups of its token
 * that come from accounts (of a domain or BUILTIN), not from the logon. Not counted are an owner's
 * rights, privileges, integrity labels. Generic rights are given as they stand in the ACEs.
 * Errors: ERROR_INVALID_ACL (also one with an inherited denial, as on Windows), ERROR_ACCESS_DENIED
 *         (the ACL names a group, and whether that other user is in it cannot be asked),
 *         ERROR_INVALID_SID, ERROR_NONE_MAPPED, ERROR_INVALID_PARAMETER, ERROR_NOT_SUPPORTED,
 *         RPC_S_SERVER_UNAVAILABLE (no authority runs)
 * Source: Learn, GetEffectiveRightsFromAclW
 */
OPENLOGON_API DWORD GetEffectiveRightsFromAclA(PACL pacl, PTRUSTEE_A pTrustee,
                                               PACCESS_MASK pAccessRights);
OPENLOGON_API DWORD GetEffectiveRightsFromAclW(PACL pacl, PTRUSTEE_W pTrustee,
                                               PACCESS_MASK pAccessRights);
#ifdef UNICODE
#define GetEffectiveRightsFromAcl GetEffectiveRightsFromAclW
#else
#define GetEffectiveRightsFromAcl GetEffectiveRightsFromAclA
#endif

/**
 * Of which rights an ACL audits the use by a trustee, and the vain attempt. The groups are those of
 * GetEffectiveRightsFromAcl.
 * Errors: as GetEffectiveRightsFromAcl, inherited denials aside
 * Source: Learn, GetAuditedPermissionsFromAclW
 */
OPENLOGON_API DWORD GetAuditedPermissionsFromAclA(PACL pacl, PTRUSTEE_A pTrustee,
                                                  PACCESS_MASK pSuccessfulAuditedRights,
                                                  PACCESS_MASK pFailedAuditRights);
OPENLOGON_API DWORD GetAuditedPermissionsFromAclW(PACL pacl, PTRUSTEE_W pTrustee,
                                                  PACCESS_MASK pSuccessfulAuditedRights,
                                                  PACCESS_MASK pFailedAuditRights);
#ifdef UNICODE
#define GetAuditedPermissionsFromAcl GetAuditedPermissionsFromAclW
#else
#define GetAuditedPermissionsFromAcl GetAuditedPermissionsFromAclA
#endif

/**
 * A self-relative descriptor of its parts, of an old one, or of both: entries are merged into the
 * old one's lists as SetEntriesInAcl does. It is the caller's: LocalFree.
 * @pOwner, @pGroup  NULL: the old one's
 * @pOldSD           self-relative; NULL: none
 * Errors: as SetEntriesInAcl; ERROR_BAD_DESCRIPTOR_FORMAT (the old one is absolute), those of a
 *         malformed one
 * Source: Learn, BuildSecurityDescriptorW
 */
OPENLOGON_API DWORD BuildSecurityDescriptorA(PTRUSTEE_A pOwner, PTRUSTEE_A pGroup,
                                             ULONG cCountOfAccessEntries,
                                             PEXPLICIT_ACCESS_A pListOfAccessEntries,
                                             ULONG cCountOfAuditEntries,
                                             PEXPLICIT_ACCESS_A pListOfAuditEntries,
                                             PSECURITY_DESCRIPTOR pOldSD, PULONG pSizeNewSD,
                                             PSECURITY_DESCRIPTOR *pNewSD);
OPENLOGON_API DWORD BuildSecurityDescriptorW(PTRUSTEE_W pOwner, PTRUSTEE_W pGroup,
                                             ULONG cCountOfAccessEntries,
                                             PEXPLICIT_ACCESS_W pListOfAccessEntries,
                                             ULONG cCountOfAuditEntries,
                                             PEXPLICIT_ACCESS_W pListOfAuditEntries,
                                             PSECURITY_DESCRIPTOR pOldSD, PULONG pSizeNewSD,
                                             PSECURITY_DESCRIPTOR *pNewSD);
#ifdef UNICODE
#define BuildSecurityDescriptor BuildSecurityDescriptorW
#else
#define BuildSecurityDescriptor BuildSecurityDescriptorA
#endif

/**
 * The parts of a descriptor, with names: owner, group, and the entries of both lists, which are
 * those of GetExplicitEntriesFromAcl. Entries with GUIDs have SIDs. Each result may be NULL; else
 * it is one block, the caller's: LocalFree, or NULL where there is none.
 * Errors: ERROR_NONE_MAPPED (a SID without a name), ERROR_INVALID_PARAMETER,
 *         ERROR_NOT_ENOUGH_MEMORY, RPC_S_SERVER_UNAVAILABLE, those of a malformed descriptor
 * Source: Learn, LookupSecurityDescriptorPartsW
 */
OPENLOGON_API DWORD LookupSecurityDescriptorPartsA(PTRUSTEE_A *ppOwner, PTRUSTEE_A *ppGroup,
                                                   PULONG pcCountOfAccessEntries,
                                                   PEXPLICIT_ACCESS_A *ppListOfAccessEntries,
                                                   PULONG pcCountOfAuditEntries,
                                                   PEXPLICIT_ACCESS_A *ppListOfAuditEntries,
                                                   PSECURITY_DESCRIPTOR pSD);
OPENLOGON_API DWORD LookupSecurityDescriptorPartsW(PTRUSTEE_W *ppOwner, PTRUSTEE_W *ppGroup,
                                                   PULONG pcCountOfAccessEntries,
                                                   PEXPLICIT_ACCESS_W *ppListOfAccessEntries,
                                                   PULONG pcCountOfAuditEntries,
                                                   PEXPLICIT_ACCESS_W *ppListOfAuditEntries,
                                                   PSECURITY_DESCRIPTOR pSD);
#ifdef UNICODE
#define LookupSecurityDescriptorParts LookupSecurityDescriptorPartsW
#else
#define LookupSecurityDescriptorParts LookupSecurityDescriptorPartsA
#endif

/**
 * Fill a trustee that is a SID, a name, or either with GUIDs. Nothing is looked up.
 * @pObjSid, @pObjName  filled too: the trustee points to it
 * @pObjectGuid, @pInheritedObjectGuid, @ObjectTypeName, @InheritedObjectTypeName  may be NULL
 * Source: Learn, BuildTrusteeWithSidW and its kin
 */
OPENLOGON_API void BuildTrusteeWithSidA(PTRUSTEE_A pTrustee, PSID pSid);
OPENLOGON_API void BuildTrusteeWithSidW(PTRUSTEE_W pTrustee, PSID pSid);
#ifdef UNICODE
#define BuildTrusteeWithSid BuildTrusteeWithSidW
#else
#define BuildTrusteeWithSid BuildTrusteeWithSidA
#endif

OPENLOGON_API void BuildTrusteeWithNameA(PTRUSTEE_A pTrustee, LPSTR pName);
OPENLOGON_API void BuildTrusteeWithNameW(PTRUSTEE_W pTrustee, LPWSTR pName);
#ifdef UNICODE
#define BuildTrusteeWithName BuildTrusteeWithNameW
#else
#define BuildTrusteeWithName BuildTrusteeWithNameA
#endif

OPENLOGON_API void BuildTrusteeWithObjectsAndSidA(PTRUSTEE_A pTrustee, POBJECTS_AND_SID pObjSid,
                                                  GUID *pObjectGuid, GUID *pInheritedObjectGuid,
                                                  PSID pSid);
OPENLOGON_API void BuildTrusteeWithObjectsAndSidW(PTRUSTEE_W pTrustee, POBJECTS_AND_SID pObjSid,
                                                  GUID *pObjectGuid, GUID *pInheritedObjectGuid,
                                                  PSID pSid);
#ifdef UNICODE
#define BuildTrusteeWithObjectsAndSid BuildTrusteeWithObjectsAndSidW
#else
#define BuildTrusteeWithObjectsAndSid BuildTrusteeWithObjectsAndSidA
#endif

OPENLOGON_API void BuildTrusteeWithObjectsAndNameA(PTRUSTEE_A pTrustee,
                                                   POBJECTS_AND_NAME_A pObjName,
                                                   SE_OBJECT_TYPE ObjectType, LPSTR ObjectTypeName,
                                                   LPSTR InheritedObjectTypeName, LPSTR Name);
OPENLOGON_API void BuildTrusteeWithObjectsAndNameW(PTRUSTEE_W pTrustee,
                                                   POBJECTS_AND_NAME_W pObjName,
                                                   SE_OBJECT_TYPE ObjectType, LPWSTR ObjectTypeName,
                                                   LPWSTR InheritedObjectTypeName, LPWSTR Name);
#ifdef UNICODE
#define BuildTrusteeWithObjectsAndName BuildTrusteeWithObjectsAndNameW
#else
#define BuildTrusteeWithObjectsAndName BuildTrusteeWithObjectsAndNameA
#endif

/** Fills an entry for a name. Source: Learn, BuildExplicitAccessWithNameW */
OPENLOGON_API void BuildExplicitAccessWithNameA(PEXPLICIT_ACCESS_A pExplicitAccess,
                                                LPSTR pTrusteeName, DWORD AccessPermissions,
                                                ACCESS_MODE AccessMode, DWORD Inheritance);
OPENLOGON_API void BuildExplicitAccessWithNameW(PEXPLICIT_ACCESS_W pExplicitAccess,
                                                LPWSTR pTrusteeName, DWORD AccessPermissions,
                                                ACCESS_MODE AccessMode, DWORD Inheritance);
#ifdef UNICODE
#define BuildExplicitAccessWithName BuildExplicitAccessWithNameW
#else
#define BuildExplicitAccessWithName BuildExplicitAccessWithNameA
#endif

/**
 * Make a trustee one that acts for another. Windows fills these structures, and like OpenLogon
 * takes them nowhere.
 * Source: Learn, BuildImpersonateTrusteeW; BuildImpersonateExplicitAccessWithNameW
 */
OPENLOGON_API void BuildImpersonateTrusteeA(PTRUSTEE_A pTrustee, PTRUSTEE_A pImpersonateTrustee);
OPENLOGON_API void BuildImpersonateTrusteeW(PTRUSTEE_W pTrustee, PTRUSTEE_W pImpersonateTrustee);
#ifdef UNICODE
#define BuildImpersonateTrustee BuildImpersonateTrusteeW
#else
#define BuildImpersonateTrustee BuildImpersonateTrusteeA
#endif

OPENLOGON_API void BuildImpersonateExplicitAccessWithNameA(PEXPLICIT_ACCESS_A pExplicitAccess,
                                                           LPSTR pTrusteeName, PTRUSTEE_A pTrustee,
                                                           DWORD AccessPermissions,
                                                           ACCESS_MODE AccessMode,
                                                           DWORD Inheritance);
OPENLOGON_API void BuildImpersonateExplicitAccessWithNameW(PEXPLICIT_ACCESS_W pExplicitAccess,
                                                           LPWSTR pTrusteeName, PTRUSTEE_W pTrustee,
                                                           DWORD AccessPermissions,
                                                           ACCESS_MODE AccessMode,
                                                           DWORD Inheritance);
#ifdef UNICODE
#define BuildImpersonateExplicitAccessWithName BuildImpersonateExplicitAccessWithNameW
#else
#define BuildImpersonateExplicitAccessWithName BuildImpersonateExplicitAccessWithNameA
#endif

/**
 * What a trustee holds: its name (NULL when it is a SID; none is looked up), type, form, and the
 * other trustee that it acts for.
 * Source: Learn, GetTrusteeNameW and its kin
 */
OPENLOGON_API LPSTR GetTrusteeNameA(PTRUSTEE_A pTrustee);
OPENLOGON_API LPWSTR GetTrusteeNameW(PTRUSTEE_W pTrustee);
#ifdef UNICODE
#define GetTrusteeName GetTrusteeNameW
#else
#define GetTrusteeName GetTrusteeNameA
#endif

OPENLOGON_API TRUSTEE_TYPE GetTrusteeTypeA(PTRUSTEE_A pTrustee);
OPENLOGON_API TRUSTEE_TYPE GetTrusteeTypeW(PTRUSTEE_W pTrustee);
#ifdef UNICODE
#define GetTrusteeType GetTrusteeTypeW
#else
#define GetTrusteeType GetTrusteeTypeA
#endif

OPENLOGON_API TRUSTEE_FORM GetTrusteeFormA(PTRUSTEE_A pTrustee);
OPENLOGON_API TRUSTEE_FORM GetTrusteeFormW(PTRUSTEE_W pTrustee);
#ifdef UNICODE
#define GetTrusteeForm GetTrusteeFormW
#else
#define GetTrusteeForm GetTrusteeFormA
#endif

OPENLOGON_API PTRUSTEE_A GetMultipleTrusteeA(PTRUSTEE_A pTrustee);
OPENLOGON_API PTRUSTEE_W GetMultipleTrusteeW(PTRUSTEE_W pTrustee);
#ifdef UNICODE
#define GetMultipleTrustee GetMultipleTrusteeW
#else
#define GetMultipleTrustee GetMultipleTrusteeA
#endif

OPENLOGON_API MULTIPLE_TRUSTEE_OPERATION GetMultipleTrusteeOperationA(PTRUSTEE_A pTrustee);
OPENLOGON_API MULTIPLE_TRUSTEE_OPERATION GetMultipleTrusteeOperationW(PTRUSTEE_W pTrustee);
#ifdef UNICODE
#define GetMultipleTrusteeOperation GetMultipleTrusteeOperationW
#else
#define GetMultipleTrusteeOperation GetMultipleTrusteeOperationA
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
