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
#include "security/descriptor.h"
#include "security/token_groups.h"
#include "security/token_setting.h"

/* An object of type OBJECT_TOKEN. */
typedef struct token_object token_object;

/* What a token is, beside its image. */
enum token_object_flags {
    TOKEN_DERIVED = 1 << 0, /* made in this process: changing it is no business of the authority */
    TOKEN_CHANGED = 1 << 1, /* differs from its origin in more than type and level */
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

/**
 * Makes a token that was made here, and differs from its origin, one of the authority's, which
 * checks that it is a narrowing: before it counts for anybody but this process.
 * Errors: ACCESS_DENIED (its origin has lost since what it has), those of a request
 */
_must_check_ nt_status token_object_make_known(token_object *t);

/* --- changes: of the authority's token by message, of one made here in the program if they narrow
 * it, and else by message too, when it has become known --- */

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

/* What AdjustTokenGroups() was asked for. */
struct groups_wanted {
    const SID_AND_ATTRIBUTES *groups; /* NULL: as they were at first */
    size_t n;
};

/* The same for groups: `wanted` NULL resets them. What other threads wear of it stays.
 * Errors: DEVICE_BUSY (another thread would lose a gid that it wears), those of token_groups_plan()
 */
_must_check_ nt_status token_object_adjust_groups(token_object *t, const shared_image *image,
                                                  const struct token_groups_change *change,
                                                  const struct groups_wanted *wanted,
                                                  bool *ret_done);

/* SetTokenInformation(): a flat value, as security/token_setting.h tells. */
_must_check_ nt_status token_object_set(token_object *t, const struct token_setting *setting,
                                        const void *value, size_t size);

/**
 * The security descriptor's parts, self-relative, from malloc(): the caller's.
 * Errors: those of token_security_select() and of a request
 */
_must_check_ nt_status token_object_get_security(token_object *t, uint32_t information, void **ret,
                                                 size_t *ret_size);
/* Errors: those of token_security_merge() and of a request */
_must_check_ nt_status token_object_set_security(token_object *t, uint32_t information,
                                                 const struct descriptor *parts);

#endif
