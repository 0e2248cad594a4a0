/* SPDX-License-Identifier: MIT */
/* ACEs that carry a condition or an attribute of the resource, and policy ids. */
#include <windows.h>

#include "client/add_ace.h"
#include "client/machine_sid.h"
#include "client/text_argument.h"
#include "security/claim_information.h"
#include "security/condition_text.h"

enum { POLICY_ID_AUTHORITY = 17 };

static bool is_everyone(PSID sid)
{
    static const uint8_t everyone[12] = { 1, 1, 0, 0, 0, 0, 0, 1 };

    return sid && sid_valid(sid, SID_SIZE_MAX) &&
           sid_equal(sid, (const SID *)(const void *)everyone);
}

/* What the ACL needs to hold the ACE too, where it has a place for it: else what it has now. */
static DWORD size_needed(const ACL *acl, const struct ace *ace)
{
    size_t used, size;

    if (nt_failed(acl_used(&used, acl)) || nt_failed(ace_size(&size, ace)))
        return (DWORD)acl_size(acl);
    return (DWORD)(used + size > acl_size(acl) ? used + size : acl_size(acl));
}

/* Adds an ACE with bytes behind its SID, and tells the size of the ACL. */
static BOOL add_with_extra(PACL acl, DWORD revision, DWORD flags, struct ace *ace, PSID sid,
                           const struct writer *extra, DWORD *ret_size)
{
    DWORD needed;

    ace->extra = extra->bytes;
    ace->extra_size = extra->size;
    ace->sid = sid;
    if (!acl || !acl_valid(acl, acl_size(acl)))
        return fail(ERROR_INVALID_ACL);
    if (!sid || !sid_valid(sid, SID_SIZE_MAX))
        return fail(ERROR_INVALID_SID);
    needed = size_needed(acl, ace);
    if (ret_size)
        *ret_size = needed;
    return add_ace(acl, revision, flags, ace, sid);
}

/* The whole of a text is a condition. */
static nt_status parse_condition(struct writer *w, const char *text, const SID *domain)
{
    struct sddl_cursor c = { .at = text, .end = text + strlen(text), .domain = domain };

    w->size = 0;
    nt_status st = condition_parse(&c, w);
    if (nt_failed(st))
        return st;
    sddl_skip_spaces(&c);
    return c.at == c.end ? NT_OK : NT(INVALID_ACE_CONDITION);
}

static bool may_have_condition(UCHAR type)
{
    return type == ACCESS_ALLOWED_CALLBACK_ACE_TYPE || type == ACCESS_DENIED_CALLBACK_ACE_TYPE ||
           type == SYSTEM_AUDIT_CALLBACK_ACE_TYPE;
}

BOOL AddConditionalAce(PACL acl, DWORD revision, DWORD flags, UCHAR type, DWORD mask, PSID sid,
                       PWCHAR condition, DWORD *ret_size)
{
    _cleanup_(freep) char *text = NULL;
    _cleanup_(writer_done) struct writer w;
    nt_status st;

    writer_init(&w, ACL_SIZE_MAX);
    if (!condition || !may_have_condition(type))
        return fail(ERROR_INVALID_PARAMETER);
    text = wide_argument(condition);
    if (!text)
        return FALSE;
    st = parse_condition(&w, text, NULL);
    if (NT_IS(st, INVALID_SID)) /* perhaps an alias that is relative to the machine */
        st = parse_condition(&w, text, machine_sid());
    if (nt_failed(st))
        return finish(NT_IS(st, BUFFER_TOO_SMALL) ? NT(INVALID_ACE_CONDITION) : st);
    return add_with_extra(acl, revision, flags, &(struct ace){ .type = type, .mask = mask }, sid,
                          &w, ret_size);
}

BOOL AddResourceAttributeAce(PACL acl, DWORD revision, DWORD flags, DWORD mask, PSID sid,
                             PCLAIM_SECURITY_ATTRIBUTES_INFORMATION attribute, PDWORD ret_size)
{
    _cleanup_(writer_done) struct writer w;
    nt_status st;

    writer_init(&w, CLAIM_SIZE_MAX);
    if (!attribute || attribute->Version != CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1 ||
        attribute->AttributeCount != 1 || !attribute->Attribute.pAttributeV1 || mask != 0)
        return fail(ERROR_INVALID_PARAMETER);
    if (!is_everyone(sid))
        return fail(ERROR_INVALID_SID);
    st = claim_from_attribute(&w, attribute->Attribute.pAttributeV1);
    if (nt_failed(st))
        return finish(st);
    return add_with_extra(acl, revision, flags,
                          &(struct ace){ .type = SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE }, sid, &w,
                          ret_size);
}

BOOL AddScopedPolicyIDAce(PACL acl, DWORD revision, DWORD flags, DWORD mask, PSID sid)
{
    if (mask != 0)
        return fail(ERROR_INVALID_PARAMETER);
    if (!sid || !sid_valid(sid, SID_SIZE_MAX) || sid_authority(sid) != POLICY_ID_AUTHORITY)
        return fail(ERROR_INVALID_SID);
    return add_ace(acl, revision, flags, &(struct ace){ .type = SYSTEM_SCOPED_POLICY_ID_ACE_TYPE },
                   sid);
}
