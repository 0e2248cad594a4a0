/* SPDX-License-Identifier: MIT */
/* What making and changing an object's descriptor have in common. */
#ifndef OPENLOGON_SECURITY_OBJECT_SECURITY_LISTS_H
#define OPENLOGON_SECURITY_OBJECT_SECURITY_LISTS_H

#include <stdlib.h>

#include "security/object_security.h"
#include "security/sacl.h"

/* What tells the two lists of a descriptor apart: bits of its control, and a flag. */
struct side {
    uint16_t present;
    uint16_t defaulted;
    uint16_t auto_inherited;
    uint16_t auto_inherit_req;
    uint16_t protected;
    uint32_t auto_inherit; /* SEF_* */
};

extern const struct side dacl_side;
extern const struct side sacl_side;

/* NULL also of no descriptor. */
static inline const ACL *list_of(const struct descriptor *d, const struct side *side)
{
    if (!d)
        return NULL;
    return side == &dacl_side ? d->dacl : d->sacl;
}

static inline bool has_control(const struct descriptor *d, uint16_t bit)
{
    return d && (d->control & bit);
}

/* A list of the result: the ACL, which it owns, and the control bits that speak of it. */
struct result_list {
    ACL *acl;
    uint16_t control;
};

void result_list_done(struct result_list *l);

/* Errors: BAD_INHERITANCE_ACL (too long), those of the writer */
_must_check_ nt_status take_list(struct result_list *ret, struct acl_writer *w);

/* The descriptor of both lists and of everything else. */
_must_check_ nt_status build_result(void **ret, size_t *ret_size, const struct descriptor *rest,
                                    const struct result_list *dacl, const struct result_list *sacl);

/* The parts that a SACL is about. An empty one is about audit: there is to be none. */
uint32_t parts_in(const ACL *sacl);

/* Errors: INVALID_PARAMETER (unknown flags, no mapping) */
_must_check_ nt_status check_request(const struct object_security_request *request);

/* Errors: INVALID_OWNER (NULL, or the token may not make it the owner) */
_must_check_ nt_status check_owner(const SID *owner, const struct object_security_request *request);

/**
 * Whether the token may set such parts of a SACL, to what is in the list or to nothing: audit needs
 * SeSecurity, a label above the token's own SeRelabel.
 * @unlabelled the level that having no label stands for
 * Errors:     PRIVILEGE_NOT_HELD, INVALID_LABEL
 */
_must_check_ nt_status check_sacl(const ACL *sacl, uint32_t parts, uint32_t unlabelled,
                                  const struct object_security_request *request);

#endif
