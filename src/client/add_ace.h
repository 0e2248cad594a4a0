/* SPDX-License-Identifier: MIT */
/* The one way in which an ACE is added. */
#ifndef OPENLOGON_CLIENT_ADD_ACE_H
#define OPENLOGON_CLIENT_ADD_ACE_H

#include <windows.h>

#include "security/acl.h"

/* Of the spec all but flags and SID is used; both are checked here. */
BOOL add_ace(PACL acl, DWORD revision, DWORD flags, const struct ace *spec, PSID sid);

#endif
