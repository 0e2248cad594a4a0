/* SPDX-License-Identifier: MIT */
/*
 * Active sessions by whose they are, so that those of one user are found among a million. Names
 * are compared without regard to the case of ASCII letters. Main thread only.
 */
#ifndef OPENLOGON_AUTHORITY_USER_INDEX_H
#define OPENLOGON_AUTHORITY_USER_INDEX_H

#include "authority/session.h"

typedef struct UserIndex UserIndex;

_must_check_ nt_status user_index_new(UserIndex **ret);
UserIndex *user_index_free(UserIndex *index); /* sessions may still be in it: they stay */
DEFINE_CLEANUP(UserIndex *, user_index_free);

/* A session that has its facts. Errors: NO_MEMORY */
_must_check_ nt_status user_index_add(UserIndex *index, Session *session);
void user_index_remove(UserIndex *index, Session *session);

/* Whose sessions: at least one of the two; both have to match. */
struct session_owner {
    const char *user; /* without a domain */
    const SID *sid;
};

/* The one with the smallest LUID above `after`; NULL: there is none. Borrowed. */
Session *user_index_next(const UserIndex *index, const struct session_owner *owner, uint64_t after);

#endif
