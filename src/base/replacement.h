/* SPDX-License-Identifier: MIT */
/*
 * A file that takes another's place: it is written beside it and then renamed, so whoever opens the
 * name finds the old one or the new one, whole.
 */
#ifndef OPENLOGON_BASE_REPLACEMENT_H
#define OPENLOGON_BASE_REPLACEMENT_H

#include <stdio.h>
#include <sys/types.h>

#include "base/macros.h"

/* Owned by who made it. Until it is put in place only its owner can read it. */
typedef struct replacement replacement;

/**
 * Makes an empty file beside the one that `path` names.
 * @dirfd  what a relative path begins at; it stays open as long. AT_FDCWD is fine
 * Errors: negative errno of open(2), -EINVAL (the path names a folder), -ENAMETOOLONG
 */
_must_check_ int replacement_new(replacement **ret, int dirfd, const char *path);
replacement *replacement_free(replacement *r); /* what is not in place goes; returns NULL */
DEFINE_CLEANUP(replacement *, replacement_free);

/* Where to write, and what it comes to be in, for its owner. Borrowed. */
FILE *replacement_stream(replacement *r);
int replacement_fd(const replacement *r);

enum replacement_flags {
    REPLACEMENT_ONLY_NEW = 1 << 0, /* -EEXIST where there is one already */
    REPLACEMENT_SYNC = 1 << 1,     /* it is one or the other also when the machine stops */
};

/**
 * Writes what is still in the stream and puts the file in place.
 * @mode  the file's permissions
 * Errors: negative errno, of the writing too; then nothing has changed
 */
_must_check_ int replacement_place(replacement *r, mode_t mode, unsigned flags);

/* All of it for bytes that are there already. */
_must_check_ int replace_file(int dirfd, const char *path, const void *bytes, size_t size,
                              mode_t mode);

#endif
