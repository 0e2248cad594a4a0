/* SPDX-License-Identifier: MIT */
/*
 * SIDs, ACLs and security descriptors; access checks; tokens and impersonation.
 *
 * Functions that return BOOL return FALSE on failure, and GetLastError() tells why. A function that
 * fills a buffer writes nothing on failure.
 */
#ifndef OPENLOGON_SECURITYBASEAPI_H
#define OPENLOGON_SECURITYBASEAPI_H

#include <minwinbase.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- SIDs ([MS-DTYP] 2.4.2). A SID has up to 15 sub-authorities. ---- */

/**
 * Makes a SID of up to 8 sub-authorities. It is the caller's: FreeSid.
 * Errors: ERROR_INVALID_SID (more than 8), ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, AllocateAndInitializeSid
 */
OPENLOGON_API BOOL AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
                                            BYTE nSubAuthorityCount, DWORD nSubAuthority0,
                                            DWORD nSubAuthority1, DWORD nSubAuthority2,
                                            DWORD nSubAuthority3, DWORD nSubAuthority4,
                                            DWORD nSubAuthority5, DWORD nSubAuthority6,
                                            DWORD nSubAuthority7, PSID *pSid);

/** Frees a SID of AllocateAndInitializeSid; returns NULL. NULL is fine. Source: Learn, FreeSid */
OPENLOGON_API PVOID FreeSid(PSID pSid);

/**
 * Prepares a SID in memory of at least GetSidLengthRequired(nSubAuthorityCount) bytes. The
 * sub-authorities are then set through GetSidSubAuthority.
 * Errors: ERROR_INVALID_PARAMETER (more than 15)
 * Source: Learn, InitializeSid
 */
OPENLOGON_API BOOL InitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
                                 BYTE nSubAuthorityCount);

/**
 * Whether revision and count are valid. The memory must hold what the count says.
 * Source: Learn, IsValidSid
 */
OPENLOGON_API BOOL IsValidSid(PSID pSid);

/** Whether two valid SIDs are equal. Source: Learn, EqualSid */
OPENLOGON_API BOOL EqualSid(PSID pSid1, PSID pSid2);

/**
 * Whether two valid SIDs differ at most in the last sub-authority.
 * Source: Learn, EqualPrefixSid
 */
OPENLOGON_API BOOL EqualPrefixSid(PSID pSid1, PSID pSid2);

/**
 * Whether two SIDs, of accounts or domains, are of the same domain.
 * Errors: ERROR_INVALID_SID, ERROR_NON_DOMAIN_SID
 * Source: Learn, EqualDomainSid
 */
OPENLOGON_API BOOL EqualDomainSid(PSID pSid1, PSID pSid2, BOOL *pfEqual);

/**
 * Copies a SID.
 * Errors: ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_SID
 * Source: Learn, CopySid
 */
OPENLOGON_API BOOL CopySid(DWORD nDestinationSidLength, PSID pDestinationSid, PSID pSourceSid);

/** The bytes of a valid SID. Source: Learn, GetLengthSid */
OPENLOGON_API DWORD GetLengthSid(PSID pSid);

/** The bytes of a SID of so many sub-authorities. Source: Learn, GetSidLengthRequired */
OPENLOGON_API DWORD GetSidLengthRequired(UCHAR nSubAuthorityCount);

/**
 * Addresses within a valid SID: they are good for as long as the SID is.
 * Source: Learn, GetSidIdentifierAuthority; GetSidSubAuthority; GetSidSubAuthorityCount
 */
OPENLOGON_API PSID_IDENTIFIER_AUTHORITY GetSidIdentifierAuthority(PSID pSid);
OPENLOGON_API PDWORD GetSidSubAuthority(PSID pSid, DWORD nSubAuthority);
OPENLOGON_API PUCHAR GetSidSubAuthorityCount(PSID pSid);

/**
 * Makes a well-known SID in the caller's memory.
 * @DomainSid  for SIDs of a domain; NULL: of this machine's
 * @cbSid      in: room; out: bytes used, or on ERROR_INSUFFICIENT_BUFFER needed
 * Errors: ERROR_INVALID_PARAMETER (no such type, or it needs a domain), ERROR_INSUFFICIENT_BUFFER
 * Source: Learn, CreateWellKnownSid; [MS-DTYP] 2.4.2.4
 */
OPENLOGON_API BOOL CreateWellKnownSid(WELL_KNOWN_SID_TYPE WellKnownSidType, PSID DomainSid,
                                      PSID pSid, DWORD *cbSid);

/** Whether a SID is the well-known one of that type. Source: Learn, IsWellKnownSid */
OPENLOGON_API BOOL IsWellKnownSid(PSID pSid, WELL_KNOWN_SID_TYPE WellKnownSidType);

/**
 * The SID of the domain that an account's SID belongs to.
 * @cbDomainSid  in: room; out: bytes used or needed
 * Errors: ERROR_INVALID_SID, ERROR_NON_ACCOUNT_SID, ERROR_INSUFFICIENT_BUFFER,
 *         ERROR_INVALID_PARAMETER
 * Source: Learn, GetWindowsAccountDomainSid
 */
OPENLOGON_API BOOL GetWindowsAccountDomainSid(PSID pSid, PSID pDomainSid, DWORD *cbDomainSid);

/* ---- ACLs ([MS-DTYP] 2.4.4, 2.4.5). The Add functions append: they do not put in order. ---- */

/**
 * Makes an empty ACL in memory of nAclLength bytes.
 * Errors: ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER (a revision other than 2 to 4, or a
 *         length that is above 65535)
 * Source: Learn, InitializeAcl
 */
OPENLOGON_API BOOL InitializeAcl(PACL pAcl, DWORD nAclLength, DWORD dwAclRevision);

/** Whether the revision is known and all ACEs lie within the ACL. Source: Learn, IsValidAcl */
OPENLOGON_API BOOL IsValidAcl(PACL pAcl);

/**
 * Inserts ACEs from memory before the one of that index, or with MAXDWORD at the end.
 * Errors: ERROR_ALLOTTED_SPACE_EXCEEDED (the ACL is full), ERROR_REVISION_MISMATCH (no revision),
 *         ERROR_INVALID_PARAMETER (not whole ACEs, or of a type that takes a higher revision)
 * Source: Learn, AddAce
 */
OPENLOGON_API BOOL AddAce(PACL pAcl, DWORD dwAceRevision, DWORD dwStartingAceIndex, LPVOID pAceList,
                          DWORD nAceListLength);

/** Removes the ACE of that index. Errors: ERROR_INVALID_PARAMETER. Source: Learn, DeleteAce */
OPENLOGON_API BOOL DeleteAce(PACL pAcl, DWORD dwAceIndex);

/**
 * The address of the ACE of that index: good until the ACL changes.
 * Errors: ERROR_INVALID_PARAMETER
 * Source: Learn, GetAce
 */
OPENLOGON_API BOOL GetAce(PACL pAcl, DWORD dwAceIndex, LPVOID *pAce);

/**
 * The address behind the last ACE; NULL when the ACL is full.
 * Errors: ERROR_INVALID_ACL
 * Source: Learn, FindFirstFreeAce
 */
OPENLOGON_API BOOL FindFirstFreeAce(PACL pAcl, LPVOID *pAce);

/**
 * The revision (ACL_REVISION_INFORMATION), or how many ACEs there are and the bytes used and free
 * (ACL_SIZE_INFORMATION). Only the revision can be set, and only upwards.
 * Errors: ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER
 * Source: Learn, GetAclInformation; SetAclInformation
 */
OPENLOGON_API BOOL GetAclInformation(PACL pAcl, LPVOID pAclInformation, DWORD nAclInformationLength,
                                     ACL_INFORMATION_CLASS dwAclInformationClass);
OPENLOGON_API BOOL SetAclInformation(PACL pAcl, LPVOID pAclInformation, DWORD nAclInformationLength,
                                     ACL_INFORMATION_CLASS dwAclInformationClass);

/**
 * Append an ACE that allows, that denies, that audits, or a mandatory label.
 * @AceFlags  *_INHERIT_ACE; those of audit also SUCCESSFUL_ACCESS_ACE_FLAG, FAILED_ACCESS_ACE_FLAG
 * @ObjectTypeGuid, @InheritedObjectTypeGuid  may be NULL
 * Errors: ERROR_ALLOTTED_SPACE_EXCEEDED (the ACL is full), ERROR_INVALID_SID, ERROR_INVALID_ACL,
 *         ERROR_INVALID_FLAGS, ERROR_REVISION_MISMATCH, ERROR_INVALID_PARAMETER (no label SID)
 * Source: Learn, AddAccessAllowedAceEx; AddAccessAllowedObjectAce; AddAuditAccessAceEx;
 *         AddMandatoryAce
 */
OPENLOGON_API BOOL AddAccessAllowedAce(PACL pAcl, DWORD dwAceRevision, DWORD AccessMask, PSID pSid);
OPENLOGON_API BOOL AddAccessAllowedAceEx(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                         DWORD AccessMask, PSID pSid);
OPENLOGON_API BOOL AddAccessAllowedObjectAce(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                             DWORD AccessMask, GUID *ObjectTypeGuid,
                                             GUID *InheritedObjectTypeGuid, PSID pSid);
OPENLOGON_API BOOL AddAccessDeniedAce(PACL pAcl, DWORD dwAceRevision, DWORD AccessMask, PSID pSid);
OPENLOGON_API BOOL AddAccessDeniedAceEx(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                        DWORD AccessMask, PSID pSid);
OPENLOGON_API BOOL AddAccessDeniedObjectAce(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                            DWORD AccessMask, GUID *ObjectTypeGuid,
                                            GUID *InheritedObjectTypeGuid, PSID pSid);
OPENLOGON_API BOOL AddAuditAccessAce(PACL pAcl, DWORD dwAceRevision, DWORD dwAccessMask, PSID pSid,
                                     BOOL bAuditSuccess, BOOL bAuditFailure);
OPENLOGON_API BOOL AddAuditAccessAceEx(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                       DWORD dwAccessMask, PSID pSid, BOOL bAuditSuccess,
                                       BOOL bAuditFailure);
OPENLOGON_API BOOL AddAuditAccessObjectAce(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                           DWORD AccessMask, GUID *ObjectTypeGuid,
                                           GUID *InheritedObjectTypeGuid, PSID pSid,
                                           BOOL bAuditSuccess, BOOL bAuditFailure);
OPENLOGON_API BOOL AddMandatoryAce(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                   DWORD MandatoryPolicy, PSID pLabelSid);

/**
 * Appends an attribute of the resource to a SACL, for the conditions of its DACL.
 * @AccessMask      0
 * @pSid            S-1-1-0
 * @pAttributeInfo  one attribute, of any type but CLAIM_SECURITY_ATTRIBUTE_TYPE_FQBN
 * @pReturnLength   may be NULL; gets the size of the ACL, or the size that it needs
 * Errors: as AddAccessAllowedAceEx, with ERROR_INVALID_SID for any other SID;
 *         ERROR_INVALID_PARAMETER (the attribute or mask), ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, AddResourceAttributeAce; [MS-DTYP] 2.4.4.15
 */
OPENLOGON_API BOOL AddResourceAttributeAce(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                           DWORD AccessMask, PSID pSid,
                                           PCLAIM_SECURITY_ATTRIBUTES_INFORMATION pAttributeInfo,
                                           PDWORD pReturnLength);

/**
 * Appends the id of a central access policy to a SACL. Nothing here applies such a policy.
 * @AccessMask  0
 * @pSid        below S-1-17
 * Errors: as AddAccessAllowedAceEx, with ERROR_INVALID_SID for any other SID;
 *         ERROR_INVALID_PARAMETER (the mask)
 * Source: Learn, AddScopedPolicyIDAce; [MS-DTYP] 2.4.4.16
 */
OPENLOGON_API BOOL AddScopedPolicyIDAce(PACL pAcl, DWORD dwAceRevision, DWORD AceFlags,
                                        DWORD AccessMask, PSID pSid);

/* ---- Security descriptors ([MS-DTYP] 2.4.6). ---- */

/**
 * Makes an empty absolute descriptor.
 * Errors: ERROR_UNKNOWN_REVISION
 * Source: Learn, InitializeSecurityDescriptor
 */
OPENLOGON_API BOOL InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                DWORD dwRevision);

/** Whether a descriptor and all its parts are valid. Source: Learn, IsValidSecurityDescriptor */
OPENLOGON_API BOOL IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor);

/**
 * The bytes that a valid descriptor has or would have self-relative.
 * Source: Learn, GetSecurityDescriptorLength
 */
OPENLOGON_API DWORD GetSecurityDescriptorLength(PSECURITY_DESCRIPTOR pSecurityDescriptor);

/**
 * The control bits and the revision; of the bits those of inheritance and protection can be set.
 * Errors: ERROR_INVALID_PARAMETER (other bits), ERROR_UNKNOWN_REVISION
 * Source: Learn, GetSecurityDescriptorControl; SetSecurityDescriptorControl
 */
OPENLOGON_API BOOL GetSecurityDescriptorControl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                PSECURITY_DESCRIPTOR_CONTROL pControl,
                                                LPDWORD lpdwRevision);
OPENLOGON_API BOOL SetSecurityDescriptorControl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                SECURITY_DESCRIPTOR_CONTROL ControlBitsOfInterest,
                                                SECURITY_DESCRIPTOR_CONTROL ControlBitsToSet);

/**
 * The parts of a descriptor: pointers into it, good for as long as it is; NULL where there is none.
 * Errors: ERROR_UNKNOWN_REVISION, ERROR_INVALID_PARAMETER
 * Source: Learn, GetSecurityDescriptorOwner and its kin
 */
OPENLOGON_API BOOL GetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                              PSID *pOwner, LPBOOL lpbOwnerDefaulted);
OPENLOGON_API BOOL GetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                              PSID *pGroup, LPBOOL lpbGroupDefaulted);
OPENLOGON_API BOOL GetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                             LPBOOL lpbDaclPresent, PACL *pDacl,
                                             LPBOOL lpbDaclDefaulted);
OPENLOGON_API BOOL GetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                             LPBOOL lpbSaclPresent, PACL *pSacl,
                                             LPBOOL lpbSaclDefaulted);

/**
 * Set a part of an absolute descriptor. What is set stays its owner's, and must live as long. A
 * present DACL that is NULL grants all access to everyone.
 * Errors: ERROR_INVALID_SECURITY_DESCR (self-relative), ERROR_INVALID_SID, ERROR_INVALID_ACL,
 *         ERROR_UNKNOWN_REVISION
 * Source: Learn, SetSecurityDescriptorOwner and its kin
 */
OPENLOGON_API BOOL SetSecurityDescriptorOwner(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID pOwner,
                                              BOOL bOwnerDefaulted);
OPENLOGON_API BOOL SetSecurityDescriptorGroup(PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID pGroup,
                                              BOOL bGroupDefaulted);
OPENLOGON_API BOOL SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                             BOOL bDaclPresent, PACL pDacl, BOOL bDaclDefaulted);
OPENLOGON_API BOOL SetSecurityDescriptorSacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                             BOOL bSaclPresent, PACL pSacl, BOOL bSaclDefaulted);

/**
 * The resource manager's own byte. They return an error code: ERROR_SUCCESS, ERROR_INVALID_DATA
 * (there is none).
 * Source: Learn, GetSecurityDescriptorRMControl; SetSecurityDescriptorRMControl
 */
OPENLOGON_API DWORD GetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                   PUCHAR RMControl);
OPENLOGON_API DWORD SetSecurityDescriptorRMControl(PSECURITY_DESCRIPTOR SecurityDescriptor,
                                                   PUCHAR RMControl);

/**
 * Takes a self-relative descriptor apart, into buffers of the caller's. Each size: in: room; out:
 * bytes used or needed.
 * Errors: ERROR_INSUFFICIENT_BUFFER, ERROR_BAD_DESCRIPTOR_FORMAT (not self-relative)
 * Source: Learn, MakeAbsoluteSD
 */
OPENLOGON_API BOOL MakeAbsoluteSD(PSECURITY_DESCRIPTOR pSelfRelativeSecurityDescriptor,
                                  PSECURITY_DESCRIPTOR pAbsoluteSecurityDescriptor,
                                  LPDWORD lpdwAbsoluteSecurityDescriptorSize, PACL pDacl,
                                  LPDWORD lpdwDaclSize, PACL pSacl, LPDWORD lpdwSaclSize,
                                  PSID pOwner, LPDWORD lpdwOwnerSize, PSID pPrimaryGroup,
                                  LPDWORD lpdwPrimaryGroupSize);

/**
 * Puts an absolute descriptor into one buffer of the caller's.
 * Errors: ERROR_INSUFFICIENT_BUFFER, ERROR_BAD_DESCRIPTOR_FORMAT (self-relative already)
 * Source: Learn, MakeSelfRelativeSD
 */
OPENLOGON_API BOOL MakeSelfRelativeSD(PSECURITY_DESCRIPTOR pAbsoluteSecurityDescriptor,
                                      PSECURITY_DESCRIPTOR pSelfRelativeSecurityDescriptor,
                                      LPDWORD lpdwBufferLength);

/* ---- The descriptors of a server's own objects. ---- */

/**
 * Makes the descriptor of a new object, self-relative. It is the caller's:
 * DestroyPrivateObjectSecurity. The DACL is the creator's; with SEF_DACL_AUTO_INHERIT what the
 * parent's gives is added behind, unless SE_DACL_PROTECTED is set; without a creator's DACL it is
 * what the parent's gives; without that the token's default DACL. The SACL likewise, without a
 * default. Generic rights are mapped and CREATOR OWNER and CREATOR GROUP replaced.
 * @ParentDescriptor, @CreatorDescriptor  may be NULL
 * @AutoInheritFlags  SEF_*; CreatePrivateObjectSecurity: 0
 * @ObjectType, @ObjectTypes  what the object is: object-specific ACEs are for these; may be NULL
 * @Token   may be NULL with SEF_AVOID_PRIVILEGE_CHECK and SEF_AVOID_OWNER_CHECK
 * Needs:   TOKEN_QUERY; SeSecurityPrivilege for a SACL with more than a label and attributes,
 *          SeRelabelPrivilege for a label above the token's, SeRestorePrivilege for an owner
 *          that is neither the token's user nor a group of it with SE_GROUP_OWNER
 * Errors:  ERROR_INVALID_OWNER, ERROR_INVALID_PRIMARY_GROUP (none), ERROR_PRIVILEGE_NOT_HELD,
 *          ERROR_INVALID_LABEL, ERROR_BAD_INHERITANCE_ACL (too long), ERROR_INVALID_PARAMETER,
 *          ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED, and those of a malformed descriptor
 * Source:  Learn, CreatePrivateObjectSecurity; CreatePrivateObjectSecurityEx;
 *          CreatePrivateObjectSecurityWithMultipleInheritance; ACE Inheritance Rules;
 *          [MS-DTYP] 2.5.3.4
 */
OPENLOGON_API BOOL CreatePrivateObjectSecurity(PSECURITY_DESCRIPTOR ParentDescriptor,
                                               PSECURITY_DESCRIPTOR CreatorDescriptor,
                                               PSECURITY_DESCRIPTOR *NewDescriptor,
                                               BOOL IsDirectoryObject, HANDLE Token,
                                               PGENERIC_MAPPING GenericMapping);
OPENLOGON_API BOOL CreatePrivateObjectSecurityEx(PSECURITY_DESCRIPTOR ParentDescriptor,
                                                 PSECURITY_DESCRIPTOR CreatorDescriptor,
                                                 PSECURITY_DESCRIPTOR *NewDescriptor,
                                                 GUID *ObjectType, BOOL IsContainerObject,
                                                 ULONG AutoInheritFlags, HANDLE Token,
                                                 PGENERIC_MAPPING GenericMapping);
OPENLOGON_API BOOL CreatePrivateObjectSecurityWithMultipleInheritance(
    PSECURITY_DESCRIPTOR ParentDescriptor, PSECURITY_DESCRIPTOR CreatorDescriptor,
    PSECURITY_DESCRIPTOR *NewDescriptor, GUID **ObjectTypes, ULONG GuidCount,
    BOOL IsContainerObject, ULONG AutoInheritFlags, HANDLE Token, PGENERIC_MAPPING GenericMapping);

/**
 * Replaces the parts that SecurityInformation names. With SEF_*_AUTO_INHERIT the object's inherited
 * ACEs stay and those given are left out; when the given list is protected its ACEs become explicit
 * instead. Whether the caller may do so is for it to check before: SetSecurityAccessMask.
 * @ObjectsSecurityDescriptor  one of CreatePrivateObjectSecurity; on success another: the old
 *                             one is freed
 * @Token   may be NULL where neither an owner nor a SACL is set, or none is checked
 * Needs:   as CreatePrivateObjectSecurity
 * Errors:  as CreatePrivateObjectSecurity; ERROR_BAD_DESCRIPTOR_FORMAT (not self-relative)
 * Source:  Learn, SetPrivateObjectSecurity; SetPrivateObjectSecurityEx
 */
OPENLOGON_API BOOL SetPrivateObjectSecurity(SECURITY_INFORMATION SecurityInformation,
                                            PSECURITY_DESCRIPTOR ModificationDescriptor,
                                            PSECURITY_DESCRIPTOR *ObjectsSecurityDescriptor,
                                            PGENERIC_MAPPING GenericMapping, HANDLE Token);
OPENLOGON_API BOOL SetPrivateObjectSecurityEx(SECURITY_INFORMATION SecurityInformation,
                                              PSECURITY_DESCRIPTOR ModificationDescriptor,
                                              PSECURITY_DESCRIPTOR *ObjectsSecurityDescriptor,
                                              ULONG AutoInheritFlags,
                                              PGENERIC_MAPPING GenericMapping, HANDLE Token);

/**
 * Copies the parts that SecurityInformation names into the caller's buffer, self-relative.
 * @ReturnLength  bytes used, or on ERROR_INSUFFICIENT_BUFFER needed
 * Errors: ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER, those of a malformed descriptor
 * Source: Learn, GetPrivateObjectSecurity
 */
OPENLOGON_API BOOL GetPrivateObjectSecurity(PSECURITY_DESCRIPTOR ObjectDescriptor,
                                            SECURITY_INFORMATION SecurityInformation,
                                            PSECURITY_DESCRIPTOR ResultantDescriptor,
                                            DWORD DescriptorLength, PDWORD ReturnLength);

/**
 * Frees a descriptor of CreatePrivateObjectSecurity and its kin, and sets the variable to NULL.
 * Errors: ERROR_INVALID_PARAMETER (NULL)
 * Source: Learn, DestroyPrivateObjectSecurity
 */
OPENLOGON_API BOOL DestroyPrivateObjectSecurity(PSECURITY_DESCRIPTOR *ObjectDescriptor);

/**
 * A copy of a descriptor that tells which ACEs it inherits of the parent's: they are marked and
 * come last. A list that does not hold all that would be inherited, or whose meaning would change,
 * stays as it is and becomes protected. The copy is the caller's: DestroyPrivateObjectSecurity.
 * @ParentDescriptor, @ObjectType  may be NULL
 * Errors: ERROR_INVALID_PARAMETER, those of a malformed descriptor
 * Source: Learn, ConvertToAutoInheritPrivateObjectSecurity
 */
OPENLOGON_API BOOL ConvertToAutoInheritPrivateObjectSecurity(
    PSECURITY_DESCRIPTOR ParentDescriptor, PSECURITY_DESCRIPTOR CurrentSecurityDescriptor,
    PSECURITY_DESCRIPTOR *NewSecurityDescriptor, GUID *ObjectType, BOOLEAN IsDirectoryObject,
    PGENERIC_MAPPING GenericMapping);

/**
 * The rights that it takes to read, or to set, such parts of an object's descriptor.
 * Source: Learn, QuerySecurityAccessMask; SetSecurityAccessMask; SECURITY_INFORMATION
 */
OPENLOGON_API void QuerySecurityAccessMask(SECURITY_INFORMATION SecurityInformation,
                                           LPDWORD DesiredAccess);
OPENLOGON_API void SetSecurityAccessMask(SECURITY_INFORMATION SecurityInformation,
                                         LPDWORD DesiredAccess);

/* ---- Access checks ([MS-DTYP] 2.5.3). ---- */

/** Replaces the generic bits of a mask by what they stand for. Source: Learn, MapGenericMask */
OPENLOGON_API void MapGenericMask(PDWORD AccessMask, PGENERIC_MAPPING GenericMapping);

/**
 * Whether all, or any, of the desired bits are among the granted ones.
 * Source: Learn, AreAllAccessesGranted
 */
OPENLOGON_API BOOL AreAllAccessesGranted(DWORD GrantedAccess, DWORD DesiredAccess);
OPENLOGON_API BOOL AreAnyAccessesGranted(DWORD GrantedAccess, DWORD DesiredAccess);

/**
 * Whether a descriptor grants a client access. The answer is AccessStatus; FALSE is an error. When
 * access is denied, GetLastError() tells ERROR_ACCESS_DENIED, or ERROR_PRIVILEGE_NOT_HELD
 * (ACCESS_SYSTEM_SECURITY without SeSecurityPrivilege).
 * @ClientToken         an impersonation token with TOKEN_QUERY, of level Identification or above
 * @DesiredAccess       without generic bits (MapGenericMask); MAXIMUM_ALLOWED asks for all there is
 * @PrivilegeSet        gets the privileges that access was granted for
 * @PrivilegeSetLength  its bytes, never less than sizeof(PRIVILEGE_SET)
 * @GrantedAccess       0 when access is denied
 * Errors: ERROR_NO_IMPERSONATION_TOKEN (a primary token), ERROR_BAD_IMPERSONATION_LEVEL,
 *         ERROR_GENERIC_NOT_MAPPED, ERROR_INVALID_SECURITY_DESCR (no owner or group),
 *         ERROR_INSUFFICIENT_BUFFER (PrivilegeSetLength tells the need), ERROR_INVALID_HANDLE,
 *         ERROR_ACCESS_DENIED (the handle lacks TOKEN_QUERY), ERROR_NOACCESS (NULL for an answer),
 *         ERROR_INVALID_PARAMETER (no descriptor or mapping)
 * Source: Learn, AccessCheck; [MS-DTYP] 2.5.3
 */
OPENLOGON_API BOOL AccessCheck(PSECURITY_DESCRIPTOR pSecurityDescriptor, HANDLE ClientToken,
                               DWORD DesiredAccess, PGENERIC_MAPPING GenericMapping,
                               PPRIVILEGE_SET PrivilegeSet, LPDWORD PrivilegeSetLength,
                               LPDWORD GrantedAccess, LPBOOL AccessStatus);

/**
 * As AccessCheck, for an object with property sets and properties: access is granted when it is for
 * the whole tree.
 * @PrincipalSelfSid  stands for S-1-5-10 in the DACL; may be NULL
 * @ObjectTypeList    the tree, from the top: the first and only it at level 0, levels rise by one
 * at most and to ACCESS_MAX_LEVEL; NULL: the object as a whole Errors: as AccessCheck;
 * ERROR_INVALID_PARAMETER (no tree), ERROR_INVALID_SID Source: Learn, AccessCheckByType
 */
OPENLOGON_API BOOL AccessCheckByType(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                     PSID PrincipalSelfSid, HANDLE ClientToken, DWORD DesiredAccess,
                                     POBJECT_TYPE_LIST ObjectTypeList, DWORD ObjectTypeListLength,
                                     PGENERIC_MAPPING GenericMapping, PPRIVILEGE_SET PrivilegeSet,
                                     LPDWORD PrivilegeSetLength, LPDWORD GrantedAccess,
                                     LPBOOL AccessStatus);

/**
 * As AccessCheckByType, with an answer for each type of the list.
 * @GrantedAccessList  as many as there are types; 0 where access is denied
 * @AccessStatusList   as many: ERROR_SUCCESS, or why access to that type is denied
 * Errors: as AccessCheckByType; ERROR_INVALID_PARAMETER also without a list
 * Source: Learn, AccessCheckByTypeResultList
 */
OPENLOGON_API BOOL AccessCheckByTypeResultList(
    PSECURITY_DESCRIPTOR pSecurityDescriptor, PSID PrincipalSelfSid, HANDLE ClientToken,
    DWORD DesiredAccess, POBJECT_TYPE_LIST ObjectTypeList, DWORD ObjectTypeListLength,
    PGENERIC_MAPPING GenericMapping, PPRIVILEGE_SET PrivilegeSet, LPDWORD PrivilegeSetLength,
    LPDWORD GrantedAccessList, LPDWORD AccessStatusList);

/* ---- Access checks that are audited. Here the forms for UTF-16; winbase.h has the others. ---- */

/**
 * AccessCheck of the client that the thread impersonates, and an audit where the SACL asks for one.
 * @SubsystemName      who reports
 * @HandleId           what the object's handle will be called in reports; may be NULL
 * @ObjectTypeName     and ObjectName: how reports call the object; may be NULL
 * @ObjectCreation     access would make the object
 * @pfGenerateOnClose  for ObjectCloseAuditAlarm: whether opening was reported
 * Needs:  SeAuditPrivilege, enabled in the token of the process
 * Errors: ERROR_PRIVILEGE_NOT_HELD, ERROR_NO_IMPERSONATION_TOKEN (the thread does not impersonate),
 *         those of AccessCheck
 * Source: Learn, AccessCheckAndAuditAlarmW; Audit Generation
 */
OPENLOGON_API BOOL AccessCheckAndAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId,
                                             LPWSTR ObjectTypeName, LPWSTR ObjectName,
                                             PSECURITY_DESCRIPTOR SecurityDescriptor,
                                             DWORD DesiredAccess, PGENERIC_MAPPING GenericMapping,
                                             BOOL ObjectCreation, LPDWORD GrantedAccess,
                                             LPBOOL AccessStatus, LPBOOL pfGenerateOnClose);

/**
 * The same for an object with property sets and properties.
 * @AuditType  AuditEventObjectAccess, AuditEventDirectoryServiceAccess
 * @Flags      AUDIT_ALLOW_NO_PRIVILEGE: without the privilege there is an answer but no audit
 * Needs, errors: as AccessCheckAndAuditAlarm and AccessCheckByType
 * Source: Learn, AccessCheckByTypeAndAuditAlarmW
 */
OPENLOGON_API BOOL AccessCheckByTypeAndAuditAlarmW(
    LPCWSTR SubsystemName, LPVOID HandleId, LPCWSTR ObjectTypeName, LPCWSTR ObjectName,
    PSECURITY_DESCRIPTOR SecurityDescriptor, PSID PrincipalSelfSid, DWORD DesiredAccess,
    AUDIT_EVENT_TYPE AuditType, DWORD Flags, POBJECT_TYPE_LIST ObjectTypeList,
    DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
    LPDWORD GrantedAccess, LPBOOL AccessStatus, LPBOOL pfGenerateOnClose);

/**
 * The same with an answer for each type, as AccessCheckByTypeResultList gives them. ByHandle: the
 * client is that of an impersonation token with TOKEN_QUERY.
 * Needs, errors: as AccessCheckByTypeAndAuditAlarm and AccessCheckByTypeResultList
 * Source: Learn, AccessCheckByTypeResultListAndAuditAlarmW and ...ByHandleW
 */
OPENLOGON_API BOOL AccessCheckByTypeResultListAndAuditAlarmW(
    LPCWSTR SubsystemName, LPVOID HandleId, LPCWSTR ObjectTypeName, LPCWSTR ObjectName,
    PSECURITY_DESCRIPTOR SecurityDescriptor, PSID PrincipalSelfSid, DWORD DesiredAccess,
    AUDIT_EVENT_TYPE AuditType, DWORD Flags, POBJECT_TYPE_LIST ObjectTypeList,
    DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
    LPDWORD GrantedAccessList, LPDWORD AccessStatusList, LPBOOL pfGenerateOnClose);
OPENLOGON_API BOOL AccessCheckByTypeResultListAndAuditAlarmByHandleW(
    LPCWSTR SubsystemName, LPVOID HandleId, HANDLE ClientToken, LPCWSTR ObjectTypeName,
    LPCWSTR ObjectName, PSECURITY_DESCRIPTOR SecurityDescriptor, PSID PrincipalSelfSid,
    DWORD DesiredAccess, AUDIT_EVENT_TYPE AuditType, DWORD Flags, POBJECT_TYPE_LIST ObjectTypeList,
    DWORD ObjectTypeListLength, PGENERIC_MAPPING GenericMapping, BOOL ObjectCreation,
    LPDWORD GrantedAccessList, LPDWORD AccessStatusList, LPBOOL pfGenerateOnClose);

/**
 * Reports that an object was opened, or that opening it was refused, where its SACL asks for that.
 * @ClientToken      whose access it was: a token with TOKEN_QUERY
 * @Privileges       those that were used; may be NULL
 * @GenerateOnClose  for ObjectCloseAuditAlarm
 * Needs:  SeAuditPrivilege, enabled in the token of the process
 * Errors: ERROR_PRIVILEGE_NOT_HELD, ERROR_INVALID_PARAMETER, ERROR_NOACCESS,
 *         ERROR_GENERIC_NOT_MAPPED, ERROR_BAD_IMPERSONATION_LEVEL, ERROR_INVALID_HANDLE,
 *         ERROR_ACCESS_DENIED
 * Source: Learn, ObjectOpenAuditAlarmW
 */
OPENLOGON_API BOOL ObjectOpenAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId,
                                         LPWSTR ObjectTypeName, LPWSTR ObjectName,
                                         PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                         HANDLE ClientToken, DWORD DesiredAccess,
                                         DWORD GrantedAccess, PPRIVILEGE_SET Privileges,
                                         BOOL ObjectCreation, BOOL AccessGranted,
                                         LPBOOL GenerateOnClose);

/**
 * Reports that a handle was closed, or that its object was deleted, when opening it was reported.
 * Needs:  SeAuditPrivilege, enabled in the token of the process
 * Errors: ERROR_PRIVILEGE_NOT_HELD, ERROR_INVALID_PARAMETER (no subsystem)
 * Source: Learn, ObjectCloseAuditAlarmW; ObjectDeleteAuditAlarmW
 */
OPENLOGON_API BOOL ObjectCloseAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId,
                                          BOOL GenerateOnClose);
OPENLOGON_API BOOL ObjectDeleteAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId,
                                           BOOL GenerateOnClose);

/**
 * Reports that a client used privileges on an object that it had opened, or tried to.
 * Needs:  SeAuditPrivilege, enabled in the token of the process; TOKEN_QUERY on ClientToken
 * Errors: as ObjectOpenAuditAlarm
 * Source: Learn, ObjectPrivilegeAuditAlarmW
 */
OPENLOGON_API BOOL ObjectPrivilegeAuditAlarmW(LPCWSTR SubsystemName, LPVOID HandleId,
                                              HANDLE ClientToken, DWORD DesiredAccess,
                                              PPRIVILEGE_SET Privileges, BOOL AccessGranted);

/**
 * Reports that a client asked for a service that takes privileges.
 * Needs, errors: as ObjectPrivilegeAuditAlarm
 * Source: Learn, PrivilegedServiceAuditAlarmW
 */
OPENLOGON_API BOOL PrivilegedServiceAuditAlarmW(LPCWSTR SubsystemName, LPCWSTR ServiceName,
                                                HANDLE ClientToken, PPRIVILEGE_SET Privileges,
                                                BOOL AccessGranted);

/**
 * Whether all the privileges, or without PRIVILEGE_SET_ALL_NECESSARY any, are enabled. Those that
 * are get SE_PRIVILEGE_USED_FOR_ACCESS.
 * Needs:  TOKEN_QUERY
 * Errors: ERROR_BAD_IMPERSONATION_LEVEL (below Identification), ERROR_INVALID_HANDLE,
 *         ERROR_ACCESS_DENIED
 * Source: Learn, PrivilegeCheck
 */
OPENLOGON_API BOOL PrivilegeCheck(HANDLE ClientToken, PPRIVILEGE_SET RequiredPrivileges,
                                  LPBOOL pfResult);

/* ---- Tokens. ---- */

/**
 * What is known of a token. The structure and what it points to lie in the buffer.
 * @ReturnLength  bytes used, or on ERROR_INSUFFICIENT_BUFFER needed
 * Needs:  TOKEN_QUERY; TOKEN_QUERY_SOURCE for TokenSource
 * Errors: ERROR_INSUFFICIENT_BUFFER, ERROR_BAD_LENGTH (for data of fixed size),
 *         ERROR_INVALID_PARAMETER (no such class, or not of this kind of token),
 *         ERROR_NOT_SUPPORTED, ERROR_NO_SUCH_LOGON_SESSION (TokenLinkedToken),
 *         ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, GetTokenInformation; TOKEN_INFORMATION_CLASS
 */
OPENLOGON_API BOOL GetTokenInformation(HANDLE TokenHandle,
                                       TOKEN_INFORMATION_CLASS TokenInformationClass,
                                       LPVOID TokenInformation, DWORD TokenInformationLength,
                                       PDWORD ReturnLength);

/**
 * Changes a token: TokenOwner, TokenPrimaryGroup, TokenDefaultDacl, TokenSessionId,
 * TokenAuditPolicy, TokenOrigin, TokenVirtualizationAllowed and -Enabled, TokenIntegrityLevel,
 * TokenUIAccess, TokenMandatoryPolicy, TokenSecurityAttributes
 * (CLAIM_SECURITY_ATTRIBUTES_INFORMATION).
 * Needs:  TOKEN_ADJUST_DEFAULT, for TokenSessionId TOKEN_ADJUST_SESSIONID too. Enabled:
 *         SeTcbPrivilege for TokenSessionId, TokenAuditPolicy, TokenOrigin, TokenUIAccess,
 *         TokenMandatoryPolicy and TokenSecurityAttributes; SeCreateTokenPrivilege for
 *         TokenVirtualizationAllowed; SeRelabelPrivilege to raise the integrity level
 * Errors: ERROR_INVALID_OWNER (neither the user nor a group with SE_GROUP_OWNER),
 *         ERROR_INVALID_PRIMARY_GROUP, ERROR_INVALID_SID, ERROR_INVALID_ACL,
 *         ERROR_INVALID_PARAMETER, ERROR_INSUFFICIENT_BUFFER, ERROR_NOT_SUPPORTED
 *         (TokenSessionReference, TokenLinkedToken), ERROR_PRIVILEGE_NOT_HELD,
 *         ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, SetTokenInformation
 */
OPENLOGON_API BOOL SetTokenInformation(HANDLE TokenHandle,
                                       TOKEN_INFORMATION_CLASS TokenInformationClass,
                                       LPVOID TokenInformation, DWORD TokenInformationLength);

/**
 * An impersonation token of that level as a copy of a token. It has TOKEN_IMPERSONATE and
 * TOKEN_QUERY, and is the caller's: CloseHandle.
 * Needs:  TOKEN_DUPLICATE
 * Errors: ERROR_BAD_IMPERSONATION_LEVEL (above that of an impersonation token),
 *         ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, DuplicateToken
 */
OPENLOGON_API BOOL DuplicateToken(HANDLE ExistingTokenHandle,
                                  SECURITY_IMPERSONATION_LEVEL ImpersonationLevel,
                                  PHANDLE DuplicateTokenHandle);

/**
 * A copy of a token, of either type. It is the caller's: CloseHandle.
 * @dwDesiredAccess     0: the same access as hExistingToken has; MAXIMUM_ALLOWED
 * @ImpersonationLevel  counts for TokenImpersonation; may not be above the original's
 * Needs:  TOKEN_DUPLICATE
 * Errors: ERROR_BAD_IMPERSONATION_LEVEL (also a primary token of one below Impersonation),
 *         ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, DuplicateTokenEx
 */
OPENLOGON_API BOOL DuplicateTokenEx(HANDLE hExistingToken, DWORD dwDesiredAccess,
                                    LPSECURITY_ATTRIBUTES lpTokenAttributes,
                                    SECURITY_IMPERSONATION_LEVEL ImpersonationLevel,
                                    TOKEN_TYPE TokenType, PHANDLE phNewToken);

/**
 * Enables or disables groups of a token; of the attributes only SE_GROUP_ENABLED counts. A
 * mandatory group, the user and the integrity label stay enabled, a group for deny only stays
 * disabled. TRUE with GetLastError() ERROR_NOT_ALL_ASSIGNED: some of them the token does not have.
 * @ResetToDefault  all as they were at first; NewState is not looked at
 * @PreviousState   may be NULL; gets the groups that were changed, in a form to undo it with
 * Needs:  TOKEN_ADJUST_GROUPS, and TOKEN_QUERY for PreviousState
 * Errors: ERROR_CANT_DISABLE_MANDATORY, 629 (a group for deny only); ERROR_BUSY (another thread
 *         impersonates with the token and would lose a group of the kernel's);
 *         ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_SID, ERROR_INVALID_PARAMETER,
 *         ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED. Nothing was then changed
 * Source: Learn, AdjustTokenGroups
 */
OPENLOGON_API BOOL AdjustTokenGroups(HANDLE TokenHandle, BOOL ResetToDefault,
                                     PTOKEN_GROUPS NewState, DWORD BufferLength,
                                     PTOKEN_GROUPS PreviousState, PDWORD ReturnLength);

/**
 * Enables, disables or removes privileges that the token has; none is ever added. With
 * SE_PRIVILEGE_REMOVED one is gone for good. TRUE with GetLastError() ERROR_NOT_ALL_ASSIGNED: some
 * of them the token does not have, the others were changed.
 * @PreviousState  may be NULL; gets what was changed, in a form to undo it with
 * Needs:  TOKEN_ADJUST_PRIVILEGES, and TOKEN_QUERY for PreviousState
 * Errors: ERROR_INSUFFICIENT_BUFFER (nothing was changed), ERROR_INVALID_PARAMETER,
 *         ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, AdjustTokenPrivileges
 */
OPENLOGON_API BOOL AdjustTokenPrivileges(HANDLE TokenHandle, BOOL DisableAllPrivileges,
                                         PTOKEN_PRIVILEGES NewState, DWORD BufferLength,
                                         PTOKEN_PRIVILEGES PreviousState, PDWORD ReturnLength);

/**
 * A copy of a token that can do less: with groups for deny only, without privileges, or with
 * restricting SIDs, which access must be granted to as well. It is the caller's: CloseHandle.
 * @Flags           DISABLE_MAX_PRIVILEGE (all but SeChangeNotifyPrivilege), SANDBOX_INERT,
 *                  LUA_TOKEN, WRITE_RESTRICTED
 * @SidsToRestrict  Attributes must be 0. Of an already restricted token the common ones stay
 * Needs:  TOKEN_DUPLICATE
 * Errors: ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, CreateRestrictedToken; Restricted Tokens
 */
OPENLOGON_API BOOL CreateRestrictedToken(HANDLE ExistingTokenHandle, DWORD Flags,
                                         DWORD DisableSidCount, PSID_AND_ATTRIBUTES SidsToDisable,
                                         DWORD DeletePrivilegeCount,
                                         PLUID_AND_ATTRIBUTES PrivilegesToDelete,
                                         DWORD RestrictedSidCount,
                                         PSID_AND_ATTRIBUTES SidsToRestrict,
                                         PHANDLE NewTokenHandle);

/**
 * Whether a token has restricting SIDs.
 * Needs:  TOKEN_QUERY
 * Errors: FALSE, and ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, IsTokenRestricted
 */
OPENLOGON_API BOOL IsTokenRestricted(HANDLE TokenHandle);

/**
 * The security descriptor of an object, self-relative; here tokens have one.
 * Needs:  READ_CONTROL; for the SACL ACCESS_SYSTEM_SECURITY
 * Errors: ERROR_INSUFFICIENT_BUFFER (the needed size is told), ERROR_NOT_SUPPORTED (a handle of
 *         another kind), ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, GetKernelObjectSecurity
 */
OPENLOGON_API BOOL GetKernelObjectSecurity(HANDLE Handle, SECURITY_INFORMATION RequestedInformation,
                                           PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                           LPDWORD lpnLengthNeeded);

/**
 * Sets parts of it. It is evaluated when the object is opened next; handles keep what they have.
 * Needs:  WRITE_OWNER for owner, group and label, WRITE_DAC for the DACL, ACCESS_SYSTEM_SECURITY
 *         for the SACL
 * Errors: ERROR_INVALID_OWNER, ERROR_INVALID_PRIMARY_GROUP, ERROR_PRIVILEGE_NOT_HELD (a label above
 *         the caller's), ERROR_INVALID_SECURITY_DESCR, ERROR_NOT_SUPPORTED (a handle of another
 *         kind), ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, SetKernelObjectSecurity
 */
OPENLOGON_API BOOL SetKernelObjectSecurity(HANDLE Handle, SECURITY_INFORMATION SecurityInformation,
                                           PSECURITY_DESCRIPTOR SecurityDescriptor);

#define CTMF_INCLUDE_APPCONTAINER 0x00000001U
#define CTMF_INCLUDE_LPAC         0x00000002U

/**
 * As CheckTokenMembership. No token here is of an app container, so the flags add nothing.
 * Errors: as CheckTokenMembership; ERROR_INVALID_PARAMETER (an unknown flag)
 * Source: Learn, CheckTokenMembershipEx
 */
OPENLOGON_API BOOL CheckTokenMembershipEx(HANDLE TokenHandle, PSID SidToCheck, DWORD Flags,
                                          PBOOL IsMember);

/**
 * Whether a token has a capability, which those of app containers have: none here.
 * @TokenHandle  NULL: of whom the thread acts for
 * Needs:  TOKEN_QUERY
 * Errors: ERROR_INVALID_SID, ERROR_INVALID_PARAMETER, ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, CheckTokenCapability
 */
OPENLOGON_API BOOL CheckTokenCapability(HANDLE TokenHandle, PSID CapabilitySidToCheck,
                                        PBOOL HasCapability);

/**
 * Whether a SID is enabled in a token: not one for deny only, and in a restricted token a
 * restricting one, too.
 * @TokenHandle  an impersonation token; NULL: the thread's, or else the process's
 * Needs:  TOKEN_QUERY
 * Errors: ERROR_NO_IMPERSONATION_TOKEN (a primary token), ERROR_INVALID_SID,
 *         ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, CheckTokenMembership
 */
OPENLOGON_API BOOL CheckTokenMembership(HANDLE TokenHandle, PSID SidToCheck, PBOOL IsMember);

/**
 * A LUID that nobody on this machine gets again before it restarts.
 * Errors: ERROR_LUIDS_EXHAUSTED, RPC_S_SERVER_UNAVAILABLE (no authority runs)
 * Source: Learn, AllocateLocallyUniqueId
 */
OPENLOGON_API BOOL AllocateLocallyUniqueId(PLUID Luid);

/* ---- Impersonation: of the calling thread, until RevertToSelf or its end. ---- */

/**
 * Acts as the user of a token: the thread has an impersonation token, and for the kernel the user's
 * uid, gid and groups. A primary token is impersonated at level Impersonation. Without
 * SeImpersonatePrivilege, for another user's token that the caller's session did not make, the
 * level becomes Identification. At Identification and Anonymous the kernel's identity stays. A new
 * thread starts without impersonation.
 * Needs:  TOKEN_QUERY and TOKEN_DUPLICATE on a primary token, TOKEN_QUERY and TOKEN_IMPERSONATE on
 *         an impersonation token
 * Errors: ERROR_PRIVILEGE_NOT_HELD (the kernel refuses the identity: see openlogon_set_mode),
 *         ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED
 * Source: Learn, ImpersonateLoggedOnUser; Impersonation Levels
 */
OPENLOGON_API BOOL ImpersonateLoggedOnUser(HANDLE hToken);

/**
 * Gives the thread a copy of the process's token, to be adjusted for this thread alone.
 * Errors: ERROR_BAD_IMPERSONATION_LEVEL (no such level)
 * Source: Learn, ImpersonateSelf
 */
OPENLOGON_API BOOL ImpersonateSelf(SECURITY_IMPERSONATION_LEVEL ImpersonationLevel);

/**
 * Would give the calling thread the token of the anonymous session; OpenLogon makes none yet.
 * Needs:  THREAD_IMPERSONATE
 * Errors: ERROR_NOT_SUPPORTED (always, with a good handle), ERROR_ACCESS_DENIED,
 *         ERROR_INVALID_HANDLE
 * Source: Learn, ImpersonateAnonymousToken
 */
OPENLOGON_API BOOL ImpersonateAnonymousToken(HANDLE ThreadHandle);

/**
 * Ends impersonation; fine without one. When the kernel's identity cannot be restored the process
 * is aborted: it would go on as somebody else.
 * Source: Learn, RevertToSelf
 */
OPENLOGON_API BOOL RevertToSelf(void);

/* ---- The security of files: what a path leads to, symbolic links followed ---- */

/**
 * Gets parts of a file's descriptor, self-relative.
 * @lpnLengthNeeded  gets its size, also with ERROR_INSUFFICIENT_BUFFER
 * Needs:  as GetNamedSecurityInfo
 * Errors: ERROR_INSUFFICIENT_BUFFER (nothing is written); otherwise as GetNamedSecurityInfo
 * Source: Learn, GetFileSecurityW
 */
OPENLOGON_API BOOL GetFileSecurityA(LPCSTR lpFileName, SECURITY_INFORMATION RequestedInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded);
OPENLOGON_API BOOL GetFileSecurityW(LPCWSTR lpFileName, SECURITY_INFORMATION RequestedInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded);
#ifdef UNICODE
#define GetFileSecurity GetFileSecurityW
#else
#define GetFileSecurity GetFileSecurityA
#endif

/**
 * Replaces parts of a file's descriptor; the descriptor may be in either form. On failure the file
 * is as it was.
 * Needs:  as SetNamedSecurityInfo
 * Errors: ERROR_INVALID_SECURITY_DESCR and the like; otherwise as SetNamedSecurityInfo
 * Source: Learn, SetFileSecurityW
 */
OPENLOGON_API BOOL SetFileSecurityA(LPCSTR lpFileName, SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor);
OPENLOGON_API BOOL SetFileSecurityW(LPCWSTR lpFileName, SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor);
#ifdef UNICODE
#define SetFileSecurity SetFileSecurityW
#else
#define SetFileSecurity SetFileSecurityA
#endif

#ifdef __cplusplus
}
#endif

#endif
