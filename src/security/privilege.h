/* SPDX-License-Identifier: MIT */
/*
 * Privileges. Their LUIDs are 2..36, so a set of them is a 64-bit mask: bit n is the privilege with
 * LUID n. Account rights (SeInteractiveLogonRight ...) have no LUID and are not privileges.
 */
#ifndef OPENLOGON_SECURITY_PRIVILEGE_H
#define OPENLOGON_SECURITY_PRIVILEGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <winnt.h>

enum privilege_number {
    PRIVILEGE_CREATE_TOKEN = 2,
    PRIVILEGE_ASSIGN_PRIMARY_TOKEN,
    PRIVILEGE_LOCK_MEMORY,
    PRIVILEGE_INCREASE_QUOTA,
    PRIVILEGE_MACHINE_ACCOUNT,
    PRIVILEGE_TCB,
    PRIVILEGE_SECURITY,
    PRIVILEGE_TAKE_OWNERSHIP,
    PRIVILEGE_LOAD_DRIVER,
    PRIVILEGE_SYSTEM_PROFILE,
    PRIVILEGE_SYSTEMTIME,
    PRIVILEGE_PROFILE_SINGLE_PROCESS,
    PRIVILEGE_INCREASE_BASE_PRIORITY,
    PRIVILEGE_CREATE_PAGEFILE,
    PRIVILEGE_CREATE_PERMANENT,
    PRIVILEGE_BACKUP,
    PRIVILEGE_RESTORE,
    PRIVILEGE_SHUTDOWN,
    PRIVILEGE_DEBUG,
    PRIVILEGE_AUDIT,
    PRIVILEGE_SYSTEM_ENVIRONMENT,
    PRIVILEGE_CHANGE_NOTIFY,
    PRIVILEGE_REMOTE_SHUTDOWN,
    PRIVILEGE_UNDOCK,
    PRIVILEGE_SYNC_AGENT,
    PRIVILEGE_ENABLE_DELEGATION,
    PRIVILEGE_MANAGE_VOLUME,
    PRIVILEGE_IMPERSONATE,
    PRIVILEGE_CREATE_GLOBAL,
    PRIVILEGE_TRUSTED_CREDMAN_ACCESS,
    PRIVILEGE_RELABEL,
    PRIVILEGE_INCREASE_WORKING_SET,
    PRIVILEGE_TIME_ZONE,
    PRIVILEGE_CREATE_SYMBOLIC_LINK,
    PRIVILEGE_DELEGATE_SESSION_USER_IMPERSONATE,
};

#define PRIVILEGE_FIRST       PRIVILEGE_CREATE_TOKEN
#define PRIVILEGE_LAST        PRIVILEGE_DELEGATE_SESSION_USER_IMPERSONATE

#define PRIVILEGE_BIT(number) (UINT64_C(1) << (number))

/* Every one there is. */
#define PRIVILEGE_MASK_ALL (PRIVILEGE_BIT(PRIVILEGE_LAST + 1) - PRIVILEGE_BIT(PRIVILEGE_FIRST))

/* Enabled from the start in a user's token, where present. */
#define PRIVILEGE_MASK_DEFAULT                                                                     \
    (PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) | PRIVILEGE_BIT(PRIVILEGE_IMPERSONATE) |               \
     PRIVILEGE_BIT(PRIVILEGE_CREATE_GLOBAL))

/* What the filtered token of an administrator keeps. */
#define PRIVILEGE_MASK_FILTERED                                                                    \
    (PRIVILEGE_BIT(PRIVILEGE_SHUTDOWN) | PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY) |                  \
     PRIVILEGE_BIT(PRIVILEGE_UNDOCK) | PRIVILEGE_BIT(PRIVILEGE_INCREASE_WORKING_SET) |             \
     PRIVILEGE_BIT(PRIVILEGE_TIME_ZONE))

struct privilege {
    uint32_t number;
    const char *name;         /* "SeTcbPrivilege" */
    const char *display_name; /* an English phrase for people */
};

/* Both return NULL when there is none. Names: ASCII letters in either case. */
const struct privilege *privilege_by_number(uint64_t number);
const struct privilege *privilege_by_name(const char *name, size_t size);

/* The bit of a LUID; 0 when it is no privilege's. */
uint64_t privilege_bit_of_luid(LUID luid);

static inline LUID privilege_luid(uint32_t number)
{
    return (LUID){ .LowPart = number, .HighPart = 0 };
}

#endif
