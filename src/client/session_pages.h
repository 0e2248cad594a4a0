/* SPDX-License-Identifier: MIT */
/*
 * The sessions as openlogond publishes them, read without asking it. What cannot be read here, for
 * whatever reason, is to be asked for by message: that answer counts.
 */
#ifndef OPENLOGON_CLIENT_SESSION_PAGES_H
#define OPENLOGON_CLIENT_SESSION_PAGES_H

#include <windows.h>
#include <ntsecapi.h>

#include "base/status.h"

/**
 * All sessions: each that is there from before the call until after it, once.
 * @ret     from malloc(), never NULL
 * Errors:  NOT_FOUND (it has to be asked for), NO_MEMORY
 */
_must_check_ nt_status session_pages_luids(LUID **ret, size_t *ret_n);

/**
 * A session's data, where this process may see every session's.
 * @ret     as from session_data_build()
 * Errors:  NOT_FOUND (it has to be asked for), those of session_data_build()
 */
_must_check_ nt_status session_pages_data(SECURITY_LOGON_SESSION_DATA **ret, uint64_t luid);

/* Whether the calling thread may see every session's data, by what is known here. */
bool session_pages_show_all(void);

/* Around fork(): the child has no map of the session data, and asks anew. */
void session_pages_lock(void);
void session_pages_unlock(void);
void session_pages_after_fork_in_child(void);

#endif
