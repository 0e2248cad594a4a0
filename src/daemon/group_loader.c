/* SPDX-License-Identifier: MIT */
#include "daemon/group_loader.h"

#include <stdlib.h>

#include "base/log.h"
#include "daemon/logon_result.h"

enum { LINKS_PER_PAGE = 512 };

struct GroupLoader {
    struct group_loader_spec spec;
    nt_status status; /* of the last load */
    struct rounds rounds;
    Membership *building;
    uint64_t after; /* the last link that was read */
};

nt_status group_loader_new(GroupLoader **ret, const struct group_loader_spec *spec)
{
    GroupLoader *loader = calloc(1, sizeof(*loader));

    if (!loader)
        return NT(NO_MEMORY);
    loader->spec = *spec;
    loader->status = NT(PENDING);
    *ret = loader;
    return NT_OK;
}

GroupLoader *group_loader_free(GroupLoader *loader)
{
    if (!loader)
        return NULL;
    rounds_cancel(&loader->rounds);
    membership_free(loader->building);
    free(loader);
    return NULL;
}

static void start(GroupLoader *loader);

static void finish(GroupLoader *loader, nt_status status)
{
    if (nt_failed(status)) {
        if (!NT_IS(status, CANCELLED))
            log_error("cannot read the local groups: %s; nobody is logged on until they can be "
                      "read",
                      nt_status_name(status));
        loader->building = membership_free(loader->building);
    } else {
        membership_seal(loader->building);
        membership_free(*loader->spec.membership);
        *loader->spec.membership = TAKE(loader->building);
    }
    loader->status = status;
    if (rounds_end(&loader->rounds, status))
        start(loader);
}

static nt_status take_link(GroupLoader *loader, const Openlogon__AliasLink *link)
{
    const SID *alias;
    const SID *member;
    nt_status st = logon_result_sid(&alias, &link->alias);

    if (!nt_failed(st))
        st = logon_result_sid(&member, &link->member);
    if (nt_failed(st) || !alias || !member || link->id <= loader->after)
        return NT(INTERNAL_ERROR);
    loader->after = link->id;
    return membership_add(loader->building, alias, member);
}

static nt_status take_page(GroupLoader *loader, const JobResult *result, bool *more)
{
    const Openlogon__AliasLinksReply *page;

    if (!result || result->result_case != OPENLOGON__WORKER__JOB_RESULT__RESULT_ALIAS_LINKS)
        return NT(INTERNAL_ERROR);
    page = result->alias_links;
    for (size_t i = 0; i < page->n_links; i++) {
        nt_status st = take_link(loader, page->links[i]);

        if (nt_failed(st))
            return st;
    }
    *more = page->more && page->n_links > 0;
    return NT_OK;
}

static nt_status ask(GroupLoader *loader);

static void on_page(Job *job, nt_status status, const JobResult *result, void *context)
{
    GroupLoader *loader = context;
    bool more = false;
    nt_status st = nt_failed(status) ? status : take_page(loader, result, &more);

    if (!nt_failed(st) && more)
        st = ask(loader);
    if (nt_failed(st) || !more)
        finish(loader, st);
}

static nt_status ask(GroupLoader *loader)
{
    Openlogon__AliasLinksRequest links = OPENLOGON__ALIAS_LINKS_REQUEST__INIT;
    Openlogon__Worker__Job job = OPENLOGON__WORKER__JOB__INIT;

    links.after = loader->after;
    links.max = LINKS_PER_PAGE;
    job.work_case = OPENLOGON__WORKER__JOB__WORK_ALIAS_LINKS;
    job.alias_links = &links;
    return worker_pool_submit(loader->spec.pool, &job, on_page, loader);
}

static void start(GroupLoader *loader)
{
    nt_status st;

    rounds_begin(&loader->rounds);
    loader->after = 0;
    st = membership_new(&loader->building);
    if (!nt_failed(st))
        st = ask(loader);
    if (nt_failed(st))
        finish(loader, st);
}

nt_status group_loader_load(GroupLoader *loader, round_done done, void *context)
{
    nt_status st = rounds_wait(&loader->rounds, done, context);

    if (!nt_failed(st) && !loader->rounds.running)
        start(loader);
    return st;
}

static void on_retried(nt_status status, void *context)
{
}

nt_status group_loader_check(GroupLoader *loader)
{
    nt_status st = loader->status;

    if (nt_failed(st) && !loader->rounds.running)
        (void)group_loader_load(loader, on_retried, NULL).code;
    return st;
}
