/* SPDX-License-Identifier: MIT */
/* What a token object is made of: for the two files that work on it, and no others. */
#ifndef OPENLOGON_CLIENT_TOKEN_STATE_H
#define OPENLOGON_CLIENT_TOKEN_STATE_H

#include "client/stripe.h"
#include "client/token_object.h"
#include "client/token_words.h"

/* A self-relative security descriptor; bytes NULL: that of every token at first. */
struct token_security {
    void *bytes;
    size_t size;
};

struct token_object {
    struct object base;
    /* The authority's token that it is or was made from. It changes once, when a token that was
     * made here becomes known there; the first one is kept, since others may have borrowed it. */
    remote_token *_Atomic remote;
    remote_token *first_remote;
    struct token_edition origin; /* that a derived one was made from */
    atomic_uint flags;
    atomic_uint n_wearers; /* threads with its kernel identity */
    token_words *words;    /* NULL: not this process's own token */
    shared_image *image;   /* which one, and changes in it: guarded by the stripe of this object */
    struct token_security security; /* the same; of a derived one */
};

static inline bool token_is_derived(const token_object *t)
{
    return atomic_load_explicit(&t->flags, memory_order_acquire) & TOKEN_DERIVED;
}

/* What is published for the token that an image is of; 0: nothing, it is a derived one. */
uint64_t token_state_published_id(const token_object *t, const token_image *image);

/* The image as it is here. The caller's reference. */
shared_image *token_state_peek(token_object *t);

/*
 * Puts `next` (whose reference is taken) in the place of `old`; false: it is not there any more, or
 * it has changed since it had that modified id.
 */
bool token_state_replace(token_object *t, const shared_image *old, uint64_t modified_id,
                         shared_image *next);

/* Keeps what a reply tells, unless something newer came meanwhile: the next query then asks. */
_must_check_ nt_status token_state_from_reply(token_object *t, const shared_image *old,
                                              const Openlogon__TokenReply *reply);

#endif
