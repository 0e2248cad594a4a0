/* SPDX-License-Identifier: MIT */
/* Windows' time: 100 ns since 1601-01-01 UTC. Inside it is an int64_t. */
#ifndef OPENLOGON_BASE_FILETIME_H
#define OPENLOGON_BASE_FILETIME_H

#include <stdint.h>
#include <time.h>

/* "No such time": what LogoffTime, KickOffTime and the like hold when there is none. */
#define FILETIME_NEVER      INT64_C(0x7FFFFFFFFFFFFFFF)

#define FILETIME_PER_SECOND INT64_C(10000000)

int64_t filetime_now(void); /* of CLOCK_REALTIME */

/* Times that do not fit become 0 or FILETIME_NEVER. */
int64_t filetime_from_timespec(const struct timespec *time);
int64_t filetime_from_unix(int64_t seconds);
int64_t filetime_to_unix(int64_t filetime); /* rounded down */
struct timespec filetime_to_timespec(int64_t filetime);

#endif
