/* SPDX-License-Identifier: MIT */
/*
 * What a SACL holds: audit rules, integrity labels, resource attributes and more, each of which a
 * SECURITY_INFORMATION asks for by a bit of its own.
 */
#ifndef OPENLOGON_SECURITY_SACL_H
#define OPENLOGON_SECURITY_SACL_H

#include "security/acl.h"

/* All the bits that mean something in a SACL. */
#define SACL_PARTS                                                                                 \
    (SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION | ATTRIBUTE_SECURITY_INFORMATION |     \
     SCOPE_SECURITY_INFORMATION | PROCESS_TRUST_LABEL_SECURITY_INFORMATION |                       \
     ACCESS_FILTER_SECURITY_INFORMATION | BACKUP_SECURITY_INFORMATION)

/* The bit that asks for ACEs of a type; SACL_SECURITY_INFORMATION for types not known. */
uint32_t sacl_part_of(uint8_t type);

/**
 * Makes a SACL of two: from one the ACEs that `parts` ask for, from the other all the rest.
 * @ret    from malloc(), the caller's; NULL when no ACE is left
 * @picked @rest  NULL: nothing
 * Errors: INVALID_ACL, ALLOTTED_SPACE_EXCEEDED, NO_MEMORY
 */
_must_check_ nt_status sacl_combine(ACL **ret, const ACL *picked, const ACL *rest, uint32_t parts);

#endif
