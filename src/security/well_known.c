/* SPDX-License-Identifier: MIT */
#include "security/well_known.h"

#include "base/ascii.h"

#define COUNT(...) (uint8_t)(sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* clang-format off */
#define ABSOLUTE(type, alias, use, domain, name, authority, ...)                                   \
    { type, WELL_KNOWN_ABSOLUTE, authority, COUNT(__VA_ARGS__), { __VA_ARGS__ },                   \
      name, domain, use, alias }
#define GROUP(type, alias, domain, name, authority, ...)                                           \
    ABSOLUTE(type, alias, SidTypeWellKnownGroup, domain, name, authority, __VA_ARGS__)
#define BUILTIN(type, alias, name, rid)                                                            \
    ABSOLUTE(type, alias, SidTypeAlias, "BUILTIN", name, 5, 32, rid)
#define RELATIVE(type, alias, use, name, rid)                                                      \
    { type, WELL_KNOWN_DOMAIN, 5, 1, { rid }, name, NULL, use, alias }
/* clang-format on */

/* The SIDs that only headers newer than ours number. */
enum {
    TYPE_FRESH_KEY = 118,
    TYPE_DEVICE_OWNERS = 119,
};

/* Sorted by authority and sub-authorities; those relative to a domain stand last, by their RID. */
static const struct well_known table[] = {
    GROUP(WinNullSid, "", "", "NULL SID", 0, 0),
    GROUP(WinWorldSid, "WD", "", "Everyone", 1, 0),
    GROUP(WinLocalSid, "", "", "LOCAL", 2, 0),
    GROUP(WinConsoleLogonSid, "", "", "CONSOLE LOGON", 2, 1),
    GROUP(WinCreatorOwnerSid, "CO", "", "CREATOR OWNER", 3, 0),
    GROUP(WinCreatorGroupSid, "CG", "", "CREATOR GROUP", 3, 1),
    GROUP(WinCreatorOwnerServerSid, "", "", "CREATOR OWNER SERVER", 3, 2),
    GROUP(WinCreatorGroupServerSid, "", "", "CREATOR GROUP SERVER", 3, 3),
    GROUP(WinCreatorOwnerRightsSid, "OW", "", "OWNER RIGHTS", 3, 4),
    { WinNtAuthoritySid,
      WELL_KNOWN_ABSOLUTE,
      5,
      0,
      { 0 },
      "NT Pseudo Domain",
      "NT Pseudo Domain",
      SidTypeDomain,
      "" },
    GROUP(WinDialupSid, "", "NT AUTHORITY", "DIALUP", 5, 1),
    GROUP(WinNetworkSid, "NU", "NT AUTHORITY", "NETWORK", 5, 2),
    GROUP(WinBatchSid, "", "NT AUTHORITY", "BATCH", 5, 3),
    GROUP(WinInteractiveSid, "IU", "NT AUTHORITY", "INTERACTIVE", 5, 4),
    { WinLogonIdsSid,
      WELL_KNOWN_PATTERN,
      5,
      1,
      { 5 },
      NULL,
      "NT AUTHORITY",
      SidTypeLogonSession,
      "" },
    GROUP(WinServiceSid, "SU", "NT AUTHORITY", "SERVICE", 5, 6),
    GROUP(WinAnonymousSid, "AN", "NT AUTHORITY", "ANONYMOUS LOGON", 5, 7),
    GROUP(WinProxySid, "", "NT AUTHORITY", "PROXY", 5, 8),
    GROUP(WinEnterpriseControllersSid, "ED", "NT AUTHORITY", "ENTERPRISE DOMAIN CONTROLLERS", 5, 9),
    GROUP(WinSelfSid, "PS", "NT AUTHORITY", "SELF", 5, 10),
    GROUP(WinAuthenticatedUserSid, "AU", "NT AUTHORITY", "Authenticated Users", 5, 11),
    GROUP(WinRestrictedCodeSid, "RC", "NT AUTHORITY", "RESTRICTED", 5, 12),
    GROUP(WinTerminalServerSid, "", "NT AUTHORITY", "TERMINAL SERVER USER", 5, 13),
    GROUP(WinRemoteLogonIdSid, "", "NT AUTHORITY", "REMOTE INTERACTIVE LOGON", 5, 14),
    GROUP(WinThisOrganizationSid, "", "NT AUTHORITY", "This Organization", 5, 15),
    GROUP(WinIUserSid, "", "NT AUTHORITY", "IUSR", 5, 17),
    GROUP(WinLocalSystemSid, "SY", "NT AUTHORITY", "SYSTEM", 5, 18),
    GROUP(WinLocalServiceSid, "LS", "NT AUTHORITY", "LOCAL SERVICE", 5, 19),
    GROUP(WinNetworkServiceSid, "NS", "NT AUTHORITY", "NETWORK SERVICE", 5, 20),
    GROUP(WinEnterpriseReadonlyControllersSid, "", "NT AUTHORITY",
          "ENTERPRISE READ-ONLY DOMAIN CONTROLLERS BETA", 5, 22),
    ABSOLUTE(WinBuiltinDomainSid, "", SidTypeDomain, "BUILTIN", "BUILTIN", 5, 32),
    BUILTIN(WinBuiltinAdministratorsSid, "BA", "Administrators", 544),
    BUILTIN(WinBuiltinUsersSid, "BU", "Users", 545),
    BUILTIN(WinBuiltinGuestsSid, "BG", "Guests", 546),
    BUILTIN(WinBuiltinPowerUsersSid, "PU", "Power Users", 547),
    BUILTIN(WinBuiltinAccountOperatorsSid, "AO", "Account Operators", 548),
    BUILTIN(WinBuiltinSystemOperatorsSid, "SO", "Server Operators", 549),
    BUILTIN(WinBuiltinPrintOperatorsSid, "PO", "Print Operators", 550),
    BUILTIN(WinBuiltinBackupOperatorsSid, "BO", "Backup Operators", 551),
    BUILTIN(WinBuiltinReplicatorSid, "RE", "Replicator", 552),
    BUILTIN(WinBuiltinPreWindows2000CompatibleAccessSid, "RU", "Pre-Windows 2000 Compatible Access",
            554),
    BUILTIN(WinBuiltinRemoteDesktopUsersSid, "RD", "Remote Desktop Users", 555),
    BUILTIN(WinBuiltinNetworkConfigurationOperatorsSid, "NO", "Network Configuration Operators",
            556),
    BUILTIN(WinBuiltinIncomingForestTrustBuildersSid, "", "Incoming Forest Trust Builders", 557),
    BUILTIN(WinBuiltinPerfMonitoringUsersSid, "MU", "Performance Monitor Users", 558),
    BUILTIN(WinBuiltinPerfLoggingUsersSid, "LU", "Performance Log Users", 559),
    BUILTIN(WinBuiltinAuthorizationAccessSid, "", "Windows Authorization Access Group", 560),
    BUILTIN(WinBuiltinTerminalServerLicenseServersSid, "", "Terminal Server License Servers", 561),
    BUILTIN(WinBuiltinDCOMUsersSid, "", "Distributed COM Users", 562),
    BUILTIN(WinBuiltinIUsersSid, "IS", "IIS_IUSRS", 568),
    BUILTIN(WinBuiltinCryptoOperatorsSid, "CY", "Cryptographic Operators", 569),
    BUILTIN(WinBuiltinEventLogReadersGroup, "ER", "Event Log Readers", 573),
    BUILTIN(WinBuiltinCertSvcDComAccessGroup, "CD", "Certificate Service DCOM Access", 574),
    BUILTIN(WinBuiltinRDSRemoteAccessServersSid, "RA", "RDS Remote Access Servers", 575),
    BUILTIN(WinBuiltinRDSEndpointServersSid, "ES", "RDS Endpoint Servers", 576),
    BUILTIN(WinBuiltinRDSManagementServersSid, "MS", "RDS Management Servers", 577),
    BUILTIN(WinBuiltinHyperVAdminsSid, "HA", "Hyper-V Administrators", 578),
    BUILTIN(WinBuiltinAccessControlAssistanceOperatorsSid, "AA",
            "Access Control Assistance Operators", 579),
    BUILTIN(WinBuiltinRemoteManagementUsersSid, "RM", "Remote Management Users", 580),
    BUILTIN(WinBuiltinDefaultSystemManagedGroupSid, "", "System Managed Accounts Group", 581),
    BUILTIN(WinBuiltinStorageReplicaAdminsSid, "", "Storage Replica Administrators", 582),
    BUILTIN(TYPE_DEVICE_OWNERS, "", "Device Owners", 583),
    BUILTIN(WELL_KNOWN_NO_TYPE, "HO", "User Mode Hardware Operators", 584),
    BUILTIN(WELL_KNOWN_NO_TYPE, "SH", "OpenSSH Users", 585),
    GROUP(WinWriteRestrictedCodeSid, "WR", "NT AUTHORITY", "WRITE RESTRICTED", 5, 33),
    GROUP(WinNTLMAuthenticationSid, "", "NT AUTHORITY", "NTLM Authentication", 5, 64, 10),
    GROUP(WinSChannelAuthenticationSid, "", "NT AUTHORITY", "SChannel Authentication", 5, 64, 14),
    GROUP(WinDigestAuthenticationSid, "", "NT AUTHORITY", "Digest Authentication", 5, 64, 21),
    GROUP(WinThisOrganizationCertificateSid, "", "NT AUTHORITY", "This Organization Certificate", 5,
          65, 1),
    GROUP(WELL_KNOWN_NO_TYPE, "", "NT SERVICE", "ALL SERVICES", 5, 80, 0),
    GROUP(WinUserModeDriversSid, "UD", "NT AUTHORITY", "USER MODE DRIVERS", 5, 84, 0, 0, 0, 0, 0),
    GROUP(WinLocalAccountSid, "", "NT AUTHORITY", "Local account", 5, 113),
    GROUP(WinLocalAccountAndAdministratorSid, "", "NT AUTHORITY",
          "Local account and member of Administrators group", 5, 114),
    GROUP(WinOtherOrganizationSid, "", "NT AUTHORITY", "Other Organization", 5, 1000),
    { WinApplicationPackageAuthoritySid,
      WELL_KNOWN_ABSOLUTE,
      15,
      0,
      { 0 },
      "APPLICATION PACKAGE AUTHORITY",
      "APPLICATION PACKAGE AUTHORITY",
      SidTypeDomain,
      "" },
    GROUP(WinBuiltinAnyPackageSid, "AC", "APPLICATION PACKAGE AUTHORITY",
          "ALL APPLICATION PACKAGES", 15, 2, 1),
    GROUP(WinCapabilityInternetClientSid, "", "APPLICATION PACKAGE AUTHORITY",
          "Your Internet connection", 15, 3, 1),
    GROUP(WinCapabilityInternetClientServerSid, "", "APPLICATION PACKAGE AUTHORITY",
          "Your Internet connection, including incoming connections from the Internet", 15, 3, 2),
    GROUP(WinCapabilityPrivateNetworkClientServerSid, "", "APPLICATION PACKAGE AUTHORITY",
          "Your home or work networks", 15, 3, 3),
    GROUP(WinCapabilityPicturesLibrarySid, "", "APPLICATION PACKAGE AUTHORITY",
          "Your pictures library", 15, 3, 4),
    GROUP(WinCapabilityVideosLibrarySid, "", "APPLICATION PACKAGE AUTHORITY", "Your videos library",
          15, 3, 5),
    GROUP(WinCapabilityMusicLibrarySid, "", "APPLICATION PACKAGE AUTHORITY", "Your music library",
          15, 3, 6),
    GROUP(WinCapabilityDocumentsLibrarySid, "", "APPLICATION PACKAGE AUTHORITY",
          "Your documents library", 15, 3, 7),
    GROUP(WinCapabilityEnterpriseAuthenticationSid, "", "APPLICATION PACKAGE AUTHORITY",
          "Your Windows credentials", 15, 3, 8),
    GROUP(WinCapabilitySharedUserCertificatesSid, "", "APPLICATION PACKAGE AUTHORITY",
          "Software and hardware certificates or a smart card", 15, 3, 9),
    GROUP(WinCapabilityRemovableStorageSid, "", "APPLICATION PACKAGE AUTHORITY",
          "Removable storage", 15, 3, 10),
    GROUP(WinCapabilityAppointmentsSid, "", "APPLICATION PACKAGE AUTHORITY", "Your Appointments",
          15, 3, 11),
    GROUP(WinCapabilityContactsSid, "", "APPLICATION PACKAGE AUTHORITY", "Your Contacts", 15, 3,
          12),
    ABSOLUTE(WinUntrustedLabelSid, "", SidTypeLabel, "Mandatory Label", "Untrusted Mandatory Level",
             16, 0),
    ABSOLUTE(WinLowLabelSid, "LW", SidTypeLabel, "Mandatory Label", "Low Mandatory Level", 16,
             4096),
    ABSOLUTE(WinMediumLabelSid, "ME", SidTypeLabel, "Mandatory Label", "Medium Mandatory Level", 16,
             8192),
    ABSOLUTE(WinMediumPlusLabelSid, "MP", SidTypeLabel, "Mandatory Label",
             "Medium Plus Mandatory Level", 16, 8448),
    ABSOLUTE(WinHighLabelSid, "HI", SidTypeLabel, "Mandatory Label", "High Mandatory Level", 16,
             12288),
    ABSOLUTE(WinSystemLabelSid, "SI", SidTypeLabel, "Mandatory Label", "System Mandatory Level", 16,
             16384),
    ABSOLUTE(WELL_KNOWN_NO_TYPE, "", SidTypeLabel, "Mandatory Label",
             "Protected Process Mandatory Level", 16, 20480),
    GROUP(WinAuthenticationAuthorityAssertedSid, "AS", "",
          "Authentication authority asserted identity", 18, 1),
    GROUP(WinAuthenticationServiceAssertedSid, "SS", "", "Service asserted identity", 18, 2),
    GROUP(TYPE_FRESH_KEY, "", "", "Fresh public key identity", 18, 3),
    GROUP(WinAuthenticationKeyTrustSid, "", "", "Key trust identity", 18, 4),
    GROUP(WinAuthenticationKeyPropertyMFASid, "", "", "Key property multi-factor authentication",
          18, 5),
    GROUP(WinAuthenticationKeyPropertyAttestationSid, "", "", "Key property attestation", 18, 6),
    RELATIVE(WinNewEnterpriseReadonlyControllersSid, "RO", SidTypeGroup,
             "Enterprise Read-only Domain Controllers", 498),
    RELATIVE(WinAccountAdministratorSid, "LA", SidTypeUser, "Administrator", 500),
    RELATIVE(WinAccountGuestSid, "LG", SidTypeUser, "Guest", 501),
    RELATIVE(WinAccountKrbtgtSid, "", SidTypeUser, "krbtgt", 502),
    RELATIVE(WinAccountDefaultSystemManagedSid, "", SidTypeUser, "DefaultAccount", 503),
    RELATIVE(WinAccountDomainAdminsSid, "DA", SidTypeGroup, "Domain Admins", 512),
    RELATIVE(WinAccountDomainUsersSid, "DU", SidTypeGroup, "Domain Users", 513),
    RELATIVE(WinAccountDomainGuestsSid, "DG", SidTypeGroup, "Domain Guests", 514),
    RELATIVE(WinAccountComputersSid, "DC", SidTypeGroup, "Domain Computers", 515),
    RELATIVE(WinAccountControllersSid, "DD", SidTypeGroup, "Domain Controllers", 516),
    RELATIVE(WinAccountCertAdminsSid, "CA", SidTypeAlias, "Cert Publishers", 517),
    RELATIVE(WinAccountSchemaAdminsSid, "SA", SidTypeGroup, "Schema Admins", 518),
    RELATIVE(WinAccountEnterpriseAdminsSid, "EA", SidTypeGroup, "Enterprise Admins", 519),
    RELATIVE(WinAccountPolicyAdminsSid, "PA", SidTypeGroup, "Group Policy Creator Owners", 520),
    RELATIVE(WinAccountReadonlyControllersSid, "", SidTypeGroup, "Read-only Domain Controllers",
             521),
    RELATIVE(WinAccountCloneableControllersSid, "CN", SidTypeGroup, "Cloneable Domain Controllers",
             522),
    RELATIVE(WinAccountProtectedUsersSid, "AP", SidTypeGroup, "Protected Users", 525),
    RELATIVE(WinAccountKeyAdminsSid, "KA", SidTypeGroup, "Key Admins", 526),
    RELATIVE(WinAccountEnterpriseKeyAdminsSid, "EK", SidTypeGroup, "Enterprise Key Admins", 527),
    RELATIVE(WinAccountRasAndIasServersSid, "RS", SidTypeAlias, "RAS and IAS Servers", 553),
    RELATIVE(WinCacheablePrincipalsGroupSid, "", SidTypeAlias,
             "Allowed RODC Password Replication Group", 571),
    RELATIVE(WinNonCacheablePrincipalsGroupSid, "", SidTypeAlias,
             "Denied RODC Password Replication Group", 572),
};

const struct well_known *well_known_at(size_t i)
{
    return i < ARRAY_SIZE(table) ? &table[i] : NULL;
}

const struct well_known *well_known_by_type(int type)
{
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        if (table[i].type == type && type != WELL_KNOWN_NO_TYPE)
            return &table[i];
    }
    return NULL;
}

const struct well_known *well_known_by_alias(const char alias[2])
{
    const char first = ascii_upper(alias[0]), second = ascii_upper(alias[1]);

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        if (table[i].alias[0] == first && table[i].alias[1] == second)
            return first ? &table[i] : NULL;
    }
    return NULL;
}

static int compare_subs(const struct well_known *entry, const SID *sid)
{
    size_t n = sid_n_subs(sid);

    for (size_t i = 0; i < entry->n_subs && i < n; i++) {
        if (entry->subs[i] != sid_sub(sid, i))
            return entry->subs[i] < sid_sub(sid, i) ? -1 : 1;
    }
    return (int)entry->n_subs - (int)n;
}

/* The order of the table. */
static int compare(const struct well_known *entry, uint64_t authority, const SID *sid)
{
    if (entry->recipe == WELL_KNOWN_DOMAIN)
        return 1;
    if (entry->authority != authority)
        return entry->authority < authority ? -1 : 1;
    return compare_subs(entry, sid);
}

static const struct well_known *find_absolute(const SID *sid)
{
    const uint64_t authority = sid_authority(sid);
    size_t low = 0, high = ARRAY_SIZE(table);

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(&table[middle], authority, sid);

        if (order == 0)
            return table[middle].recipe == WELL_KNOWN_ABSOLUTE ? &table[middle] : NULL;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const struct well_known *find_relative(uint32_t rid)
{
    for (size_t i = ARRAY_SIZE(table); i-- > 0 && table[i].recipe == WELL_KNOWN_DOMAIN;) {
        if (table[i].subs[0] == rid)
            return &table[i];
    }
    return NULL;
}

const struct well_known *well_known_by_sid(const SID *sid, const SID *domain)
{
    if (domain && sid_in_domain(sid, domain))
        return find_relative(sid_rid(sid));
    if (sid_is_logon(sid))
        return well_known_by_type(WinLogonIdsSid);
    return find_absolute(sid);
}

/* Of a machine's own domain only accounts are printed by alias: DA and its like are groups of the
 * domain that a machine is in, which its own is not. */
static bool is_group_of(const SID *sid, const SID *domain)
{
    return domain && sid_in_domain(sid, domain) && sid_rid(sid) != DOMAIN_USER_RID_ADMIN &&
           sid_rid(sid) != DOMAIN_USER_RID_GUEST;
}

const char *well_known_alias(const SID *sid, const SID *machine)
{
    const struct well_known *entry =
        is_group_of(sid, machine) ? NULL : well_known_by_sid(sid, machine);

    return entry && entry->alias[0] ? entry->alias : NULL;
}

const struct well_known *well_known_by_name(const char *name, size_t size)
{
    const char *separator = memchr(name, '\\', size);
    size_t domain_size = separator ? (size_t)(separator - name) : 0;
    const char *bare = separator ? separator + 1 : name;
    size_t bare_size = size - (size_t)(bare - name);

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        if (!table[i].name || !ascii_equal(bare, bare_size, table[i].name))
            continue;
        if (!separator || (table[i].domain && ascii_equal(name, domain_size, table[i].domain)))
            return &table[i];
    }
    return NULL;
}

nt_status well_known_sid(sid_buffer *ret, const struct well_known *entry, const SID *domain)
{
    if (entry->recipe == WELL_KNOWN_ABSOLUTE)
        return sid_make(ret, entry->authority, entry->n_subs, entry->subs);
    if (entry->recipe != WELL_KNOWN_DOMAIN || !domain)
        return NT(INVALID_PARAMETER);
    return sid_append_rid(ret, domain, entry->subs[0]);
}

nt_status well_known_make(sid_buffer *ret, int type, const SID *domain)
{
    const struct well_known *entry = well_known_by_type(type);

    return entry ? well_known_sid(ret, entry, domain) : NT(INVALID_PARAMETER);
}

bool sid_is_logon(const SID *sid)
{
    return sid_n_subs(sid) == SECURITY_LOGON_IDS_RID_COUNT && sid_authority(sid) == 5 &&
           sid_sub(sid, 0) == SECURITY_LOGON_IDS_RID;
}

bool sid_is_integrity(const SID *sid)
{
    return sid_n_subs(sid) == 1 && sid_authority(sid) == 16;
}

/* The groups whose members have two tokens, and which the lesser one has for denying only. */
static const uint32_t powerful_builtin[] = {
    DOMAIN_ALIAS_RID_ADMINS,           DOMAIN_ALIAS_RID_POWER_USERS,
    DOMAIN_ALIAS_RID_ACCOUNT_OPS,      DOMAIN_ALIAS_RID_SYSTEM_OPS,
    DOMAIN_ALIAS_RID_PRINT_OPS,        DOMAIN_ALIAS_RID_BACKUP_OPS,
    DOMAIN_ALIAS_RID_RAS_SERVERS,      DOMAIN_ALIAS_RID_PREW2KCOMPACCESS,
    DOMAIN_ALIAS_RID_CRYPTO_OPERATORS, DOMAIN_ALIAS_RID_NETWORK_CONFIGURATION_OPS,
};

static const uint32_t powerful_of_domain[] = {
    DOMAIN_GROUP_RID_ADMINS,        DOMAIN_GROUP_RID_CONTROLLERS,
    DOMAIN_GROUP_RID_CERT_ADMINS,   DOMAIN_GROUP_RID_SCHEMA_ADMINS,
    DOMAIN_GROUP_RID_POLICY_ADMINS, DOMAIN_GROUP_RID_ENTERPRISE_ADMINS,
    DOMAIN_ALIAS_RID_RAS_SERVERS,
};

static bool is_among(uint32_t rid, const uint32_t *rids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (rids[i] == rid)
            return true;
    }
    return false;
}

/* [MS-DTYP] 2.4.2.4: S-1-5-32-* and S-1-5-21-x-y-z-*. */
bool sid_is_powerful(const SID *sid)
{
    size_t n = sid_n_subs(sid);

    if (sid_authority(sid) != 5 || n < 2)
        return false;
    if (n == 2 && sid_sub(sid, 0) == SECURITY_BUILTIN_DOMAIN_RID)
        return is_among(sid_rid(sid), powerful_builtin, ARRAY_SIZE(powerful_builtin));
    return n == 5 && sid_sub(sid, 0) == SECURITY_NT_NON_UNIQUE &&
           is_among(sid_rid(sid), powerful_of_domain, ARRAY_SIZE(powerful_of_domain));
}
