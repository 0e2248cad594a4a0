/* SPDX-License-Identifier: MIT */
#include "client/token_words.h"

#include <stdlib.h>

struct token_words {
    SharedWords *words;
    unsigned forks; /* how many there had been when it was made */
};

/* Counts up in a child, while it has one thread. */
static unsigned forks_now;

nt_status token_words_new(token_words **ret, int fd)
{
    token_words *w = calloc(1, sizeof(*w));
    int r;

    if (!w)
        return NT(NO_MEMORY);
    r = shared_words_map(&w->words, fd, TOKEN_WORDS_N);
    if (r < 0) {
        free(w);
        return nt_from_errno(r);
    }
    w->forks = forks_now;
    *ret = w;
    return NT_OK;
}

token_words *token_words_free(token_words *w)
{
    if (!w)
        return NULL;
    if (w->forks == forks_now)
        shared_words_free(w->words);
    else
        shared_words_abandon(w->words);
    free(w);
    return NULL;
}

SharedWord *token_words_at(const token_words *w)
{
    return w && w->forks == forks_now ? shared_words_at(w->words) : NULL;
}

void token_words_after_fork_in_child(void)
{
    forks_now++;
}
