/* SPDX-License-Identifier: MIT */
#include "authority/privilege_policy.h"

#include "base/macros.h"
#include "security/well_known.h"

#define P(name) PRIVILEGE_BIT(PRIVILEGE_##name)

static const struct assignment {
    int group; /* WELL_KNOWN_SID_TYPE */
    uint64_t privileges;
} assignments[] = {
    { WinBuiltinUsersSid,
      P(SHUTDOWN) | P(CHANGE_NOTIFY) | P(UNDOCK) | P(INCREASE_WORKING_SET) | P(TIME_ZONE) },
    { WinBuiltinAdministratorsSid,
      P(INCREASE_QUOTA) | P(SECURITY) | P(TAKE_OWNERSHIP) | P(LOAD_DRIVER) | P(SYSTEM_PROFILE) |
          P(SYSTEMTIME) | P(PROFILE_SINGLE_PROCESS) | P(INCREASE_BASE_PRIORITY) |
          P(CREATE_PAGEFILE) | P(BACKUP) | P(RESTORE) | P(SHUTDOWN) | P(DEBUG) |
          P(SYSTEM_ENVIRONMENT) | P(CHANGE_NOTIFY) | P(REMOTE_SHUTDOWN) | P(UNDOCK) |
          P(MANAGE_VOLUME) | P(IMPERSONATE) | P(CREATE_GLOBAL) | P(INCREASE_WORKING_SET) |
          P(TIME_ZONE) | P(CREATE_SYMBOLIC_LINK) | P(DELEGATE_SESSION_USER_IMPERSONATE) },
    { WinServiceSid, P(CHANGE_NOTIFY) | P(INCREASE_WORKING_SET) },
};

const uint64_t privilege_policy_system_enabled =
    P(LOCK_MEMORY) | P(TCB) | P(SYSTEM_PROFILE) | P(PROFILE_SINGLE_PROCESS) |
    P(INCREASE_BASE_PRIORITY) | P(CREATE_PAGEFILE) | P(CREATE_PERMANENT) | P(DEBUG) | P(AUDIT) |
    P(CHANGE_NOTIFY) | P(IMPERSONATE) | P(CREATE_GLOBAL) | P(INCREASE_WORKING_SET) | P(TIME_ZONE) |
    P(CREATE_SYMBOLIC_LINK) | P(DELEGATE_SESSION_USER_IMPERSONATE);

uint64_t privilege_policy_of_sid(const SID *sid)
{
    sid_buffer group;

    for (size_t i = 0; i < ARRAY_SIZE(assignments); i++) {
        if (nt_failed(well_known_make(&group, assignments[i].group, NULL)))
            continue;
        if (sid_equal(sid, &group.sid))
            return assignments[i].privileges;
    }
    return 0;
}
