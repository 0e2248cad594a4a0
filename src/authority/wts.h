/* SPDX-License-Identifier: MIT */
/*
 * The sessions that Windows' Remote Desktop Services number: 0 is that of services, each login of a
 * person at the machine or from afar is one more. A logon session tells in its facts which one it
 * belongs to; one that was asked for by a program belongs to that program's. A WTS session is there
 * as long as any logon session belongs to it. Main thread only.
 */
#ifndef OPENLOGON_AUTHORITY_WTS_H
#define OPENLOGON_AUTHORITY_WTS_H

#include "authority/luid_source.h"
#include "authority/session_store.h"

enum {
    WTS_SERVICES = 0,
    WTS_SESSIONS_MAX = 1 << 16,
    WTS_TEXT_MAX = 255, /* bytes of a text; what is longer is cut */
};

typedef struct WtsTable WtsTable;

/* Where a login came from. What is not known is NULL. */
struct wts_spec {
    const char *tty;         /* with or without /dev/ */
    const char *service;     /* of PAM; names the session when there is no tty */
    const char *remote_host; /* name or address */
    const char *logind;      /* systemd-logind's id of the session */
    int64_t connect_time;    /* FILETIME */
};

/* Owned by the table. Others read. */
typedef struct WtsSession {
    struct id_node node; /* the number */
    char *station;       /* the tty, or "SERVICE#NUMBER" */
    char *remote_host;   /* empty: none */
    char *logind;        /* empty: not known */
    int64_t connect_time;
    uint64_t logon;    /* LUID of the login's own logon session; 0: not known */
    size_t n_sessions; /* logon sessions that belong to it */
    bool is_opening;   /* kept while the first of them is made */
    struct journal_item journal;
    uint64_t record;
} WtsSession;

/* Told of each that is there for good, also when the journal had it, and of each before it goes. */
struct wts_listener {
    void (*opened)(const WtsSession *wts, void *context);
    /* @last  the logon session with which it goes; NULL: none */
    void (*closed)(const WtsSession *wts, const Session *last, void *context);
    void *context;
};

/* Borrows the store, which it outlives. */
_must_check_ nt_status wts_table_new(WtsTable **ret, SessionStore *sessions);
WtsTable *wts_table_free(WtsTable *table);
DEFINE_CLEANUP(WtsTable *, wts_table_free);

/* They are recorded from now on. Both borrowed; NULL: nothing is. */
void wts_table_set_journal(WtsTable *table, Journal *journal, LuidSource *luids);
void wts_table_listen(WtsTable *table, struct wts_listener listener);

/**
 * Begins a WTS session with the lowest number that is free, for a login whose logon session is made
 * next with that number in its facts. Then comes one of the two functions below.
 * Errors:   INSUFFICIENT_RESOURCES (WTS_SESSIONS_MAX), NO_MEMORY, those of luid_take()
 */
_must_check_ nt_status wts_open(WtsTable *table, WtsSession **ret, const struct wts_spec *spec);
void wts_opened(WtsTable *table, WtsSession *wts, const Session *logon);
void wts_abandon(WtsTable *table, WtsSession *wts);

/* systemd-logind's id of the session whose control group a group is, or is in: N of
 * "session-N.scope". From malloc(), the caller's; NULL: none, or no memory. */
char *wts_logind_session(const char *group);

static inline uint32_t wts_number(const WtsSession *wts)
{
    return (uint32_t)wts->node.id;
}

/* NULL: none of that number; that of services is never in the table. Borrowed. */
WtsSession *wts_find(const WtsTable *table, uint32_t number);
/* The one with the smallest number above that. */
WtsSession *wts_next(const WtsTable *table, uint32_t number);

/* Which one a logon session belongs to; WTS_SERVICES when there is no such logon session. */
uint32_t wts_of_session(const SessionStore *sessions, uint64_t luid);

/**
 * One as the journal has it; its logon sessions may come before or after it.
 * Errors:   INTERNAL_DB_CORRUPTION (there is one of that number, that was restored), NO_MEMORY
 */
struct wts_record;
_must_check_ nt_status wts_restore(WtsTable *table, uint64_t record,
                                   const struct wts_record *stored);
/* All is restored: those that no logon session belongs to go. */
void wts_end_restore(WtsTable *table);

#endif
