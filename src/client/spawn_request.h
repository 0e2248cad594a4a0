/* SPDX-License-Identifier: MIT */
/* Starting a process by openlogon-spawn, for what this process cannot do itself. */
#ifndef OPENLOGON_CLIENT_SPAWN_REQUEST_H
#define OPENLOGON_CLIENT_SPAWN_REQUEST_H

#include "client/child.h"
#include "client/remote_token.h"
#include "linux/spawn.h"

/**
 * Starts a program with a token of the authority's. Of the spec the identity, the home and the
 * control group are not looked at: those are the authority's to decide.
 * @prepare  what the token is to be narrowed to
 * @ret      a process that is not this one's child; its exit code comes all the same
 * Errors:   those of PrepareProcess and program_start_status(); CANCELLED (openlogon-spawn died),
 *           INSUFFICIENT_RESOURCES, BUFFER_TOO_SMALL (arguments and environment are too long)
 */
_must_check_ nt_status spawn_request(process_object **ret, const remote_token *token,
                                     Openlogon__PrepareProcessRequest *prepare,
                                     const struct spawn_spec *spec);

#endif
