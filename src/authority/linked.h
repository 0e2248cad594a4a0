/* SPDX-License-Identifier: MIT */
/*
 * The two sessions of an administrator's logon: one with a filtered token, which the logon gives,
 * and one with the full token, which is had by elevation. Each has the other's LUID in its facts.
 *
 * The filtered session holds the first token of the full one (Session.full), which nobody else
 * ever gets; each further token of the full session holds both sessions. So the two end together,
 * with the last token that anybody has of either. Of the LUIDs the filtered session's is the lower
 * one, and that first token is the full session's with the lowest id, so a journal that has the
 * LUIDs has all.
 */
#ifndef OPENLOGON_AUTHORITY_LINKED_H
#define OPENLOGON_AUTHORITY_LINKED_H

#include "authority/authority.h"

/* The rule by which a logon is split; pure. */
bool linked_is_due(const struct elevation_policy *rules, const struct authority_logon *logon,
                   const struct logon_mint *mint, const SID *machine);

/**
 * Whether a process of a filtered session is as free as its logon made it, neither restricted nor
 * lowered since: only such a one is elevated.
 * Errors:   NO_SUCH_LOGON_SESSION (its session is no filtered one), ACCESS_DENIED, NO_MEMORY
 */
_must_check_ nt_status linked_check_whole(const Session *session, const token_image *process);

/**
 * Makes both sessions active, with a token each.
 * @filtered in state creating; the package's
 * @facts    of both; `linked` is filled in
 * @mint     becomes the full token's
 * @ret      the filtered token
 * Errors:   those of luid_take(), session_new(), session_activate(), token_mint() and
 *           token_image_filter()
 */
_must_check_ nt_status linked_complete(Authority *authority, Token **ret, Session *filtered,
                                       const struct session_facts *facts, struct logon_mint *mint);

/**
 * A token of its own of a token's twin session, as that logged on.
 * @type, level of the result
 * Errors:   NO_SUCH_LOGON_SESSION (its session has no twin), and as token_mint()
 */
_must_check_ nt_status linked_open(Token **ret, const Authority *authority, const Token *token,
                                   TOKEN_TYPE type, SECURITY_IMPERSONATION_LEVEL level);

/**
 * Puts together again what the journal has, after each token that was restored, by rising id.
 * Errors:   INTERNAL_DB_CORRUPTION (its session's twin is not there)
 */
_must_check_ nt_status linked_restore(const SessionStore *sessions, Token *token);

/* Which of the two a session's tokens are. */
TOKEN_ELEVATION_TYPE linked_kind(const Session *session);

#endif
