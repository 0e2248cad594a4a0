/* SPDX-License-Identifier: MIT */
/* From process to process, with the primary token of each: what the tables of tokens share. */
#ifndef OPENLOGON_QUERY_TOKEN_WALK_H
#define OPENLOGON_QUERY_TOKEN_WALK_H

#include <windows.h>

#include "query/table.h"

/* Embedded; starts as all zeros. */
struct token_walk {
    query_cursor *processes;
    HANDLE token; /* of the process where it is; NULL: it is at none */
    int64_t pid;
};

void token_walk_done(struct token_walk *walk);

/* @pid  NULL: all processes. The first step comes after it */
_must_check_ query_status token_walk_start(struct token_walk *walk, const struct query_value *pid);

/* To the next process whose token the caller may query; those others are left out. */
_must_check_ query_status token_walk_next(struct token_walk *walk, bool *ret_found);

/* One information class, from malloc(). NULL, with the last error: it has none. */
void *token_walk_read(const struct token_walk *walk, TOKEN_INFORMATION_CLASS class);

#endif
