/* SPDX-License-Identifier: MIT */
/* profileapi.h, sysinfoapi.h, timezoneapi.h, synchapi.h: time. */
#include <errno.h>
#include <stddef.h>
#include <time.h>

#include <windows.h>

#include "base/filetime.h"
#include "client/last_error.h"

enum {
    NS_PER_S = 1000000000,
    FILETIME_PER_S = 10000000,
    FILETIME_PER_MS = 10000,
    MS_PER_S = 1000,
};

/* The performance counter counts nanoseconds of the monotonic clock. */
BOOL QueryPerformanceCounter(LARGE_INTEGER *count)
{
    struct timespec now;

    if (!count)
        return fail(ERROR_INVALID_PARAMETER);
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    count->QuadPart = (LONGLONG)now.tv_sec * NS_PER_S + now.tv_nsec;
    return TRUE;
}

BOOL QueryPerformanceFrequency(LARGE_INTEGER *frequency)
{
    if (!frequency)
        return fail(ERROR_INVALID_PARAMETER);
    frequency->QuadPart = NS_PER_S;
    return TRUE;
}

VOID GetSystemTimeAsFileTime(LPFILETIME time)
{
    uint64_t now = (uint64_t)filetime_now();

    time->dwLowDateTime = (DWORD)now;
    time->dwHighDateTime = (DWORD)(now >> 32);
}

BOOL FileTimeToSystemTime(const FILETIME *file_time, LPSYSTEMTIME ret)
{
    const int64_t seconds_1601_to_1970 = 11644473600;
    int64_t value;
    time_t seconds;
    struct tm parts;

    if (!file_time || !ret)
        return fail(ERROR_INVALID_PARAMETER);
    value = (int64_t)((uint64_t)file_time->dwHighDateTime << 32 | file_time->dwLowDateTime);
    if (value < 0)
        return fail(ERROR_INVALID_PARAMETER);
    seconds = value / FILETIME_PER_S - seconds_1601_to_1970;
    if (!gmtime_r(&seconds, &parts))
        return fail(ERROR_INVALID_PARAMETER);
    *ret = (SYSTEMTIME){
        .wYear = (WORD)(parts.tm_year + 1900),
        .wMonth = (WORD)(parts.tm_mon + 1),
        .wDayOfWeek = (WORD)parts.tm_wday,
        .wDay = (WORD)parts.tm_mday,
        .wHour = (WORD)parts.tm_hour,
        .wMinute = (WORD)parts.tm_min,
        .wSecond = (WORD)parts.tm_sec,
        .wMilliseconds = (WORD)(value % FILETIME_PER_S / FILETIME_PER_MS),
    };
    return TRUE;
}

VOID Sleep(DWORD ms)
{
    struct timespec left = { .tv_sec = ms / MS_PER_S,
                             .tv_nsec = (long)(ms % MS_PER_S) * (NS_PER_S / MS_PER_S) };

    if (ms == INFINITE)
        left.tv_sec = 0x7fffffff;
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
        continue;
}
