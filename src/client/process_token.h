/* SPDX-License-Identifier: MIT */
/* The primary token of this process, asked for once. */
#ifndef OPENLOGON_CLIENT_PROCESS_TOKEN_H
#define OPENLOGON_CLIENT_PROCESS_TOKEN_H

#include "client/token_object.h"

/**
 * @ret         a reference, the caller's
 * @ret_granted the most that this process may do with it; may be NULL
 * Errors:      those of a request
 */
_must_check_ nt_status process_token_get(token_object **ret, uint32_t *ret_granted);

/* The primary token of another process. Errors: INVALID_CID (no such process), ACCESS_DENIED */
_must_check_ nt_status process_token_of_pid(token_object **ret, uint32_t *ret_granted, uint32_t pid,
                                            uint32_t desired_access);

/* Around fork(): the child is another process, with a token of its own. */
void process_token_lock(void);
void process_token_unlock(void);
void process_token_outdate(void);

#endif
