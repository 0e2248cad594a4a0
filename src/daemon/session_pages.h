/* SPDX-License-Identifier: MIT */
/*
 * The two pages that tell programs which sessions there are and, those that may see all of them,
 * what they are (ipc/session_record.h). Kept as sessions come and go: when a reply reports a
 * change, the pages have it. Main thread only.
 */
#ifndef OPENLOGON_DAEMON_SESSION_PAGES_H
#define OPENLOGON_DAEMON_SESSION_PAGES_H

#include "authority/session_store.h"
#include "ipc/openlogon.pb-c.h"

typedef struct SessionPages SessionPages;

/**
 * Publishes the sessions that there are, and listens.
 * @store    borrowed, outlives the pages
 * Errors:   NO_MEMORY, those of shared_page_create()
 */
_must_check_ nt_status session_pages_new(SessionPages **ret, SessionStore *store);
SessionPages *session_pages_free(SessionPages *pages); /* readers see that nothing follows */
DEFINE_CLEANUP(SessionPages *, session_pages_free);

/* To send to readers. Borrowed. */
int session_pages_luids_fd(const SessionPages *pages); /* to anyone */
int session_pages_data_fd(const SessionPages *pages);  /* to who may see every session's data */

/* What a session tells of itself, but for uid, references and enforced; borrows its texts. */
void session_describe(Openlogon__SessionData *ret, const Session *session);

#endif
