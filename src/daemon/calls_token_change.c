/* SPDX-License-Identifier: MIT */
/* Requests that change a token which the client holds, or make one of it. */
#include "daemon/calls.h"

#include <stdlib.h>

#include "authority/token_access.h"
#include "security/token_security.h"

static nt_status find_with(const struct call *call, uint64_t token_id, uint32_t access,
                           struct token_ref **ret)
{
    nt_status st = token_refs_find(&call->client->tokens, token_id, ret);

    if (nt_failed(st))
        return st;
    return access & ~(*ret)->granted ? NT(ACCESS_DENIED) : NT_OK;
}

/* --- a token that the program made ------------------------------------------------------------ */

static nt_status set_first_security(Token *token, const ProtobufCBinaryData *given,
                                    const token_image *caller)
{
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor parts;
    size_t size;
    nt_status st = descriptor_parse(&parts, given->data, given->len);

    if (!nt_failed(st))
        st = token_security_of_new(&bytes, &size, token_peek_image(token), &parts, caller);
    return nt_failed(st) ? st : token_set_security(token, bytes, size);
}

/* Who makes or changes a token pays for its size. */
static nt_status charge_for(const struct call *call, Token *token)
{
    return token_pay(token, call->daemon->authority->quotas, call->client->uid);
}

static nt_status make_derived(const struct call *call, Token **ret, const Token *parent)
{
    const Openlogon__DeriveTokenRequest *request = call->request->derive_token;
    _cleanup_(token_image_freep) token_image *image = NULL;
    _cleanup_(token_unrefp) Token *token = NULL;
    nt_status st = token_image_parse(&image, request->image.data, request->image.len);

    if (!nt_failed(st))
        st = token_derive(&token, parent, image);
    if (!nt_failed(st))
        st = charge_for(call, token);
    if (!nt_failed(st) && request->descriptor.len > 0)
        st = set_first_security(token, &request->descriptor, call->caller);
    if (nt_failed(st))
        return st;
    *ret = TAKE(token);
    return NT_OK;
}

nt_status call_derive_token(struct call *call)
{
    const Openlogon__DeriveTokenRequest *request = call->request->derive_token;
    _cleanup_(token_unrefp) Token *token = NULL;
    struct token_ref *ref;
    nt_status st = find_with(call, request->token_id, TOKEN_DUPLICATE, &ref);

    if (nt_failed(st))
        return st;
    if (request->descriptor.len > TOKEN_SECURITY_SIZE_MAX)
        return NT(QUOTA_EXCEEDED);
    st = make_derived(call, &token, ref->token);
    return nt_failed(st) ? st
                         : answer_give_token(&call->answer, call->client, token, TOKEN_ALL_ACCESS);
}

/* --- information ------------------------------------------------------------------------------ */

static nt_status may_set(const struct call *call, const struct token_ref *ref,
                         const struct token_setting *setting)
{
    const ProtobufCBinaryData *value = &call->request->set_token->value;
    nt_status st;

    if (setting->access & ~ref->granted)
        return NT(ACCESS_DENIED);
    if (!caller_has_privileges(call->caller, setting->privilege))
        return NT(PRIVILEGE_NOT_HELD);
    st = token_setting_check(setting, value->data, value->len);
    if (nt_failed(st))
        return st;
    return caller_has_privileges(
               call->caller,
               token_setting_privilege(setting, token_peek_image(ref->token), value->data))
               ? NT_OK
               : NT(PRIVILEGE_NOT_HELD);
}

nt_status call_set_token(struct call *call)
{
    const Openlogon__SetTokenRequest *request = call->request->set_token;
    const struct token_setting *setting = token_setting_find(request->info_class);
    struct token_ref *ref;
    nt_status st = find_with(call, request->token_id, 0, &ref);

    if (nt_failed(st))
        return st;
    if (!setting)
        return NT(INVALID_INFO_CLASS);
    st = may_set(call, ref, setting);
    if (!nt_failed(st))
        st = charge_for(call, ref->token);
    if (!nt_failed(st))
        st = token_set(ref->token, setting, request->value.data, request->value.len);
    if (nt_failed(st))
        return st;
    answer_token(&call->answer, ref->token, ref->granted);
    return NT_OK;
}

/* --- groups ----------------------------------------------------------------------------------- */

static nt_status plan_groups(const struct call *call, const token_image *image,
                             struct token_groups_change *ret)
{
    const Openlogon__AdjustGroupsRequest *request = call->request->adjust_groups;
    _cleanup_(freep) SID_AND_ATTRIBUTES *wanted = NULL;

    if (request->reset) {
        token_groups_plan_reset(ret, image);
        return NT_OK;
    }
    wanted = calloc(request->n_groups + 1, sizeof(*wanted));
    if (!wanted)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < request->n_groups; i++) {
        const Openlogon__GroupState *group = request->groups[i];

        if (!sid_valid(group->sid.data, group->sid.len))
            return NT(INVALID_SID);
        wanted[i].Sid = group->sid.data;
        wanted[i].Attributes = group->enabled ? SE_GROUP_ENABLED : 0;
    }
    return token_groups_plan(ret, image, wanted, request->n_groups);
}

nt_status call_adjust_groups(struct call *call)
{
    struct token_groups_change change;
    struct token_ref *ref;
    nt_status st =
        find_with(call, call->request->adjust_groups->token_id, TOKEN_ADJUST_GROUPS, &ref);

    if (!nt_failed(st))
        st = plan_groups(call, token_peek_image(ref->token), &change);
    if (!nt_failed(st) && change.n > 0)
        st = token_flip_groups(ref->token, &change);
    if (nt_failed(st))
        return st;
    answer_token(&call->answer, ref->token, ref->granted);
    return change.all_assigned ? NT_OK : NT(NOT_ALL_ASSIGNED);
}

/* --- the security descriptor ------------------------------------------------------------------ */

static nt_status select_parts(const Token *token, uint32_t information, void **ret,
                              size_t *ret_size)
{
    _cleanup_(freep) void *bytes = NULL;
    struct descriptor whole;
    size_t size;
    nt_status st = token_get_security(&bytes, &size, token);

    if (!nt_failed(st))
        st = descriptor_parse(&whole, bytes, size);
    return nt_failed(st) ? st : token_security_select(ret, ret_size, &whole, information);
}

nt_status call_token_security(struct call *call)
{
    const Openlogon__TokenSecurityRequest *request = call->request->token_security;
    Openlogon__TokenSecurityReply *reply = &call->answer.token_security;
    _cleanup_(freep) void *parts = NULL;
    struct token_ref *ref;
    size_t size;
    nt_status st =
        find_with(call, request->token_id, token_security_read_access(request->information), &ref);

    if (!nt_failed(st))
        st = select_parts(ref->token, request->information, &parts, &size);
    if (nt_failed(st))
        return st;
    openlogon__token_security_reply__init(reply);
    reply->descriptor =
        (ProtobufCBinaryData){ size, message_arena_alloc(call->daemon->arena, size) };
    if (!reply->descriptor.data)
        return NT(NO_MEMORY);
    memcpy(reply->descriptor.data, parts, size);
    call->answer.reply.result_case = OPENLOGON__REPLY__RESULT_TOKEN_SECURITY;
    call->answer.reply.token_security = reply;
    return NT_OK;
}

static nt_status merge_parts(const struct call *call, Token *token)
{
    const Openlogon__SetTokenSecurityRequest *request = call->request->set_token_security;
    _cleanup_(freep) void *old = NULL, *merged = NULL;
    struct descriptor whole, parts;
    size_t size;
    nt_status st = descriptor_parse(&parts, request->descriptor.data, request->descriptor.len);

    if (!nt_failed(st))
        st = token_get_security(&old, &size, token);
    if (!nt_failed(st))
        st = descriptor_parse(&whole, old, size);
    if (!nt_failed(st))
        st = token_security_merge(&merged, &size, &whole, &parts, request->information,
                                  call->caller);
    if (!nt_failed(st))
        st = charge_for(call, token);
    return nt_failed(st) ? st : token_set_security(token, merged, size);
}

nt_status call_set_token_security(struct call *call)
{
    const Openlogon__SetTokenSecurityRequest *request = call->request->set_token_security;
    struct token_ref *ref;
    nt_status st =
        find_with(call, request->token_id, token_security_write_access(request->information), &ref);

    return nt_failed(st) ? st : merge_parts(call, ref->token);
}
