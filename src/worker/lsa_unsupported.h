/* SPDX-License-Identifier: MIT */
/* The entries of LSA_SECPKG_FUNCTION_TABLE for what OpenLogon does not have: present, and refusing.
 */
#ifndef OPENLOGON_WORKER_LSA_UNSUPPORTED_H
#define OPENLOGON_WORKER_LSA_UNSUPPORTED_H

#include <windows.h>
#include <ntsecpkg.h>

/* Fills every entry; lsa_functions.c then puts in its own. */
void lsa_fill_unsupported(LSA_SECPKG_FUNCTION_TABLE *table);

#endif
