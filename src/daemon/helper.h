/* SPDX-License-Identifier: MIT */
/* A program of openlogond's own that runs as its child, with a socket to it: openlogon-worker and
 * openlogon-spawn. */
#ifndef OPENLOGON_DAEMON_HELPER_H
#define OPENLOGON_DAEMON_HELPER_H

#include <sys/types.h>
#include <systemd/sd-event.h>

#include "base/macros.h"

enum { HELPER_SOCKET = 3 }; /* in the program */

/* What is to be started; borrowed for the call, but for the context. */
struct helper_program {
    const char *path;
    const char *name; /* its argv[0] */
    sd_event *event;
    sd_event_child_handler_t ended; /* called when it has ended, before it is reaped */
    void *context;
};

/* One that runs. Owned by who started it. */
struct helper {
    pid_t pid; /* not reaped before `end` has told: it cannot have passed on */
    int fd;    /* openlogond's end, which blocks */
    sd_event_source *end;
};

/* It has the socket, /dev/null as input, openlogond's output and no other descriptor, and no signal
 * is blocked or ignored. Returns 0 or -errno; then no process is left. */
_must_check_ int helper_start(struct helper *ret, const struct helper_program *program);

#endif
