/* SPDX-License-Identifier: MIT */
/* The OpenLogon accounts as one buffer. */
#ifndef OPENLOGON_CLIENT_ACCOUNT_LIST_H
#define OPENLOGON_CLIENT_ACCOUNT_LIST_H

#include <openlogon.h>

#include "base/status.h"

/* One block from malloc(), with everything in it. Errors: those of a request */
_must_check_ nt_status account_list_fetch(OPENLOGON_ACCOUNT **ret, DWORD *ret_count);
/* Errors: NO_SUCH_USER */
_must_check_ nt_status account_list_fetch_one(OPENLOGON_ACCOUNT **ret, const char *name);

#endif
