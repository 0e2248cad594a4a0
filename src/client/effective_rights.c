/* SPDX-License-Identifier: MIT */
/* aclapi.h: what an ACL grants to a trustee, and what of a trustee's it audits. */
#include <aclapi.h>

#include <stdlib.h>

#include "client/account.h"
#include "client/impersonation.h"
#include "client/trustee.h"
#include "security/access_check.h"
#include "security/acl_writer.h"

enum {
    GENERIC_SHIFT = 28,
    NT_AUTHORITY = 5, /* S-1-5 */
    OF_DOMAINS = 21,  /* S-1-5-21 */
    OF_BUILTIN = 32,  /* S-1-5-32 */
};

/* The trustee as a token has it. Starts zeroed. */
struct member {
    token_image *image;
    bool complete; /* no group that counts is unknown */
};

static void member_done(struct member *m)
{
    (void)token_image_free(m->image);
}

/* Whether it is an account's or a group's, and not one that a logon brings along. */
static bool is_of_accounts(const SID *sid)
{
    return sid_authority(sid) == NT_AUTHORITY && sid_n_subs(sid) > 1 &&
           (sid_sub(sid, 0) == OF_DOMAINS || sid_sub(sid, 0) == OF_BUILTIN);
}

/* --- the trustee's token -------------------------------------------------------------------- */

static nt_status build_image(token_image **ret, const SID *sid, const SID_AND_ATTRIBUTES *groups,
                             size_t n)
{
    SID_AND_ATTRIBUTES user = { .Sid = (PSID)(uintptr_t)sid };

    return token_image_build(ret, &(struct token_spec){ .type = TokenPrimary,
                                                        .elevation_type = TokenElevationTypeDefault,
                                                        .user = &user,
                                                        .groups = groups,
                                                        .n_groups = n,
                                                        .primary_group = user.Sid });
}

/* Everyone, and those groups of the token that do not come from its logon. */
static nt_status image_with_groups_of(token_image **ret, const SID *sid, const token_image *token)
{
    static const SID everyone = { .Revision = SID_REVISION,
                                  .SubAuthorityCount = 1,
                                  .IdentifierAuthority = { SECURITY_WORLD_SID_AUTHORITY },
                                  .SubAuthority = { SECURITY_WORLD_RID } };
    size_t n_sids = token ? token_image_n_sids(token) : 0, n = 0;
    _cleanup_(freep) SID_AND_ATTRIBUTES *groups = calloc(n_sids + 1, sizeof(*groups));

    if (!groups)
        return NT(NO_MEMORY);
    if (!sid_equal(sid, &everyone))
        groups[n++] = (SID_AND_ATTRIBUTES){ (PSID)(uintptr_t)&everyone, SE_GROUP_ENABLED };
    for (size_t i = 1; i < n_sids; i++) {
        const SID *group = token_image_sid(token, i);

        if (is_of_accounts(group))
            groups[n++] = (SID_AND_ATTRIBUTES){ (PSID)(uintptr_t)group,
                                                token_image_sid_attributes(token, i) };
    }
    return build_image(ret, sid, groups, n);
}

/* What kind of account it is; SidTypeUnknown: nobody knows it. */
static nt_status use_of(SID_NAME_USE *ret, const SID *sid)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = account_by_sid(&account, sid);

    *ret = nt_failed(st) ? SidTypeUnknown : account.use;
    return NT_IS(st, NONE_MAPPED) ? NT_OK : st;
}

/* Of another user than the caller only what is everyone's is known; groups are in no other. */
static nt_status member_of_other(struct member *ret, const SID *sid)
{
    SID_NAME_USE use = SidTypeUnknown;

    if (is_of_accounts(sid)) {
        nt_status st = use_of(&use, sid);
        if (nt_failed(st))
            return st;
    }
    ret->complete = use != SidTypeUser;
    return image_with_groups_of(&ret->image, sid, NULL);
}

static nt_status member_make(struct member *ret, const SID *sid)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = impersonation_effective_token(&token);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (nt_failed(st))
        return st;
    if (!sid_equal(token_image_sid(image->image, 0), sid))
        return member_of_other(ret, sid);
    ret->complete = true;
    return image_with_groups_of(&ret->image, sid, image->image);
}

/* Fails where it is not known whether the trustee is in a group that the ACE names. */
static nt_status check_known(const struct member *m, const struct ace *ace)
{
    SID_NAME_USE use;

    if (m->complete || !ace->sid || !is_of_accounts(ace->sid) ||
        token_image_find_sid(m->image, ace->sid) != SIZE_MAX)
        return NT_OK;
    nt_status st = use_of(&use, ace->sid);
    if (nt_failed(st))
        return st;
    return use == SidTypeGroup || use == SidTypeAlias ? NT(ACCESS_DENIED) : NT_OK;
}

/* --- rights --------------------------------------------------------------------------------- */

static bool is_denial(uint8_t type)
{
    return type == ACCESS_DENIED_ACE_TYPE || type == ACCESS_DENIED_OBJECT_ACE_TYPE ||
           type == ACCESS_DENIED_CALLBACK_ACE_TYPE ||
           type == ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE;
}

/*
 * Looks the list through; and copies it with the generic rights in the place of the four lowest
 * specific ones, so that the access check treats them as rights like others.
 */
static nt_status scan(ACL **ret_generic, const struct member *m, const ACL *acl)
{
    _cleanup_(acl_writer_done) struct acl_writer w;
    struct acl_walk walk;
    struct ace ace;
    nt_status st = NT_OK;

    acl_writer_init(&w);
    acl_walk_start(&walk, acl);
    while (!nt_failed(st) && acl_walk_next(&walk, &ace)) {
        if ((ace.flags & INHERITED_ACE) && is_denial(ace.type))
            return NT(INVALID_ACL);
        st = ace.flags & INHERIT_ONLY_ACE ? NT_OK : check_known(m, &ace);
        ace.mask >>= GENERIC_SHIFT;
        if (ace.layout != ACE_LAYOUT_UNKNOWN)
            acl_writer_add(&w, &ace);
        else
            acl_writer_copy(&w, &ace, ace.flags);
    }
    return nt_failed(st) ? st : acl_writer_take(&w, ret_generic);
}

/* The most that the list grants; nothing is mapped. */
static nt_status most_of(uint32_t *ret, const struct member *m, const ACL *acl)
{
    const struct descriptor d = { .control = SE_DACL_PRESENT, .dacl = acl };
    const GENERIC_MAPPING none = { 0 };
    struct access_result result;

    nt_status st = access_check(
        &(struct access_request){
            .token = m->image, .descriptor = &d, .desired = MAXIMUM_ALLOWED, .mapping = &none },
        &result);
    if (!nt_failed(st))
        *ret = result.granted;
    return st;
}

/* The ACL and the trustee that a function is asked about. */
static nt_status read_question(struct member *ret, const ACL *acl, const TRUSTEE_A *trustee,
                               enum text_form form)
{
    struct trustee who;

    if (!trustee)
        return NT(INVALID_PARAMETER);
    if (!acl || !acl_valid(acl, acl_size(acl)))
        return NT(INVALID_ACL);
    nt_status st = trustee_resolve(&who, trustee, form);
    return nt_failed(st) ? st : member_make(ret, &who.sid.sid);
}

static nt_status effective_rights(const ACL *acl, const TRUSTEE_A *trustee, ACCESS_MASK *ret,
                                  enum text_form form)
{
    _cleanup_(member_done) struct member member = { 0 };
    _cleanup_(freep) ACL *generic = NULL;
    uint32_t rights = 0, generic_rights = 0;

    if (!ret)
        return NT(INVALID_PARAMETER);
    nt_status st = read_question(&member, acl, trustee, form);
    if (!nt_failed(st))
        st = scan(&generic, &member, acl);
    if (!nt_failed(st))
        st = most_of(&rights, &member, acl);
    if (!nt_failed(st))
        st = most_of(&generic_rights, &member, generic);
    if (!nt_failed(st))
        *ret = rights | generic_rights << GENERIC_SHIFT;
    return st;
}

static DWORD code_of(nt_status st)
{
    return nt_failed(st) ? nt_to_win32(st.code) : ERROR_SUCCESS;
}

DWORD GetEffectiveRightsFromAclA(PACL pacl, PTRUSTEE_A pTrustee, PACCESS_MASK pAccessRights)
{
    return code_of(effective_rights(pacl, pTrustee, pAccessRights, TEXT_A));
}

DWORD GetEffectiveRightsFromAclW(PACL pacl, PTRUSTEE_W pTrustee, PACCESS_MASK pAccessRights)
{
    return code_of(effective_rights(pacl, (PTRUSTEE_A)pTrustee, pAccessRights, TEXT_W));
}

/* --- audit ---------------------------------------------------------------------------------- */

struct audited {
    ACCESS_MASK success;
    ACCESS_MASK failure;
};

static nt_status audited_by(struct audited *ret, const struct member *m, const ACL *acl)
{
    struct acl_walk walk;
    struct ace ace;

    acl_walk_start(&walk, acl);
    while (acl_walk_next(&walk, &ace)) {
        if ((ace.flags & INHERIT_ONLY_ACE) ||
            (ace.type != SYSTEM_AUDIT_ACE_TYPE && ace.type != SYSTEM_AUDIT_OBJECT_ACE_TYPE))
            continue;
        nt_status st = check_known(m, &ace);
        if (nt_failed(st))
            return st;
        if (!token_image_has_sid(m->image, ace.sid, TOKEN_SID_ALLOW))
            continue;
        ret->success |= ace.flags & SUCCESSFUL_ACCESS_ACE_FLAG ? ace.mask : 0;
        ret->failure |= ace.flags & FAILED_ACCESS_ACE_FLAG ? ace.mask : 0;
    }
    return NT_OK;
}

static nt_status audited_rights(const ACL *acl, const TRUSTEE_A *trustee, ACCESS_MASK *ret_success,
                                ACCESS_MASK *ret_failure, enum text_form form)
{
    _cleanup_(member_done) struct member member = { 0 };
    struct audited audited = { 0 };

    if (!ret_success || !ret_failure)
        return NT(INVALID_PARAMETER);
    nt_status st = read_question(&member, acl, trustee, form);
    if (!nt_failed(st))
        st = audited_by(&audited, &member, acl);
    if (nt_failed(st))
        return st;
    *ret_success = audited.success;
    *ret_failure = audited.failure;
    return NT_OK;
}

DWORD GetAuditedPermissionsFromAclA(PACL pacl, PTRUSTEE_A pTrustee,
                                    PACCESS_MASK pSuccessfulAuditedRights,
                                    PACCESS_MASK pFailedAuditRights)
{
    return code_of(
        audited_rights(pacl, pTrustee, pSuccessfulAuditedRights, pFailedAuditRights, TEXT_A));
}

DWORD GetAuditedPermissionsFromAclW(PACL pacl, PTRUSTEE_W pTrustee,
                                    PACCESS_MASK pSuccessfulAuditedRights,
                                    PACCESS_MASK pFailedAuditRights)
{
    return code_of(audited_rights(pacl, (PTRUSTEE_A)pTrustee, pSuccessfulAuditedRights,
                                  pFailedAuditRights, TEXT_W));
}
