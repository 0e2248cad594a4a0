/* SPDX-License-Identifier: MIT */
/*
 * Finds the record of a process. When nothing is known yet of the account that it runs under, a
 * worker is asked, and the answer comes later.
 */
#ifndef OPENLOGON_DAEMON_RESOLVER_H
#define OPENLOGON_DAEMON_RESOLVER_H

#include "daemon/daemon.h"

typedef void (*resolver_done)(nt_status status, void *context);

/**
 * @pid      whose record is wanted
 * @pidfd    of the process, consumed; -1: it is opened by its number
 * @done     called later, once, when PENDING is returned; then process_table_find() has the record
 * Returns:  NT_OK (the record is there), PENDING
 * Errors:   INVALID_CID (no such process), those of worker_pool_submit()
 */
_must_check_ nt_status resolver_find(Daemon *daemon, pid_t pid, int pidfd, resolver_done done,
                                     void *context);

/**
 * Finds what processes of a uid are that no session is known of: process_table_uid_token() then has
 * it, until the caller returns to the event loop.
 * @gid      the account's, if it is asked for
 * Returns:  NT_OK, PENDING; then @done is called later, once
 * Errors:   those of worker_pool_submit()
 */
_must_check_ nt_status resolver_find_uid(Daemon *daemon, uint32_t uid, uint32_t gid,
                                         resolver_done done, void *context);

#endif
