/* SPDX-License-Identifier: MIT */
/* The structures of GetTokenInformation(), made from what token_image.h tells. */
#include "base/luid.h"
#include "security/claim_information.h"
#include "security/privilege.h"
#include "security/token_image.h"
#include "security/well_known.h"

/*
 * Memory that a token has for its default DACL and its primary group, which can be replaced.
 * Windows reports what it has set aside; here it is a fixed amount, or as much as is used.
 */
enum { DYNAMIC_CHARGED_LEAST = 1024 };

/* A list of SIDs of a token: a way to see user, groups and restricting SIDs as the same thing. */
struct sid_range {
    size_t first;
    size_t n;
    const SID *(*sid)(const token_image *image, size_t i);
    uint32_t (*attributes)(const token_image *image, size_t i);
};

static uint32_t restricted_attributes(const token_image *image, size_t i)
{
    return SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;
}

static struct sid_range range_of(size_t first, size_t n)
{
    return (struct sid_range){ first, n, token_image_sid, token_image_sid_attributes };
}

static struct sid_range range_all(const token_image *image)
{
    return range_of(0, token_image_n_sids(image));
}

static struct sid_range range_groups(const token_image *image)
{
    return range_of(1, token_image_n_sids(image) - 1);
}

static struct sid_range range_restricted(const token_image *image)
{
    return (struct sid_range){ 0, token_image_n_restricted(image), token_image_restricted_sid,
                               restricted_attributes };
}

static struct sid_range range_device(const token_image *image)
{
    return (struct sid_range){ 0, token_image_n_device_groups(image), token_image_device_group,
                               token_image_device_group_attributes };
}

static struct sid_range range_restricted_device(const token_image *image)
{
    return (struct sid_range){ 0, token_image_n_restricted_device_groups(image),
                               token_image_restricted_device_group,
                               token_image_restricted_device_group_attributes };
}

static struct sid_range range_none(const token_image *image)
{
    return range_of(0, 0);
}

/* The group with all of these attributes; nothing when there is none. */
static struct sid_range range_with(const token_image *image, uint32_t attributes)
{
    for (size_t i = 1; i < token_image_n_sids(image); i++) {
        if ((token_image_sid_attributes(image, i) & attributes) == attributes)
            return range_of(i, 1);
    }
    return range_none(image);
}

static struct sid_range range_logon_sid(const token_image *image)
{
    return range_with(image, SE_GROUP_LOGON_ID);
}

static size_t range_sids_size(const token_image *image, const struct sid_range *range)
{
    size_t size = 0;

    for (size_t i = 0; i < range->n; i++)
        size += sid_length(range->sid(image, range->first + i));
    return size;
}

static size_t range_size(const token_image *image, const struct sid_range *range)
{
    return range->n * sizeof(SID_AND_ATTRIBUTES) + range_sids_size(image, range);
}

static uint8_t *put_sid(uint8_t *at, PSID *ret, const SID *sid)
{
    memcpy(at, sid, sid_length(sid));
    *ret = at;
    return at + sid_length(sid);
}

/* Fills the array, with the SIDs from `at` on; returns what follows them. */
static uint8_t *put_range(SID_AND_ATTRIBUTES *array, uint8_t *at, const token_image *image,
                          const struct sid_range *range)
{
    for (size_t i = 0; i < range->n; i++) {
        at = put_sid(at, &array[i].Sid, range->sid(image, range->first + i));
        array[i].Attributes = range->attributes(image, range->first + i);
    }
    return at;
}

/* --- A single SID behind a structure that points to it --- */

static size_t user_needed(const token_image *image)
{
    return sizeof(TOKEN_USER) + sid_length(token_image_sid(image, 0));
}

static void user_fill(const token_image *image, void *buffer)
{
    TOKEN_USER *user = buffer;

    user->User.Attributes = token_image_sid_attributes(image, 0);
    (void)put_sid((uint8_t *)(user + 1), &user->User.Sid, token_image_sid(image, 0));
}

static size_t owner_needed(const token_image *image)
{
    return sizeof(TOKEN_OWNER) + sid_length(token_image_sid(image, token_image_owner_index(image)));
}

static void owner_fill(const token_image *image, void *buffer)
{
    TOKEN_OWNER *owner = buffer;

    (void)put_sid((uint8_t *)(owner + 1), &owner->Owner,
                  token_image_sid(image, token_image_owner_index(image)));
}

static size_t primary_group_needed(const token_image *image)
{
    return sizeof(TOKEN_PRIMARY_GROUP) +
           sid_length(token_image_sid(image, token_image_primary_group_index(image)));
}

static void primary_group_fill(const token_image *image, void *buffer)
{
    TOKEN_PRIMARY_GROUP *group = buffer;

    (void)put_sid((uint8_t *)(group + 1), &group->PrimaryGroup,
                  token_image_sid(image, token_image_primary_group_index(image)));
}

static const SID *label_sid(const token_image *image, sid_buffer *untrusted)
{
    struct sid_range label = range_with(image, SE_GROUP_INTEGRITY);
    static const uint32_t untrusted_rid = SECURITY_MANDATORY_UNTRUSTED_RID;

    if (label.n > 0)
        return token_image_sid(image, label.first);
    nt_status made = sid_make(untrusted, 16, 1, &untrusted_rid);
    return nt_failed(made) ? NULL : &untrusted->sid;
}

static size_t label_needed(const token_image *image)
{
    sid_buffer untrusted;

    return sizeof(TOKEN_MANDATORY_LABEL) + sid_length(label_sid(image, &untrusted));
}

static void label_fill(const token_image *image, void *buffer)
{
    TOKEN_MANDATORY_LABEL *label = buffer;
    sid_buffer untrusted;

    label->Label.Attributes = SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED;
    (void)put_sid((uint8_t *)(label + 1), &label->Label.Sid, label_sid(image, &untrusted));
}

static size_t dacl_needed(const token_image *image)
{
    const ACL *dacl = token_image_default_dacl(image);

    return sizeof(TOKEN_DEFAULT_DACL) + (dacl ? acl_size(dacl) : 0);
}

static void dacl_fill(const token_image *image, void *buffer)
{
    TOKEN_DEFAULT_DACL *ret = buffer;
    const ACL *dacl = token_image_default_dacl(image);

    ret->DefaultDacl = dacl ? (ACL *)(void *)(ret + 1) : NULL;
    if (dacl)
        memcpy(ret->DefaultDacl, dacl, acl_size(dacl));
}

/* --- Privileges --- */

static size_t privileges_count(const token_image *image)
{
    return (size_t)__builtin_popcountll(token_image_privileges_present(image));
}

static void put_privileges(LUID_AND_ATTRIBUTES *ret, const token_image *image)
{
    uint64_t present = token_image_privileges_present(image);
    uint64_t enabled = token_image_privileges_enabled(image);
    uint64_t by_default = token_image_privileges_default(image);

    for (; present != 0; present &= present - 1) {
        uint32_t number = (uint32_t)__builtin_ctzll(present);

        ret->Luid = privilege_luid(number);
        ret->Attributes =
            (enabled & PRIVILEGE_BIT(number) ? SE_PRIVILEGE_ENABLED : 0u) |
            (by_default & PRIVILEGE_BIT(number) ? SE_PRIVILEGE_ENABLED_BY_DEFAULT : 0u);
        ret++;
    }
}

static size_t privileges_needed(const token_image *image)
{
    return offsetof(TOKEN_PRIVILEGES, Privileges) +
           privileges_count(image) * sizeof(LUID_AND_ATTRIBUTES);
}

static void privileges_fill(const token_image *image, void *buffer)
{
    TOKEN_PRIVILEGES *privileges = buffer;

    privileges->PrivilegeCount = (uint32_t)privileges_count(image);
    put_privileges(privileges->Privileges, image);
}

/* --- Structures of fixed size --- */

static size_t source_needed(const token_image *image)
{
    return sizeof(TOKEN_SOURCE);
}

static void source_fill(const token_image *image, void *buffer)
{
    TOKEN_SOURCE *source = buffer;

    memcpy(source->SourceName, token_image_source_name(image), sizeof(source->SourceName));
    source->SourceIdentifier = luid_from_u64(token_image_source_id(image));
}

static size_t statistics_needed(const token_image *image)
{
    return sizeof(TOKEN_STATISTICS);
}

static void statistics_fill(const token_image *image, void *buffer)
{
    TOKEN_STATISTICS *s = buffer;
    const ACL *dacl = token_image_default_dacl(image);
    size_t used = sid_length(token_image_sid(image, token_image_primary_group_index(image))) +
                  (dacl ? acl_size(dacl) : 0);

    s->TokenId = luid_from_u64(token_image_id(image));
    s->AuthenticationId = luid_from_u64(token_image_authentication_id(image));
    s->ExpirationTime.QuadPart = token_image_expiration(image);
    s->TokenType = token_image_type(image);
    s->ImpersonationLevel = token_image_level(image);
    s->DynamicCharged = (uint32_t)(used > DYNAMIC_CHARGED_LEAST ? used : DYNAMIC_CHARGED_LEAST);
    s->DynamicAvailable = s->DynamicCharged - (uint32_t)used;
    s->GroupCount = (uint32_t)token_image_n_sids(image) - 1;
    s->PrivilegeCount = (uint32_t)privileges_count(image);
    s->ModifiedId = luid_from_u64(token_image_modified_id(image));
}

static size_t origin_needed(const token_image *image)
{
    return sizeof(TOKEN_ORIGIN);
}

static void origin_fill(const token_image *image, void *buffer)
{
    ((TOKEN_ORIGIN *)buffer)->OriginatingLogonSession = luid_from_u64(token_image_origin_id(image));
}

static size_t app_container_needed(const token_image *image)
{
    return sizeof(TOKEN_APPCONTAINER_INFORMATION);
}

static void app_container_fill(const token_image *image, void *buffer)
{
    ((TOKEN_APPCONTAINER_INFORMATION *)buffer)->TokenAppContainer = NULL;
}

static size_t audit_needed(const token_image *image)
{
    return sizeof(TOKEN_AUDIT_POLICY);
}

static void audit_fill(const token_image *image, void *buffer)
{
    memcpy(buffer, token_image_audit_policy(image), sizeof(TOKEN_AUDIT_POLICY));
}

/* --- Everything at once --- */

static size_t groups_privileges_needed(const token_image *image)
{
    struct sid_range sids = range_all(image);
    struct sid_range restricted = range_restricted(image);

    return sizeof(TOKEN_GROUPS_AND_PRIVILEGES) + range_size(image, &sids) +
           range_size(image, &restricted) + privileges_count(image) * sizeof(LUID_AND_ATTRIBUTES);
}

static void groups_privileges_fill(const token_image *image, void *buffer)
{
    TOKEN_GROUPS_AND_PRIVILEGES *ret = buffer;
    struct sid_range sids = range_all(image);
    struct sid_range restricted = range_restricted(image);

    ret->SidCount = (uint32_t)sids.n;
    ret->SidLength = (uint32_t)range_size(image, &sids);
    ret->Sids = (SID_AND_ATTRIBUTES *)(void *)(ret + 1);
    ret->RestrictedSidCount = (uint32_t)restricted.n;
    ret->RestrictedSidLength = (uint32_t)range_size(image, &restricted);
    ret->RestrictedSids = restricted.n > 0 ? ret->Sids + sids.n : NULL;
    ret->PrivilegeCount = (uint32_t)privileges_count(image);
    ret->PrivilegeLength = (uint32_t)(ret->PrivilegeCount * sizeof(LUID_AND_ATTRIBUTES));
    ret->AuthenticationId = luid_from_u64(token_image_authentication_id(image));
    uint8_t *at = (uint8_t *)(ret->Sids + sids.n + restricted.n);
    at = put_range(ret->Sids, at, image, &sids);
    at = put_range(ret->RestrictedSids, at, image, &restricted);
    ret->Privileges = (LUID_AND_ATTRIBUTES *)(void *)at;
    put_privileges(ret->Privileges, image);
}

/* The parts of TokenAccessInformation, in the order in which they lie behind the structure. */
static size_t access_needed(const token_image *image)
{
    struct sid_range sids = range_all(image);
    struct sid_range restricted = range_restricted(image);

    return sizeof(TOKEN_ACCESS_INFORMATION) + 3 * sizeof(SID_AND_ATTRIBUTES_HASH) +
           range_size(image, &sids) + range_size(image, &restricted) + privileges_needed(image);
}

/*
 * The hash narrows a search to the SIDs whose bits are in it. How Windows computes it is not
 * published; with the bits of all SIDs everywhere the search is complete, if not narrowed.
 */
static void put_hash(SID_AND_ATTRIBUTES_HASH *hash, SID_AND_ATTRIBUTES *array, size_t n)
{
    SID_HASH_ENTRY every = 0;

    hash->SidCount = (uint32_t)n;
    hash->SidAttr = n > 0 ? array : NULL;
    for (size_t i = 0; i < n && i < 8 * sizeof(every); i++)
        every |= (SID_HASH_ENTRY)1 << i;
    for (size_t i = 0; i < ARRAY_SIZE(hash->Hash); i++)
        hash->Hash[i] = every;
}

static void access_fill(const token_image *image, void *buffer)
{
    TOKEN_ACCESS_INFORMATION *ret = buffer;
    SID_AND_ATTRIBUTES_HASH *hashes = (SID_AND_ATTRIBUTES_HASH *)(void *)(ret + 1);
    SID_AND_ATTRIBUTES *array = (SID_AND_ATTRIBUTES *)(void *)(hashes + 3);
    struct sid_range sids = range_all(image);
    struct sid_range restricted = range_restricted(image);

    *ret = (TOKEN_ACCESS_INFORMATION){
        .SidHash = &hashes[0],
        .RestrictedSidHash = &hashes[1],
        .CapabilitiesHash = &hashes[2],
        .AuthenticationId = luid_from_u64(token_image_authentication_id(image)),
        .TokenType = token_image_type(image),
        .ImpersonationLevel = token_image_level(image),
        .MandatoryPolicy = { .Policy = token_image_mandatory_policy(image) },
    };
    put_hash(&hashes[0], array, sids.n);
    put_hash(&hashes[1], array + sids.n, restricted.n);
    put_hash(&hashes[2], NULL, 0);
    uint8_t *at = (uint8_t *)(array + sids.n + restricted.n);
    at = put_range(array, at, image, &sids);
    at = put_range(array + sids.n, at, image, &restricted);
    ret->Privileges = (TOKEN_PRIVILEGES *)(void *)at;
    privileges_fill(image, ret->Privileges);
}

/* --- Numbers --- */

static uint32_t number_type(const token_image *image)
{
    return (uint32_t)token_image_type(image);
}

static uint32_t number_level(const token_image *image)
{
    return (uint32_t)token_image_level(image);
}

static uint32_t number_elevation_type(const token_image *image)
{
    return (uint32_t)token_image_elevation_type(image);
}

static uint32_t flag(const token_image *image, uint32_t bit)
{
    return token_image_flags(image) & bit ? 1 : 0;
}

static uint32_t number_sandbox_inert(const token_image *image)
{
    return flag(image, TOKEN_IMAGE_SANDBOX_INERT);
}

static uint32_t number_filtered(const token_image *image)
{
    return flag(image, TOKEN_IMAGE_FILTERED);
}

static uint32_t number_virtualization_allowed(const token_image *image)
{
    return flag(image, TOKEN_IMAGE_VIRTUALIZATION_ALLOWED);
}

static uint32_t number_virtualization_enabled(const token_image *image)
{
    return flag(image, TOKEN_IMAGE_VIRTUALIZATION_ENABLED);
}

static uint32_t number_ui_access(const token_image *image)
{
    return flag(image, TOKEN_IMAGE_UI_ACCESS);
}

static uint32_t number_restricted(const token_image *image)
{
    return token_image_n_restricted(image) > 0 ? 1 : 0;
}

static uint32_t number_zero(const token_image *image)
{
    return 0;
}

/* --- One row a class; exactly one of the four ways --- */

struct info {
    uint32_t (*number)(const token_image *image);
    struct sid_range (*groups)(const token_image *image); /* as TOKEN_GROUPS */
    bool is_claims;                                       /* whose: */
    enum token_claims claims;
    size_t (*needed)(const token_image *image);
    void (*fill)(const token_image *image, void *buffer);
};

enum { LAST_CLASS = TokenIsAppSilo };

static const struct info infos[LAST_CLASS + 1] = {
    [TokenUser] = { .needed = user_needed, .fill = user_fill },
    [TokenGroups] = { .groups = range_groups },
    [TokenPrivileges] = { .needed = privileges_needed, .fill = privileges_fill },
    [TokenOwner] = { .needed = owner_needed, .fill = owner_fill },
    [TokenPrimaryGroup] = { .needed = primary_group_needed, .fill = primary_group_fill },
    [TokenDefaultDacl] = { .needed = dacl_needed, .fill = dacl_fill },
    [TokenSource] = { .needed = source_needed, .fill = source_fill },
    [TokenType] = { .number = number_type },
    [TokenImpersonationLevel] = { .number = number_level },
    [TokenStatistics] = { .needed = statistics_needed, .fill = statistics_fill },
    [TokenRestrictedSids] = { .groups = range_restricted },
    [TokenSessionId] = { .number = token_image_wts_session },
    [TokenGroupsAndPrivileges] = { .needed = groups_privileges_needed,
                                   .fill = groups_privileges_fill },
    [TokenAuditPolicy] = { .needed = audit_needed, .fill = audit_fill },
    [TokenSandBoxInert] = { .number = number_sandbox_inert },
    [TokenOrigin] = { .needed = origin_needed, .fill = origin_fill },
    [TokenElevationType] = { .number = number_elevation_type },
    [TokenElevation] = { .number = token_image_elevated },
    [TokenHasRestrictions] = { .number = number_filtered },
    [TokenAccessInformation] = { .needed = access_needed, .fill = access_fill },
    [TokenVirtualizationAllowed] = { .number = number_virtualization_allowed },
    [TokenVirtualizationEnabled] = { .number = number_virtualization_enabled },
    [TokenIntegrityLevel] = { .needed = label_needed, .fill = label_fill },
    [TokenUIAccess] = { .number = number_ui_access },
    [TokenMandatoryPolicy] = { .number = token_image_mandatory_policy },
    [TokenLogonSid] = { .groups = range_logon_sid },
    [TokenIsAppContainer] = { .number = number_zero },
    [TokenCapabilities] = { .groups = range_none },
    [TokenAppContainerSid] = { .needed = app_container_needed, .fill = app_container_fill },
    [TokenAppContainerNumber] = { .number = number_zero },
    [TokenUserClaimAttributes] = { .is_claims = true, .claims = TOKEN_CLAIMS_USER },
    [TokenDeviceClaimAttributes] = { .is_claims = true, .claims = TOKEN_CLAIMS_DEVICE },
    [TokenRestrictedUserClaimAttributes] = { .is_claims = true,
                                             .claims = TOKEN_CLAIMS_RESTRICTED_USER },
    [TokenRestrictedDeviceClaimAttributes] = { .is_claims = true,
                                               .claims = TOKEN_CLAIMS_RESTRICTED_DEVICE },
    [TokenDeviceGroups] = { .groups = range_device },
    [TokenRestrictedDeviceGroups] = { .groups = range_restricted_device },
    [TokenSecurityAttributes] = { .is_claims = true, .claims = TOKEN_CLAIMS_LOCAL },
    [TokenIsRestricted] = { .number = number_restricted },
    [TokenPrivateNameSpace] = { .number = number_zero },
    [TokenIsLessPrivilegedAppContainer] = { .number = number_zero },
    [TokenIsSandboxed] = { .number = number_zero },
    [TokenIsAppSilo] = { .number = number_zero },
};

static nt_status give_groups(const token_image *image, const struct sid_range *range, void *buffer,
                             uint32_t size, uint32_t *ret_needed)
{
    TOKEN_GROUPS *groups = buffer;

    *ret_needed = (uint32_t)(offsetof(TOKEN_GROUPS, Groups) + range_size(image, range));
    if (size < *ret_needed)
        return NT(BUFFER_TOO_SMALL);
    groups->GroupCount = (uint32_t)range->n;
    (void)put_range(groups->Groups, (uint8_t *)&groups->Groups[range->n], image, range);
    return NT_OK;
}

static nt_status give_claims(const token_image *image, enum token_claims whose, void *buffer,
                             uint32_t size, uint32_t *ret_needed)
{
    struct claim_set set = token_image_claims(image, whose);

    *ret_needed = (uint32_t)claim_set_information_size(&set);
    if (size < *ret_needed)
        return NT(BUFFER_TOO_SMALL);
    claim_set_to_information(&set, buffer);
    return NT_OK;
}

static nt_status give_number(uint32_t number, void *buffer, uint32_t size, uint32_t *ret_needed)
{
    *ret_needed = sizeof(number);
    if (size < sizeof(number))
        return NT(BUFFER_TOO_SMALL);
    memcpy(buffer, &number, sizeof(number));
    return NT_OK;
}

nt_status token_image_information(const token_image *image, TOKEN_INFORMATION_CLASS info_class,
                                  void *buffer, uint32_t size, uint32_t *ret_needed)
{
    if ((uint32_t)info_class > LAST_CLASS)
        return NT(INVALID_INFO_CLASS);
    if (info_class == TokenImpersonationLevel && token_image_type(image) == TokenPrimary)
        return NT(INVALID_PARAMETER);
    const struct info *info = &infos[info_class];
    if (info->number)
        return give_number(info->number(image), buffer, size, ret_needed);
    if (info->groups) {
        struct sid_range range = info->groups(image);

        return give_groups(image, &range, buffer, size, ret_needed);
    }
    if (info->is_claims)
        return give_claims(image, info->claims, buffer, size, ret_needed);
    if (!info->needed)
        return NT(INVALID_INFO_CLASS);
    *ret_needed = (uint32_t)info->needed(image);
    if (size < *ret_needed)
        return NT(BUFFER_TOO_SMALL);
    info->fill(image, buffer);
    return NT_OK;
}
