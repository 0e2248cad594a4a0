/* SPDX-License-Identifier: MIT */
/* All logon sessions, in the order of their LUIDs. */
#ifndef OPENLOGON_AUTHORITY_SESSION_STORE_H
#define OPENLOGON_AUTHORITY_SESSION_STORE_H

#include "authority/session.h"

enum { SESSION_LISTENERS_MAX = 8 };

/*
 * Told of each session that becomes active, also when it is read from the journal, and of each that
 * ends, while its facts can still be read (also of one that never was active: it has none). Either
 * function may be NULL. Known by its context.
 */
struct session_listener {
    void (*started)(const Session *session, void *context);
    void (*ended)(const Session *session, void *context);
    void *context;
};

/* Outlived by no session but the well-known ones, which it frees. */
_must_check_ nt_status session_store_new(SessionStore **ret);
SessionStore *session_store_free(SessionStore *store);
DEFINE_CLEANUP(SessionStore *, session_store_free);

/* Active sessions but the well-known ones are recorded from now on. Borrowed, outlives the store.
 */
void session_store_set_journal(SessionStore *store, Journal *journal);

/*
 * The names of the makers, by their numbers from 1 on: in a journal a maker goes by its name, since
 * its number may be another one when that is read. Borrowed.
 */
void session_store_name_makers(SessionStore *store, const char *const *names, size_t n);
const char *session_store_maker_name(const SessionStore *store, uint64_t maker); /* NULL: none */
uint64_t session_store_maker(const SessionStore *store, const char *name);       /* 0: none */

/* From now on nobody is told of anything: the program ends, but its sessions do not. */
void session_store_silence(SessionStore *store);

/* There is room for all that are in the program. */
void session_store_listen(SessionStore *store, struct session_listener listener);
void session_store_unlisten(SessionStore *store, const void *context);

/**
 * Looks up an active session.
 * @ret      borrowed
 * Errors:   NO_SUCH_LOGON_SESSION (no such LUID, it has ended, or is being created)
 */
_must_check_ nt_status session_store_find(const SessionStore *store, uint64_t luid, Session **ret);

/* The same, also while it is being created: for the packages. */
_must_check_ nt_status session_store_find_any(const SessionStore *store, uint64_t luid,
                                              Session **ret);

/* The active session with the smallest LUID above `after`; NULL: none. Borrowed. */
Session *session_store_next(const SessionStore *store, uint64_t after);
/* The one that follows. */
Session *session_store_following(const Session *session);

/* The same among those of one user (authority/user_index.h). */
struct session_owner;
Session *session_store_next_of(const SessionStore *store, const struct session_owner *owner,
                               uint64_t after);

size_t session_store_size(const SessionStore *store); /* also those being created */

/* For session.c only. */
Session *session_store_alloc(SessionStore *store); /* all zeros; NULL: no memory */
void session_store_give_back(SessionStore *store, Session *session);
struct FactsTable *session_store_facts(const SessionStore *store);
struct UserIndex *session_store_users(const SessionStore *store);
bool session_store_add(SessionStore *store, Session *session); /* false: the LUID is in use */
void session_store_start(const SessionStore *store, const Session *session);
void session_store_end(SessionStore *store, Session *session);
void session_store_record(SessionStore *store, Session *session); /* it has changed */

#endif
