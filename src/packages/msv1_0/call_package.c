/* SPDX-License-Identifier: MIT */
#include "packages/msv1_0/call_package.h"

#include <string.h>

#include "base/filetime.h"
#include "base/luid.h"
#include "base/utf16.h"
#include "packages/common/answer.h"
#include "worker/package_sessions.h"
#include "worker/account_attempt.h"
#include "worker/password_hash.h"

/* --- what goes back ------------------------------------------------------------------------- */

/* Puts bytes that were made for a buffer at *client there. */
static nt_status give(struct message_result *ret, const struct message_context *context,
                      PVOID client, const void *bytes, size_t size)
{
    nt_status st = nt_make(
        context->lsa->CopyToClientBuffer(context->request, (ULONG)size, client, (PVOID)bytes));

    if (nt_failed(st))
        return st;
    ret->buffer = client;
    ret->size = (ULONG)size;
    return NT_OK;
}

static nt_status allocate(PVOID *ret, const struct message_context *context, size_t size)
{
    if (size > UINT32_MAX)
        return NT(INSUFFICIENT_RESOURCES);
    return nt_make(context->lsa->AllocateClientBuffer(context->request, (ULONG)size, ret));
}

/* --- changing a password -------------------------------------------------------------------- */

struct password_change {
    char *domain;
    char *account;
    struct submit_password old_password, new_password;
};

static void password_change_done(struct password_change *change)
{
    free(change->domain);
    free(change->account);
    submit_password_done(&change->old_password);
    submit_password_done(&change->new_password);
}

static nt_status read_change(struct password_change *ret, const struct submit *submit)
{
    MSV1_0_CHANGEPASSWORD_REQUEST header;
    nt_status st;

    if (submit->size < sizeof(header))
        return NT(INVALID_PARAMETER);
    memcpy(&header, submit->bytes, sizeof(header));
    st = submit_name(&ret->domain, submit, header.DomainName);
    if (!nt_failed(st))
        st = submit_name(&ret->account, submit, header.AccountName);
    if (!nt_failed(st))
        st = submit_take_password(&ret->old_password, submit, header.OldPassword);
    if (!nt_failed(st))
        st = submit_take_password(&ret->new_password, submit, header.NewPassword);
    return st;
}

/* The right old password is all that it needs, whoever asks. A name that is not there is told from
 * a wrong password neither by its answer nor by the time. */
static nt_status change(account_store *store, struct password_change *change)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st =
        account_attempt(store, &account, change->account, secret_bytes(change->old_password.text),
                        change->old_password.size, NULL);

    if (NT_IS(st, NO_SUCH_USER)) {
        nt_status spent = password_hash_spend();

        return nt_failed(spent) ? spent : NT(WRONG_PASSWORD);
    }
    if (!nt_failed(st) && (account.flags & ACCOUNT_DISABLED))
        return NT(ACCOUNT_DISABLED);
    return nt_failed(st)
               ? st
               : account_store_set_password(store, change->account, ACCOUNT_PASSWORD_CHANGE,
                                            secret_bytes(change->new_password.text),
                                            change->new_password.size, filetime_now());
}

static nt_status give_change_response(struct message_result *ret,
                                      const struct message_context *context)
{
    const MSV1_0_CHANGEPASSWORD_RESPONSE response = { .MessageType = MsV1_0ChangePassword };
    PVOID client = NULL;
    nt_status st = allocate(&client, context, sizeof(response));

    return nt_failed(st) ? st : give(ret, context, client, &response, sizeof(response));
}

static nt_status change_password(struct message_result *ret, const struct message_context *context,
                                 const struct submit *submit)
{
    _cleanup_(password_change_done) struct password_change wanted = { 0 };
    nt_status st = read_change(&wanted, submit);

    if (nt_failed(st))
        return st;
    st = give_change_response(ret, context);
    if (nt_failed(st))
        return st;
    ret->protocol_status = answer_is_local(wanted.domain, context->machine_name)
                               ? change(context->store, &wanted).code
                               : STATUS_NO_SUCH_DOMAIN;
    return NT_OK;
}

/* --- who is logged on ----------------------------------------------------------------------- */

enum { USERS_MAX = 5000 }; /* what a buffer of the client holds */

struct user_list {
    LUID luids[USERS_MAX];
    ULONG n;
    bool is_full;
};

static bool add_user(uint64_t luid, void *context)
{
    struct user_list *list = context;

    list->is_full = list->n == USERS_MAX;
    if (!list->is_full)
        list->luids[list->n++] = luid_from_u64(luid);
    return !list->is_full;
}

/* The response, the LUIDs, a handle for each: of those that have none it is 0. */
static nt_status give_users(struct message_result *ret, const struct message_context *context,
                            const struct user_list *list)
{
    const size_t luids_size = list->n * sizeof(LUID), handles_size = list->n * sizeof(ULONG);
    const size_t size = sizeof(MSV1_0_ENUMUSERS_RESPONSE) + luids_size + handles_size;
    _cleanup_(freep) MSV1_0_ENUMUSERS_RESPONSE *response = calloc(1, size);
    PVOID client = NULL;
    nt_status st;

    if (!response)
        return NT(NO_MEMORY);
    st = allocate(&client, context, size);
    if (nt_failed(st))
        return st;
    response->MessageType = MsV1_0EnumerateUsers;
    response->NumberOfLoggedOnUsers = list->n;
    memcpy(response + 1, list->luids, luids_size);
    response->LogonIds = (PLUID)(void *)((MSV1_0_ENUMUSERS_RESPONSE *)client + 1);
    response->EnumHandles = (PULONG)(void *)((char *)response->LogonIds + luids_size);
    return give(ret, context, client, response, size);
}

static nt_status enumerate_users(struct message_result *ret, const struct message_context *context,
                                 const struct submit *submit)
{
    _cleanup_(freep) struct user_list *list = calloc(1, sizeof(*list));
    nt_status st;

    if (!list)
        return NT(NO_MEMORY);
    st = package_sessions_list(0, add_user, list);
    if (!nt_failed(st) && list->is_full)
        return NT(INSUFFICIENT_RESOURCES);
    return nt_failed(st) ? st : give_users(ret, context, list);
}

/* --- one of them ---------------------------------------------------------------------------- */

/* Where the next thing goes in the response, here and at the client. */
struct user_info {
    MSV1_0_GETUSERINFO_RESPONSE response;
    uint8_t rest[SID_SIZE_MAX + 3 * 1024 * sizeof(WCHAR)];
};

struct user_query {
    const struct message_context *context;
    struct message_result *result;
    PVOID client;
};

static nt_status put_string(UNICODE_STRING *ret, struct user_info *info, size_t *offset,
                            const char *text, const char *client)
{
    size_t room = (sizeof(info->rest) - *offset) / sizeof(WCHAR), units = 0;
    nt_status st = utf8_to_utf16_buffer((WCHAR *)(void *)(info->rest + *offset), room, &units, text,
                                        strlen(text));

    if (nt_failed(st))
        return st;
    ret->Length = (USHORT)(units * sizeof(WCHAR));
    ret->MaximumLength = (USHORT)(ret->Length + sizeof(WCHAR));
    ret->Buffer = (PWSTR)(void *)(uintptr_t)(client + offsetof(struct user_info, rest) + *offset);
    *offset += ret->MaximumLength;
    return NT_OK;
}

static nt_status fill_info(struct user_info *info, size_t *size,
                           const struct package_session *session, const char *client)
{
    MSV1_0_GETUSERINFO_RESPONSE *response = &info->response;
    size_t offset = sid_length(session->sid);
    nt_status st;

    response->MessageType = MsV1_0GetUserInfo;
    response->LogonType = (SECURITY_LOGON_TYPE)session->logon_type;
    memcpy(info->rest, session->sid, offset);
    response->UserSid = (PSID)(uintptr_t)(client + offsetof(struct user_info, rest));
    st = put_string(&response->UserName, info, &offset, session->user, client);
    if (!nt_failed(st))
        st = put_string(&response->LogonDomainName, info, &offset, session->domain, client);
    if (!nt_failed(st))
        st = put_string(&response->LogonServer, info, &offset, session->logon_server, client);
    *size = offsetof(struct user_info, rest) + offset;
    return st;
}

static nt_status give_info(const struct package_session *session, void *context)
{
    struct user_query *query = context;
    _cleanup_(freep) struct user_info *info = calloc(1, sizeof(*info));
    size_t size;
    nt_status st;

    if (!info)
        return NT(NO_MEMORY);
    st = fill_info(info, &size, session, query->client);
    return nt_failed(st) ? st : give(query->result, query->context, query->client, info, size);
}

/* The buffer is there before the session is asked for: nothing may be allocated meanwhile. */
static nt_status query_user(struct message_result *ret, const struct message_context *context,
                            LUID luid)
{
    struct user_query query = { context, ret, NULL };
    nt_status st = allocate(&query.client, context, sizeof(struct user_info));

    if (nt_failed(st))
        return st;
    st = package_session_query(luid_to_u64(luid), give_info, &query);
    if (nt_failed(st))
        (void)context->lsa->FreeClientBuffer(context->request, query.client);
    return st;
}

/* As LsaGetLogonSessionData(), as far as a package knows who asks: of one's own session, or by whom
 * the machine is entrusted to. */
static nt_status may_query(const struct message_context *context, LUID luid)
{
    SECPKG_CLIENT_INFO client;
    nt_status st = nt_make(context->lsa->GetClientInfo(&client));

    if (nt_failed(st))
        return st;
    return client.HasTcbPrivilege || luid_to_u64(client.LogonId) == luid_to_u64(luid)
               ? NT_OK
               : NT(ACCESS_DENIED);
}

static nt_status get_user_info(struct message_result *ret, const struct message_context *context,
                               const struct submit *submit)
{
    MSV1_0_GETUSERINFO_REQUEST request;
    nt_status st;

    if (submit->size < sizeof(request))
        return NT(INVALID_PARAMETER);
    memcpy(&request, submit->bytes, sizeof(request));
    st = may_query(context, request.LogonId);
    if (!nt_failed(st))
        st = query_user(ret, context, request.LogonId);
    if (!NT_IS(st, NO_SUCH_LOGON_SESSION) && !NT_IS(st, ACCESS_DENIED))
        return st;
    ret->protocol_status = st.code;
    return NT_OK;
}

/* --- all messages --------------------------------------------------------------------------- */

static const struct {
    MSV1_0_PROTOCOL_MESSAGE_TYPE type;
    nt_status (*answer)(struct message_result *ret, const struct message_context *context,
                        const struct submit *submit);
} messages[] = {
    { MsV1_0EnumerateUsers, enumerate_users },
    { MsV1_0GetUserInfo, get_user_info },
    { MsV1_0ChangePassword, change_password },
};

nt_status message_answer(struct message_result *ret, const struct message_context *context,
                         const struct submit *submit)
{
    MSV1_0_PROTOCOL_MESSAGE_TYPE type;

    *ret = (struct message_result){ 0 };
    if (submit->size < sizeof(type))
        return NT(INVALID_PARAMETER);
    memcpy(&type, submit->bytes, sizeof(type));
    for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
        if (messages[i].type == type)
            return messages[i].answer(ret, context, submit);
    }
    return (unsigned)type <= MsV1_0DeleteTbalSecrets ? NT(NOT_SUPPORTED) : NT(INVALID_PARAMETER);
}
