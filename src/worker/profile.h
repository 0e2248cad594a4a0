/* SPDX-License-Identifier: MIT */
/*
 * The profile that a package leaves in the client's memory. MSV1_0_INTERACTIVE_PROFILE is read into
 * the result's own fields, and in the copy that goes out each pointer becomes an offset from the
 * profile's start (0: no text). Any other profile goes out byte by byte as it is, so it had better
 * hold no pointers. Either may end in a struct profile_trailer, which is read and taken off.
 */
#ifndef OPENLOGON_WORKER_PROFILE_H
#define OPENLOGON_WORKER_PROFILE_H

#include "ipc/worker.pb-c.h"
#include "worker/arena.h"
#include "worker/client_request.h"

/**
 * @base   as the package returned it; NULL: no profile
 * Errors: INVALID_PARAMETER (not the start of a client buffer, longer than it, or a text of it that
 *         is outside or malformed), NO_MEMORY
 */
_must_check_ nt_status profile_convert(Openlogon__Worker__LogonResult *ret, arena *memory,
                                       const struct client_request *request, const void *base,
                                       size_t size);

#endif
