/* SPDX-License-Identifier: MIT */
/* The tokens that a connection, one that is to be reclaimed, or a fork lease refers to, by token
 * id. */
#ifndef OPENLOGON_DAEMON_TOKEN_REFS_H
#define OPENLOGON_DAEMON_TOKEN_REFS_H

#include "authority/authority.h"
#include "authority/journal_record.h"

/* Some of all sessions. */
struct session_filter {
    bool (*matches)(const Session *session, const void *context);
    const void *context;
};

static inline bool session_filter_matches(const struct session_filter *filter,
                                          const Session *session)
{
    return filter->matches(session, filter->context);
}

struct token_ref {
    struct id_node node;
    Token *token;
    uint32_t count;   /* references that the program has */
    uint32_t granted; /* all the rights that any of them was opened with */
    uint32_t claimed; /* of the count, while the program tells what it has */
    bool watches;     /* the token is not that of the process at the other end */
    struct journal_item journal;
    uint64_t record, owner; /* in the journal: its own, its holder's */
};

/* Embedded; owns its references. Each token is charged once to the uid. May be copied elsewhere, if
 * the original is forgotten. */
struct token_refs {
    struct id_map map;
    const Authority *authority;
    struct quota_charge charge; /* for all of them */
    uint32_t uid;
    uint64_t own_token; /* that of the process at the other end; 0: not known, or nobody's */
    uint64_t owner;     /* the holder's record in the journal, older than any reference's */
};

void token_refs_init(struct token_refs *refs, const Authority *authority, uint32_t uid);
void token_refs_done(struct token_refs *refs); /* drops all */

/* One reference more. Errors: QUOTA_EXCEEDED, TOO_MANY_OPENED_FILES (of this token), NO_MEMORY,
 * those of token_watch() */
_must_check_ nt_status token_refs_add(struct token_refs *refs, Token *token, uint32_t granted);

/* References as the journal has them. Errors: INTERNAL_DB_CORRUPTION (there are some), and as
 * token_refs_add() */
_must_check_ nt_status token_refs_restore(struct token_refs *refs, uint64_t record, Token *token,
                                          const struct reference_record *stored);

/* Borrowed. Errors: INVALID_HANDLE (none is held) */
_must_check_ nt_status token_refs_find(const struct token_refs *refs, uint64_t id,
                                       struct token_ref **ret);

/* Errors: INVALID_HANDLE, INVALID_PARAMETER (more than are held, or none) */
_must_check_ nt_status token_refs_drop(struct token_refs *refs, uint64_t id, uint32_t count);

/* Drops all references to tokens of such sessions: they are logged off. */
void token_refs_revoke(struct token_refs *refs, const struct session_filter *filter);

/* Adds all of `from` to `to`. Errors: as token_refs_add(); then nothing was added. */
_must_check_ nt_status token_refs_copy(struct token_refs *to, const struct token_refs *from);

/* The program says that it has these; what it does not have counts for nothing. */
void token_refs_claim(struct token_refs *refs, uint64_t id, uint32_t count);
void token_refs_unclaim(struct token_refs *refs); /* it begins anew to tell */
/* It has told of all: the rest goes. */
void token_refs_settle(struct token_refs *refs);

#endif
