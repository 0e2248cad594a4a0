/* SPDX-License-Identifier: MIT */
/* The time of day. */
#ifndef OPENLOGON_SYSINFOAPI_H
#define OPENLOGON_SYSINFOAPI_H

#include <minwinbase.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The time, UTC. Source: Learn, GetSystemTimeAsFileTime; [MS-DTYP] 2.3.3 */
OPENLOGON_API void GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime);

#ifdef __cplusplus
}
#endif

#endif
