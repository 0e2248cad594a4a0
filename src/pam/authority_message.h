/* SPDX-License-Identifier: MIT */
/*
 * What the module says to openlogond, and what it understands of the answers: the few messages of
 * ipc/openlogon.proto that it needs, packed by hand. The library for the others would take longer
 * to load than a login takes.
 */
#ifndef OPENLOGON_PAM_AUTHORITY_MESSAGE_H
#define OPENLOGON_PAM_AUTHORITY_MESSAGE_H

#include "base/macros.h"
#include "ipc/wire.h"

/* --- requests: begin, one call ------------------------------------------------------------- */

/* What PAM tells of a login; "": not told. */
struct login_texts {
    const char *service, *user, *tty, *remote_host, *remote_user;
};

void request_begin(struct wire_writer *w, uint32_t serial);
void request_hello(struct wire_writer *w);
void request_login_open(struct wire_writer *w, const struct login_texts *login);
void request_login_close(struct wire_writer *w, uint64_t luid);
void request_own_session(struct wire_writer *w);
void request_account(struct wire_writer *w, const char *name);
/* A logon that is only to tell whether the password is right. */
void request_password_check(struct wire_writer *w, const char *name, const char *machine,
                            const char *password);
/* @old  NULL: it is not asked for */
void request_password_change(struct wire_writer *w, const char *name, const char *old,
                             const char *new);

/* --- the reply --------------------------------------------------------------------------------
 */

enum {
    MACHINE_NAME_SIZE = 256,
    LOGON_HOURS_SIZE = 21, /* a bit for each hour of the week, from Sunday 0:00 UTC */
};

/* Of an account, as openlogond tells whoever may know. Times are FILETIMEs. */
struct account_facts {
    uint32_t uid, flags;
    bool details; /* the rest is told, too */
    int64_t password_must_change, expires, locked_until;
    uint8_t hours[LOGON_HOURS_SIZE];
    size_t n_hours; /* 0: all */
};

/* All that is in none is 0. How many results of a kind there were, tells whether they are there. */
struct authority_reply {
    uint32_t serial;
    int32_t status;
    uint32_t n_hellos, n_logins, n_sessions, n_lists, n_accounts;
    uint32_t version; /* of a hello */
    char machine_name[MACHINE_NAME_SIZE];
    uint64_t luid;                /* of a login, or of a process' session */
    struct account_facts account; /* the last one */
};

/* False: it is no reply. *ret is untouched then. */
_must_check_ bool authority_reply_parse(struct authority_reply *ret, const void *bytes,
                                        size_t size);

#endif
