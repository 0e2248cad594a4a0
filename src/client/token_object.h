/* SPDX-License-Identifier: MIT */
/*
 * A token as this process sees it: an image that is read without a system call, and the reference
 * to the authority's token that it is, or that it was derived from. What is derived here is only
 * ever narrower than that; the authority checks it where it matters.
 */
#ifndef OPENLOGON_CLIENT_TOKEN_OBJECT_H
#define OPENLOGON_CLIENT_TOKEN_OBJECT_H

#include <windows.h>

#include "client/object.h"
#include "client/remote_token.h"
#include "client/shared_image.h"

/* An object of type OBJECT_TOKEN. */
typedef struct token_object token_object;

/* What a token is, beside its image. */
enum token_object_flags {
    TOKEN_DERIVED = 1 << 0, /* made in this process: changing it is no business of the authority */
    TOKEN_CHANGED = 1 << 1, /* may differ from its origin in more than type and level */
};

/**
 * The token of a reply that gave a reference to it.
 * @words_fd the words of this process's own token, the caller's to close; -1: another one's
 * Errors:   NO_MEMORY, INVALID_PARAMETER (image), those of token_words_new()
 */
_must_check_ nt_status token_object_from_reply(token_object **ret, connection *c,
                                               const Openlogon__TokenReply *reply, int words_fd);

/**
 * A token of this process's own making, with a LUID of its own.
 * @parent whose reference it shares, and whose flags it inherits beside those given
 * @image  taken, also on failure; gets new ids
 */
_must_check_ nt_status token_object_derive(token_object **ret, const token_object *parent,
                                           token_image *image, unsigned flags);

/* A derived copy of another type and level; which ones may be is the caller's rule. */
_must_check_ nt_status token_object_duplicate(token_object **ret, token_object *source,
                                              TOKEN_TYPE type, SECURITY_IMPERSONATION_LEVEL level);

struct object *token_object_base(token_object *t);
token_object *token_object_of(struct object *object); /* of one whose type is known */
token_object *token_object_ref(token_object *t);
token_object *token_object_unref(token_object *t);
DEFINE_CLEANUP(token_object *, token_object_unref);

const remote_token *token_object_remote(const token_object *t); /* borrowed */

/* The image as it is now: fetched anew when the authority's token has changed. The caller's
 * reference. Errors: INVALID_HANDLE and NT_NO_AUTHORITY, when it has changed and is gone */
_must_check_ nt_status token_object_image(token_object *t, shared_image **ret);
/* The same without a call to the authority: NULL when that would be needed. */
shared_image *token_object_image_at_hand(token_object *t);

/* Which state of the authority's token the image here is of, and whether it still is that: whatever
 * has changed of it since. */
struct token_edition {
    uint32_t slot;
    uint64_t modified_id;
};
struct token_edition token_object_edition(token_object *t);
bool token_object_is_edition(const token_object *t, const struct token_edition *edition);

/* A thread has taken the token's kernel identity, or has it no more. */
void token_object_wear(token_object *t);
void token_object_unwear(token_object *t);

#endif
