/* SPDX-License-Identifier: MIT */
/* <time.h> with Microsoft's checked functions: the result comes first, unlike in C11's. */
#pragma GCC system_header

#include_next <time.h>

#ifndef OPENLOGON_W32_READING_LIBC
#include "crt/types.h"

#ifndef OPENLOGON_WIN32_TIME_H
#define OPENLOGON_WIN32_TIME_H

#include <errno.h>

static __inline errno_t openlogon_w32_localtime_s(struct tm *ret, const time_t *time)
{
    return localtime_r(time, ret) ? 0 : errno;
}

static __inline errno_t openlogon_w32_gmtime_s(struct tm *ret, const time_t *time)
{
    return gmtime_r(time, ret) ? 0 : errno;
}

#define localtime_s    openlogon_w32_localtime_s
#define gmtime_s       openlogon_w32_gmtime_s
#define _localtime64_s openlogon_w32_localtime_s
#define _gmtime64_s    openlogon_w32_gmtime_s
#define _time64        time
#define __time64_t     time_t

#endif
#endif
