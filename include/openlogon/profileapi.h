/* SPDX-License-Identifier: MIT */
/* A clock for measuring. It does not go back. */
#ifndef OPENLOGON_PROFILEAPI_H
#define OPENLOGON_PROFILEAPI_H

#include <winnt.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Ticks since some point in the past; never fails. Source: Learn, QueryPerformanceCounter */
OPENLOGON_API BOOL QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount);

/** Ticks a second; does not change. Source: Learn, QueryPerformanceFrequency */
OPENLOGON_API BOOL QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency);

#ifdef __cplusplus
}
#endif

#endif
