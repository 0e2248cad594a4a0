/* SPDX-License-Identifier: MIT */
/* The full token of the caller's own logon session. */
#ifndef OPENLOGON_TOOLS_ELEVATE_H
#define OPENLOGON_TOOLS_ELEVATE_H

#include <windows.h>

/**
 * A primary token to start a program with. Of a session that is elevated already its own; else the
 * password of its user is asked for, where policy wants it.
 * @password_fd  NO_PASSWORD_FD: the terminal
 * Returns the exit code, after complaining.
 */
int elevate(HANDLE *ret, int password_fd);

#endif
