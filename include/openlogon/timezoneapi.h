/* SPDX-License-Identifier: MIT */
/* Forms of time. */
#ifndef OPENLOGON_TIMEZONEAPI_H
#define OPENLOGON_TIMEZONEAPI_H

#include <minwinbase.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The date and time of day, UTC, of a FILETIME.
 * Errors: ERROR_INVALID_PARAMETER (2^63 or more)
 * Source: Learn, FileTimeToSystemTime
 */
OPENLOGON_API BOOL FileTimeToSystemTime(const FILETIME *lpFileTime, LPSYSTEMTIME lpSystemTime);

#ifdef __cplusplus
}
#endif

#endif
