/* SPDX-License-Identifier: MIT */
#include "client/logon_call.h"

#include <stdlib.h>

#include "base/luid.h"
#include "client/authority.h"
#include "client/client_window.h"
#include "client/token_handle.h"

const QUOTA_LIMITS logon_no_quota = {
    .PagedPoolLimit = SIZE_MAX,
    .NonPagedPoolLimit = SIZE_MAX,
    .MinimumWorkingSetSize = 0,
    .MaximumWorkingSetSize = SIZE_MAX,
    .PagefileLimit = SIZE_MAX,
    .TimeLimit.QuadPart = INT64_MAX,
};

void logon_answer_done(struct logon_answer *answer)
{
    if (answer->token)
        (void)handle_close(answer->token).code;
    free(answer->logon_sid);
    if (answer->profile)
        (void)client_buffer_free(answer->profile);
    *answer = (struct logon_answer){ 0 };
}

/* NULL in *ret when the token has none. */
static nt_status copy_logon_sid(const token_image *image, SID **ret)
{
    *ret = NULL;
    for (size_t i = 1; i < token_image_n_sids(image); i++) {
        uint32_t attributes = token_image_sid_attributes(image, i);

        if ((attributes & SE_GROUP_LOGON_ID) == SE_GROUP_LOGON_ID)
            return sid_dup(ret, token_image_sid(image, i));
    }
    return NT_OK;
}

static nt_status take_token(const Openlogon__TokenReply *reply, connection *c,
                            struct logon_answer *ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    _cleanup_(shared_image_unrefp) shared_image *image = NULL;
    nt_status st = token_object_from_reply(&token, c, reply, -1);

    if (!nt_failed(st))
        st = token_object_image(token, &image);
    if (!nt_failed(st))
        st = copy_logon_sid(image->image, &ret->logon_sid);
    if (nt_failed(st))
        return st;
    ret->id = luid_from_u64(token_image_authentication_id(image->image));
    return handle_open(&ret->token, token_object_base(token), TOKEN_ALL_ACCESS, 0);
}

static nt_status take_profile(const Openlogon__TokenReply *reply, struct client_window *window,
                              struct logon_answer *ret)
{
    const struct returned returned = { reply->profile_address, reply->profile.data,
                                       reply->profile.len };
    nt_status st;

    if (!window->start)
        return NT_OK;
    st = client_window_take(&ret->profile, window, &returned);
    if (!nt_failed(st) && ret->profile)
        ret->profile_size = returned.size;
    return st;
}

nt_status logon_call(Openlogon__LogonRequest *logon, unsigned wishes, struct logon_answer *ret)
{
    Openlogon__Request request = REQUEST(LOGON, logon, logon);
    Openlogon__ClientWindow range = OPENLOGON__CLIENT_WINDOW__INIT;
    _cleanup_(client_window_done) struct client_window window = { 0 };
    _cleanup_(logon_answer_done) struct logon_answer answer = { 0 };
    _cleanup_(connection_unrefp) connection *c = NULL;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = NT_OK;

    if (wishes & LOGON_WITH_PROFILE_BUFFER)
        st = client_window_open(&window);
    if (nt_failed(st))
        return st;
    range.address = (uintptr_t)window.start;
    range.size = (uint32_t)window.size;
    logon->window = window.start ? &range : NULL;
    st = authority_call(AS_THREAD, &request, REPLY_OF(TOKEN), &reply, &c);
    ret->sub_status = reply.sub_status;
    if (!nt_failed(st))
        st = take_token(reply.message->token, c, &answer);
    if (!nt_failed(st))
        st = take_profile(reply.message->token, &window, &answer);
    if (nt_failed(st))
        return st;
    *ret = answer;
    answer = (struct logon_answer){ 0 };
    return NT_OK;
}

/* --- groups ------------------------------------------------------------------------------- */

void logon_groups_done(struct logon_groups *groups)
{
    free(groups->groups);
    free(groups->list);
    *groups = (struct logon_groups){ 0 };
}

nt_status logon_groups_make(struct logon_groups *ret, const TOKEN_GROUPS *groups)
{
    _cleanup_(logon_groups_done) struct logon_groups made = { .n =
                                                                  groups ? groups->GroupCount : 0 };

    if (made.n == 0)
        return NT_OK;
    made.groups = calloc(made.n, sizeof(*made.groups));
    made.list = calloc(made.n, sizeof(*made.list));
    if (!made.groups || !made.list)
        return NT(NO_MEMORY);
    for (size_t i = 0; i < made.n; i++) {
        const SID *sid = groups->Groups[i].Sid;

        if (!sid || !sid_valid(sid, SID_SIZE_MAX))
            return NT(INVALID_SID);
        openlogon__group_and_attributes__init(&made.groups[i]);
        made.groups[i].sid = (ProtobufCBinaryData){ sid_length(sid), (uint8_t *)(uintptr_t)sid };
        made.groups[i].attributes = groups->Groups[i].Attributes;
        made.list[i] = &made.groups[i];
    }
    *ret = made;
    made = (struct logon_groups){ 0 };
    return NT_OK;
}
