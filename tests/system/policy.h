/* SPDX-License-Identifier: MIT */
/* For tests of the policy: strings of the LSA, SIDs of the null package's accounts, rights. */
#ifndef OPENLOGON_TESTS_SYSTEM_POLICY_H
#define OPENLOGON_TESTS_SYSTEM_POLICY_H

#include "support.h"

#include <ntsecapi.h>

#define assert_nt(call, expected)                                                                  \
    do {                                                                                           \
        NTSTATUS actual_ = (call);                                                                 \
        if (actual_ != (NTSTATUS)(expected))                                                       \
            fail_msg("%s gives 0x%08x, not %s", #call, (unsigned)actual_, #expected);              \
    } while (0)

/* A string in one of a few buffers that are used in turn. */
LSA_UNICODE_STRING *policy_string(const char *text);
/* Whether it is that text. */
BOOL policy_string_is(const LSA_UNICODE_STRING *string, const char *text);

/* Of the account null-ID and of its group; in one of a few buffers. */
PSID policy_user(DWORD id);
PSID policy_group(DWORD id);
PSID policy_well_known(WELL_KNOWN_SID_TYPE type);

LSA_HANDLE policy_open(ACCESS_MASK desired);

NTSTATUS policy_grant(LSA_HANDLE policy, PSID account, const char *right);
NTSTATUS policy_revoke(LSA_HANDLE policy, PSID account, const char *right);

#endif
