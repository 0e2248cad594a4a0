/* SPDX-License-Identifier: MIT */
#include "security/privilege.h"

#include "base/ascii.h"
#include "base/luid.h"
#include "base/macros.h"

/* In the order of their numbers, without a gap. */
static const struct privilege privileges[] = {
    { PRIVILEGE_CREATE_TOKEN, "SeCreateTokenPrivilege", "Create a token object" },
    { PRIVILEGE_ASSIGN_PRIMARY_TOKEN, "SeAssignPrimaryTokenPrivilege",
      "Replace a process level token" },
    { PRIVILEGE_LOCK_MEMORY, "SeLockMemoryPrivilege", "Lock pages in memory" },
    { PRIVILEGE_INCREASE_QUOTA, "SeIncreaseQuotaPrivilege", "Adjust memory quotas for a process" },
    { PRIVILEGE_MACHINE_ACCOUNT, "SeMachineAccountPrivilege", "Add workstations to domain" },
    { PRIVILEGE_TCB, "SeTcbPrivilege", "Act as part of the operating system" },
    { PRIVILEGE_SECURITY, "SeSecurityPrivilege", "Manage auditing and security log" },
    { PRIVILEGE_TAKE_OWNERSHIP, "SeTakeOwnershipPrivilege",
      "Take ownership of files or other objects" },
    { PRIVILEGE_LOAD_DRIVER, "SeLoadDriverPrivilege", "Load and unload device drivers" },
    { PRIVILEGE_SYSTEM_PROFILE, "SeSystemProfilePrivilege", "Profile system performance" },
    { PRIVILEGE_SYSTEMTIME, "SeSystemtimePrivilege", "Change the system time" },
    { PRIVILEGE_PROFILE_SINGLE_PROCESS, "SeProfileSingleProcessPrivilege",
      "Profile single process" },
    { PRIVILEGE_INCREASE_BASE_PRIORITY, "SeIncreaseBasePriorityPrivilege",
      "Increase scheduling priority" },
    { PRIVILEGE_CREATE_PAGEFILE, "SeCreatePagefilePrivilege", "Create a pagefile" },
    { PRIVILEGE_CREATE_PERMANENT, "SeCreatePermanentPrivilege", "Create permanent shared objects" },
    { PRIVILEGE_BACKUP, "SeBackupPrivilege", "Back up files and directories" },
    { PRIVILEGE_RESTORE, "SeRestorePrivilege", "Restore files and directories" },
    { PRIVILEGE_SHUTDOWN, "SeShutdownPrivilege", "Shut down the system" },
    { PRIVILEGE_DEBUG, "SeDebugPrivilege", "Debug programs" },
    { PRIVILEGE_AUDIT, "SeAuditPrivilege", "Generate security audits" },
    { PRIVILEGE_SYSTEM_ENVIRONMENT, "SeSystemEnvironmentPrivilege",
      "Modify firmware environment values" },
    { PRIVILEGE_CHANGE_NOTIFY, "SeChangeNotifyPrivilege", "Bypass traverse checking" },
    { PRIVILEGE_REMOTE_SHUTDOWN, "SeRemoteShutdownPrivilege",
      "Force shutdown from a remote system" },
    { PRIVILEGE_UNDOCK, "SeUndockPrivilege", "Remove computer from docking station" },
    { PRIVILEGE_SYNC_AGENT, "SeSyncAgentPrivilege", "Synchronize directory service data" },
    { PRIVILEGE_ENABLE_DELEGATION, "SeEnableDelegationPrivilege",
      "Enable computer and user accounts to be trusted for delegation" },
    { PRIVILEGE_MANAGE_VOLUME, "SeManageVolumePrivilege", "Perform volume maintenance tasks" },
    { PRIVILEGE_IMPERSONATE, "SeImpersonatePrivilege",
      "Impersonate a client after authentication" },
    { PRIVILEGE_CREATE_GLOBAL, "SeCreateGlobalPrivilege", "Create global objects" },
    { PRIVILEGE_TRUSTED_CREDMAN_ACCESS, "SeTrustedCredManAccessPrivilege",
      "Access Credential Manager as a trusted caller" },
    { PRIVILEGE_RELABEL, "SeRelabelPrivilege", "Modify an object label" },
    { PRIVILEGE_INCREASE_WORKING_SET, "SeIncreaseWorkingSetPrivilege",
      "Increase a process working set" },
    { PRIVILEGE_TIME_ZONE, "SeTimeZonePrivilege", "Change the time zone" },
    { PRIVILEGE_CREATE_SYMBOLIC_LINK, "SeCreateSymbolicLinkPrivilege", "Create symbolic links" },
    { PRIVILEGE_DELEGATE_SESSION_USER_IMPERSONATE, "SeDelegateSessionUserImpersonatePrivilege",
      "Obtain an impersonation token for another user in the same session" },
};

_Static_assert(ARRAY_SIZE(privileges) == PRIVILEGE_LAST - PRIVILEGE_FIRST + 1,
               "every privilege has its row");

const struct privilege *privilege_by_number(uint64_t number)
{
    if (number < PRIVILEGE_FIRST || number > PRIVILEGE_LAST)
        return NULL;
    return &privileges[number - PRIVILEGE_FIRST];
}

const struct privilege *privilege_by_name(const char *name, size_t size)
{
    for (size_t i = 0; i < ARRAY_SIZE(privileges); i++) {
        if (ascii_equal(name, size, privileges[i].name))
            return &privileges[i];
    }
    return NULL;
}

uint64_t privilege_bit_of_luid(LUID luid)
{
    const struct privilege *privilege = privilege_by_number(luid_to_u64(luid));

    return privilege ? PRIVILEGE_BIT(privilege->number) : 0;
}
