/* SPDX-License-Identifier: MIT */
/*
 * Logins through PAM: sessions that a program of root's has let somebody into, without openlogond
 * having asked for a password. The program, which is the login's leader, and all that it starts
 * from then on are in the session.
 *
 * A login has a leaf (authority/leaf_table.h) in the control group that its leader was in, and
 * lives as long as that has processes. Where there is no leaf it lives until it is closed or its
 * leader ends, or as long as a process is known to be of it.
 */
#ifndef OPENLOGON_AUTHORITY_LOGIN_H
#define OPENLOGON_AUTHORITY_LOGIN_H

#include "authority/leaf_table.h"
#include "authority/login_type.h"

struct Authority;
struct logon_identity;
struct login_state_record;

/* As PAM tells it; empty: not told. Borrowed. */
struct login_facts {
    const char *service, *tty, *remote_host, *remote_user;
};

/* Owned by the table; goes with its session, whose LUID is node.id. */
typedef struct Login {
    struct id_node node;
    struct login_facts facts; /* its own */
    pid_t leader;
    uint64_t leader_start;
    uint32_t uid;           /* of its token */
    uint32_t audit_session; /* the kernel's, which the leader got for this login; 0: none */
    uint64_t token;         /* the id */
    char *home;             /* the group that the leader came from; NULL: it was not moved */
    Token *held;            /* while there is no leaf; NULL: closed, or it has a leaf */
    int leader_pidfd;       /* likewise; -1: none */
    void *watch;            /* its user's own */
    struct journal_item journal;
    uint64_t record;
} Login;

typedef struct LoginTable LoginTable;

struct login_table_spec {
    const struct process_system *system; /* all borrowed */
    SessionStore *sessions;
    LeafTable *leaves;
    Journal *journal;
    LuidSource *luids;
};

_must_check_ nt_status login_table_new(LoginTable **ret, const struct login_table_spec *spec);
LoginTable *login_table_free(LoginTable *table);
DEFINE_CLEANUP(LoginTable *, login_table_free);

/* Told when a login that is watched (`watch` is set) needs it no more. */
void login_table_listen(LoginTable *table, void (*unwatch)(Login *login, void *context),
                        void *context);

struct login_spec {
    struct login_facts facts;
    const char *user; /* as it is to be shown */
    const struct logon_identity *identity;
    pid_t leader;
    uint32_t rule;       /* enum login_rule or a SECURITY_LOGON_TYPE */
    bool enforce_rights; /* who has no right to log on so is refused */
    int64_t logon_time;
    /* Told of the session that the leader is in, before there is another; NULL: nobody is. */
    void (*placed)(uint64_t outer, void *context);
    void *context;
};

/**
 * Makes a login: the one place where its session comes to be.
 * Errors:   INVALID_CID (the leader is no more), LOGON_TYPE_NOT_GRANTED (with enforce_rights), and
 *           those of authority_complete_logon() and leaf_make()
 */
_must_check_ nt_status login_open(struct Authority *authority, Login **ret,
                                  const struct login_spec *spec);

/**
 * The leader is done: whoever says so goes back to where the leader came from; the login ends with
 * its last process.
 * @pid      who says so
 */
void login_close(LoginTable *table, Login *login, pid_t pid);

/* Its leader has ended: a login without a leaf ends. */
void login_leader_ended(LoginTable *table, Login *login);

/* NULL: none. Borrowed. */
Login *login_table_find(const LoginTable *table, uint64_t luid);
Login *login_table_of_audit_session(const LoginTable *table, uint32_t audit_session);
/* The login without a leaf that this process leads. */
Login *login_table_led_by(const LoginTable *table, const struct process_info *info);

/* Whether any login is known by such a thing: otherwise nobody need ask. */
bool login_table_has_audit_sessions(const LoginTable *table);
bool login_table_has_leaders(const LoginTable *table);

/**
 * Makes a login again as the journal has it.
 * @token    of the record's id
 * @ret      NULL: its leader, by which it was known, is no more, and the record was forgotten
 * Errors:   INTERNAL_DB_CORRUPTION, NO_MEMORY
 */
_must_check_ nt_status login_restore(LoginTable *table, Login **ret, uint64_t record, Token *token,
                                     const struct login_state_record *stored);

/* Moves the leader's descendants that are still in the leader's former group into the login, for
 * one that is made after the fact. */
struct process_list;
void login_gather(LoginTable *table, const Login *login, const struct process_list *list);

#endif
