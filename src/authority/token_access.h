/* SPDX-License-Identifier: MIT */
/*
 * Who may do what with a token: its security descriptor, which is that of
 * token_security_default() until it is set, is evaluated each time that the token is opened.
 */
#ifndef OPENLOGON_AUTHORITY_TOKEN_ACCESS_H
#define OPENLOGON_AUTHORITY_TOKEN_ACCESS_H

#include "authority/token.h"

/**
 * @caller   who opens
 * @desired  TOKEN_* rights; generic rights are mapped; MAXIMUM_ALLOWED gives all that there are
 * Errors:   ACCESS_DENIED, PRIVILEGE_NOT_HELD, NO_MEMORY
 */
_must_check_ nt_status token_access_check(const Token *token, const token_image *caller,
                                          uint32_t desired, uint32_t *ret_granted);

/* The caller is SYSTEM. */
bool caller_is_system(const token_image *caller);

/* The caller is SYSTEM or a member of BUILTIN\Administrators, not deny-only. */
bool caller_is_administrator(const token_image *caller);

/* Whether all the privileges of the mask are enabled. */
bool caller_has_privileges(const token_image *caller, uint64_t mask);

/* Whether the two are of the same user. */
bool caller_is_user(const token_image *caller, const SID *user);

#endif
