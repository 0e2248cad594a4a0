/* SPDX-License-Identifier: MIT */
/* What a server gets of the token of its client, whom the kernel vouches for. Pure. */
#ifndef OPENLOGON_SECURITY_CLIENT_IMAGE_H
#define OPENLOGON_SECURITY_CLIENT_IMAGE_H

#include "security/token_image.h"

enum client_image_flags {
    CLIENT_EFFECTIVE_ONLY = 1 << 0, /* without what is disabled: it cannot be enabled again */
    CLIENT_ANY_IDS = 1 << 1,        /* the kernel tells nobody apart: its ids say nothing */
};

/* The ids that the client had when it connected. */
struct client_ids {
    uint32_t uid, gid;
    const uint32_t *gids; /* borrowed */
    size_t n_gids;
};

/**
 * An impersonation token's image: a narrowing of the client's token with no group that the client
 * had not when it connected (they are for denying only), at that level. The level is lower where
 * the token's own is, and no more than Identification where the token would give the kernel ids
 * that the client had not.
 * @level    Identification or above
 * @ret      from malloc(), with the ids of the original (the caller sets new ones)
 * Errors:   ACCESS_DENIED (another uid's token), those of token_image_filter()
 */
_must_check_ nt_status client_image_make(token_image **ret, const token_image *token,
                                         const struct client_ids *ids,
                                         SECURITY_IMPERSONATION_LEVEL level, unsigned flags);

#endif
