/* SPDX-License-Identifier: MIT */
#include "client/token_words.h"

#include <pthread.h>
#include <stdlib.h>

struct token_words {
    SharedWords *words;
    uint64_t token;
    unsigned forks; /* how many there had been when it was made */
    token_words *previous, *next;
};

/* Counts up in a child, while it has one thread. */
static unsigned forks_now;

/* Those of this process; several when its token was opened again. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static token_words *first;

void token_words_lock(void)
{
    (void)pthread_mutex_lock(&mutex);
}

void token_words_unlock(void)
{
    (void)pthread_mutex_unlock(&mutex);
}

static void enlist(token_words *w)
{
    token_words_lock();
    w->next = first;
    if (first)
        first->previous = w;
    first = w;
    token_words_unlock();
}

static void delist(token_words *w)
{
    token_words_lock();
    if (w->previous)
        w->previous->next = w->next;
    else
        first = w->next;
    if (w->next)
        w->next->previous = w->previous;
    token_words_unlock();
}

nt_status token_words_new(token_words **ret, uint64_t token, int fd)
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
    w->token = token;
    w->forks = forks_now;
    enlist(w);
    *ret = w;
    return NT_OK;
}

token_words *token_words_free(token_words *w)
{
    if (!w)
        return NULL;
    if (w->forks == forks_now) {
        delist(w);
        shared_words_free(w->words);
    } else {
        shared_words_abandon(w->words);
    }
    free(w);
    return NULL;
}

SharedWord *token_words_at(const token_words *w)
{
    return w && w->forks == forks_now ? shared_words_at(w->words) : NULL;
}

/* The list is of the parent's words: each is freed with its object, none is looked at. */
void token_words_after_fork_in_child(void)
{
    forks_now++;
    first = NULL;
}

bool token_words_own(uint64_t *ret_token, uint64_t *ret_enabled)
{
    bool found;

    token_words_lock();
    found = first != NULL;
    if (found) {
        *ret_token = first->token;
        *ret_enabled = atomic_load(&shared_words_at(first->words)[TOKEN_WORD_ENABLED]);
    }
    token_words_unlock();
    return found;
}

/* What differs from `before` in `now` becomes so in the words. */
static void carry_over(SharedWord *enabled, uint64_t before, uint64_t now)
{
    uint64_t changed = before ^ now;
    uint64_t old = atomic_load(enabled);

    while (changed &&
           !atomic_compare_exchange_weak(enabled, &old, (old & ~changed) | (now & changed)))
        ;
}

/* The old words are kept at hand: a thread may have written there until they were replaced. */
static nt_status renew_one(token_words *w, int fd, uint64_t enabled)
{
    SharedWords *old = NULL;
    int r = shared_words_replace(w->words, fd, &old);
    SharedWord *words;

    if (r < 0)
        return nt_from_errno(r);
    words = shared_words_at(w->words);
    atomic_store(&words[TOKEN_WORD_MODIFIED_ID],
                 atomic_load(&shared_words_at(old)[TOKEN_WORD_MODIFIED_ID]));
    carry_over(&words[TOKEN_WORD_ENABLED], enabled,
               atomic_load(&shared_words_at(old)[TOKEN_WORD_ENABLED]));
    shared_words_free(old);
    return NT_OK;
}

nt_status token_words_renew(uint64_t token, int fd, uint64_t enabled)
{
    nt_status st = NT_OK;

    token_words_lock();
    for (token_words *w = first; w && !nt_failed(st); w = w->next) {
        if (w->token == token)
            st = renew_one(w, fd, enabled);
    }
    token_words_unlock();
    return st;
}
