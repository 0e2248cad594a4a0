/* SPDX-License-Identifier: MIT */
/* Files that are the old one or the new one at any time, also when the machine stops meanwhile. */
#ifndef OPENLOGON_TOOLS_REPLACE_FILE_H
#define OPENLOGON_TOOLS_REPLACE_FILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/macros.h"

/**
 * Writes a file beside it, PATH.new-..., which takes its place; on failure nothing of it is left.
 * @like    whose owner, group and permissions it gets; ids of -1 are the program's own
 * Returns: 0, or negative errno
 */
_must_check_ int replace_file(const char *path, const char *text, size_t size,
                              const struct stat *like);

#endif
