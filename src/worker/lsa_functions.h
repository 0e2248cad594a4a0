/* SPDX-License-Identifier: MIT */
/*
 * What packages may call: LSA_DISPATCH_TABLE and LSA_SECPKG_FUNCTION_TABLE of ntsecpkg.h, and
 * AllocateLocallyUniqueId. The API gives them no context, so the process has one: which logon is
 * under way. Functions that need openlogond answer STATUS_INVALID_SERVER_STATE when none is; what
 * OpenLogon does not have answers STATUS_NOT_SUPPORTED. One thread only.
 */
#ifndef OPENLOGON_WORKER_LSA_FUNCTIONS_H
#define OPENLOGON_WORKER_LSA_FUNCTIONS_H

#include <windows.h>
#include <ntsecpkg.h>

#include "worker/arena.h"
#include "worker/client_request.h"
#include "worker/upstream.h"

/* Both borrowed until the next call of this; answers to Calls lie in the arena for a moment. */
void lsa_functions_connect(upstream *up, arena *memory);

/* A package is about to be called for this logon, or has returned (NULL). */
void lsa_functions_set_request(struct client_request *request);

/* For a function of the package that is called for nobody: a session's end, a notification. It may
 * use credentials, not make sessions. NULL ends it, as above. */
void lsa_functions_set_background(struct client_request *request);

/* Whether a package called UnloadPackage since the last time this was asked. */
bool lsa_functions_take_unload(void);

LSA_DISPATCH_TABLE *lsa_dispatch_table(void);
LSA_SECPKG_FUNCTION_TABLE *lsa_secpkg_function_table(void);

/* Ends a session that a package made and left behind. */
_must_check_ nt_status lsa_delete_session(uint64_t luid);

#endif
