/* SPDX-License-Identifier: MIT */
/*
 * Which of the kernel's capabilities a process has for the privileges that are enabled in the token
 * it is started with. There is one table, and an administrator may make it narrower. Capabilities
 * are a 64-bit mask: bit n is the capability with number n.
 */
#ifndef OPENLOGON_LINUX_CAPABILITY_POLICY_H
#define OPENLOGON_LINUX_CAPABILITY_POLICY_H

#include <stdint.h>

#include "base/macros.h"
#include "security/privilege.h"

enum { CAPABILITY_TEXT_MAX = 1024 };

struct capability_policy {
    uint64_t of[PRIVILEGE_LAST + 1]; /* by the privilege's number */
};

/* The table as it is unless an administrator narrows it. */
void capability_policy_init(struct capability_policy *policy);

/**
 * Narrows one privilege.
 * @names    capabilities as "cap_chown" or "chown", apart by blanks or commas; "none" for no one
 * Errors:   -ENOENT (no such privilege or capability), -EPERM (one that it does not have without
 *           being narrowed)
 */
_must_check_ int capability_policy_narrow(struct capability_policy *policy, const char *privilege,
                                          const char *names);

/* What a set of privileges, as a mask of privilege.h, comes to. */
uint64_t capability_policy_of(const struct capability_policy *policy, uint64_t privileges);

/* "cap_chown cap_fowner"; "none"; "all" for whatever the kernel has. */
void capability_mask_text(char ret[static CAPABILITY_TEXT_MAX], uint64_t mask);

#endif
