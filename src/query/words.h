/* SPDX-License-Identifier: MIT */
/* The words for numbers of the API; NULL where there is none. */
#ifndef OPENLOGON_QUERY_WORDS_H
#define OPENLOGON_QUERY_WORDS_H

#include <openlogon.h>

const char *word_of_logon_type(ULONG type); /* "Interactive"; of type 0 NULL */
const char *word_of_elevation(TOKEN_ELEVATION_TYPE type);
const char *word_of_basis(OPENLOGON_PROCESS_BASIS basis);
const char *word_of_sid_use(SID_NAME_USE use); /* "User", "Alias" ... */
const char *word_of_level(SECURITY_IMPERSONATION_LEVEL level);
const char *word_of_integrity(DWORD rid); /* "Low"; what lies between two is the lower one */

#endif
