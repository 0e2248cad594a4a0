/* SPDX-License-Identifier: MIT */
/* What packages ask of the authority while they work: sessions, credentials, LUIDs. */
#ifndef OPENLOGON_DAEMON_PACKAGE_CALLS_H
#define OPENLOGON_DAEMON_PACKAGE_CALLS_H

#include "authority/authority.h"
#include "daemon/message_arena.h"
#include "daemon/worker.h"

/* Who calls: the package whose worker it is. */
struct package_caller {
    Authority *authority;
    MessageArena *arena;
    const char *package_name; /* that its sessions show */
    uint32_t package;         /* 0: the directory */
    Worker *worker;
    Job *job; /* NULL: between jobs, when a package hears that a session ended */
};

/* Answers one call; the status is in the result. */
void package_call(const struct package_caller *caller, const Openlogon__Worker__Call *call,
                  Openlogon__Worker__CallResult *ret);

#endif
