/* SPDX-License-Identifier: MIT */
/*
 * How LUIDs, times, SIDs, names and types are written for people and for machines. Nothing here
 * talks to the authority. Functions that return char * give a new string, free with free(), or NULL
 * when memory is short.
 */
#ifndef OPENLOGON_TOOLS_TEXT_H
#define OPENLOGON_TOOLS_TEXT_H

#include <stdint.h>
#include <stdio.h>

#include <windows.h>
#include <ntsecapi.h>

/* What stands where there is nothing. */
#define TEXT_NONE "(none)"

enum {
    TEXT_LUID_SIZE = 24,
    TEXT_TIME_SIZE = 40,
};

/* "00000000:000003e7", as logonsessions and event logs have it, and "0x3e7". */
char *text_luid_halves(char buffer[TEXT_LUID_SIZE], uint64_t luid);
char *text_luid(char buffer[TEXT_LUID_SIZE], uint64_t luid);

/*
 * A FILETIME in local time: "2015-07-02 18:05:31", and "2015-07-02T18:05:31.000000+02:00" (ISO
 * 8601). NULL when it is 0, FILETIME_NEVER or beyond a calendar.
 */
char *text_time(char buffer[TEXT_TIME_SIZE], int64_t filetime);
char *text_time_iso(char buffer[TEXT_TIME_SIZE], int64_t filetime);

/* "Interactive"; NULL for type 0, which is SYSTEM's; "Unknown" for a number without a name. */
const char *text_logon_type(uint32_t type);

/* An OPENLOGON_PROCESS_BASIS in one word. */
const char *text_basis(uint32_t basis);

/* A GUID as "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", of a session; in the buffer. NULL: no boot id.
 */
enum { TEXT_GUID_SIZE = 37 };
const char *text_session_guid(char buffer[TEXT_GUID_SIZE], uint64_t luid);

/* "Default", "Full", "Limited". */
const char *text_elevation(uint32_t elevation_type);

/* "Well-known group" and so on. */
const char *text_sid_use(SID_NAME_USE use);

/* "Mandatory group, Enabled by default, Enabled group"; empty when no bit has a name. */
char *text_group_attributes(uint32_t attributes);

/* "DOMAIN\name"; just the name without a domain; NULL is taken as empty. */
char *text_account(const char *domain, const char *name);

/* UTF-8 of a counted string of the LSA; what is malformed becomes '?'. Empty gives "". */
char *text_of_lsa(const LSA_UNICODE_STRING *string);

/* "S-1-5-18"; NULL too when the SID is NULL or not valid. */
char *text_of_sid(PSID sid);

/* A copy that is safe on a terminal and in one line: valid UTF-8 without control characters and
 * changes of direction, each of which is replaced by '?'. */
char *text_printable(const char *text);

/* A field of a table with this separator, in quotes where RFC 4180 wants them. Control characters
 * are replaced as by text_printable(). */
void text_print_field(FILE *to, char separator, const char *text);

/* A LUID as text_luid() or text_luid_halves() writes it, or decimal. */
BOOL text_to_luid(const char *text, uint64_t *ret);

/* A whole decimal number in the range. */
BOOL text_to_number(const char *text, uint32_t least, uint32_t most, uint32_t *ret);

#endif
