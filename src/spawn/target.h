/* SPDX-License-Identifier: MIT */
/* The process that becomes the program: from its creation by the spawner to the exec. */
#ifndef OPENLOGON_SPAWN_TARGET_H
#define OPENLOGON_SPAWN_TARGET_H

#include "ipc/spawn_message.h"

struct target_start {
    const struct spawn_order *order;
    int client; /* the program waits there in a message */
    int caller; /* pidfd */
    int report; /* struct spawn_report of a failure; its end without one: the program runs */
};

/*
 * Reads what to run, takes over from the caller what a child would inherit from it (limits, nice
 * value, processors, OOM score, audit login id, no_new_privs), becomes whom the order says, and
 * runs it. Everything that the caller names is reached with the rights of that user.
 */
_Noreturn void target_run(const struct target_start *start);

#endif
