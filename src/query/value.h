/* SPDX-License-Identifier: MIT */
/* One value of a row: nothing, a number, a truth, a time or a text. */
#ifndef OPENLOGON_QUERY_VALUE_H
#define OPENLOGON_QUERY_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query/status.h"

enum query_kind {
    QUERY_NULL,
    QUERY_INTEGER,
    QUERY_BOOL,
    QUERY_TIME, /* a FILETIME */
    QUERY_TEXT, /* UTF-8 */
};

/* Owns its text. All zeros is NULL. */
struct query_value {
    enum query_kind kind;
    int64_t number; /* of all but a text */
    char *text;     /* NULL but of a text */
};

void query_value_done(struct query_value *value); /* leaves NULL; for _cleanup_() too */

/* Each takes the place of what was there. */
void query_set_integer(struct query_value *value, int64_t number);
void query_set_bool(struct query_value *value, bool truth);
void query_set_time(struct query_value *value, int64_t filetime); /* 0, NEVER: NULL */
_must_check_ query_status query_set_text(struct query_value *value, const char *text); /* or NULL */
_must_check_ query_status query_copy(struct query_value *value, const struct query_value *from);

/* The text is the value's from now on; NULL: there was no memory for it. */
_must_check_ query_status query_take_text(struct query_value *value, char *text);

/* A copy without a trailing part that is not valid UTF-8, of whatever a program calls itself. */
_must_check_ query_status query_set_raw_text(struct query_value *value, const char *bytes,
                                             size_t size);

/* "S-1-5-18"; a NULL SID is NULL. */
_must_check_ query_status query_set_sid(struct query_value *value, PSID sid);
/* "DOMAIN\name" of the account; of one that nobody knows it is NULL. */
_must_check_ query_status query_set_account(struct query_value *value, PSID sid);
/* Counted strings of the LSA and zero-terminated ones of Net functions; empty ones are NULL. */
_must_check_ query_status query_set_lsa(struct query_value *value, const LSA_UNICODE_STRING *text);
_must_check_ query_status query_set_wide(struct query_value *value, const WCHAR *text);

/* "2026-11-28 21:42:50.123", UTC: what SQLite's date functions take. @ret has QUERY_TIME_SIZE. */
enum { QUERY_TIME_SIZE = 32 };
bool query_time_text(char *ret, int64_t filetime);

/* A new text of a value for people and for CSV; NULL: no memory. A NULL value is empty. */
char *query_value_text(const struct query_value *value);

/* A number as a text or a number; false: it is none. */
bool query_to_number(const struct query_value *value, int64_t *ret);

/* Letters of ASCII in either case: how names are compared everywhere here. */
bool query_same_text(const char *a, const char *b);

#endif
