/* SPDX-License-Identifier: MIT */
#include "authority/membership.h"

#include <stdlib.h>
#include <string.h>

struct link {
    sid_buffer member;
    sid_buffer alias;
};

struct Membership {
    struct link *links; /* by member, once sealed */
    size_t n, capacity;
};

nt_status membership_new(Membership **ret)
{
    *ret = calloc(1, sizeof(**ret));
    return *ret ? NT_OK : NT(NO_MEMORY);
}

Membership *membership_free(Membership *m)
{
    if (m)
        free(m->links);
    free(m);
    return NULL;
}

static nt_status make_room(Membership *m)
{
    size_t capacity = m->capacity ? 2 * m->capacity : 64;
    struct link *links;

    if (m->n < m->capacity)
        return NT_OK;
    links = reallocarray(m->links, capacity, sizeof(*links));
    if (!links)
        return NT(NO_MEMORY);
    m->links = links;
    m->capacity = capacity;
    return NT_OK;
}

nt_status membership_add(Membership *m, const SID *alias, const SID *member)
{
    nt_status st = make_room(m);
    struct link *link;

    if (nt_failed(st))
        return st;
    link = &m->links[m->n++];
    memcpy(&link->member, member, sid_length(member));
    memcpy(&link->alias, alias, sid_length(alias));
    return NT_OK;
}

static int compare_sids(const SID *a, const SID *b)
{
    size_t length = sid_length(a);

    if (length != sid_length(b))
        return length < sid_length(b) ? -1 : 1;
    return memcmp(a, b, length);
}

static int compare_links(const void *a, const void *b)
{
    const struct link *first = a;
    const struct link *second = b;

    return compare_sids(&first->member.sid, &second->member.sid);
}

void membership_seal(Membership *m)
{
    if (m->n > 0)
        qsort(m->links, m->n, sizeof(*m->links), compare_links);
}

static size_t first_link_of(const Membership *m, const SID *member)
{
    size_t low = 0;
    size_t high = m->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_sids(&m->links[middle].member.sid, member) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_group(const struct membership_groups *groups, const SID *sid)
{
    for (size_t i = 0; i < groups->n; i++) {
        if (sid_equal(groups->sids[i], sid))
            return true;
    }
    return false;
}

static nt_status add_group(struct membership_groups *groups, const SID *sid, size_t n_max)
{
    const SID **longer;

    if (has_group(groups, sid))
        return NT_OK;
    if (groups->n >= n_max)
        return NT(TOO_MANY_CONTEXT_IDS);
    longer = reallocarray((void *)groups->sids, groups->n + 1, sizeof(*longer));
    if (!longer)
        return NT(NO_MEMORY);
    groups->sids = longer;
    groups->sids[groups->n++] = sid;
    return NT_OK;
}

static nt_status add_groups_of(const Membership *m, struct membership_groups *groups,
                               const SID *member, size_t n_max)
{
    nt_status st = NT_OK;

    for (size_t i = first_link_of(m, member);
         i < m->n && sid_equal(&m->links[i].member.sid, member) && !nt_failed(st); i++)
        st = add_group(groups, &m->links[i].alias.sid, n_max);
    return st;
}

nt_status membership_expand(const Membership *m, struct membership_groups *ret,
                            const SID *const *sids, size_t n_sids, size_t n_max)
{
    struct membership_groups groups = { 0 };
    nt_status st = NT_OK;

    for (size_t i = 0; m && i < n_sids && !nt_failed(st); i++)
        st = add_groups_of(m, &groups, sids[i], n_max);
    /* The list grows while it is walked: that is how groups of groups come in. */
    for (size_t i = 0; i < groups.n && !nt_failed(st); i++)
        st = add_groups_of(m, &groups, groups.sids[i], n_max);
    if (nt_failed(st)) {
        free((void *)groups.sids);
        return st;
    }
    *ret = groups;
    return NT_OK;
}
