/* SPDX-License-Identifier: MIT */
/*
 * Changes of tokens: of the authority's by message, of one made here in the program if they narrow
 * it, and else by message too, when it has become known.
 */
#ifndef OPENLOGON_CLIENT_TOKEN_CHANGE_H
#define OPENLOGON_CLIENT_TOKEN_CHANGE_H

#include "client/token_object.h"
#include "security/descriptor.h"
#include "security/token_groups.h"
#include "security/token_setting.h"

/**
 * Makes a token that was made here one of the authority's, which checks that it is a narrowing:
 * before it counts for anybody but this process. Nothing is done for a copy of what its origin
 * still is: that stands for it. Errors: ACCESS_DENIED (its origin has lost since what it has),
 * those of a request
 */
_must_check_ nt_status token_object_make_known(token_object *t);

/* The same for a copy that may be no more than its origin in type and level, too: for who is given
 * it by the authority, and not by this process. */
_must_check_ nt_status token_object_introduce(token_object *t);

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

/* The same for groups.
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
