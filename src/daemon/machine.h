/* SPDX-License-Identifier: MIT */
/* What names this machine: its domain SID, its name, its present boot. */
#ifndef OPENLOGON_DAEMON_MACHINE_H
#define OPENLOGON_DAEMON_MACHINE_H

#include "authority/luid_source.h"
#include "security/sid.h"

#define MACHINE_SID_FILE "machine-sid"

enum { MACHINE_NAME_SIZE = 65 };

struct machine {
    sid_buffer sid;
    char name[MACHINE_NAME_SIZE]; /* the host's name up to the first dot, in capitals */
    char boot_id[BOOT_ID_LENGTH + 1];
};

/**
 * Reads all of it. The SID is made at random at the first start and kept in the state directory.
 * @given    the SID to use instead; NULL: none
 * Returns:  0; negative: it was logged what failed
 */
_must_check_ int machine_read(struct machine *ret, int state_dirfd, const SID *given);

#endif
