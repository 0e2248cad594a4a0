/* SPDX-License-Identifier: MIT */
/* The directories that openlogond keeps things in. */
#ifndef OPENLOGON_DAEMON_DIRECTORY_H
#define OPENLOGON_DAEMON_DIRECTORY_H

#include "base/macros.h"

/**
 * Opens a directory, which is made (with its parents) when it is not there.
 * @mode     of one that is made
 * Errors:   -EPERM (it is somebody else's, or others may write to it), -ENOTDIR and those of
 *           mkdir(2)
 */
_must_check_ int directory_open(const char *path, unsigned mode);

#endif
