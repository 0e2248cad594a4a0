/* SPDX-License-Identifier: MIT */
/*
 * The logins that were let in while no openlogond was there (ipc/login_record.h): each whose leader
 * still lives becomes a login, from the outer ones to those within, with what the leader has
 * started; the files of the others are removed.
 */
#ifndef OPENLOGON_DAEMON_PENDING_LOGINS_H
#define OPENLOGON_DAEMON_PENDING_LOGINS_H

#include "daemon/daemon.h"

/* Makes the folder for them. Returns 0; negative: it was logged what failed */
_must_check_ int pending_logins_prepare(const Daemon *daemon);

/* Begins to take them in. What fails is logged. */
void pending_logins_adopt(Daemon *daemon);

#endif
