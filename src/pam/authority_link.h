/* SPDX-License-Identifier: MIT */
/*
 * A connection to openlogond that belongs to one call of the module: made, used for a few requests
 * one after the other, and closed. All of it together waits no longer than its time, so that no
 * login hangs with an openlogond that hangs.
 */
#ifndef OPENLOGON_PAM_AUTHORITY_LINK_H
#define OPENLOGON_PAM_AUTHORITY_LINK_H

#include "pam/authority_message.h"

typedef struct AuthorityLink AuthorityLink;

/**
 * Connects, which is enough to tell of logins.
 * Errors: -ETIMEDOUT, -ECONNREFUSED, -ENOENT and others of connect(2); -EPERM (whoever answers
 *         there is neither root nor this user), -ENOMEM
 */
_must_check_ int authority_link_open(AuthorityLink **ret, const char *socket_path,
                                     unsigned timeout_ms);
AuthorityLink *authority_link_close(AuthorityLink *link); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(AuthorityLink *, authority_link_close);

/* Says hello, once, before the first request of any other kind. The reply is waited for together
 * with that request's. Errors: of authority_link_ask() */
_must_check_ int authority_link_hello(AuthorityLink *link);

/* @ret  its name, after a hello; borrowed. Errors: of authority_link_ask() */
_must_check_ int authority_link_machine(AuthorityLink *link, const char **ret);

/* Where the next request is to be written: it is begun, and lacks its call. */
struct wire_writer *authority_link_request(AuthorityLink *link);

/**
 * Sends that request and waits for its reply, whose status tells whether it was done.
 * Errors:  -ETIMEDOUT, -ECONNRESET (openlogond has gone, or would have none of it), -EPROTO (it is
 *          none of this version), -EMSGSIZE (what is asked is too long)
 */
_must_check_ int authority_link_ask(AuthorityLink *link, struct authority_reply *ret);

#endif
