/* SPDX-License-Identifier: MIT */
/*
 * One of the files that openlogond publishes in its runtime directory, as it is now. It is never
 * changed, only replaced: whoever has it open sees all of it.
 */
#ifndef OPENLOGON_NSS_NAME_FILE_H
#define OPENLOGON_NSS_NAME_FILE_H

#include "nss/name_entry.h"

/* Another directory for tests, unless the program runs with more rights than who started it. */
#define NAME_FILE_DIR_VARIABLE "OPENLOGON_NSS_DIR"

struct name_file {
    const char *bytes; /* NULL: there is nothing */
    size_t size;
};

/**
 * @name    "passwd" or "group"
 * Returns: 0; -ENOENT (nothing is published), -EPERM (no regular file, or others than root and the
 *          caller may have written it), -EFBIG and those of open(2) and mmap(2)
 */
_must_check_ int name_file_open(struct name_file *ret, const char *name);
void name_file_close(struct name_file *file); /* for _cleanup_(name_file_close) too */

/* The line that begins at *at, which moves behind it. False: there is no more. */
bool name_file_next(const struct name_file *file, size_t *at, struct slice *ret);

#endif
