/* SPDX-License-Identifier: MIT */
/* Sessions as Remote Desktop Services number them, for the functions of <wtsapi32.h>. */
#ifndef OPENLOGON_CLIENT_WTS_H
#define OPENLOGON_CLIENT_WTS_H

#include <openlogon.h>
#include <wtsapi32.h>

#include "base/status.h"
#include "client/net.h"
#include "client/text.h"

/* Errors: INVALID_HANDLE (not that of this machine's server) */
_must_check_ nt_status wts_check_server(HANDLE server);

/**
 * All sessions by rising number, and what they refer to.
 * @ret      one block from malloc()
 * Errors:   those of authority_call()
 */
_must_check_ nt_status wts_fetch(OPENLOGON_WTS_SESSION **ret, size_t *ret_n);

/**
 * One of them, as a block of its own.
 * @number   WTS_CURRENT_SESSION: that of the process
 * Errors:   OBJECT_NAME_NOT_FOUND (none of that number), those of authority_call()
 */
_must_check_ nt_status wts_fetch_one(OPENLOGON_WTS_SESSION **ret, DWORD number);

/* That of the process, as its token has it. */
_must_check_ nt_status wts_current(DWORD *ret);

/* A text of a block in either form, which the pointer at the offset leads to. */
void wts_block_text(struct net_block *b, enum text_form form, size_t pointer, const char *text);

#endif
