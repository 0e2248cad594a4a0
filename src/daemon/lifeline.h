/* SPDX-License-Identifier: MIT */
/*
 * A pipe with a name, into which nobody writes: as long as its writing end is open somewhere, whom
 * it was given to is there, and has neither ended nor executed another program. By the name, which
 * is that of a record of the journal, a later openlogond finds it again; so a name goes only when
 * it is written down that its record has gone.
 */
#ifndef OPENLOGON_DAEMON_LIFELINE_H
#define OPENLOGON_DAEMON_LIFELINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/* Where they lie, and which are to go. Embedded. */
struct lifelines {
    int dirfd; /* borrowed */
    uint64_t *ended;
    size_t n_ended, capacity;
};

void lifelines_done(struct lifelines *lines);

/* Makes it, or finds it made. Both ends, reading and writing, are the caller's. Negative errno. */
_must_check_ int lifeline_make(const struct lifelines *lines, uint64_t record, int ret_fds[2]);

/* The reading end: it hangs up (EPOLLHUP) when the last writing end is closed, also if that was
 * before. Errors: -ENOENT (there is none), those of open(2) */
_must_check_ int lifeline_find(const struct lifelines *lines, uint64_t record, int *ret_fd);

/* Its record goes; when that is written down, so does the name. */
void lifeline_end(struct lifelines *lines, uint64_t record);
void lifelines_clean(struct lifelines *lines);

/* Removes those of records that are not there. */
void lifelines_sweep(const struct lifelines *lines,
                     bool (*is_there)(uint64_t record, void *context), void *context);

#endif
