/* SPDX-License-Identifier: MIT */
/*
 * Why an access check answers as it does: per right, what decided on it. The check fills in a trace
 * that the caller gives; without one it does nothing for it.
 */
#ifndef OPENLOGON_SECURITY_ACCESS_EXPLAIN_H
#define OPENLOGON_SECURITY_ACCESS_EXPLAIN_H

#include "security/access_tree.h"

enum access_decider {
    ACCESS_BY_NOTHING, /* no ACE speaks of the right: it is not granted */
    ACCESS_BY_ACE,     /* of the DACL: the first that names the right for the token */
    ACCESS_BY_NULL_DACL,
    ACCESS_BY_OWNER,     /* the owner's own rights, which no ACE takes away */
    ACCESS_BY_PRIVILEGE, /* an enabled one */
    ACCESS_BY_MISSING_PRIVILEGE,
    ACCESS_BY_LABEL, /* mandatory integrity; the ACE is of the SACL, none: the label by default */
    ACCESS_BY_LIMIT, /* a trust label or access filter of the SACL */
};

enum { ACCESS_RIGHTS_N = 32 };
#define ACCESS_NO_ACE UINT32_MAX

struct access_reason {
    enum access_decider decider;
    enum access_view view; /* the restricted one: the token's own SIDs would have been granted it */
    uint32_t ace;          /* index, or ACCESS_NO_ACE */
    uint32_t privilege;    /* enum privilege_number; 0: none */
};

struct access_trace {
    size_t node;      /* in: of the tree; 0: the object itself */
    uint32_t granted; /* rights that would be granted if each were asked for alone */
    struct access_reason reasons[ACCESS_RIGHTS_N];    /* by the number of the right's bit */
    struct access_reason restricted[ACCESS_RIGHTS_N]; /* while checking: of the other view */
};

/* --- for the check --- */

void access_trace_start(struct access_trace *trace);

/* A later reason takes the place of an earlier one. */
void access_trace_record(struct access_trace *trace, uint32_t rights,
                         const struct access_reason *reason);

/* Of these rights the restricted view decides. */
void access_trace_restrict(struct access_trace *trace, uint32_t rights);

#endif
