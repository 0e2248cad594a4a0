/* SPDX-License-Identifier: MIT */
/* Something that happened to a session or a token, for those who watch. */
#ifndef OPENLOGON_DAEMON_EVENT_H
#define OPENLOGON_DAEMON_EVENT_H

#include "authority/session.h"
#include "base/status.h"

/* The numbers are the protocol's, and the API's. */
enum event_type {
    EVENT_LOST = 1, /* a mark: made by the queues, never published */
    EVENT_SESSION_STARTED,
    EVENT_SESSION_ENDED,
    EVENT_LOGON_FAILED,
    EVENT_ELEVATED,       /* a full token was given out for a filtered one */
    EVENT_TOKEN_ASSIGNED, /* a primary token was made for a process that is about to start */
    EVENT_TOKEN_OPENED,   /* that of a process of another session */
    EVENT_ACCOUNT_LOCKED_OUT,
    EVENT_WTS_OPENED, /* a session as Remote Desktop Services number them; about its login's own */
    EVENT_WTS_CLOSED,
    EVENT_TYPES_END,
};

/* Who asked for what the event tells of. All zeros: openlogond itself. */
struct event_actor {
    uint32_t pid, uid;
    uint64_t session;
};

/* Borrows everything. What an event does not have is 0 or NULL. */
struct event {
    enum event_type type;
    uint64_t session, linked_session;
    uint64_t token;
    const SID *sid; /* of whom it is about; NULL: not known */
    const char *user, *domain, *package;
    uint32_t logon_type;
    uint32_t wts_session;
    nt_status status; /* logon failed: as the caller got it */
    int32_t sub_status;
    struct event_actor actor;
};

/* What is to be told of a session: its LUID and its facts. */
void event_about_session(struct event *event, const Session *session);

#endif
