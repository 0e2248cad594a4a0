/* SPDX-License-Identifier: MIT */
#include "worker/alias_jobs.h"

#include <string.h>

#include "worker/account_jobs.h"
#include "worker/account_name.h"
#include "worker/alias_store.h"

enum { GIVEN_NEW_NAME = 1, GIVEN_COMMENT = 2 };

/* --- changing --------------------------------------------------------------------------------- */

nt_status alias_job_add(struct directory *d, const Openlogon__AliasAddRequest *job)
{
    const struct alias_spec spec = { .name = job->name,
                                     .comment = job->comment,
                                     .machine = worker_config_machine_sid(d->config),
                                     .gid_first = worker_config_uid_first(d->config),
                                     .gid_last = worker_config_uid_last(d->config) };
    account_store *store = NULL;
    nt_status st = account_job_check_name(d, job->name);

    if (!nt_failed(st))
        st = directory_store(d, &store);
    return nt_failed(st) ? st : alias_store_add(store, &spec);
}

nt_status alias_job_delete(struct directory *d, const Openlogon__AliasDeleteRequest *job)
{
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    return nt_failed(st) ? st : alias_store_delete(store, job->name);
}

nt_status alias_job_set(struct directory *d, const Openlogon__AliasSetRequest *job)
{
    const char *new_name = job->given & GIVEN_NEW_NAME ? job->new_name : NULL;
    const char *comment = job->given & GIVEN_COMMENT ? job->comment : NULL;
    account_store *store = NULL;
    nt_status st = new_name ? account_job_check_name(d, new_name) : NT_OK;

    if (!nt_failed(st))
        st = directory_store(d, &store);
    return nt_failed(st) ? st : alias_store_change(store, job->name, new_name, comment);
}

static nt_status sid_of(const SID **ret, const ProtobufCBinaryData *bytes)
{
    const SID *sid = (const SID *)bytes->data;

    if (!sid_valid(sid, bytes->len) || sid_length(sid) != bytes->len)
        return NT(INVALID_SID);
    *ret = sid;
    return NT_OK;
}

/* SIDs of other domains are taken as they are: nobody here knows them. */
static nt_status check_member(struct directory *d, const ProtobufCBinaryData *member)
{
    Openlogon__Worker__NameResult name = OPENLOGON__WORKER__NAME_RESULT__INIT;
    nt_status st;

    if (!sid_in_domain((const SID *)member->data, worker_config_machine_sid(d->config)))
        return NT_OK;
    st = directory_lookup_sid(d, &name, *member);
    return NT_IS(st, NONE_MAPPED) ? NT(NO_SUCH_MEMBER) : st;
}

nt_status alias_job_member(struct directory *d, const Openlogon__AliasMemberRequest *job)
{
    const SID *member;
    account_store *store = NULL;
    nt_status st = sid_of(&member, &job->member);

    if (!nt_failed(st))
        st = directory_store(d, &store);
    if (!nt_failed(st) && job->remove)
        return alias_store_delete_member(store, job->name, member);
    if (!nt_failed(st))
        st = check_member(d, &job->member);
    return nt_failed(st) ? st : alias_store_add_member(store, job->name, member);
}

/* --- telling ---------------------------------------------------------------------------------- */

static nt_status put_sid(struct directory *d, ProtobufCBinaryData *ret, const SID *sid)
{
    ret->len = sid_length(sid);
    ret->data = arena_copy(d->memory, sid, ret->len);
    return ret->data ? NT_OK : NT(NO_MEMORY);
}

static nt_status put_alias(struct directory *d, Openlogon__AliasInfo **ret,
                           const struct alias *alias)
{
    Openlogon__AliasInfo *info = arena_alloc(d->memory, sizeof(*info));

    if (!info)
        return NT(NO_MEMORY);
    openlogon__alias_info__init(info);
    info->name = arena_text(d->memory, alias->name);
    info->comment = arena_text(d->memory, alias->comment);
    info->gid = alias->gid;
    info->id = (uint64_t)alias->id;
    if (!info->name || !info->comment)
        return NT(NO_MEMORY);
    *ret = info;
    return put_sid(d, &info->sid, &alias->sid.sid);
}

static nt_status put_aliases(struct directory *d, Openlogon__AliasListReply *ret,
                             const struct alias *aliases, size_t n)
{
    ret->aliases = arena_alloc(d->memory, (n + 1) * sizeof(*ret->aliases));
    if (!ret->aliases)
        return NT(NO_MEMORY);
    for (; ret->n_aliases < n; ret->n_aliases++) {
        nt_status st = put_alias(d, &ret->aliases[ret->n_aliases], &aliases[ret->n_aliases]);

        if (nt_failed(st))
            return st;
    }
    return NT_OK;
}

static nt_status list_one(struct directory *d, account_store *store, Openlogon__AliasListReply *ret,
                          const char *name)
{
    _cleanup_(alias_done) struct alias alias = { 0 };
    nt_status st = alias_store_find(store, &alias, name);

    return nt_failed(st) ? st : put_aliases(d, ret, &alias, 1);
}

nt_status alias_job_list(struct directory *d, Openlogon__AliasListReply *ret,
                         const Openlogon__AliasListRequest *job)
{
    _cleanup_(alias_page_done) struct alias_page page = { 0 };
    struct alias_filter filter = { .reach = job->indirect ? ALIAS_INDIRECT : ALIAS_DIRECT };
    account_store *store = NULL;
    nt_status st = job->member.len > 0 ? sid_of(&filter.member, &job->member) : NT_OK;

    if (!nt_failed(st))
        st = directory_store(d, &store);
    if (!nt_failed(st) && *job->name)
        return list_one(d, store, ret, job->name);
    if (!nt_failed(st))
        st = alias_store_list(store, &page, &filter, (int64_t)job->after, job->max);
    if (!nt_failed(st))
        st = put_aliases(d, ret, page.aliases, page.n_aliases);
    ret->more = page.more;
    return st;
}

static nt_status put_link(struct directory *d, Openlogon__AliasLink **ret,
                          const struct alias_link *link)
{
    Openlogon__AliasLink *put = arena_alloc(d->memory, sizeof(*put));
    nt_status st;

    if (!put)
        return NT(NO_MEMORY);
    openlogon__alias_link__init(put);
    put->id = (uint64_t)link->id;
    *ret = put;
    st = put_sid(d, &put->alias, &link->alias.sid);
    return nt_failed(st) ? st : put_sid(d, &put->member, &link->member.sid);
}

static nt_status put_links(struct directory *d, Openlogon__AliasLinksReply *ret,
                           const struct alias_links *links)
{
    ret->links = arena_alloc(d->memory, (links->n_links + 1) * sizeof(*ret->links));
    if (!ret->links)
        return NT(NO_MEMORY);
    for (; ret->n_links < links->n_links; ret->n_links++) {
        nt_status st = put_link(d, &ret->links[ret->n_links], &links->links[ret->n_links]);

        if (nt_failed(st))
            return st;
    }
    ret->more = links->more;
    return NT_OK;
}

nt_status alias_job_links(struct directory *d, Openlogon__AliasLinksReply *ret,
                          const Openlogon__AliasLinksRequest *job)
{
    struct alias_links links = { 0 };
    account_store *store = NULL;
    nt_status st = directory_store(d, &store);

    if (!nt_failed(st))
        st = alias_store_links(store, &links, *job->name ? job->name : NULL, (int64_t)job->after,
                               job->max);
    if (!nt_failed(st))
        st = put_links(d, ret, &links);
    free(links.links);
    return st;
}
