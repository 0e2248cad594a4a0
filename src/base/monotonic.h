/* SPDX-License-Identifier: MIT */
/* Time that nobody sets: for how long something takes or is kept. */
#ifndef OPENLOGON_BASE_MONOTONIC_H
#define OPENLOGON_BASE_MONOTONIC_H

#include <time.h>

/* Of CLOCK_MONOTONIC. */
static inline time_t monotonic_seconds(void)
{
    struct timespec time = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

#endif
