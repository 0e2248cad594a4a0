/* SPDX-License-Identifier: MIT */
/*
 * A few 64-bit numbers that two processes write: one makes them in a memory file, the other gets
 * its descriptor. Neither can resize the file, so that its page is never past the end. Either can
 * punch the page out of it, which no seal forbids as long as both write: then the numbers are 0,
 * and the next touch at either end gets a fresh page, for which the kernel has to have memory as
 * for any other. What a number means, and whether to believe it, is the users' business.
 */
#ifndef OPENLOGON_LINUX_SHARED_WORDS_H
#define OPENLOGON_LINUX_SHARED_WORDS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

enum { SHARED_WORDS_MAX = 16 };

/* One end. */
typedef struct SharedWords SharedWords;
typedef _Atomic(uint64_t) SharedWord;

/* Errors: -EINVAL (n), -ENOMEM, those of memfd_create(2), write(2) and mmap(2). */
_must_check_ int shared_words_create(SharedWords **ret, const uint64_t *values, size_t n);

/**
 * The other end. A forked child does not have it: touching the words there is fatal.
 * @fd       stays the caller's; may be closed afterwards
 * Errors:   -EBADMSG (not a memory file of n words that is sealed as it must be), those of mmap(2)
 */
_must_check_ int shared_words_map(SharedWords **ret, int fd, size_t n);

/**
 * Puts other words, which another process has made meanwhile, in the place of these, at the same
 * address: whoever touches them finds the ones or the others.
 * @fd       stays the caller's; may be closed afterwards
 * @ret_old  the words that were there, elsewhere; the caller's
 * Errors:   as shared_words_map()
 */
_must_check_ int shared_words_replace(SharedWords *words, int fd, SharedWords **ret_old);

SharedWords *shared_words_free(SharedWords *words);
DEFINE_CLEANUP(SharedWords *, shared_words_free);
/* Instead of it in a forked child, where something else may be at the place of the other end. */
void shared_words_abandon(SharedWords *words);

/* The maker's descriptor. Borrowed; -1 at the other end. */
int shared_words_fd(const SharedWords *words);
SharedWord *shared_words_at(const SharedWords *words);

#endif
