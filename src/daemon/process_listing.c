/* SPDX-License-Identifier: MIT */
#include "daemon/process_listing.h"

#include <errno.h>

nt_status process_listing_read(struct process_listing *ret)
{
    _cleanup_(freep) pid_t *pids = NULL;
    struct process_info *all;
    size_t n = 0;
    int r = process_pids(&pids, &n);

    if (r < 0)
        return nt_from_errno(r);
    all = calloc(n + 1, sizeof(*all));
    if (!all)
        return NT(NO_MEMORY);
    *ret = (struct process_listing){ .processes = all };
    /* What has ended meanwhile is left out. */
    for (size_t i = 0; i < n; i++)
        ret->n_processes += process_info_read(pids[i], &all[ret->n_processes]) >= 0;
    return NT_OK;
}

void process_listing_done(struct process_listing *listing)
{
    free(listing->processes);
    *listing = (struct process_listing){ 0 };
}
