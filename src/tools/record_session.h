/* SPDX-License-Identifier: MIT */
/* The part of an incident record that is about one session. */
#ifndef OPENLOGON_TOOLS_RECORD_SESSION_H
#define OPENLOGON_TOOLS_RECORD_SESSION_H

#include <stdio.h>

#include "record.h"

/* @row  of the record's sessions. May add sessions that this one is tied to. */
_must_check_ query_status record_session_print(FILE *to, struct record *r, size_t row);

/* What other parts of the page share. A FILETIME that is none is nothing. */
void record_print_time(FILE *to, int64_t filetime);
/* "DOMAIN\name", or what a session has of it. From malloc(); NULL: no memory. */
char *record_account(const struct record *r, size_t row);

#endif
