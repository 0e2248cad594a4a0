/* SPDX-License-Identifier: MIT */
/* Logging a user on with a password from a descriptor or the terminal. */
#ifndef OPENLOGON_TOOLS_LOG_ON_H
#define OPENLOGON_TOOLS_LOG_ON_H

#include <windows.h>

#include "base/secret.h"

struct logon_request {
    const char *user;
    const char *domain; /* NULL: as the user's name tells */
    DWORD type;         /* LOGON32_LOGON_* */
    int password_fd;    /* NO_PASSWORD_FD: the terminal */
};

/* Asks for the password alone. False: it has complained. */
_must_check_ bool log_on_password(secret **ret, const struct logon_request *request);

/* The password is in memory for as long as the logon takes. Returns the exit code, after
 * complaining. */
int log_on(HANDLE *ret, const struct logon_request *request);

#endif
