/* SPDX-License-Identifier: MIT */
/*
 * The policy of this machine as the authority enforces it: which rights each account has, and the
 * settings. A copy in memory of what the worker keeps in policy.db (all but the secrets), replaced
 * as a whole after each change. What is changed counts for later logons only.
 */
#ifndef OPENLOGON_AUTHORITY_POLICY_H
#define OPENLOGON_AUTHORITY_POLICY_H

#include "security/account_right.h"
#include "security/token_image.h"

/* Owned by the authority. Main thread only. */
typedef struct Policy Policy;

/* --- settings ----------------------------------------------------------------------------- */

/* Who may have a token elevated, and how (`logon run --elevated`). */
enum elevation_consent {
    ELEVATION_BY_PASSWORD, /* whoever asks gives the administrator's password again */
    ELEVATION_FREELY,      /* an administrator's own session is asked nothing */
    ELEVATION_FORBIDDEN,   /* nobody; who needs the full token logs on for it */
    ELEVATION_CONSENT_MAX_,
};

/* Defaults are those of Windows. */
struct elevation_policy {
    /* EnableLUA: the interactive logons of an administrator get a filtered token and a full one. */
    bool split_administrators; /* default on */
    /* FilterAdministratorToken: RID 500 too. */
    bool filter_built_in_administrator; /* default off */
    enum elevation_consent consent;
};

struct elevation_policy policy_elevation(const Policy *policy);

enum policy_setting {
    POLICY_ELEVATION_SPLIT,
    POLICY_ELEVATION_FILTER_BUILT_IN,
    POLICY_ELEVATION_CONSENT,
    POLICY_AUDIT_MODE,
    POLICY_AUDIT_FIRST, /* nine, by POLICY_AUDIT_EVENT_TYPE */
    POLICY_AUDIT_LAST = POLICY_AUDIT_FIRST + 8,
    POLICY_SERVER_ROLE,
    POLICY_DOMAIN_NAME, /* of the primary domain: a workgroup's name */
    POLICY_DNS_DOMAIN,
    POLICY_DNS_FOREST,
    POLICY_DOMAIN_GUID,
    POLICY_DOMAIN_SID,
    POLICY_SETTINGS_N,
};

/* What a setting holds: a number (4 bytes, little-endian), UTF-8, a GUID's 16 bytes, a SID. Empty
 * texts, GUIDs and SIDs are none. Borrowed bytes. */
struct policy_value {
    const void *bytes;
    size_t size;
};

/* The name that it has in policy.db; constant. */
const char *policy_setting_name(enum policy_setting setting);
struct policy_value policy_get(const Policy *policy, enum policy_setting setting);
uint32_t policy_get_number(const Policy *policy, enum policy_setting setting);
/* Whether a value will do. Errors: INVALID_PARAMETER */
_must_check_ nt_status policy_setting_check(enum policy_setting setting, struct policy_value value);

/* --- rights ------------------------------------------------------------------------------- */

/* What an account itself is assigned; nothing, when it is not known. */
struct account_rights policy_rights_of_sid(const Policy *policy, const SID *sid);

/* The union over the user and the enabled groups of a token to be. Deny rights count for groups
 * that are there for denying, too. */
struct account_rights policy_rights_of_token(const Policy *policy, const struct token_spec *spec);

struct policy_account {
    const SID *sid;
    struct account_rights rights; /* not empty */
};

/* For walks, in a constant order until the next load; NULL at the end. Borrowed. */
const struct policy_account *policy_account_at(const Policy *policy, size_t i);

/* --- the object --------------------------------------------------------------------------- */

/**
 * The security descriptor of the policy object is evaluated each time that it is opened.
 * @desired  POLICY_* rights; generic rights are mapped; MAXIMUM_ALLOWED gives all that there are
 * Errors:   ACCESS_DENIED, PRIVILEGE_NOT_HELD, INVALID_PARAMETER (a bit that is no right)
 */
_must_check_ nt_status policy_access_check(const Policy *policy, const token_image *caller,
                                           uint32_t desired, uint32_t *ret_granted);

/* The same for the object that holds an account's rights: administrators' only. */
_must_check_ nt_status policy_account_access_check(const token_image *caller, uint32_t desired);

/* --- loading ------------------------------------------------------------------------------ */

struct policy_named_value {
    const char *name; /* one that is not known is left out */
    struct policy_value value;
};

/* What a worker has read; everything is borrowed. */
struct policy_content {
    uint64_t generation; /* rises with each change */
    const struct policy_account *accounts;
    size_t n_accounts;
    const struct policy_named_value *values;
    size_t n_values;
    struct policy_value descriptor; /* of the policy object; empty: the default */
};

/* Until it is loaded nobody has a right, and settings are the defaults.
 * policy_status() is POLICY_OBJECT_NOT_FOUND. */
_must_check_ nt_status policy_new(Policy **ret);
Policy *policy_free(Policy *policy);
DEFINE_CLEANUP(Policy *, policy_free);

/**
 * Replaces everything. An older generation than the present one changes nothing: two changes'
 * answers may overtake each other.
 * Errors:   INTERNAL_DB_CORRUPTION (a value, a right or the descriptor is malformed), NO_MEMORY;
 *           then the policy stays as it was
 */
_must_check_ nt_status policy_load(Policy *policy, const struct policy_content *content);

/* Why there is no policy to be had now; NT_OK: there is one. While it is a failure nobody logs on.
 */
_must_check_ nt_status policy_status(const Policy *policy);
/* From now on there is none, until the next load. */
void policy_fail(Policy *policy, nt_status why);

#endif
