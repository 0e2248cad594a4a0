/* SPDX-License-Identifier: MIT */
/* Account rights: privileges and logon rights, by account and by right. */
#include <windows.h>
#include <ntsecapi.h>

#include <stdlib.h>
#include <string.h>

#include "client/lsa_string.h"
#include "client/policy_handle.h"
#include "client/text.h"
#include "security/account_right.h"

/* --- what a program gives --------------------------------------------------------------------- */

/* Errors: NO_SUCH_PRIVILEGE */
static nt_status read_right(struct account_rights *ret, const LSA_UNICODE_STRING *name)
{
    _cleanup_(text_done) char *text = NULL;
    nt_status st = lsa_string_read(&text, name);

    if (nt_failed(st))
        return st;
    return account_right_by_name(ret, text, strlen(text)) ? NT_OK : NT(NO_SUCH_PRIVILEGE);
}

static nt_status read_rights(struct account_rights *ret, const LSA_UNICODE_STRING *names,
                             ULONG count)
{
    struct account_rights all = { 0 };

    if (!names || count == 0)
        return NT(INVALID_PARAMETER);
    for (ULONG i = 0; i < count; i++) {
        struct account_rights one;
        nt_status st = read_right(&one, &names[i]);

        if (nt_failed(st))
            return st;
        all = account_rights_add(all, one);
    }
    *ret = all;
    return NT_OK;
}

static nt_status read_sid(ProtobufCBinaryData *ret, PSID sid)
{
    if (!sid)
        return NT(INVALID_PARAMETER);
    if (!sid_valid(sid, SID_SIZE_MAX))
        return NT(INVALID_SID);
    *ret = (ProtobufCBinaryData){ sid_length(sid), sid };
    return NT_OK;
}

/* --- changing --------------------------------------------------------------------------------- */

struct change {
    struct account_rights add, remove;
};

static nt_status change_rights(LSA_HANDLE policy, PSID account, struct change change)
{
    Openlogon__PolicyChangeRightsRequest message = OPENLOGON__POLICY_CHANGE_RIGHTS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(POLICY_CHANGE_RIGHTS, policy_change_rights, &message);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = read_sid(&message.sid, account);

    if (nt_failed(st))
        return st;
    message.add_logon_rights = change.add.logon;
    message.add_privileges = change.add.privileges;
    message.remove_logon_rights = change.remove.logon;
    message.remove_privileges = change.remove.privileges;
    return policy_handle_call(policy, &request, &message.handle, REPLY_EMPTY, &reply);
}

NTSTATUS LsaAddAccountRights(LSA_HANDLE PolicyHandle, PSID AccountSid,
                             PLSA_UNICODE_STRING UserRights, ULONG CountOfRights)
{
    struct change change = { 0 };
    nt_status st = read_rights(&change.add, UserRights, CountOfRights);

    return nt_failed(st) ? st.code : change_rights(PolicyHandle, AccountSid, change).code;
}

NTSTATUS LsaRemoveAccountRights(LSA_HANDLE PolicyHandle, PSID AccountSid, BOOLEAN AllRights,
                                PLSA_UNICODE_STRING UserRights, ULONG CountOfRights)
{
    struct change change = { .remove = { LOGON_RIGHT_MASK_ALL, PRIVILEGE_MASK_ALL } };
    nt_status st = NT_OK;

    if (!AllRights)
        st = read_rights(&change.remove, UserRights, CountOfRights);
    return nt_failed(st) ? st.code : change_rights(PolicyHandle, AccountSid, change).code;
}

/* --- listing ---------------------------------------------------------------------------------- */

static nt_status fetch(LSA_HANDLE policy, Openlogon__PolicyAccountsRequest *message,
                       struct reply *ret)
{
    Openlogon__Request request = REQUEST(POLICY_ACCOUNTS, policy_accounts, message);

    return policy_handle_call(policy, &request, &message->handle, REPLY_OF(POLICY_ACCOUNTS), ret);
}

static bool has_right(const Openlogon__PolicyAccount *account, struct account_rights right)
{
    return (account->logon_rights & right.logon) || (account->privileges & right.privileges);
}

/* The i-th of all rights, if the account has it; *ret_end at their end. */
static const char *right_of(const Openlogon__PolicyAccount *account, size_t i, bool *ret_end)
{
    struct account_rights right;
    const char *name = account_right_at(i, &right);

    *ret_end = !name;
    return name && has_right(account, right) ? name : NULL;
}

static nt_status put_rights(LSA_UNICODE_STRING *strings, ULONG n,
                            const Openlogon__PolicyAccount *account)
{
    WCHAR *next = (WCHAR *)(void *)(strings + n);
    nt_status st = NT_OK;
    bool end = false;

    for (size_t i = 0; !end && !nt_failed(st); i++) {
        const char *name = right_of(account, i, &end);

        if (name)
            st = lsa_string_put(strings++, &next, name);
    }
    return st;
}

static nt_status build_rights(LSA_UNICODE_STRING **ret, ULONG *ret_count,
                              const Openlogon__PolicyAccount *account)
{
    _cleanup_(freep) LSA_UNICODE_STRING *strings = NULL;
    size_t room = 0;
    ULONG n = 0;
    bool end = false;
    nt_status st;

    for (size_t i = 0; !end; i++) {
        const char *name = right_of(account, i, &end);

        if (name)
            room += lsa_string_room(name);
        n += name ? 1 : 0;
    }
    strings = malloc(n * sizeof(*strings) + room + 1);
    if (!strings)
        return NT(NO_MEMORY);
    st = put_rights(strings, n, account);
    if (nt_failed(st))
        return st;
    *ret = TAKE(strings);
    *ret_count = n;
    return NT_OK;
}

NTSTATUS LsaEnumerateAccountRights(LSA_HANDLE PolicyHandle, PSID AccountSid,
                                   PLSA_UNICODE_STRING *UserRights, PULONG CountOfRights)
{
    Openlogon__PolicyAccountsRequest message = OPENLOGON__POLICY_ACCOUNTS_REQUEST__INIT;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st;

    if (!UserRights || !CountOfRights)
        return STATUS_INVALID_PARAMETER;
    st = read_sid(&message.sid, AccountSid);
    if (!nt_failed(st))
        st = fetch(PolicyHandle, &message, &reply);
    if (nt_failed(st))
        return st.code;
    if (reply.message->policy_accounts->n_accounts != 1)
        return STATUS_REPLY_MESSAGE_MISMATCH;
    return build_rights(UserRights, CountOfRights, reply.message->policy_accounts->accounts[0])
        .code;
}

static nt_status build_accounts(PVOID *ret, ULONG *ret_count,
                                const Openlogon__PolicyAccountsReply *from)
{
    LSA_ENUMERATION_INFORMATION *list;
    uint8_t *sid;

    if (from->n_accounts == 0)
        return NT(NO_MORE_ENTRIES);
    for (size_t i = 0; i < from->n_accounts; i++) {
        const ProtobufCBinaryData *bytes = &from->accounts[i]->sid;

        if (!sid_valid(bytes->data, bytes->len))
            return NT(REPLY_MESSAGE_MISMATCH);
    }
    list = malloc(from->n_accounts * (sizeof(*list) + SID_SIZE_MAX));
    if (!list)
        return NT(NO_MEMORY);
    sid = (uint8_t *)(list + from->n_accounts);
    for (size_t i = 0; i < from->n_accounts; i++, sid += SID_SIZE_MAX) {
        const ProtobufCBinaryData *bytes = &from->accounts[i]->sid;

        list[i].Sid = memcpy(sid, bytes->data, sid_length((const SID *)bytes->data));
    }
    *ret = list;
    *ret_count = (ULONG)from->n_accounts;
    return NT_OK;
}

NTSTATUS LsaEnumerateAccountsWithUserRight(LSA_HANDLE PolicyHandle, PLSA_UNICODE_STRING UserRight,
                                           PVOID *Buffer, PULONG CountReturned)
{
    Openlogon__PolicyAccountsRequest message = OPENLOGON__POLICY_ACCOUNTS_REQUEST__INIT;
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    struct account_rights right = { 0 };
    nt_status st = NT_OK;

    if (!Buffer || !CountReturned)
        return STATUS_INVALID_PARAMETER;
    if (UserRight)
        st = read_right(&right, UserRight);
    if (nt_failed(st))
        return st.code;
    message.logon_rights = right.logon;
    message.privileges = right.privileges;
    st = fetch(PolicyHandle, &message, &reply);
    if (nt_failed(st))
        return st.code;
    return build_accounts(Buffer, CountReturned, reply.message->policy_accounts).code;
}
