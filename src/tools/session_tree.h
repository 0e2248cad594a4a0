/* SPDX-License-Identifier: MIT */
/* Which session comes from which, and which process of a session from which. */
#ifndef OPENLOGON_TOOLS_SESSION_TREE_H
#define OPENLOGON_TOOLS_SESSION_TREE_H

#include "listing.h"

enum session_relation {
    RELATION_NONE,   /* nobody's that is listed */
    RELATION_LINKED, /* the full one of an administrator's two: below the filtered one */
    RELATION_ORIGIN, /* below the session that asked for the logon */
};

struct session_parent {
    enum session_relation relation;
    const struct listed_session *session; /* NULL: none */
};

/* The parent has a lower LUID, so that the tree has no circle, and comes first in the listing. Asks
 * the authority where the session came from. */
struct session_parent session_parent(const struct listing *l, const struct listed_session *session);

/* The processes of a session with their parents among them. Owned; free with free(). */
struct tree_process {
    const struct listed_process *process;
    size_t parent; /* its index; SIZE_MAX: none of the session */
};

/* Parents come before their children. NULL: no memory. */
struct tree_process *session_processes(const struct listing *l,
                                       const struct listed_session *session, size_t *ret_n);

#endif
