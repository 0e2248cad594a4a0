/* SPDX-License-Identifier: MIT */
#include "security/client_image.h"

#include <stdlib.h>

#include "security/idmap.h"
#include "security/token_groups.h"

static bool had_gid(const struct client_ids *ids, uint32_t gid)
{
    if (gid == ids->gid)
        return true;
    for (size_t i = 0; i < ids->n_gids; i++) {
        if (ids->gids[i] == gid)
            return true;
    }
    return false;
}

/* Whether a group that counts is to count for denying only. `domain` may be NULL. */
static bool loses_group(const token_image *token, size_t i, const SID *domain,
                        const struct client_ids *ids, unsigned flags)
{
    uint32_t attributes = token_image_sid_attributes(token, i);
    uint32_t gid;

    if (attributes & (SE_GROUP_INTEGRITY | SE_GROUP_USE_FOR_DENY_ONLY))
        return false;
    if ((flags & CLIENT_EFFECTIVE_ONLY) && !(attributes & SE_GROUP_ENABLED))
        return true;
    if (!domain || (flags & CLIENT_ANY_IDS))
        return false;
    gid = idmap_sid_to_gid(domain, token_image_sid(token, i));
    return gid != IDMAP_NO_ID && !had_gid(ids, gid);
}

/* The groups that have a gid are in the domain that the user is in. */
static void list_losses(SID_AND_ATTRIBUTES *ret, size_t *ret_n, const token_image *token,
                        const struct client_ids *ids, unsigned flags)
{
    sid_buffer domain;
    uint32_t rid;
    bool has_domain = !nt_failed(sid_split(&domain, &rid, token_image_sid(token, 0)));

    *ret_n = 0;
    for (size_t i = 1; i < token_image_n_sids(token); i++) {
        if (loses_group(token, i, has_domain ? &domain.sid : NULL, ids, flags))
            ret[(*ret_n)++].Sid = (PSID)(uintptr_t)token_image_sid(token, i);
    }
}

static nt_status narrow(token_image **ret, const token_image *token, const struct client_ids *ids,
                        unsigned flags)
{
    _cleanup_(freep) SID_AND_ATTRIBUTES *losses =
        calloc(token_image_n_sids(token), sizeof(*losses));
    struct token_filter filter = { .disable = losses };

    if (!losses)
        return NT(NO_MEMORY);
    list_losses(losses, &filter.n_disable, token, ids, flags);
    if (flags & CLIENT_EFFECTIVE_ONLY)
        filter.delete_privileges =
            token_image_privileges_present(token) & ~token_image_privileges_enabled(token);
    if (filter.n_disable == 0 && filter.delete_privileges == 0)
        return token_image_dup(ret, token);
    return token_image_filter(ret, token, &filter);
}

/* What a thread that acts with it would wear, gids without a group among it. */
static bool has_ids_of(const token_image *image, const struct client_ids *ids)
{
    size_t n;
    const uint32_t *gids = token_image_gids(image, &n);

    if (token_image_gid(image) != IDMAP_NO_ID && !had_gid(ids, token_image_gid(image)))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!had_gid(ids, gids[i]))
            return false;
    }
    return true;
}

static nt_status check_ids(const token_image *image, const struct client_ids *ids, bool *ret)
{
    token_image *worn = NULL;
    nt_status st = token_image_for_kernel(&worn, image);

    if (nt_failed(st))
        return st;
    *ret = has_ids_of(worn ? worn : image, ids);
    token_image_free(worn);
    return NT_OK;
}

nt_status client_image_make(token_image **ret, const token_image *token,
                            const struct client_ids *ids, SECURITY_IMPERSONATION_LEVEL level,
                            unsigned flags)
{
    _cleanup_(token_image_freep) token_image *image = NULL;
    bool same_ids = true;
    nt_status st;

    if (!(flags & CLIENT_ANY_IDS) && token_image_uid(token) != ids->uid)
        return NT(ACCESS_DENIED);
    st = narrow(&image, token, ids, flags);
    if (!nt_failed(st) && !(flags & CLIENT_ANY_IDS))
        st = check_ids(image, ids, &same_ids);
    if (nt_failed(st))
        return st;
    if (!same_ids)
        level = SecurityIdentification;
    if (token_image_type(token) != TokenPrimary && token_image_level(token) < level)
        level = token_image_level(token);
    st = token_image_set_type_level(image, TokenImpersonation, level);
    if (!nt_failed(st))
        *ret = TAKE(image);
    return st;
}
