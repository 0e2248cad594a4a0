/* SPDX-License-Identifier: MIT */
/* Whether tokens carry the kernel's identity with them in this process: openlogon_set_mode(). */
#ifndef OPENLOGON_CLIENT_MODE_H
#define OPENLOGON_CLIENT_MODE_H

#include <stdbool.h>

#include "base/status.h"

bool mode_is_token_only(void);

/* While any thread impersonates, the mode stays what it is. */
void mode_pin(void);
void mode_unpin(void);

/* In a forked child only the calling thread is left. */
void mode_after_fork_in_child(bool impersonates);

#endif
