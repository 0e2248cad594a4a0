/* SPDX-License-Identifier: MIT */
/* One logon, however it was asked for: the request, and what becomes of its answer. */
#ifndef OPENLOGON_CLIENT_LOGON_CALL_H
#define OPENLOGON_CLIENT_LOGON_CALL_H

#include <windows.h>

#include "ipc/openlogon.pb-c.h"
#include "security/sid.h"

enum logon_wish {
    LOGON_WITH_PROFILE_BUFFER = 1 << 0, /* else there is none */
};

/* Owned, until it is taken over field by field. */
struct logon_answer {
    HANDLE token;
    LUID id;        /* of the session */
    SID *logon_sid; /* NULL: the token has none */
    void *profile;  /* freed by LsaFreeReturnBuffer() */
    size_t profile_size;
    int32_t sub_status; /* also of a logon that failed */
};

void logon_answer_done(struct logon_answer *answer); /* for _cleanup_() too */

/**
 * Asks as whom the calling thread acts for.
 * @request  its window is set here
 * Errors:   those of a request
 */
_must_check_ nt_status logon_call(Openlogon__LogonRequest *request, unsigned wishes,
                                  struct logon_answer *ret);

/* OpenLogon limits nothing by quota; the kernel's limits are per process. */
extern const QUOTA_LIMITS logon_no_quota;

/* Groups that a logon process adds, for a message. All zeros are none. */
struct logon_groups {
    Openlogon__GroupAndAttributes *groups;
    Openlogon__GroupAndAttributes **list;
    size_t n;
};

/* Borrows the SIDs; NULL: none. Errors: INVALID_SID, NO_MEMORY */
_must_check_ nt_status logon_groups_make(struct logon_groups *ret, const TOKEN_GROUPS *groups);
void logon_groups_done(struct logon_groups *groups); /* for _cleanup_() too */

#endif
