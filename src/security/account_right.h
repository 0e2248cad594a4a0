/* SPDX-License-Identifier: MIT */
/*
 * What an account may be assigned: privileges, and logon rights, which say in which ways it may log
 * on and have no LUID. A logon right is a bit of the system access flags, [MS-LSAD] 2.2.1.2.
 */
#ifndef OPENLOGON_SECURITY_ACCOUNT_RIGHT_H
#define OPENLOGON_SECURITY_ACCOUNT_RIGHT_H

#include "security/privilege.h"
#include "security/sid.h"

enum logon_right {
    LOGON_RIGHT_INTERACTIVE = 0x1,
    LOGON_RIGHT_NETWORK = 0x2,
    LOGON_RIGHT_BATCH = 0x4,
    LOGON_RIGHT_SERVICE = 0x10,
    LOGON_RIGHT_DENY_INTERACTIVE = 0x40,
    LOGON_RIGHT_DENY_NETWORK = 0x80,
    LOGON_RIGHT_DENY_BATCH = 0x100,
    LOGON_RIGHT_DENY_SERVICE = 0x200,
    LOGON_RIGHT_REMOTE_INTERACTIVE = 0x400,
    LOGON_RIGHT_DENY_REMOTE_INTERACTIVE = 0x800,
    LOGON_RIGHT_MASK_ALL = 0xfd7,
};

/* Access rights of the object that holds an account's rights, [MS-LSAD] 2.2.1.1.3. */
enum account_access {
    ACCOUNT_VIEW = 0x1,
    ACCOUNT_ADJUST_PRIVILEGES = 0x2,
    ACCOUNT_ADJUST_QUOTAS = 0x4,
    ACCOUNT_ADJUST_SYSTEM_ACCESS = 0x8,
    ACCOUNT_ALL_ACCESS = 0xf000f,
    ACCOUNT_READ = 0x20001,
    ACCOUNT_WRITE = 0x2000e,
    ACCOUNT_EXECUTE = 0x20000,
};

/* A set of account rights. */
struct account_rights {
    uint32_t logon;      /* enum logon_right */
    uint64_t privileges; /* PRIVILEGE_BIT() */
};

static inline bool account_rights_empty(struct account_rights rights)
{
    return rights.logon == 0 && rights.privileges == 0;
}

static inline struct account_rights account_rights_add(struct account_rights a,
                                                       struct account_rights b)
{
    return (struct account_rights){ a.logon | b.logon, a.privileges | b.privileges };
}

static inline struct account_rights account_rights_remove(struct account_rights from,
                                                          struct account_rights what)
{
    return (struct account_rights){ from.logon & ~what.logon, from.privileges & ~what.privileges };
}

/* Whether there is no bit that has no meaning. */
bool account_rights_valid(struct account_rights rights);

/* The set of the one right of that name, ASCII letters in either case. False: there is none. */
bool account_right_by_name(struct account_rights *ret, const char *name, size_t size);

/* For walks over all rights: the name and set of the i-th, logon rights first; NULL at the end. */
const char *account_right_at(size_t i, struct account_rights *ret);

/* What a machine assigns before anybody changes it (docs/policy.md). For walks; false at the end.
 */
bool account_rights_default(size_t i, sid_buffer *ret_sid, struct account_rights *ret);

/**
 * Whether an account with these rights may log on in a way.
 * @logon_type SECURITY_LOGON_TYPE
 * Errors: LOGON_TYPE_NOT_GRANTED (a right is missing, or denied, which wins); INVALID_LOGON_TYPE
 */
_must_check_ nt_status account_rights_check(struct account_rights rights, uint32_t logon_type);

#endif
