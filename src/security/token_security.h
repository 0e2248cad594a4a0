/* SPDX-License-Identifier: MIT */
/*
 * The security descriptor of a token: what it is at first, which rights its parts need, and what
 * becomes of it when parts are set. `information` is a SECURITY_INFORMATION of owner, group, DACL,
 * SACL and label; a descriptor's memory is from malloc() and the caller's.
 */
#ifndef OPENLOGON_SECURITY_TOKEN_SECURITY_H
#define OPENLOGON_SECURITY_TOKEN_SECURITY_H

#include "security/descriptor.h"
#include "security/token_image.h"

enum { TOKEN_SECURITY_SIZE_MAX = 16 * 1024 };

/* Owner: the token's user. The user and SYSTEM may everything, Administrators read.
 * Errors: NO_MEMORY */
_must_check_ nt_status token_security_default(void **ret, size_t *ret_size,
                                              const token_image *image);

/* The rights that reading and writing these parts need. */
uint32_t token_security_read_access(uint32_t information);
uint32_t token_security_write_access(uint32_t information);

/* A descriptor of these parts only. Errors: INVALID_PARAMETER (no such information), NO_MEMORY */
_must_check_ nt_status token_security_select(void **ret, size_t *ret_size,
                                             const struct descriptor *whole, uint32_t information);

/**
 * The descriptor with other parts.
 * @caller   who sets them
 * Errors:   INVALID_PARAMETER (no such information, or none), INVALID_OWNER (none, or neither the
 * caller nor a group that he may make the owner, without SeRestorePrivilege), INVALID_PRIMARY_GROUP
 * (none), PRIVILEGE_NOT_HELD (a label above the caller's without SeRelabelPrivilege),
 * QUOTA_EXCEEDED (TOKEN_SECURITY_SIZE_MAX), NO_MEMORY
 */
_must_check_ nt_status token_security_merge(void **ret, size_t *ret_size,
                                            const struct descriptor *whole,
                                            const struct descriptor *parts, uint32_t information,
                                            const token_image *caller);

/**
 * The descriptor of a token that is made: the default one with what is given. Its parts that differ
 * from the default need what setting them would.
 * Errors:   PRIVILEGE_NOT_HELD (also: a SACL of more than labels without SeSecurityPrivilege), and
 *           as token_security_merge()
 */
_must_check_ nt_status token_security_of_new(void **ret, size_t *ret_size, const token_image *token,
                                             const struct descriptor *given,
                                             const token_image *caller);

#endif
