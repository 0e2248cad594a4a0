/* SPDX-License-Identifier: MIT */
/* The directory of a private authority: its socket, its runtime directory and, unless it is given
 * one, its state. */
#ifndef OPENLOGON_TOOLS_PRIVATE_DIR_H
#define OPENLOGON_TOOLS_PRIVATE_DIR_H

#include <limits.h>

#include "base/macros.h"

/* Absolute paths below `path`, except a given state. Removed by private_dir_done(). */
struct private_dir {
    char path[PATH_MAX]; /* empty: not made */
    char socket[PATH_MAX];
    char runtime[PATH_MAX];
    char state[PATH_MAX];
};

/**
 * Makes a directory of its own below $TMPDIR, /tmp or $XDG_RUNTIME_DIR.
 * @state  a directory to keep the state in, made when it is missing; NULL: one that is removed
 * Returns false after complaining.
 */
_must_check_ bool private_dir_make(struct private_dir *ret, const char *state);

void private_dir_done(struct private_dir *d); /* for _cleanup_(private_dir_done) too */

#endif
