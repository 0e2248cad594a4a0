/* SPDX-License-Identifier: MIT */
/*
 * The uids and gids that a private authority gives to its own accounts and groups: a range that no
 * other private authority of the machine has, so that none takes the processes of another's
 * accounts for those of its own.
 *
 * A range belongs to a state directory, whose accounts keep their uids: it is noted there, and in a
 * registry of root's that lasts until the machine is started again. It is free for others when no
 * openlogond holds it and the directory is gone.
 */
#ifndef OPENLOGON_DAEMON_PRIVATE_UIDS_H
#define OPENLOGON_DAEMON_PRIVATE_UIDS_H

#include <stdint.h>

#include "base/macros.h"

#define PRIVATE_UIDS_REGISTRY "/run/openlogon-private"

enum {
    PRIVATE_UIDS_FIRST = 2000000000,
    PRIVATE_UIDS_SIZE = 100000,
    PRIVATE_UIDS_RANGES = 1000, /* one more is shared */
};

/* Starts as all zeros, but for the lock. */
struct private_uids {
    uint32_t first, last;
    int lock; /* held as long as it is open; -1: none */
};

/* Closes; the range stays the state directory's. For _cleanup_() too. */
void private_uids_done(struct private_uids *uids);

/**
 * The range of a state directory, or the first free one for it from now on.
 * @registry  NULL: the range that all share whose accounts no process can be of, as without root.
 *            Both directories are made when they are not there
 * Errors:    -EEXIST (it has accounts, with uids of another time), -EBUSY (its range is another's
 * by now; @ret is that range all the same, since its accounts have uids of it), -ENOSPC (all ranges
 * are taken), -EBADMSG (what is noted in it is no range), -EPERM (a directory is somebody else's),
 * and those of open(2)
 */
_must_check_ int private_uids_claim(struct private_uids *ret, const char *registry,
                                    const char *state);

#endif
