/* SPDX-License-Identifier: MIT */
/*
 * What MSV1_0_INTERACTIVE_PROFILE has no room for. A package puts it at the profile's very end; the
 * host takes it off there, and it goes into the session. Clients never see it.
 */
#ifndef OPENLOGON_WORKER_PROFILE_TRAILER_H
#define OPENLOGON_WORKER_PROFILE_TRAILER_H

#include <windows.h>
#include <ntsecapi.h>

#define PROFILE_TRAILER_MARK "OpenLogon/last1" /* with its zero, 16 bytes */

struct profile_trailer {
    char mark[16];
    LSA_LAST_INTER_LOGON_INFO last;
};

#endif
