/* SPDX-License-Identifier: MIT */
/*
 * Who is in BUILTIN\Administrators: uid 0, and whoever is in one of the configured Unix groups.
 * Kept here and not in openlogond, because a group's name is looked up through NSS.
 */
#ifndef OPENLOGON_WORKER_ADMINISTRATORS_H
#define OPENLOGON_WORKER_ADMINISTRATORS_H

#include "ipc/worker.pb-c.h"
#include "worker/arena.h"
#include "worker/config.h"

/* A list of groups as LogonResult and UidResult have them. */
struct group_list {
    Openlogon__Worker__SidAndAttributes **groups;
    size_t n_groups;
};

/* Adds S-1-5-32-544 where it belongs and is not yet. The longer list is in the arena.
 * Errors: NO_MEMORY; what NSS failed with (a configured group that does not exist is none) */
_must_check_ nt_status administrators_apply(const worker_config *config, arena *memory,
                                            struct group_list *list, ProtobufCBinaryData user_sid);

#endif
