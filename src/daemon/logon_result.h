/* SPDX-License-Identifier: MIT */
/* What a worker reports of an identity, checked and in the terms of the authority. */
#ifndef OPENLOGON_DAEMON_LOGON_RESULT_H
#define OPENLOGON_DAEMON_LOGON_RESULT_H

#include "authority/logon.h"
#include "authority/session.h"
#include "daemon/message_arena.h"
#include "ipc/worker.pb-c.h"

/* Both borrow from the result and the arena. Errors: INVALID_SID, INVALID_ACL, NO_MEMORY */
_must_check_ nt_status logon_result_identity(struct logon_identity *ret,
                                             const Openlogon__Worker__LogonResult *result,
                                             MessageArena *arena);
/* The user is NULL when the worker named none. */
_must_check_ nt_status logon_result_of_uid(struct logon_identity *ret,
                                           const Openlogon__Worker__UidResult *result,
                                           MessageArena *arena);

/* Borrows from the result. `now` is the time of the logon. */
void logon_result_facts(struct session_facts *ret, const Openlogon__Worker__LogonResult *result,
                        int64_t now);

/* Text as a session has it: NULL when it is empty. */
const char *logon_result_text(const char *text);

/* A SID of anyone: NULL when empty. Errors: INVALID_SID (malformed, or bytes behind it) */
_must_check_ nt_status logon_result_sid(const SID **ret, const ProtobufCBinaryData *bytes);

#endif
