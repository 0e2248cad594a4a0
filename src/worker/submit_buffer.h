/* SPDX-License-Identifier: MIT */
/*
 * What a package is given to work on. LsaLogonUser and LsaCallAuthenticationPackage bring it along;
 * for a logon by name and password it is made: MSV1_0_INTERACTIVE_LOGON and its three texts in one
 * block. As on Windows there are two: the client's, whose pointers are right where it lies,
 * and the copy that a package is given. A package finds a text of its copy by
 *
 *     (BYTE *)ProtocolSubmitBuffer + ((BYTE *)string.Buffer - (BYTE *)ClientBufferBase)
 *
 * after it has checked that the offset and the length are inside SubmitBufferSize. Network logons
 * (type 3) use the same buffer here: their password is in clear.
 */
#ifndef OPENLOGON_WORKER_SUBMIT_BUFFER_H
#define OPENLOGON_WORKER_SUBMIT_BUFFER_H

#include "ipc/worker.pb-c.h"
#include "worker/client_request.h"

/* Lives as long as the request. */
struct submit_buffer {
    void *client_base; /* in the client's memory */
    size_t size;
    void *copy;
};

/* Of a job, whichever kind it is. Errors: INVALID_PARAMETER (no UTF-8), NAME_TOO_LONG (beyond a
 * UNICODE_STRING), NO_MEMORY */
_must_check_ nt_status submit_buffer_make(struct submit_buffer *ret, struct client_request *request,
                                          const Openlogon__Worker__LogonJob *job);

/* Takes what the client sent. Errors: INVALID_PARAMETER (an impossible address), NO_MEMORY */
_must_check_ nt_status submit_buffer_take(struct submit_buffer *ret, struct client_request *request,
                                          const Openlogon__Worker__SubmitBuffer *sent);

#endif
