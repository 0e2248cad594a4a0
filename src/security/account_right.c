/* SPDX-License-Identifier: MIT */
#include "security/account_right.h"

#include <windows.h>
#include <ntsecapi.h>

#include "base/ascii.h"
#include "security/well_known.h"

static const struct {
    const char *name;
    enum logon_right right;
} logon_rights[] = {
    { "SeInteractiveLogonRight", LOGON_RIGHT_INTERACTIVE },
    { "SeNetworkLogonRight", LOGON_RIGHT_NETWORK },
    { "SeBatchLogonRight", LOGON_RIGHT_BATCH },
    { "SeServiceLogonRight", LOGON_RIGHT_SERVICE },
    { "SeDenyInteractiveLogonRight", LOGON_RIGHT_DENY_INTERACTIVE },
    { "SeDenyNetworkLogonRight", LOGON_RIGHT_DENY_NETWORK },
    { "SeDenyBatchLogonRight", LOGON_RIGHT_DENY_BATCH },
    { "SeDenyServiceLogonRight", LOGON_RIGHT_DENY_SERVICE },
    { "SeRemoteInteractiveLogonRight", LOGON_RIGHT_REMOTE_INTERACTIVE },
    { "SeDenyRemoteInteractiveLogonRight", LOGON_RIGHT_DENY_REMOTE_INTERACTIVE },
};

bool account_rights_valid(struct account_rights rights)
{
    return (rights.logon & ~(uint32_t)LOGON_RIGHT_MASK_ALL) == 0 &&
           (rights.privileges & ~PRIVILEGE_MASK_ALL) == 0;
}

bool account_right_by_name(struct account_rights *ret, const char *name, size_t size)
{
    const struct privilege *privilege = privilege_by_name(name, size);

    *ret = (struct account_rights){ 0 };
    if (privilege) {
        ret->privileges = PRIVILEGE_BIT(privilege->number);
        return true;
    }
    for (size_t i = 0; i < ARRAY_SIZE(logon_rights); i++) {
        if (ascii_equal(name, size, logon_rights[i].name)) {
            ret->logon = logon_rights[i].right;
            return true;
        }
    }
    return false;
}

const char *account_right_at(size_t i, struct account_rights *ret)
{
    const struct privilege *privilege;

    *ret = (struct account_rights){ 0 };
    if (i < ARRAY_SIZE(logon_rights)) {
        ret->logon = logon_rights[i].right;
        return logon_rights[i].name;
    }
    privilege = privilege_by_number(PRIVILEGE_FIRST + i - ARRAY_SIZE(logon_rights));
    if (!privilege)
        return NULL;
    ret->privileges = PRIVILEGE_BIT(privilege->number);
    return privilege->name;
}

/* --- what a machine starts with ---------------------------------------------------------------
 */

#define P(name) PRIVILEGE_BIT(PRIVILEGE_##name)
#define R(name) LOGON_RIGHT_##name

enum { TYPE_ALL_SERVICES = -2, RID_ALL_SERVICES = 0 };

/* That of a Windows server in no domain; docs/policy.md tells where it differs, and why. */
static const struct {
    int account; /* WELL_KNOWN_SID_TYPE */
    struct account_rights rights;
} defaults[] = {
    { WinWorldSid, { R(NETWORK), P(CHANGE_NOTIFY) } },
    { WinLocalServiceSid,
      { 0, P(ASSIGN_PRIMARY_TOKEN) | P(INCREASE_QUOTA) | P(SYSTEMTIME) | P(AUDIT) |
               P(CHANGE_NOTIFY) | P(IMPERSONATE) | P(CREATE_GLOBAL) | P(INCREASE_WORKING_SET) |
               P(TIME_ZONE) } },
    { WinNetworkServiceSid,
      { 0, P(ASSIGN_PRIMARY_TOKEN) | P(INCREASE_QUOTA) | P(AUDIT) | P(CHANGE_NOTIFY) |
               P(IMPERSONATE) | P(CREATE_GLOBAL) | P(INCREASE_WORKING_SET) } },
    { WinServiceSid, { 0, P(CHANGE_NOTIFY) | P(INCREASE_WORKING_SET) } },
    { TYPE_ALL_SERVICES, { R(SERVICE), 0 } },
    { WinBuiltinAdministratorsSid,
      { R(INTERACTIVE) | R(NETWORK) | R(BATCH) | R(REMOTE_INTERACTIVE),
        P(INCREASE_QUOTA) | P(SECURITY) | P(TAKE_OWNERSHIP) | P(LOAD_DRIVER) | P(SYSTEM_PROFILE) |
            P(SYSTEMTIME) | P(PROFILE_SINGLE_PROCESS) | P(INCREASE_BASE_PRIORITY) |
            P(CREATE_PAGEFILE) | P(BACKUP) | P(RESTORE) | P(SHUTDOWN) | P(DEBUG) |
            P(SYSTEM_ENVIRONMENT) | P(CHANGE_NOTIFY) | P(REMOTE_SHUTDOWN) | P(UNDOCK) |
            P(MANAGE_VOLUME) | P(IMPERSONATE) | P(CREATE_GLOBAL) | P(INCREASE_WORKING_SET) |
            P(TIME_ZONE) | P(CREATE_SYMBOLIC_LINK) | P(DELEGATE_SESSION_USER_IMPERSONATE) } },
    { WinBuiltinUsersSid,
      { R(INTERACTIVE) | R(NETWORK) | R(BATCH),
        P(SHUTDOWN) | P(CHANGE_NOTIFY) | P(UNDOCK) | P(INCREASE_WORKING_SET) | P(TIME_ZONE) } },
    { WinBuiltinBackupOperatorsSid,
      { R(INTERACTIVE) | R(NETWORK) | R(BATCH),
        P(BACKUP) | P(RESTORE) | P(SHUTDOWN) | P(CHANGE_NOTIFY) } },
    { WinBuiltinRemoteDesktopUsersSid, { R(REMOTE_INTERACTIVE), 0 } },
    { WinBuiltinPerfLoggingUsersSid, { R(BATCH), 0 } },
};

/* S-1-5-80-0 has no number in WELL_KNOWN_SID_TYPE. */
static nt_status account_sid(sid_buffer *ret, int account)
{
    static const uint32_t all_services[] = { SECURITY_SERVICE_ID_BASE_RID, RID_ALL_SERVICES };

    if (account == TYPE_ALL_SERVICES)
        return sid_make(ret, 5, ARRAY_SIZE(all_services), all_services);
    return well_known_make(ret, account, NULL);
}

bool account_rights_default(size_t i, sid_buffer *ret_sid, struct account_rights *ret)
{
    if (i >= ARRAY_SIZE(defaults) || nt_failed(account_sid(ret_sid, defaults[i].account)))
        return false;
    *ret = defaults[i].rights;
    return true;
}

/* --- at a logon --------------------------------------------------------------------------------
 */

static const struct {
    uint32_t logon_type;
    uint32_t needed, denied; /* enum logon_right; 0: nothing is needed */
} types[] = {
    { Interactive, R(INTERACTIVE), R(DENY_INTERACTIVE) },
    { Network, R(NETWORK), R(DENY_NETWORK) },
    { Batch, R(BATCH), R(DENY_BATCH) },
    { Service, R(SERVICE), R(DENY_SERVICE) },
    { Unlock, R(INTERACTIVE), R(DENY_INTERACTIVE) },
    { NetworkCleartext, R(NETWORK), R(DENY_NETWORK) },
    { NewCredentials, 0, 0 },
    { RemoteInteractive, R(REMOTE_INTERACTIVE), R(DENY_REMOTE_INTERACTIVE) },
    { CachedInteractive, R(INTERACTIVE), R(DENY_INTERACTIVE) },
    { CachedRemoteInteractive, R(REMOTE_INTERACTIVE), R(DENY_REMOTE_INTERACTIVE) },
    { CachedUnlock, R(INTERACTIVE), R(DENY_INTERACTIVE) },
};

nt_status account_rights_check(struct account_rights rights, uint32_t logon_type)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        if (types[i].logon_type != logon_type)
            continue;
        if ((rights.logon & types[i].denied) || (types[i].needed & ~rights.logon))
            return NT(LOGON_TYPE_NOT_GRANTED);
        return NT_OK;
    }
    return NT(INVALID_LOGON_TYPE);
}
