/* SPDX-License-Identifier: MIT */
/* What the journal tells of an authority before becomes true of this one. */
#ifndef OPENLOGON_DAEMON_RESTORE_H
#define OPENLOGON_DAEMON_RESTORE_H

#include "daemon/daemon.h"

/* Before the first client comes. What is gone meanwhile is forgotten: dead processes and all that
 * only they held. Returns 0; negative: it was logged what is wrong */
_must_check_ int restore_all(Daemon *daemon);

#endif
