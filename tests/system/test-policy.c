/* SPDX-License-Identifier: MIT */
/* The policy object through its API: who may open it for what, and each call with its errors. */
#include "policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ID = 2345 };

/* Acts as an ordinary user until become_oneself(); never with the kernel's help. */
static void become_ordinary(void)
{
    HANDLE token = NULL;

    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_TOKEN_ONLY));
    assert_succeeds(LogonUserA("null-2345", ".", "null", LOGON32_LOGON_NETWORK, 0, &token));
    assert_succeeds(ImpersonateLoggedOnUser(token));
    assert_succeeds(CloseHandle(token));
}

static void become_oneself(void)
{
    assert_succeeds(RevertToSelf());
    assert_succeeds(openlogon_set_mode(OPENLOGON_MODE_ENFORCE));
}

/* --- handles ---------------------------------------------------------------------------------- */

static void an_administrator_may_open_it_for_all(void **state)
{
    static const ACCESS_MASK masks[] = { POLICY_ALL_ACCESS, GENERIC_ALL, MAXIMUM_ALLOWED,
                                         POLICY_LOOKUP_NAMES, POLICY_NOTIFICATION };

    (void)state;
    for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++)
        assert_nt(LsaClose(policy_open(masks[i])), STATUS_SUCCESS);
}

static void an_ordinary_user_may_look(void **state)
{
    static const struct {
        ACCESS_MASK desired;
        NTSTATUS status;
    } rows[] = {
        { POLICY_LOOKUP_NAMES, STATUS_SUCCESS },
        { POLICY_VIEW_LOCAL_INFORMATION, STATUS_SUCCESS },
        { GENERIC_EXECUTE, STATUS_SUCCESS },
        { MAXIMUM_ALLOWED, STATUS_SUCCESS },
        { 0, STATUS_ACCESS_DENIED }, /* as of every object */
        { POLICY_VIEW_AUDIT_INFORMATION, STATUS_ACCESS_DENIED },
        { POLICY_GET_PRIVATE_INFORMATION, STATUS_ACCESS_DENIED },
        { POLICY_CREATE_ACCOUNT, STATUS_ACCESS_DENIED },
        { POLICY_CREATE_SECRET, STATUS_ACCESS_DENIED },
        { POLICY_TRUST_ADMIN, STATUS_ACCESS_DENIED },
        { POLICY_SERVER_ADMIN, STATUS_ACCESS_DENIED },
        { POLICY_SET_AUDIT_REQUIREMENTS, STATUS_ACCESS_DENIED },
        { POLICY_NOTIFICATION, STATUS_ACCESS_DENIED },
        { POLICY_ALL_ACCESS, STATUS_ACCESS_DENIED },
        { GENERIC_READ, STATUS_ACCESS_DENIED },
        { WRITE_DAC, STATUS_ACCESS_DENIED },
        { POLICY_LOOKUP_NAMES | POLICY_CREATE_ACCOUNT, STATUS_ACCESS_DENIED },
    };

    (void)state;
    become_ordinary();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        LSA_HANDLE policy = NULL;
        NTSTATUS status = LsaOpenPolicy(NULL, NULL, rows[i].desired, &policy);

        if (status != rows[i].status)
            fail_msg("row %zu: 0x%08x", i, (unsigned)status);
        if (status == STATUS_SUCCESS)
            assert_nt(LsaClose(policy), STATUS_SUCCESS);
    }
    become_oneself();
}

static void a_handle_keeps_what_it_was_granted(void **state)
{
    LSA_HANDLE policy;
    PVOID buffer = NULL;
    PLSA_UNICODE_STRING rights = NULL;
    ULONG n = 0;

    (void)state;
    policy = policy_open(POLICY_LOOKUP_NAMES); /* by an administrator, but for no more than that */
    assert_nt(LsaQueryInformationPolicy(policy, PolicyPrimaryDomainInformation, &buffer),
              STATUS_ACCESS_DENIED);
    assert_nt(policy_grant(policy, policy_user(ID), "SeBatchLogonRight"), STATUS_ACCESS_DENIED);
    assert_nt(LsaStorePrivateData(policy, policy_string("L$x"), policy_string("y")),
              STATUS_ACCESS_DENIED);
    assert_nt(LsaEnumerateAccountRights(policy, policy_user(ID), &rights, &n),
              STATUS_OBJECT_NAME_NOT_FOUND);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    policy = policy_open(POLICY_VIEW_LOCAL_INFORMATION);
    become_ordinary(); /* who opened it counts, not who uses it */
    assert_nt(LsaQueryInformationPolicy(policy, PolicyPrimaryDomainInformation, &buffer),
              STATUS_SUCCESS);
    LsaFreeMemory(buffer);
    assert_nt(LsaEnumerateAccountsWithUserRight(policy, NULL, &buffer, &n), STATUS_ACCESS_DENIED);
    become_oneself();
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void what_is_no_policy_handle_is_refused(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    HANDLE token = support_logon("alice", LOGON32_LOGON_NETWORK);
    PVOID buffer = NULL;

    (void)state;
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_INVALID_HANDLE);
    assert_nt(LsaClose(NULL), STATUS_INVALID_HANDLE);
    assert_nt(LsaClose(token), STATUS_INVALID_HANDLE);
    assert_nt(LsaQueryInformationPolicy(policy, PolicyPrimaryDomainInformation, &buffer),
              STATUS_INVALID_HANDLE);
    assert_nt(LsaQueryInformationPolicy(token, PolicyPrimaryDomainInformation, &buffer),
              STATUS_INVALID_HANDLE);
    assert_nt(LsaOpenPolicy(NULL, NULL, POLICY_ALL_ACCESS, NULL), STATUS_INVALID_PARAMETER);
    assert_nt(LsaFreeMemory(NULL), STATUS_SUCCESS);
    assert_succeeds(CloseHandle(token));
}

static void only_this_machine_can_be_opened(void **state)
{
    OPENLOGON_AUTHORITY authority;
    LSA_HANDLE policy = NULL;

    (void)state;
    assert_succeeds(openlogon_query_authority(&authority));
    assert_nt(LsaOpenPolicy(policy_string(authority.machine_name), NULL, 1, &policy),
              STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    assert_nt(LsaOpenPolicy(policy_string(""), NULL, 1, &policy), STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    assert_nt(LsaOpenPolicy(policy_string("\\\\elsewhere"), NULL, 1, &policy),
              (NTSTATUS)RPC_NT_SERVER_UNAVAILABLE);
}

/* openlogond knows nothing of the child's handle, as after a restart. */
static void a_handle_opens_itself_again_in_a_child(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_VIEW_LOCAL_INFORMATION);
    PVOID buffer = NULL;
    int status = 0;
    pid_t pid = fork();

    (void)state;
    assert_true(pid >= 0);
    if (pid == 0) {
        NTSTATUS seen = LsaQueryInformationPolicy(policy, PolicyAccountDomainInformation, &buffer);

        LsaFreeMemory(buffer);
        _exit(seen == STATUS_SUCCESS && LsaClose(policy) == STATUS_SUCCESS ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_nt(LsaQueryInformationPolicy(policy, PolicyAccountDomainInformation, &buffer),
              STATUS_SUCCESS);
    LsaFreeMemory(buffer);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void handles_have_a_quota_and_come_back(void **state)
{
    enum { MANY = 100 };
    LSA_HANDLE handles[MANY];

    (void)state;
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < MANY; i++)
            handles[i] = policy_open(POLICY_LOOKUP_NAMES);
        for (size_t i = 0; i < MANY; i++)
            assert_nt(LsaClose(handles[i]), STATUS_SUCCESS);
    }
}

/* --- rights ----------------------------------------------------------------------------------- */

static BOOL has_right(LSA_HANDLE policy, PSID account, const char *right)
{
    PLSA_UNICODE_STRING rights = NULL;
    ULONG n = 0;
    BOOL found = FALSE;
    NTSTATUS status = LsaEnumerateAccountRights(policy, account, &rights, &n);

    if (status == STATUS_OBJECT_NAME_NOT_FOUND)
        return FALSE;
    assert_nt(status, STATUS_SUCCESS);
    assert_true(n > 0);
    for (ULONG i = 0; i < n; i++)
        found |= policy_string_is(&rights[i], right);
    LsaFreeMemory(rights);
    return found;
}

static BOOL holds(LSA_HANDLE policy, const char *right, PSID account)
{
    PLSA_ENUMERATION_INFORMATION accounts = NULL;
    PVOID buffer = NULL;
    ULONG n = 0;
    BOOL found = FALSE;
    NTSTATUS status =
        LsaEnumerateAccountsWithUserRight(policy, right ? policy_string(right) : NULL, &buffer, &n);

    if (status == STATUS_NO_MORE_ENTRIES)
        return FALSE;
    assert_nt(status, STATUS_SUCCESS);
    accounts = buffer;
    for (ULONG i = 0; i < n; i++)
        found |= EqualSid(accounts[i].Sid, account);
    LsaFreeMemory(buffer);
    return found;
}

static void rights_are_added_listed_and_removed(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    PSID account = policy_user(ID);
    LSA_UNICODE_STRING rights[2];
    PLSA_UNICODE_STRING list = NULL;
    ULONG n = 0;

    (void)state;
    rights[0] = *policy_string("SeServiceLogonRight");
    rights[1] = *policy_string("setcbprivilege"); /* in any case */
    assert_nt(LsaEnumerateAccountRights(policy, account, &list, &n), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_nt(LsaAddAccountRights(policy, account, rights, 2), STATUS_SUCCESS);
    assert_nt(LsaAddAccountRights(policy, account, rights, 2), STATUS_SUCCESS);
    assert_nt(LsaEnumerateAccountRights(policy, account, &list, &n), STATUS_SUCCESS);
    assert_int_equal(n, 2);
    assert_true(policy_string_is(&list[0], "SeServiceLogonRight"));
    assert_true(policy_string_is(&list[1], "SeTcbPrivilege"));
    LsaFreeMemory(list);
    assert_true(holds(policy, "SeTcbPrivilege", account));
    assert_true(holds(policy, NULL, account));
    assert_nt(policy_revoke(policy, account, "SeTcbPrivilege"), STATUS_SUCCESS);
    assert_nt(policy_revoke(policy, account, "SeTcbPrivilege"), STATUS_SUCCESS);
    assert_false(has_right(policy, account, "SeTcbPrivilege"));
    assert_true(has_right(policy, account, "SeServiceLogonRight"));
    assert_nt(LsaRemoveAccountRights(policy, account, TRUE, NULL, 0), STATUS_SUCCESS);
    assert_nt(LsaRemoveAccountRights(policy, account, TRUE, NULL, 0), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_false(holds(policy, NULL, account));
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void wrong_arguments_of_rights_are_told(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    PSID account = policy_user(ID);
    LSA_UNICODE_STRING rights[2];
    LSA_UNICODE_STRING odd = { 3, 3, policy_string("Se")->Buffer };
    PVOID buffer = NULL;
    BYTE bad[8] = { 9 };
    ULONG n = 0;

    (void)state;
    rights[0] = *policy_string("SeServiceLogonRight");
    rights[1] = *policy_string("SeNoSuchRight");
    assert_nt(LsaAddAccountRights(policy, account, rights, 2), STATUS_NO_SUCH_PRIVILEGE);
    assert_false(has_right(policy, account, "SeServiceLogonRight"));
    assert_nt(LsaAddAccountRights(policy, account, NULL, 1), STATUS_INVALID_PARAMETER);
    assert_nt(LsaAddAccountRights(policy, account, rights, 0), STATUS_INVALID_PARAMETER);
    assert_nt(LsaAddAccountRights(policy, NULL, rights, 1), STATUS_INVALID_PARAMETER);
    assert_nt(LsaAddAccountRights(policy, bad, rights, 1), STATUS_INVALID_SID);
    assert_nt(LsaAddAccountRights(policy, account, &odd, 1), STATUS_INVALID_PARAMETER);
    assert_nt(LsaEnumerateAccountsWithUserRight(policy, &rights[1], &buffer, &n),
              STATUS_NO_SUCH_PRIVILEGE);
    assert_nt(LsaEnumerateAccountsWithUserRight(policy, policy_string("SeCreateTokenPrivilege"),
                                                &buffer, &n),
              STATUS_NO_MORE_ENTRIES);
    assert_nt(LsaEnumerateAccountsWithUserRight(policy, NULL, NULL, &n), STATUS_INVALID_PARAMETER);
    assert_nt(LsaEnumerateAccountRights(policy, account, NULL, &n), STATUS_INVALID_PARAMETER);
    assert_nt(LsaRemoveAccountRights(policy, account, FALSE, rights, 1),
              STATUS_OBJECT_NAME_NOT_FOUND);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void an_ordinary_user_changes_no_rights(void **state)
{
    LSA_HANDLE policy;
    PLSA_UNICODE_STRING rights = NULL;
    PVOID buffer = NULL;
    ULONG n = 0;

    (void)state;
    become_ordinary();
    policy = policy_open(MAXIMUM_ALLOWED);
    assert_nt(policy_grant(policy, policy_user(ID), "SeTcbPrivilege"), STATUS_ACCESS_DENIED);
    assert_nt(policy_grant(policy, policy_well_known(WinWorldSid), "SeTcbPrivilege"),
              STATUS_ACCESS_DENIED);
    assert_nt(policy_revoke(policy, policy_well_known(WinWorldSid), "SeChangeNotifyPrivilege"),
              STATUS_ACCESS_DENIED);
    assert_nt(LsaEnumerateAccountRights(policy, policy_well_known(WinWorldSid), &rights, &n),
              STATUS_ACCESS_DENIED);
    assert_nt(LsaEnumerateAccountsWithUserRight(policy, policy_string("SeNetworkLogonRight"),
                                                &buffer, &n),
              STATUS_SUCCESS);
    LsaFreeMemory(buffer);
    become_oneself();
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void a_new_machine_has_the_defaults(void **state)
{
    static const struct {
        WELL_KNOWN_SID_TYPE account;
        const char *right;
    } rows[] = {
        { WinWorldSid, "SeNetworkLogonRight" },
        { WinWorldSid, "SeChangeNotifyPrivilege" },
        { WinBuiltinUsersSid, "SeInteractiveLogonRight" },
        { WinBuiltinUsersSid, "SeBatchLogonRight" },
        { WinBuiltinAdministratorsSid, "SeRemoteInteractiveLogonRight" },
        { WinBuiltinAdministratorsSid, "SeDebugPrivilege" },
        { WinBuiltinRemoteDesktopUsersSid, "SeRemoteInteractiveLogonRight" },
        { WinBuiltinBackupOperatorsSid, "SeBackupPrivilege" },
        { WinLocalServiceSid, "SeAuditPrivilege" },
    };
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        PSID account = policy_well_known(rows[i].account);

        if (!has_right(policy, account, rows[i].right) || !holds(policy, rows[i].right, account))
            fail_msg("row %zu", i);
    }
    assert_false(has_right(policy, policy_well_known(WinBuiltinUsersSid), "SeServiceLogonRight"));
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

/* --- information ------------------------------------------------------------------------------ */

static void the_account_domain_is_the_machine(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    POLICY_ACCOUNT_DOMAIN_INFO *domain = NULL;
    OPENLOGON_AUTHORITY authority;
    PVOID buffer = NULL;

    (void)state;
    assert_succeeds(openlogon_query_authority(&authority));
    assert_nt(LsaQueryInformationPolicy(policy, PolicyAccountDomainInformation, &buffer),
              STATUS_SUCCESS);
    domain = buffer;
    assert_true(policy_string_is(&domain->DomainName, authority.machine_name));
    assert_true(EqualSid(domain->DomainSid, authority.machine_sid));
    assert_nt(LsaSetInformationPolicy(policy, PolicyAccountDomainInformation, domain),
              STATUS_NOT_SUPPORTED);
    LsaFreeMemory(buffer);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void the_dns_domain_is_what_was_set(void **state)
{
    static const GUID guid = { 1, 2, 3, { 4, 5, 6, 7, 8, 9, 10, 11 } };
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    POLICY_DNS_DOMAIN_INFO info = { .Name = *policy_string("EXAMPLE"),
                                    .DnsDomainName = *policy_string("example.org"),
                                    .DnsForestName = *policy_string("org"),
                                    .DomainGuid = guid,
                                    .Sid = policy_user(ID) };
    POLICY_DNS_DOMAIN_INFO *seen;
    POLICY_PRIMARY_DOMAIN_INFO *primary;
    PVOID buffer = NULL;

    (void)state;
    assert_nt(LsaQueryInformationPolicy(policy, PolicyPrimaryDomainInformation, &buffer),
              STATUS_SUCCESS);
    primary = buffer;
    assert_true(policy_string_is(&primary->Name, "WORKGROUP"));
    assert_null(primary->Sid);
    LsaFreeMemory(buffer);
    assert_nt(LsaSetInformationPolicy(policy, PolicyDnsDomainInformation, &info), STATUS_SUCCESS);
    assert_nt(LsaQueryInformationPolicy(policy, PolicyDnsDomainInformation, &buffer),
              STATUS_SUCCESS);
    seen = buffer;
    assert_true(policy_string_is(&seen->Name, "EXAMPLE"));
    assert_true(policy_string_is(&seen->DnsDomainName, "example.org"));
    assert_true(policy_string_is(&seen->DnsForestName, "org"));
    assert_memory_equal(&seen->DomainGuid, &guid, sizeof(guid));
    assert_true(EqualSid(seen->Sid, policy_user(ID)));
    LsaFreeMemory(buffer);
    assert_nt(LsaQueryInformationPolicy(policy, PolicyPrimaryDomainInformation, &buffer),
              STATUS_SUCCESS);
    primary = buffer;
    assert_true(policy_string_is(&primary->Name, "EXAMPLE"));
    LsaFreeMemory(buffer);
    assert_succeeds(openlogon_reset_policy(PolicyDnsDomainInformation));
    assert_nt(LsaQueryInformationPolicy(policy, PolicyDnsDomainInformation, &buffer),
              STATUS_SUCCESS);
    seen = buffer;
    assert_true(policy_string_is(&seen->Name, "WORKGROUP"));
    assert_null(seen->Sid);
    LsaFreeMemory(buffer);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static ULONG audit_of(LSA_HANDLE policy, POLICY_AUDIT_EVENT_TYPE type, BOOLEAN *mode)
{
    POLICY_AUDIT_EVENTS_INFO *info;
    PVOID buffer = NULL;
    ULONG options;

    assert_nt(LsaQueryInformationPolicy(policy, PolicyAuditEventsInformation, &buffer),
              STATUS_SUCCESS);
    info = buffer;
    assert_int_equal(info->MaximumAuditEventCount, AuditCategoryAccountLogon + 1);
    options = info->EventAuditingOptions[type];
    *mode = info->AuditingMode;
    LsaFreeMemory(buffer);
    return options;
}

static void audit_options_change_one_by_one(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    POLICY_AUDIT_EVENT_OPTIONS options[] = {
        POLICY_AUDIT_EVENT_UNCHANGED, POLICY_AUDIT_EVENT_SUCCESS | POLICY_AUDIT_EVENT_FAILURE
    };
    POLICY_AUDIT_EVENTS_INFO info = { TRUE, options, 2 };
    BOOLEAN mode;

    (void)state;
    assert_int_equal(audit_of(policy, AuditCategoryLogon, &mode), 0);
    assert_false(mode);
    assert_nt(LsaSetInformationPolicy(policy, PolicyAuditEventsInformation, &info), STATUS_SUCCESS);
    assert_int_equal(audit_of(policy, AuditCategoryLogon, &mode), 3);
    assert_true(mode);
    assert_int_equal(audit_of(policy, AuditCategorySystem, &mode), 0);
    options[0] = POLICY_AUDIT_EVENT_FAILURE;
    options[1] = POLICY_AUDIT_EVENT_UNCHANGED;
    assert_nt(LsaSetInformationPolicy(policy, PolicyAuditEventsInformation, &info), STATUS_SUCCESS);
    assert_int_equal(audit_of(policy, AuditCategorySystem, &mode), 2);
    assert_int_equal(audit_of(policy, AuditCategoryLogon, &mode), 3);
    options[1] = POLICY_AUDIT_EVENT_NONE;
    assert_nt(LsaSetInformationPolicy(policy, PolicyAuditEventsInformation, &info), STATUS_SUCCESS);
    assert_int_equal(audit_of(policy, AuditCategoryLogon, &mode), 0);
    options[0] = 8;
    assert_nt(LsaSetInformationPolicy(policy, PolicyAuditEventsInformation, &info),
              STATUS_INVALID_PARAMETER);
    info.MaximumAuditEventCount = 10;
    assert_nt(LsaSetInformationPolicy(policy, PolicyAuditEventsInformation, &info),
              STATUS_INVALID_PARAMETER);
    assert_succeeds(openlogon_reset_policy(PolicyAuditEventsInformation));
    assert_int_equal(audit_of(policy, AuditCategorySystem, &mode), 0);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void the_server_role_is_one_of_two(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    POLICY_LSA_SERVER_ROLE_INFO info = { PolicyServerRoleBackup };
    PVOID buffer = NULL;

    (void)state;
    assert_nt(LsaSetInformationPolicy(policy, PolicyLsaServerRoleInformation, &info),
              STATUS_SUCCESS);
    assert_nt(LsaQueryInformationPolicy(policy, PolicyLsaServerRoleInformation, &buffer),
              STATUS_SUCCESS);
    assert_int_equal(((POLICY_LSA_SERVER_ROLE_INFO *)buffer)->LsaServerRole,
                     PolicyServerRoleBackup);
    LsaFreeMemory(buffer);
    info.LsaServerRole = (POLICY_LSA_SERVER_ROLE)7;
    assert_nt(LsaSetInformationPolicy(policy, PolicyLsaServerRoleInformation, &info),
              STATUS_INVALID_PARAMETER);
    assert_succeeds(openlogon_reset_policy(PolicyLsaServerRoleInformation));
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void other_classes_have_their_error(void **state)
{
    static const struct {
        int info_class;
        NTSTATUS status;
    } rows[] = {
        { 0, STATUS_INVALID_PARAMETER },
        { PolicyAuditLogInformation, STATUS_NOT_SUPPORTED },
        { PolicyReplicaSourceInformation, STATUS_NOT_SUPPORTED },
        { PolicyDefaultQuotaInformation, STATUS_NOT_SUPPORTED },
        { PolicyModificationInformation, STATUS_NOT_SUPPORTED },
        { PolicyAuditFullSetInformation, STATUS_NOT_SUPPORTED },
        { PolicyMachineAccountInformation, STATUS_NOT_SUPPORTED },
        { PolicyLastEntry, STATUS_INVALID_PARAMETER },
        { 1000, STATUS_INVALID_PARAMETER },
        { -1, STATUS_INVALID_PARAMETER },
    };
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    BYTE nothing[64] = { 0 };
    PVOID buffer = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        POLICY_INFORMATION_CLASS info_class = (POLICY_INFORMATION_CLASS)rows[i].info_class;

        assert_nt(LsaQueryInformationPolicy(policy, info_class, &buffer), rows[i].status);
        assert_nt(LsaSetInformationPolicy(policy, info_class, nothing), rows[i].status);
    }
    assert_nt(LsaQueryInformationPolicy(policy, PolicyPdAccountInformation, &buffer),
              STATUS_SUCCESS);
    assert_true(policy_string_is(&((POLICY_PD_ACCOUNT_INFO *)buffer)->Name, ""));
    LsaFreeMemory(buffer);
    assert_nt(LsaQueryInformationPolicy(policy, PolicyPrimaryDomainInformation, NULL),
              STATUS_INVALID_PARAMETER);
    assert_nt(LsaSetInformationPolicy(policy, PolicyPrimaryDomainInformation, NULL),
              STATUS_INVALID_PARAMETER);
    assert_nt(LsaRegisterPolicyChangeNotification(PolicyNotifyServerRoleInformation, NULL),
              STATUS_NOT_SUPPORTED);
    assert_nt(LsaUnregisterPolicyChangeNotification(PolicyNotifyServerRoleInformation, NULL),
              STATUS_NOT_SUPPORTED);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void elevation_is_set_and_reset(void **state)
{
    OPENLOGON_ELEVATION_POLICY elevation = { FALSE, TRUE, OPENLOGON_ELEVATE_NEVER };
    OPENLOGON_ELEVATION_POLICY seen;

    (void)state;
    assert_succeeds(openlogon_query_elevation_policy(&seen));
    assert_true(seen.split_administrators);
    assert_false(seen.filter_built_in_administrator);
    assert_int_equal(seen.consent, OPENLOGON_ELEVATE_BY_PASSWORD);
    assert_succeeds(openlogon_set_elevation_policy(&elevation));
    assert_succeeds(openlogon_query_elevation_policy(&seen));
    assert_memory_equal(&seen, &elevation, sizeof(seen));
    elevation.consent = (OPENLOGON_ELEVATION_CONSENT)3;
    assert_fails(openlogon_set_elevation_policy(&elevation), ERROR_INVALID_PARAMETER);
    become_ordinary();
    assert_succeeds(openlogon_query_elevation_policy(&seen));
    assert_fails(openlogon_set_elevation_policy(&seen), ERROR_ACCESS_DENIED);
    assert_fails(openlogon_reset_policy(OPENLOGON_POLICY_ELEVATION), ERROR_ACCESS_DENIED);
    become_oneself();
    assert_succeeds(openlogon_reset_policy(OPENLOGON_POLICY_ELEVATION));
    assert_succeeds(openlogon_query_elevation_policy(&seen));
    assert_true(seen.split_administrators);
    assert_fails(openlogon_reset_policy(PolicyAccountDomainInformation), ERROR_NOT_SUPPORTED);
}

/* --- lookups ---------------------------------------------------------------------------------- */

static void names_and_sids_are_looked_up_together(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_LOOKUP_NAMES);
    LSA_UNICODE_STRING names[4];
    PSID sids[4];
    PLSA_REFERENCED_DOMAIN_LIST domains = NULL;
    PLSA_TRANSLATED_SID2 found = NULL;
    PLSA_TRANSLATED_SID old = NULL;
    PLSA_TRANSLATED_NAME translated = NULL;
    LSA_TRUST_INFORMATION *domain;

    (void)state;
    names[0] = *policy_string("BUILTIN\\Administrators");
    names[1] = *policy_string("Everyone");
    names[2] = *policy_string("no-such-name-here");
    names[3] = *policy_string("BUILTIN\\Users");
    assert_nt(LsaLookupNames2(policy, 0, 4, names, &domains, &found), STATUS_SOME_NOT_MAPPED);
    assert_int_equal(domains->Entries, 2);
    assert_int_equal(found[0].DomainIndex, found[3].DomainIndex);
    domain = &domains->Domains[found[0].DomainIndex];
    assert_true(policy_string_is(&domain->Name, "BUILTIN"));
    assert_true(EqualSid(domain->Sid, policy_well_known(WinBuiltinDomainSid)));
    assert_true(EqualSid(found[0].Sid, policy_well_known(WinBuiltinAdministratorsSid)));
    assert_int_equal(found[0].Use, SidTypeAlias);
    assert_true(EqualSid(found[1].Sid, policy_well_known(WinWorldSid)));
    assert_int_equal(found[2].Use, SidTypeUnknown);
    assert_int_equal(found[2].DomainIndex, -1);
    assert_null(found[2].Sid);
    LsaFreeMemory(domains);
    LsaFreeMemory(found);
    assert_nt(LsaLookupNames(policy, 4, names, &domains, &old), STATUS_SOME_NOT_MAPPED);
    assert_int_equal(old[0].RelativeId, 544);
    assert_int_equal(old[3].RelativeId, 545);
    LsaFreeMemory(domains);
    LsaFreeMemory(old);
    sids[0] = policy_well_known(WinBuiltinAdministratorsSid);
    sids[1] = policy_well_known(WinLocalSystemSid);
    sids[2] = policy_user(ID); /* nobody of that name */
    assert_nt(LsaLookupSids(policy, 3, sids, &domains, &translated), STATUS_SOME_NOT_MAPPED);
    assert_true(policy_string_is(&translated[0].Name, "Administrators"));
    assert_true(policy_string_is(&translated[1].Name, "SYSTEM"));
    assert_true(
        policy_string_is(&domains->Domains[translated[1].DomainIndex].Name, "NT AUTHORITY"));
    assert_int_equal(translated[2].Use, SidTypeUnknown);
    assert_int_equal(translated[2].Name.Buffer[0], 'S'); /* S-1-5-21-... */
    LsaFreeMemory(domains);
    LsaFreeMemory(translated);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void what_nobody_knows_is_not_mapped(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_LOOKUP_NAMES);
    LSA_HANDLE other = policy_open(POLICY_VIEW_LOCAL_INFORMATION);
    PLSA_REFERENCED_DOMAIN_LIST domains = NULL;
    PLSA_TRANSLATED_SID2 found = NULL;
    PLSA_TRANSLATED_NAME names = NULL;
    PSID sid = policy_user(ID);

    (void)state;
    assert_nt(LsaLookupNames2(policy, 0, 1, policy_string("no-such-name-here"), &domains, &found),
              STATUS_NONE_MAPPED);
    assert_int_equal(domains->Entries, 0);
    assert_int_equal(found[0].Use, SidTypeUnknown);
    LsaFreeMemory(domains);
    LsaFreeMemory(found);
    assert_nt(LsaLookupSids2(policy, 0, 1, &sid, &domains, &names), STATUS_NONE_MAPPED);
    LsaFreeMemory(domains);
    LsaFreeMemory(names);
    assert_nt(LsaLookupNames2(other, 0, 1, policy_string("Everyone"), &domains, &found),
              STATUS_ACCESS_DENIED);
    assert_nt(LsaLookupSids(other, 1, &sid, &domains, &names), STATUS_ACCESS_DENIED);
    assert_nt(LsaLookupSids(policy, 0, &sid, &domains, &names), STATUS_INVALID_PARAMETER);
    assert_nt(LsaLookupSids(policy, 20481, &sid, &domains, &names), STATUS_INVALID_PARAMETER);
    assert_nt(LsaLookupSids(policy, 1, NULL, &domains, &names), STATUS_INVALID_PARAMETER);
    sid = NULL;
    assert_nt(LsaLookupSids(policy, 1, &sid, &domains, &names), STATUS_INVALID_SID);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    assert_nt(LsaClose(other), STATUS_SUCCESS);
}

/* --- secrets ---------------------------------------------------------------------------------- */

static void a_secret_is_kept_until_it_is_deleted(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    PLSA_UNICODE_STRING seen = NULL;

    (void)state;
    assert_nt(LsaRetrievePrivateData(policy, policy_string("L$one"), &seen),
              STATUS_OBJECT_NAME_NOT_FOUND);
    assert_nt(LsaStorePrivateData(policy, policy_string("L$one"), policy_string("first")),
              STATUS_SUCCESS);
    assert_nt(LsaStorePrivateData(policy, policy_string("l$ONE"), policy_string("second")),
              STATUS_SUCCESS);
    assert_nt(LsaRetrievePrivateData(policy, policy_string("L$one"), &seen), STATUS_SUCCESS);
    assert_true(policy_string_is(seen, "second"));
    LsaFreeMemory(seen);
    assert_nt(LsaStorePrivateData(policy, policy_string("L$one"), policy_string("")),
              STATUS_SUCCESS);
    assert_nt(LsaRetrievePrivateData(policy, policy_string("L$one"), &seen), STATUS_SUCCESS);
    assert_int_equal(seen->Length, 0);
    LsaFreeMemory(seen);
    assert_nt(LsaStorePrivateData(policy, policy_string("L$one"), NULL), STATUS_SUCCESS);
    assert_nt(LsaStorePrivateData(policy, policy_string("L$one"), NULL),
              STATUS_OBJECT_NAME_NOT_FOUND);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void a_secret_may_be_long_and_of_any_bytes(void **state)
{
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS);
    USHORT size = 65535;
    BYTE *bytes = malloc(size);
    LSA_UNICODE_STRING data = { size, size, (PWSTR)(void *)bytes };
    PLSA_UNICODE_STRING seen = NULL;

    (void)state;
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (BYTE)(i * 7 + i / 256);
    assert_nt(LsaStorePrivateData(policy, policy_string("big"), &data), STATUS_SUCCESS);
    assert_nt(LsaRetrievePrivateData(policy, policy_string("big"), &seen), STATUS_SUCCESS);
    assert_int_equal(seen->Length, size);
    assert_memory_equal(seen->Buffer, bytes, size);
    LsaFreeMemory(seen);
    free(bytes);
    assert_nt(LsaStorePrivateData(policy, policy_string("big"), NULL), STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
}

static void secrets_of_the_machine_are_systems(void **state)
{
    char long_name[130];
    LSA_HANDLE policy = policy_open(POLICY_ALL_ACCESS), narrow = policy_open(POLICY_CREATE_SECRET);
    PLSA_UNICODE_STRING seen = NULL;

    (void)state;
    memset(long_name, 'x', sizeof(long_name));
    long_name[129] = '\0';
    assert_nt(LsaStorePrivateData(policy, policy_string(long_name), policy_string("x")),
              STATUS_NAME_TOO_LONG);
    assert_nt(LsaStorePrivateData(policy, policy_string(""), policy_string("x")),
              STATUS_INVALID_PARAMETER);
    assert_nt(LsaStorePrivateData(policy, NULL, policy_string("x")), STATUS_INVALID_PARAMETER);
    assert_nt(LsaRetrievePrivateData(policy, policy_string("x"), NULL), STATUS_INVALID_PARAMETER);
    assert_nt(LsaStorePrivateData(narrow, policy_string("M$own"), policy_string("x")),
              STATUS_SUCCESS);
    assert_nt(LsaRetrievePrivateData(narrow, policy_string("M$own"), &seen), STATUS_ACCESS_DENIED);
    become_ordinary(); /* with a handle that SYSTEM has opened */
    assert_nt(LsaRetrievePrivateData(policy, policy_string("m$own"), &seen), STATUS_ACCESS_DENIED);
    assert_nt(LsaStorePrivateData(policy, policy_string("M$own"), NULL), STATUS_ACCESS_DENIED);
    become_oneself();
    assert_nt(LsaRetrievePrivateData(policy, policy_string("M$own"), &seen), STATUS_SUCCESS);
    LsaFreeMemory(seen);
    assert_nt(LsaStorePrivateData(policy, policy_string("M$own"), NULL), STATUS_SUCCESS);
    assert_nt(LsaClose(policy), STATUS_SUCCESS);
    assert_nt(LsaClose(narrow), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_administrator_may_open_it_for_all),
        cmocka_unit_test(an_ordinary_user_may_look),
        cmocka_unit_test(a_handle_keeps_what_it_was_granted),
        cmocka_unit_test(what_is_no_policy_handle_is_refused),
        cmocka_unit_test(only_this_machine_can_be_opened),
        cmocka_unit_test(a_handle_opens_itself_again_in_a_child),
        cmocka_unit_test(handles_have_a_quota_and_come_back),
        cmocka_unit_test(a_new_machine_has_the_defaults),
        cmocka_unit_test(rights_are_added_listed_and_removed),
        cmocka_unit_test(wrong_arguments_of_rights_are_told),
        cmocka_unit_test(an_ordinary_user_changes_no_rights),
        cmocka_unit_test(the_account_domain_is_the_machine),
        cmocka_unit_test(the_dns_domain_is_what_was_set),
        cmocka_unit_test(audit_options_change_one_by_one),
        cmocka_unit_test(the_server_role_is_one_of_two),
        cmocka_unit_test(other_classes_have_their_error),
        cmocka_unit_test(elevation_is_set_and_reset),
        cmocka_unit_test(names_and_sids_are_looked_up_together),
        cmocka_unit_test(what_nobody_knows_is_not_mapped),
        cmocka_unit_test(a_secret_is_kept_until_it_is_deleted),
        cmocka_unit_test(a_secret_may_be_long_and_of_any_bytes),
        cmocka_unit_test(secrets_of_the_machine_are_systems),
    };

    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
