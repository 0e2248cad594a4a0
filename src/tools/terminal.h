/* SPDX-License-Identifier: MIT */
/*
 * A terminal of its own for a program that is no child of this one, and so cannot have this one's
 * as its controlling terminal: a pseudo terminal, and this program carries the bytes. What ends or
 * stops a job in it is what is typed, as in any terminal.
 */
#ifndef OPENLOGON_TOOLS_TERMINAL_H
#define OPENLOGON_TOOLS_TERMINAL_H

#include <termios.h>

#include "base/macros.h"

struct terminal {
    int master, slave; /* -1: none */
    struct termios before;
};

#define TERMINAL_NONE ((struct terminal){ .master = -1, .slave = -1 })

/* Standard input and output are a terminal, which a new one can stand for. */
_must_check_ bool terminal_is_there(void);

/* Opens one with the settings and the size of standard input's. Returns 0 or -errno. */
_must_check_ int terminal_open(struct terminal *ret);
void terminal_close(struct terminal *terminal); /* for _cleanup_() too */

/**
 * Carries bytes until the process has ended and all that it wrote is shown. SIGTERM and SIGHUP are
 * passed on.
 * @pass     sends the process a signal
 * Returns:  0 or -errno; the terminal is then as it was before
 */
_must_check_ int terminal_carry(struct terminal *terminal, int pidfd,
                                void (*pass)(int number, void *context), void *context);

#endif
