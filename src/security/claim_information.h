/* SPDX-License-Identifier: MIT */
/*
 * Claims as programs see them: CLAIM_SECURITY_ATTRIBUTES_INFORMATION, whose parts are tied together
 * by pointers. What a program hands over is its own memory: texts end with a zero, and what a
 * pointer and a count name can be read.
 */
#ifndef OPENLOGON_SECURITY_CLAIM_INFORMATION_H
#define OPENLOGON_SECURITY_CLAIM_INFORMATION_H

#include "base/writer.h"
#include "security/claim.h"

/* Bytes that claim_set_to_information() fills: also for an empty set a header. */
size_t claim_set_information_size(const struct claim_set *set);

/* Writes the set, all of it in the buffer, with pointers into it. The buffer is aligned to 8. */
void claim_set_to_information(const struct claim_set *set, void *buffer);

/**
 * Makes a set of a program's claims.
 * @ret    from malloc(), the caller's; never NULL on success, also when there are no claims
 * Errors: INVALID_PARAMETER (version, a type without a flat form here, a missing pointer, a
 * malformed SID, a name that is empty, too long or there twice, too many), NO_MEMORY
 */
_must_check_ nt_status claim_set_from_information(void **ret, size_t *ret_size,
                                                  const CLAIM_SECURITY_ATTRIBUTES_INFORMATION *in);

/* Appends one claim in its flat form. Errors: as above */
_must_check_ nt_status claim_from_attribute(struct writer *w,
                                            const CLAIM_SECURITY_ATTRIBUTE_V1 *attribute);

#endif
