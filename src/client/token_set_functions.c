/* SPDX-License-Identifier: MIT */
/* SetTokenInformation: from a class's structure to a flat value. */
#include <windows.h>

#include <stdlib.h>

#include "client/last_error.h"
#include "client/token_change.h"
#include "client/token_handle.h"
#include "security/claim_information.h"

/* What is borrowed from the caller's structure, or owned. */
struct value {
    const void *bytes;
    size_t size;
    void *owned;
};

static void value_done(struct value *value)
{
    free(value->owned);
}

static nt_status take_plain(struct value *ret, const void *structure, size_t size)
{
    *ret = (struct value){ structure, size, NULL };
    return NT_OK;
}

static nt_status take_number(struct value *ret, const void *structure)
{
    return take_plain(ret, structure, sizeof(DWORD));
}

static nt_status take_luid(struct value *ret, const void *structure)
{
    return take_plain(ret, structure, sizeof(LUID));
}

static nt_status take_audit(struct value *ret, const void *structure)
{
    return take_plain(ret, structure, sizeof(TOKEN_AUDIT_POLICY));
}

/* TOKEN_OWNER, TOKEN_PRIMARY_GROUP and TOKEN_MANDATORY_LABEL begin with the pointer. */
static nt_status take_sid(struct value *ret, const void *structure)
{
    const SID *sid = *(const PSID *)structure;

    if (!sid)
        return NT(INVALID_PARAMETER);
    if (!sid_valid(sid, SID_SIZE_MAX))
        return NT(INVALID_SID);
    return take_plain(ret, sid, sid_length(sid));
}

static nt_status take_acl(struct value *ret, const void *structure)
{
    const ACL *acl = ((const TOKEN_DEFAULT_DACL *)structure)->DefaultDacl;

    if (acl && !acl_valid(acl, ACL_SIZE_MAX))
        return NT(INVALID_ACL);
    return take_plain(ret, acl, acl ? acl_size(acl) : 0);
}

static nt_status take_claims(struct value *ret, const void *structure)
{
    size_t size;
    void *set;
    nt_status st = claim_set_from_information(&set, &size, structure);

    if (!nt_failed(st))
        *ret = (struct value){ set, size, set };
    return st;
}

static nt_status take_none(struct value *ret, const void *structure)
{
    return NT(NOT_SUPPORTED);
}

static const struct {
    size_t structure_size;
    nt_status (*take)(struct value *ret, const void *structure);
} forms[] = {
    [TOKEN_VALUE_NUMBER] = { sizeof(DWORD), take_number },
    [TOKEN_VALUE_LUID] = { sizeof(LUID), take_luid },
    [TOKEN_VALUE_SID] = { sizeof(PSID), take_sid },
    [TOKEN_VALUE_ACL] = { sizeof(TOKEN_DEFAULT_DACL), take_acl },
    [TOKEN_VALUE_CLAIMS] = { sizeof(CLAIM_SECURITY_ATTRIBUTES_INFORMATION), take_claims },
    [TOKEN_VALUE_AUDIT] = { sizeof(TOKEN_AUDIT_POLICY), take_audit },
    [TOKEN_VALUE_NONE] = { 0, take_none },
};

static nt_status set(HANDLE handle, const struct token_setting *setting, const void *structure)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(value_done) struct value value = { 0 };
    nt_status st = token_handle_get(handle, setting->access, &token);

    if (!nt_failed(st))
        st = forms[setting->form].take(&value, structure);
    return nt_failed(st) ? st : token_object_set(token, setting, value.bytes, value.size);
}

BOOL SetTokenInformation(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass,
                         LPVOID TokenInformation, DWORD TokenInformationLength)
{
    const struct token_setting *setting = token_setting_find(TokenInformationClass);

    if (!setting)
        return fail(ERROR_INVALID_PARAMETER);
    if (!TokenInformation || TokenInformationLength < forms[setting->form].structure_size)
        return fail(ERROR_INSUFFICIENT_BUFFER);
    return finish(set(TokenHandle, setting, TokenInformation));
}
