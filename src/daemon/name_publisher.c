/* SPDX-License-Identifier: MIT */
#include "daemon/name_publisher.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/replacement.h"
#include "daemon/logon_result.h"
#include "daemon/published_names.h"

#define PASSWD_FILE "passwd"
#define GROUP_FILE  "group"

enum { NAMES_PER_PAGE = 64, FILE_MODE = 0644 };

struct NamePublisher {
    struct name_publisher_spec spec;
    struct rounds rounds;
    PublishedNames *names;
    uint64_t after_group; /* the last one that was read */
    uint32_t after_rid;
};

nt_status name_publisher_new(NamePublisher **ret, const struct name_publisher_spec *spec)
{
    NamePublisher *publisher = calloc(1, sizeof(*publisher));

    if (!publisher)
        return NT(NO_MEMORY);
    publisher->spec = *spec;
    *ret = publisher;
    return NT_OK;
}

NamePublisher *name_publisher_free(NamePublisher *publisher)
{
    if (!publisher)
        return NULL;
    rounds_cancel(&publisher->rounds);
    published_names_free(publisher->names);
    free(publisher);
    return NULL;
}

/* --- the files ---------------------------------------------------------------------------------
 */

/* Groups first: a program that finds an account finds its groups. */
static nt_status write_files(const NamePublisher *publisher)
{
    _cleanup_(published_text_done) struct published_text text = { 0 };
    nt_status st = published_names_text(publisher->names, &text);
    int r;

    if (nt_failed(st))
        return st;
    r = replace_file(publisher->spec.dirfd, GROUP_FILE, text.group, text.group_size, FILE_MODE);
    if (r >= 0)
        r = replace_file(publisher->spec.dirfd, PASSWD_FILE, text.passwd, text.passwd_size,
                         FILE_MODE);
    return r < 0 ? nt_from_errno(r) : NT_OK;
}

void name_publisher_withdraw(int dirfd)
{
    (void)unlinkat(dirfd, PASSWD_FILE, 0);
    (void)unlinkat(dirfd, GROUP_FILE, 0);
}

/* --- reading the database ----------------------------------------------------------------------
 */

static void start(NamePublisher *publisher);

static void finish(NamePublisher *publisher, nt_status status)
{
    nt_status st = nt_failed(status) ? status : write_files(publisher);

    if (nt_failed(st) && !NT_IS(st, CANCELLED))
        log_error("cannot publish the accounts to the other programs of the machine: %s",
                  nt_status_name(st));
    publisher->names = published_names_free(publisher->names);
    if (rounds_end(&publisher->rounds, st))
        start(publisher);
}

static nt_status ask_accounts(NamePublisher *publisher);
static nt_status ask_groups(NamePublisher *publisher);

static nt_status take_account(NamePublisher *publisher, const Openlogon__AccountInfo *account)
{
    const SID *sid;
    nt_status st = logon_result_sid(&sid, &account->sid);
    uint32_t rid;

    if (nt_failed(st) || !sid || sid_n_subs(sid) == 0)
        return NT(INTERNAL_ERROR);
    rid = sid_sub(sid, sid_n_subs(sid) - 1);
    if (rid <= publisher->after_rid)
        return NT(INTERNAL_ERROR);
    publisher->after_rid = rid;
    return published_names_add_account(publisher->names, account, *publisher->spec.membership);
}

static nt_status take_accounts(NamePublisher *publisher, const JobResult *result, bool *more)
{
    const Openlogon__AccountListReply *page;
    nt_status st = NT_OK;

    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_ACCOUNTS)
        return NT(INTERNAL_ERROR);
    page = result->accounts;
    for (size_t i = 0; !nt_failed(st) && i < page->n_accounts; i++)
        st = take_account(publisher, page->accounts[i]);
    *more = page->more && page->n_accounts > 0;
    return st;
}

static void on_accounts(Job *job, nt_status status, const JobResult *result, void *context)
{
    NamePublisher *publisher = context;
    bool more = false;
    nt_status st = nt_failed(status) ? status : take_accounts(publisher, result, &more);

    if (!nt_failed(st) && more)
        st = ask_accounts(publisher);
    if (nt_failed(st) || !more)
        finish(publisher, st);
}

static nt_status ask_accounts(NamePublisher *publisher)
{
    Openlogon__AccountListRequest list = OPENLOGON__ACCOUNT_LIST_REQUEST__INIT;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;

    list.after_rid = publisher->after_rid;
    list.max = NAMES_PER_PAGE;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ACCOUNT_LIST;
    job.account_list = &list;
    return worker_pool_submit(publisher->spec.pool, &job, on_accounts, publisher);
}

static nt_status take_group(NamePublisher *publisher, const Openlogon__AliasInfo *group)
{
    if (group->id <= publisher->after_group)
        return NT(INTERNAL_ERROR);
    publisher->after_group = group->id;
    return published_names_add_group(publisher->names, group);
}

static nt_status take_groups(NamePublisher *publisher, const JobResult *result, bool *more)
{
    const Openlogon__AliasListReply *page;
    nt_status st = NT_OK;

    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_ALIASES)
        return NT(INTERNAL_ERROR);
    page = result->aliases;
    for (size_t i = 0; !nt_failed(st) && i < page->n_aliases; i++)
        st = take_group(publisher, page->aliases[i]);
    *more = page->more && page->n_aliases > 0;
    return st;
}

static void on_groups(Job *job, nt_status status, const JobResult *result, void *context)
{
    NamePublisher *publisher = context;
    bool more = false;
    nt_status st = nt_failed(status) ? status : take_groups(publisher, result, &more);

    if (!nt_failed(st))
        st = more ? ask_groups(publisher) : ask_accounts(publisher);
    if (nt_failed(st))
        finish(publisher, st);
}

static nt_status ask_groups(NamePublisher *publisher)
{
    Openlogon__AliasListRequest list = OPENLOGON__ALIAS_LIST_REQUEST__INIT;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;

    list.after = publisher->after_group;
    list.max = NAMES_PER_PAGE;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ALIAS_LIST;
    job.alias_list = &list;
    return worker_pool_submit(publisher->spec.pool, &job, on_groups, publisher);
}

static void start(NamePublisher *publisher)
{
    nt_status st;

    rounds_begin(&publisher->rounds);
    publisher->after_group = 0;
    publisher->after_rid = 0;
    st = published_names_new(&publisher->names);
    if (!nt_failed(st))
        st = ask_groups(publisher);
    if (nt_failed(st))
        finish(publisher, st);
}

nt_status name_publisher_publish(NamePublisher *publisher, round_done done, void *context)
{
    nt_status st = rounds_wait(&publisher->rounds, done, context);

    if (!nt_failed(st) && !publisher->rounds.running)
        start(publisher);
    return st;
}
