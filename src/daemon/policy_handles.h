/* SPDX-License-Identifier: MIT */
/*
 * The policy handles of one connection, each with the access that it was granted when it was
 * opened.
 */
#ifndef OPENLOGON_DAEMON_POLICY_HANDLES_H
#define OPENLOGON_DAEMON_POLICY_HANDLES_H

#include "authority/id_map.h"
#include "authority/quota.h"

/* Starts as all zeros. */
struct policy_handles {
    struct id_map map;
};

void policy_handles_done(struct policy_handles *handles);

struct policy_opening {
    QuotaTable *quotas;
    uint32_t uid;    /* who is charged */
    uint64_t handle; /* a LUID that nobody has */
    uint32_t granted;
};

/* Errors: QUOTA_EXCEEDED, NO_MEMORY */
_must_check_ nt_status policy_handles_add(struct policy_handles *handles,
                                          const struct policy_opening *opening);
/* Errors: INVALID_HANDLE */
_must_check_ nt_status policy_handles_close(struct policy_handles *handles, uint64_t handle);

/* Whether all these rights were granted to a handle. Errors: INVALID_HANDLE, ACCESS_DENIED */
_must_check_ nt_status policy_handles_check(const struct policy_handles *handles, uint64_t handle,
                                            uint32_t access);

#endif
