/* SPDX-License-Identifier: MIT */
#include "worker/account_jobs.h"

#include <string.h>
#include <strings.h>

#include "base/filetime.h"
#include "security/idmap.h"
#include "security/well_known.h"
#include "worker/account_name.h"
#include "worker/password_hash.h"
#include "worker/unix_account.h"

/* --- adding ----------------------------------------------------------------------------------- */

/* NT_OK when NSS has neither a user nor a group of that name. */
static nt_status check_free_in_nss(const char *name)
{
    _cleanup_(unix_user_done) struct unix_user user = { 0 };
    _cleanup_(unix_group_done) struct unix_group group = { 0 };
    nt_status st = unix_user_by_name(&user, name);

    if (!NT_IS(st, NO_SUCH_USER))
        return nt_failed(st) ? st : NT(USER_EXISTS);
    st = unix_group_by_name(&group, name);
    if (!NT_IS(st, NO_SUCH_GROUP))
        return nt_failed(st) ? st : NT(GROUP_EXISTS);
    return NT_OK;
}

/* Names are the same in either case here, but not in NSS: so the folded form is looked up too. */
static nt_status check_name_is_free(const struct directory *d, const char *name)
{
    _cleanup_(freep) char *folded = NULL;
    nt_status st = account_name_check(name);

    if (nt_failed(st))
        return st;
    if (strcasecmp(name, worker_config_machine_name(d->config)) == 0)
        return NT(INVALID_ACCOUNT_NAME);
    if (well_known_by_name(name, strlen(name)))
        return NT(USER_EXISTS);
    st = check_free_in_nss(name);
    if (!nt_failed(st))
        st = account_name_fold(&folded, name);
    return nt_failed(st) ? st : check_free_in_nss(folded);
}

nt_status account_job_add(struct directory *d, const Openlogon__Worker__AccountAddJob *job)
{
    const struct account_spec spec = { .name = job->name,
                                       .full_name = job->full_name,
                                       .password = job->password.data,
                                       .password_size = job->password.len,
                                       .uid_first = worker_config_uid_first(d->config),
                                       .uid_last = worker_config_uid_last(d->config),
                                       .now = filetime_now() };
    account_store *store = NULL;
    uint32_t uid = 0;
    nt_status st = check_name_is_free(d, job->name);

    if (!nt_failed(st))
        st = directory_store(d, &store);
    return nt_failed(st) ? st : account_store_add(store, &uid, &spec);
}

/* --- the others ------------------------------------------------------------------------------- */

nt_status account_job_delete(struct directory *d, const Openlogon__Worker__AccountDeleteJob *job)
{
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    return nt_failed(st) ? st : account_store_delete(store, job->name);
}

static nt_status put_account(struct directory *d, Openlogon__Worker__AccountEntry **ret,
                             const struct account *account)
{
    Openlogon__Worker__AccountEntry *entry = arena_alloc(d->memory, sizeof(*entry));
    sid_buffer sid;
    nt_status st = idmap_uid_to_sid(&sid, worker_config_machine_sid(d->config), account->uid);

    if (!entry)
        return NT(NO_MEMORY);
    if (nt_failed(st))
        return st;
    openlogon__worker__account_entry__init(entry);
    entry->name = arena_text(d->memory, account->name);
    entry->full_name = arena_text(d->memory, account->full_name);
    entry->sid.len = sid_length(&sid.sid);
    entry->sid.data = arena_copy(d->memory, &sid, entry->sid.len);
    entry->uid = account->uid;
    entry->flags = account->flags;
    entry->password_last_set = account->password_last_set;
    if (!entry->name || !entry->full_name || !entry->sid.data)
        return NT(NO_MEMORY);
    *ret = entry;
    return NT_OK;
}

/* The last RID of the page before tells where to go on; 0 starts. */
static nt_status uid_of_rid(uint32_t *ret, const struct directory *d, uint32_t rid)
{
    const SID *machine = worker_config_machine_sid(d->config);
    sid_buffer sid;
    nt_status st;

    *ret = 0;
    if (rid == 0)
        return NT_OK;
    st = sid_append_rid(&sid, machine, rid);
    if (nt_failed(st))
        return st;
    *ret = idmap_sid_to_uid(machine, &sid.sid);
    return *ret == IDMAP_NO_ID ? NT(INVALID_PARAMETER) : NT_OK;
}

nt_status account_job_list(struct directory *d, Openlogon__Worker__AccountListResult *ret,
                           const Openlogon__Worker__AccountListJob *job)
{
    _cleanup_(account_page_done) struct account_page page = { 0 };
    account_store *store = NULL;
    uint32_t after = 0;
    nt_status st = uid_of_rid(&after, d, job->after_rid);

    if (!nt_failed(st))
        st = directory_store(d, &store);
    if (!nt_failed(st))
        st = account_store_list(store, &page, after, job->max);
    if (nt_failed(st))
        return st;
    ret->accounts = arena_alloc(d->memory, page.n_accounts * sizeof(*ret->accounts));
    if (!ret->accounts)
        return NT(NO_MEMORY);
    for (; ret->n_accounts < page.n_accounts; ret->n_accounts++) {
        st = put_account(d, &ret->accounts[ret->n_accounts], &page.accounts[ret->n_accounts]);
        if (nt_failed(st))
            return st;
    }
    ret->more = page.more;
    return NT_OK;
}

/* As a logon does: an unknown name takes as long as a wrong password. */
static nt_status check_old_password(account_store *store,
                                    const Openlogon__Worker__AccountSetPasswordJob *job)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = account_store_verify(store, &account, job->name, job->old_password.data,
                                        job->old_password.len);
    nt_status spent = NT_IS(st, NO_SUCH_USER) ? password_hash_spend() : NT_OK;

    return nt_failed(spent) ? spent : st;
}

nt_status account_job_set_password(struct directory *d,
                                   const Openlogon__Worker__AccountSetPasswordJob *job)
{
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st) && job->check_old)
        st = check_old_password(store, job);
    if (nt_failed(st))
        return st;
    return account_store_set_password(store, job->name, job->new_password.data,
                                      job->new_password.len, filetime_now());
}
