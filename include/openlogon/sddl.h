/* SPDX-License-Identifier: MIT */
/*
 * SIDs and security descriptors as text: the Security Descriptor Definition Language.
 *
 * Source: [MS-DTYP] 2.5.1; Microsoft Learn, Security Descriptor String Format
 */
#ifndef OPENLOGON_SDDL_H
#define OPENLOGON_SDDL_H

#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SDDL_REVISION_1 1
#define SDDL_REVISION   SDDL_REVISION_1
#define SDDL_ALIAS_SIZE 2

/* The words of the language. */
#define SDDL_ACCESS_ALLOWED                 TEXT("A")
#define SDDL_ACCESS_DENIED                  TEXT("D")
#define SDDL_ACCOUNT_OPERATORS              TEXT("AO")
#define SDDL_ACE_BEGIN                      TEXT("(")
#define SDDL_ACE_END                        TEXT(")")
#define SDDL_ALARM                          TEXT("AL")
#define SDDL_ALIAS_PREW2KCOMPACC            TEXT("RU")
#define SDDL_ANONYMOUS                      TEXT("AN")
#define SDDL_AUDIT                          TEXT("AU")
#define SDDL_AUDIT_FAILURE                  TEXT("FA")
#define SDDL_AUDIT_SUCCESS                  TEXT("SA")
#define SDDL_AUTHENTICATED_USERS            TEXT("AU")
#define SDDL_AUTO_INHERITED                 TEXT("AI")
#define SDDL_AUTO_INHERIT_REQ               TEXT("AR")
#define SDDL_BACKUP_OPERATORS               TEXT("BO")
#define SDDL_BUILTIN_ADMINISTRATORS         TEXT("BA")
#define SDDL_BUILTIN_GUESTS                 TEXT("BG")
#define SDDL_BUILTIN_USERS                  TEXT("BU")
#define SDDL_CALLBACK_ACCESS_ALLOWED        TEXT("XA")
#define SDDL_CALLBACK_ACCESS_DENIED         TEXT("XD")
#define SDDL_CALLBACK_AUDIT                 TEXT("XU")
#define SDDL_CALLBACK_OBJECT_ACCESS_ALLOWED TEXT("ZA")
#define SDDL_CERT_SERV_ADMINISTRATORS       TEXT("CA")
#define SDDL_CONTAINER_INHERIT              TEXT("CI")
#define SDDL_CONTROL_ACCESS                 TEXT("CR")
#define SDDL_CREATE_CHILD                   TEXT("CC")
#define SDDL_CREATOR_GROUP                  TEXT("CG")
#define SDDL_CREATOR_OWNER                  TEXT("CO")
#define SDDL_DACL                           TEXT("D")
#define SDDL_DELETE_CHILD                   TEXT("DC")
#define SDDL_DELETE_TREE                    TEXT("DT")
#define SDDL_DELIMINATOR                    TEXT(":")
#define SDDL_DOMAIN_ADMINISTRATORS          TEXT("DA")
#define SDDL_DOMAIN_COMPUTERS               TEXT("DC")
#define SDDL_DOMAIN_DOMAIN_CONTROLLERS      TEXT("DD")
#define SDDL_DOMAIN_GUESTS                  TEXT("DG")
#define SDDL_DOMAIN_USERS                   TEXT("DU")
#define SDDL_ENTERPRISE_ADMINS              TEXT("EA")
#define SDDL_ENTERPRISE_DOMAIN_CONTROLLERS  TEXT("ED")
#define SDDL_EVERYONE                       TEXT("WD")
#define SDDL_FILE_ALL                       TEXT("FA")
#define SDDL_FILE_EXECUTE                   TEXT("FX")
#define SDDL_FILE_READ                      TEXT("FR")
#define SDDL_FILE_WRITE                     TEXT("FW")
#define SDDL_GENERIC_ALL                    TEXT("GA")
#define SDDL_GENERIC_EXECUTE                TEXT("GX")
#define SDDL_GENERIC_READ                   TEXT("GR")
#define SDDL_GENERIC_WRITE                  TEXT("GW")
#define SDDL_GROUP                          TEXT("G")
#define SDDL_GROUP_POLICY_ADMINS            TEXT("PA")
#define SDDL_INHERITED                      TEXT("ID")
#define SDDL_INHERIT_ONLY                   TEXT("IO")
#define SDDL_INTERACTIVE                    TEXT("IU")
#define SDDL_KEY_ALL                        TEXT("KA")
#define SDDL_KEY_EXECUTE                    TEXT("KX")
#define SDDL_KEY_READ                       TEXT("KR")
#define SDDL_KEY_WRITE                      TEXT("KW")
#define SDDL_LIST_CHILDREN                  TEXT("LC")
#define SDDL_LIST_OBJECT                    TEXT("LO")
#define SDDL_LOCAL_ADMIN                    TEXT("LA")
#define SDDL_LOCAL_GUEST                    TEXT("LG")
#define SDDL_LOCAL_SERVICE                  TEXT("LS")
#define SDDL_LOCAL_SYSTEM                   TEXT("SY")
#define SDDL_MANDATORY_LABEL                TEXT("ML")
#define SDDL_NETWORK                        TEXT("NU")
#define SDDL_NETWORK_CONFIGURATION_OPS      TEXT("NO")
#define SDDL_NETWORK_SERVICE                TEXT("NS")
#define SDDL_NO_PROPAGATE                   TEXT("NP")
#define SDDL_NULL_ACL                       TEXT("NO_ACCESS_CONTROL")
#define SDDL_OBJECT_ACCESS_ALLOWED          TEXT("OA")
#define SDDL_OBJECT_ACCESS_DENIED           TEXT("OD")
#define SDDL_OBJECT_ALARM                   TEXT("OL")
#define SDDL_OBJECT_AUDIT                   TEXT("OU")
#define SDDL_OBJECT_INHERIT                 TEXT("OI")
#define SDDL_OWNER                          TEXT("O")
#define SDDL_PERFLOG_USERS                  TEXT("LU")
#define SDDL_PERFMON_USERS                  TEXT("MU")
#define SDDL_PERSONAL_SELF                  TEXT("PS")
#define SDDL_POWER_USERS                    TEXT("PU")
#define SDDL_PRINTER_OPERATORS              TEXT("PO")
#define SDDL_PROTECTED                      TEXT("P")
#define SDDL_RAS_SERVERS                    TEXT("RS")
#define SDDL_READ_CONTROL                   TEXT("RC")
#define SDDL_READ_PROPERTY                  TEXT("RP")
#define SDDL_REMOTE_DESKTOP                 TEXT("RD")
#define SDDL_REPLICATOR                     TEXT("RE")
#define SDDL_RESOURCE_ATTRIBUTE             TEXT("RA")
#define SDDL_RESTRICTED_CODE                TEXT("RC")
#define SDDL_SACL                           TEXT("S")
#define SDDL_SCHEMA_ADMINISTRATORS          TEXT("SA")
#define SDDL_SCOPED_POLICY_ID               TEXT("SP")
#define SDDL_SELF_WRITE                     TEXT("SW")
#define SDDL_SEPERATOR                      TEXT(";")
#define SDDL_SERVER_OPERATORS               TEXT("SO")
#define SDDL_SERVICE                        TEXT("SU")
#define SDDL_STANDARD_DELETE                TEXT("SD")
#define SDDL_WRITE_DAC                      TEXT("WD")
#define SDDL_WRITE_OWNER                    TEXT("WO")
#define SDDL_WRITE_PROPERTY                 TEXT("WP")
#define SDDL_ACE_BEGINC                     TEXT('(')
#define SDDL_ACE_ENDC                       TEXT(')')
#define SDDL_DELIMINATORC                   TEXT(':')
#define SDDL_SEPERATORC                     TEXT(';')

/**
 * A SID as S-1-... The text is the caller's: LocalFree.
 * Errors: ERROR_INVALID_SID, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, ConvertSidToStringSidW; [MS-DTYP] 2.4.2.1
 */
OPENLOGON_API BOOL ConvertSidToStringSidA(PSID Sid, LPSTR *StringSid);
OPENLOGON_API BOOL ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid);
#ifdef UNICODE
#define ConvertSidToStringSid ConvertSidToStringSidW
#else
#define ConvertSidToStringSid ConvertSidToStringSidA
#endif

/**
 * The SID of S-1-... or of one of SDDL's two-letter names. The SID is the caller's: LocalFree.
 * Errors: ERROR_INVALID_SID, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, ConvertStringSidToSidW
 */
OPENLOGON_API BOOL ConvertStringSidToSidA(LPCSTR StringSid, PSID *Sid);
OPENLOGON_API BOOL ConvertStringSidToSidW(LPCWSTR StringSid, PSID *Sid);
#ifdef UNICODE
#define ConvertStringSidToSid ConvertStringSidToSidW
#else
#define ConvertStringSidToSid ConvertStringSidToSidA
#endif

/**
 * A self-relative descriptor of SDDL text: SACL, DACL, owner, group, in this order. It is the
 * caller's: LocalFree.
 * @StringSDRevision        SDDL_REVISION_1
 * @SecurityDescriptorSize  may be NULL
 * Errors: ERROR_INVALID_PARAMETER (not SDDL), ERROR_INVALID_SID, ERROR_INVALID_ACL (what stands in
 *         an ACL; also one above 64 KiB), ERROR_INVALID_ACE_CONDITION, ERROR_UNKNOWN_REVISION,
 *         ERROR_NOT_ENOUGH_MEMORY. openlogon_check_sddl() tells where and why
 * Source: Learn, ConvertStringSecurityDescriptorToSecurityDescriptorW
 */
OPENLOGON_API BOOL ConvertStringSecurityDescriptorToSecurityDescriptorA(
    LPCSTR StringSecurityDescriptor, DWORD StringSDRevision,
    PSECURITY_DESCRIPTOR *SecurityDescriptor, PULONG SecurityDescriptorSize);
OPENLOGON_API BOOL ConvertStringSecurityDescriptorToSecurityDescriptorW(
    LPCWSTR StringSecurityDescriptor, DWORD StringSDRevision,
    PSECURITY_DESCRIPTOR *SecurityDescriptor, PULONG SecurityDescriptorSize);
#ifdef UNICODE
#define ConvertStringSecurityDescriptorToSecurityDescriptor                                        \
    ConvertStringSecurityDescriptorToSecurityDescriptorW
#else
#define ConvertStringSecurityDescriptorToSecurityDescriptor                                        \
    ConvertStringSecurityDescriptorToSecurityDescriptorA
#endif

/**
 * The SDDL text of the named parts of a descriptor. The text is the caller's: LocalFree.
 * @StringSecurityDescriptorLen  may be NULL; gets the length in units with the terminating zero
 * Errors: ERROR_INVALID_SECURITY_DESCR, ERROR_INVALID_ACL, ERROR_INVALID_SID,
 *         ERROR_UNKNOWN_REVISION, ERROR_NOT_SUPPORTED (an ACE that SDDL has no text for: callback
 *         object ACEs that deny or audit, alarms with a callback, callback ACEs without a
 *         condition), ERROR_NOT_ENOUGH_MEMORY
 * Source: Learn, ConvertSecurityDescriptorToStringSecurityDescriptorW
 */
OPENLOGON_API BOOL ConvertSecurityDescriptorToStringSecurityDescriptorA(
    PSECURITY_DESCRIPTOR SecurityDescriptor, DWORD RequestedStringSDRevision,
    SECURITY_INFORMATION SecurityInformation, LPSTR *StringSecurityDescriptor,
    PULONG StringSecurityDescriptorLen);
OPENLOGON_API BOOL ConvertSecurityDescriptorToStringSecurityDescriptorW(
    PSECURITY_DESCRIPTOR SecurityDescriptor, DWORD RequestedStringSDRevision,
    SECURITY_INFORMATION SecurityInformation, LPWSTR *StringSecurityDescriptor,
    PULONG StringSecurityDescriptorLen);
#ifdef UNICODE
#define ConvertSecurityDescriptorToStringSecurityDescriptor                                        \
    ConvertSecurityDescriptorToStringSecurityDescriptorW
#else
#define ConvertSecurityDescriptorToStringSecurityDescriptor                                        \
    ConvertSecurityDescriptorToStringSecurityDescriptorA
#endif

#ifdef __cplusplus
}
#endif

#endif
