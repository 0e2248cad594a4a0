/* SPDX-License-Identifier: MIT */
#include "base/filetime.h"

#include "base/macros.h"

/* Seconds from 1601-01-01 to 1970-01-01. */
#define EPOCH_DIFFERENCE INT64_C(11644473600)

enum { NANOSECONDS_PER_UNIT = 100 };

int64_t filetime_from_timespec(const struct timespec *time)
{
    int64_t seconds, result;

    if (__builtin_add_overflow((int64_t)time->tv_sec, EPOCH_DIFFERENCE, &seconds))
        return FILETIME_NEVER;
    if (seconds < 0)
        return 0;
    if (__builtin_mul_overflow(seconds, FILETIME_PER_SECOND, &result) ||
        __builtin_add_overflow(result, (int64_t)(time->tv_nsec / NANOSECONDS_PER_UNIT), &result))
        return FILETIME_NEVER;
    return result;
}

int64_t filetime_from_unix(int64_t seconds)
{
    return filetime_from_timespec(&(struct timespec){ .tv_sec = seconds });
}

int64_t filetime_now(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) < 0)
        return 0;
    return filetime_from_timespec(&now);
}

struct timespec filetime_to_timespec(int64_t filetime)
{
    int64_t seconds = filetime / FILETIME_PER_SECOND;
    int64_t rest = filetime % FILETIME_PER_SECOND;

    if (rest < 0) {
        rest += FILETIME_PER_SECOND;
        seconds--;
    }
    return (struct timespec){ .tv_sec = seconds - EPOCH_DIFFERENCE,
                              .tv_nsec = (long)rest * NANOSECONDS_PER_UNIT };
}

int64_t filetime_to_unix(int64_t filetime)
{
    return filetime_to_timespec(filetime).tv_sec;
}
