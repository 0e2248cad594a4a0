/* SPDX-License-Identifier: MIT */
/* From the authority's description of a session to the one that LsaGetLogonSessionData() gives. */
#ifndef OPENLOGON_CLIENT_SESSION_DATA_H
#define OPENLOGON_CLIENT_SESSION_DATA_H

#include <windows.h>
#include <ntsecapi.h>

#include "base/status.h"
#include "ipc/openlogon.pb-c.h"

/**
 * @ret    one block from malloc(); every string in it has a buffer and ends in a zero; Sid may be
 *         NULL
 * Errors: INVALID_PARAMETER (malformed), NO_MEMORY
 */
_must_check_ nt_status session_data_build(SECURITY_LOGON_SESSION_DATA **ret,
                                          const Openlogon__SessionData *from);

/* The session as the authority tells it. Errors: NO_SUCH_LOGON_SESSION, ACCESS_DENIED */
struct reply;
_must_check_ nt_status session_query(struct reply *ret, const LUID *luid);

#endif
