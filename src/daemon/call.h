/* SPDX-License-Identifier: MIT */
/* A request, from its bytes to its handler. */
#ifndef OPENLOGON_DAEMON_CALL_H
#define OPENLOGON_DAEMON_CALL_H

#include "daemon/answer.h"

/* What a handler works with. Everything is borrowed for the call. */
struct call {
    Daemon *daemon;
    Client *client;
    const Openlogon__Request *request;
    /* The token that the caller acts with: the thread's or the process'. NULL before the hello. */
    const token_image *caller;
    struct channel_message *message; /* for the descriptors that came along */
    struct answer answer;
};

/*
 * Fills the answer and returns its status, a success with a result or a failure; or PENDING, when
 * the answer comes later.
 */
typedef nt_status (*call_handler)(struct call *call);

/**
 * Unpacks a request and checks its form: that it is canonical (which leaves out hidden zeros in
 * texts, unknown fields and fields given twice), and names a call.
 * @ret      lies in the arena
 * Errors:   INVALID_PARAMETER
 */
_must_check_ nt_status call_decode(const void *bytes, size_t size, MessageArena *arena,
                                   Openlogon__Request **ret);

/* Answers one message. False: the client is to be cut off. For struct client_set_spec. */
bool call_message(Client *client, struct channel_message *message, void *daemon);

/**
 * The image of the token that a client acts with.
 * @effective_token  0: its process' own
 * Errors:   ACCESS_DENIED (a token that the client does not hold, or with neither TOKEN_IMPERSONATE
 *           nor TOKEN_DUPLICATE), BAD_IMPERSONATION_LEVEL (below Impersonation, or its process may
 *           not act with it: security/impersonation_level.h), PROCESS_IS_TERMINATING
 */
_must_check_ nt_status call_caller_of(const Client *client, uint64_t effective_token,
                                      const token_image **ret);

/* Who asks, for events. @caller  may be NULL */
struct event_actor call_actor(const Client *client, const token_image *caller);

/* Whether a request changes what is to outlive openlogond. */
enum outbox_reply call_kind(Openlogon__Request__CallCase call_case);

/* Errors: UNMAPPABLE_CHARACTER (no UTF-8), INVALID_PARAMETER (more UTF-16 units than that) */
_must_check_ nt_status call_check_text(const char *text, size_t units_max);

#endif
