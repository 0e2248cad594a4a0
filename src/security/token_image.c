/* SPDX-License-Identifier: MIT */
#include "security/token_image.h"

#include <stdlib.h>

#include "security/privilege.h"
#include "security/well_known.h"

#define IMAGE_MAGIC UINT32_C(0x4d49544c) /* "LTIM" */

enum {
    IMAGE_VERSION = 2,
    INDEX_PLACE_BITS = 11,
    INDEX_PLACE_MASK = (1 << INDEX_PLACE_BITS) - 1,
    INDEX_TAG_SHIFT = 32 - (16 - INDEX_PLACE_BITS),
    ALL_FLAGS = TOKEN_IMAGE_FILTERED | TOKEN_IMAGE_WRITE_RESTRICTED | TOKEN_IMAGE_SANDBOX_INERT |
                TOKEN_IMAGE_UI_ACCESS | TOKEN_IMAGE_VIRTUALIZATION_ALLOWED |
                TOKEN_IMAGE_VIRTUALIZATION_ENABLED,
};

_Static_assert((int)TOKEN_IMAGE_SIDS_MAX <= (int)INDEX_PLACE_MASK, "a place and 1 fit its bits");

struct sid_entry {
    uint32_t at; /* offset of the SID in the image */
    uint32_t attributes;
    uint32_t hash;
};

/*
 * A list of distinct SIDs with its index: a table of index_size (a power of two, at least twice n)
 * numbers, each 0 (free) or 1 + the place of an entry, found by linear probing from the SID's hash.
 * The hash's highest bits stand above the place: most SIDs that are not there are told so without a
 * look at an entry.
 */
struct sid_list {
    uint32_t n;
    uint32_t entries_at;
    uint32_t index_at;
    uint32_t index_size;
};

struct claims_at {
    uint32_t at;
    uint32_t size; /* 0: none */
};

/* What token_image_set_enabled() changes while others read it: each number is read at once. */
struct live {
    uint64_t modified_id;
    uint64_t privileges_enabled;
};

/*
 * The block's beginning. Behind it, each at an offset that is a multiple of 4: entries and index of
 * each list of SIDs, gids, SIDs, default DACL, claims. Every byte is determined by the contents, so
 * equal tokens are equal blocks.
 */
struct token_image {
    uint32_t magic;
    uint32_t version;
    uint32_t size;
    uint32_t slot;
    uint64_t token_id;
    uint64_t authentication_id;
    uint64_t origin_id;
    uint64_t source_id;
    int64_t expiration;
    uint64_t privileges_present;
    struct live live;
    uint64_t privileges_default;
    char source_name[8];
    uint8_t audit_policy[TOKEN_IMAGE_AUDIT_POLICY_SIZE];
    uint32_t type;
    uint32_t level;
    uint32_t wts_session;
    uint32_t elevation_type;
    uint32_t elevated;
    uint32_t mandatory_policy;
    uint32_t flags;
    uint32_t integrity;
    uint32_t uid;
    uint32_t gid;
    uint32_t owner;         /* place in sids */
    uint32_t primary_group; /* place in sids */
    struct sid_list sids;
    struct sid_list restricted;
    struct sid_list device;
    struct sid_list restricted_device;
    struct claims_at claims[TOKEN_CLAIMS_N];
    uint32_t gids_at;
    uint32_t n_gids;
    uint32_t dacl_at; /* 0: none */
    uint32_t dacl_size;
};

_Static_assert(sizeof(struct token_image) % 8 == 0, "no padding whose bytes nobody sets");

/* --- Reading --- */

static const uint8_t *image_at(const token_image *image, size_t offset)
{
    return (const uint8_t *)image + offset;
}

static const struct sid_entry *list_entries(const token_image *image, const struct sid_list *list)
{
    return (const struct sid_entry *)(const void *)image_at(image, list->entries_at);
}

static const SID *list_sid(const token_image *image, const struct sid_list *list, size_t i)
{
    return (const SID *)(const void *)image_at(image, list_entries(image, list)[i].at);
}

static size_t list_find(const token_image *image, const struct sid_list *list, const SID *sid)
{
    const struct sid_entry *entries = list_entries(image, list);
    const uint16_t *index = (const uint16_t *)(const void *)image_at(image, list->index_at);
    uint32_t mask = list->index_size - 1;
    uint32_t hash = sid_hash(sid);

    /* Half of the index is free, so the walk ends. */
    for (uint32_t i = hash & mask; index[i] != 0; i = (i + 1) & mask) {
        if ((uint32_t)index[i] >> INDEX_PLACE_BITS != hash >> INDEX_TAG_SHIFT)
            continue;
        size_t place = (index[i] & INDEX_PLACE_MASK) - (size_t)1;
        if (entries[place].hash == hash &&
            sid_equal((const SID *)(const void *)image_at(image, entries[place].at), sid))
            return place;
    }
    return SIZE_MAX;
}

size_t token_image_find_sid(const token_image *image, const SID *sid)
{
    return list_find(image, &image->sids, sid);
}

/* Groups of a device: never the user, and in no list of a token that is of no device. */
static bool device_has_sid(const token_image *image, const struct sid_list *list, const SID *sid)
{
    size_t i = list->n > 0 ? list_find(image, list, sid) : SIZE_MAX;

    return i != SIZE_MAX && (list_entries(image, list)[i].attributes & SE_GROUP_ENABLED);
}

bool token_image_has_sid(const token_image *image, const SID *sid, enum token_sid_use use)
{
    if (use == TOKEN_SID_RESTRICTED)
        return list_find(image, &image->restricted, sid) != SIZE_MAX;
    if (use == TOKEN_SID_DEVICE)
        return device_has_sid(image, &image->device, sid);
    if (use == TOKEN_SID_RESTRICTED_DEVICE)
        return device_has_sid(image, &image->restricted_device, sid);
    size_t i = list_find(image, &image->sids, sid);
    if (i == SIZE_MAX)
        return false;
    uint32_t attributes = list_entries(image, &image->sids)[i].attributes;
    if (attributes & SE_GROUP_USE_FOR_DENY_ONLY)
        return use == TOKEN_SID_DENY;
    return i == 0 || (attributes & SE_GROUP_ENABLED);
}

size_t token_image_n_sids(const token_image *image)
{
    return image->sids.n;
}

const SID *token_image_sid(const token_image *image, size_t i)
{
    return list_sid(image, &image->sids, i);
}

uint32_t token_image_sid_attributes(const token_image *image, size_t i)
{
    return list_entries(image, &image->sids)[i].attributes;
}

size_t token_image_n_restricted(const token_image *image)
{
    return image->restricted.n;
}

const SID *token_image_restricted_sid(const token_image *image, size_t i)
{
    return list_sid(image, &image->restricted, i);
}

size_t token_image_n_device_groups(const token_image *image)
{
    return image->device.n;
}

const SID *token_image_device_group(const token_image *image, size_t i)
{
    return list_sid(image, &image->device, i);
}

uint32_t token_image_device_group_attributes(const token_image *image, size_t i)
{
    return list_entries(image, &image->device)[i].attributes;
}

size_t token_image_n_restricted_device_groups(const token_image *image)
{
    return image->restricted_device.n;
}

const SID *token_image_restricted_device_group(const token_image *image, size_t i)
{
    return list_sid(image, &image->restricted_device, i);
}

uint32_t token_image_restricted_device_group_attributes(const token_image *image, size_t i)
{
    return list_entries(image, &image->restricted_device)[i].attributes;
}

struct claim_set token_image_claims(const token_image *image, enum token_claims whose)
{
    const struct claims_at *claims = &image->claims[whose];

    return (struct claim_set){ image_at(image, claims->at), claims->size };
}

size_t token_image_owner_index(const token_image *image)
{
    return image->owner;
}

size_t token_image_primary_group_index(const token_image *image)
{
    return image->primary_group;
}

const ACL *token_image_default_dacl(const token_image *image)
{
    return image->dacl_at ? (const ACL *)(const void *)image_at(image, image->dacl_at) : NULL;
}

const uint32_t *token_image_gids(const token_image *image, size_t *ret_n)
{
    *ret_n = image->n_gids;
    return (const uint32_t *)(const void *)image_at(image, image->gids_at);
}

const void *token_image_bytes(const token_image *image)
{
    return image;
}

size_t token_image_size(const token_image *image)
{
    return image->size;
}

uint64_t token_image_id(const token_image *image)
{
    return image->token_id;
}

uint64_t token_image_authentication_id(const token_image *image)
{
    return image->authentication_id;
}

uint64_t token_image_origin_id(const token_image *image)
{
    return image->origin_id;
}

uint64_t token_image_modified_id(const token_image *image)
{
    return __atomic_load_n(&image->live.modified_id, __ATOMIC_RELAXED);
}

uint64_t token_image_source_id(const token_image *image)
{
    return image->source_id;
}

const char *token_image_source_name(const token_image *image)
{
    return image->source_name;
}

int64_t token_image_expiration(const token_image *image)
{
    return image->expiration;
}

TOKEN_TYPE token_image_type(const token_image *image)
{
    return (TOKEN_TYPE)image->type;
}

SECURITY_IMPERSONATION_LEVEL token_image_level(const token_image *image)
{
    return (SECURITY_IMPERSONATION_LEVEL)image->level;
}

const uint8_t *token_image_audit_policy(const token_image *image)
{
    return image->audit_policy;
}

uint32_t token_image_wts_session(const token_image *image)
{
    return image->wts_session;
}

TOKEN_ELEVATION_TYPE token_image_elevation_type(const token_image *image)
{
    return (TOKEN_ELEVATION_TYPE)image->elevation_type;
}

uint32_t token_image_elevated(const token_image *image)
{
    return image->elevated;
}

uint32_t token_image_mandatory_policy(const token_image *image)
{
    return image->mandatory_policy;
}

uint32_t token_image_flags(const token_image *image)
{
    return image->flags;
}

uint32_t token_image_slot(const token_image *image)
{
    return image->slot;
}

uint32_t token_image_integrity(const token_image *image)
{
    return image->integrity;
}

uint64_t token_image_privileges_present(const token_image *image)
{
    return image->privileges_present;
}

uint64_t token_image_privileges_enabled(const token_image *image)
{
    return __atomic_load_n(&image->live.privileges_enabled, __ATOMIC_RELAXED);
}

uint64_t token_image_privileges_default(const token_image *image)
{
    return image->privileges_default;
}

uint32_t token_image_uid(const token_image *image)
{
    return image->uid;
}

uint32_t token_image_gid(const token_image *image)
{
    return image->gid;
}

/* --- Building --- */

static bool spec_numbers_ok(const struct token_spec *spec)
{
    uint64_t present = spec->privileges_present;

    return (spec->type == TokenPrimary || spec->type == TokenImpersonation) &&
           (uint32_t)spec->level <= (uint32_t)SecurityDelegation &&
           spec->elevation_type >= TokenElevationTypeDefault &&
           spec->elevation_type <= TokenElevationTypeLimited && spec->elevated <= 1 &&
           spec->mandatory_policy <= TOKEN_MANDATORY_POLICY_VALID_MASK &&
           !(spec->flags & ~(uint32_t)ALL_FLAGS) && !(present & ~PRIVILEGE_MASK_ALL) &&
           !(spec->privileges_enabled & ~present) && !(spec->privileges_default & ~present) &&
           spec->n_gids <= TOKEN_IMAGE_GIDS_MAX;
}

static bool sids_valid(const SID_AND_ATTRIBUTES *sids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!sid_valid(sids[i].Sid, SID_SIZE_MAX))
            return false;
    }
    return true;
}

/* At most one SID is the integrity label, and it is one of those that mean a level. */
static bool labels_valid(const SID_AND_ATTRIBUTES *groups, size_t n)
{
    size_t n_labels = 0;

    for (size_t i = 0; i < n; i++) {
        if (!(groups[i].Attributes & SE_GROUP_INTEGRITY))
            continue;
        if (!sid_is_integrity(groups[i].Sid) || n_labels++ > 0)
            return false;
    }
    return true;
}

static bool claims_valid(const struct claim_set claims[static TOKEN_CLAIMS_N])
{
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++) {
        if (!claim_set_valid(claims[i].bytes, claims[i].size))
            return false;
    }
    return true;
}

static bool spec_counts_ok(const struct token_spec *spec)
{
    return spec->n_groups < TOKEN_IMAGE_SIDS_MAX && spec->n_restricted <= TOKEN_IMAGE_SIDS_MAX &&
           spec->n_device_groups <= TOKEN_IMAGE_SIDS_MAX &&
           spec->n_restricted_device_groups <= TOKEN_IMAGE_SIDS_MAX;
}

static bool spec_sids_ok(const struct token_spec *spec)
{
    return sids_valid(spec->user, 1) && sids_valid(spec->groups, spec->n_groups) &&
           sids_valid(spec->restricted, spec->n_restricted) &&
           sids_valid(spec->device_groups, spec->n_device_groups) &&
           sids_valid(spec->restricted_device_groups, spec->n_restricted_device_groups);
}

static nt_status spec_check(const struct token_spec *spec)
{
    if (!spec->user || !spec_numbers_ok(spec) || !claims_valid(spec->claims))
        return NT(INVALID_PARAMETER);
    if (!spec_counts_ok(spec))
        return NT(TOO_MANY_CONTEXT_IDS);
    if (!spec_sids_ok(spec))
        return NT(INVALID_SID);
    if ((spec->user->Attributes & SE_GROUP_INTEGRITY) ||
        !labels_valid(spec->groups, spec->n_groups))
        return NT(INVALID_PARAMETER);
    if (!spec->primary_group || !sid_valid(spec->primary_group, SID_SIZE_MAX))
        return NT(INVALID_PRIMARY_GROUP);
    if (spec->owner && !sid_valid(spec->owner, SID_SIZE_MAX))
        return NT(INVALID_OWNER);
    if (spec->default_dacl && !acl_valid(spec->default_dacl, acl_size(spec->default_dacl)))
        return NT(INVALID_ACL);
    return NT_OK;
}

static uint32_t index_size_for(size_t n)
{
    uint32_t size = 2;

    while (size < 2 * n)
        size *= 2;
    return size;
}

/* Sizes as they are with every SID distinct; the block shrinks to what is used. */
static size_t sids_room(const SID_AND_ATTRIBUTES *sids, size_t n)
{
    size_t room = 0;

    for (size_t i = 0; i < n; i++)
        room += sid_length(sids[i].Sid);
    return room;
}

/* A list of n, and the SIDs that are in it. */
static size_t list_room(const SID_AND_ATTRIBUTES *sids, size_t n)
{
    return n * sizeof(struct sid_entry) + index_size_for(n) * sizeof(uint16_t) + sids_room(sids, n);
}

static size_t image_room(const struct token_spec *spec)
{
    size_t dacl_size = spec->default_dacl ? acl_size(spec->default_dacl) : 0;
    size_t room = sizeof(token_image) + (dacl_size + 3) / 4 * 4;

    /* The user is in the list of the groups, whose index it may make twice as large. */
    room += list_room(spec->user, 1) + list_room(spec->groups, spec->n_groups) +
            index_size_for(spec->n_groups + 1) * sizeof(uint16_t);
    room += list_room(spec->restricted, spec->n_restricted) +
            list_room(spec->device_groups, spec->n_device_groups) +
            list_room(spec->restricted_device_groups, spec->n_restricted_device_groups);
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++)
        room += spec->claims[i].size;
    return room + spec->n_gids * sizeof(uint32_t);
}

/* Space at the end of the growing block; the caller has made it large enough. */
static uint32_t image_take(token_image *image, size_t size)
{
    uint32_t offset = image->size;

    image->size += (uint32_t)((size + 3) / 4 * 4);
    return offset;
}

static void list_reserve(token_image *image, struct sid_list *list, size_t n)
{
    list->index_size = index_size_for(n);
    list->entries_at = image_take(image, n * sizeof(struct sid_entry));
    list->index_at = image_take(image, list->index_size * sizeof(uint16_t));
}

static struct sid_entry *list_entry(token_image *image, const struct sid_list *list, size_t i)
{
    return (struct sid_entry *)(void *)((uint8_t *)image + list->entries_at) + i;
}

static void list_index(token_image *image, const struct sid_list *list, size_t i)
{
    uint16_t *index = (uint16_t *)(void *)((uint8_t *)image + list->index_at);
    uint32_t mask = list->index_size - 1;
    uint32_t hash = list_entry(image, list, i)->hash;
    uint32_t at = hash & mask;

    while (index[at] != 0)
        at = (at + 1) & mask;
    index[at] = (uint16_t)((hash >> INDEX_TAG_SHIFT) << INDEX_PLACE_BITS | (i + 1));
}

/* A SID that is named twice is one SID; to be for denying only is the stronger of two attributes.
 */
static void list_merge(struct sid_entry *entry, uint32_t attributes)
{
    entry->attributes |= attributes;
    if (entry->attributes & SE_GROUP_USE_FOR_DENY_ONLY)
        entry->attributes &= ~(uint32_t)(SE_GROUP_ENABLED | SE_GROUP_ENABLED_BY_DEFAULT);
}

static void list_add(token_image *image, struct sid_list *list, const SID_AND_ATTRIBUTES *sid)
{
    size_t i = list_find(image, list, sid->Sid);

    if (i != SIZE_MAX) {
        list_merge(list_entry(image, list, i), sid->Attributes);
        return;
    }
    uint32_t at = image_take(image, sid_length(sid->Sid));
    memcpy((uint8_t *)image + at, sid->Sid, sid_length(sid->Sid));
    *list_entry(image, list, list->n) =
        (struct sid_entry){ .at = at, .attributes = sid->Attributes, .hash = sid_hash(sid->Sid) };
    list_index(image, list, list->n);
    list->n++;
}

static void image_set_numbers(token_image *image, const struct token_spec *spec)
{
    image->magic = IMAGE_MAGIC;
    image->version = IMAGE_VERSION;
    image->slot = spec->slot;
    image->token_id = spec->token_id;
    image->authentication_id = spec->authentication_id;
    image->origin_id = spec->origin_id;
    image->live.modified_id = spec->modified_id;
    image->source_id = spec->source_id;
    image->expiration = spec->expiration;
    image->privileges_present = spec->privileges_present;
    image->live.privileges_enabled = spec->privileges_enabled;
    image->privileges_default = spec->privileges_default;
    memcpy(image->source_name, spec->source_name, sizeof(image->source_name));
    memcpy(image->audit_policy, spec->audit_policy, sizeof(image->audit_policy));
    image->type = (uint32_t)spec->type;
    image->level = (uint32_t)spec->level;
    image->wts_session = spec->wts_session;
    image->elevation_type = (uint32_t)spec->elevation_type;
    image->elevated = spec->elevated;
    image->mandatory_policy = spec->mandatory_policy;
    image->flags = spec->flags;
    image->uid = spec->uid;
    image->gid = spec->gid;
}

static void list_add_all(token_image *image, struct sid_list *list, const SID_AND_ATTRIBUTES *sids,
                         size_t n)
{
    for (size_t i = 0; i < n; i++)
        list_add(image, list, &sids[i]);
}

static void image_set_sids(token_image *image, const struct token_spec *spec)
{
    list_reserve(image, &image->sids, spec->n_groups + 1);
    list_reserve(image, &image->restricted, spec->n_restricted);
    list_reserve(image, &image->device, spec->n_device_groups);
    list_reserve(image, &image->restricted_device, spec->n_restricted_device_groups);
    list_add(image, &image->sids, spec->user);
    list_add_all(image, &image->sids, spec->groups, spec->n_groups);
    list_add_all(image, &image->restricted, spec->restricted, spec->n_restricted);
    list_add_all(image, &image->device, spec->device_groups, spec->n_device_groups);
    list_add_all(image, &image->restricted_device, spec->restricted_device_groups,
                 spec->n_restricted_device_groups);
    for (size_t i = 0; i < image->sids.n; i++) {
        if (list_entry(image, &image->sids, i)->attributes & SE_GROUP_INTEGRITY)
            image->integrity = sid_rid(token_image_sid(image, i));
    }
}

static void image_set_rest(token_image *image, const struct token_spec *spec)
{
    image->n_gids = (uint32_t)spec->n_gids;
    image->gids_at = image_take(image, spec->n_gids * sizeof(uint32_t));
    if (spec->n_gids > 0)
        memcpy((uint8_t *)image + image->gids_at, spec->gids, spec->n_gids * sizeof(uint32_t));
    if (spec->default_dacl) {
        image->dacl_size = (uint32_t)acl_size(spec->default_dacl);
        image->dacl_at = image_take(image, image->dacl_size);
        memcpy((uint8_t *)image + image->dacl_at, spec->default_dacl, image->dacl_size);
    }
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++) {
        struct claims_at *claims = &image->claims[i];

        claims->size = (uint32_t)spec->claims[i].size;
        claims->at = image_take(image, claims->size);
        if (claims->size > 0)
            memcpy((uint8_t *)image + claims->at, spec->claims[i].bytes, claims->size);
    }
}

/* Makes the block and sets owner and primary group, which have to be among the SIDs. */
static nt_status image_make(token_image **ret, const struct token_spec *spec)
{
    _cleanup_(freep) token_image *image = NULL;

    nt_status st = spec_check(spec);
    if (nt_failed(st))
        return st;
    size_t room = image_room(spec);
    if (room > TOKEN_IMAGE_SIZE_MAX)
        return NT(TOO_MANY_CONTEXT_IDS);
    image = calloc(1, room);
    if (!image)
        return NT(NO_MEMORY);
    image->size = sizeof(*image);
    image_set_numbers(image, spec);
    image_set_sids(image, spec);
    image_set_rest(image, spec);
    size_t owner = spec->owner ? token_image_find_sid(image, spec->owner) : 0;
    size_t group = token_image_find_sid(image, spec->primary_group);
    if (owner == SIZE_MAX)
        return NT(INVALID_OWNER);
    if (group == SIZE_MAX)
        return NT(INVALID_PRIMARY_GROUP);
    image->owner = (uint32_t)owner;
    image->primary_group = (uint32_t)group;
    *ret = TAKE(image);
    return NT_OK;
}

static bool may_own(const token_image *image, size_t i)
{
    uint32_t attributes = token_image_sid_attributes(image, i);

    return i == 0 || ((attributes & SE_GROUP_OWNER) && !(attributes & SE_GROUP_USE_FOR_DENY_ONLY));
}

/* An image in which SIDs were merged has room to spare; made anew it has not. */
static nt_status image_compact(token_image **ret, const token_image *image)
{
    _cleanup_(freep) SID_AND_ATTRIBUTES *sids = NULL;
    struct token_spec spec;

    nt_status st = token_image_unpack(&spec, &sids, image);
    return nt_failed(st) ? st : image_make(ret, &spec);
}

nt_status token_image_build(token_image **ret, const struct token_spec *spec)
{
    _cleanup_(token_image_freep) token_image *image = NULL;

    nt_status st = image_make(&image, spec);
    if (nt_failed(st))
        return st;
    if (!may_own(image, image->owner))
        return NT(INVALID_OWNER);
    if (image->sids.n <= spec->n_groups || image->restricted.n < spec->n_restricted ||
        image->device.n < spec->n_device_groups ||
        image->restricted_device.n < spec->n_restricted_device_groups)
        return image_compact(ret, image);
    *ret = TAKE(image);
    return NT_OK;
}

nt_status token_image_dup(token_image **ret, const token_image *image)
{
    token_image *copy = malloc(image->size);

    if (!copy)
        return NT(NO_MEMORY);
    memcpy(copy, image, offsetof(token_image, live));
    copy->live.modified_id = token_image_modified_id(image);
    copy->live.privileges_enabled = token_image_privileges_enabled(image);
    memcpy(&copy->privileges_default, &image->privileges_default,
           image->size - offsetof(token_image, privileges_default));
    *ret = copy;
    return NT_OK;
}

token_image *token_image_free(token_image *image)
{
    free(image);
    return NULL;
}

/* --- Taking apart and making anew --- */

static void list_unpack(SID_AND_ATTRIBUTES *ret, const token_image *image,
                        const struct sid_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        ret[i].Sid = (PSID)(uintptr_t)list_sid(image, list, i);
        ret[i].Attributes = list_entries(image, list)[i].attributes;
    }
}

nt_status token_image_unpack(struct token_spec *ret, SID_AND_ATTRIBUTES **ret_sids,
                             const token_image *image)
{
    size_t n =
        image->sids.n + (size_t)image->restricted.n + image->device.n + image->restricted_device.n;
    SID_AND_ATTRIBUTES *sids = calloc(n, sizeof(*sids));

    if (!sids)
        return NT(NO_MEMORY);
    SID_AND_ATTRIBUTES *restricted = sids + image->sids.n;
    SID_AND_ATTRIBUTES *device = restricted + image->restricted.n;
    SID_AND_ATTRIBUTES *restricted_device = device + image->device.n;
    list_unpack(sids, image, &image->sids);
    list_unpack(restricted, image, &image->restricted);
    list_unpack(device, image, &image->device);
    list_unpack(restricted_device, image, &image->restricted_device);
    struct token_spec spec = {
        .token_id = image->token_id,
        .authentication_id = image->authentication_id,
        .origin_id = image->origin_id,
        .modified_id = token_image_modified_id(image),
        .expiration = image->expiration,
        .type = (TOKEN_TYPE)image->type,
        .level = (SECURITY_IMPERSONATION_LEVEL)image->level,
        .wts_session = image->wts_session,
        .elevation_type = (TOKEN_ELEVATION_TYPE)image->elevation_type,
        .elevated = image->elevated,
        .mandatory_policy = image->mandatory_policy,
        .flags = image->flags,
        .source_id = image->source_id,
        .slot = image->slot,
        .user = sids,
        .groups = sids + 1,
        .n_groups = image->sids.n - (size_t)1,
        .restricted = restricted,
        .n_restricted = image->restricted.n,
        .device_groups = device,
        .n_device_groups = image->device.n,
        .restricted_device_groups = restricted_device,
        .n_restricted_device_groups = image->restricted_device.n,
        .primary_group = sids[image->primary_group].Sid,
        .owner = sids[image->owner].Sid,
        .privileges_present = image->privileges_present,
        .privileges_enabled = token_image_privileges_enabled(image),
        .privileges_default = image->privileges_default,
        .default_dacl = token_image_default_dacl(image),
        .uid = image->uid,
        .gid = image->gid,
    };
    memcpy(spec.source_name, image->source_name, sizeof(spec.source_name));
    memcpy(spec.audit_policy, image->audit_policy, sizeof(spec.audit_policy));
    spec.gids = token_image_gids(image, &spec.n_gids);
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++)
        spec.claims[i] = token_image_claims(image, (enum token_claims)i);
    *ret = spec;
    *ret_sids = sids;
    return NT_OK;
}

/* Whether n things of a size lie inside the block, behind its beginning, and aligned. */
static bool inside(const token_image *image, uint32_t at, size_t n, size_t size)
{
    return at >= sizeof(*image) && at % 4 == 0 && at <= image->size &&
           n <= (image->size - at) / size;
}

static bool list_inside(const token_image *image, const struct sid_list *list)
{
    if (list->n > TOKEN_IMAGE_SIDS_MAX ||
        !inside(image, list->entries_at, list->n, sizeof(struct sid_entry)))
        return false;
    for (size_t i = 0; i < list->n; i++) {
        uint32_t at = list_entries(image, list)[i].at;

        if (!inside(image, at, 1, SID_SIZE_MIN) ||
            !sid_valid(image_at(image, at), image->size - at))
            return false;
    }
    return true;
}

/* Whether everything that token_image_unpack() follows is there. */
static bool image_unpackable(const token_image *image, size_t size)
{
    if (size < sizeof(*image) || image->magic != IMAGE_MAGIC || image->version != IMAGE_VERSION ||
        image->size != size)
        return false;
    if (!list_inside(image, &image->sids) || !list_inside(image, &image->restricted) ||
        !list_inside(image, &image->device) || !list_inside(image, &image->restricted_device) ||
        image->owner >= image->sids.n || image->primary_group >= image->sids.n)
        return false;
    if (!inside(image, image->gids_at, image->n_gids, sizeof(uint32_t)))
        return false;
    for (size_t i = 0; i < TOKEN_CLAIMS_N; i++) {
        if (!inside(image, image->claims[i].at, image->claims[i].size, 1))
            return false;
    }
    if (image->dacl_at == 0)
        return true;
    return inside(image, image->dacl_at, image->dacl_size, 1) &&
           acl_valid(image_at(image, image->dacl_at), image->dacl_size);
}

/*
 * The bytes are taken apart and the image made anew; it has to come out the same. So what is
 * accepted is exactly what token_image_build() and the setters can make, index and all.
 */
nt_status token_image_parse(token_image **ret, const void *bytes, size_t size)
{
    _cleanup_(token_image_freep) token_image *given = NULL;
    _cleanup_(token_image_freep) token_image *image = NULL;
    _cleanup_(freep) SID_AND_ATTRIBUTES *sids = NULL;
    struct token_spec spec;

    if (size < sizeof(*given) || size > TOKEN_IMAGE_SIZE_MAX)
        return NT(INVALID_PARAMETER);
    given = malloc(size);
    if (!given)
        return NT(NO_MEMORY);
    memcpy(given, bytes, size);
    if (!image_unpackable(given, size))
        return NT(INVALID_PARAMETER);
    nt_status st = token_image_unpack(&spec, &sids, given);
    if (nt_failed(st))
        return st;
    st = image_make(&image, &spec);
    if (nt_failed(st))
        return NT_IS(st, NO_MEMORY) ? st : NT(INVALID_PARAMETER);
    if (image->size != size || memcmp(image, given, size) != 0)
        return NT(INVALID_PARAMETER);
    *ret = TAKE(image);
    return NT_OK;
}

nt_status token_image_with_default_dacl(token_image **ret, const token_image *image,
                                        const ACL *dacl)
{
    _cleanup_(freep) SID_AND_ATTRIBUTES *sids = NULL;
    struct token_spec spec;

    nt_status st = token_image_unpack(&spec, &sids, image);
    if (nt_failed(st))
        return st;
    spec.default_dacl = dacl;
    return image_make(ret, &spec);
}

nt_status token_image_with_integrity(token_image **ret, const token_image *image,
                                     const SID_AND_ATTRIBUTES *label)
{
    _cleanup_(freep) SID_AND_ATTRIBUTES *sids = NULL;
    struct token_spec spec;

    if (!sid_valid(label->Sid, SID_SIZE_MAX) || !sid_is_integrity(label->Sid))
        return NT(INVALID_SID);
    if (sid_rid(label->Sid) > image->integrity)
        return NT(PRIVILEGE_NOT_HELD);
    nt_status st = token_image_unpack(&spec, &sids, image);
    if (nt_failed(st))
        return st;
    for (size_t i = 1; i <= spec.n_groups; i++) {
        if (sids[i].Attributes & SE_GROUP_INTEGRITY)
            sids[i].Sid = label->Sid;
    }
    return image_make(ret, &spec);
}

/* --- Setting --- */

void token_image_set_ids(token_image *image, uint64_t token_id, uint64_t modified_id)
{
    image->token_id = token_id;
    image->live.modified_id = modified_id;
}

void token_image_set_slot(token_image *image, uint32_t slot)
{
    image->slot = slot;
}

void token_image_set_mandatory_policy(token_image *image, uint32_t policy)
{
    image->mandatory_policy = policy & TOKEN_MANDATORY_POLICY_VALID_MASK;
}

void token_image_add_flags(token_image *image, uint32_t flags)
{
    image->flags |= flags & ALL_FLAGS;
}

nt_status token_image_set_type_level(token_image *image, TOKEN_TYPE type,
                                     SECURITY_IMPERSONATION_LEVEL level)
{
    if ((type != TokenPrimary && type != TokenImpersonation) ||
        (uint32_t)level > (uint32_t)SecurityDelegation)
        return NT(INVALID_PARAMETER);
    image->type = (uint32_t)type;
    image->level = (uint32_t)level;
    return NT_OK;
}

void token_image_set_privileges(token_image *image, uint64_t present, uint64_t enabled)
{
    image->privileges_present = present & PRIVILEGE_MASK_ALL;
    image->live.privileges_enabled = enabled & image->privileges_present;
    image->privileges_default &= image->privileges_present;
}

void token_image_set_enabled(token_image *image, uint64_t enabled, uint64_t modified_id)
{
    __atomic_store_n(&image->live.privileges_enabled, enabled & image->privileges_present,
                     __ATOMIC_RELAXED);
    __atomic_store_n(&image->live.modified_id, modified_id, __ATOMIC_RELAXED);
}

void token_image_set_sid_attributes(token_image *image, size_t i, uint32_t attributes)
{
    struct sid_entry *entry = list_entry(image, &image->sids, i);

    entry->attributes =
        (attributes & ~(uint32_t)SE_GROUP_INTEGRITY) | (entry->attributes & SE_GROUP_INTEGRITY);
}

nt_status token_image_set_owner(token_image *image, const SID *owner)
{
    size_t i = token_image_find_sid(image, owner);

    if (i == SIZE_MAX || !may_own(image, i))
        return NT(INVALID_OWNER);
    image->owner = (uint32_t)i;
    return NT_OK;
}
