/* SPDX-License-Identifier: MIT */
/*
 * The authority: sessions, tokens, processes, and the rules that tie them together. Does no I/O but
 * for LUIDs, talks to nobody; the daemon brings it the questions.
 */
#ifndef OPENLOGON_AUTHORITY_AUTHORITY_H
#define OPENLOGON_AUTHORITY_AUTHORITY_H

#include "authority/logon.h"
#include "authority/policy.h"
#include "authority/prepared_process.h"
#include "authority/process_table.h"
#include "authority/quota.h"
#include "authority/session_store.h"
#include "authority/token.h"
#include "authority/wts.h"

struct authority_spec {
    const SID *machine; /* copied, as the name is */
    const char *machine_name;
    int state_dirfd; /* where LUIDs are reserved */
    const char *boot_id;
    struct logon_kernel_ids own; /* the gids are borrowed */
    bool enforces_identity;      /* it runs as root: tokens have kernel ids behind them */
    struct process_system system;
    Journal *journal; /* borrowed; NULL: nothing outlives the authority */
    int64_t now;      /* FILETIME: since when the well-known sessions are */
};

/* Parts are used directly; the authority owns them. Main thread only. */
typedef struct Authority {
    sid_buffer machine;
    char *machine_name;
    bool enforces_identity;
    uint32_t own_uid;
    LuidSource *luids;
    Journal *journal;
    SessionStore *sessions;
    WtsTable *wts;
    TokenStore *tokens;
    QuotaTable *quotas;
    struct process_system system;
    LeafTable *leaves;
    LoginTable *logins;
    ProcessTable *processes;
    Policy *policy;
    Token *system_token;
    Membership *membership; /* who is in which local group; NULL: not known yet */
} Authority;

_must_check_ nt_status authority_new(Authority **ret, const struct authority_spec *spec);
/* Lets go of all processes, so that their sessions end while somebody still hears of it. */
void authority_shut_down(Authority *authority);
Authority *authority_free(Authority *authority);
DEFINE_CLEANUP(Authority *, authority_free);

/**
 * Makes the session that a package asks for, in state creating.
 * @maker    the number of the package; it is to hear of the session's end
 * Errors:   INVALID_PARAMETER (the LUID was never handed out), LOGON_SESSION_COLLISION, NO_MEMORY
 */
_must_check_ nt_status authority_create_session(Authority *authority, Session **ret, uint64_t luid,
                                                uint64_t maker);

/* A logon that a package has accepted. */
struct authority_logon {
    Session *session; /* in state creating */
    const struct logon_identity *identity;
    /* Sid, uid and logon type are filled in; a wts_session of 0 becomes that of the origin. */
    const struct session_facts *facts;
    uint32_t logon_type;
    uint64_t origin;                   /* session of who asked */
    const struct logon_source *source; /* NULL: LogonUser() */
    uint32_t flags;                    /* enum logon_flags */
};

/**
 * Makes the session active and mints its first token. An administrator's interactive logon becomes
 * two sessions (authority/linked.h): the token is the filtered one.
 * Errors:   those of policy_status(), logon_mint() (LOGON_TYPE_NOT_GRANTED), session_activate(),
 *           token_mint(), linked_complete()
 */
_must_check_ nt_status authority_complete_logon(Authority *authority, Token **ret,
                                                const struct authority_logon *logon);

/**
 * Makes the implicit Service session of a uid.
 * @name     of the account; the identity's is its token's
 * Errors:   as authority_complete_logon()
 */
_must_check_ nt_status authority_add_service(Authority *authority, uint32_t uid, const char *name,
                                             const struct logon_identity *identity, int64_t now);

/* The caller may see the session's data: it is the caller's own user's, or the caller is an
 * administrator. */
bool authority_may_query(const Session *session, const token_image *caller);

#endif
