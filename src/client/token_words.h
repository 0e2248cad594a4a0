/* SPDX-License-Identifier: MIT */
/*
 * The words of this process's own primary token: see security/token_words.h. Nobody's any more in a
 * forked child, which is another process with another token.
 */
#ifndef OPENLOGON_CLIENT_TOKEN_WORDS_H
#define OPENLOGON_CLIENT_TOKEN_WORDS_H

#include "base/status.h"
#include "linux/shared_words.h"
#include "security/token_words.h"

typedef struct token_words token_words;

/* Errors: NO_MEMORY, those of shared_words_map() */
_must_check_ nt_status token_words_new(token_words **ret, int fd);
token_words *token_words_free(token_words *w); /* NULL is fine; returns NULL */

/* TOKEN_WORDS_N of them; NULL: they are the parent's, or there are none (w is NULL). */
SharedWord *token_words_at(const token_words *w);

void token_words_after_fork_in_child(void);

#endif
