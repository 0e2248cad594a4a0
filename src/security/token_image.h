/* SPDX-License-Identifier: MIT */
/*
 * A token as one flat block: the same bytes in the authority, in a message and in a program. It has
 * no pointers, so it is copied by memcpy() and sent as it is; host byte order (little-endian). SIDs
 * never change in an image; ids, privileges, group attributes and the like do, by the setters.
 * Reading one from several threads is fine as long as none sets; token_image_set_enabled() alone
 * may come meanwhile.
 */
#ifndef OPENLOGON_SECURITY_TOKEN_IMAGE_H
#define OPENLOGON_SECURITY_TOKEN_IMAGE_H

#include "security/acl.h"
#include "security/claim.h"

enum {
    TOKEN_IMAGE_SIZE_MAX = 96 * 1024, /* fits a message */
    TOKEN_IMAGE_SIDS_MAX = 1024,      /* user and groups; the restricting ones apart as many */
    TOKEN_IMAGE_GIDS_MAX = 1024,
    TOKEN_IMAGE_AUDIT_POLICY_SIZE = 32, /* TOKEN_AUDIT_POLICY, and zeros */
};

/* Flags of an image; only ever added. */
enum token_image_flags {
    TOKEN_IMAGE_FILTERED = 1 << 0,         /* TokenHasRestrictions: was ever filtered */
    TOKEN_IMAGE_WRITE_RESTRICTED = 1 << 1, /* restricting SIDs count for writing only */
    TOKEN_IMAGE_SANDBOX_INERT = 1 << 2,
    TOKEN_IMAGE_UI_ACCESS = 1 << 3,
    TOKEN_IMAGE_VIRTUALIZATION_ALLOWED = 1 << 4,
    TOKEN_IMAGE_VIRTUALIZATION_ENABLED = 1 << 5,
};

/* Whose claims; the restricted ones stand for them in the restricted half of a check. */
enum token_claims {
    TOKEN_CLAIMS_LOCAL, /* the token's own: TokenSecurityAttributes */
    TOKEN_CLAIMS_USER,
    TOKEN_CLAIMS_DEVICE,
    TOKEN_CLAIMS_RESTRICTED_USER,
    TOKEN_CLAIMS_RESTRICTED_DEVICE,
    TOKEN_CLAIMS_N,
};

/* Owned by who made it: malloc()ed, freed by token_image_free(). */
typedef struct token_image token_image;

/* Everything that a token is made of. Pointers are borrowed during the build. */
struct token_spec {
    uint64_t token_id;
    uint64_t authentication_id;
    uint64_t origin_id;
    uint64_t modified_id;
    int64_t expiration; /* FILETIME */
    TOKEN_TYPE type;
    SECURITY_IMPERSONATION_LEVEL level;
    uint32_t wts_session;
    TOKEN_ELEVATION_TYPE elevation_type;
    uint32_t elevated;
    uint32_t mandatory_policy;
    uint32_t flags; /* enum token_image_flags */
    uint8_t audit_policy[TOKEN_IMAGE_AUDIT_POLICY_SIZE];
    char source_name[8];
    uint64_t source_id;
    uint32_t slot; /* in the page of modified ids; 0: none */
    const SID_AND_ATTRIBUTES *user;
    const SID_AND_ATTRIBUTES *groups; /* integrity label and logon SID are among them */
    size_t n_groups;
    const SID_AND_ATTRIBUTES *restricted;
    size_t n_restricted;
    const SID_AND_ATTRIBUTES *device_groups; /* of the device that the user is at */
    size_t n_device_groups;
    const SID_AND_ATTRIBUTES *restricted_device_groups;
    size_t n_restricted_device_groups;
    struct claim_set claims[TOKEN_CLAIMS_N];
    PSID primary_group; /* the user or one of the groups */
    PSID owner;         /* the user or a group with SE_GROUP_OWNER; NULL: the user */
    uint64_t privileges_present;
    uint64_t privileges_enabled; /* only of those present */
    uint64_t privileges_default;
    const ACL *default_dacl; /* NULL: none */
    uint32_t uid, gid;       /* kernel ids; UINT32_MAX: the account has no Unix identity */
    const uint32_t *gids;
    size_t n_gids;
};

/**
 * Makes an image.
 * Errors: INVALID_SID, INVALID_ACL, INVALID_OWNER, INVALID_PRIMARY_GROUP, INVALID_PARAMETER
 * (numbers out of range, malformed claims), TOO_MANY_CONTEXT_IDS, NO_MEMORY
 */
_must_check_ nt_status token_image_build(token_image **ret, const struct token_spec *spec);

/**
 * Takes an image apart, to make another that differs a little.
 * @ret      borrows from the image and from ret_sids: the user, then the groups, then restricting
 *           SIDs, then both kinds of device groups
 * @ret_sids from malloc(), the caller's; changes there show in the spec
 * Errors:   NO_MEMORY
 */
_must_check_ nt_status token_image_unpack(struct token_spec *ret, SID_AND_ATTRIBUTES **ret_sids,
                                          const token_image *image);

/* Makes one from bytes of anyone; checks all of them and copies. Errors: INVALID_PARAMETER,
 * NO_MEMORY */
_must_check_ nt_status token_image_parse(token_image **ret, const void *bytes, size_t size);
_must_check_ nt_status token_image_dup(token_image **ret, const token_image *image);
token_image *token_image_free(token_image *image); /* NULL is fine; returns NULL */
DEFINE_CLEANUP(token_image *, token_image_free);

const void *token_image_bytes(const token_image *image);
size_t token_image_size(const token_image *image);

uint64_t token_image_id(const token_image *image);
uint64_t token_image_authentication_id(const token_image *image);
uint64_t token_image_origin_id(const token_image *image);
uint64_t token_image_modified_id(const token_image *image);
uint64_t token_image_source_id(const token_image *image);
const char *token_image_source_name(const token_image *image); /* 8 bytes, not terminated */
int64_t token_image_expiration(const token_image *image);
const uint8_t *token_image_audit_policy(const token_image *image); /* 32 bytes */
TOKEN_TYPE token_image_type(const token_image *image);
SECURITY_IMPERSONATION_LEVEL token_image_level(const token_image *image);
uint32_t token_image_wts_session(const token_image *image);
TOKEN_ELEVATION_TYPE token_image_elevation_type(const token_image *image);
uint32_t token_image_elevated(const token_image *image);
uint32_t token_image_mandatory_policy(const token_image *image);
uint32_t token_image_flags(const token_image *image);
uint32_t token_image_slot(const token_image *image);
uint32_t token_image_integrity(const token_image *image); /* RID of the label; untrusted if none */
uint64_t token_image_privileges_present(const token_image *image);
uint64_t token_image_privileges_enabled(const token_image *image);
uint64_t token_image_privileges_default(const token_image *image);
const ACL *token_image_default_dacl(const token_image *image); /* NULL: none */
uint32_t token_image_uid(const token_image *image);
uint32_t token_image_gid(const token_image *image);
const uint32_t *token_image_gids(const token_image *image, size_t *ret_n);

void token_image_set_ids(token_image *image, uint64_t token_id, uint64_t modified_id);
void token_image_set_slot(token_image *image, uint32_t slot);
void token_image_set_mandatory_policy(token_image *image, uint32_t policy);
void token_image_add_flags(token_image *image, uint32_t flags);
/* Errors: INVALID_PARAMETER (no such type or level) */
_must_check_ nt_status token_image_set_type_level(token_image *image, TOKEN_TYPE type,
                                                  SECURITY_IMPERSONATION_LEVEL level);
/* Enabled and default bits of privileges that are not present are dropped. */
void token_image_set_privileges(token_image *image, uint64_t present, uint64_t enabled);
/* The same for what is enabled alone, in an image that other threads read. One thread at a time. */
void token_image_set_enabled(token_image *image, uint64_t enabled, uint64_t modified_id);

/* User, groups: index 0 is the user. Restricting SIDs have indexes of their own. */
size_t token_image_n_sids(const token_image *image);
const SID *token_image_sid(const token_image *image, size_t i);
uint32_t token_image_sid_attributes(const token_image *image, size_t i);
size_t token_image_find_sid(const token_image *image, const SID *sid); /* SIZE_MAX: not there */
size_t token_image_n_restricted(const token_image *image);
const SID *token_image_restricted_sid(const token_image *image, size_t i);
size_t token_image_n_device_groups(const token_image *image);
const SID *token_image_device_group(const token_image *image, size_t i);
uint32_t token_image_device_group_attributes(const token_image *image, size_t i);
size_t token_image_n_restricted_device_groups(const token_image *image);
const SID *token_image_restricted_device_group(const token_image *image, size_t i);
uint32_t token_image_restricted_device_group_attributes(const token_image *image, size_t i);
struct claim_set token_image_claims(const token_image *image,
                                    enum token_claims whose); /* borrowed */
size_t token_image_owner_index(const token_image *image);
size_t token_image_primary_group_index(const token_image *image);

/* The attributes of a group; what the change may be is the caller's rule. */
void token_image_set_sid_attributes(token_image *image, size_t i, uint32_t attributes);
/* Errors: INVALID_OWNER (not there, or a group without SE_GROUP_OWNER) */
_must_check_ nt_status token_image_set_owner(token_image *image, const SID *owner);
/* A new image with another default DACL (NULL: none). Errors: INVALID_ACL, NO_MEMORY */
_must_check_ nt_status token_image_with_default_dacl(token_image **ret, const token_image *image,
                                                     const ACL *dacl);
/* A new image with another integrity label, not above the present one.
 * Errors: PRIVILEGE_NOT_HELD (above), INVALID_SID (not below S-1-16), NO_MEMORY */
_must_check_ nt_status token_image_with_integrity(token_image **ret, const token_image *image,
                                                  const SID_AND_ATTRIBUTES *label);

/* What a SID is looked up for. A deny-only SID counts for denying only, a disabled one for nothing.
 */
enum token_sid_use {
    TOKEN_SID_ALLOW,      /* user or enabled group */
    TOKEN_SID_DENY,       /* these and deny-only ones */
    TOKEN_SID_RESTRICTED, /* a restricting SID */
    TOKEN_SID_DEVICE,     /* an enabled group of the device */
    TOKEN_SID_RESTRICTED_DEVICE,
};
bool token_image_has_sid(const token_image *image, const SID *sid, enum token_sid_use use);

/**
 * What GetTokenInformation() gives, for the classes that the image knows: 1-13, 15-18, 20-40, 42
 * and 46-48. Interior pointers point into the buffer, which is aligned to 8.
 * @ret_needed set on success and with BUFFER_TOO_SMALL
 * Errors:     BUFFER_TOO_SMALL (nothing is written), INVALID_INFO_CLASS (none of these),
 *             INVALID_PARAMETER (TokenImpersonationLevel of a primary token)
 */
_must_check_ nt_status token_image_information(const token_image *image,
                                               TOKEN_INFORMATION_CLASS info_class, void *buffer,
                                               uint32_t size, uint32_t *ret_needed);

/* What CreateRestrictedToken() is asked for. Attributes of the SIDs are not looked at. */
struct token_filter {
    uint32_t flags; /* DISABLE_MAX_PRIVILEGE, SANDBOX_INERT, LUA_TOKEN, WRITE_RESTRICTED */
    const SID_AND_ATTRIBUTES *disable;
    size_t n_disable;
    uint64_t delete_privileges;
    const SID_AND_ATTRIBUTES *restrict_to;
    size_t n_restrict_to;
};

/**
 * Makes a narrowed copy, with the ids of the original (the caller sets new ones).
 * Errors: INVALID_PARAMETER (unknown flags, too many), INVALID_SID, NO_MEMORY
 */
_must_check_ nt_status token_image_filter(token_image **ret, const token_image *image,
                                          const struct token_filter *filter);

/**
 * Whether the child can do nothing that the parent cannot: same session, user, claims, groups of
 * the device and kernel ids; no SID, privilege, level or integrity that the parent lacks, nothing
 * deny-only or restricted given back. What may be re-enabled in the parent (a privilege present, a
 * group) may be enabled in the child.
 */
bool token_image_is_narrowing(const token_image *child, const token_image *parent);

/* A part of it: no restricting SID that the parent lacks, where the parent has some. */
bool token_image_is_restricted_within(const token_image *child, const token_image *parent);

#endif
