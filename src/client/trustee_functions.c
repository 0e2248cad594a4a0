/* SPDX-License-Identifier: MIT */
/* aclapi.h: trustees are filled and read; nothing is looked up. */
#include <aclapi.h>

#include <string.h>

/* The A form is the one that is filled: trustee.c asserts that both are laid out alike. */
static void fill(TRUSTEE_A *trustee, TRUSTEE_FORM form, void *who)
{
    if (trustee)
        *trustee =
            (TRUSTEE_A){ .TrusteeForm = form, .TrusteeType = TRUSTEE_IS_UNKNOWN, .ptstrName = who };
}

static DWORD objects_present(const void *object, const void *inherited)
{
    return (object ? ACE_OBJECT_TYPE_PRESENT : 0u) |
           (inherited ? ACE_INHERITED_OBJECT_TYPE_PRESENT : 0u);
}

void BuildTrusteeWithSidA(PTRUSTEE_A pTrustee, PSID pSid)
{
    fill(pTrustee, TRUSTEE_IS_SID, pSid);
}

void BuildTrusteeWithSidW(PTRUSTEE_W pTrustee, PSID pSid)
{
    fill((PTRUSTEE_A)pTrustee, TRUSTEE_IS_SID, pSid);
}

void BuildTrusteeWithNameA(PTRUSTEE_A pTrustee, LPSTR pName)
{
    fill(pTrustee, TRUSTEE_IS_NAME, pName);
}

void BuildTrusteeWithNameW(PTRUSTEE_W pTrustee, LPWSTR pName)
{
    fill((PTRUSTEE_A)pTrustee, TRUSTEE_IS_NAME, pName);
}

void BuildTrusteeWithObjectsAndSidA(PTRUSTEE_A pTrustee, POBJECTS_AND_SID pObjSid,
                                    GUID *pObjectGuid, GUID *pInheritedObjectGuid, PSID pSid)
{
    if (!pObjSid)
        return;
    *pObjSid =
        (OBJECTS_AND_SID){ .ObjectsPresent = objects_present(pObjectGuid, pInheritedObjectGuid),
                           .pSid = pSid };
    if (pObjectGuid) /* of an ACE: at any address */
        memcpy(&pObjSid->ObjectTypeGuid, pObjectGuid, sizeof(GUID));
    if (pInheritedObjectGuid)
        memcpy(&pObjSid->InheritedObjectTypeGuid, pInheritedObjectGuid, sizeof(GUID));
    fill(pTrustee, TRUSTEE_IS_OBJECTS_AND_SID, pObjSid);
}

void BuildTrusteeWithObjectsAndSidW(PTRUSTEE_W pTrustee, POBJECTS_AND_SID pObjSid,
                                    GUID *pObjectGuid, GUID *pInheritedObjectGuid, PSID pSid)
{
    BuildTrusteeWithObjectsAndSidA((PTRUSTEE_A)pTrustee, pObjSid, pObjectGuid, pInheritedObjectGuid,
                                   pSid);
}

void BuildTrusteeWithObjectsAndNameA(PTRUSTEE_A pTrustee, POBJECTS_AND_NAME_A pObjName,
                                     SE_OBJECT_TYPE ObjectType, LPSTR ObjectTypeName,
                                     LPSTR InheritedObjectTypeName, LPSTR Name)
{
    if (!pObjName)
        return;
    *pObjName = (OBJECTS_AND_NAME_A){ objects_present(ObjectTypeName, InheritedObjectTypeName),
                                      ObjectType, ObjectTypeName, InheritedObjectTypeName, Name };
    fill(pTrustee, TRUSTEE_IS_OBJECTS_AND_NAME, pObjName);
}

void BuildTrusteeWithObjectsAndNameW(PTRUSTEE_W pTrustee, POBJECTS_AND_NAME_W pObjName,
                                     SE_OBJECT_TYPE ObjectType, LPWSTR ObjectTypeName,
                                     LPWSTR InheritedObjectTypeName, LPWSTR Name)
{
    BuildTrusteeWithObjectsAndNameA((PTRUSTEE_A)pTrustee, (POBJECTS_AND_NAME_A)pObjName, ObjectType,
                                    (LPSTR)ObjectTypeName, (LPSTR)InheritedObjectTypeName,
                                    (LPSTR)Name);
}

void BuildExplicitAccessWithNameA(PEXPLICIT_ACCESS_A pExplicitAccess, LPSTR pTrusteeName,
                                  DWORD AccessPermissions, ACCESS_MODE AccessMode,
                                  DWORD Inheritance)
{
    if (!pExplicitAccess)
        return;
    *pExplicitAccess = (EXPLICIT_ACCESS_A){ .grfAccessPermissions = AccessPermissions,
                                            .grfAccessMode = AccessMode,
                                            .grfInheritance = Inheritance };
    fill(&pExplicitAccess->Trustee, TRUSTEE_IS_NAME, pTrusteeName);
}

void BuildExplicitAccessWithNameW(PEXPLICIT_ACCESS_W pExplicitAccess, LPWSTR pTrusteeName,
                                  DWORD AccessPermissions, ACCESS_MODE AccessMode,
                                  DWORD Inheritance)
{
    BuildExplicitAccessWithNameA((PEXPLICIT_ACCESS_A)pExplicitAccess, (LPSTR)pTrusteeName,
                                 AccessPermissions, AccessMode, Inheritance);
}

void BuildImpersonateTrusteeA(PTRUSTEE_A pTrustee, PTRUSTEE_A pImpersonateTrustee)
{
    if (!pTrustee)
        return;
    pTrustee->pMultipleTrustee = pImpersonateTrustee;
    pTrustee->MultipleTrusteeOperation = TRUSTEE_IS_IMPERSONATE;
}

void BuildImpersonateTrusteeW(PTRUSTEE_W pTrustee, PTRUSTEE_W pImpersonateTrustee)
{
    BuildImpersonateTrusteeA((PTRUSTEE_A)pTrustee, (PTRUSTEE_A)pImpersonateTrustee);
}

void BuildImpersonateExplicitAccessWithNameA(PEXPLICIT_ACCESS_A pExplicitAccess, LPSTR pTrusteeName,
                                             PTRUSTEE_A pTrustee, DWORD AccessPermissions,
                                             ACCESS_MODE AccessMode, DWORD Inheritance)
{
    if (!pExplicitAccess)
        return;
    BuildExplicitAccessWithNameA(pExplicitAccess, pTrusteeName, AccessPermissions, AccessMode,
                                 Inheritance);
    BuildImpersonateTrusteeA(&pExplicitAccess->Trustee, pTrustee);
}

void BuildImpersonateExplicitAccessWithNameW(PEXPLICIT_ACCESS_W pExplicitAccess,
                                             LPWSTR pTrusteeName, PTRUSTEE_W pTrustee,
                                             DWORD AccessPermissions, ACCESS_MODE AccessMode,
                                             DWORD Inheritance)
{
    BuildImpersonateExplicitAccessWithNameA((PEXPLICIT_ACCESS_A)pExplicitAccess,
                                            (LPSTR)pTrusteeName, (PTRUSTEE_A)pTrustee,
                                            AccessPermissions, AccessMode, Inheritance);
}

LPSTR GetTrusteeNameA(PTRUSTEE_A pTrustee)
{
    switch (pTrustee ? pTrustee->TrusteeForm : TRUSTEE_BAD_FORM) {
    case TRUSTEE_IS_NAME:
        return pTrustee->ptstrName;
    case TRUSTEE_IS_OBJECTS_AND_NAME:
        return ((POBJECTS_AND_NAME_A)(void *)pTrustee->ptstrName)->ptstrName;
    default:
        return NULL;
    }
}

LPWSTR GetTrusteeNameW(PTRUSTEE_W pTrustee)
{
    return (LPWSTR)(void *)GetTrusteeNameA((PTRUSTEE_A)pTrustee);
}

TRUSTEE_TYPE GetTrusteeTypeA(PTRUSTEE_A pTrustee)
{
    return pTrustee ? pTrustee->TrusteeType : TRUSTEE_IS_UNKNOWN;
}

TRUSTEE_TYPE GetTrusteeTypeW(PTRUSTEE_W pTrustee)
{
    return GetTrusteeTypeA((PTRUSTEE_A)pTrustee);
}

TRUSTEE_FORM GetTrusteeFormA(PTRUSTEE_A pTrustee)
{
    return pTrustee ? pTrustee->TrusteeForm : TRUSTEE_BAD_FORM;
}

TRUSTEE_FORM GetTrusteeFormW(PTRUSTEE_W pTrustee)
{
    return GetTrusteeFormA((PTRUSTEE_A)pTrustee);
}

PTRUSTEE_A GetMultipleTrusteeA(PTRUSTEE_A pTrustee)
{
    return pTrustee ? pTrustee->pMultipleTrustee : NULL;
}

PTRUSTEE_W GetMultipleTrusteeW(PTRUSTEE_W pTrustee)
{
    return (PTRUSTEE_W)GetMultipleTrusteeA((PTRUSTEE_A)pTrustee);
}

MULTIPLE_TRUSTEE_OPERATION GetMultipleTrusteeOperationA(PTRUSTEE_A pTrustee)
{
    return pTrustee ? pTrustee->MultipleTrusteeOperation : NO_MULTIPLE_TRUSTEE;
}

MULTIPLE_TRUSTEE_OPERATION GetMultipleTrusteeOperationW(PTRUSTEE_W pTrustee)
{
    return GetMultipleTrusteeOperationA((PTRUSTEE_A)pTrustee);
}
