/* SPDX-License-Identifier: MIT */
/*
 * What a package wants to be called for later: after an interval, over and over or once, or at
 * once. The worker runs what is due between jobs; what a package asked to have in a thread of its
 * own, it gets there.
 */
#ifndef OPENLOGON_WORKER_NOTIFIER_H
#define OPENLOGON_WORKER_NOTIFIER_H

#include <stdbool.h>
#include <stdint.h>

#include <windows.h>

enum { NOTIFICATIONS_MAX = 64 };

struct notification {
    LPTHREAD_START_ROUTINE function;
    void *parameter;
    uint64_t interval_ms;
    bool once;
    bool in_thread;
};

/* Its number, from 1; 0: there are too many. The first time is one interval from now. */
uint32_t notifier_add(const struct notification *notification);
/* False: there is none of this number. */
bool notifier_cancel(uint32_t number);
void notifier_clear(void);

/* Runs what is due. */
void notifier_run(void);

/* Milliseconds until something is due; -1: nothing will be. */
int notifier_wait_ms(void);

/* A thread of the package's own; false: there is none. It ends with its function. */
bool notifier_start_thread(LPTHREAD_START_ROUTINE function, void *parameter);

#endif
