/* SPDX-License-Identifier: MIT */
/* Counted UTF-16 strings of the LSA, as they come in and as they go out behind a structure. */
#ifndef OPENLOGON_CLIENT_LSA_STRING_H
#define OPENLOGON_CLIENT_LSA_STRING_H

#include <windows.h>
#include <ntsecapi.h>

#include "base/status.h"

/**
 * UTF-8 of a program's string, for _cleanup_(text_done).
 * @from   NULL is an empty one
 * Errors: INVALID_PARAMETER (half a character, no buffer, a zero inside), UNMAPPABLE_CHARACTER,
 *         NO_MEMORY
 */
_must_check_ nt_status lsa_string_read(char **ret, const LSA_UNICODE_STRING *from);

/* Bytes that lsa_string_put() takes at most. */
size_t lsa_string_room(const char *text);

/**
 * Writes a text, and a zero that is not counted, to where *next points, which is moved behind it.
 * Errors: INVALID_PARAMETER (malformed, or longer than a counted string can be)
 */
_must_check_ nt_status lsa_string_put(LSA_UNICODE_STRING *ret, WCHAR **next, const char *text);

#endif
