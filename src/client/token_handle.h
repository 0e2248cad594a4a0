/* SPDX-License-Identifier: MIT */
/* From the handle that a program gives to a token, and back. */
#ifndef OPENLOGON_CLIENT_TOKEN_HANDLE_H
#define OPENLOGON_CLIENT_TOKEN_HANDLE_H

#include "client/handle.h"
#include "client/token_object.h"
#include "security/descriptor.h"

/**
 * The token of a handle, pseudo handles included.
 * @access every one of these rights has to be among the handle's
 * @ret    a reference, the caller's
 * Errors: as handle_get(); NO_TOKEN (the thread's, and it does not impersonate)
 */
_must_check_ nt_status token_handle_get(HANDLE handle, uint32_t access, token_object **ret);

/* The same with the image as it is now. */
_must_check_ nt_status token_handle_image(HANDLE handle, uint32_t access, shared_image **ret);

/**
 * The security descriptor of a token: its parts, self-relative, from malloc(), the caller's.
 * @information  SECURITY_INFORMATION; decides which rights the handle has to grant
 * Errors: as token_handle_get() and token_object_get_security()
 */
_must_check_ nt_status token_handle_get_security(HANDLE handle, uint32_t information, void **ret,
                                                 size_t *ret_size);
/* Errors: as token_handle_get() and token_object_set_security() */
_must_check_ nt_status token_handle_set_security(HANDLE handle, uint32_t information,
                                                 const struct descriptor *parts);

/* What a handle grants, pseudo handles included. Errors: as handle_query() */
_must_check_ nt_status token_handle_access(HANDLE handle, uint32_t *ret);

/**
 * The rights that a new handle gets.
 * @desired may hold generic rights and MAXIMUM_ALLOWED
 * @most    what can be had
 * Errors:  ACCESS_DENIED, PRIVILEGE_NOT_HELD (ACCESS_SYSTEM_SECURITY)
 */
_must_check_ nt_status token_access_decide(uint32_t *ret, uint32_t desired, uint32_t most);

/* HANDLE_FLAG_* that the attributes ask for; they may be NULL. */
uint32_t handle_flags_of(const SECURITY_ATTRIBUTES *attributes);

#endif
