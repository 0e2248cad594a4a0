/* SPDX-License-Identifier: MIT */
/* How far a process may act with a token. Pure. */
#ifndef OPENLOGON_SECURITY_IMPERSONATION_LEVEL_H
#define OPENLOGON_SECURITY_IMPERSONATION_LEVEL_H

#include "security/token_image.h"

/**
 * The level at which a process may impersonate with a token that is at `level`: that one, or
 * Identification, where the process has not SeImpersonatePrivilege and the token is above the
 * process's integrity, or is neither of a logon that its session asked for nor of the same user,
 * as restricted as the process at least.
 * @privileges  what the process has of them, enabled or present: the caller's choice
 */
SECURITY_IMPERSONATION_LEVEL impersonation_level_for(const token_image *process,
                                                     uint64_t privileges, const token_image *client,
                                                     SECURITY_IMPERSONATION_LEVEL level);

#endif
