/* SPDX-License-Identifier: MIT */
/* LUIDs, fetched from the authority many at a time. */
#ifndef OPENLOGON_CLIENT_LUID_BLOCK_H
#define OPENLOGON_CLIENT_LUID_BLOCK_H

#include <stdint.h>

#include "base/status.h"

/* One that nobody else on this machine has or will have. Errors: those of a request */
_must_check_ nt_status luid_allocate(uint64_t *ret);

/* Around fork(): the child must not hand out the parent's. */
void luid_block_lock(void);
void luid_block_unlock(void);
void luid_block_drop(void);

#endif
