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
    TOKEN_DERIVED = 1 << 0,  /* made in this process: changing it is no business of the authority */
    TOKEN_FILTERED = 1 << 1, /* narrower than its origin in more than privileges, type and level */
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
unsigned token_object_flags(const token_object *t);

/* The image as it is now: fetched anew when the authority's token has changed. The caller's
 * reference. Errors: INVALID_HANDLE and NT_NO_AUTHORITY, when it has changed and is gone */
_must_check_ nt_status token_object_image(token_object *t, shared_image **ret);

/**
 * A change of the authority's token by message, of a derived one by a new image.
 * @change  makes the changed copy of an image (the caller gives it its new modified id); may be
 *          called again when another thread was quicker
 */
typedef nt_status (*token_change)(token_image **ret, const token_image *image, const void *context);
_must_check_ nt_status token_object_change(token_object *t, token_change change,
                                           const void *context);

/* Masks. No privilege is in two of them. */
struct privilege_adjustment {
    uint64_t enable, disable, remove;
};

/**
 * @image    what the adjustment was made for
 * @enabled  and what was enabled there
 * @ret_done false: another thread was quicker and nothing has changed; ask for the image again. Is
 *           told only of tokens whose privileges this process changes by itself
 */
_must_check_ nt_status token_object_adjust_privileges(token_object *t, const shared_image *image,
                                                      uint64_t enabled,
                                                      const struct privilege_adjustment *a,
                                                      bool *ret_done);

#endif
