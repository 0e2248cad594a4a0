/* SPDX-License-Identifier: MIT */
/* What commands about the policy share: strings of the LSA, accounts by name or SID, handles. */
#ifndef OPENLOGON_TOOLS_LSA_TEXT_H
#define OPENLOGON_TOOLS_LSA_TEXT_H

#include <stdbool.h>

#include <windows.h>
#include <ntsecapi.h>

#include "base/macros.h"

/* A counted string of UTF-8; its buffer is from malloc(). False: no UTF-8, too long, no memory. */
bool lsa_text_make(LSA_UNICODE_STRING *ret, const char *text);
void lsa_text_done(LSA_UNICODE_STRING *string); /* for _cleanup_() */

enum { ACCOUNT_SID_SIZE = 68 };

/* An account by its name or its "S-1-...". @ret has ACCOUNT_SID_SIZE bytes. False: it was
 * complained of. */
bool lsa_account_find(PSID ret, const char *name);
/* "BUILTIN\Users"; NULL when nobody knows it. From malloc(). */
char *lsa_account_name(PSID sid);

/* False: it was complained of. For _cleanup_(lsa_policy_closep). */
bool lsa_policy_open(LSA_HANDLE *ret, ACCESS_MASK desired);
void lsa_policy_closep(LSA_HANDLE *policy);

#endif
