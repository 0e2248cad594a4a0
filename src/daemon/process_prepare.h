/* SPDX-License-Identifier: MIT */
/* What the two ways to start a process have in common: by the caller itself, and by
 * openlogon-spawn.
 */
#ifndef OPENLOGON_DAEMON_PROCESS_PREPARE_H
#define OPENLOGON_DAEMON_PROCESS_PREPARE_H

#include "daemon/call.h"

enum process_prepare_flags { /* PrepareProcessRequest.flags */
                             PREPARE_TOKEN_ONLY = 1,
                             PREPARE_WITH_LOGON = 2, /* CreateProcessWithLogonW */
                             PREPARE_WITH_TOKEN = 4, /* CreateProcessWithTokenW */
};

/**
 * Checks that the caller may start a process with the token, and prepares it. The descriptor of its
 * control group is put into the answer.
 * @ret      the caller's
 * Errors:   INVALID_HANDLE, ACCESS_DENIED, PRIVILEGE_NOT_HELD, LOGON_TYPE_NOT_GRANTED,
 * NOT_SUPPORTED (the token has no uid), QUOTA_EXCEEDED and others
 */
_must_check_ nt_status process_prepare(struct call *call,
                                       const Openlogon__PrepareProcessRequest *request,
                                       PreparedProcess **ret);

/* What the process is to have for the privileges that are enabled. */
uint64_t process_capabilities(const struct call *call, const PreparedProcess *prepared);

/* Gives it to the client, and the answer its ticket. Errors: NO_MEMORY */
_must_check_ nt_status process_answer_prepared(struct call *call, PreparedProcess *prepared);

#endif
