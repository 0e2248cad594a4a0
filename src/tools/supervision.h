/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a child in the foreground, as a shell does: the terminal's signals reach the child
 * through its process group, and this program outlives them; SIGTERM and SIGHUP, which may be meant
 * for this program alone, are passed on.
 */
#ifndef OPENLOGON_TOOLS_SUPERVISION_H
#define OPENLOGON_TOOLS_SUPERVISION_H

#include <sys/types.h>

#include "base/macros.h"

/* From here on signals are noted instead of ending the program. Before the child is made. */
void supervision_start(void);

/* Returns 0 when the child has ended, else negative errno. It is not reaped. */
_must_check_ int supervision_wait(int pidfd);

/* The same for a process that is no child, and whose terminal is not this program's: all signals
 * are passed on, by a function. */
_must_check_ int supervision_wait_for_other(int pidfd, void (*pass)(int number, void *context),
                                            void *context);

/* The signal that came before the child was made, or 0. */
int supervision_pending(void);

/* Reaps a child. Returns its exit code, 128 and the signal's number, or negative errno. */
_must_check_ int supervision_reap(int pidfd);

#endif
