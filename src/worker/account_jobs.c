/* SPDX-License-Identifier: MIT */
#include "worker/account_jobs.h"

#include <string.h>
#include <strings.h>

#include <lmaccess.h>

#include "base/filetime.h"
#include "security/idmap.h"
#include "security/well_known.h"
#include "worker/account_attempt.h"
#include "worker/account_name.h"
#include "worker/account_policy.h"
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
nt_status account_job_check_name(const struct directory *d, const char *name)
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

enum {
    GIVEN_NAME = 1 << 2,
    GIVEN_EXPIRES = 1 << 8,
    GIVEN_HOURS = 1 << 9,
    GIVEN_MUST_CHANGE = 1 << 10,
    GIVEN_UNLOCK = 1 << 11,
    GIVEN_ALL = (1 << 12) - (1 << 2),
};

static const char *given_text(const Openlogon__AccountChange *change, unsigned number,
                              const char *text)
{
    return change->given >> number & 1 ? text : NULL;
}

static nt_status read_change(struct account_change *ret, const Openlogon__AccountChange *from)
{
    const ProtobufCBinaryData *hours = &from->logon_hours;
    bool has_hours = from->given & GIVEN_HOURS;

    if (from->given & ~(uint32_t)GIVEN_ALL ||
        (has_hours && hours->len != 0 && hours->len != ACCOUNT_HOURS_SIZE))
        return NT(INVALID_PARAMETER);
    *ret = (struct account_change){
        .name = given_text(from, 2, from->name),
        .full_name = given_text(from, 3, from->full_name),
        .comment = given_text(from, 4, from->comment),
        .home_directory = given_text(from, 5, from->home_directory),
        .profile_path = given_text(from, 6, from->profile_path),
        .script_path = given_text(from, 7, from->script_path),
        .flags = from->flags,
        .flags_mask = from->flags_mask,
        .expires = from->given & GIVEN_EXPIRES ? &from->expires : NULL,
        .hours = has_hours && hours->len != 0 ? hours->data : NULL,
        .every_hour = has_hours && hours->len == 0,
        .must_change = from->given & GIVEN_MUST_CHANGE && from->must_change,
        .need_not_change = from->given & GIVEN_MUST_CHANGE && !from->must_change,
        .unlock = from->given & GIVEN_UNLOCK && from->unlock,
    };
    return NT_OK;
}

nt_status account_job_add(struct directory *d, const Openlogon__AccountAddRequest *job)
{
    struct account_spec spec = { .name = job->name,
                                 .password = job->password.data,
                                 .password_size = job->password.len,
                                 .uid_first = worker_config_uid_first(d->config),
                                 .uid_last = worker_config_uid_last(d->config),
                                 .now = filetime_now() };
    account_store *store = NULL;
    uint32_t uid = 0;
    nt_status st = job->rest ? read_change(&spec.rest, job->rest) : NT_OK;

    if (!spec.rest.full_name)
        spec.rest.full_name = job->full_name;
    if (!nt_failed(st))
        st = account_job_check_name(d, job->name);
    if (!nt_failed(st))
        st = directory_store(d, &store);
    return nt_failed(st) ? st : account_store_add(store, &uid, &spec);
}

/* --- changing and deleting -------------------------------------------------------------------- */

static nt_status find_sid(struct directory *d, account_store *store, sid_buffer *ret,
                          const char *name)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = account_store_find(store, &account, name);

    return nt_failed(st) ? st
                         : idmap_uid_to_sid(ret, worker_config_machine_sid(d->config), account.uid);
}

nt_status account_job_delete(struct directory *d, const Openlogon__AccountDeleteRequest *job)
{
    account_store *store = NULL;
    sid_buffer sid;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st))
        st = find_sid(d, store, &sid, job->name);
    return nt_failed(st) ? st : account_store_delete(store, job->name, &sid, sid_length(&sid.sid));
}

/* The same name in other letters is free. */
static nt_status check_new_name(const struct directory *d, const char *name, const char *new_name)
{
    _cleanup_(freep) char *old_folded = NULL;
    _cleanup_(freep) char *new_folded = NULL;
    nt_status st = account_name_fold(&old_folded, name);

    if (!nt_failed(st))
        st = account_name_fold(&new_folded, new_name);
    if (nt_failed(st) || strcmp(old_folded, new_folded) == 0)
        return st;
    return account_job_check_name(d, new_name);
}

nt_status account_job_set(struct directory *d, const Openlogon__AccountSetRequest *job)
{
    struct account_change change;
    account_store *store = NULL;
    nt_status st = job->change ? read_change(&change, job->change) : NT(INVALID_PARAMETER);

    if (!nt_failed(st) && change.name)
        st = check_new_name(d, job->name, change.name);
    if (!nt_failed(st))
        st = directory_store(d, &store);
    return nt_failed(st) ? st : account_store_change(store, job->name, &change, filetime_now());
}

/* --- telling ---------------------------------------------------------------------------------- */

/* An account with what else decides on what is told of it. */
struct told {
    const struct account *account;
    struct account_policy policy;
    int64_t now;
};

static nt_status put_texts(struct directory *d, Openlogon__AccountInfo *info,
                           const struct account *account)
{
    const struct {
        char **to;
        const char *text;
    } texts[] = {
        { &info->name, account->name },
        { &info->full_name, account->full_name },
        { &info->comment, account->comment },
        { &info->home_directory, account->home_directory },
        { &info->profile_path, account->profile_path },
        { &info->script_path, account->script_path },
    };

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        *texts[i].to = arena_text(d->memory, texts[i].text);
        if (!*texts[i].to)
            return NT(NO_MEMORY);
    }
    return NT_OK;
}

static nt_status put_bytes(struct directory *d, ProtobufCBinaryData *ret, const void *bytes,
                           size_t size)
{
    ret->data = arena_copy(d->memory, bytes, size);
    ret->len = ret->data ? size : 0;
    return ret->data ? NT_OK : NT(NO_MEMORY);
}

static void put_numbers(Openlogon__AccountInfo *info, const struct told *told)
{
    const struct account *account = told->account;

    info->details = true;
    info->uid = account->uid;
    info->flags = account->flags;
    info->password_last_set = account->password_last_set;
    info->password_can_change = account_policy_can_change(&told->policy, account);
    info->password_must_change = account_policy_must_change(&told->policy, account);
    info->expires = account->expires;
    info->bad_passwords = account->bad_passwords;
    info->last_bad_password = account->last_bad_password;
    info->locked_until = account_policy_locked_until(&told->policy, account, told->now);
    if (info->locked_until != 0)
        info->flags |= UF_LOCKOUT;
    if (told->now >= info->password_must_change)
        info->flags |= UF_PASSWORD_EXPIRED;
    info->last_logon = account->last_logon;
    info->logons = account->logons;
}

static nt_status put_account(struct directory *d, Openlogon__AccountInfo **ret,
                             const struct told *told)
{
    const struct account *account = told->account;
    Openlogon__AccountInfo *info = arena_alloc(d->memory, sizeof(*info));
    sid_buffer sid;
    nt_status st = idmap_uid_to_sid(&sid, worker_config_machine_sid(d->config), account->uid);

    if (!info)
        return NT(NO_MEMORY);
    if (nt_failed(st))
        return st;
    openlogon__account_info__init(info);
    put_numbers(info, told);
    st = put_texts(d, info, account);
    if (!nt_failed(st))
        st = put_bytes(d, &info->sid, &sid, sid_length(&sid.sid));
    if (!nt_failed(st) && account->has_hours)
        st = put_bytes(d, &info->logon_hours, account->hours, sizeof(account->hours));
    *ret = info;
    return st;
}

static nt_status put_accounts(struct directory *d, account_store *store,
                              Openlogon__AccountListReply *ret, const struct account *accounts,
                              size_t n)
{
    struct told told = { .now = filetime_now() };
    nt_status st = account_policy_get(store, &told.policy);

    if (nt_failed(st))
        return st;
    ret->accounts = arena_alloc(d->memory, (n + 1) * sizeof(*ret->accounts));
    if (!ret->accounts)
        return NT(NO_MEMORY);
    for (; ret->n_accounts < n; ret->n_accounts++) {
        told.account = &accounts[ret->n_accounts];
        st = put_account(d, &ret->accounts[ret->n_accounts], &told);
        if (nt_failed(st))
            return st;
    }
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

nt_status account_job_list(struct directory *d, Openlogon__AccountListReply *ret,
                           const Openlogon__AccountListRequest *job)
{
    _cleanup_(account_page_done) struct account_page page = { 0 };
    account_store *store = NULL;
    uint32_t after = 0;
    nt_status st = uid_of_rid(&after, d, job->after_rid);

    if (!nt_failed(st))
        st = directory_store(d, &store);
    if (!nt_failed(st))
        st = account_store_list(store, &page, after, job->max);
    if (!nt_failed(st))
        st = put_accounts(d, store, ret, page.accounts, page.n_accounts);
    ret->more = page.more;
    return st;
}

nt_status account_job_get(struct directory *d, Openlogon__AccountListReply *ret,
                          const Openlogon__AccountGetRequest *job)
{
    _cleanup_(account_done) struct account account = { 0 };
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st))
        st = account_store_find(store, &account, job->name);
    return nt_failed(st) ? st : put_accounts(d, store, ret, &account, 1);
}

/* --- passwords -------------------------------------------------------------------------------- */

/* As a logon does: an unknown name takes as long as a wrong password. */
static nt_status check_old_password(account_store *store,
                                    const Openlogon__Worker__AccountSetPasswordJob *job)
{
    _cleanup_(account_done) struct account account = { 0 };
    nt_status st = account_attempt(store, &account, job->name, job->old_password.data,
                                   job->old_password.len, NULL);
    nt_status spent = NT_IS(st, NO_SUCH_USER) ? password_hash_spend() : NT_OK;

    if (nt_failed(spent) || nt_failed(st))
        return nt_failed(spent) ? spent : st;
    return account.flags & ACCOUNT_DISABLED ? NT(ACCOUNT_DISABLED) : NT_OK;
}

nt_status account_job_set_password(struct directory *d,
                                   const Openlogon__Worker__AccountSetPasswordJob *job)
{
    const enum account_password_change kind =
        job->check_old ? ACCOUNT_PASSWORD_CHANGE : ACCOUNT_PASSWORD_RESET;
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st) && job->check_old)
        st = check_old_password(store, job);
    if (nt_failed(st))
        return st;
    return account_store_set_password(store, job->name, kind, job->new_password.data,
                                      job->new_password.len, filetime_now());
}

/* --- the policy ------------------------------------------------------------------------------- */

nt_status account_job_policy(struct directory *d, Openlogon__AccountPolicy *ret)
{
    struct account_policy policy;
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st))
        st = account_policy_get(store, &policy);
    if (nt_failed(st))
        return st;
    ret->min_password_length = policy.min_length;
    ret->max_password_age = policy.max_age;
    ret->min_password_age = policy.min_age;
    ret->password_history = policy.history;
    ret->password_complexity = policy.complexity;
    ret->lockout_threshold = policy.lockout_threshold;
    ret->lockout_window = policy.lockout_window;
    ret->lockout_duration = policy.lockout_duration;
    return NT_OK;
}

static void change_policy(struct account_policy *p, uint32_t given,
                          const Openlogon__AccountPolicy *from)
{
    if (given & 1 << 1)
        p->min_length = from->min_password_length;
    if (given & 1 << 2)
        p->max_age = from->max_password_age;
    if (given & 1 << 3)
        p->min_age = from->min_password_age;
    if (given & 1 << 4)
        p->history = from->password_history;
    if (given & 1 << 5)
        p->complexity = from->password_complexity;
    if (given & 1 << 6)
        p->lockout_threshold = from->lockout_threshold;
    if (given & 1 << 7)
        p->lockout_window = from->lockout_window;
    if (given & 1 << 8)
        p->lockout_duration = from->lockout_duration;
}

/* Two of these at once are the administrators' to avoid: the later one wins, as a whole. */
nt_status account_job_set_policy(struct directory *d, const Openlogon__SetAccountPolicyRequest *job)
{
    struct account_policy policy;
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st) && !job->policy)
        st = NT(INVALID_PARAMETER);
    if (!nt_failed(st))
        st = account_policy_get(store, &policy);
    if (nt_failed(st))
        return st;
    change_policy(&policy, job->given, job->policy);
    return account_policy_set(store, &policy);
}
