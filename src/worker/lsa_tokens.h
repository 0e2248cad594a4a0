/* SPDX-License-Identifier: MIT */
/* Tokens that packages make, and what they report of logons. */
#ifndef OPENLOGON_WORKER_LSA_TOKENS_H
#define OPENLOGON_WORKER_LSA_TOKENS_H

#include <windows.h>
#include <ntsecpkg.h>

void lsa_fill_tokens(LSA_SECPKG_FUNCTION_TABLE *table);

#endif
