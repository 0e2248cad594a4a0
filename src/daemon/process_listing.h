/* SPDX-License-Identifier: MIT */
/* All processes of the machine at one time, by rising pid. */
#ifndef OPENLOGON_DAEMON_PROCESS_LISTING_H
#define OPENLOGON_DAEMON_PROCESS_LISTING_H

#include "base/status.h"
#include "linux/process.h"

/* Starts as all zeros; owns the array. */
struct process_listing {
    struct process_info *processes;
    size_t n_processes;
};

_must_check_ nt_status process_listing_read(struct process_listing *ret);
void process_listing_done(struct process_listing *listing);

#endif
