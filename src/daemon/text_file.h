/* SPDX-License-Identifier: MIT */
/* Small files of one line, in the directories that openlogond keeps things in. */
#ifndef OPENLOGON_DAEMON_TEXT_FILE_H
#define OPENLOGON_DAEMON_TEXT_FILE_H

#include "base/macros.h"

/* The text ends with a zero, without its line end, and is cut to @size. Errors: those of open(2)
 * and read(2) */
_must_check_ int text_file_read(int dirfd, const char *path, char *text, size_t size);

/* Writes a file that is not there yet, through to the disk; it is all there, or not at all. */
_must_check_ int text_file_write_new(int dirfd, const char *path, const char *text);

#endif
