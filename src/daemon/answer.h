/* SPDX-License-Identifier: MIT */
/* The answer to one request, at once or later, when a worker has done its part. */
#ifndef OPENLOGON_DAEMON_ANSWER_H
#define OPENLOGON_DAEMON_ANSWER_H

#include "daemon/daemon.h"

/* A reply and room for whichever result it has. Starts with answer_init(). */
struct answer {
    Openlogon__Reply reply;
    int fd;                 /* travels along; owned; -1: none */
    enum outbox_reply kind; /* set by who knows the request */
    union {
        Openlogon__HelloReply hello;
        Openlogon__TokenReply token;
        Openlogon__AllocateLuidsReply luids;
        Openlogon__EnumerateSessionsReply sessions;
        Openlogon__SessionData session;
        Openlogon__AccountName account_name;
        Openlogon__ForkLeaseReply fork_lease;
        Openlogon__PrepareProcessReply prepare_process;
        Openlogon__EnumerateProcessesReply processes;
        Openlogon__PrivilegeCapabilitiesReply privilege_capabilities;
        Openlogon__LookupPackageReply package;
        Openlogon__TokenSecurityReply token_security;
        Openlogon__SocketSessionReply socket_session;
        Openlogon__WatchReply watch;
        Openlogon__LoginReply login;
        Openlogon__ProcessSessionReply process_session;
        Openlogon__PolicyOpenReply policy_handle;
        Openlogon__PolicyAccountsReply policy_accounts;
        Openlogon__PolicyInformation policy_information;
        Openlogon__PolicySecret policy_secret;
        Openlogon__WtsListReply wts_sessions;
        Openlogon__WtsOfProcessReply wts_of_process;
        Openlogon__QuerySessionsReply query_sessions;
        Openlogon__DebugReply debug;
        Openlogon__MetricsReply metrics;
        struct {
            Openlogon__CallPackageReply call_package;
            Openlogon__ReturnedBuffer returned;
        };
    };
};

void answer_init(struct answer *answer);
void answer_done(struct answer *answer); /* for _cleanup_() too */

/* Puts a reply into the outbox. One that failed carries no result. */
void answer_send(Daemon *daemon, uint64_t client, uint32_t serial, struct answer *answer,
                 nt_status status);

/* Where the later answer to a request goes. The client may have gone by then. */
struct pending {
    Daemon *daemon;
    uint64_t client;
    uint32_t serial;
    uint64_t effective_token; /* of the request; 0: none */
    struct event_actor actor; /* who asked, for events */
    enum outbox_reply kind;
    struct quota_charge charge;
};

void pending_init(struct pending *pending, Daemon *daemon, const Client *client,
                  const Openlogon__Request *request);
/* Charges a job to the client. Errors: QUOTA_EXCEEDED, NO_MEMORY */
_must_check_ nt_status pending_charge(struct pending *pending, const Client *client);
void pending_done(struct pending *pending);

Client *pending_client(const struct pending *pending); /* NULL: it has gone */
void pending_answer(const struct pending *pending, struct answer *answer, nt_status status);

/* Fills the parts of a token reply; borrows the image. */
void answer_token(struct answer *answer, const Token *token, uint32_t granted);

/* Gives the client one reference more, and the answer the token. Errors: those of token_refs_add()
 */
_must_check_ nt_status answer_give_token(struct answer *answer, Client *client, Token *token,
                                         uint32_t granted);

#endif
