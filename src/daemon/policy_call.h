/* SPDX-License-Identifier: MIT */
/* What all calls with a policy handle share: calls_policy.c has them. */
#ifndef OPENLOGON_DAEMON_POLICY_CALL_H
#define OPENLOGON_DAEMON_POLICY_CALL_H

#include "daemon/call.h"
#include "ipc/worker.pb-c.h"

/* Whether the handle was granted these rights. Errors: INVALID_HANDLE, ACCESS_DENIED */
_must_check_ nt_status policy_call_check(const struct call *call, uint64_t handle, uint32_t access);

/* Fills the answer of what a worker has given. */
typedef nt_status (*policy_call_take)(Daemon *daemon, const JobResult *result,
                                      struct answer *answer);

/* Has a worker do something about policy.db. PENDING: the answer comes later. */
_must_check_ nt_status policy_call_ask(struct call *call, Openlogon__Worker__Job *job,
                                       policy_call_take take);

/* For changes: the policy as it is now becomes the one that is enforced. */
nt_status policy_call_take_change(Daemon *daemon, const JobResult *result, struct answer *answer);

#endif
