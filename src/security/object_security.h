/* SPDX-License-Identifier: MIT */
/*
 * The descriptor of an object over its life: made from its parent's and its creator's, changed in
 * parts, shown in parts. Rules: [MS-DTYP] 2.5.3.4; Microsoft Learn, CreatePrivateObjectSecurityEx,
 * SetPrivateObjectSecurityEx, ConvertToAutoInheritPrivateObjectSecurity. Results are self-relative,
 * from malloc(), the caller's.
 */
#ifndef OPENLOGON_SECURITY_OBJECT_SECURITY_H
#define OPENLOGON_SECURITY_OBJECT_SECURITY_H

#include "security/descriptor.h"
#include "security/inherit.h"
#include "security/token_image.h"

/* Parts of a SACL that have a SECURITY_INFORMATION bit each. */
#define OBJECT_SECURITY_SACL_PARTS                                                                 \
    (SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION | ATTRIBUTE_SECURITY_INFORMATION |     \
     SCOPE_SECURITY_INFORMATION | PROCESS_TRUST_LABEL_SECURITY_INFORMATION |                       \
     ACCESS_FILTER_SECURITY_INFORMATION)

/* Everything is borrowed. */
struct object_security_request {
    const struct descriptor *parent;  /* creating only; NULL: none */
    const struct descriptor *creator; /* what is wanted; NULL when creating: nothing special */
    const void *const *object_types;  /* creating only: GUIDs of 16 bytes */
    size_t n_object_types;
    enum inherit_kind kind;   /* creating only: what is set is kept for heirs */
    uint32_t flags;           /* SEF_* */
    const token_image *token; /* NULL: nothing can be checked or defaulted */
    const GENERIC_MAPPING *mapping;
};

/**
 * The descriptor of a new object. A list that the creator gives is the object's, with what it
 * inherits behind it when SEF_*_AUTO_INHERIT is set and the creator does not protect it; without
 * one, what it inherits; without that the token's default DACL.
 * Errors: INVALID_PARAMETER (flags, no mapping, no token to check), INVALID_OWNER,
 *         INVALID_PRIMARY_GROUP, PRIVILEGE_NOT_HELD (a SACL without SeSecurity), INVALID_LABEL
 *         (above the token's, without SeRelabel), BAD_INHERITANCE_ACL (too long), INVALID_ACL,
 *         NO_MEMORY
 */
_must_check_ nt_status object_security_create(void **ret, size_t *ret_size,
                                              const struct object_security_request *request);

/**
 * The descriptor with those parts of request->creator that `parts` names.
 * Errors: as above; INVALID_PARAMETER (contradictory parts)
 */
_must_check_ nt_status object_security_set(void **ret, size_t *ret_size,
                                           const struct descriptor *current, uint32_t parts,
                                           const struct object_security_request *request);

/* Only the named parts. Errors: INVALID_ACL, NO_MEMORY */
_must_check_ nt_status object_security_get(void **ret, size_t *ret_size, const struct descriptor *d,
                                           uint32_t parts);

/**
 * Marks those ACEs as inherited that the object would inherit of request->parent, and puts them
 * last. A list where that is not so, or would change what it means, becomes protected instead.
 * Looks at parent, object types, kind and mapping of the request.
 * Errors: INVALID_ACL, INVALID_PARAMETER (no mapping), NO_MEMORY
 */
_must_check_ nt_status object_security_convert(void **ret, size_t *ret_size,
                                               const struct descriptor *current,
                                               const struct object_security_request *request);

/* The rights that reading or writing such parts of an object's descriptor takes. */
uint32_t object_security_read_access(uint32_t parts);
uint32_t object_security_write_access(uint32_t parts);

#endif
