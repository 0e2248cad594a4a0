/* SPDX-License-Identifier: MIT */
/*
 * Where the authority's policy comes from: a worker reads it from policy.db when openlogond starts,
 * and after each change, before the change is answered. While there is none to be had nobody logs
 * on.
 */
#ifndef OPENLOGON_DAEMON_POLICY_SOURCE_H
#define OPENLOGON_DAEMON_POLICY_SOURCE_H

#include "daemon/daemon.h"
#include "daemon/message_arena.h"
#include "ipc/worker.pb-c.h"

/**
 * Begins to load the policy, unless that is being done.
 * @done     called once the load has ended, well or badly (then it was logged); may be NULL. When
 *           a load is going on already it is not called.
 */
void policy_source_load(Daemon *daemon, void (*done)(Daemon *daemon));

/* Takes what a change gave. Errors: those of policy_load(); the policy is then not usable until it
 * is loaded again, which is begun */
_must_check_ nt_status policy_source_take(Daemon *daemon,
                                          const Openlogon__Worker__PolicySnapshot *snapshot);

/**
 * A worker's message as what the authority takes.
 * @ret      borrows from the message and the arena
 * Errors:   INTERNAL_DB_CORRUPTION (a SID is none), NO_MEMORY
 */
_must_check_ nt_status policy_source_read(struct policy_content *ret,
                                          const Openlogon__Worker__PolicySnapshot *snapshot,
                                          MessageArena *arena);

#endif
