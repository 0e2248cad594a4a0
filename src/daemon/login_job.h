/* SPDX-License-Identifier: MIT */
/* The making of a login, from whom PAM has let in to the session: a worker is asked who that is. */
#ifndef OPENLOGON_DAEMON_LOGIN_JOB_H
#define OPENLOGON_DAEMON_LOGIN_JOB_H

#include "daemon/daemon.h"

/* What PAM tells of it. Texts are borrowed for the call. */
struct login_question {
    struct login_facts facts;
    const char *user;
    pid_t leader;
    uint64_t leader_start; /* 0: whoever has the number */
    int64_t logon_time;    /* FILETIME */
};

/* Who waits for it. */
struct login_listener {
    /* Whether it is still to be made; asked when the worker has answered, and right before. */
    bool (*wanted)(void *context);
    /* Told then of the session that the leader is in; NULL: not told. */
    void (*placed)(uint64_t outer, void *context);
    /* @login  NULL: it failed */
    void (*made)(nt_status status, Login *login, void *context);
    void *context;
};

/**
 * Begins to make a login.
 * @listener its made() is called later, once, when NT_OK is returned
 * Errors:   INVALID_PARAMETER (a text is empty that must not be, is too long or no UTF-8), those of
 *           worker_pool_submit()
 */
_must_check_ nt_status login_job_start(Daemon *daemon, const struct login_question *question,
                                       const struct login_listener *listener);

#endif
