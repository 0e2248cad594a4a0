/* SPDX-License-Identifier: MIT */
/*
 * The process's connection to openlogond. All threads share one: requests carry a serial number,
 * and of the threads that wait for a reply one reads for all.
 *
 * When it breaks, because openlogond died or was replaced, the next call (or one that waits) makes
 * it anew and claims what it held; requests that were not answered are sent again. That takes as
 * long as nobody listens, but no longer than OPENLOGON_RECONNECT_TIMEOUT seconds (10), after which
 * calls fail at once. A connection is broken for good when the authority does not know it any more:
 * what was held for it is gone then, and the next request makes a new one.
 *
 * After fork() the child's copy connects anew at first use, and takes over what a lease, asked for
 * before the fork, has kept for it.
 */
#ifndef OPENLOGON_CLIENT_CONNECTION_H
#define OPENLOGON_CLIENT_CONNECTION_H

#include "base/status.h"
#include "ipc/openlogon.pb-c.h"
#include "security/sid.h"

#define OPENLOGON_SOCKET_DEFAULT "/run/openlogon/socket"

/* Counted. */
typedef struct connection connection;

/* A request of one kind: REQUEST(LOGON, logon, &logon_message). */
#define REQUEST(call_name, member, message)                                                        \
    {                                                                                              \
        PROTOBUF_C_MESSAGE_INIT(&openlogon__request__descriptor),                                  \
            .call_case = OPENLOGON__REQUEST__CALL_##call_name, .member = (message)                 \
    }

/* Which result a successful reply has to have; REPLY_EMPTY: none. */
#define REPLY_OF(result_name) OPENLOGON__REPLY__RESULT_##result_name
#define REPLY_EMPTY           OPENLOGON__REPLY__RESULT__NOT_SET
typedef Openlogon__Reply__ResultCase reply_kind;

/* A received reply; owns both. Starts as REPLY_NONE. */
struct reply {
    Openlogon__Reply *message;
    int fd;
    int32_t sub_status; /* there when the call failed, too */
};
#define REPLY_NONE ((struct reply){ NULL, -1, 0 })
void reply_done(struct reply *reply);

/* What the authority told of itself. */
struct authority_info {
    sid_buffer machine_sid;
    char *machine_name;
    bool enforces_identity;
};

/* The connection of this process, made if there is none. The result is a reference.
 * Errors: NT_NO_AUTHORITY, NO_MEMORY, ACCESS_DENIED (the server is neither root nor this user) */
_must_check_ nt_status connection_current(connection **ret);
connection *connection_ref(connection *c);
connection *connection_unref(connection *c);
DEFINE_CLEANUP(connection *, connection_unref);

/**
 * Sends a request and waits for its reply.
 * @request  its serial is set here
 * @fd       travels along; stays the caller's; -1: none
 * @ret_unread where to tell that the authority has certainly not seen the request; may be NULL
 * Errors:   NT_NO_AUTHORITY, NO_MEMORY, REPLY_MESSAGE_MISMATCH, and what the authority answers
 */
_must_check_ nt_status connection_call(connection *c, Openlogon__Request *request, int fd,
                                       reply_kind expect, struct reply *ret, bool *ret_unread);

/* Gives back one reference to a token, without waiting for that: nothing can be done about a
 * failure, and what was given back is not claimed when the connection is made anew. */
void connection_release_token(connection *c, uint64_t token_id);

/* Waits until what was given back is. For who then looks at what the authority publishes. */
void connection_settle(connection *c);

/* It is not broken for good. */
bool connection_alive(const connection *c);
/* Which of the process's links to an authority it is, or has become. */
uint64_t connection_link(const connection *c);
/* The authority at its other end has not ended. Two system calls. */
bool connection_is_up(connection *c);
const struct authority_info *connection_authority(const connection *c);
/* What the authority publishes for a slot; 0 when there is nothing. */
uint64_t connection_modified_id(const connection *c, uint32_t slot);

/* How many remote tokens refer to the connection: a fork without any needs no lease. */
void connection_count_token(connection *c);
void connection_uncount_token(connection *c);

/* Around fork(). Before: takes every lock of this module and, if needed, a lease. */
void connection_before_fork(void);
void connection_after_fork_in_parent(void);
void connection_after_fork_in_child(void);

const char *connection_socket_path(void);

#endif
