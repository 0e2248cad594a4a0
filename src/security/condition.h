/* SPDX-License-Identifier: MIT */
/*
 * Conditional expressions of ACEs, [MS-DTYP] 2.4.4.17: bytes in postfix form behind the ACE's SID,
 * beginning with "artx". Reading checks everything; bytes that are no expression are "unknown" to
 * an access check, so that they deny and never allow.
 */
#ifndef OPENLOGON_SECURITY_CONDITION_H
#define OPENLOGON_SECURITY_CONDITION_H

#include "security/acl.h"
#include "security/token_image.h"

enum {
    CONDITION_SIZE_MAX = ACL_SIZE_MAX,
    CONDITION_STACK_MAX = 1024, /* operands that wait for their operator, and nested parentheses */
};

/* Three-valued logic: unknown is what speaks of something that is not there. */
enum truth {
    TRUTH_FALSE,
    TRUTH_TRUE,
    TRUTH_UNKNOWN,
};

struct condition_context {
    const token_image *token;
    bool is_restricted;        /* the half of a check that looks at restricting SIDs and claims */
    const ACL *resource;       /* a SACL, whose resource attributes are the object's; NULL: none */
    const SID *principal_self; /* stands for S-1-5-10; NULL: nobody does */
    const SID *owner;          /* stands for S-1-3-4; NULL: nobody does */
    bool is_deny; /* of an ACE that denies or audits: what is for denying only counts too */
    size_t *cost; /* what expressions evaluated before have cost, and this one; NULL: it alone */
};

/*
 * Never fails: what cannot be evaluated is unknown. No allocation, no recursion. Beyond a cost that
 * no real expression has, everything is unknown: a check's time has a bound for any descriptor.
 */
enum truth condition_evaluate(const void *bytes, size_t size,
                              const struct condition_context *context);

/* Whether the bytes are an expression that condition_evaluate() can work through. */
bool condition_valid(const void *bytes, size_t size);

#endif
