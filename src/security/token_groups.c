/* SPDX-License-Identifier: MIT */
#include "security/token_groups.h"

#include <stdlib.h>

#include "security/idmap.h"

static void flip(struct token_groups_change *change, size_t i)
{
    change->flips[i / 64] ^= UINT64_C(1) << (i % 64);
    change->n += token_groups_flips(change, i) ? 1 : SIZE_MAX; /* one more, or one less */
}

bool token_groups_flips(const struct token_groups_change *change, size_t i)
{
    return change->flips[i / 64] >> (i % 64) & 1;
}

/* The user and the label are no groups: they can be asked to stay as they are. */
static bool is_fixed(size_t i, uint32_t attributes)
{
    return i == 0 || (attributes & (SE_GROUP_INTEGRITY | SE_GROUP_MANDATORY));
}

static nt_status plan_one(struct token_groups_change *change, const token_image *image, size_t i,
                          bool enable)
{
    uint32_t attributes = token_image_sid_attributes(image, i);
    bool is_enabled = !(attributes & SE_GROUP_ENABLED) == token_groups_flips(change, i);

    if (!enable && is_fixed(i, attributes))
        return NT(CANT_DISABLE_MANDATORY);
    if (enable && (attributes & SE_GROUP_USE_FOR_DENY_ONLY))
        return NT(CANT_ENABLE_DENY_ONLY);
    if (enable != is_enabled && i != 0 && !(attributes & SE_GROUP_INTEGRITY))
        flip(change, i);
    return NT_OK;
}

nt_status token_groups_plan(struct token_groups_change *ret, const token_image *image,
                            const SID_AND_ATTRIBUTES *wanted, size_t n_wanted)
{
    struct token_groups_change change = { .all_assigned = true };

    for (size_t k = 0; k < n_wanted; k++) {
        if (!sid_valid(wanted[k].Sid, SID_SIZE_MAX))
            return NT(INVALID_SID);
        size_t i = token_image_find_sid(image, wanted[k].Sid);
        if (i == SIZE_MAX) {
            change.all_assigned = false;
            continue;
        }
        nt_status st = plan_one(&change, image, i, wanted[k].Attributes & SE_GROUP_ENABLED);
        if (nt_failed(st))
            return st;
    }
    *ret = change;
    return NT_OK;
}

void token_groups_plan_reset(struct token_groups_change *ret, const token_image *image)
{
    *ret = (struct token_groups_change){ .all_assigned = true };
    for (size_t i = 1; i < token_image_n_sids(image); i++) {
        uint32_t attributes = token_image_sid_attributes(image, i);

        if (attributes & (SE_GROUP_USE_FOR_DENY_ONLY | SE_GROUP_INTEGRITY | SE_GROUP_MANDATORY))
            continue;
        if (!(attributes & SE_GROUP_ENABLED) != !(attributes & SE_GROUP_ENABLED_BY_DEFAULT))
            flip(ret, i);
    }
}

void token_image_flip_groups(token_image *image, const struct token_groups_change *change)
{
    for (size_t i = 1; i < token_image_n_sids(image); i++) {
        if (token_groups_flips(change, i))
            token_image_set_sid_attributes(image, i,
                                           token_image_sid_attributes(image, i) ^ SE_GROUP_ENABLED);
    }
}

/* --- kernel ids --- */

static void drop(struct token_spec *spec, uint32_t *gids, uint32_t gid)
{
    size_t kept = 0;

    for (size_t i = 0; i < spec->n_gids; i++) {
        if (gids[i] != gid)
            gids[kept++] = gids[i];
    }
    spec->n_gids = kept;
}

/* Groups that have a gid are in the domain that the user is in. */
static nt_status build_without(token_image **ret, struct token_spec *spec,
                               const SID_AND_ATTRIBUTES *sids, const SID *domain)
{
    uint32_t *gids = calloc(spec->n_gids + 1, sizeof(*gids));

    if (!gids)
        return NT(NO_MEMORY);
    if (spec->n_gids > 0)
        memcpy(gids, spec->gids, spec->n_gids * sizeof(*gids));
    spec->gids = gids;
    for (size_t i = 1; i <= spec->n_groups; i++) {
        uint32_t gid = sids[i].Attributes & SE_GROUP_ENABLED
                           ? IDMAP_NO_ID
                           : idmap_sid_to_gid(domain, sids[i].Sid);
        if (gid != IDMAP_NO_ID)
            drop(spec, gids, gid);
    }
    nt_status st = token_image_build(ret, spec);
    free(gids);
    return st;
}

static bool is_among(const token_image *image, uint32_t gid)
{
    size_t n;
    const uint32_t *gids = token_image_gids(image, &n);

    for (size_t i = 0; i < n; i++) {
        if (gids[i] == gid)
            return true;
    }
    return false;
}

static bool has_disabled_gid(const token_image *image, const SID *domain)
{
    for (size_t i = 1; i < token_image_n_sids(image); i++) {
        if (token_image_sid_attributes(image, i) & (SE_GROUP_ENABLED | SE_GROUP_INTEGRITY))
            continue;
        uint32_t gid = idmap_sid_to_gid(domain, token_image_sid(image, i));
        if (gid != IDMAP_NO_ID && is_among(image, gid))
            return true;
    }
    return false;
}

bool token_groups_take_gid(const struct token_groups_change *change, const token_image *image)
{
    sid_buffer domain;
    uint32_t rid;

    if (nt_failed(sid_split(&domain, &rid, token_image_sid(image, 0))))
        return false;
    for (size_t i = 1; i < token_image_n_sids(image); i++) {
        uint32_t gid = idmap_sid_to_gid(&domain.sid, token_image_sid(image, i));

        if (token_groups_flips(change, i) && gid != IDMAP_NO_ID && is_among(image, gid) &&
            (token_image_sid_attributes(image, i) & SE_GROUP_ENABLED))
            return true;
    }
    return false;
}

nt_status token_image_for_kernel(token_image **ret, const token_image *image)
{
    _cleanup_(freep) SID_AND_ATTRIBUTES *sids = NULL;
    struct token_spec spec;
    sid_buffer domain;
    uint32_t rid;

    *ret = NULL;
    if (nt_failed(sid_split(&domain, &rid, token_image_sid(image, 0))) ||
        !has_disabled_gid(image, &domain.sid))
        return NT_OK;
    nt_status st = token_image_unpack(&spec, &sids, image);
    return nt_failed(st) ? st : build_without(ret, &spec, sids, &domain.sid);
}
