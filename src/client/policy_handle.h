/* SPDX-License-Identifier: MIT */
/*
 * A handle of the policy object. openlogond knows what it may do; here are only its number there
 * and what was asked for, so that it opens itself again when openlogond does not know it: after a
 * restart, and in a child after fork(). Then the access is that of whom the thread acts for.
 */
#ifndef OPENLOGON_CLIENT_POLICY_HANDLE_H
#define OPENLOGON_CLIENT_POLICY_HANDLE_H

#include <windows.h>
#include <ntsecapi.h>

#include "client/connection.h"

/* @ret the caller's: LsaClose. Errors: ACCESS_DENIED, QUOTA_EXCEEDED, those of a request */
_must_check_ nt_status policy_handle_open(LSA_HANDLE *ret, ACCESS_MASK desired);
/* Errors: INVALID_HANDLE */
_must_check_ nt_status policy_handle_close(LSA_HANDLE handle);

/* Whether the handle was granted these rights. Errors: INVALID_HANDLE, ACCESS_DENIED */
_must_check_ nt_status policy_handle_check(LSA_HANDLE handle, ACCESS_MASK access);

/**
 * Asks the authority something with a handle.
 * @ret_number in the request: where the handle's number goes
 * Errors: INVALID_HANDLE, those of authority_call()
 */
_must_check_ nt_status policy_handle_call(LSA_HANDLE handle, Openlogon__Request *request,
                                          uint64_t *ret_number, reply_kind expect,
                                          struct reply *ret);

#endif
