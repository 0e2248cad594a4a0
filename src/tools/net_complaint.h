/* SPDX-License-Identifier: MIT */
/* What the Net functions need of every tool: their names in UTF-16, and their results as the Win32
 * codes that people are told of. */
#ifndef OPENLOGON_TOOLS_NET_COMPLAINT_H
#define OPENLOGON_TOOLS_NET_COMPLAINT_H

#include <windows.h>

#include <lm.h>

#include "base/macros.h"

/* From malloc(); NULL: no UTF-8, or no memory. */
WCHAR *net_text(const char *text);
/* UTF-8 from malloc(); "" for NULL, or when memory is short: "?" */
char *net_utf8(LPCWSTR text);

/* ERROR_USER_EXISTS for NERR_UserExists, and so on. */
DWORD net_error(NET_API_STATUS result);

/* For _cleanup_() on a buffer of a Net function. */
static inline void net_freep(void *p)
{
    (void)NetApiBufferFree(*(void **)p);
}

#endif
