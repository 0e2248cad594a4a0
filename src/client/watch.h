/* SPDX-License-Identifier: MIT */
/*
 * A watch of what happens in the authority, on a connection of its own. When openlogond goes away
 * the watch connects anew as soon as it can, and says that it does not know what it missed.
 */
#ifndef OPENLOGON_CLIENT_WATCH_H
#define OPENLOGON_CLIENT_WATCH_H

#include <openlogon.h>

#include "base/status.h"
#include "ipc/openlogon.pb-c.h"

/**
 * Watches as whom the calling thread acts for.
 * @types    bits 1 << type; 0: all
 * Errors:   those of authority_call() and handshake_do(), QUOTA_EXCEEDED, INVALID_PARAMETER
 */
_must_check_ nt_status watch_open(OPENLOGON_WATCH **ret, uint32_t types);
OPENLOGON_WATCH *watch_close(OPENLOGON_WATCH *w); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(OPENLOGON_WATCH *, watch_close);

/* For poll(): readable when watch_take() or watch_receive() have something to do. Borrowed. */
int watch_fd(const OPENLOGON_WATCH *w);

/* The next event that has been received; NULL: none. Borrowed until the next call. */
const Openlogon__Event *watch_take(OPENLOGON_WATCH *w);

/* Does what there is to do without waiting: receives, or connects anew. Errors: for good, those of
 * watch_open(); NT_NO_AUTHORITY: the connection ended and was a thread's that impersonated */
_must_check_ nt_status watch_receive(OPENLOGON_WATCH *w);

#endif
