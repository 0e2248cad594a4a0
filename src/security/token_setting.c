/* SPDX-License-Identifier: MIT */
#include "security/token_setting.h"

#include <stdlib.h>

#include "security/privilege.h"
#include "security/well_known.h"

_Static_assert(sizeof(TOKEN_AUDIT_POLICY) <= TOKEN_IMAGE_AUDIT_POLICY_SIZE, "an image holds one");

#define TCB PRIVILEGE_BIT(PRIVILEGE_TCB)

static const struct token_setting settings[] = {
    { TokenOwner, TOKEN_VALUE_SID, TOKEN_ADJUST_DEFAULT, 0 },
    { TokenPrimaryGroup, TOKEN_VALUE_SID, TOKEN_ADJUST_DEFAULT, 0 },
    { TokenDefaultDacl, TOKEN_VALUE_ACL, TOKEN_ADJUST_DEFAULT, 0 },
    { TokenSessionId, TOKEN_VALUE_NUMBER, TOKEN_ADJUST_DEFAULT | TOKEN_ADJUST_SESSIONID, TCB },
    { TokenSessionReference, TOKEN_VALUE_NONE, TOKEN_ADJUST_DEFAULT, TCB },
    { TokenAuditPolicy, TOKEN_VALUE_AUDIT, TOKEN_ADJUST_DEFAULT, TCB },
    { TokenOrigin, TOKEN_VALUE_LUID, TOKEN_ADJUST_DEFAULT, TCB },
    { TokenLinkedToken, TOKEN_VALUE_NONE, TOKEN_ADJUST_DEFAULT,
      PRIVILEGE_BIT(PRIVILEGE_CREATE_TOKEN) },
    { TokenVirtualizationAllowed, TOKEN_VALUE_NUMBER, TOKEN_ADJUST_DEFAULT,
      PRIVILEGE_BIT(PRIVILEGE_CREATE_TOKEN) },
    { TokenVirtualizationEnabled, TOKEN_VALUE_NUMBER, TOKEN_ADJUST_DEFAULT, 0 },
    { TokenIntegrityLevel, TOKEN_VALUE_SID, TOKEN_ADJUST_DEFAULT, 0 },
    { TokenUIAccess, TOKEN_VALUE_NUMBER, TOKEN_ADJUST_DEFAULT, TCB },
    { TokenMandatoryPolicy, TOKEN_VALUE_NUMBER, TOKEN_ADJUST_DEFAULT, TCB },
    { TokenSecurityAttributes, TOKEN_VALUE_CLAIMS, TOKEN_ADJUST_DEFAULT, TCB },
};

const struct token_setting *token_setting_find(uint32_t info_class)
{
    for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
        if ((uint32_t)settings[i].info_class == info_class)
            return &settings[i];
    }
    return NULL;
}

uint64_t token_setting_privilege(const struct token_setting *setting, const token_image *image,
                                 const void *value)
{
    if (setting->info_class == TokenIntegrityLevel && sid_rid(value) > token_image_integrity(image))
        return PRIVILEGE_BIT(PRIVILEGE_RELABEL);
    return setting->privilege;
}

/* --- the form of a value --- */

static nt_status check_size(size_t size, size_t expected)
{
    return size == expected ? NT_OK : NT(INVALID_PARAMETER);
}

static nt_status check_sid(const void *value, size_t size)
{
    return sid_valid(value, size) && sid_length(value) == size ? NT_OK : NT(INVALID_SID);
}

static nt_status check_acl(const void *value, size_t size)
{
    return size == 0 || (acl_valid(value, size) && acl_size(value) == size) ? NT_OK
                                                                            : NT(INVALID_ACL);
}

nt_status token_setting_check(const struct token_setting *setting, const void *value, size_t size)
{
    switch (setting->form) {
    case TOKEN_VALUE_NUMBER:
        return check_size(size, sizeof(uint32_t));
    case TOKEN_VALUE_LUID:
        return check_size(size, sizeof(uint64_t));
    case TOKEN_VALUE_AUDIT:
        return check_size(size, sizeof(TOKEN_AUDIT_POLICY));
    case TOKEN_VALUE_SID:
        return check_sid(value, size);
    case TOKEN_VALUE_ACL:
        return check_acl(value, size);
    case TOKEN_VALUE_CLAIMS:
        return claim_set_valid(value, size) ? NT_OK : NT(INVALID_PARAMETER);
    case TOKEN_VALUE_NONE:
        break;
    }
    return NT(NOT_SUPPORTED);
}

/* --- the change --- */

/* A token taken apart, and the value, which it may point to. */
struct setup {
    struct token_spec spec;
    SID_AND_ATTRIBUTES *sids;
    const void *value;
    size_t size;
};

static uint32_t number_of(const struct setup *s)
{
    uint32_t number;

    memcpy(&number, s->value, sizeof(number));
    return number;
}

static nt_status set_owner(struct setup *s)
{
    s->spec.owner = (PSID)(uintptr_t)s->value;
    return NT_OK;
}

static nt_status set_primary_group(struct setup *s)
{
    s->spec.primary_group = (PSID)(uintptr_t)s->value;
    return NT_OK;
}

static nt_status set_default_dacl(struct setup *s)
{
    s->spec.default_dacl = s->size > 0 ? s->value : NULL;
    return NT_OK;
}

static nt_status set_session(struct setup *s)
{
    s->spec.wts_session = number_of(s);
    return NT_OK;
}

static nt_status set_audit_policy(struct setup *s)
{
    memcpy(s->spec.audit_policy, s->value, sizeof(TOKEN_AUDIT_POLICY));
    return NT_OK;
}

static nt_status set_origin(struct setup *s)
{
    memcpy(&s->spec.origin_id, s->value, sizeof(s->spec.origin_id));
    return NT_OK;
}

/* A number that is a flag of the token: 0 or not. */
static void set_flag(struct setup *s, uint32_t flag)
{
    s->spec.flags = number_of(s) ? s->spec.flags | flag : s->spec.flags & ~flag;
}

static nt_status set_virtualization_allowed(struct setup *s)
{
    set_flag(s, TOKEN_IMAGE_VIRTUALIZATION_ALLOWED);
    if (!number_of(s))
        set_flag(s, TOKEN_IMAGE_VIRTUALIZATION_ENABLED);
    return NT_OK;
}

static nt_status set_virtualization_enabled(struct setup *s)
{
    if (number_of(s) && !(s->spec.flags & TOKEN_IMAGE_VIRTUALIZATION_ALLOWED))
        return NT(INVALID_PARAMETER);
    set_flag(s, TOKEN_IMAGE_VIRTUALIZATION_ENABLED);
    return NT_OK;
}

static nt_status set_integrity(struct setup *s)
{
    if (!sid_is_integrity(s->value))
        return NT(INVALID_SID);
    for (size_t i = 1; i <= s->spec.n_groups; i++) {
        if (!(s->sids[i].Attributes & SE_GROUP_INTEGRITY))
            continue;
        s->sids[i].Sid = (PSID)(uintptr_t)s->value;
        return NT_OK;
    }
    return NT(INVALID_PARAMETER); /* without a label a token is untrusted, and stays so */
}

static nt_status set_ui_access(struct setup *s)
{
    set_flag(s, TOKEN_IMAGE_UI_ACCESS);
    return NT_OK;
}

static nt_status set_mandatory_policy(struct setup *s)
{
    s->spec.mandatory_policy = number_of(s); /* checked when the image is built */
    return NT_OK;
}

static nt_status set_local_claims(struct setup *s)
{
    s->spec.claims[TOKEN_CLAIMS_LOCAL] = (struct claim_set){ s->value, s->size };
    return NT_OK;
}

static nt_status (*const changes[])(struct setup *s) = {
    [TokenOwner] = set_owner,
    [TokenPrimaryGroup] = set_primary_group,
    [TokenDefaultDacl] = set_default_dacl,
    [TokenSessionId] = set_session,
    [TokenAuditPolicy] = set_audit_policy,
    [TokenOrigin] = set_origin,
    [TokenVirtualizationAllowed] = set_virtualization_allowed,
    [TokenVirtualizationEnabled] = set_virtualization_enabled,
    [TokenIntegrityLevel] = set_integrity,
    [TokenUIAccess] = set_ui_access,
    [TokenMandatoryPolicy] = set_mandatory_policy,
    [TokenSecurityAttributes] = set_local_claims,
};

nt_status token_image_with_setting(token_image **ret, const token_image *image,
                                   const struct token_setting *setting, const void *value,
                                   size_t size)
{
    struct setup setup = { .value = value, .size = size };
    nt_status st = token_setting_check(setting, value, size);

    if (!nt_failed(st))
        st = token_image_unpack(&setup.spec, &setup.sids, image);
    if (nt_failed(st))
        return st;
    st = changes[setting->info_class](&setup);
    if (!nt_failed(st))
        st = token_image_build(ret, &setup.spec);
    free(setup.sids);
    return st;
}
