/* SPDX-License-Identifier: MIT */
/* AdjustTokenGroups(): which groups of a token are enabled; and what of it the kernel is told. */
#ifndef OPENLOGON_SECURITY_TOKEN_GROUPS_H
#define OPENLOGON_SECURITY_TOKEN_GROUPS_H

#include "security/token_image.h"

/* Which groups change their state, by their index; bit i % 64 of word i / 64. */
struct token_groups_change {
    uint64_t flips[TOKEN_IMAGE_SIDS_MAX / 64];
    size_t n;
    bool all_assigned; /* every SID asked for is in the token */
};

/**
 * What an adjustment comes to. Of the attributes only SE_GROUP_ENABLED counts, and of several
 * entries for a SID the last.
 * Errors:   INVALID_SID, CANT_DISABLE_MANDATORY (or the user, or the integrity label),
 *           CANT_ENABLE_DENY_ONLY
 */
_must_check_ nt_status token_groups_plan(struct token_groups_change *ret, const token_image *image,
                                         const SID_AND_ATTRIBUTES *wanted, size_t n_wanted);

/* Every group as it was at first, but those for denying only, which stay so. */
void token_groups_plan_reset(struct token_groups_change *ret, const token_image *image);

bool token_groups_flips(const struct token_groups_change *change, size_t i);
void token_image_flip_groups(token_image *image, const struct token_groups_change *change);

/* Whether a group that has a gid in the kernel is disabled by it. */
bool token_groups_take_gid(const struct token_groups_change *change, const token_image *image);

/**
 * A group that allows nothing must not do so in the kernel: an image whose gids are those of the
 * groups that are enabled. The primary gid stays, a process has to have one. Gids that belong to no
 * group of the token stay.
 * @ret      NULL: the image is such a one
 * Errors:   NO_MEMORY
 */
_must_check_ nt_status token_image_for_kernel(token_image **ret, const token_image *image);

#endif
