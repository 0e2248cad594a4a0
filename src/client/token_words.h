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

/* @token   its id. Errors: NO_MEMORY, those of shared_words_map() */
_must_check_ nt_status token_words_new(token_words **ret, uint64_t token, int fd);
token_words *token_words_free(token_words *w); /* NULL is fine; returns NULL */

/* TOKEN_WORDS_N of them; NULL: they are the parent's, or there are none (w is NULL). */
SharedWord *token_words_at(const token_words *w);

/* Around fork(). */
void token_words_lock(void);
void token_words_unlock(void);
void token_words_after_fork_in_child(void);

/*
 * The authority that made the words is gone, and another one has taken over. First: whose words
 * there are, and what is enabled in them; false: none. Then those of the other authority, in which
 * that is enabled, take their place; what threads have changed meanwhile is changed there too.
 */
bool token_words_own(uint64_t *ret_token, uint64_t *ret_enabled);
_must_check_ nt_status token_words_renew(uint64_t token, int fd, uint64_t enabled);

#endif
