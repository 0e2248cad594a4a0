/* SPDX-License-Identifier: MIT */
/* An openlogond of the test's own, which it may kill and start again. */
#ifndef OPENLOGON_TESTS_SYSTEM_AUTHORITY_H
#define OPENLOGON_TESTS_SYSTEM_AUTHORITY_H

#include <sys/types.h>

struct authority {
    pid_t pid;
    char directory[64]; /* has state, run, pam and socket */
    char socket[96];
};

/* Makes the directory and starts openlogond with the packages null, msv1_0 and unix, which asks
 * pam_unix; from then on this process talks to it. */
void authority_start(struct authority *authority);
void authority_start_again(struct authority *authority); /* after a kill, with the same state */
void authority_kill(struct authority *authority);        /* SIGKILL, and waits for its end */
void authority_remove(struct authority *authority);      /* ends it, and takes the directory away */

#endif
