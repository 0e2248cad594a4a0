/* SPDX-License-Identifier: MIT */
/* Environment blocks: strings one behind the other, an empty one at the end. */
#ifndef OPENLOGON_CLIENT_ENVIRONMENT_H
#define OPENLOGON_CLIENT_ENVIRONMENT_H

#include <winnt.h>

#include "base/status.h"

enum { ENVIRONMENT_ROOM = 2 };

/**
 * The variables for a child, for execve().
 * @block   NULL: the caller's own environment. A block without OPENLOGON_SOCKET gets the caller's,
 *          so that the child finds the same authority
 * @ret     one block, with room for ENVIRONMENT_ROOM variables more; free with free()
 * Errors:  NO_MEMORY, INVALID_PARAMETER (malformed)
 */
_must_check_ nt_status environment_from_bytes(char ***ret, const char *block);
_must_check_ nt_status environment_from_wide(char ***ret, const WCHAR *block);

#endif
