/* SPDX-License-Identifier: MIT */
/*
 * What a package says of an account: LSA_TOKEN_INFORMATION_NULL, _V1 and _V2. All of it is checked
 * before openlogond sees it.
 */
#ifndef OPENLOGON_WORKER_TOKEN_INFORMATION_H
#define OPENLOGON_WORKER_TOKEN_INFORMATION_H

#include <windows.h>
#include <ntsecapi.h>
#include <ntsecpkg.h>

#include "ipc/worker.pb-c.h"
#include "worker/arena.h"

enum { TOKEN_GROUPS_MAX = 1024 };

/**
 * Copies the information into a result, whose parts are then in the arena.
 * Errors: INVALID_SID, INVALID_ACL, INVALID_PRIMARY_GROUP (neither the user nor a group),
 *         INVALID_PARAMETER (kind, privileges, attributes), TOO_MANY_CONTEXT_IDS, NO_MEMORY
 */
_must_check_ nt_status token_information_convert(Openlogon__Worker__LogonResult *ret, arena *memory,
                                                 LSA_TOKEN_INFORMATION_TYPE type,
                                                 const void *information);

/*
 * Frees as an LSA does: of NULL and V1 each part is an allocation of the LSA heap, each group's SID
 * too; V2 is one allocation. Information with an impossible number of groups is left alone.
 */
void token_information_free(LSA_TOKEN_INFORMATION_TYPE type, void *information);

#endif
