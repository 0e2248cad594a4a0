/* SPDX-License-Identifier: MIT */
/* Trees of objects, along which nothing is inherited on Linux. */
#include <windows.h>
#include <aclapi.h>

DWORD TreeSetNamedSecurityInfoA(LPSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                SECURITY_INFORMATION SecurityInfo, PSID pOwner, PSID pGroup,
                                PACL pDacl, PACL pSacl, DWORD dwAction, FN_PROGRESS fnProgress,
                                PROG_INVOKE_SETTING ProgressInvokeSetting, PVOID Args)
{
    return ERROR_NOT_SUPPORTED;
}

DWORD TreeSetNamedSecurityInfoW(LPWSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                SECURITY_INFORMATION SecurityInfo, PSID pOwner, PSID pGroup,
                                PACL pDacl, PACL pSacl, DWORD dwAction, FN_PROGRESS fnProgress,
                                PROG_INVOKE_SETTING ProgressInvokeSetting, PVOID Args)
{
    return ERROR_NOT_SUPPORTED;
}

DWORD TreeResetNamedSecurityInfoA(LPSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                  SECURITY_INFORMATION SecurityInfo, PSID pOwner, PSID pGroup,
                                  PACL pDacl, PACL pSacl, BOOL KeepExplicit, FN_PROGRESS fnProgress,
                                  PROG_INVOKE_SETTING ProgressInvokeSetting, PVOID Args)
{
    return ERROR_NOT_SUPPORTED;
}

DWORD TreeResetNamedSecurityInfoW(LPWSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                                  SECURITY_INFORMATION SecurityInfo, PSID pOwner, PSID pGroup,
                                  PACL pDacl, PACL pSacl, BOOL KeepExplicit, FN_PROGRESS fnProgress,
                                  PROG_INVOKE_SETTING ProgressInvokeSetting, PVOID Args)
{
    return ERROR_NOT_SUPPORTED;
}

DWORD GetInheritanceSourceA(LPSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                            SECURITY_INFORMATION SecurityInfo, BOOL Container,
                            GUID **pObjectClassGuids, DWORD GuidCount, PACL pAcl,
                            PFN_OBJECT_MGR_FUNCTS pfnArray, PGENERIC_MAPPING pGenericMapping,
                            PINHERITED_FROMA pInheritArray)
{
    return ERROR_NOT_SUPPORTED;
}

DWORD GetInheritanceSourceW(LPWSTR pObjectName, SE_OBJECT_TYPE ObjectType,
                            SECURITY_INFORMATION SecurityInfo, BOOL Container,
                            GUID **pObjectClassGuids, DWORD GuidCount, PACL pAcl,
                            PFN_OBJECT_MGR_FUNCTS pfnArray, PGENERIC_MAPPING pGenericMapping,
                            PINHERITED_FROMW pInheritArray)
{
    return ERROR_NOT_SUPPORTED;
}

DWORD FreeInheritedFromArray(PINHERITED_FROMW pInheritArray, USHORT AceCnt,
                             PFN_OBJECT_MGR_FUNCTS pfnArray)
{
    return ERROR_NOT_SUPPORTED;
}
