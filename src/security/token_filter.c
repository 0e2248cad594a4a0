/* SPDX-License-Identifier: MIT */
/* Tokens that can do less than the one they are made from. */
#include <stdlib.h>

#include "security/idmap.h"
#include "security/privilege.h"
#include "security/token_image.h"
#include "security/well_known.h"

enum {
    ALL_FILTER_FLAGS = DISABLE_MAX_PRIVILEGE | SANDBOX_INERT | LUA_TOKEN | WRITE_RESTRICTED,
    /* What of its attributes a SID keeps when it becomes one for denying only. */
    KEPT_BY_DENY_ONLY = SE_GROUP_RESOURCE | (int)SE_GROUP_LOGON_ID,
    RESTRICTING = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED,
};

static bool is_among(uint32_t rid, const uint32_t *rids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (rids[i] == rid)
            return true;
    }
    return false;
}

static bool is_in(const SID *sid, const SID_AND_ATTRIBUTES *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (sid_equal(list[i].Sid, sid))
            return true;
    }
    return false;
}

static bool is_to_disable(const SID_AND_ATTRIBUTES *sid, const struct token_filter *filter)
{
    if (sid->Attributes & SE_GROUP_INTEGRITY)
        return false;
    if ((filter->flags & LUA_TOKEN) && sid_is_powerful(sid->Sid))
        return true;
    return is_in(sid->Sid, filter->disable, filter->n_disable);
}

/*
 * A group that no longer allows anything must not do so in the kernel: its gid goes. Groups that
 * have a gid are in the domain that the user is in. The primary gid stays, a process has to have
 * one.
 */
static void drop_gid(uint32_t *gids, size_t *n_gids, const SID *user, const SID *group)
{
    sid_buffer domain;
    uint32_t rid;
    size_t kept = 0;

    if (nt_failed(sid_split(&domain, &rid, user)))
        return;
    uint32_t gid = idmap_sid_to_gid(&domain.sid, group);
    if (gid == IDMAP_NO_ID)
        return;
    for (size_t i = 0; i < *n_gids; i++) {
        if (gids[i] != gid)
            gids[kept++] = gids[i];
    }
    *n_gids = kept;
}

static void filter_sids(struct token_spec *spec, SID_AND_ATTRIBUTES *sids, uint32_t *gids,
                        const struct token_filter *filter)
{
    for (size_t i = 0; i <= spec->n_groups; i++) {
        if (!is_to_disable(&sids[i], filter))
            continue;
        sids[i].Attributes =
            (sids[i].Attributes & (uint32_t)KEPT_BY_DENY_ONLY) | SE_GROUP_USE_FOR_DENY_ONLY;
        drop_gid(gids, &spec->n_gids, sids[0].Sid, sids[i].Sid);
        if (spec->owner == sids[i].Sid)
            spec->owner = sids[0].Sid;
    }
}

static void filter_privileges(struct token_spec *spec, const struct token_filter *filter)
{
    uint64_t kept = ~filter->delete_privileges;

    if (filter->flags & DISABLE_MAX_PRIVILEGE)
        kept &= PRIVILEGE_BIT(PRIVILEGE_CHANGE_NOTIFY);
    if (filter->flags & LUA_TOKEN)
        kept &= PRIVILEGE_MASK_FILTERED;
    spec->privileges_present &= kept;
    spec->privileges_enabled &= kept;
    spec->privileges_default &= kept;
}

/* A token that was restricted for everything stays so; for writing only it may be on its own. */
static void filter_flags(struct token_spec *spec, const struct token_filter *filter)
{
    spec->flags |= TOKEN_IMAGE_FILTERED;
    if (filter->flags & SANDBOX_INERT)
        spec->flags |= TOKEN_IMAGE_SANDBOX_INERT;
    if (filter->n_restrict_to == 0)
        return;
    if (!(filter->flags & WRITE_RESTRICTED))
        spec->flags &= ~(uint32_t)TOKEN_IMAGE_WRITE_RESTRICTED;
    else if (spec->n_restricted == 0)
        spec->flags |= TOKEN_IMAGE_WRITE_RESTRICTED;
}

/* The restricting SIDs of the result, in memory from malloc(), with a NULL SID in it if none is
 * left. */
struct restricting {
    size_t n;
    sid_buffer nobody;
    SID_AND_ATTRIBUTES sids[];
};

/*
 * Restricting a restricted token intersects the lists. When nothing is left, the list must not
 * become empty, for that would mean no restriction: S-1-0-0 stands in it, which no ACE grants
 * anything.
 */
static nt_status restricting_make(struct restricting **ret, const struct token_spec *spec,
                                  const struct token_filter *filter)
{
    static const uint32_t nobody_rid = SECURITY_NULL_RID;
    struct restricting *r =
        calloc(1, sizeof(*r) + (filter->n_restrict_to + 1) * sizeof(r->sids[0]));

    if (!r)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < filter->n_restrict_to; i++) {
        PSID sid = filter->restrict_to[i].Sid;

        if (spec->n_restricted == 0 || is_in(sid, spec->restricted, spec->n_restricted))
            r->sids[r->n++] = (SID_AND_ATTRIBUTES){ .Sid = sid, .Attributes = RESTRICTING };
    }
    nt_status st = sid_make(&r->nobody, 0, 1, &nobody_rid);
    if (r->n == 0)
        r->sids[r->n++] = (SID_AND_ATTRIBUTES){ .Sid = &r->nobody, .Attributes = RESTRICTING };
    *ret = r;
    return st;
}

static bool sids_valid(const SID_AND_ATTRIBUTES *sids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!sid_valid(sids[i].Sid, SID_SIZE_MAX))
            return false;
    }
    return true;
}

static nt_status filter_check(const struct token_filter *filter)
{
    if ((filter->flags & ~(uint32_t)ALL_FILTER_FLAGS) || filter->n_disable > TOKEN_IMAGE_SIDS_MAX ||
        filter->n_restrict_to > TOKEN_IMAGE_SIDS_MAX)
        return NT(INVALID_PARAMETER);
    if (!sids_valid(filter->disable, filter->n_disable) ||
        !sids_valid(filter->restrict_to, filter->n_restrict_to))
        return NT(INVALID_SID);
    return NT_OK;
}

static nt_status gids_dup(uint32_t **ret, const struct token_spec *spec)
{
    uint32_t *gids = calloc(spec->n_gids + 1, sizeof(*gids));

    if (!gids)
        return NT(NO_MEMORY);
    if (spec->n_gids > 0)
        memcpy(gids, spec->gids, spec->n_gids * sizeof(*gids));
    *ret = gids;
    return NT_OK;
}

/* The label of a token for everyday work; an administrator's other token has a higher one. */
static void lower_to_medium(SID_AND_ATTRIBUTES *sids, size_t n, sid_buffer *medium)
{
    static const uint32_t rid = SECURITY_MANDATORY_MEDIUM_RID;

    for (size_t i = 1; i < n; i++) {
        if (!(sids[i].Attributes & SE_GROUP_INTEGRITY) || sid_rid(sids[i].Sid) <= rid)
            continue;
        if (!nt_failed(sid_make(medium, 16, 1, &rid)))
            sids[i].Sid = medium;
    }
}

nt_status token_image_filter(token_image **ret, const token_image *image,
                             const struct token_filter *filter)
{
    _cleanup_(freep) SID_AND_ATTRIBUTES *sids = NULL;
    _cleanup_(freep) struct restricting *restricting = NULL;
    _cleanup_(freep) uint32_t *gids = NULL;
    struct token_spec spec;
    sid_buffer medium;

    nt_status st = filter_check(filter);
    if (nt_failed(st))
        return st;
    st = token_image_unpack(&spec, &sids, image);
    if (nt_failed(st))
        return st;
    st = gids_dup(&gids, &spec);
    if (nt_failed(st))
        return st;
    spec.gids = gids;
    filter_flags(&spec, filter);
    filter_privileges(&spec, filter);
    filter_sids(&spec, sids, gids, filter);
    if (filter->flags & LUA_TOKEN) {
        spec.elevated = 0;
        lower_to_medium(sids, spec.n_groups + 1, &medium);
    }
    if (filter->n_restrict_to > 0) {
        st = restricting_make(&restricting, &spec, filter);
        if (nt_failed(st))
            return st;
        spec.restricted = restricting->sids;
        spec.n_restricted = restricting->n;
    }
    return token_image_build(ret, &spec);
}

/* --- Narrowing: each function is one way in which a child could have more than its parent --- */

static bool same_origin(const token_image *child, const token_image *parent)
{
    return token_image_authentication_id(child) == token_image_authentication_id(parent) &&
           token_image_origin_id(child) == token_image_origin_id(parent) &&
           token_image_wts_session(child) == token_image_wts_session(parent) &&
           token_image_expiration(child) == token_image_expiration(parent) &&
           token_image_elevation_type(child) == token_image_elevation_type(parent) &&
           token_image_elevated(child) <= token_image_elevated(parent) &&
           sid_equal(token_image_sid(child, 0), token_image_sid(parent, 0));
}

/* DuplicateTokenEx(): a primary token comes from one that could be acted with. */
static bool level_narrows(const token_image *child, const token_image *parent)
{
    if (token_image_type(parent) == TokenPrimary)
        return true;
    if (token_image_type(child) == TokenPrimary)
        return token_image_level(parent) >= SecurityImpersonation;
    return token_image_level(child) <= token_image_level(parent);
}

/* What is for denying only stays so, and may lose what else it has. */
static bool attributes_narrow(uint32_t child, uint32_t parent)
{
    uint32_t deny_only = SE_GROUP_USE_FOR_DENY_ONLY;

    if (child & deny_only)
        return !(child & ~(parent | deny_only));
    if (parent & deny_only)
        return false;
    /* A mandatory group that were disabled could no longer deny. */
    uint32_t may_differ = parent & SE_GROUP_MANDATORY ? 0 : SE_GROUP_ENABLED;
    return (child & ~may_differ) == (parent & ~may_differ);
}

/* The same SIDs: one more could allow, one less could no longer deny. Labels are compared apart. */
static bool sids_narrow(const token_image *child, const token_image *parent)
{
    size_t n = token_image_n_sids(child);

    if (n != token_image_n_sids(parent))
        return false;
    for (size_t i = 0; i < n; i++) {
        uint32_t attributes = token_image_sid_attributes(child, i);
        size_t j = token_image_find_sid(parent, token_image_sid(child, i));

        if (attributes & SE_GROUP_INTEGRITY)
            continue;
        if (j == SIZE_MAX)
            return false;
        uint32_t of_parent = token_image_sid_attributes(parent, j);
        if ((of_parent & SE_GROUP_INTEGRITY) || !attributes_narrow(attributes, of_parent))
            return false;
    }
    return true;
}

/* Of the label, of which an image has one at most; 0: it has none. */
static uint32_t label_attributes(const token_image *image)
{
    for (size_t i = 0; i < token_image_n_sids(image); i++) {
        uint32_t attributes = token_image_sid_attributes(image, i);

        if (attributes & SE_GROUP_INTEGRITY)
            return attributes;
    }
    return 0;
}

/* An enabled label's SID would count as a group's, which the parent's does not. */
static bool integrity_narrows(const token_image *child, const token_image *parent)
{
    return token_image_integrity(child) <= token_image_integrity(parent) &&
           label_attributes(child) == label_attributes(parent) &&
           !(token_image_mandatory_policy(parent) & ~token_image_mandatory_policy(child));
}

static bool is_nobody(const SID *sid)
{
    return sid_n_subs(sid) == 1 && sid_authority(sid) == 0 && sid_sub(sid, 0) == SECURITY_NULL_RID;
}

bool token_image_is_restricted_within(const token_image *child, const token_image *parent)
{
    uint32_t write_only = TOKEN_IMAGE_WRITE_RESTRICTED;

    if (token_image_n_restricted(parent) == 0)
        return true;
    if (token_image_n_restricted(child) == 0)
        return false;
    if ((token_image_flags(child) & write_only) && !(token_image_flags(parent) & write_only))
        return false;
    for (size_t i = 0; i < token_image_n_restricted(child); i++) {
        const SID *sid = token_image_restricted_sid(child, i);

        if (!is_nobody(sid) && !token_image_has_sid(parent, sid, TOKEN_SID_RESTRICTED))
            return false;
    }
    return true;
}

static bool flags_narrow(const token_image *child, const token_image *parent)
{
    uint32_t kept = TOKEN_IMAGE_FILTERED | TOKEN_IMAGE_SANDBOX_INERT;
    uint32_t granted = TOKEN_IMAGE_UI_ACCESS | TOKEN_IMAGE_VIRTUALIZATION_ALLOWED;

    return !(token_image_flags(parent) & ~token_image_flags(child) & kept) &&
           !(token_image_flags(child) & ~token_image_flags(parent) & granted);
}

static bool kernel_ids_narrow(const token_image *child, const token_image *parent)
{
    size_t n_child, n_parent;
    const uint32_t *child_gids = token_image_gids(child, &n_child);
    const uint32_t *parent_gids = token_image_gids(parent, &n_parent);

    if (token_image_uid(child) != token_image_uid(parent) ||
        token_image_gid(child) != token_image_gid(parent))
        return false;
    for (size_t i = 0; i < n_child; i++) {
        if (!is_among(child_gids[i], parent_gids, n_parent))
            return false;
    }
    return true;
}

static bool owner_narrows(const token_image *child)
{
    size_t i = token_image_owner_index(child);
    uint32_t attributes = token_image_sid_attributes(child, i);

    return i == 0 || ((attributes & SE_GROUP_OWNER) && !(attributes & SE_GROUP_USE_FOR_DENY_ONLY));
}

/* Claims and groups of the device decide in conditions, where one less can also be more. */
static bool claims_same(const token_image *child, const token_image *parent)
{
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++) {
        struct claim_set a = token_image_claims(child, (enum token_claims)i);
        struct claim_set b = token_image_claims(parent, (enum token_claims)i);

        if (a.size != b.size || (a.size > 0 && memcmp(a.bytes, b.bytes, a.size) != 0))
            return false;
    }
    return true;
}

static bool device_same(const token_image *child, const token_image *parent)
{
    size_t n = token_image_n_device_groups(child);

    if (n != token_image_n_device_groups(parent))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!sid_equal(token_image_device_group(child, i), token_image_device_group(parent, i)) ||
            token_image_device_group_attributes(child, i) !=
                token_image_device_group_attributes(parent, i))
            return false;
    }
    return true;
}

static bool restricted_device_same(const token_image *child, const token_image *parent)
{
    size_t n = token_image_n_restricted_device_groups(child);

    if (n != token_image_n_restricted_device_groups(parent))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!sid_equal(token_image_restricted_device_group(child, i),
                       token_image_restricted_device_group(parent, i)) ||
            token_image_restricted_device_group_attributes(child, i) !=
                token_image_restricted_device_group_attributes(parent, i))
            return false;
    }
    return true;
}

/* Who made it, and what of its doings is recorded. */
static bool records_same(const token_image *child, const token_image *parent)
{
    return memcmp(token_image_source_name(child), token_image_source_name(parent), 8) == 0 &&
           token_image_source_id(child) == token_image_source_id(parent) &&
           memcmp(token_image_audit_policy(child), token_image_audit_policy(parent),
                  TOKEN_IMAGE_AUDIT_POLICY_SIZE) == 0;
}

bool token_image_is_narrowing(const token_image *child, const token_image *parent)
{
    return same_origin(child, parent) && level_narrows(child, parent) &&
           sids_narrow(child, parent) && integrity_narrows(child, parent) &&
           token_image_is_restricted_within(child, parent) && flags_narrow(child, parent) &&
           kernel_ids_narrow(child, parent) && owner_narrows(child) && claims_same(child, parent) &&
           device_same(child, parent) && restricted_device_same(child, parent) &&
           records_same(child, parent) &&
           !(token_image_privileges_present(child) & ~token_image_privileges_present(parent));
}
