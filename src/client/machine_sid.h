/* SPDX-License-Identifier: MIT */
/* The machine's own domain SID, which some aliases of SDDL are relative to. */
#ifndef OPENLOGON_CLIENT_MACHINE_SID_H
#define OPENLOGON_CLIENT_MACHINE_SID_H

#include <windows.h>

/* Asked of the authority once; constant. NULL: no authority answers. */
const SID *machine_sid(void);

#endif
