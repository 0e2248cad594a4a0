/* SPDX-License-Identifier: MIT */
/* Which groups give which privileges. */
#ifndef OPENLOGON_AUTHORITY_PRIVILEGE_POLICY_H
#define OPENLOGON_AUTHORITY_PRIVILEGE_POLICY_H

#include "security/privilege.h"
#include "security/sid.h"

/* What is assigned to one SID; 0: nothing. */
uint64_t privilege_policy_of_sid(const SID *sid);

/* Those of SYSTEM's that are enabled from the start. SYSTEM has all privileges. */
extern const uint64_t privilege_policy_system_enabled;

#endif
