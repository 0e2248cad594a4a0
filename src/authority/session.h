/* SPDX-License-Identifier: MIT */
/*
 * A logon session: who logged on, how and when. Its facts never change. It lives as long as one
 * token of it does; the four well-known ones never end. Main thread only.
 *
 *     creating --session_activate()--> active --last reference--> ending --> ended
 *         `----------last reference or session_discard()------------^
 *
 * There is one way out, session_end(), whatever failed: what is ending is out of the store and out
 * of the journal, and its listeners are told once; then its credentials are wiped, and it is gone.
 */
#ifndef OPENLOGON_AUTHORITY_SESSION_H
#define OPENLOGON_AUTHORITY_SESSION_H

#include "authority/credential.h"
#include "authority/id_map.h"
#include "authority/journal.h"
#include "security/sid.h"

#define SESSION_SYSTEM          UINT64_C(0x3e7)
#define SESSION_ANONYMOUS       UINT64_C(0x3e6)
#define SESSION_LOCAL_SERVICE   UINT64_C(0x3e5)
#define SESSION_NETWORK_SERVICE UINT64_C(0x3e4)

enum session_state {
    SESSION_CREATING, /* a package made it for a logon that goes on; not enumerated */
    SESSION_ACTIVE,
    SESSION_ENDING, /* out of the store; seen by its listeners only */
    SESSION_ENDED,  /* nobody sees it any more */
};

/* What a session tells about itself. NULL strings are absent, which is not the same as empty. */
struct session_facts {
    const char *user, *domain, *package;
    const char *logon_server, *dns_domain, *upn;
    const char *logon_script, *profile_path, *home_directory;
    const SID *sid;
    uint32_t logon_type; /* SECURITY_LOGON_TYPE */
    uint32_t wts_session;
    uint32_t user_flags;
    uint32_t failed_attempts;
    uint32_t uid;       /* UINT32_MAX: no Unix identity */
    uint32_t unused;    /* no hidden bytes: facts are compared */
    uint64_t linked;    /* LUID of its twin (authority/linked.h); 0: it has none */
    int64_t logon_time; /* all times are FILETIMEs */
    int64_t last_success, last_failure;
    int64_t logoff_time, kick_off_time;
    int64_t password_last_set, password_can_change, password_must_change;
};

typedef struct SessionStore SessionStore;
struct Token;

/*
 * Owned by its references; the store finds it by node.id, its LUID. Others read, never write. There
 * may be a million of them: what they have in common they share.
 */
typedef struct Session {
    struct id_node node;
    struct id_node by_user; /* of authority/user_index.h, while it is active */
    SessionStore *store;
    uint64_t maker;        /* the number of the package that has to hear of its end; 0: none */
    uint32_t n_references; /* tokens; while it is being created also its creator's */
    uint8_t state;         /* enum session_state */
    bool has_group;        /* a control group was made for its processes */
    struct journal_item journal;
    /* NULL while creating. Shared with others, and so without what differs each time:
     * session_read_facts() gives all. */
    const struct session_facts *facts;
    uint64_t linked;
    int64_t logon_time, last_success;
    struct credential_list credentials;
    /* For authority/linked.c. Of a filtered session: the first token of the full one, a reference.
     */
    struct Token *full;
    struct Session *filtered; /* of a full one: its twin; borrowed, NULL once that has ended */
} Session;

/**
 * Makes a session in state creating and gives the caller its first reference.
 * Errors:   LOGON_SESSION_COLLISION (the LUID is in use), NO_MEMORY
 */
_must_check_ nt_status session_new(Session **ret, SessionStore *store, uint64_t luid,
                                   uint64_t maker);
Session *session_ref(Session *session);
Session *session_unref(Session *session); /* NULL is fine; returns NULL; the last one ends it */
DEFINE_CLEANUP(Session *, session_unref);

/* Makes it a session that others see. The facts are copied. Errors: BAD_LOGON_SESSION_STATE,
 * NO_MEMORY */
_must_check_ nt_status session_activate(Session *session, const struct session_facts *facts);

/**
 * Makes an active session again as the journal has it. Gives the caller its first reference.
 * Errors:   INTERNAL_DB_CORRUPTION (the LUID is in use, or one of the well-known), NO_MEMORY
 */
struct session_record;
_must_check_ nt_status session_restore(Session **ret, SessionStore *store, uint64_t luid,
                                       const struct session_record *record);

/* Drops the creator's reference without anybody being told: the package itself asked for it. */
void session_discard(Session *session);

static inline uint64_t session_luid(const Session *session)
{
    return session->node.id;
}

bool session_is_well_known(uint64_t luid);

/* All that an active or ending session tells; texts and SID are borrowed. */
void session_read_facts(const Session *session, struct session_facts *ret);

/* The texts of the facts, one by one. */
enum { SESSION_TEXTS_N = 9 };
const char **session_text(struct session_facts *facts, size_t i);

/* For the journal: how it is written there. */
uint64_t session_encode(const struct journal_item *item, struct writer *out);

#endif
