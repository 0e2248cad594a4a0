/* SPDX-License-Identifier: MIT */
/* The environment that a login of a token's user has. */
#ifndef OPENLOGON_CLIENT_LOGIN_ENVIRONMENT_H
#define OPENLOGON_CLIENT_LOGIN_ENVIRONMENT_H

#include <windows.h>

#include "base/status.h"

/**
 * HOME, USER, LOGNAME, SHELL and PATH of the user, and what the caller has of TERM, COLORTERM,
 * LANG, LC_* and TZ, which tell of the terminal and the person at it.
 * @token    with TOKEN_QUERY
 * @ret      as CreateProcess takes it: texts with a zero behind each, and one more; free()
 * Errors:   those of asking for the user; NO_MEMORY
 */
_must_check_ nt_status login_environment(char **ret, HANDLE token);

#endif
