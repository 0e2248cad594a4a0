/* SPDX-License-Identifier: MIT */
/*
 * Ends logon sessions with all their processes: SIGTERM to all, later SIGHUP, which shells end by;
 * after a time of grace the control groups are killed; then what anybody else still refers to of
 * the sessions is taken away, and with the last token the sessions are gone.
 * Where there are no control groups, processes are killed one by one until there is none.
 *
 * Nothing waits: a timer looks after those that are being ended.
 */
#ifndef OPENLOGON_DAEMON_LOGOFF_H
#define OPENLOGON_DAEMON_LOGOFF_H

#include "daemon/daemon.h"

enum {
    LOGOFF_GRACE_MAX_MS = 60 * 1000,
    LOGOFF_HANG_UP_PART = 5,       /* of the time of grace, until SIGHUP */
    LOGOFF_GIVE_UP_MS = 30 * 1000, /* after SIGKILL: a process that the kernel does not let die */
};

struct logoff_spec {
    const uint64_t *luids; /* copied; those that are no more are left out */
    size_t n;
    uint32_t grace_ms;
    /* Once, unless the daemon ends before. IO_TIMEOUT: a process does not die; NULL is fine. */
    void (*done)(nt_status status, void *context);
    void *context;
};

/* Errors: NO_MEMORY, those of nt_from_errno() */
_must_check_ nt_status logoff_start(LogoffSet *set, const struct logoff_spec *spec);

_must_check_ nt_status logoff_set_new(LogoffSet **ret, Daemon *daemon);
LogoffSet *logoff_set_free(LogoffSet *set);
DEFINE_CLEANUP(LogoffSet *, logoff_set_free);

#endif
