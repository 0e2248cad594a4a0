/* SPDX-License-Identifier: MIT */
#include "worker/alias_store.h"

#include <stdlib.h>
#include <string.h>

#include "security/idmap.h"
#include "worker/account_name.h"
#include "worker/account_schema.h"

void alias_done(struct alias *alias)
{
    free(alias->name);
    free(alias->comment);
    *alias = (struct alias){ 0 };
}

void alias_page_done(struct alias_page *page)
{
    for (size_t i = 0; i < page->n_aliases; i++)
        alias_done(&page->aliases[i]);
    free(page->aliases);
    *page = (struct alias_page){ 0 };
}

/* --- rows ------------------------------------------------------------------------------------- */

static void bind_sid(struct query *q, int parameter, const SID *sid)
{
    query_bind_blob(q, parameter, sid, sid_length(sid));
}

static nt_status read_sid(struct query *q, int column, sid_buffer *ret)
{
    size_t size = 0;
    const void *bytes = query_blob(q, column, &size);

    if (!bytes || !sid_valid(bytes, size) || sid_length(bytes) != size)
        return NT(INTERNAL_DB_CORRUPTION);
    memcpy(ret, bytes, size);
    return NT_OK;
}

static nt_status alias_of_row(struct alias *ret, struct query *q)
{
    _cleanup_(alias_done) struct alias a = { .id = query_int(q, 0),
                                             .name = query_text_dup(q, 1),
                                             .comment = query_text_dup(q, 2),
                                             .gid = (uint32_t)query_int(q, 3) };
    nt_status st = a.name && a.comment ? read_sid(q, 4, &a.sid) : NT(NO_MEMORY);

    if (nt_failed(st))
        return st;
    *ret = a;
    a = (struct alias){ 0 };
    return NT_OK;
}

static nt_status query_alias(struct query *q, struct alias *ret)
{
    if (query_next(q))
        return alias_of_row(ret, q);
    return nt_failed(query_status(q)) ? query_status(q) : NT(NO_SUCH_ALIAS);
}

/* What a statement that found nothing to change means. */
static nt_status run_or(struct query *q, nt_status nothing, nt_status collision)
{
    size_t rows = 0;
    nt_status st = query_run(q, &rows);

    if (NT_IS(st, OBJECT_NAME_COLLISION))
        return collision;
    if (nt_failed(st))
        return st;
    return rows > 0 ? NT_OK : nothing;
}

/* --- groups ----------------------------------------------------------------------------------- */

nt_status alias_store_find(account_store *store, struct alias *ret, const char *name)
{
    _cleanup_(freep) char *folded = NULL;
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st = account_name_fold(&folded, name);

    if (nt_failed(st))
        return NT_IS(st, INVALID_ACCOUNT_NAME) ? NT(NO_SUCH_ALIAS) : st;
    query_start(&q, store->db, ALIAS_FIND);
    query_bind_text(&q, 1, folded);
    return query_alias(&q, ret);
}

nt_status alias_store_find_sid(account_store *store, struct alias *ret, const SID *sid)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, ALIAS_FIND_SID);
    bind_sid(&q, 1, sid);
    return query_alias(&q, ret);
}

static nt_status insert(account_store *store, const struct alias_spec *spec, const char *folded)
{
    _cleanup_(query_done) struct query q = { 0 };
    sid_buffer sid;
    uint32_t gid = 0;
    nt_status st = account_schema_next_id(store, &gid, spec->gid_first, spec->gid_last);

    if (!nt_failed(st))
        st = idmap_gid_to_sid(&sid, spec->machine, gid);
    if (nt_failed(st))
        return st;
    query_start(&q, store->db, ALIAS_ADD);
    query_bind_text(&q, 1, spec->name);
    query_bind_text(&q, 2, folded);
    bind_sid(&q, 3, &sid.sid);
    query_bind_int(&q, 4, gid);
    query_bind_text(&q, 5, spec->comment);
    return run_or(&q, NT(USER_EXISTS), NT(ALIAS_EXISTS));
}

static nt_status check_texts(const char *name, const char *comment)
{
    nt_status st = name ? account_name_check(name) : NT_OK;

    return nt_failed(st) || !comment ? st : account_text_check(comment);
}

nt_status alias_store_add(account_store *store, const struct alias_spec *spec)
{
    _cleanup_(freep) char *folded = NULL;
    _cleanup_(transaction_done) struct transaction t = { 0 };
    nt_status st = check_texts(spec->name, spec->comment);

    if (!nt_failed(st))
        st = account_name_fold(&folded, spec->name);
    if (!nt_failed(st))
        st = transaction_begin(&t, store->db);
    if (!nt_failed(st))
        st = insert(store, spec, folded);
    return nt_failed(st) ? st : transaction_commit(&t);
}

static nt_status forget(account_store *store, const SID *sid)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, MEMBER_FORGET);
    bind_sid(&q, 1, sid);
    return query_run(&q, NULL);
}

static nt_status delete_row(account_store *store, const struct alias *alias)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, ALIAS_DELETE);
    query_bind_int(&q, 1, alias->id);
    return query_run(&q, NULL);
}

nt_status alias_store_delete(account_store *store, const char *name)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    _cleanup_(alias_done) struct alias alias = { 0 };
    nt_status st = transaction_begin(&t, store->db);

    if (!nt_failed(st))
        st = alias_store_find(store, &alias, name);
    if (!nt_failed(st) && alias.gid == 0)
        st = NT(SPECIAL_ACCOUNT);
    if (!nt_failed(st))
        st = delete_row(store, &alias);
    if (!nt_failed(st))
        st = forget(store, &alias.sid.sid);
    return nt_failed(st) ? st : transaction_commit(&t);
}

static nt_status update(account_store *store, const struct alias *alias, const char *name,
                        const char *comment)
{
    _cleanup_(freep) char *folded = NULL;
    _cleanup_(query_done) struct query q = { 0 };
    nt_status st = account_name_fold(&folded, name);

    if (nt_failed(st))
        return st;
    query_start(&q, store->db, ALIAS_UPDATE);
    query_bind_int(&q, 1, alias->id);
    query_bind_text(&q, 2, name);
    query_bind_text(&q, 3, folded);
    query_bind_text(&q, 4, comment);
    return run_or(&q, NT(USER_EXISTS), NT(ALIAS_EXISTS));
}

nt_status alias_store_change(account_store *store, const char *name, const char *new_name,
                             const char *comment)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    _cleanup_(alias_done) struct alias alias = { 0 };
    nt_status st = check_texts(new_name, comment);

    if (!nt_failed(st))
        st = transaction_begin(&t, store->db);
    if (!nt_failed(st))
        st = alias_store_find(store, &alias, name);
    if (!nt_failed(st) && new_name && alias.gid == 0)
        st = NT(SPECIAL_ACCOUNT);
    if (!nt_failed(st))
        st = update(store, &alias, new_name ? new_name : alias.name,
                    comment ? comment : alias.comment);
    return nt_failed(st) ? st : transaction_commit(&t);
}

static void start_list(struct query *q, account_store *store, const struct alias_filter *filter,
                       int64_t after, size_t limit)
{
    int next = 1;

    if (!filter->member) {
        query_start(q, store->db, ALIAS_LIST);
    } else {
        query_start(q, store->db,
                    filter->reach == ALIAS_DIRECT ? ALIAS_LIST_OF : ALIAS_LIST_OF_DEEP);
        bind_sid(q, next++, filter->member);
    }
    query_bind_int(q, next++, after);
    query_bind_int(q, next, (int64_t)limit);
}

nt_status alias_store_list(account_store *store, struct alias_page *ret,
                           const struct alias_filter *filter, int64_t after, size_t max)
{
    _cleanup_(alias_page_done) struct alias_page page = { 0 };
    _cleanup_(query_done) struct query q = { 0 };

    if (max > ALIAS_PAGE_MAX)
        max = ALIAS_PAGE_MAX;
    page.aliases = calloc(max + 1, sizeof(*page.aliases));
    if (!page.aliases)
        return NT(NO_MEMORY);
    start_list(&q, store, filter, after, max + 1);
    while (query_next(&q)) {
        nt_status st;

        page.more = page.n_aliases == max;
        if (page.more)
            break;
        st = alias_of_row(&page.aliases[page.n_aliases], &q);
        if (nt_failed(st))
            return st;
        page.n_aliases++;
    }
    if (nt_failed(query_status(&q)))
        return query_status(&q);
    *ret = page;
    page = (struct alias_page){ 0 };
    return NT_OK;
}

/* --- members ---------------------------------------------------------------------------------- */

static nt_status link_of_row(struct alias_link *ret, struct query *q)
{
    nt_status st = read_sid(q, 1, &ret->alias);

    ret->id = query_int(q, 0);
    return nt_failed(st) ? st : read_sid(q, 2, &ret->member);
}

static nt_status read_links(struct query *q, struct alias_links *links, size_t max)
{
    while (query_next(q)) {
        nt_status st;

        links->more = links->n_links == max;
        if (links->more)
            break;
        st = link_of_row(&links->links[links->n_links], q);
        if (nt_failed(st))
            return st;
        links->n_links++;
    }
    return query_status(q);
}

static nt_status start_links(struct query *q, account_store *store, const char *name, int64_t after,
                             size_t limit)
{
    _cleanup_(alias_done) struct alias alias = { 0 };
    int next = 1;
    nt_status st = name ? alias_store_find(store, &alias, name) : NT_OK;

    if (nt_failed(st))
        return st;
    query_start(q, store->db, name ? MEMBER_LIST : MEMBER_LIST_ALL);
    if (name)
        query_bind_int(q, next++, alias.id);
    query_bind_int(q, next++, after);
    query_bind_int(q, next, (int64_t)limit);
    return NT_OK;
}

nt_status alias_store_links(account_store *store, struct alias_links *ret, const char *name,
                            int64_t after, size_t max)
{
    _cleanup_(query_done) struct query q = { 0 };
    struct alias_links links = { 0 };
    nt_status st;

    if (max > ALIAS_LINKS_PAGE_MAX)
        max = ALIAS_LINKS_PAGE_MAX;
    st = start_links(&q, store, name, after, max + 1);
    if (nt_failed(st))
        return st;
    links.links = calloc(max + 1, sizeof(*links.links));
    if (!links.links)
        return NT(NO_MEMORY);
    st = read_links(&q, &links, max);
    if (nt_failed(st)) {
        free(links.links);
        return st;
    }
    *ret = links;
    return NT_OK;
}

static nt_status check_no_cycle(account_store *store, const SID *alias, const SID *member)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, MEMBER_CLOSES_CYCLE);
    bind_sid(&q, 1, alias);
    bind_sid(&q, 2, member);
    if (query_next(&q))
        return NT(INVALID_MEMBER);
    return query_status(&q);
}

static nt_status run_on_member(account_store *store, enum account_statement statement,
                               const struct alias *alias, const SID *member)
{
    _cleanup_(query_done) struct query q = { 0 };

    query_start(&q, store->db, statement);
    query_bind_int(&q, 1, alias->id);
    bind_sid(&q, 2, member);
    return run_or(&q, NT(MEMBER_NOT_IN_ALIAS), NT(MEMBER_IN_ALIAS));
}

nt_status alias_store_add_member(account_store *store, const char *name, const SID *member)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    _cleanup_(alias_done) struct alias alias = { 0 };
    nt_status st = transaction_begin(&t, store->db);

    if (!nt_failed(st))
        st = alias_store_find(store, &alias, name);
    if (!nt_failed(st))
        st = check_no_cycle(store, &alias.sid.sid, member);
    if (!nt_failed(st))
        st = run_on_member(store, MEMBER_ADD, &alias, member);
    return nt_failed(st) ? st : transaction_commit(&t);
}

nt_status alias_store_delete_member(account_store *store, const char *name, const SID *member)
{
    _cleanup_(transaction_done) struct transaction t = { 0 };
    _cleanup_(alias_done) struct alias alias = { 0 };
    nt_status st = transaction_begin(&t, store->db);

    if (!nt_failed(st))
        st = alias_store_find(store, &alias, name);
    if (!nt_failed(st))
        st = run_on_member(store, MEMBER_DELETE, &alias, member);
    return nt_failed(st) ? st : transaction_commit(&t);
}
