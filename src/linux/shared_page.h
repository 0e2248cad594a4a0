/* SPDX-License-Identifier: MIT */
/*
 * A table of 64-bit numbers that one process publishes and others read without a system call. It
 * lies in a memory file whose seals let nobody but the publisher write and nobody at all resize it,
 * so that its descriptor may be given to anyone. Untouched slots are 0 and cost no memory.
 */
#ifndef OPENLOGON_LINUX_SHARED_PAGE_H
#define OPENLOGON_LINUX_SHARED_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/* One end, the publisher's or a reader's. Any thread may read; setting one slot is atomic. */
typedef struct SharedPage SharedPage;

/* Errors: -EINVAL (n_slots is 0 or too large), -ENOMEM, those of memfd_create(2) and mmap(2). */
_must_check_ int shared_page_create(SharedPage **ret, size_t n_slots);

/**
 * The reader's end.
 * @fd       stays the caller's; may be closed afterwards
 * Errors:   -EBADMSG (not a memory file that is sealed as it must be), those of mmap(2)
 */
_must_check_ int shared_page_map(SharedPage **ret, int fd);

/**
 * Puts the slots of `by`, which is freed, in the place of those of `page`, at the same address:
 * who reads meanwhile finds the ones or the others. Both are readers' ends.
 * Errors:   -EINVAL (another number of slots), those of mremap(2); then both are as they were
 */
_must_check_ int shared_page_replace(SharedPage *page, SharedPage *by);

SharedPage *shared_page_free(SharedPage *page);
DEFINE_CLEANUP(SharedPage *, shared_page_free);

/* The publisher's descriptor, to send to readers. Borrowed; -1 at a reader's end. */
int shared_page_fd(const SharedPage *page);
size_t shared_page_n_slots(const SharedPage *page);

/* What was written before is seen by who reads the new value. -ERANGE; -EPERM at a reader's end. */
_must_check_ int shared_page_set(SharedPage *page, size_t slot, uint64_t value);

/* 0 for a slot beyond the end. Sequentially consistent. */
uint64_t shared_page_get(const SharedPage *page, size_t slot);

/* Copies slots, each of them atomically, in no order; how many there are of the n. */
size_t shared_page_copy(const SharedPage *page, size_t first, size_t n, uint64_t *ret);
/* The same for those that are not 0; how many there are. `ret` has room for n. */
size_t shared_page_gather(const SharedPage *page, size_t first, size_t n, uint64_t *ret);

/*
 * For the reader's end of a large page. Both are advice that the kernel may not take: that n slots
 * are about to be read; and that the map shall not be there after a fork. A child that has such a
 * page lets go of it with shared_page_forget(), for by then something else may lie where it was.
 */
void shared_page_expect(const SharedPage *page, size_t first, size_t n);
_must_check_ int shared_page_keep_from_children(const SharedPage *page);
SharedPage *shared_page_forget(SharedPage *page);

#endif
