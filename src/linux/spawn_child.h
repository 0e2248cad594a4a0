/* SPDX-License-Identifier: MIT */
/*
 * What a child of spawn_process() does between its creation and the program: internal to spawn.
 *
 * This code may share its parent's memory while the parent's other threads run. So it calls nothing
 * but syscall(2) and functions of <string.h>, writes to nothing but its own stack and its job, and
 * leaves no trace in a sanitizer's books, which are the parent's.
 */
#ifndef OPENLOGON_LINUX_SPAWN_CHILD_H
#define OPENLOGON_LINUX_SPAWN_CHILD_H

#include "linux/spawn.h"

/* One start. In the copying way it is the child's own copy, and the report goes over the channel.
 */
struct spawn_job {
    const struct spawn_spec *spec;
    int channel;        /* the child's end; -1: memory is shared */
    int parent_channel; /* to be closed in the child */
    struct spawn_report {
        enum spawn_step step;
        int error; /* errno; 0 until something fails */
    } report;
};

/* Runs a job; for clone(2). Ends the process rather than return. Needs all signals blocked. */
int spawn_child_main(void *job);

/* The same without waiting for the parent's leave; the report of a failure goes over the channel,
 * whose end without one means that the program runs. */
_Noreturn void spawn_child_run(struct spawn_job *job);

/**
 * clone3(2) with a function to run, for children that share memory and have a stack of their own:
 * the C library has no such call that places the child into a control group.
 * @args     struct clone_args with a stack
 * Returns:  the pid; -errno; -ENOSYS too where this is not written for the architecture
 */
_must_check_ long clone3_run(const void *args, size_t args_size, int (*run)(void *),
                             void *argument);

#endif
