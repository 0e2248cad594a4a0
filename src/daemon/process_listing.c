/* SPDX-License-Identifier: MIT */
#include "daemon/process_listing.h"

#include <errno.h>

static int add(const struct process_info *info, void *context)
{
    struct process_listing *listing = context;

    if (listing->n_processes == listing->capacity) {
        size_t capacity = listing->capacity ? listing->capacity * 2 : 256;
        struct process_info *larger = reallocarray(listing->processes, capacity, sizeof(*larger));

        if (!larger)
            return -ENOMEM;
        listing->processes = larger;
        listing->capacity = capacity;
    }
    listing->processes[listing->n_processes++] = *info;
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct process_info *left = a;
    const struct process_info *right = b;

    return (left->pid > right->pid) - (left->pid < right->pid);
}

nt_status process_listing_read(struct process_listing *ret)
{
    int r = process_for_each(add, ret);

    if (r < 0)
        return nt_from_errno(r);
    if (ret->n_processes > 0)
        qsort(ret->processes, ret->n_processes, sizeof(*ret->processes), compare);
    return NT_OK;
}

void process_listing_done(struct process_listing *listing)
{
    free(listing->processes);
    *listing = (struct process_listing){ 0 };
}
