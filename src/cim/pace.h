/* SPDX-License-Identifier: MIT */
/*
 * Sees to it that clients take no longer than they may: whoever sends a request byte by byte, or
 * takes an answer so, is cut off. A thread of its own, which forgets enumerations that nobody asks
 * for any more, too.
 */
#ifndef OPENLOGON_CIM_PACE_H
#define OPENLOGON_CIM_PACE_H

#include "cim/enumerations.h"

typedef struct pace pace;
/* One connection. Of the thread that serves it. */
typedef struct pace_client pace_client;

struct pace_limits {
    unsigned wait_seconds; /* until a request's head has come, from the last one's answer on */
    unsigned body_seconds; /* from then on until all of it has */
    unsigned take_seconds; /* until an answer has been taken */
};

enum pace_phase {
    PACE_WAIT,
    PACE_BODY,
    PACE_ANSWER, /* it is our turn: queries have a limit of their own */
    PACE_TAKE,
};

/* Negative errno. @kept  borrowed, until pace_stop() */
_must_check_ int pace_start(pace **ret, const struct pace_limits *limits, enumerations *kept);
pace *pace_stop(pace *p); /* all clients have left */

/* Waits for its first request. @fd  is shut down when its time is up; it stays open until
 * pace_leave(). NULL: no memory */
pace_client *pace_enter(pace *p, int fd);
void pace_set(pace_client *c, enum pace_phase phase);
pace_client *pace_leave(pace_client *c);

#endif
