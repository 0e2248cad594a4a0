/* SPDX-License-Identifier: MIT */
/* The machine's own domain SID, which some aliases of SDDL are relative to. */
#ifndef OPENLOGON_CLIENT_MACHINE_SID_H
#define OPENLOGON_CLIENT_MACHINE_SID_H

#include <windows.h>

/* Asked of the authority once; constant. NULL: no authority answers. */
const SID *machine_sid(void);

/* The same without asking: NULL also when it was not asked for yet. */
const SID *machine_sid_known(void);

/* The same, for what can do without: none is asked again in the second in which none answered.
 */
const SID *machine_sid_at_hand(void);

#endif
