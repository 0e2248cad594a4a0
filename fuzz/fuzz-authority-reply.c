/* SPDX-License-Identifier: MIT */
/* What a login program reads of openlogond's replies, beside what protobuf-c reads. */
#include "fuzz.h"

#include "ipc/openlogon.pb-c.h"
#include "pam/authority_message.h"

static void compare_accounts(const struct account_facts *account,
                             const Openlogon__AccountListReply *list)
{
    const Openlogon__AccountInfo *info = list->n_accounts == 1 ? list->accounts[0] : NULL;

    if (!info)
        return;
    MUST(account->uid == info->uid && account->flags == info->flags);
    MUST(account->details == !!info->details);
    MUST(account->password_must_change == info->password_must_change);
    MUST(account->expires == info->expires && account->locked_until == info->locked_until);
    MUST(account->n_hours == info->logon_hours.len);
    MUST(account->n_hours == 0 ||
         memcmp(account->hours, info->logon_hours.data, account->n_hours) == 0);
}

/* Where there is one result; of several protobuf-c keeps the last one. */
static void compare(const struct authority_reply *got, const Openlogon__Reply *reply)
{
    MUST(got->serial == reply->serial && got->status == reply->status);
    if (got->n_hellos + got->n_logins + got->n_sessions + got->n_lists != 1)
        return;
    if (got->n_hellos == 1 && reply->result_case == OPENLOGON__REPLY__RESULT_HELLO) {
        MUST(got->version == reply->hello->version);
        MUST(strcmp(got->machine_name, reply->hello->machine_name) == 0);
    }
    if (got->n_logins == 1 && reply->result_case == OPENLOGON__REPLY__RESULT_LOGIN)
        MUST(got->luid == reply->login->luid);
    if (got->n_sessions == 1 && reply->result_case == OPENLOGON__REPLY__RESULT_PROCESS_SESSION)
        MUST(got->luid == reply->process_session->session);
    if (got->n_accounts == 1 && reply->result_case == OPENLOGON__REPLY__RESULT_ACCOUNTS)
        compare_accounts(&got->account, reply->accounts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct authority_reply got;
    Openlogon__Reply *reply;

    if (!authority_reply_parse(&got, data, size))
        return 0;
    MUST(got.account.n_hours <= sizeof(got.account.hours));
    MUST(memchr(got.machine_name, '\0', sizeof(got.machine_name)));
    reply = openlogon__reply__unpack(NULL, size, data);
    if (!reply)
        return 0;
    compare(&got, reply);
    openlogon__reply__free_unpacked(reply, NULL);
    return 0;
}
